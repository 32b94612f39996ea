package chat

import "madang/chat/names"

// Pauses between two knocks, so that asking is no way to pester.
const (
	knockEvery     = Minute      // of one user, whichever the room
	roomKnockEvery = 10 * Second // at one room, whoever it is
)

func (s *State) decideKnock(c *Knock, now Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	if r := s.outOfScope(u, c.Session, names.Fold(c.Room), true); r != nil {
		return refused(r)
	}
	room := s.RoomByName(c.Room)
	if room == nil || !s.MaySeeRoom(u, room) {
		return refuse(Refusal{Code: NoSuchRoom, Room: c.Room})
	}
	text := trim(c.Text, ReasonBytesMax)
	if r := checkText(text, ReasonBytesMax); r != nil {
		return refused(r)
	}
	if r := room.checkKnock(u, now); r != nil {
		return refused(r)
	}
	return happened(&Knocked{
		Source: u.Source(), Room: room.record.ID, RoomName: room.record.Name, Text: text,
		Only: room.atLeast(HalfOperator), Time: now,
	})
}

// checkKnock says why a user may not ask to be let in, or nil. Somebody could let him in
// who has no invitation, no key, or no place; not somebody who is banned or a guest.
func (r *Room) checkKnock(u *User, now Time) *Refusal {
	if r.member(u.record.ID) != nil {
		return &Refusal{Code: AlreadyMember, Room: r.record.Name, Nick: u.record.Nick}
	}
	shut := checkDoor(u, r, "", now)
	switch {
	case shut == nil || r.Has(NoKnock):
		return &Refusal{Code: NoKnocking, Room: r.record.Name}
	case shut.Code == Banned || shut.Code == NeedAccount || shut.Code == RoomReserved:
		return shut
	}
	if left := max(pauseLeft(u.seldom().Knocked, knockEvery, now), pauseLeft(r.record.Knocked, roomKnockEvery, now)); left > 0 {
		return &Refusal{Code: TooSoon, Room: r.record.Name, Limit: int((left + Second - 1) / Second)}
	}
	return nil
}

// pauseLeft is how much of a pause since some time is left; the zero time is never.
func pauseLeft(since, pause, now Time) Time {
	if since == 0 {
		return 0
	}
	return since + pause - now
}

func (s *State) foldKnocked(e *Knocked) Undo {
	u, r := s.users[e.Source.User], s.rooms[e.Room]
	if u == nil || r == nil {
		return nil
	}
	user, room := u.setKnocked(e.Time), assign(&r.record.Knocked, e.Time)
	return func() { room(); user() }
}
