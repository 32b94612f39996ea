package core

import (
	"strings"

	"madang/chat"
	"madang/chat/names"
)

func (s *State) decideRenameRoom(c *chat.RenameRoom, now chat.Time) Decision {
	by, room, r := s.renamer(c)
	if r != nil {
		return refused(r)
	}
	name, err := names.Room(c.Name)
	if err != nil {
		return refuse(chat.Refusal{Code: chat.RoomInvalid, Room: c.Name, Text: err.Error()})
	}
	if other := s.byName[name.Folded]; other != nil && other != room {
		return refuse(chat.Refusal{Code: chat.RoomConfusing, Room: c.Name})
	}
	if other := s.looksLikeRoom(name); other != nil && other != room {
		return refuse(chat.Refusal{Code: chat.RoomConfusing, Room: c.Name})
	}
	reason := trim(c.Reason, chat.ReasonBytesMax)
	if r := chat.CheckText(reason, chat.ReasonBytesMax); r != nil {
		return refused(r)
	}
	if name.Shown == room.record.Name {
		return Decision{}
	}
	return happened(&chat.RoomRenamed{
		Source: by.Source, Room: room.record.ID, RoomName: room.record.Name,
		Name: name.Shown, Folded: name.Folded, Skeleton: name.Skeleton, Reason: reason, Time: now,
	})
}

// renamer is who renames a room.
func (s *State) renamer(c *chat.RenameRoom) (doer, *Room, *chat.Refusal) {
	u, room := s.sessions[c.Session], s.RoomByName(c.Room)
	if u == nil || room == nil {
		return s.ranked(c.Session, c.Room, chat.Owner)
	}
	var r *chat.Refusal
	by := doer{Source: u.Source()}
	if room.record.Founder != u.record.ID {
		by, _, r = s.ranked(c.Session, c.Room, room.rankToRename())
	}
	if r == nil {
		r = s.outOfScope(u, c.Session, room.record.Folded, true)
	}
	return by, room, r
}

// rankToRename is the rank needed to rename the room. Where nobody is the founder,
// nobody need be owner either: an operator of the room will do.
func (r *Room) rankToRename() chat.Rank {
	if r.record.Founder == 0 {
		return chat.Operator
	}
	return chat.Owner
}

func (s *State) foldRoomRenamed(e *chat.RoomRenamed) Undo {
	r := s.rooms[e.Room]
	if r == nil {
		return nil
	}
	name, folded, skeleton := r.record.Name, r.record.Folded, r.record.Skeleton
	s.renameRoom(r, e.Name, e.Folded, e.Skeleton)
	return func() { s.renameRoom(r, name, folded, skeleton) }
}

func (s *State) renameRoom(r *Room, name, folded, skeleton string) {
	s.removeRoom(r)
	r.record.Name, r.record.Folded, r.record.Skeleton = name, folded, skeleton
	s.addRoom(r)
}

// relayUsername stands in the source of what is said in another name.
const relayUsername = "relay"

// checkRelay says why somebody may not speak in a room in another name, or nil. Such a
// name has a slash, which no nick has: it says where the speaker comes from.
func (s *State) checkRelay(c *chat.Say, room *Room) *chat.Refusal {
	if _, r := s.operator(c.Session, chat.MayRelay); r != nil {
		if _, _, r := s.ranked(c.Session, room.record.Name, chat.Operator); r != nil {
			return &chat.Refusal{Code: chat.NeedRank, Room: room.record.Name, Rank: chat.Operator}
		}
	}
	if !strings.Contains(c.As, "/") {
		return &chat.Refusal{Code: chat.NickInvalid, Nick: c.As, Text: "a name to relay under has a slash, as in name/elsewhere"}
	}
	plain := strings.ReplaceAll(c.As, "/", "_")
	name, err := names.Nick(plain)
	if err == nil && name.Shown == plain {
		return nil
	}
	r := &chat.Refusal{Code: chat.NickInvalid, Nick: c.As, Text: "it is not in normal form"}
	if err != nil {
		r.Text = err.Error()
	}
	return r
}

// relayAs makes a message one of somebody elsewhere; it stays the relayer's to edit
// and to erase.
func relayAs(e *chat.Said, name string) {
	e.Relayer = e.Source.Nick
	e.Source.Nick, e.Source.Username, e.Source.Account = name, relayUsername, ""
	e.Source.Lasting, e.Source.Operator = false, false
}
