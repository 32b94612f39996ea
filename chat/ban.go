package chat

import (
	"slices"
	"strings"

	"madang/chat/names"
)

// Hits says whether the ban concerns this address, this folded nick!username@host, or
// this account; an empty name is a guest's.
func (b *ServerBan) Hits(address Address, mask, account string) bool {
	if b.Bits != 0 {
		return b.HitsAddress(address)
	}
	if name, ok := strings.CutPrefix(b.Target, names.AccountEntry); ok {
		return account != "" && names.MatchMask(name, names.Fold(account))
	}
	return names.MatchMask(b.Target, mask)
}

// HitsAddress says whether the ban is one of addresses and holds this one.
func (b *ServerBan) HitsAddress(address Address) bool {
	if b.Bits == 0 || address == (Address{}) {
		return false
	}
	whole, rest := b.Bits/8, b.Bits%8
	for i := range whole {
		if address[i] != b.Prefix[i] {
			return false
		}
	}
	return rest == 0 || (address[whole]^b.Prefix[whole])>>(8-rest) == 0
}

func (b *ServerBan) inForce(now Time) bool { return b.Expires == 0 || b.Expires > now }

// banOn is the first ban in force that hits somebody, by the host of his source or by
// one of his others, or nil.
func (s *State) banOn(folded string, source *Source, address Address, now Time, others ...string) *ServerBan {
	if len(s.bans) == 0 {
		return nil
	}
	who := folded + "!" + names.Fold(source.Username) + "@"
	for i := range s.bans {
		b := &s.bans[i]
		hits := func(host string) bool { return b.Hits(address, who+host, source.Account) }
		if b.inForce(now) && (hits(source.Host) || slices.ContainsFunc(others, hits)) {
			return b
		}
	}
	return nil
}

// Bans are the rules at the server's door, in the order they were set. The slice is
// never changed afterwards.
func (s *State) Bans() []ServerBan { return s.bans }

func (s *State) decideAddBan(c *AddBan, now Time) Decision {
	by, r := s.operator(c.Session, MayBan)
	if r != nil {
		return refused(r)
	}
	ban := c.Ban
	ban.By, ban.At, ban.Reason = by.Nick, now, trim(ban.Reason, ReasonBytesMax)
	if ban.Bits == 0 {
		ban.Target = names.CompleteTarget(ban.Target)
	}
	if r := checkBan(&ban, now); r != nil {
		return refused(r)
	}
	events := []Event{&BanAdded{ban}}
	var gone []*User
	for _, u := range s.HitBy(&ban) {
		switch {
		case u.record.ID == by.User:
		case u.record.Lasting:
			events = append(events, s.killed(u, ban.Reason, by.Nick, now)...)
		default:
			gone = append(gone, u)
		}
	}
	quits := s.quitAll(gone, func(u *User) *Quit {
		return &Quit{Source: u.Source(), Reason: ban.Reason, Killed: true, By: by.Nick, Time: now}
	}, now)
	return Decision{Events: bounded(append(events, quits...))}
}

// HitBy are the users present whom a ban would hit, by number.
func (s *State) HitBy(ban *ServerBan) []*User {
	var hit []*User
	for u := range s.Users() {
		masked := func(mask string) bool { return ban.Hits(Address{}, mask, u.record.Account) }
		hits := func(r SessionRecord) bool { return ban.HitsAddress(r.Address) }
		if slices.ContainsFunc(u.maskTexts(), masked) || slices.ContainsFunc(u.record.Sessions, hits) {
			hit = append(hit, u)
		}
	}
	return hit
}

func checkBan(b *ServerBan, now Time) *Refusal {
	switch {
	case b.Target == "" || len(b.Target) > MaskBytesMax:
		return &Refusal{Code: BadValue, Text: "say whom: an address, a prefix like 192.0.2.0/24, nick!username@cloak, or account:name"}
	case b.Target == "*!*@*" || b.Target == names.AccountEntry+"*" || b.Bits > 128:
		return &Refusal{Code: BadValue, Text: "that would keep everybody out"}
	case !b.inForce(now):
		return &Refusal{Code: BadValue, Text: "the ban would be over before it begins"}
	}
	return checkText(b.Target+b.Reason, TextBytesMax)
}

func (s *State) foldBanAdded(e *BanAdded) Undo {
	before := s.bans
	bans := slices.DeleteFunc(slices.Clone(before), func(b ServerBan) bool { return b.Target == e.Ban.Target })
	s.bans = append(bans, e.Ban)
	return func() { s.bans = before }
}

func (s *State) decideRemoveBan(c *RemoveBan) Decision {
	if _, r := s.operator(c.Session, MayBan); r != nil {
		return refused(r)
	}
	for _, target := range []string{c.Target, names.CompleteTarget(c.Target)} {
		if slices.ContainsFunc(s.bans, func(b ServerBan) bool { return b.Target == target }) {
			return happened(&BanRemoved{Target: target})
		}
	}
	return refuse(Refusal{Code: NoSuchBan, Text: c.Target})
}

func (s *State) foldBanRemoved(e *BanRemoved) Undo {
	before := s.bans
	s.bans = slices.DeleteFunc(slices.Clone(before), func(b ServerBan) bool { return b.Target == e.Target })
	if len(s.bans) == 0 {
		s.bans = nil
	}
	return func() { s.bans = before }
}
