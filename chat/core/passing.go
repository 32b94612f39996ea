package core

import (
	"slices"

	"madang/chat"
)

// What the passing of time and the start of a node lead to.

func (s *State) decideStartNode(c *chat.StartNode, now chat.Time) Decision {
	events := []chat.Event{&chat.NodeStarted{Node: c.Node, Time: now}}
	for r := range s.Rooms() {
		stays := slices.ContainsFunc(r.members, func(m member) bool { return m.user.outlives(c.Node) })
		if !stays && !r.Closed() {
			events = r.emptied(events, now)
		}
	}
	return Decision{Events: bounded(events)}
}

// housekeepingBytesMax bounds what one command adds to a record of the journal by
// tidying up; an entry takes its name and at most entryBytes.
const (
	housekeepingBytesMax = 96 << 10
	entryBytes           = 32
)

// bounded drops the tidying up that one record has no room for. A later Tick makes up
// for it; until then checkDoor guards rooms that should have closed.
func bounded(events []chat.Event) []chat.Event {
	left := housekeepingBytesMax
	return slices.DeleteFunc(events, func(e chat.Event) bool {
		switch e := e.(type) {
		case *chat.RoomVanished:
			left -= entryBytes + len(e.RoomName)
		case *chat.RoomClosed:
			left -= entryBytes + len(e.RoomName)
		case *chat.BanRemoved:
			left -= entryBytes + len(e.Target)
		case *chat.RoomChanged:
			left -= bytesOf(e)
		default:
			return false
		}
		return left < 0
	})
}

// bytesOf is about what the event takes in a record of the journal.
func bytesOf(e *chat.RoomChanged) int {
	n := 2*entryBytes + len(e.RoomName)
	for i := range e.Changes {
		n += entryBytes + len(e.Changes[i].Text)
	}
	return n
}

// foldNodeStarted removes what a node held before, and begins a new run of user
// numbers: those given away since the last record of them are never given again.
func (s *State) foldNodeStarted(e *chat.NodeStarted) Undo {
	run, next := s.run, s.nextUser
	var undos []Undo
	for u := range s.Users() {
		if u.outlives(e.Node) {
			there := func(r chat.SessionRecord) bool { return r.ID.Node == e.Node }
			undos = append(undos, s.leave(u, there), s.leftAtStart(u), u.setKnocked(0))
		} else {
			undos = append(undos, s.foldQuit(u.record.ID))
		}
	}
	for _, r := range s.rooms {
		// Invitations and knocks are not in the journal.
		if r.invited != nil {
			undos = append(undos, assign(&r.invited, nil))
		}
		if r.record.Knocked != 0 {
			undos = append(undos, assign(&r.record.Knocked, 0))
		}
	}
	s.run, s.nextUser = run+1, 0
	return func() {
		s.run, s.nextUser = run, next
		for _, undo := range slices.Backward(undos) {
			undo()
		}
	}
}

// unconfirmedMax is how many accounts go at one Tick that were not confirmed in time:
// each is looked for in every room.
const unconfirmedMax = 200

func (s *State) decideTick(now chat.Time) Decision {
	var events []chat.Event
	for i := range s.bans {
		if !s.bans[i].InForce(now) {
			events = append(events, &chat.BanRemoved{Target: s.bans[i].Target})
		}
	}
	left := unconfirmedMax
	for a := range s.Accounts() {
		if a.record.Code != (chat.Digest{}) && a.record.Made+unconfirmedFor <= now && left > 0 {
			left-- // it never had a user or a room
			events = append(events, &chat.AccountDeleted{
				Source: chat.Source{Nick: chat.ConsoleNick}, Account: a.record.User, Name: a.record.Name, Time: now,
			})
		}
		if u := s.users[a.record.User]; u != nil && a.expires(now) {
			over := func(r chat.SessionRecord) bool { t := a.token(r.Token); return t != nil && t.Over(now) }
			events = append(events, s.hungUp(u, over, "app password expired", chat.ConsoleNick, now)...)
		}
	}
	for r := range s.Rooms() {
		if e := r.expired(now); e != nil {
			events = append(events, e)
		}
		switch {
		case r.Closed() && r.record.ClosedUntil <= now:
			events = append(events, &chat.RoomVanished{Room: r.record.ID, RoomName: r.record.Name})
		case !r.Closed() && len(r.members) == 0:
			events = r.emptied(events, now)
		}
	}
	if before := now - directsKeptFor; len(s.directs.byID)+len(s.accepted) > 0 && before >= s.directFrom+directTickEvery {
		events = append(events, &chat.DirectErased{Before: before})
	}
	return Decision{Events: bounded(events)}
}

// foldDirectErased forgets conversations whose messages are all gone, and with them
// the ids of commands as old.
func (s *State) foldDirectErased(e *chat.DirectErased) Undo {
	from, directs, accepted := s.directFrom, s.directs, s.accepted
	s.directs = directs.keep(func(d *direct) bool { return d.record.Kept || d.record.LastSaid >= e.Before })
	s.accepted = keep(accepted, func(ids []chat.AcceptedID) bool { return ids[len(ids)-1].Outcome.Time >= e.Before })
	s.directFrom = e.Before
	return func() { s.directFrom, s.directs, s.accepted = from, directs, accepted }
}

// keep copies the entries of a map that are to stay.
func keep[K comparable, V any](m map[K]V, stays func(V) bool) map[K]V {
	kept := map[K]V{}
	for k, v := range m {
		if stays(v) {
			kept[k] = v
		}
	}
	return kept
}
