package chat

import "slices"

// In an auditorium members without a rank are shown only to those who have one, and to
// those who may see everything.

// shows says whether a viewer may be shown a member of a rank.
func (r *Room) shows(viewer *User, rank Rank) bool {
	return rank != NoRank || !r.Has(Auditorium) || viewer.May(MaySee) || r.standing(viewer) != NoRank
}

// Shows says whether two users are in the room and what befalls the second is shown to
// the first.
func (r *Room) Shows(viewer, u *User) bool {
	m := r.member(u.record.ID)
	return m != nil && r.member(viewer.record.ID) != nil && (viewer.Is(u) || r.shows(viewer, m.rank))
}

// WasShown says whether an event of a room was shown to a user who was in it then, for
// those who read it afterwards.
func WasShown(e Event, room ConversationID, viewer UserID) bool {
	a := AudienceOf(e)
	switch {
	case slices.Contains(a.Only, viewer) || a.Neighbours == viewer && viewer != 0:
		return true
	case a.Neighbours != 0:
		return !slices.Contains(a.Veiled, room)
	}
	return len(a.Only) == 0
}

// seers are the members who are shown everybody, by number.
func (r *Room) seers() []UserID {
	var ids []UserID
	for i := range r.members {
		if m := &r.members[i]; m.rank != NoRank || m.user.May(MaySee) {
			ids = append(ids, m.user.record.ID)
		}
	}
	return ids
}

// atLeast are the members of a rank or a higher one, by number.
func (r *Room) atLeast(low Rank) []UserID {
	var ids []UserID
	for i := range r.members {
		if m := &r.members[i]; m.rank.AtLeast(low) {
			ids = append(ids, m.user.record.ID)
		}
	}
	return ids
}

// with is a list of users by number, and one more.
func with(ids []UserID, id UserID) []UserID {
	if i, known := slices.BinarySearch(ids, id); !known {
		return slices.Insert(ids, i, id)
	}
	return ids
}

// onlookers are those who are shown that a user of a rank comes, goes or acts; nil: all
// members.
func (r *Room) onlookers(u *User, rank Rank) []UserID {
	if !r.Has(Auditorium) || rank != NoRank {
		return nil
	}
	return with(r.seers(), u.record.ID)
}

// veil completes events about somebody who is not shown to everybody in his rooms.
func (s *State) veil(events []Event) {
	known := map[*Room][]UserID(nil)
	for _, e := range events {
		id, v := veiled(e)
		if v == nil {
			continue
		}
		u := s.users[id]
		if u == nil {
			continue
		}
		for _, r := range u.rooms {
			if !r.Has(Auditorium) || r.member(id).rank != NoRank {
				continue
			}
			if known == nil {
				known = map[*Room][]UserID{}
			}
			if known[r] == nil {
				known[r] = with(r.seers(), id)
			}
			v.Rooms = append(v.Rooms, r.record.ID)
			for _, seer := range known[r] {
				v.Only = with(v.Only, seer)
			}
		}
	}
}

// veiled is whom an event befalls that is shown to those around him, and its veil; nil:
// it is no such event.
func veiled(e Event) (UserID, *Veil) {
	switch e := e.(type) {
	case *Quit:
		return e.Source.User, &e.Veil
	case *NickChanged:
		return e.Source.User, &e.Veil
	case *RealnameChanged:
		return e.Source.User, &e.Veil
	case *HostChanged:
		return e.Source.User, &e.Veil
	case *AwayChanged:
		if !e.Unseen {
			return e.Source.User, &e.Veil
		}
	case *SignedIn:
		return e.Source.User, &e.Veil
	case *MetadataSet:
		if e.Room == 0 {
			return e.User, &e.Veil
		}
	case *AccountMade:
		if e.Became {
			return e.Account.User, &e.Veil
		}
	case *AccountDeleted:
		return e.Account, &e.Veil
	}
	return 0, nil
}
