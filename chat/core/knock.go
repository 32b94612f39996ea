package core

import (
	"madang/chat"
	"madang/chat/names"
)

// Pauses between two knocks, so that asking is no way to pester.
const (
	knockEvery     = chat.Minute      // of one user, whichever the room
	roomKnockEvery = 10 * chat.Second // at one room, whoever it is
)

func (s *State) decideKnock(c *chat.Knock, now chat.Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	if r := s.outOfScope(u, c.Session, names.Fold(c.Room), true); r != nil {
		return refused(r)
	}
	room := s.RoomByName(c.Room)
	if room == nil || !s.MaySeeRoom(u, room) {
		return refuse(chat.Refusal{Code: chat.NoSuchRoom, Room: c.Room})
	}
	text := trim(c.Text, chat.ReasonBytesMax)
	if r := chat.CheckText(text, chat.ReasonBytesMax); r != nil {
		return refused(r)
	}
	if r := room.checkKnock(u, now); r != nil {
		return refused(r)
	}
	return happened(&chat.Knocked{
		Source: u.Source(), Room: room.record.ID, RoomName: room.record.Name, Text: text,
		Only: room.atLeast(chat.HalfOperator), Time: now,
	})
}

// checkKnock says why a user may not ask to be let in, or nil. Somebody could let him in
// who has no invitation, no key, or no place; not somebody who is banned or a guest.
func (r *Room) checkKnock(u *User, now chat.Time) *chat.Refusal {
	if r.member(u.record.ID) != nil {
		return &chat.Refusal{Code: chat.AlreadyMember, Room: r.record.Name, Nick: u.record.Nick}
	}
	shut := checkDoor(u, r, "", now)
	switch {
	case shut == nil || r.Has(chat.NoKnock):
		return &chat.Refusal{Code: chat.NoKnocking, Room: r.record.Name}
	case shut.Code == chat.Banned || shut.Code == chat.NeedAccount || shut.Code == chat.RoomReserved:
		return shut
	}
	if left := max(pauseLeft(u.seldom().Knocked, knockEvery, now), pauseLeft(r.record.Knocked, roomKnockEvery, now)); left > 0 {
		return &chat.Refusal{Code: chat.TooSoon, Room: r.record.Name, Limit: int((left + chat.Second - 1) / chat.Second)}
	}
	return nil
}

// pauseLeft is how much of a pause since some time is left; the zero time is never.
func pauseLeft(since, pause, now chat.Time) chat.Time {
	if since == 0 {
		return 0
	}
	return since + pause - now
}

func (s *State) foldKnocked(e *chat.Knocked) Undo {
	u, r := s.users[e.Source.User], s.rooms[e.Room]
	if u == nil || r == nil {
		return nil
	}
	user, room := u.setKnocked(e.Time), assign(&r.record.Knocked, e.Time)
	return func() { room(); user() }
}
