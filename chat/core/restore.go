package core

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"madang/chat"
)

// Snapshot writes the state out. It shares no memory that State changes later.
func (s *State) Snapshot() *chat.Snapshot {
	out := &chat.Snapshot{
		Position: s.position, After: s.after, LastTime: s.lastTime,
		NextConversation: s.nextConversation, Run: s.run, NextUser: s.nextUser, DirectFrom: s.directFrom,
		Bans: slices.Clone(s.bans), Invitations: s.unexpired(s.lastTime),
	}
	for u := range s.Users() {
		out.Users = append(out.Users, u.record)
	}
	for a := range s.Accounts() {
		out.Accounts = append(out.Accounts, a.record)
	}
	for r := range s.Rooms() {
		out.Rooms = append(out.Rooms, r.snapshot())
	}
	for _, d := range s.directs.byPair {
		out.Directs = append(out.Directs, d.record)
	}
	slices.SortFunc(out.Directs, func(a, b chat.DirectRecord) int { return cmp.Compare(a.ID, b.ID) })
	scopes := slices.SortedFunc(maps.Keys(s.accepted), func(a, b chat.Scope) int { return bytes.Compare(a[:], b[:]) })
	for _, scope := range scopes {
		out.Accepted = append(out.Accepted, chat.AcceptedRecord{Scope: scope, IDs: slices.Clone(s.accepted[scope])})
	}
	return out
}

func (r *Room) snapshot() chat.RoomRecord {
	out := r.record
	out.Bans = slices.Clone(r.record.Bans)
	out.Exceptions = slices.Clone(r.record.Exceptions)
	out.InviteMasks = slices.Clone(r.record.InviteMasks)
	out.Invited = slices.Clone(r.invited)
	for _, m := range r.members {
		out.Members = append(out.Members, chat.MemberRecord{User: m.user.record.ID, Rank: m.rank, Joined: m.joined, Spoke: m.spoke})
	}
	return out
}

// Restore makes a state from a snapshot. An error says where the snapshot
// contradicts itself.
func Restore(in *chat.Snapshot, limits chat.Limits) (*State, error) {
	s := New(limits)
	s.position, s.after, s.lastTime = in.Position, in.After, in.LastTime
	s.nextConversation, s.run, s.nextUser, s.directFrom = in.NextConversation, in.Run, in.NextUser, in.DirectFrom
	s.bans = slices.Clone(in.Bans)
	s.invitations = slices.Clone(in.Invitations)
	for _, record := range in.Accounts {
		s.addAccount(&Account{record: record})
	}
	for _, record := range in.Users {
		s.addUser(&User{record: record})
	}
	for _, record := range in.Rooms {
		if err := s.restoreRoom(record); err != nil {
			return nil, err
		}
	}
	for _, d := range in.Directs {
		s.directs.add(&direct{d})
	}
	for _, a := range in.Accepted {
		s.accepted[a.Scope] = slices.Clone(a.IDs)
	}
	return s, nil
}

func (s *State) restoreRoom(record chat.RoomRecord) error {
	r := &Room{record: record, invited: slices.Clone(record.Invited)}
	r.record.Members, r.record.Invited = nil, nil
	s.addRoom(r)
	for _, m := range record.Members {
		u := s.users[m.User]
		if u == nil {
			return fmt.Errorf("snapshot: room %s has member %d, who is not there", record.Name, m.User)
		}
		r.addMember(member{user: u, rank: m.Rank, joined: m.Joined, spoke: m.Spoke})
	}
	return nil
}
