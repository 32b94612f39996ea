package core

import "madang/chat"

// What users change of themselves, and what operators do to them.

// himself is the user of a session that may change what he is and says of himself: one
// with an app password for some rooms, or for reading, may not.
func (s *State) himself(id chat.SessionID) (*User, *chat.Refusal) {
	u, r := s.actor(id)
	if r == nil {
		r = s.outOfScope(u, id, "", true)
	}
	return u, r
}

func (s *State) decideChangeNick(c *chat.ChangeNick, now chat.Time) Decision {
	u, r := s.himself(c.Session)
	if r != nil {
		return refused(r)
	}
	name, r := s.checkNick(c.Nick, u.record.ID)
	if r != nil {
		return refused(r)
	}
	if name.Shown == u.record.Nick {
		return Decision{}
	}
	source := u.Source()
	if ban := s.banOn(name.Folded, &source, u.Address(), now, u.Cloak()); ban != nil {
		return refuse(chat.Refusal{Code: chat.BannedFromServer, Text: ban.Reason})
	}
	return happened(&chat.NickChanged{Source: u.Source(), Nick: name.Shown, Folded: name.Folded, Skeleton: name.Skeleton, Time: now})
}

func (s *State) foldNickChanged(e *chat.NickChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	nick, folded, skeleton := u.record.Nick, u.record.Folded, u.record.Skeleton
	s.rename(u, e.Nick, e.Folded, e.Skeleton)
	return func() { s.rename(u, nick, folded, skeleton) }
}

func (s *State) rename(u *User, nick, folded, skeleton string) {
	s.removeNick(u)
	u.record.Nick, u.record.Folded, u.record.Skeleton = nick, folded, skeleton
	s.addNick(u)
}

func (s *State) decideChangeRealname(c *chat.ChangeRealname) Decision {
	u, r := s.himself(c.Session)
	if r != nil {
		return refused(r)
	}
	if r := chat.CheckText(c.Realname, chat.RealnameBytesMax); r != nil {
		return refused(r)
	}
	if c.Realname == "" {
		return refuse(chat.Refusal{Code: chat.TextEmpty})
	}
	return happened(&chat.RealnameChanged{Source: u.Source(), Realname: c.Realname})
}

func (s *State) foldRealnameChanged(e *chat.RealnameChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	return assign(&u.record.Realname, e.Realname)
}

func (s *State) decideChangeFlags(c *chat.ChangeFlags) Decision {
	u, r := s.himself(c.Session)
	if r != nil {
		return refused(r)
	}
	const own = chat.Invisible | chat.Bot | chat.Wallops | chat.AccountsOnly | chat.Unasked
	flags := u.record.Flags | c.Set&own
	flags &^= c.Clear & (own | chat.ServerOperator)
	if flags == u.record.Flags {
		return Decision{}
	}
	e := &chat.FlagsChanged{Source: u.Source(), Before: u.record.Flags, Flags: flags}
	if flags&chat.ServerOperator != 0 {
		e.Powers = u.record.Powers
	}
	return happened(e)
}

func (s *State) decideGrantOperator(c *chat.GrantOperator) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	if s.tokenOf(u, c.Session) != nil {
		return refuse(chat.Refusal{Code: chat.OutOfScope})
	}
	return happened(&chat.FlagsChanged{
		Source: u.Source(), Before: u.record.Flags, Flags: u.record.Flags | chat.ServerOperator,
		Operator: c.Name, Powers: u.record.Powers | c.Powers,
	})
}

func (s *State) foldFlagsChanged(e *chat.FlagsChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	flags, powers, seldom := u.record.Flags, u.record.Powers, u.seldom()
	u.record.Flags, u.record.Powers = e.Flags, e.Powers
	if e.Flags&chat.ServerOperator == 0 {
		seldom.Operator = ""
	} else if e.Operator != "" {
		seldom.Operator = e.Operator
	}
	undo := u.setSeldom(seldom)
	return func() { undo(); u.record.Flags, u.record.Powers = flags, powers }
}

func (s *State) decideKill(c *chat.Kill, now chat.Time) Decision {
	by, r := s.operator(c.Session, chat.MayKill)
	if r != nil {
		return refused(r)
	}
	u := s.UserByNick(c.Nick)
	if u == nil {
		return refuse(chat.Refusal{Code: chat.NoSuchNick, Nick: c.Nick})
	}
	reason := trim(c.Reason, chat.ReasonBytesMax)
	if r := chat.CheckText(reason, chat.ReasonBytesMax); r != nil {
		return refused(r)
	}
	return Decision{Events: s.killed(u, reason, by.Nick, now)}
}

func (s *State) decideBroadcast(c *chat.Broadcast, now chat.Time) Decision {
	by, r := s.operator(c.Session, chat.MayBroadcast)
	if r != nil {
		return refused(r)
	}
	if c.Text == "" {
		return refuse(chat.Refusal{Code: chat.TextEmpty})
	}
	if r := chat.CheckText(c.Text, chat.TextBytesMax); r != nil {
		return refused(r)
	}
	e := &chat.Broadcasted{Source: by, Text: c.Text, Wallops: c.Wallops, Time: now}
	if c.Wallops {
		for u := range s.Users() {
			if u.Has(chat.Wallops) {
				e.Only = append(e.Only, u.record.ID)
			}
		}
	}
	return happened(e)
}
