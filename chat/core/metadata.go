package core

import (
	"slices"
	"strings"

	"madang/chat"
)

// What people and rooms say of themselves under keys (IRCv3 draft/metadata-2). Accounts
// and rooms keep it; what a guest says goes with him.

// Metadata is what a user, or his account, says of himself, by key. The slice is never
// changed afterwards.
func (s *State) Metadata(u *User) []chat.MetadataRecord {
	if a := s.accounts[u.record.ID]; a != nil {
		return a.record.Metadata
	}
	return u.record.Metadata
}

// Metadata is what is said of the room, by key; for those who may see it. The slice is
// never changed afterwards.
func (r *Room) Metadata() []chat.MetadataRecord { return r.record.Metadata }

func (s *State) decideSetMetadata(c *chat.SetMetadata) Decision {
	e, list, r := s.metadataOf(c)
	if r == nil {
		r = chat.CheckMetadataKey(c.Key)
	}
	if r == nil {
		r = chat.CheckText(c.Value, chat.MetadataValueBytesMax)
	}
	if r != nil {
		return refused(r)
	}
	i, known := findMetadata(*list, c.Key)
	switch {
	case c.Remove && !known, !c.Remove && known && (*list)[i].Value == c.Value:
		return Decision{}
	case !c.Remove && !known && len(*list) >= chat.MetadataKeysMax:
		return refuse(chat.Refusal{Code: chat.ListFull, Room: e.RoomName, Nick: e.Nick, Text: c.Key, Limit: chat.MetadataKeysMax})
	}
	e.Key, e.Remove = c.Key, c.Remove
	if !c.Remove {
		e.Value = c.Value
	}
	return happened(e)
}

// metadataOf is the change that a command would make, without key and value, and the
// list that it would change.
func (s *State) metadataOf(c *chat.SetMetadata) (*chat.MetadataSet, *[]chat.MetadataRecord, *chat.Refusal) {
	if c.Room != "" {
		return s.metadataOfRoom(c)
	}
	u := s.sessions[c.Session]
	if u == nil && (c.Session != chat.Console || c.Nick == "") {
		return nil, nil, &chat.Refusal{Code: chat.NoSuchSession}
	}
	to := u
	if c.Nick != "" {
		to = s.UserByNick(c.Nick)
	}
	if to != nil && to == u {
		return s.metadataChange(u.Source(), to.record.ID, to.record.Nick, s.outOfScope(u, c.Session, "", true))
	}
	by, r := s.operator(c.Session, chat.MayRegister)
	switch {
	case to != nil:
		return s.metadataChange(by, to.record.ID, to.record.Nick, r)
	case r == nil && s.AccountByName(c.Nick) != nil:
		a := s.AccountByName(c.Nick)
		return s.metadataChange(by, a.record.User, a.record.Name, nil)
	}
	return nil, nil, &chat.Refusal{Code: chat.NoSuchNick, Nick: c.Nick}
}

func (s *State) metadataChange(by chat.Source, id chat.UserID, nick string, r *chat.Refusal) (*chat.MetadataSet, *[]chat.MetadataRecord, *chat.Refusal) {
	if r != nil {
		return nil, nil, r
	}
	e := &chat.MetadataSet{Source: by, User: id, Nick: nick, Kept: s.accounts[id] != nil}
	return e, s.metadataList(e), nil
}

func (s *State) metadataOfRoom(c *chat.SetMetadata) (*chat.MetadataSet, *[]chat.MetadataRecord, *chat.Refusal) {
	by, room, r := s.ranked(c.Session, c.Room, chat.Operator)
	if u := s.sessions[c.Session]; u != nil && r == nil {
		r = s.outOfScope(u, c.Session, room.record.Folded, true)
	}
	if r != nil {
		return nil, nil, r
	}
	e := &chat.MetadataSet{Source: by.Source, Room: room.record.ID, RoomName: room.record.Name, Kept: true}
	return e, s.metadataList(e), nil
}

// metadataList is where a change belongs; nil: nowhere any more.
func (s *State) metadataList(e *chat.MetadataSet) *[]chat.MetadataRecord {
	if e.Room != 0 {
		if r := s.rooms[e.Room]; r != nil {
			return &r.record.Metadata
		}
		return nil
	}
	if a := s.accounts[e.User]; a != nil {
		return &a.record.Metadata
	}
	if u := s.users[e.User]; u != nil {
		return &u.record.Metadata
	}
	return nil
}

func findMetadata(list []chat.MetadataRecord, key string) (int, bool) {
	return slices.BinarySearchFunc(list, key, func(m chat.MetadataRecord, key string) int {
		return strings.Compare(m.Key, key)
	})
}

func (s *State) foldMetadataSet(e *chat.MetadataSet) Undo {
	list := s.metadataList(e)
	if list == nil {
		return nil
	}
	before := *list
	i, known := findMetadata(before, e.Key)
	after := slices.Clone(before)
	switch {
	case e.Remove && !known:
		return nil
	case e.Remove:
		after = slices.Delete(after, i, i+1)
	case known:
		after[i].Value = e.Value
	default:
		after = slices.Insert(after, i, chat.MetadataRecord{Key: e.Key, Value: e.Value})
	}
	if len(after) == 0 {
		after = nil
	}
	*list = after
	// The account may be another record by then, so the list is looked up again.
	return func() { *s.metadataList(e) = before }
}
