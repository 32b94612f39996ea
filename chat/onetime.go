package chat

import "strconv"

// A one-time code is good once (RFC 6238 5.2).

// OneTimeOn switches one-time codes on, after a code of a step proved that an app has
// their secret: that code is used by it.
func OneTimeOn(secret string, step int64) []AccountChange {
	return []AccountChange{
		{Aspect: OneTime, Text: secret}, {Aspect: CodeUsed, Add: true, Text: strconv.FormatInt(step, 10)},
	}
}

// provesOneTime says whether a change is the second of OneTimeOn.
func provesOneTime(changes []AccountChange, i int) bool {
	if i == 0 || changes[i].Aspect != CodeUsed || changes[i-1].Aspect != OneTime || changes[i-1].Text == "" {
		return false
	}
	step, err := strconv.ParseInt(changes[i].Text, 10, 64)
	return err == nil && step > 0
}

// usedStep keeps a one-time code from being used twice.
func (s *State) usedStep(id UserID, step int64) Undo {
	a := s.accounts[id]
	if a == nil || step == 0 {
		return func() {}
	}
	return assign(&a.record.OneTimeStep, step)
}

// used are events of signing in, and what keeps a one-time code from being used twice
// after a restart too: who came is not in the journal.
func (s *State) used(l *Login, by Source, now Time, events ...Event) Decision {
	if l.Step != 0 {
		c := AccountChange{Aspect: CodeUsed, Add: true, Text: strconv.FormatInt(l.Step, 10)}
		events = append(events, s.accounts[l.Account].changed(by, now, c))
	}
	return Decision{Events: events}
}

// proved is what becomes of a credential of the account that a session is signed in to.
func (s *State) proved(l *Login, by Source, now Time) Decision {
	if l.Step != 0 && l.Step <= s.accounts[l.Account].record.OneTimeStep {
		return refuse(Refusal{Code: WrongCredentials})
	}
	return s.used(l, by, now)
}
