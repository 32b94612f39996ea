package irc

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// runMode is MODE (RFC 2812 3.1.5 and 3.2.3).
func (c *client) runMode(m *irc.Message) {
	target := string(m.Param(0))
	switch {
	case !isRoomName(target):
		c.userMode(target, m)
	case m.Len() == 1:
		c.answer(func(w *writer) { w.roomModes(target) })
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
		case len(wanted) < modesMax:
			wanted = append(wanted, render.RoomChange(k))
		}
	}
	for _, letter := range string(unknown) {
		c.answer(func(w *writer) {
			w.numeric(irc.ERR_UNKNOWNMODE, string(letter), "is unknown mode char to me")
		})
	}
	if len(wanted) > 0 {
		c.changeRoom(room, wanted)
	}
	for i := range len(lists) {
		c.roomList(room, lists[i])
	}
}

func (c *client) missingModeParam(room string, letter byte) {
	c.answer(func(w *writer) {
		w.numeric(irc.ERR_INVALIDMODEPARAM, render.OneWord(room), string(rune(letter)), "*", "You must specify a parameter for this mode")
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
					w.modeRefusal(&o.Partly[i], changes)
				}
				told = o.Partly[i]
			}
		},
	})
}

// modeRefusal writes why one of several changes could not be made.
func (w *writer) modeRefusal(r *chat.Refusal, changes []chat.RoomChange) {
	if r.Code != chat.BadValue {
		w.refusal("MODE", r)
		return
	}
	letter, param := suspect(changes)
	w.numeric(irc.ERR_INVALIDMODEPARAM, render.OneWord(r.Room), letter, param, r.Text)
}

// suspect is the change that a wrong value was in, as a letter and what may be repeated
// of its parameter; "*" where it could have been one of several.
func suspect(changes []chat.RoomChange) (letter, param string) {
	letter, param = "*", "*"
	for i := range changes {
		k := &changes[i]
		if k.Aspect < chat.SwitchesEnd || k.Aspect == chat.Ranks || k.Aspect < chat.Ban && !k.Add {
			continue
		}
		if letter != "*" {
			return "*", "*"
		}
		letter = string(rune(render.AspectLetter(k.Aspect)))
		if k.Aspect == chat.Limit {
			param = render.OneWord(k.Text)
			if k.Text == "" {
				param = strconv.Itoa(k.Number)
			}
		}
	}
	return letter, param
}

// roomModes answers which modes a room has.
func (w *writer) roomModes(name string) {
	room := w.visibleRoom(name)
	if room == nil {
		w.noSuchChannel(name)
		return
	}
	letters, params := []byte{'+'}, []string(nil)
	for a := range chat.SwitchesEnd {
		if room.Has(a) {
			letters = append(letters, render.AspectLetter(a))
		}
	}
	_, member := room.RankOf(w.user)
	if key := room.Key(); key != "" {
		letters = append(letters, 'k')
		if !member {
			key = "*"
		}
		params = append(params, key)
	}
	if room.Limit() > 0 {
		letters = append(letters, 'l')
		params = append(params, strconv.Itoa(room.Limit()))
	}
	all := append([]string{w.nick(), room.Name(), string(letters)}, params...)
	w.b = irc.Append(w.b, w.g.house.Name, string(irc.RPL_CHANNELMODEIS), all...)
	w.b = irc.Append(w.b, w.g.house.Name, string(irc.RPL_CREATIONTIME), w.nick(), room.Name(), render.Unix(room.Created()))
}

// modeList is how a list is answered.
type modeList struct {
	aspect     chat.RoomAspect
	entry, end irc.Numeric
	name       string
}

func listOf(letter byte) modeList {
	switch letter {
	case 'e':
		return modeList{chat.BanException, irc.RPL_EXCEPTLIST, irc.RPL_ENDOFEXCEPTLIST, "exception"}
	case 'I':
		return modeList{chat.InviteMask, irc.RPL_INVEXLIST, irc.RPL_ENDOFINVEXLIST, "invite exception"}
	}
	return modeList{chat.Ban, irc.RPL_BANLIST, irc.RPL_ENDOFBANLIST, "ban"}
}

// roomList answers what is in a list of a room.
func (c *client) roomList(name string, letter byte) {
	c.answer(func(w *writer) {
		room := w.visibleRoom(name)
		if room == nil {
			w.noSuchChannel(name)
			return
		}
		l := listOf(letter)
		if _, member := room.RankOf(w.user); !member && !w.user.Has(chat.ServerOperator) {
			w.numeric(irc.ERR_NOTONCHANNEL, room.Name(), "You're not on that channel")
			return
		}
		for _, e := range room.List(l.aspect) {
			w.b = irc.Append(w.b, w.g.house.Name, string(l.entry), w.nick(), room.Name(), e.Mask, e.By, render.Unix(e.At))
		}
		w.numeric(l.end, room.Name(), "End of channel "+l.name+" list")
	})
}
