package history

import (
	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
)

// Asker is who asks, and when.
type Asker struct {
	Session chat.SessionID
	Now     chat.Time
}

// Place is a conversation as a client names it.
type Place struct {
	Conversation chat.ConversationID // 0: of the two, who never spoke
	Room         string              // its name; empty: it is of two
	With         string              // the other of the two
	Last         chat.Time           // when the last message was said
	self         chat.UserID
	nick         string // of self
}

// Find finds what a target names: a room of which the client is a member and whose
// history he may read, or his conversation with somebody, whoever bears the name. A
// stranger to a room is told of none, even where other gateways would let him read.
func (a Asker) Find(w *reply.Writer, target string) (p Place, ok bool) {
	if w.User == nil {
		return Place{}, false
	}
	if render.IsRoomName(target) {
		room := w.VisibleRoom(target)
		if room == nil {
			return Place{}, false
		}
		return a.room(w, room)
	}
	if _, err := names.Nick(target); err != nil {
		return Place{}, false
	}
	p = Place{With: target, self: w.User.ID(), nick: w.User.Nick()}
	if d, known := w.State.DirectWith(p.self, target); known && w.State.MayRead(a.Session, d.ID, a.Now) {
		p.Conversation, p.Last = d.ID, d.LastSaid
		_, p.With = d.Other(p.self)
	}
	return p, true
}

func (a Asker) room(w *reply.Writer, room *core.Room) (p Place, ok bool) {
	_, member := room.RankOf(w.User)
	if !member && !w.User.May(chat.MaySee) || !w.State.MayRead(a.Session, room.ID(), a.Now) {
		return Place{}, false
	}
	return Place{Conversation: room.ID(), Room: room.Name(), Last: room.LastSaid()}, true
}

// All are the places whose history the client may read: his rooms, and his
// conversations with others.
func (a Asker) All(w *reply.Writer) []Place {
	if w.User == nil {
		return nil
	}
	var all []Place
	for room := range w.User.Rooms() {
		if p, ok := a.room(w, room); ok {
			all = append(all, p)
		}
	}
	for d := range w.State.DirectsOf(w.User.ID()) {
		if !w.State.MayRead(a.Session, d.ID, a.Now) {
			continue
		}
		other, nick := d.Other(w.User.ID())
		if u := w.State.UserByID(other); u != nil {
			nick = u.Nick()
		}
		all = append(all, Place{
			Conversation: d.ID, With: nick, Last: d.LastSaid, self: w.User.ID(), nick: w.User.Nick(),
		})
	}
	return all
}

// Name is how the place is called.
func (p *Place) Name() string {
	if p.Room != "" {
		return p.Room
	}
	return p.With
}

// target is to whom a message of the place went.
func (p *Place) target(m *chat.Message) string {
	switch {
	case p.Room != "":
		return p.Room
	case m.Source.User == p.self:
		return p.With
	}
	return p.nick
}
