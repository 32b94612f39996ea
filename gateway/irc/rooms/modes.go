package rooms

import (
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/people"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Mode is MODE (RFC 2812 3.1.5 and 3.2.3).
func Mode(c *client.Client, m *irc.Message) {
	target := string(m.Param(0))
	switch {
	case !render.IsRoomName(target):
		people.UserMode(c, target, m)
	case m.Len() == 1:
		c.Answer(func(w *client.Writer) { w.RoomModes(target) })
	default:
		roomMode(c, target, m)
	}
}

// roomMode changes a room, and answers what is asked of its lists.
func roomMode(c *client.Client, room string, m *irc.Message) {
	modes := render.RoomModes()
	changes, unknown := irc.ParseModes(string(m.Param(1)), m.Strings(2), &modes)
	var wanted []chat.RoomChange
	lists := ""
	for i := range changes {
		k := &changes[i]
		switch {
		case k.Missing:
			missingModeParam(c, room, k.Letter)
		case !k.HasParam && strings.IndexByte(modes.Lists, k.Letter) >= 0:
			if strings.IndexByte(lists, k.Letter) < 0 {
				lists += string(k.Letter)
			}
		case len(wanted) < reply.ModesMax:
			wanted = append(wanted, render.RoomChange(k))
		}
	}
	for _, letter := range string(unknown) {
		c.Answer(func(w *client.Writer) {
			w.Numeric(irc.ERR_UNKNOWNMODE, string(letter), "is unknown mode char to me")
		})
	}
	if len(wanted) > 0 {
		changeRoom(c, room, wanted)
	}
	for i := range len(lists) {
		c.Answer(func(w *client.Writer) { w.RoomList(room, lists[i], c.Hall.House.Now()) })
	}
}

func missingModeParam(c *client.Client, room string, letter byte) {
	c.Answer(func(w *client.Writer) {
		w.Numeric(irc.ERR_INVALIDMODEPARAM, render.OneWord(room), string(rune(letter)), "*", "You must specify a parameter for this mode")
	})
}

func changeRoom(c *client.Client, room string, changes []chat.RoomChange) {
	c.Do(client.Ask{
		Verb: "MODE", Command: &chat.ChangeRoom{Session: c.Session.ID(), Room: room, Changes: changes},
		Answer: func(w *client.Writer, o *engine.Outcome) {
			w.Outcome(o)
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
