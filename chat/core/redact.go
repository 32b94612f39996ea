package core

import (
	"math/bits"

	"madang/chat"
)

// What becomes of messages that were said: they are erased, or get another text.

// EditableFor is how long after it was said a message may get another text: a day, so
// that what people have long read and answered stays what it was.
const EditableFor = chat.Day

// cited finds where a message was said: in a room, or between two.
func (s *State) cited(m *chat.Cited) (*Room, *direct, *chat.Refusal) {
	var last chat.Number
	var d *direct
	room := s.rooms[m.Conversation]
	if room != nil {
		last = room.record.LastNumber
	} else if d = s.directs.byID[m.Conversation]; d != nil {
		last = d.record.LastNumber
	}
	if m.Number == 0 || m.Number > last || m.Position == 0 || m.Position > s.position {
		return nil, nil, &chat.Refusal{Code: chat.NoSuchMessage}
	}
	return room, d, nil
}

// other is whom one of the two speaks with, as he is called or was when he last spoke.
func (s *State) other(d *direct, one chat.UserID) (chat.UserID, string) {
	id, nick := d.record.Low, d.record.LowNick
	if id == one {
		id, nick = d.record.High, d.record.HighNick
	}
	if u := s.users[id]; u != nil {
		nick = u.record.Nick
	}
	return id, nick
}

// folded is a room's folded name; none for a conversation of two.
func (r *Room) folded() string {
	if r == nil {
		return ""
	}
	return r.record.Folded
}

func (s *State) decideRedact(c *chat.Redact, now chat.Time) Decision {
	m := &c.Message
	room, d, r := s.cited(m)
	if r != nil {
		return refused(r)
	}
	by, r := s.eraser(c.Session, m, room, now)
	if r != nil {
		return refused(r)
	}
	reason := trim(c.Reason, chat.ReasonBytesMax)
	if r := chat.CheckText(reason, chat.ReasonBytesMax); r != nil {
		return refused(r)
	}
	e := &chat.Redacted{
		Source: by, Conversation: m.Conversation, Message: m.Position, Number: m.Number,
		Author: m.Author, Reason: reason, Time: now,
	}
	if room != nil {
		e.RoomName = room.record.Name
	} else {
		e.To, e.Nick = s.other(d, m.Author)
	}
	return happened(e)
}

// eraser is who erases a message by a command of the session, or why he may not. What
// two said to each other the author alone may erase, and the console.
func (s *State) eraser(id chat.SessionID, m *chat.Cited, room *Room, now chat.Time) (chat.Source, *chat.Refusal) {
	if id == chat.Console {
		return s.operator(id, chat.MayErase)
	}
	u, r := s.actor(id)
	if r != nil {
		return chat.Source{}, r
	}
	may := u.record.ID == m.Author || room != nil && room.outranksAuthor(u, m.Author)
	if !may && room != nil {
		_, r := s.operator(id, chat.MayErase)
		may = r == nil
	}
	if !may {
		return chat.Source{}, s.notYours(id, m, now)
	}
	return u.Source(), s.outOfScope(u, id, room.folded(), true)
}

// notYours refuses what may only be done to one's own message; who may not read it is
// not told that it is there.
func (s *State) notYours(id chat.SessionID, m *chat.Cited, now chat.Time) *chat.Refusal {
	if s.MayRead(id, m.Conversation, now) {
		return &chat.Refusal{Code: chat.NotYours}
	}
	return &chat.Refusal{Code: chat.NoSuchMessage}
}

// outranksAuthor says whether a user's rank in the room is that of a half-operator or
// higher, and higher than the author's. The founder is above everybody.
func (r *Room) outranksAuthor(u *User, author chat.UserID) bool {
	if r.record.Founder != 0 && (r.record.Founder == u.record.ID || r.record.Founder == author) {
		return r.record.Founder == u.record.ID
	}
	m := r.member(u.record.ID)
	return m != nil && m.rank.AtLeast(chat.HalfOperator) && bits.Len8(uint8(m.rank)) > bits.Len8(uint8(r.standingOf(author)))
}

// standingOf is the rank of a member, or that which somebody who is not in would have.
func (r *Room) standingOf(id chat.UserID) chat.Rank {
	if m := r.member(id); m != nil {
		return m.rank
	}
	return r.accessOf(id)
}

func (s *State) decideEdit(c *chat.Edit, now chat.Time) Decision {
	m := &c.Message
	room, d, r := s.cited(m)
	if r != nil {
		return refused(r)
	}
	u, r := s.actor(c.Session)
	switch {
	case r != nil:
		return refused(r)
	case u.record.ID != m.Author:
		return refused(s.notYours(c.Session, m, now))
	case m.Time+EditableFor <= now:
		return refuse(chat.Refusal{Code: chat.BadValue, Text: "a message can be edited for a day"})
	case !m.What.Stored():
		return refuse(chat.Refusal{Code: chat.NoSuchMessage})
	}
	if r := checkMessage(m.What, c.Text); r != nil {
		return refused(r)
	}
	e := &chat.Edited{
		Source: u.Source(), Conversation: m.Conversation, Message: m.Position, Number: m.Number,
		What: m.What, Text: c.Text, Time: now,
	}
	if room != nil {
		e.RoomName, e.Mentions = room.record.Name, s.mentions(room, u.record.ID, c.Text)
	} else {
		e.To, e.Nick = s.other(d, u.record.ID)
	}
	if r := s.checkStillSpeaks(u, room, e, now); r != nil {
		return refused(r)
	}
	if r := s.outOfScope(u, c.Session, room.folded(), true); r != nil {
		return refused(r)
	}
	return happened(e)
}

// checkStillSpeaks says why an author may not say now what he would say instead.
func (s *State) checkStillSpeaks(u *User, room *Room, e *chat.Edited, now chat.Time) *chat.Refusal {
	if room == nil {
		return refusesGuest(u, s.users[e.To])
	}
	r := room.checkSpeech(u, e.What, now)
	if r == nil && room.screens(u) {
		r = &chat.Refusal{Code: chat.CannotSpeak, Room: room.record.Name, Text: "what you say here is shown to ranks alone"}
	}
	if r != nil && !s.MaySeeRoom(u, room) {
		return &chat.Refusal{Code: chat.NoSuchMessage}
	}
	return r
}
