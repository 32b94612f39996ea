package core

import (
	"slices"

	"madang/chat"
)

// In an auditorium members without a rank are shown only to those who have one, and to
// those who may see everything.

// shows says whether a viewer may be shown a member of a rank.
func (r *Room) shows(viewer *User, rank chat.Rank) bool {
	return rank != chat.NoRank || !r.Has(chat.Auditorium) || viewer.May(chat.MaySee) || r.standing(viewer) != chat.NoRank
}

// Shows says whether two users are in the room and what befalls the second is shown to
// the first.
func (r *Room) Shows(viewer, u *User) bool {
	m := r.member(u.record.ID)
	return m != nil && r.member(viewer.record.ID) != nil && (viewer.Is(u) || r.shows(viewer, m.rank))
}

// seers are the members who are shown everybody, by number.
func (r *Room) seers() []chat.UserID {
	var ids []chat.UserID
	for i := range r.members {
		if m := &r.members[i]; m.rank != chat.NoRank || m.user.May(chat.MaySee) {
			ids = append(ids, m.user.record.ID)
		}
	}
	return ids
}

// atLeast are the members of a rank or a higher one, by number.
func (r *Room) atLeast(low chat.Rank) []chat.UserID {
	var ids []chat.UserID
	for i := range r.members {
		if m := &r.members[i]; m.rank.AtLeast(low) {
			ids = append(ids, m.user.record.ID)
		}
	}
	return ids
}

// with is a list of users by number, and one more.
func with(ids []chat.UserID, id chat.UserID) []chat.UserID {
	if i, known := slices.BinarySearch(ids, id); !known {
		return slices.Insert(ids, i, id)
	}
	return ids
}

// Onlookers are those who are shown that a user of a rank comes, goes or acts; nil: all
// members.
func (r *Room) Onlookers(u *User, rank chat.Rank) []chat.UserID {
	if !r.Has(chat.Auditorium) || rank != chat.NoRank {
		return nil
	}
	return with(r.seers(), u.record.ID)
}

// Veil completes events about somebody who is not shown to everybody in his rooms.
func (s *State) Veil(events []chat.Event) {
	known := map[*Room][]chat.UserID(nil)
	for _, e := range events {
		id, v := chat.Veiled(e)
		if v == nil {
			continue
		}
		u := s.users[id]
		if u == nil {
			continue
		}
		for _, r := range u.rooms {
			if !r.Has(chat.Auditorium) || r.member(id).rank != chat.NoRank {
				continue
			}
			if known == nil {
				known = map[*Room][]chat.UserID{}
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
