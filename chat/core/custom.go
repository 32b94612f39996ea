package core

import (
	"strings"
	"unicode/utf8"

	"madang/chat"
)

// How things are done in a room: where it sends people, how fast they speak, what they
// are told at the door, who may name everybody.

// ForwardOf is the room where those go who may not enter a room; nil: nowhere.
func (s *State) ForwardOf(r *Room) *Room { return s.rooms[r.record.Forward] }

// Slow is how many seconds a member without a rank waits between two messages.
func (r *Room) Slow() int { return r.record.Slow }

// Entry is what somebody is told who enters; empty: nothing.
func (r *Room) Entry() string { return r.record.Entry }

// MentionAll is the rank needed to name everybody at once; NoRank: anybody may.
func (r *Room) MentionAll() chat.Rank { return r.record.MentionAll }

// slowSecondsMax bounds the slowness of a room.
const slowSecondsMax = 6 * 60 * 60

// checkCustom completes one change, or says why it cannot be made.
func (s *State) checkCustom(by doer, room *Room, c chat.RoomChange) (chat.RoomChange, *chat.Refusal) {
	if !c.Add {
		c.Text, c.Number, c.Rank, c.Room = "", 0, chat.NoRank, 0
	}
	same := false
	switch c.Aspect {
	case chat.Forward:
		if r := s.checkForward(by, room, &c); r != nil {
			return c, r
		}
		same = room.record.Forward == c.Room
	case chat.Slow:
		if c.Add && (c.Number <= 0 || c.Number > slowSecondsMax) {
			return c, &chat.Refusal{Code: chat.BadValue, Text: "slowness is a number of seconds, at most 21600"}
		}
		same = room.record.Slow == c.Number
	case chat.Entry:
		if c.Add && c.Text == "" {
			return c, &chat.Refusal{Code: chat.BadValue, Text: "say what people are to be told"}
		}
		c.Text = trim(c.Text, chat.TopicBytesMax)
		if r := chat.CheckText(c.Text, chat.TopicBytesMax); r != nil {
			return c, r
		}
		same = room.record.Entry == c.Text
	case chat.MentionAll:
		if c.Add && !c.Rank.IsOne() {
			return c, &chat.Refusal{Code: chat.BadValue, Text: "name one rank"}
		}
		same = room.record.MentionAll == c.Rank
	default:
		return c, &chat.Refusal{Code: chat.BadValue, Text: "there is no such setting"}
	}
	if same {
		c.Aspect = noChange
	}
	return c, nil
}

// checkForward judges where a room sends people: its operator must be one there too.
func (s *State) checkForward(by doer, room *Room, c *chat.RoomChange) *chat.Refusal {
	if !s.outranks(by, room, chat.Operator) {
		return &chat.Refusal{Code: chat.NeedRank, Rank: chat.Operator}
	}
	if !c.Add {
		return nil
	}
	to := s.RoomByName(c.Text)
	if u := s.users[by.User]; to == nil || to == room || u != nil && !s.MaySeeRoom(u, to) {
		return &chat.Refusal{Code: chat.BadValue, Text: "there is no such room to go to"}
	}
	if !s.outranks(by, to, chat.Operator) {
		return &chat.Refusal{Code: chat.NeedRank, Room: to.record.Name, Rank: chat.Operator}
	}
	c.Text, c.Room = to.record.Name, to.record.ID
	return nil
}

// changeCustom makes a change that has no list, limit, key or rank.
func (r *Room) changeCustom(c chat.RoomChange) Undo {
	switch c.Aspect {
	case chat.Founder:
		return r.changeFounder(c)
	case chat.Successor:
		return assign(&r.record.Successor, c.User)
	case chat.Access:
		if !c.Add {
			return r.changeAccess(c.User, chat.NoRank)
		}
		return r.changeAccess(c.User, c.Rank)
	case chat.Forward:
		return assign(&r.record.Forward, c.Room)
	case chat.Slow:
		return assign(&r.record.Slow, c.Number)
	case chat.Entry:
		return assign(&r.record.Entry, c.Text)
	case chat.MentionAll:
		return assign(&r.record.MentionAll, c.Rank)
	}
	return func() {}
}

// screens says whether what a user says is shown only to those with a rank.
func (r *Room) screens(u *User) bool {
	if !r.Has(chat.Screened) {
		return false
	}
	m := r.member(u.record.ID)
	return m == nil || m.rank == chat.NoRank
}

// checkPace says how long a member without a rank must wait before he speaks in a slow
// room. What is not kept does not count.
func (r *Room) checkPace(m *member, kind chat.MessageKind, now chat.Time) *chat.Refusal {
	if r.record.Slow == 0 || m == nil || m.spoke == 0 || !kind.Stored() {
		return nil
	}
	left := m.spoke + chat.Time(r.record.Slow)*chat.Second - now
	if left <= 0 {
		return nil
	}
	return &chat.Refusal{Code: chat.TooSoon, Room: r.record.Name, Limit: int((left + chat.Second - 1) / chat.Second)}
}

// pace remembers when somebody spoke in a slow room.
func (r *Room) pace(e *chat.Said) Undo {
	if r.record.Slow == 0 {
		return func() {}
	}
	return r.setSpoke(e.Source.User, e.Time)
}

func (r *Room) setSpoke(id chat.UserID, at chat.Time) Undo {
	m := r.member(id)
	if m == nil || m.spoke == at {
		return func() {}
	}
	before := m.spoke
	m.spoke = at
	// The entry may have moved by then, so it is looked up again.
	return func() {
		if m := r.member(id); m != nil {
			m.spoke = before
		}
	}
}

// maySayAll says whether a user may name everybody in the room at once.
func (r *Room) maySayAll(by chat.UserID) bool {
	rank := chat.NoRank
	if m := r.member(by); m != nil {
		rank = m.rank
	}
	return rank.AtLeast(r.record.MentionAll)
}

// saysAll says whether a text names everybody: one of its words is @all or @everyone.
func saysAll(text string) bool {
	for _, word := range [...]string{"@all", "@everyone"} {
		for rest := text; ; {
			i := strings.Index(rest, word)
			if i < 0 {
				break
			}
			before, _ := utf8.DecodeLastRuneInString(rest[:i])
			rest = rest[i+len(word):]
			after, _ := utf8.DecodeRuneInString(rest)
			if (i == 0 || endsName(before)) && (rest == "" || endsName(after)) {
				return true
			}
		}
	}
	return false
}

// mentionsAllMax bounds the people whom a message to everybody names.
const mentionsAllMax = 1000

// everybodyIn are the accounts in a room but one, by number.
func (s *State) everybodyIn(r *Room, but chat.UserID) []chat.UserID {
	var ids []chat.UserID
	for i := range r.members {
		if u := r.members[i].user; u.record.Account != "" && u.record.ID != but && len(ids) < mentionsAllMax {
			ids = append(ids, u.record.ID)
		}
	}
	return ids
}
