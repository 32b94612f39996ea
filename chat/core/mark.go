package core

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"madang/chat"
	"madang/chat/names"
)

// How far accounts have read, and who is named in a message.

func (a *Account) findMark(id chat.ConversationID) (int, bool) {
	return slices.BinarySearchFunc(a.record.Marks, id, func(m chat.MarkRecord, id chat.ConversationID) int {
		return cmp.Compare(m.Conversation, id)
	})
}

// marksMax bounds the marks of an account. One more makes room for itself: marks of what
// is no more go first, then that of the oldest conversation.
const marksMax = 2000

// putMark replaces or adds a mark, and gives what takes it back.
func (s *State) putMark(a *Account, m chat.MarkRecord) Undo {
	before := a.record.Marks
	i, known := a.findMark(m.Conversation)
	marks := slices.Clone(before)
	if known {
		marks[i] = m
	} else {
		marks = slices.Insert(marks, i, m)
	}
	if len(marks) > marksMax {
		marks = s.fewerMarks(marks, m.Conversation)
	}
	a.record.Marks = marks
	return func() { a.record.Marks = before }
}

// fewerMarks takes marks out of a list, but not that of one conversation.
func (s *State) fewerMarks(marks []chat.MarkRecord, but chat.ConversationID) []chat.MarkRecord {
	marks = slices.DeleteFunc(marks, func(m chat.MarkRecord) bool {
		return m.Conversation != but && s.rooms[m.Conversation] == nil && s.directs.byID[m.Conversation] == nil
	})
	if len(marks) <= marksMax {
		return marks
	}
	oldest := 0
	if marks[0].Conversation == but {
		oldest = 1
	}
	return slices.Delete(marks, oldest, oldest+1)
}

// Unread is how many messages of a conversation an account has not read, and how many
// of them name it; in a conversation of two every one does.
func (s *State) Unread(a *Account, id chat.ConversationID) (messages, mentions int) {
	m, _ := a.Mark(id)
	if r := s.rooms[id]; r != nil {
		return int(max(r.record.LastNumber, m.Number) - m.Number), int(m.Mentions)
	}
	if d := s.directs.byID[id]; d != nil {
		n := int(max(d.record.LastNumber, m.Number) - m.Number)
		return n, n
	}
	return 0, 0
}

func (s *State) decideSetMark(c *chat.SetMark) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	a := s.accounts[u.record.ID]
	if a == nil {
		return refuse(chat.Refusal{Code: chat.NeedAccount})
	}
	e := &chat.MarkSet{Source: u.Source(), Conversation: c.Conversation, Number: c.Number, At: c.Time}
	room, d := s.rooms[c.Conversation], s.directs.byID[c.Conversation]
	switch {
	case room != nil && (room.member(u.record.ID) != nil || s.MaySeeRoom(u, room)):
		e.RoomName, e.Number = room.record.Name, min(c.Number, room.record.LastNumber)
	case d != nil && d.record.Low == u.record.ID:
		e.Nick, e.Number = d.record.HighNick, min(c.Number, d.record.LastNumber)
	case d != nil && d.record.High == u.record.ID:
		e.Nick, e.Number = d.record.LowNick, min(c.Number, d.record.LastNumber)
	default:
		return refuse(chat.Refusal{Code: chat.NoSuchRoom})
	}
	if r := s.outOfScope(u, c.Session, room.folded(), true); r != nil {
		return refused(r)
	}
	if m, known := a.Mark(c.Conversation); known {
		if m.Number >= e.Number && m.Time >= e.At {
			return Decision{}
		}
		e.Number, e.At = max(e.Number, m.Number), max(e.At, m.Time)
	}
	return happened(e)
}

func (s *State) foldMarkSet(e *chat.MarkSet) Undo {
	a := s.accounts[e.Source.User]
	if a == nil {
		return nil
	}
	return s.putMark(a, chat.MarkRecord{Conversation: e.Conversation, Number: e.Number, Time: e.At})
}

// markJoined gives somebody who is always on a mark at the end of what was said before
// he came. It has no time: he has said nothing himself of how far he has read.
func (s *State) markJoined(e *chat.Joined, r *Room) Undo {
	a := s.accounts[e.Source.User]
	if a == nil || !e.Source.Lasting {
		return func() {}
	}
	if _, known := a.findMark(e.Room); known {
		return func() {}
	}
	return s.putMark(a, chat.MarkRecord{Conversation: e.Room, Number: r.record.LastNumber})
}

// markSaid keeps the marks of those whom a message names or who said it: whoever had
// read everything has read his own message too.
func (s *State) markSaid(e *chat.Said) Undo {
	var undos []Undo
	if a := s.accounts[e.Source.User]; a != nil && e.Source.Account != "" {
		if m, known := a.Mark(e.Conversation); known && m.Number == e.Number-1 {
			m.Number, m.Time = e.Number, e.Time
			undos = append(undos, s.putMark(a, m))
		}
	}
	for _, id := range e.Mentions {
		if a := s.accounts[id]; a != nil {
			m, _ := a.Mark(e.Conversation)
			m.Conversation = e.Conversation
			m.Mentions++
			undos = append(undos, s.putMark(a, m))
		}
	}
	return func() { undoAll(undos) }
}

// mentionsMax bounds the people whom one message names.
const mentionsMax = 50

// mentions are the accounts in a room whom a text names, by number. Who says so himself
// is not among them.
func (s *State) mentions(r *Room, by chat.UserID, text string) []chat.UserID {
	if len(s.accounts) == 0 {
		return nil
	}
	if r.maySayAll(by) && saysAll(text) {
		return s.everybodyIn(r, by)
	}
	var ids []chat.UserID
	for word := range strings.FieldsFuncSeq(text, endsName) {
		if len(ids) == mentionsMax {
			break
		}
		u := s.byNick[names.Fold(word)]
		if u == nil || u.record.Account == "" || u.record.ID == by || r.member(u.record.ID) == nil {
			continue
		}
		if i, known := slices.BinarySearch(ids, u.record.ID); !known {
			ids = slices.Insert(ids, i, u.record.ID)
		}
	}
	return ids
}

// endsName says whether a character cannot be part of a nick, so that it ends one.
func endsName(r rune) bool {
	switch r {
	case '-', '_', '[', ']', '{', '}', '\\', '|', '^', '`':
		return false
	}
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
}
