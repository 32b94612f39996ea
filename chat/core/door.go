package core

import (
	"iter"
	"slices"

	"madang/chat"
	"madang/chat/names"
)

func (s *State) decideJoin(c *chat.Join, now chat.Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	if r := s.outOfScope(u, c.Session, names.Fold(c.Room), false); r != nil {
		return refused(r)
	}
	room, name, r := s.checkRoom(c.Room)
	if r != nil {
		return refused(r)
	}
	if room != nil && room.member(u.record.ID) != nil {
		return refuse(chat.Refusal{Code: chat.AlreadyMember, Room: room.record.Name, Nick: u.record.Nick})
	}
	if len(u.rooms) >= s.limits.RoomsPerUser {
		return refuse(chat.Refusal{Code: chat.TooManyRooms, Room: c.Room, Limit: s.limits.RoomsPerUser})
	}
	joined := &chat.Joined{
		Source: u.Source(), Rank: chat.Operator, Realname: u.record.Realname, Away: u.Away(), Time: now,
	}
	if room == nil {
		opened := s.opened(name, false, now)
		joined.Room, joined.RoomName = opened.Room, opened.RoomName
		return Decision{Events: append(s.retained(opened), joined)}
	}
	room, r = s.entrance(u, room, c, now)
	if r != nil {
		return refused(r)
	}
	joined.Room, joined.RoomName = room.record.ID, room.record.Name
	if len(room.members) > 0 || room.record.Permanent || room.Registered() {
		joined.Rank = room.rankToEnter(u)
	}
	joined.Only = room.Onlookers(u, joined.Rank)
	return happened(joined)
}

// entrance is where a user comes in who wants to enter a room: there, or where the room
// sends those whom it does not let in.
func (s *State) entrance(u *User, room *Room, c *chat.Join, now chat.Time) (*Room, *chat.Refusal) {
	r := checkDoor(u, room, c.Key, now)
	if r == nil || r.Code == chat.RoomReserved {
		return room, r
	}
	to := s.ForwardOf(room)
	if to == nil || to.member(u.record.ID) != nil || checkDoor(u, to, "", now) != nil ||
		s.outOfScope(u, c.Session, to.record.Folded, false) != nil {
		return room, r
	}
	return to, nil
}

// checkDoor says why a user may not enter a room, or nil. An invitation opens every
// door but a closed one; so does being the founder. Whoever is in the access list needs
// no invitation, no key and no room under the limit, but a ban keeps him out.
func checkDoor(u *User, room *Room, key string, now chat.Time) *chat.Refusal {
	name := room.record.Name
	if room.reserved(now) {
		return &chat.Refusal{Code: chat.RoomReserved, Room: name}
	}
	if _, invited := slices.BinarySearch(room.invited, u.record.ID); invited || room.isFounder(u) {
		return nil
	}
	if room.bans(u, now) {
		return &chat.Refusal{Code: chat.Banned, Room: name}
	}
	if room.rankToEnter(u) != chat.NoRank {
		return nil
	}
	switch {
	case room.Has(chat.AccountsEnter) && u.record.Account == "":
		return &chat.Refusal{Code: chat.NeedAccount, Room: name}
	case room.record.Key != "" && key != room.record.Key:
		return &chat.Refusal{Code: chat.WrongKey, Room: name}
	case room.Has(chat.InviteOnly) && !room.hits(chat.InviteMask, u, false, now):
		return &chat.Refusal{Code: chat.NeedInvitation, Room: name}
	case room.record.Limit > 0 && len(room.members) >= room.record.Limit:
		return &chat.Refusal{Code: chat.RoomFull, Room: name}
	}
	return nil
}

func (s *State) foldJoined(e *chat.Joined) Undo {
	u, r := s.users[e.Source.User], s.rooms[e.Room]
	if u == nil || r == nil {
		return nil
	}
	added := r.addMember(member{user: u, rank: e.Rank, joined: e.Time})
	uninvited, marked := r.uninvite(e.Source.User), s.markJoined(e, r)
	return func() { marked(); uninvited(); added() }
}

func (r *Room) uninvite(id chat.UserID) Undo {
	i, ok := slices.BinarySearch(r.invited, id)
	if !ok {
		return func() {}
	}
	r.invited = slices.Delete(r.invited, i, i+1)
	return func() { r.invited = slices.Insert(r.invited, i, id) }
}

func (s *State) decidePart(c *chat.Part, now chat.Time) Decision {
	u, room, r := s.memberOf(c.Session, c.Room) // who may only read takes nobody out of a room
	if r != nil {
		return refused(r)
	}
	reason := trim(c.Reason, chat.ReasonBytesMax)
	if r := chat.CheckText(reason, chat.ReasonBytesMax); r != nil {
		return refused(r)
	}
	events := []chat.Event{&chat.Parted{
		Source: u.Source(), Room: room.record.ID, RoomName: room.record.Name, Reason: reason, Time: now,
		Only: room.Onlookers(u, room.member(u.record.ID).rank),
	}}
	if len(room.members) == 1 {
		events = room.emptied(events, now)
	}
	return Decision{Events: events}
}

// memberOf gives the user of a session that may act in a room, and the room, which he is
// in.
func (s *State) memberOf(id chat.SessionID, name string) (*User, *Room, *chat.Refusal) {
	u, room, r := s.present(id, name)
	if r == nil {
		r = s.outOfScope(u, id, room.record.Folded, true)
	}
	return u, room, r
}

// present gives the user of a session and a room that it is in. Of rooms that an app
// password is not for it does not tell which there are.
func (s *State) present(id chat.SessionID, name string) (*User, *Room, *chat.Refusal) {
	u, r := s.actor(id)
	if r == nil {
		r = s.outOfScope(u, id, names.Fold(name), false)
	}
	if r != nil {
		return nil, nil, r
	}
	room := s.RoomByName(name)
	if room == nil || !s.MaySeeRoom(u, room) {
		return nil, nil, &chat.Refusal{Code: chat.NoSuchRoom, Room: name}
	}
	if room.member(u.record.ID) == nil {
		return nil, nil, &chat.Refusal{Code: chat.NotMember, Room: room.record.Name}
	}
	return u, room, nil
}

// doer is who does something in a room. rules says that he needs no rank: the console,
// and operators of the server, but not by a session with an app password.
type doer struct {
	chat.Source
	rules bool
}

// ranked is somebody with a rank in a room, or why he lacks it. Operators of the server
// and the console need none.
func (s *State) ranked(id chat.SessionID, name string, low chat.Rank) (doer, *Room, *chat.Refusal) {
	by, room, r := s.acting(id, name)
	if r == nil && !s.outranks(by, room, low) {
		r = &chat.Refusal{Code: chat.NeedRank, Room: room.record.Name, Rank: low}
	}
	if r != nil {
		return doer{}, nil, r
	}
	return by, room, nil
}

// acting is somebody who may act in a room, as far as his rank lets him: who is in it or
// has a rank there, operators of the server, the console.
func (s *State) acting(id chat.SessionID, name string) (doer, *Room, *chat.Refusal) {
	if u := s.sessions[id]; u != nil {
		if r := s.outOfScope(u, id, names.Fold(name), false); r != nil {
			return doer{}, nil, r
		}
	}
	room := s.RoomByName(name)
	if room == nil {
		return doer{}, nil, &chat.Refusal{Code: chat.NoSuchRoom, Room: name}
	}
	if source, r := s.operator(id, chat.MayRule); r == nil {
		return doer{source, true}, room, nil
	}
	u, room, r := s.concerned(id, name)
	if r != nil {
		return doer{}, nil, r
	}
	return doer{Source: u.Source()}, room, nil
}

// foldLeft takes a user out of a room.
func (s *State) foldLeft(id chat.ConversationID, user chat.UserID) Undo {
	u, r := s.users[user], s.rooms[id]
	if u == nil || r == nil || r.member(user) == nil {
		return nil
	}
	m := *r.member(user)
	r.removeMember(user)
	r.removeFromUser(u)
	return func() { r.addMember(m) }
}

func (s *State) decideKick(c *chat.Kick, now chat.Time) Decision {
	by, room, r := s.ranked(c.Session, c.Room, chat.HalfOperator)
	if r != nil {
		return refused(r)
	}
	target := s.UserByNick(c.Nick)
	if target == nil {
		return refuse(chat.Refusal{Code: chat.NoSuchNick, Nick: c.Nick})
	}
	m := room.member(target.record.ID)
	if m == nil {
		return refuse(chat.Refusal{Code: chat.TargetNotMember, Room: room.record.Name, Nick: target.record.Nick})
	}
	if low := mayTouch(room.standing(target)); !s.outranks(by, room, low) {
		return refuse(chat.Refusal{Code: chat.NeedRank, Room: room.record.Name, Rank: low})
	}
	reason := trim(c.Reason, chat.ReasonBytesMax)
	if r := chat.CheckText(reason, chat.ReasonBytesMax); r != nil {
		return refused(r)
	}
	events := []chat.Event{&chat.Kicked{
		Source: by.Source, Room: room.record.ID, RoomName: room.record.Name,
		User: target.record.ID, Nick: target.record.Nick, Lasting: target.record.Lasting, Reason: reason, Time: now,
		Only: room.Onlookers(target, m.rank),
	}}
	if len(room.members) == 1 {
		events = room.emptied(events, now)
	}
	return Decision{Events: events}
}

// mayTouch is the rank needed to throw out, or to change, somebody of a rank.
func mayTouch(rank chat.Rank) chat.Rank {
	switch {
	case rank >= chat.Owner:
		return chat.Owner
	case rank >= chat.Admin:
		return chat.Admin
	case rank >= chat.HalfOperator:
		return chat.Operator
	}
	return chat.HalfOperator
}

// outranks says whether somebody holds at least a rank in a room.
func (s *State) outranks(by doer, room *Room, low chat.Rank) bool {
	return by.rules || room.standing(s.users[by.User]).AtLeast(low)
}

func (s *State) decideInvite(c *chat.Invite, now chat.Time) Decision {
	target := s.UserByNick(c.Nick)
	if target == nil {
		return refuse(chat.Refusal{Code: chat.NoSuchNick, Nick: c.Nick})
	}
	u, room, r := s.memberOf(c.Session, c.Room)
	if r != nil {
		return refused(r)
	}
	if room.Shows(u, target) { // of a member who is not shown to him he learns nothing
		return refuse(chat.Refusal{Code: chat.AlreadyMember, Room: room.record.Name, Nick: target.record.Nick})
	}
	if _, _, r := s.ranked(c.Session, c.Room, chat.HalfOperator); r != nil && room.Has(chat.InviteOnly) {
		return refused(r)
	}
	return happened(&chat.Invited{
		Source: u.Source(), Room: room.record.ID, RoomName: room.record.Name,
		User: target.record.ID, Nick: target.record.Nick, Time: now,
		Only: room.Onlookers(u, room.member(u.record.ID).rank),
	})
}

// InvitedTo are the rooms that a user may enter because somebody asked him in, by
// number.
func (s *State) InvitedTo(u *User) iter.Seq[*Room] {
	return filter(s.Rooms(), func(r *Room) bool {
		_, invited := slices.BinarySearch(r.invited, u.record.ID)
		return invited && u.reaches(r)
	})
}

// invitedMax bounds the invitations that a room remembers; the lowest user number,
// the oldest user, gives way.
const invitedMax = 500

func (s *State) foldInvited(e *chat.Invited) Undo {
	r := s.rooms[e.Room]
	if r == nil || s.users[e.User] == nil {
		return nil
	}
	i, known := slices.BinarySearch(r.invited, e.User)
	if known {
		return nil
	}
	before := slices.Clone(r.invited)
	r.invited = slices.Insert(r.invited, i, e.User)
	if len(r.invited) > invitedMax {
		r.invited = slices.Delete(r.invited, 0, 1)
	}
	return func() { r.invited = before }
}
