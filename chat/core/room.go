package core

import (
	"iter"
	"slices"
	"strconv"

	"madang/chat"
	"madang/chat/names"
)

// Room is where people talk. Gateways read it through its methods; State alone
// changes it.
type Room struct {
	record  chat.RoomRecord // Members and Invited unused
	members []member        // by user number
	invited []chat.UserID   // ascending; they may pass the door once
}

// member is a user in a room.
type member struct {
	user   *User
	rank   chat.Rank
	joined chat.Time
	spoke  chat.Time // in a slow room
}

// Member is a user in a room, with his rank.
type Member struct {
	User   *User
	Rank   chat.Rank
	Joined chat.Time
}

// ID is the room's number.
func (r *Room) ID() chat.ConversationID { return r.record.ID }

// Name is the room's name as its maker typed it.
func (r *Room) Name() string { return r.record.Name }

// Topic is what the room is about, who said so and when. An empty text: nothing.
func (r *Room) Topic() (text, by string, at chat.Time) {
	return r.record.Topic, r.record.TopicBy, r.record.TopicAt
}

// Created is when the room was made.
func (r *Room) Created() chat.Time { return r.record.Created }

// LastNumber is the number of the room's latest message; 0: none.
func (r *Room) LastNumber() chat.Number { return r.record.LastNumber }

// LastSaid is when the last message was said; 0: never.
func (r *Room) LastSaid() chat.Time { return r.record.LastSaid }

// Has says whether a switch is on.
func (r *Room) Has(a chat.RoomAspect) bool { return r.record.Switches&(1<<a) != 0 }

// Key is the word that opens the door; empty: none. Only members may be told.
func (r *Room) Key() string { return r.record.Key }

// Limit is how many members may be in; 0: no limit.
func (r *Room) Limit() int { return r.record.Limit }

// Permanent says whether the room stays without messages and gives no ranks.
func (r *Room) Permanent() bool { return r.record.Permanent }

// Closed says whether nobody may enter because the room's people left.
func (r *Room) Closed() bool { return r.record.ClosedUntil > 0 }

// heldOpen says whether an operator opened the room not long ago, so that somebody may
// enter although it is empty.
func (r *Room) heldOpen(now chat.Time) bool { return -r.record.ClosedUntil > now }

// reserved says whether the room is kept for its people, who have left: nobody may
// enter. It may not have been closed yet, when the disk refused that.
func (r *Room) reserved(now chat.Time) bool {
	if r.Closed() {
		return true
	}
	return len(r.members) == 0 && !r.record.Permanent && !r.Registered() && !r.heldOpen(now) && r.restrictedWithin(now)
}

// Retention is how long the room remembers; zero is no bound.
func (r *Room) Retention() (days, messages int) {
	return r.record.RetentionDays, r.record.RetentionMessages
}

// List gives the entries of a list: Ban, BanException or InviteMask.
func (r *Room) List(a chat.RoomAspect) []chat.MaskRecord {
	if l := r.list(a); l != nil {
		return *l
	}
	return nil
}

// Size is how many members are in the room.
func (r *Room) Size() int { return len(r.members) }

// RankOf is a member's rank; ok says whether the user is one.
func (r *Room) RankOf(u *User) (rank chat.Rank, ok bool) {
	if u == nil || !u.reaches(r) {
		return chat.NoRank, false
	}
	if m := r.member(u.record.ID); m != nil {
		return m.rank, true
	}
	return chat.NoRank, false
}

// Members gives all members by user number. What may be shown of them is
// State.VisibleMembers.
func (r *Room) Members() iter.Seq[Member] {
	return func(yield func(Member) bool) {
		for i := range r.members {
			m := &r.members[i]
			if !yield(Member{m.user, m.rank, m.joined}) {
				return
			}
		}
	}
}

func (r *Room) find(id chat.UserID) (int, bool) {
	return slices.BinarySearchFunc(r.members, id, func(m member, id chat.UserID) int {
		switch {
		case m.user.record.ID < id:
			return -1
		case m.user.record.ID > id:
			return 1
		}
		return 0
	})
}

// member is the entry of a user, valid until the members change; nil: none.
func (r *Room) member(id chat.UserID) *member {
	if i, ok := r.find(id); ok {
		return &r.members[i]
	}
	return nil
}

// addMember enters a user and gives what takes him out again.
func (r *Room) addMember(m member) Undo {
	i, _ := r.find(m.user.record.ID)
	r.members = slices.Insert(r.members, i, m)
	u := m.user
	j, _ := slices.BinarySearchFunc(u.rooms, r.record.ID, byRoomID)
	u.rooms = slices.Insert(u.rooms, j, r)
	return func() { r.removeMember(u.record.ID); r.removeFromUser(u) }
}

// removeMember takes a user's entry away and gives what puts it back. The user's own
// list of rooms is the caller's.
func (r *Room) removeMember(id chat.UserID) Undo {
	i, ok := r.find(id)
	if !ok {
		return func() {}
	}
	m := r.members[i]
	r.members = slices.Delete(r.members, i, i+1)
	return func() { r.members = slices.Insert(r.members, i, m) }
}

func (r *Room) removeFromUser(u *User) {
	if j, ok := slices.BinarySearchFunc(u.rooms, r.record.ID, byRoomID); ok {
		u.rooms = slices.Delete(u.rooms, j, j+1)
		if len(u.rooms) == 0 {
			u.rooms = nil
		}
	}
}

// list is where the entries of an aspect are kept; nil: the aspect is no list.
func (r *Room) list(a chat.RoomAspect) *[]chat.MaskRecord {
	switch a {
	case chat.Ban:
		return &r.record.Bans
	case chat.BanException:
		return &r.record.Exceptions
	case chat.InviteMask:
		return &r.record.InviteMasks
	}
	return nil
}

// restrictedNow says whether the room is closed to passers-by.
func (r *Room) restrictedNow() bool {
	return r.record.Key != "" || r.Has(chat.InviteOnly) || r.Has(chat.Secret) || r.Has(chat.AccountsEnter)
}

// keeps is how long the room's messages live; 0: for ever.
func (r *Room) keeps() chat.Time { return chat.Time(r.record.RetentionDays) * chat.Day }

// restrictedWithin says whether messages still kept may stem from a time when the
// room was closed to passers-by.
func (r *Room) restrictedWithin(now chat.Time) bool {
	if r.restrictedNow() {
		return true
	}
	if r.record.Restricted == 0 {
		return false
	}
	return r.keeps() == 0 || r.record.Restricted+r.keeps() > now
}

// remembers says whether messages within retention exist.
func (r *Room) remembers(now chat.Time) bool {
	return r.record.LastNumber > 0 && (r.keeps() == 0 || r.record.LastSaid+r.keeps() > now)
}

// emptied is what becomes of the room when its last member goes.
func (r *Room) emptied(events []chat.Event, now chat.Time) []chat.Event {
	if r.record.Permanent || r.Registered() {
		return events
	}
	return r.abandoned(events, now)
}

// abandoned is what becomes of a room without members that nobody keeps.
func (r *Room) abandoned(events []chat.Event, now chat.Time) []chat.Event {
	switch {
	case r.heldOpen(now):
		return events
	case !r.remembers(now):
		return append(events, &chat.RoomVanished{Room: r.record.ID, RoomName: r.record.Name})
	case r.restrictedWithin(now):
		return append(events, &chat.RoomClosed{Room: r.record.ID, RoomName: r.record.Name, Until: now + reservedFor})
	}
	return events
}

func (s *State) foldRoomOpened(e *chat.RoomOpened) Undo {
	if r := s.rooms[e.Room]; r != nil {
		until, permanent := r.record.ClosedUntil, r.record.Permanent
		r.record.ClosedUntil, r.record.Permanent = 0, e.Permanent
		if !e.Permanent {
			r.record.ClosedUntil = -(e.Time + reservedFor)
		}
		return func() { r.record.ClosedUntil, r.record.Permanent = until, permanent }
	}
	r := &Room{record: chat.RoomRecord{
		ID: e.Room, Name: e.RoomName, Folded: e.Folded, Skeleton: e.Skeleton,
		Permanent: e.Permanent, Created: e.Time, Switches: 1<<chat.TopicLocked | 1<<chat.NoOutside, MentionAll: chat.HalfOperator,
	}}
	next := s.nextConversation
	s.nextConversation = max(next, e.Room)
	s.addRoom(r)
	return func() {
		s.removeRoom(r)
		s.nextConversation = next
	}
}

func (s *State) addRoom(r *Room) {
	s.rooms[r.record.ID] = r
	s.roomList = nil
	s.byName[r.record.Folded] = r
	if r.record.Skeleton != r.record.Folded {
		s.byRoomLook[r.record.Skeleton] = r
	}
}

func (s *State) removeRoom(r *Room) {
	delete(s.rooms, r.record.ID)
	s.roomList = nil
	delete(s.byName, r.record.Folded)
	if r.record.Skeleton != r.record.Folded {
		delete(s.byRoomLook, r.record.Skeleton)
	}
}

func (s *State) foldRoomClosed(e *chat.RoomClosed) Undo {
	r := s.rooms[e.Room]
	if r == nil {
		return nil
	}
	invited := r.invited
	r.invited = nil
	until := assign(&r.record.ClosedUntil, e.Until)
	return func() { until(); r.invited = invited }
}

func (s *State) foldRoomVanished(e *chat.RoomVanished) Undo {
	r := s.rooms[e.Room]
	if r == nil {
		return nil
	}
	s.removeRoom(r)
	return func() { s.addRoom(r) }
}

func (s *State) decideOpenRoom(c *chat.OpenRoom, now chat.Time) Decision {
	if _, r := s.operator(c.Session, chat.MayRule); r != nil {
		return refused(r)
	}
	room, name, r := s.checkRoom(c.Room)
	if r != nil {
		return refused(r)
	}
	if room == nil {
		return Decision{Events: s.retained(s.opened(name, c.Permanent, now))}
	}
	if !room.reserved(now) && room.record.Permanent == c.Permanent {
		return Decision{}
	}
	return happened(&chat.RoomOpened{
		Room: room.record.ID, RoomName: room.record.Name, Folded: room.record.Folded, Skeleton: room.record.Skeleton,
		Permanent: c.Permanent, Again: true, Time: now,
	})
}

// opened is the making of a room.
func (s *State) opened(name names.Name, permanent bool, now chat.Time) *chat.RoomOpened {
	return &chat.RoomOpened{
		Room: s.nextConversation + 1, RoomName: name.Shown, Folded: name.Folded, Skeleton: name.Skeleton,
		Permanent: permanent, Time: now,
	}
}

// retained is the making of a room with the retention that new rooms get.
func (s *State) retained(e *chat.RoomOpened) []chat.Event {
	if s.limits.RetentionDays == 0 {
		return []chat.Event{e}
	}
	return []chat.Event{e, &chat.RetentionSet{Room: e.Room, RoomName: e.RoomName, Days: s.limits.RetentionDays}}
}

// checkRoom finds the room of a name; without one it says whether the name may be used.
func (s *State) checkRoom(room string) (*Room, names.Name, *chat.Refusal) {
	name, err := names.Room(room)
	if err != nil {
		return nil, name, &chat.Refusal{Code: chat.RoomInvalid, Room: room, Text: err.Error()}
	}
	if r := s.byName[name.Folded]; r != nil {
		return r, name, nil
	}
	if s.looksLikeRoom(name) != nil {
		return nil, name, &chat.Refusal{Code: chat.RoomConfusing, Room: room}
	}
	if len(s.rooms) >= s.limits.Rooms {
		return nil, name, &chat.Refusal{Code: chat.TooManyRooms, Room: room, Limit: s.limits.Rooms}
	}
	return nil, name, nil
}

// looksLikeRoom is a room whose name has the same skeleton, or nil.
func (s *State) looksLikeRoom(name names.Name) *Room {
	if r := s.byRoomLook[name.Skeleton]; r != nil {
		return r
	}
	if r := s.byName[name.Skeleton]; r != nil && r.record.Skeleton == name.Skeleton {
		return r
	}
	return nil
}

// decideSetRetention lets an owner of a registered room bound what it remembers, within
// what the server lets rooms remember.
func (s *State) decideSetRetention(c *chat.SetRetention) Decision {
	_, notRuler := s.operator(c.Session, chat.MayRule)
	if notRuler != nil {
		room, u := s.RoomByName(c.Room), s.sessions[c.Session]
		if room == nil || u == nil || !room.Registered() || !s.MaySeeRoom(u, room) ||
			s.outOfScope(u, c.Session, room.record.Folded, false) != nil {
			return refused(notRuler)
		}
	}
	_, room, r := s.ranked(c.Session, c.Room, chat.Owner)
	if r != nil {
		return refused(r)
	}
	if most := s.limits.RetentionDays; notRuler != nil {
		if most > 0 && (c.Days == 0 || c.Days > most) {
			return refuse(chat.Refusal{Code: chat.BadValue, Room: c.Room, Text: "this server keeps messages for at most " + strconv.Itoa(most) + " days"})
		}
	}
	if c.Days < 0 || c.Messages < 0 {
		return refuse(chat.Refusal{Code: chat.BadValue, Room: c.Room, Text: "retention cannot be negative"})
	}
	return happened(&chat.RetentionSet{Room: room.record.ID, RoomName: room.record.Name, Days: c.Days, Messages: c.Messages})
}

func (s *State) foldRetentionSet(e *chat.RetentionSet) Undo {
	r := s.rooms[e.Room]
	if r == nil {
		return nil
	}
	days, messages := r.record.RetentionDays, r.record.RetentionMessages
	r.record.RetentionDays, r.record.RetentionMessages = e.Days, e.Messages
	return func() { r.record.RetentionDays, r.record.RetentionMessages = days, messages }
}
