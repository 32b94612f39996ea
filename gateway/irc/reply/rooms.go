package reply

import (
	"madang/chat"
	"madang/chat/core"
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

// InvitedTo lists the rooms that the client was asked to.
func (w *Writer) InvitedTo() {
	if w.User != nil {
		for room := range w.State.InvitedTo(w.User) {
			w.NumericWords(irc.RPL_INVITELIST, room.Name())
		}
	}
	w.Numeric(irc.RPL_ENDOFINVITELIST, "End of /INVITE list")
}

// Forwarded says that a room sent the client on to another.
func (w *Writer) Forwarded(from, to string) {
	w.Numeric(irc.ERR_LINKCHANNEL, render.OneWord(from), to, "You may not enter that channel and are taken to another")
}

// Entry tells somebody who enters what the room tells everybody who does.
func (w *Writer) Entry(room *core.Room) {
	if text := room.Entry(); text != "" {
		w.Notice("[" + room.Name() + "] " + text)
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
func (w *Writer) Topic(room *core.Room) {
	topic, by, at := room.Topic()
	if topic == "" {
		w.Numeric(irc.RPL_NOTOPIC, room.Name(), "No topic is set")
		return
	}
	w.Numeric(irc.RPL_TOPIC, room.Name(), topic)
	w.NumericWords(irc.RPL_TOPICWHOTIME, room.Name(), by, render.Unix(at))
}

// RoomsPages gives topics and names of rooms whose JOINs the client was shown, each as
// it stands when its turn comes; one that he has left by then is passed over.
func RoomsPages(ids []chat.ConversationID) Page {
	var names Page // of the room whose turn it is
	return func(w *Writer) bool {
		if names != nil {
			if !names(w) {
				names, ids = nil, ids[1:]
			}
			return len(ids) > 0
		}
		if room := w.State.RoomByID(ids[0]); room != nil && w.User != nil {
			if _, in := room.RankOf(w.User); in {
				if topic, _, _ := room.Topic(); topic != "" {
					w.Topic(room)
				}
				if !w.Has(render.CapNoImplicitNames) {
					names = NamesPages(room, room.Name())
					return true
				}
			}
		}
		ids = ids[1:]
		return len(ids) > 0
	}
}
