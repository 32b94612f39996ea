package irc

import (
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// runJoin is JOIN (RFC 2812 3.2.1). "JOIN 0" leaves every room.
func (c *client) runJoin(m *irc.Message) {
	if string(m.Param(0)) == "0" && m.Len() == 1 {
		c.partAll()
		return
	}
	keys := strings.Split(string(m.Param(1)), ",")
	i := 0
	for room := range irc.List(string(m.Param(0))) {
		key := ""
		if i < len(keys) {
			key = keys[i]
		}
		c.join(room, key)
		i++
	}
}

// join enters one room, and is told who is there and, if so set, what was said before.
func (c *client) join(room, key string) {
	j := &joining{client: c, asked: room}
	a := ask{
		verb: "JOIN", command: &chat.Join{Session: c.session.ID(), Room: room, Key: key},
		answer: j.answer, refused: j.refused, pages: j.pages,
	}
	if n := c.hall.config().ReplayLines; n > 0 && c.wantsReplay() {
		a.task, a.live = j.replay(n), true
	}
	c.do(a)
}

// joining is a JOIN on its way.
type joining struct {
	client *client
	asked  string              // the room as it was typed
	room   chat.ConversationID // filled in at the JOIN's place in the order
	name   string
	silent bool        // nothing was ever said there: no history to read
	read   chat.Number // how far the client has said that he has read; 0: he has not
}

// refused is silent where the client is a member already: he got what he wanted.
func (j *joining) refused(w *writer, r *chat.Refusal) {
	if r.Code != chat.AlreadyMember {
		w.Refusal("JOIN", r)
	}
}

func (j *joining) answer(w *writer, o *engine.Outcome) {
	room := j.entered(w, o)
	if room == nil {
		return
	}
	if names.Fold(j.asked) != names.Fold(j.name) {
		w.Forwarded(j.asked, j.name)
	}
	w.events(o)
	w.about(room)
	w.Entry(room)
}

// pages gives the names of a room too large for one piece.
func (j *joining) pages(w *writer, o *engine.Outcome) reply.Page {
	room := j.entered(w, o)
	if room == nil || w.Has(render.CapNoImplicitNames) || room.Size() <= reply.NamesAtOnce {
		return nil
	}
	return reply.NamesPages(room, room.Name())
}

// entered is the room that was entered.
func (j *joining) entered(w *writer, o *engine.Outcome) *chat.Room {
	for i := range o.Events {
		if e, ok := o.Events[i].Event.(*chat.Joined); ok {
			room := w.State.RoomByID(e.Room)
			j.room, j.name, j.silent = e.Room, e.RoomName, room.LastNumber() == 0
			if a := w.State.AccountByID(e.Source.User); a != nil {
				if m, _ := a.Mark(e.Room); m.Time != 0 {
					j.read = m.Number
				}
			}
			return room
		}
	}
	return nil
}

// partAll leaves every room.
func (c *client) partAll() {
	var rooms []string
	label := c.label()
	c.do(ask{
		hold: true, passes: true,
		answer: func(w *writer, _ *engine.Outcome) {
			rooms = rooms[:0]
			for r := range w.User.Rooms() {
				rooms = append(rooms, r.Name())
			}
		},
		done: func(engine.Outcome) {
			c.withLabel(label, func() {
				for _, room := range rooms {
					c.part(room, "")
				}
			})
		},
	})
}

// runPart is PART (RFC 2812 3.2.2).
func (c *client) runPart(m *irc.Message) {
	reason := string(m.Param(1))
	for room := range irc.List(string(m.Param(0))) {
		c.part(room, reason)
	}
}

func (c *client) part(room, reason string) {
	c.do(ask{
		verb: "PART", command: &chat.Part{Session: c.session.ID(), Room: room, Reason: reason},
		answer: (*writer).events,
	})
}

// runKick is KICK (RFC 2812 3.2.8): one room and several nicks, or as many of both.
func (c *client) runKick(m *irc.Message) {
	rooms := slices.Collect(irc.List(string(m.Param(0))))
	nicks := slices.Collect(irc.List(string(m.Param(1))))
	if len(rooms) == 0 || len(nicks) == 0 || len(rooms) > 1 && len(rooms) != len(nicks) {
		c.needMoreParams("KICK")
		return
	}
	reason := string(m.Param(2))
	for i, nick := range nicks[:min(len(nicks), reply.TargetsMax)] {
		room := rooms[min(i, len(rooms)-1)]
		c.do(ask{
			verb: "KICK", command: &chat.Kick{Session: c.session.ID(), Room: room, Nick: nick, Reason: reason},
			answer: (*writer).events,
		})
	}
	if len(nicks) > reply.TargetsMax {
		c.tooManyTargets(nicks[reply.TargetsMax])
	}
}

// runInvite is INVITE (RFC 2812 3.2.7). Alone it lists the rooms that one was asked to.
func (c *client) runInvite(m *irc.Message) {
	switch m.Len() {
	case 0:
		c.answer(func(w *writer) { w.InvitedTo() })
		return
	case 1:
		c.needMoreParams("INVITE")
		return
	}
	nick, room := string(m.Param(0)), string(m.Param(1))
	c.do(ask{
		verb: "INVITE", command: &chat.Invite{Session: c.session.ID(), Room: room, Nick: nick},
		answer: func(w *writer, o *engine.Outcome) {
			for i := range o.Events {
				if e, ok := o.Events[i].Event.(*chat.Invited); ok {
					w.Inviting(e)
				}
			}
		},
	})
}

// runKnock is KNOCK: somebody asks to be let in.
func (c *client) runKnock(m *irc.Message) {
	c.do(ask{
		verb: "KNOCK", command: &chat.Knock{Session: c.session.ID(), Room: string(m.Param(0)), Text: string(m.Param(1))},
		answer: func(w *writer, o *engine.Outcome) {
			for i := range o.Events {
				if e, ok := o.Events[i].Event.(*chat.Knocked); ok {
					w.Numeric(irc.RPL_KNOCKDLVR, e.RoomName, "Your knock was heard")
				}
			}
		},
	})
}

// runTopic is TOPIC (RFC 2812 3.2.4).
func (c *client) runTopic(m *irc.Message) {
	name := string(m.Param(0))
	if m.Len() < 2 {
		c.answer(func(w *writer) { w.AskedTopic(name) })
		return
	}
	c.do(ask{
		verb: "TOPIC", command: &chat.SetTopic{Session: c.session.ID(), Room: name, Text: string(m.Param(1))},
		answer: (*writer).events,
	})
}
