package core

import (
	"strings"

	"madang/chat"
	"madang/chat/names"
)

func (s *State) decideSay(c *chat.Say, now chat.Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	if r := checkSay(c); r != nil {
		return refused(r)
	}
	// Whoever asks again after a broken connection hears of his message, wherever he
	// may speak by now.
	if c.Kept() {
		if d := s.duplicate(scopeOf(u, c.Session), c.ID, now); d != nil {
			return Decision{Duplicate: d}
		}
	}
	if r := s.outOfScope(u, c.Session, names.Fold(c.Room), true); r != nil {
		return refused(r)
	}
	if c.Nick != "" {
		return s.sayDirect(c, u, now)
	}
	room := s.RoomByName(c.Room)
	if room == nil {
		return refuse(chat.Refusal{Code: chat.NoSuchRoom, Room: c.Room})
	}
	if r := room.checkSpeech(u, c.Kind, now); r != nil {
		if !s.MaySeeRoom(u, room) {
			return refuse(chat.Refusal{Code: chat.NoSuchRoom, Room: c.Room})
		}
		return refused(r)
	}
	if room.screens(u) {
		return happened(room.relayed(c, u, now))
	}
	if c.As != "" {
		if r := s.checkRelay(c, room); r != nil {
			return refused(r)
		}
	}
	if !c.Kept() {
		return happened(s.passed(c, u, room, now))
	}
	e := said(c, u, now)
	if c.As != "" {
		relayAs(e, c.As)
	}
	e.Conversation, e.RoomName, e.Number = room.record.ID, room.record.Name, room.record.LastNumber+1
	e.Mentions = s.mentions(room, u.record.ID, c.Text)
	return happened(e)
}

// checkSay says what is wrong with a message by itself, or nil.
func checkSay(c *chat.Say) *chat.Refusal {
	if c.Text != "" || c.Kind != chat.Typed {
		if r := checkMessage(c.Kind, c.Text); r != nil {
			return r
		}
	}
	if c.As != "" && (c.Room == "" || !c.Kept()) {
		return &chat.Refusal{Code: chat.BadValue, Text: "only messages to rooms are said in another name"}
	}
	if max(len(c.ID), len(c.ReplyTo)) > chat.CommandIDMax {
		return &chat.Refusal{Code: chat.BadValue, Text: "an id is longer than 64 bytes"}
	}
	size := 0
	for _, t := range c.Tags {
		size += len(t.Key) + len(t.Value) + 2
	}
	if size > chat.TagBytesMax {
		return &chat.Refusal{Code: chat.TextTooLong, Limit: chat.TagBytesMax}
	}
	return nil
}

// checkMessage says what is wrong with a text as a message, or nil. What is said, or
// said by a program, may have several lines, parted by "\n"; not all of them are empty.
func checkMessage(kind chat.MessageKind, text string) *chat.Refusal {
	lines := strings.Count(text, "\n")
	switch {
	case text == "" || len(text) == lines:
		return &chat.Refusal{Code: chat.TextEmpty}
	case lines == 0 || kind != chat.Text && kind != chat.Notice:
		return chat.CheckText(text, chat.TextBytesMax)
	case lines >= chat.LinesMax:
		return &chat.Refusal{Code: chat.BadValue, Text: "a message has at most 100 lines"}
	case len(text) > chat.TextBytesMax:
		return &chat.Refusal{Code: chat.TextTooLong, Limit: chat.TextBytesMax}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if r := chat.CheckText(line, chat.TextBytesMax); r != nil {
			return r
		}
	}
	return nil
}

// checkSpeech says why a user may not speak in a room, or nil.
func (r *Room) checkSpeech(u *User, kind chat.MessageKind, now chat.Time) *chat.Refusal {
	m := r.member(u.record.ID)
	rank := chat.NoRank
	if m != nil {
		rank = m.rank
	}
	why := ""
	switch {
	case r.Closed():
		return &chat.Refusal{Code: chat.NoSuchRoom, Room: r.record.Name}
	case m == nil && r.Has(chat.NoOutside):
		why = "no messages from outside the room"
	case (kind == chat.CTCP || kind == chat.CTCPReply) && r.Has(chat.NoCTCP):
		why = "no client requests in this room"
	case rank != chat.NoRank:
		return nil
	case r.Has(chat.Moderated):
		why = "the room is moderated"
	case r.Has(chat.AccountsSpeak) && u.record.Account == "":
		why = "you need an account to speak here"
	case r.silences(u, now):
		if why = "you are muted"; r.bans(u, now) {
			why = "you are banned"
		}
	default:
		return r.checkPace(m, kind, now)
	}
	return &chat.Refusal{Code: chat.CannotSpeak, Room: r.record.Name, Text: why}
}

// said is what a stored message is wherever it goes.
func said(c *chat.Say, u *User, now chat.Time) *chat.Said {
	e := &chat.Said{
		Source: u.Source(), Time: now, What: c.Kind, Text: c.Text, Tags: c.Tags, ReplyTo: c.ReplyTo,
	}
	if c.ID != "" {
		e.ID, e.Scope = c.ID, scopeOf(u, c.Session)
	}
	return e
}

func (r *Room) relayed(c *chat.Say, u *User, now chat.Time) *chat.Relayed {
	e := &chat.Relayed{
		Source: u.Source(), Room: r.record.ID, RoomName: r.record.Name, AtLeast: c.AtLeast,
		Time: now, What: c.Kind, Text: c.Text, Tags: c.Tags, ReplyTo: c.ReplyTo,
	}
	switch {
	case c.AtLeast != chat.NoRank:
		e.Only = r.atLeast(c.AtLeast)
	case r.screens(u):
		e.Only = with(r.atLeast(chat.Voice), u.record.ID)
	}
	return e
}

func (s *State) sayDirect(c *chat.Say, u *User, now chat.Time) Decision {
	to := s.UserByNick(c.Nick)
	if to == nil {
		return refuse(chat.Refusal{Code: chat.NoSuchNick, Nick: c.Nick})
	}
	if r := refusesGuest(u, to); r != nil {
		return refused(r)
	}
	if c.Kind == chat.CTCP && u != to && to.Has(chat.Unasked) {
		return refuse(chat.Refusal{Code: chat.NoRequests, Nick: to.record.Nick})
	}
	d := s.directs.byPair[pairOf(u.record.ID, to.record.ID)]
	if !c.Kept() {
		return answerable(u, to, s.passedTo(c, u, to, d, now))
	}
	e := said(c, u, now)
	e.To, e.Nick, e.Kept = to.record.ID, to.record.Nick, u.record.Account != "" || to.record.Account != ""
	if d != nil { // what was kept once is not erased because an account was deleted
		e.Conversation, e.Number, e.Kept = d.record.ID, d.record.LastNumber+1, e.Kept || d.record.Kept
	} else {
		e.Conversation, e.Number = s.nextConversation+1, 1
	}
	return answerable(u, to, e)
}

func (s *State) foldSaid(e *chat.Said) Undo {
	forget := s.accept(e)
	if s.directFrom == 0 {
		// The first message of all: the hours are counted from here.
		unset, rest := assign(&s.directFrom, e.Time-directsKeptFor), forget
		forget = func() { rest(); unset() }
	}
	if e.To != 0 {
		undo := s.foldDirect(e)
		return func() { undo(); forget() }
	}
	r := s.rooms[e.Conversation]
	if r == nil {
		return forget
	}
	number, last := r.record.LastNumber, r.record.LastSaid
	r.record.LastNumber, r.record.LastSaid = e.Number, e.Time
	unmark, unpace := s.markSaid(e), r.pace(e)
	return func() {
		unpace()
		unmark()
		r.record.LastNumber, r.record.LastSaid = number, last
		forget()
	}
}

func (s *State) foldDirect(e *chat.Said) Undo {
	record := directOf(&e.Source, e.To, e.Nick)
	record.ID, record.LastNumber, record.LastSaid, record.Kept = e.Conversation, e.Number, e.Time, e.Kept
	said, unmark := s.putDirect(record), s.markSaid(e)
	return func() { unmark(); said() }
}

// duplicate is what the id of a command led to before, or nil.
func (s *State) duplicate(scope chat.Scope, id string, now chat.Time) *chat.Duplicate {
	if id == "" || scope == (chat.Scope{}) {
		return nil
	}
	for _, a := range s.accepted[scope] {
		if a.ID == id && a.Outcome.Time+acceptedFor > now {
			d := a.Outcome
			return &d
		}
	}
	return nil
}

// accept remembers the id of a message.
func (s *State) accept(e *chat.Said) Undo {
	if e.ID == "" || e.Scope == (chat.Scope{}) {
		return func() {}
	}
	before, known := s.accepted[e.Scope]
	list := before
	if len(list) >= acceptedIDsMax {
		list = list[1:]
	}
	outcome := chat.Duplicate{Position: s.position, Conversation: e.Conversation, Number: e.Number, Time: e.Time}
	// What lies behind a list is nobody's: taking back gives the shorter list again.
	s.accepted[e.Scope] = append(list, chat.AcceptedID{ID: e.ID, Outcome: outcome})
	return func() {
		if known {
			s.accepted[e.Scope] = before
		} else {
			delete(s.accepted, e.Scope)
		}
	}
}

func (s *State) decideSetTopic(c *chat.SetTopic, now chat.Time) Decision {
	by, room, r := s.topicSource(c)
	if r != nil {
		return refused(r)
	}
	text := trim(c.Text, chat.TopicBytesMax)
	if r := chat.CheckText(text, chat.TopicBytesMax); r != nil {
		return refused(r)
	}
	return happened(&chat.TopicSet{Source: by.Source, Room: room.record.ID, RoomName: room.record.Name, Text: text, Time: now})
}

// topicSource is who may change a topic.
func (s *State) topicSource(c *chat.SetTopic) (doer, *Room, *chat.Refusal) {
	if room := s.RoomByName(c.Room); room != nil && !room.Has(chat.TopicLocked) {
		if u, room, r := s.memberOf(c.Session, c.Room); r == nil {
			return doer{Source: u.Source()}, room, nil
		}
	}
	return s.ranked(c.Session, c.Room, chat.HalfOperator)
}

func (s *State) foldTopicSet(e *chat.TopicSet) Undo {
	r := s.rooms[e.Room]
	if r == nil {
		return nil
	}
	text, by, at := r.record.Topic, r.record.TopicBy, r.record.TopicAt
	r.record.Topic, r.record.TopicBy, r.record.TopicAt = e.Text, e.Source.Nick+"!"+e.Source.Username+"@"+e.Source.Host, e.Time
	return func() { r.record.Topic, r.record.TopicBy, r.record.TopicAt = text, by, at }
}
