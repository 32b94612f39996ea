package core

import (
	"iter"
	"maps"
	"slices"

	"madang/chat"
	"madang/chat/names"
)

// Questions about the living state. Who may see something is decided here.

// UserByID is a user present, or nil.
func (s *State) UserByID(id chat.UserID) *User { return s.users[id] }

// UserOf is the user of a session as it may ask for him, or nil. One who came with an
// app password is given without his powers, which it never carries; if it is for some
// rooms, he is in no others and no others may be shown to him.
func (s *State) UserOf(id chat.SessionID) *User {
	u := s.sessions[id]
	if u == nil {
		return nil
	}
	t := s.tokenOf(u, id)
	if t == nil || len(t.Rooms) == 0 && u.record.Powers == chat.NoPermission && !u.Has(chat.ServerOperator) {
		return u
	}
	narrowed := *u
	narrowed.token = t
	narrowed.record.Powers = chat.NoPermission
	narrowed.record.Flags &^= chat.ServerOperator
	if len(t.Rooms) > 0 {
		narrowed.rooms = slices.DeleteFunc(slices.Clone(u.rooms), func(r *Room) bool { return !narrowed.reaches(r) })
	}
	return &narrowed
}

// reaches says whether a user, as a session asks for him, may know of a room at all.
func (u *User) reaches(r *Room) bool { return u.token == nil || u.token.IsFor(r.record.Folded) }

// UserByNick is the user of a name in any spelling, or nil.
func (s *State) UserByNick(nick string) *User { return s.byNick[names.Fold(nick)] }

// RoomByName is the room of a name in any spelling, or nil.
func (s *State) RoomByName(name string) *Room { return s.byName[names.Fold(name)] }

// RoomByID is the room of a number, or nil.
func (s *State) RoomByID(id chat.ConversationID) *Room { return s.rooms[id] }

// Users are all users by number; for counts and operators.
func (s *State) Users() iter.Seq[*User] {
	if s.userList == nil {
		s.userList = slices.Collect(inOrder(s.users))
	}
	return slices.Values(s.userList)
}

// Rooms are all rooms by number; for counts and operators.
func (s *State) Rooms() iter.Seq[*Room] {
	if s.roomList == nil {
		s.roomList = slices.Collect(inOrder(s.rooms))
	}
	return slices.Values(s.roomList)
}

// UserCount and RoomCount are how many there are.
func (s *State) UserCount() int { return len(s.users) }

// RoomCount is how many rooms there are, closed ones among them.
func (s *State) RoomCount() int { return len(s.rooms) }

// inOrder gives a map's values by ascending key.
func inOrder[K ~uint64, V any](m map[K]V) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(m[k]) {
				return
			}
		}
	}
}

// MaySeeRoom says whether a user may know that a room exists.
func (s *State) MaySeeRoom(viewer *User, r *Room) bool {
	if !viewer.reaches(r) {
		return false
	}
	return viewer.May(chat.MaySee) || r.member(viewer.record.ID) != nil || r.rankToEnter(viewer) != chat.NoRank || !r.Has(chat.Secret) && !r.Closed()
}

// MaySeeUser says whether a user may be shown another without naming him.
func (s *State) MaySeeUser(viewer, u *User) bool {
	if viewer.Is(u) || viewer.May(chat.MaySee) || !u.Has(chat.Invisible) {
		return true
	}
	for _, r := range viewer.rooms {
		if m := r.member(u.record.ID); m != nil && r.shows(viewer, m.rank) {
			return true
		}
	}
	return false
}

// VisibleRooms are the rooms that a user may know of, by number.
func (s *State) VisibleRooms(viewer *User) iter.Seq[*Room] {
	return filter(s.Rooms(), func(r *Room) bool { return s.MaySeeRoom(viewer, r) })
}

// VisibleMembers are the members of a room that a user may be shown, by number. In an
// auditorium a member without a rank is shown those with one, and not himself.
func (s *State) VisibleMembers(viewer *User, r *Room) iter.Seq[Member] {
	if !s.MaySeeRoom(viewer, r) {
		return func(func(Member) bool) {}
	}
	if viewer.May(chat.MaySee) || r.member(viewer.record.ID) != nil {
		return r.MembersFor(viewer)
	}
	return filter(r.MembersFor(viewer), func(m Member) bool { return s.MaySeeUser(viewer, m.User) })
}

// MembersFor are the members of a room as one of them is shown them, by number.
func (r *Room) MembersFor(viewer *User) iter.Seq[Member] {
	if !r.Has(chat.Auditorium) {
		return r.Members()
	}
	return filter(r.Members(), func(m Member) bool { return r.shows(viewer, m.Rank) })
}

// VisibleRoomsOf are the rooms of a user that another may be told of, by number.
func (s *State) VisibleRoomsOf(viewer, u *User) iter.Seq[*Room] {
	return filter(u.Rooms(), func(r *Room) bool {
		if !viewer.reaches(r) {
			return false
		}
		if viewer.Is(u) || viewer.May(chat.MaySee) {
			return true
		}
		if !r.shows(viewer, r.member(u.record.ID).rank) {
			return false
		}
		if r.member(viewer.record.ID) != nil {
			return true
		}
		return !r.Has(chat.Secret) && !u.Has(chat.Invisible)
	})
}

func filter[T any](seq iter.Seq[T], pass func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for v := range seq {
			if pass(v) && !yield(v) {
				return
			}
		}
	}
}

// MayRead says whether a session may read the history of a conversation: members
// may; so may passers-by where the door is open, has been as long as messages are
// kept, and does not keep out just them; and the two of a direct conversation.
func (s *State) MayRead(session chat.SessionID, id chat.ConversationID, now chat.Time) bool {
	if session == chat.Console {
		return true
	}
	u, r := s.sessions[session], s.rooms[id]
	if u == nil || s.outOfScope(u, session, r.folded(), false) != nil {
		return false
	}
	if r != nil {
		return r.member(u.record.ID) != nil || !r.Closed() && !r.restrictedWithin(now) && !r.bans(u, now)
	}
	d := s.directs.byID[id]
	return d != nil && (d.record.Low == u.record.ID || d.record.High == u.record.ID)
}

// MayHear says whether a session is shown what is said in a room that its user is in,
// or with 0 what is said to him: not if it came with an app password for other rooms.
func (s *State) MayHear(session chat.SessionID, id chat.ConversationID) bool {
	u := s.sessions[session]
	return u != nil && s.outOfScope(u, session, s.rooms[id].folded(), false) == nil
}

// Direct is the conversation of two users; ok is false when they never spoke.
func (s *State) Direct(a, b chat.UserID) (id chat.ConversationID, ok bool) {
	if d := s.directs.byPair[pairOf(a, b)]; d != nil {
		return d.record.ID, true
	}
	return 0, false
}

// DirectsOf are the direct conversations of a user, by number.
func (s *State) DirectsOf(id chat.UserID) iter.Seq[chat.DirectRecord] {
	var own []chat.DirectRecord
	for _, d := range s.directs.of[id] {
		own = append(own, d.record)
	}
	return slices.Values(own)
}

// Readable are the conversations whose history a session may search: its rooms and
// its direct ones, by number.
func (s *State) Readable(session chat.SessionID) []chat.ConversationID {
	u := s.sessions[session]
	if u == nil {
		return nil
	}
	var ids []chat.ConversationID
	for _, r := range u.rooms {
		if s.outOfScope(u, session, r.record.Folded, false) == nil {
			ids = append(ids, r.record.ID)
		}
	}
	if s.outOfScope(u, session, "", false) == nil {
		for _, d := range s.directs.of[u.record.ID] {
			ids = append(ids, d.record.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// DirectWith is the conversation of a user with somebody of a name, in any spelling: who
// bears it now, or else the last one to whom he spoke under it. ok is false when there
// is none.
func (s *State) DirectWith(id chat.UserID, nick string) (record chat.DirectRecord, ok bool) {
	folded := names.Fold(nick)
	if u := s.byNick[folded]; u != nil {
		if d := s.directs.byPair[pairOf(id, u.record.ID)]; d != nil {
			return s.named(d), true
		}
	}
	for _, d := range s.directs.of[id] {
		_, other := d.record.Other(id)
		if names.Fold(other) == folded && (!ok || d.record.LastSaid > record.LastSaid) {
			record, ok = d.record, true
		}
	}
	return record, ok
}

// named is a direct conversation with the names that its people have now.
func (s *State) named(d *direct) chat.DirectRecord {
	r := d.record
	if u := s.users[r.Low]; u != nil {
		r.LowNick = u.record.Nick
	}
	if u := s.users[r.High]; u != nil {
		r.HighNick = u.record.Nick
	}
	return r
}
