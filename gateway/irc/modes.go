package irc

import (
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// runMode is MODE (RFC 2812 3.1.5 and 3.2.3).
func (c *client) runMode(m *irc.Message) {
	target := string(m.Param(0))
	switch {
	case !render.IsRoomName(target):
		c.userMode(target, m)
	case m.Len() == 1:
		c.answer(func(w *writer) { w.RoomModes(target) })
	default:
		c.roomMode(target, m)
	}
}

// roomMode changes a room, and answers what is asked of its lists.
func (c *client) roomMode(room string, m *irc.Message) {
	modes := render.RoomModes()
	changes, unknown := irc.ParseModes(string(m.Param(1)), m.Strings(2), &modes)
	var wanted []chat.RoomChange
	lists := ""
	for i := range changes {
		k := &changes[i]
		switch {
		case k.Missing:
			c.missingModeParam(room, k.Letter)
		case !k.HasParam && strings.IndexByte(modes.Lists, k.Letter) >= 0:
			if strings.IndexByte(lists, k.Letter) < 0 {
				lists += string(k.Letter)
			}
		case len(wanted) < reply.ModesMax:
			wanted = append(wanted, render.RoomChange(k))
		}
	}
	for _, letter := range string(unknown) {
		c.answer(func(w *writer) {
			w.Numeric(irc.ERR_UNKNOWNMODE, string(letter), "is unknown mode char to me")
		})
	}
	if len(wanted) > 0 {
		c.changeRoom(room, wanted)
	}
	for i := range len(lists) {
		c.answer(func(w *writer) { w.RoomList(room, lists[i]) })
	}
}

func (c *client) missingModeParam(room string, letter byte) {
	c.answer(func(w *writer) {
		w.Numeric(irc.ERR_INVALIDMODEPARAM, render.OneWord(room), string(rune(letter)), "*", "You must specify a parameter for this mode")
	})
}

func (c *client) changeRoom(room string, changes []chat.RoomChange) {
	c.do(ask{
		verb: "MODE", command: &chat.ChangeRoom{Session: c.session.ID(), Room: room, Changes: changes},
		answer: func(w *writer, o *engine.Outcome) {
			w.events(o)
			told := chat.Refusal{}
			for i := range o.Partly {
				if o.Partly[i] != told {
					w.ModeRefusal(&o.Partly[i], changes)
				}
				told = o.Partly[i]
			}
		},
	})
}
