package core

import (
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/names"
)

// banHits says whether the ban concerns this address, this folded nick!username@host, or
// this account; an empty name is a guest's.
func banHits(b *chat.ServerBan, address chat.Address, mask, account string) bool {
	if b.Bits != 0 {
		return b.HitsAddress(address)
	}
	if name, ok := strings.CutPrefix(b.Target, names.AccountEntry); ok {
		return account != "" && names.MatchMask(name, names.Fold(account))
	}
	return names.MatchMask(b.Target, mask)
}

// banOn is the first ban in force that hits somebody, by the host of his source or by
// one of his others, or nil.
func (s *State) banOn(folded string, source *chat.Source, address chat.Address, now chat.Time, others ...string) *chat.ServerBan {
	if len(s.bans) == 0 {
		return nil
	}
	who := folded + "!" + names.Fold(source.Username) + "@"
	for i := range s.bans {
		b := &s.bans[i]
		hits := func(host string) bool { return banHits(b, address, who+host, source.Account) }
		if b.InForce(now) && (hits(source.Host) || slices.ContainsFunc(others, hits)) {
			return b
		}
	}
	return nil
}

// Bans are the rules at the server's door, in the order they were set. The slice is
// never changed afterwards.
func (s *State) Bans() []chat.ServerBan { return s.bans }

func (s *State) decideAddBan(c *chat.AddBan, now chat.Time) Decision {
	by, r := s.operator(c.Session, chat.MayBan)
	if r != nil {
		return refused(r)
	}
	ban := c.Ban
	ban.By, ban.At, ban.Reason = by.Nick, now, trim(ban.Reason, chat.ReasonBytesMax)
	if ban.Bits == 0 {
		ban.Target = names.CompleteTarget(ban.Target)
	}
	if r := checkBan(&ban, now); r != nil {
		return refused(r)
	}
	events := []chat.Event{&chat.BanAdded{Ban: ban}}
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
	quits := s.quitAll(gone, func(u *User) *chat.Quit {
		return &chat.Quit{Source: u.Source(), Reason: ban.Reason, Killed: true, By: by.Nick, Time: now}
	}, now)
	return Decision{Events: bounded(append(events, quits...))}
}

// HitBy are the users present whom a ban would hit, by number.
func (s *State) HitBy(ban *chat.ServerBan) []*User {
	var hit []*User
	for u := range s.Users() {
		masked := func(mask string) bool { return banHits(ban, chat.Address{}, mask, u.record.Account) }
		hits := func(r chat.SessionRecord) bool { return ban.HitsAddress(r.Address) }
		if slices.ContainsFunc(u.maskTexts(), masked) || slices.ContainsFunc(u.record.Sessions, hits) {
			hit = append(hit, u)
		}
	}
	return hit
}

func checkBan(b *chat.ServerBan, now chat.Time) *chat.Refusal {
	switch {
	case b.Target == "" || len(b.Target) > chat.MaskBytesMax:
		return &chat.Refusal{Code: chat.BadValue, Text: "say whom: an address, a prefix like 192.0.2.0/24, nick!username@cloak, or account:name"}
	case b.Target == "*!*@*" || b.Target == names.AccountEntry+"*" || b.Bits > 128:
		return &chat.Refusal{Code: chat.BadValue, Text: "that would keep everybody out"}
	case !b.InForce(now):
		return &chat.Refusal{Code: chat.BadValue, Text: "the ban would be over before it begins"}
	}
	return chat.CheckText(b.Target+b.Reason, chat.TextBytesMax)
}

func (s *State) foldBanAdded(e *chat.BanAdded) Undo {
	before := s.bans
	bans := slices.DeleteFunc(slices.Clone(before), func(b chat.ServerBan) bool { return b.Target == e.Ban.Target })
	s.bans = append(bans, e.Ban)
	return func() { s.bans = before }
}

func (s *State) decideRemoveBan(c *chat.RemoveBan) Decision {
	if _, r := s.operator(c.Session, chat.MayBan); r != nil {
		return refused(r)
	}
	for _, target := range []string{c.Target, names.CompleteTarget(c.Target)} {
		if slices.ContainsFunc(s.bans, func(b chat.ServerBan) bool { return b.Target == target }) {
			return happened(&chat.BanRemoved{Target: target})
		}
	}
	return refuse(chat.Refusal{Code: chat.NoSuchBan, Text: c.Target})
}

func (s *State) foldBanRemoved(e *chat.BanRemoved) Undo {
	before := s.bans
	s.bans = slices.DeleteFunc(slices.Clone(before), func(b chat.ServerBan) bool { return b.Target == e.Target })
	if len(s.bans) == 0 {
		s.bans = nil
	}
	return func() { s.bans = before }
}
