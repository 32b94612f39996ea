package reply

import (
	"madang/chat"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Inviting confirms an invitation.
func (w *Writer) Inviting(e *chat.Invited) {
	w.NumericWords(irc.RPL_INVITING, e.Nick, e.RoomName)
	if to := w.State.UserByID(e.User); to != nil && to.Away() != "" {
		w.Numeric(irc.RPL_AWAY, to.Nick(), to.Away())
	}
}

// AskedTopic answers what a room is about.
func (w *Writer) AskedTopic(name string) {
	room := w.VisibleRoom(name)
	if room == nil {
		w.NoSuchChannel(name)
		return
	}
	w.Topic(room)
}

// Topic writes a room's topic.
func (w *Writer) Topic(room *chat.Room) {
	topic, by, at := room.Topic()
	if topic == "" {
		w.Numeric(irc.RPL_NOTOPIC, room.Name(), "No topic is set")
		return
	}
	w.Numeric(irc.RPL_TOPIC, room.Name(), topic)
	w.NumericWords(irc.RPL_TOPICWHOTIME, room.Name(), by, render.Unix(at))
}
