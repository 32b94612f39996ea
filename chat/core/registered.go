package core

import (
	"cmp"
	"slices"

	"madang/chat"
)

// Rooms that belong to an account: they stay while nobody is in them, and say who
// enters with which rank.

// Registered says whether the room belongs to an account: it does not vanish, and
// nobody becomes its operator by entering.
func (r *Room) Registered() bool { return r.record.Founder != 0 }

// Founder is the account that the room belongs to; 0: none.
func (r *Room) Founder() chat.UserID { return r.record.Founder }

// Successor is the account that the room goes to when its founder's is deleted; 0: none.
func (r *Room) Successor() chat.UserID { return r.record.Successor }

// Access are the accounts that enter with a rank, by number. The list is never changed
// afterwards.
func (r *Room) Access() []chat.AccessRecord { return r.record.Access }

// isFounder says whether the room is the user's.
func (r *Room) isFounder(u *User) bool {
	return r.Registered() && u.record.Account != "" && r.record.Founder == u.record.ID
}

// rankToEnter is the rank that a user has by his account.
func (r *Room) rankToEnter(u *User) chat.Rank {
	if r.isFounder(u) {
		return chat.Owner
	}
	if u.record.Account == "" {
		return chat.NoRank
	}
	return r.accessOf(u.record.ID)
}

// standing is what a user may do in a room as: the rank of a member, that by his
// account of one who is not in, and an owner's of the founder in any case.
func (r *Room) standing(u *User) chat.Rank {
	if m := r.member(u.record.ID); m != nil && !r.isFounder(u) {
		return m.rank
	}
	return r.rankToEnter(u)
}

// Standing is what a user may do in the room as: a member's rank, or the one that he
// has by his account.
func (r *Room) Standing(u *User) chat.Rank {
	if !u.reaches(r) {
		return chat.NoRank
	}
	return r.standing(u)
}

// concerned gives a session's user and a room that he is in or has a rank in.
func (s *State) concerned(id chat.SessionID, name string) (*User, *Room, *chat.Refusal) {
	u, r := s.actor(id)
	if r != nil {
		return nil, nil, r
	}
	room := s.RoomByName(name)
	if room == nil || room.member(u.record.ID) != nil || room.rankToEnter(u) == chat.NoRank {
		return s.memberOf(id, name)
	}
	return u, room, s.outOfScope(u, id, room.record.Folded, true)
}

func (r *Room) findAccess(id chat.UserID) (int, bool) {
	return slices.BinarySearchFunc(r.record.Access, id, func(a chat.AccessRecord, id chat.UserID) int { return cmp.Compare(a.Account, id) })
}

func (r *Room) accessOf(id chat.UserID) chat.Rank {
	if i, ok := r.findAccess(id); ok {
		return r.record.Access[i].Rank
	}
	return chat.NoRank
}

// founded is how many rooms belong to an account.
func (s *State) founded(id chat.UserID) int {
	n := 0
	for _, r := range s.rooms {
		if r.record.Founder == id {
			n++
		}
	}
	return n
}

// decidesAsFounder says whether somebody may do what the founder alone may: he himself,
// the console, and operators of the server.
func (s *State) decidesAsFounder(by doer, room *Room) bool {
	return by.rules || room.isFounder(s.users[by.User])
}

// checkRegistration completes a change of whose room it is, or says why it cannot be
// made.
func (s *State) checkRegistration(by doer, room *Room, c chat.RoomChange) (chat.RoomChange, *chat.Refusal) {
	if c.Aspect == chat.Founder && !c.Add {
		return s.checkDrop(by, room, c)
	}
	if c.Aspect != chat.Founder && !room.Registered() {
		return c, &chat.Refusal{Code: chat.BadValue, Text: "the room is not registered"}
	}
	if c.Aspect == chat.Successor && !c.Add {
		c.Text, c.User = "", 0
		return s.checkSuccessor(by, room, c)
	}
	if c.Text == "" {
		c.Text = by.Account
	}
	if c.Text == "" {
		return c, &chat.Refusal{Code: chat.NeedAccount}
	}
	a := s.AccountByName(c.Text)
	if a == nil || a.record.Code != (chat.Digest{}) {
		return c, &chat.Refusal{Code: chat.NoSuchAccount, Nick: c.Text}
	}
	c.Text, c.User = a.record.Name, a.record.User
	switch c.Aspect {
	case chat.Founder:
		return s.checkFounder(by, room, c)
	case chat.Successor:
		return s.checkSuccessor(by, room, c)
	}
	return s.checkAccess(by, room, c)
}

// checkFounder judges who registers a room or gives it away. An operator in the room
// registers it, for himself alone.
func (s *State) checkFounder(by doer, room *Room, c chat.RoomChange) (chat.RoomChange, *chat.Refusal) {
	u := s.users[by.User]
	own := u != nil && u.record.Account != "" && u.record.ID == c.User
	switch {
	case room.record.Founder == c.User:
		c.Aspect = noChange
		return c, nil
	case room.Registered() || !own:
		if !s.decidesAsFounder(by, room) {
			return c, &chat.Refusal{Code: chat.NeedRank, Rank: chat.Owner}
		}
	case !s.outranks(by, room, chat.Operator):
		return c, &chat.Refusal{Code: chat.NeedRank, Rank: chat.Operator}
	}
	if n := s.limits.RoomsPerUser; s.founded(c.User) >= n {
		return c, &chat.Refusal{Code: chat.TooManyRooms, Limit: n}
	}
	return c, nil
}

func (s *State) checkDrop(by doer, room *Room, c chat.RoomChange) (chat.RoomChange, *chat.Refusal) {
	c.Text, c.User = "", room.record.Founder
	switch a := s.accounts[room.record.Founder]; {
	case a == nil:
		c.Aspect = noChange
	case !s.decidesAsFounder(by, room):
		return c, &chat.Refusal{Code: chat.NeedRank, Rank: chat.Owner}
	default:
		c.Text = a.record.Name
	}
	return c, nil
}

func (s *State) checkSuccessor(by doer, room *Room, c chat.RoomChange) (chat.RoomChange, *chat.Refusal) {
	switch {
	case !s.decidesAsFounder(by, room):
		return c, &chat.Refusal{Code: chat.NeedRank, Rank: chat.Owner}
	case c.User == room.record.Founder:
		return c, &chat.Refusal{Code: chat.BadValue, Text: "the founder cannot follow himself"}
	case c.User == room.record.Successor:
		c.Aspect = noChange
	}
	return c, nil
}

// checkAccess judges a change of the access list. Admins give what operators have and
// less, owners everything.
func (s *State) checkAccess(by doer, room *Room, c chat.RoomChange) (chat.RoomChange, *chat.Refusal) {
	before := room.accessOf(c.User)
	if c.Add && !c.Rank.IsOne() {
		return c, &chat.Refusal{Code: chat.BadValue, Text: "name one rank"}
	}
	if low := max(chat.Admin, rankToGive(before), rankToGive(c.Rank)); !s.outranks(by, room, low) {
		return c, &chat.Refusal{Code: chat.NeedRank, Rank: low}
	}
	if !c.Add {
		c.Rank = before
	}
	switch {
	case c.User == room.record.Founder:
		return c, &chat.Refusal{Code: chat.BadValue, Text: "the founder is an owner already"}
	case c.Add && before == c.Rank || !c.Add && before == chat.NoRank:
		c.Aspect = noChange
	case c.Add && before == chat.NoRank && len(room.record.Access) >= s.limits.ListEntries:
		return c, &chat.Refusal{Code: chat.ListFull, Text: c.Text, Limit: s.limits.ListEntries}
	}
	return c, nil
}

// follow are the ranks that a change of whose room it is gives and takes at once, when
// the account's user is in the room.
func (s *State) follow(room *Room, c chat.RoomChange) []chat.RoomChange {
	m := room.member(c.User)
	if m == nil || c.Aspect != chat.Founder && c.Aspect != chat.Access {
		return nil
	}
	var changes []chat.RoomChange
	before, after := chat.NoRank, chat.NoRank
	switch {
	case c.Aspect == chat.Founder && c.Add:
		after = chat.Owner
	case c.Aspect == chat.Access:
		if before = room.accessOf(c.User); c.Add {
			after = c.Rank
		}
	}
	if before != after && m.rank&before != 0 {
		changes = append(changes, m.ranked(false, before))
	}
	if after&^m.rank != 0 {
		changes = append(changes, m.ranked(true, after))
	}
	return changes
}

// stepsDown is the rank that a founder who gave his room away loses, who is in it.
func (r *Room) stepsDown(c chat.RoomChange) []chat.RoomChange {
	m := r.member(r.record.Founder)
	if c.Aspect != chat.Founder || !c.Add || m == nil || m.rank&chat.Owner == 0 || r.accessOf(r.record.Founder) == chat.Owner {
		return nil
	}
	return []chat.RoomChange{m.ranked(false, chat.Owner)}
}

// ranked is the change that gives a member a rank or takes it.
func (m *member) ranked(add bool, r chat.Rank) chat.RoomChange {
	return chat.RoomChange{
		Aspect: chat.Ranks, Add: add, Rank: r, Text: m.user.record.Nick, User: m.user.record.ID, Lasting: m.user.record.Lasting,
	}
}

// rankedByAccount gives a guest who enters his account the ranks that it has in the
// rooms he is in.
func (s *State) rankedByAccount(events []chat.Event, u *User, a *Account, now chat.Time) []chat.Event {
	for _, r := range u.rooms {
		rank := r.accessOf(a.record.User)
		if r.record.Founder == a.record.User {
			rank = chat.Owner
		}
		if rank == chat.NoRank || r.member(u.record.ID).rank&rank != 0 {
			continue
		}
		c := chat.RoomChange{
			Aspect: chat.Ranks, Add: true, Rank: rank, Text: u.record.Nick, User: a.record.User, Lasting: a.record.AlwaysOn,
		}
		events = append(events, &chat.RoomChanged{
			Source: chat.Source{Nick: chat.ConsoleNick}, Room: r.record.ID, RoomName: r.record.Name, Changes: []chat.RoomChange{c}, Time: now,
		})
	}
	return events
}

// changeFounder makes a room an account's, or nobody's: then nobody has a rank by his
// account any more.
func (r *Room) changeFounder(c chat.RoomChange) Undo {
	if c.Add {
		undos := []Undo{assign(&r.record.Founder, c.User), assign(&r.record.ClosedUntil, 0)}
		if r.record.Successor == c.User {
			undos = append(undos, assign(&r.record.Successor, 0))
		}
		return func() { undoAll(undos) }
	}
	undos := []Undo{assign(&r.record.Founder, 0), assign(&r.record.Successor, 0), assign(&r.record.Access, nil)}
	return func() { undoAll(undos) }
}

// changeAccess gives an account a rank to enter with, or takes it; NoRank takes it.
func (r *Room) changeAccess(id chat.UserID, rank chat.Rank) Undo {
	access := slices.Clone(r.record.Access)
	i, known := r.findAccess(id)
	switch {
	case known && rank == chat.NoRank:
		access = slices.Delete(access, i, i+1)
	case known:
		access[i].Rank = rank
	case rank != chat.NoRank:
		access = slices.Insert(access, i, chat.AccessRecord{Account: id, Rank: rank})
	}
	if len(access) == 0 {
		access = nil
	}
	return assign(&r.record.Access, access)
}

// inherited is what becomes of an account's rooms when it is deleted. gone is its user
// when he goes with it, or nil.
func (s *State) inherited(events []chat.Event, a *Account, gone *User, by chat.Source, now chat.Time) []chat.Event {
	for r := range s.Rooms() {
		e := &chat.RoomChanged{Source: by, Room: r.record.ID, RoomName: r.record.Name, Time: now}
		if r.record.Founder != a.record.User {
			if e.Changes = r.unranked(a, gone, r.accessOf(a.record.User)); len(e.Changes) > 0 {
				events = append(events, e)
			}
			continue
		}
		events = append(events, e)
		if to := s.accounts[r.record.Successor]; to != nil {
			c := chat.RoomChange{Aspect: chat.Founder, Add: true, Text: to.record.Name, User: to.record.User}
			e.Changes = append([]chat.RoomChange{c}, s.follow(r, c)...)
			e.Changes = append(e.Changes, r.unranked(a, gone, chat.Owner)...)
			continue
		}
		e.Changes = []chat.RoomChange{{Aspect: chat.Founder, Text: a.record.Name, User: a.record.User}}
		left := len(r.members)
		if gone != nil && r.member(gone.record.ID) != nil {
			left--
		}
		if left == 0 && !r.record.Permanent {
			events = r.abandoned(events, now)
		}
	}
	return events
}

// unranked takes from the user of an account that is deleted the rank that he had in the
// room by it: he goes on as a guest, unless he is gone.
func (r *Room) unranked(a *Account, gone *User, rank chat.Rank) []chat.RoomChange {
	m := r.member(a.record.User)
	if m == nil || m.user == gone || m.rank&rank == 0 {
		return nil
	}
	return []chat.RoomChange{{Aspect: chat.Ranks, Rank: rank, Text: m.user.record.Nick, User: a.record.User}}
}

// forgetAccount strikes a deleted account out of every room's lists.
func (s *State) forgetAccount(id chat.UserID) Undo {
	var undos []Undo
	for _, r := range s.rooms {
		if r.record.Successor == id {
			undos = append(undos, assign(&r.record.Successor, 0))
		}
		if _, known := r.findAccess(id); known {
			undos = append(undos, r.changeAccess(id, chat.NoRank))
		}
	}
	return func() { undoAll(undos) }
}
