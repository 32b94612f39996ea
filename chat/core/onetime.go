package core

import (
	"strconv"

	"madang/chat"
)

// A one-time code is good once (RFC 6238 5.2).

// provesOneTime says whether a change is the second of OneTimeOn.
func provesOneTime(changes []chat.AccountChange, i int) bool {
	if i == 0 || changes[i].Aspect != chat.CodeUsed || changes[i-1].Aspect != chat.OneTime || changes[i-1].Text == "" {
		return false
	}
	step, err := strconv.ParseInt(changes[i].Text, 10, 64)
	return err == nil && step > 0
}

// usedStep keeps a one-time code from being used twice.
func (s *State) usedStep(id chat.UserID, step int64) Undo {
	a := s.accounts[id]
	if a == nil || step == 0 {
		return func() {}
	}
	return assign(&a.record.OneTimeStep, step)
}

// used are events of signing in, and what keeps a one-time code from being used twice
// after a restart too: who came is not in the journal.
func (s *State) used(l *chat.Login, by chat.Source, now chat.Time, events ...chat.Event) Decision {
	if l.Step != 0 {
		c := chat.AccountChange{Aspect: chat.CodeUsed, Add: true, Text: strconv.FormatInt(l.Step, 10)}
		events = append(events, s.accounts[l.Account].changed(by, now, c))
	}
	return Decision{Events: events}
}

// proved is what becomes of a credential of the account that a session is signed in to.
func (s *State) proved(l *chat.Login, by chat.Source, now chat.Time) Decision {
	if l.Step != 0 && l.Step <= s.accounts[l.Account].record.OneTimeStep {
		return refuse(chat.Refusal{Code: chat.WrongCredentials})
	}
	return s.used(l, by, now)
}
