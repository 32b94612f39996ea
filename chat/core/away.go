package core

import (
	"slices"

	"madang/chat"
)

// A user is away when nobody sits at any of his sessions.

// Away is why the user does not answer, in the words of the session that went last;
// empty: he is here.
func (u *User) Away() string { return awayOf(u.seldom().Aways, len(u.record.Sessions)) }

func awayOf(aways []chat.AwayRecord, sessions int) string {
	if len(aways) < sessions {
		return ""
	}
	for _, a := range slices.Backward(aways) {
		if a.Text != chat.NobodyThere {
			return a.Text
		}
	}
	return chat.NotConnected
}

// saidAway is what a session says instead of its user; empty: he sits there.
func (u *User) saidAway(id chat.SessionID) string {
	for _, a := range u.seldom().Aways {
		if a.Session == id {
			return a.Text
		}
	}
	return ""
}

// withAway is a list in which a session says something else.
func withAway(aways []chat.AwayRecord, id chat.SessionID, said string) []chat.AwayRecord {
	aways = withoutAways(aways, func(other chat.SessionID) bool { return other == id })
	if said != "" {
		aways = append(aways, chat.AwayRecord{Session: id, Text: said})
	}
	return aways
}

func withoutAways(aways []chat.AwayRecord, goes func(chat.SessionID) bool) []chat.AwayRecord {
	return slices.DeleteFunc(slices.Clone(aways), func(a chat.AwayRecord) bool { return goes(a.Session) })
}

// saying is the event that one of a number of sessions, which the user has then, says
// something; nil: it says that he is here, as others see him already.
func (u *User) saying(id chat.SessionID, said string, sessions int) []chat.Event {
	e := &chat.AwayChanged{
		Source: u.Source(), Session: id, Said: said, Text: awayOf(withAway(u.seldom().Aways, id, said), sessions),
	}
	if e.Unseen = e.Text == u.Away(); e.Unseen && said == u.saidAway(id) {
		return nil
	}
	return []chat.Event{e}
}

// leaving is the event that a user who stays is away without some of his sessions, or is
// for another reason; nil: nothing changes. It comes before they end: whoever has no
// session left is nobody's neighbour.
func (u *User) leaving(goes func(chat.SessionRecord) bool) []chat.Event {
	left := slices.DeleteFunc(slices.Clone(u.record.Sessions), goes)
	aways := withoutAways(u.seldom().Aways, func(id chat.SessionID) bool { return goes(*u.session(id)) })
	text := awayOf(aways, len(left))
	if text == u.Away() {
		return nil
	}
	return []chat.Event{&chat.AwayChanged{Source: u.Source(), Text: text}}
}

func (s *State) decideSetAway(c *chat.SetAway) Decision {
	u, r := s.himself(c.Session)
	if r != nil {
		return refused(r)
	}
	text := trim(c.Text, chat.AwayBytesMax)
	if r := chat.CheckText(text, chat.AwayBytesMax); r != nil {
		return refused(r)
	}
	return Decision{Events: u.saying(c.Session, text, len(u.record.Sessions))}
}

func (s *State) foldAwayChanged(e *chat.AwayChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil || u.session(e.Session) == nil {
		return nil
	}
	r := u.seldom()
	r.Aways = withAway(r.Aways, e.Session, e.Said)
	return u.setSeldom(r)
}
