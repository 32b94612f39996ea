package core

import (
	"slices"

	"madang/chat"
)

// A reaction is a message of tags alone that answers another with a sign
// (ircv3.net/specs/client-tags/react). It is kept, and shown as the tags it came in.

// The tags that carry the sign, or take it back.
const (
	tagReact   = "+draft/react"
	tagUnreact = "+draft/unreact"
)

// reacted is what a message is as a reaction; nil: it is none that can be kept.
func (s *State) reacted(c *chat.Say, u *User, now chat.Time) *chat.Reacted {
	if c.Kind != chat.Typed || c.AtLeast != chat.NoRank || c.ReplyTo == "" {
		return nil
	}
	_, message, ok := chat.ParseMessageID(c.ReplyTo)
	if !ok || message == 0 || message > s.position {
		return nil
	}
	for _, t := range c.Tags {
		if t.Key != tagReact && t.Key != tagUnreact {
			continue
		}
		if t.Value == "" || chat.CheckText(t.Value, chat.SignBytesMax) != nil {
			return nil
		}
		return &chat.Reacted{
			Source: u.Source(), ReplyTo: c.ReplyTo, Message: message, Sign: t.Value,
			Remove: t.Key == tagUnreact, Tags: c.Tags, Time: now,
		}
	}
	return nil
}

// passed is a message to a room that is not kept, or only as a reaction.
func (s *State) passed(c *chat.Say, u *User, room *Room, now chat.Time) chat.Event {
	if e := s.reacted(c, u, now); e != nil {
		e.Conversation, e.RoomName = room.record.ID, room.record.Name
		return e
	}
	e := room.relayed(c, u, now)
	if persists(c) && len(e.Only) == 0 {
		e.Conversation, e.Kept = room.record.ID, true
	}
	return e
}

// persists says whether the sender of tags without text wants them to be kept
// (ircv3.net/specs/client-tags, as Ergo has it).
func persists(c *chat.Say) bool {
	return c.Kind == chat.Typed && c.AtLeast == chat.NoRank &&
		slices.ContainsFunc(c.Tags, func(t chat.Tag) bool { return t.Key == "+draft/persist" || t.Key == "+persist" })
}

// passedTo is passed for a message to one user; d is their conversation, if any.
func (s *State) passedTo(c *chat.Say, u, to *User, d *direct, now chat.Time) chat.Event {
	if d != nil {
		if e := s.reacted(c, u, now); e != nil {
			e.Conversation, e.To, e.Nick, e.Kept = d.record.ID, to.record.ID, to.record.Nick, d.record.Kept
			return e
		}
	}
	e := &chat.Relayed{
		Source: u.Source(), To: to.record.ID, Nick: to.record.Nick,
		Time: now, What: c.Kind, Text: c.Text, Tags: c.Tags, ReplyTo: c.ReplyTo,
	}
	if persists(c) {
		e.Conversation, e.Kept = s.nextConversation+1, u.record.Account != "" || to.record.Account != ""
		if d != nil {
			e.Conversation, e.Kept = d.record.ID, e.Kept || d.record.Kept
		}
	}
	return e
}

// foldRelayed begins the conversation of two in which tags are kept.
func (s *State) foldRelayed(e *chat.Relayed) Undo {
	if e.Conversation == 0 || e.To == 0 {
		return nil
	}
	record := directOf(&e.Source, e.To, e.Nick)
	record.ID, record.Kept, record.LastSaid = e.Conversation, e.Kept, e.Time
	if d := s.directs.byPair[pairOf(e.Source.User, e.To)]; d != nil {
		record.LastNumber, record.Kept = d.record.LastNumber, e.Kept || d.record.Kept
	}
	return s.putDirect(record)
}
