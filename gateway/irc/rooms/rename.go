package rooms

import (
	"iter"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Rename is RENAME (IRCv3 channel-rename).
func Rename(c *client.Client, m *irc.Message) {
	k := &chat.RenameRoom{Session: c.Session.ID(), Room: string(m.Param(0)), Name: string(m.Param(1)), Reason: string(m.Param(2))}
	c.Do(client.Ask{Verb: "RENAME", Command: k, Answer: (*client.Writer).Outcome, Refused: func(w *client.Writer, r *chat.Refusal) {
		from, to := render.OneWord(k.Room), render.OneWord(k.Name)
		switch r.Code {
		case chat.RoomConfusing:
			w.Fail("RENAME", "CHANNEL_NAME_IN_USE", from, to, "The channel name is already taken, or looks like one that is")
		case chat.RoomInvalid:
			w.Fail("RENAME", "CANNOT_RENAME", from, to, "The channel cannot be renamed: "+r.Text)
		default:
			w.Refusal("RENAME", r)
		}
	}})
}

// ObserveRenamed has those who know no RENAME leave and enter (channel-rename,
// "Fallback"), whoever did it.
func ObserveRenamed(e *chat.RoomRenamed, room iter.Seq[*client.Client]) {
	if names.Fold(e.RoomName) == e.Folded {
		return
	}
	for c := range room {
		if c.Caps&render.CapRename == 0 {
			movedTo(c, e)
		}
	}
}

// movedTo shows a client that a room has another name.
func movedTo(c *client.Client, e *chat.RoomRenamed) {
	c.Do(client.Ask{
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			room := w.State.RoomByID(e.Room)
			if room == nil || !isIn(w, room) {
				return
			}
			source := w.User.Source()
			parted := chat.Parted{Source: source, RoomName: e.RoomName, Reason: e.Reason, Time: e.Time}
			joined := chat.Joined{Source: source, Room: e.Room, RoomName: room.Name(), Realname: w.User.Realname(), Time: e.Time}
			w.Events([]chat.Placed{{Event: &parted}, {Event: &joined}})
			about(w, room)
		},
		Pages: func(w *client.Writer, _ *engine.Outcome) reply.Page {
			room := w.State.RoomByID(e.Room)
			if room == nil || !isIn(w, room) || w.Has(render.CapNoImplicitNames) || room.Size() <= reply.NamesAtOnce {
				return nil
			}
			return reply.NamesPages(room, room.Name())
		},
	})
}

// isIn says whether the client is in a room, as far as its session may know.
func isIn(w *client.Writer, room *core.Room) bool {
	_, in := room.RankOf(w.User)
	return in
}
