package rooms

import (
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/people"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/gateway/irc/talk"
	"madang/wire/irc"
)

// Join is JOIN (RFC 2812 3.2.1). "JOIN 0" leaves every room.
func Join(c *client.Client, m *irc.Message) {
	if string(m.Param(0)) == "0" && m.Len() == 1 {
		partAll(c)
		return
	}
	keys := strings.Split(string(m.Param(1)), ",")
	i := 0
	for room := range irc.List(string(m.Param(0))) {
		key := ""
		if i < len(keys) {
			key = keys[i]
		}
		join(c, room, key)
		i++
	}
}

// join enters one room, and is told who is there and, if so set, what was said before.
func join(c *client.Client, room, key string) {
	j := &joining{client: c, asked: room}
	a := client.Ask{
		Verb: "JOIN", Command: &chat.Join{Session: c.Session.ID(), Room: room, Key: key},
		Answer: j.answer, Refused: j.refused, Pages: j.pages,
	}
	if n := c.Hall.Config().ReplayLines; n > 0 && talk.WantsReplay(c) {
		a.Task, a.Live = j.replay(n), true
	}
	c.Do(a)
}

// joining is a JOIN on its way.
type joining struct {
	client *client.Client
	asked  string              // the room as it was typed
	room   chat.ConversationID // filled in at the JOIN's place in the order
	name   string
	silent bool        // nothing was ever said there: no history to read
	read   chat.Number // how far the client has said that he has read; 0: he has not
}

// refused is silent where the client is a member already: he got what he wanted.
func (j *joining) refused(w *client.Writer, r *chat.Refusal) {
	if r.Code != chat.AlreadyMember {
		w.Refusal("JOIN", r)
	}
}

func (j *joining) answer(w *client.Writer, o *engine.Outcome) {
	room := j.entered(w, o)
	if room == nil {
		return
	}
	if names.Fold(j.asked) != names.Fold(j.name) {
		w.Forwarded(j.asked, j.name)
	}
	w.Outcome(o)
	about(w, room)
	w.Entry(room)
}

// pages gives the names of a room too large for one piece.
func (j *joining) pages(w *client.Writer, o *engine.Outcome) reply.Page {
	room := j.entered(w, o)
	if room == nil || w.Has(render.CapNoImplicitNames) || room.Size() <= reply.NamesAtOnce {
		return nil
	}
	return reply.NamesPages(room, room.Name())
}

// entered is the room that was entered.
func (j *joining) entered(w *client.Writer, o *engine.Outcome) *core.Room {
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

// about tells somebody of a room who has entered it: all but the names of one too large
// for one piece.
func about(w *client.Writer, room *core.Room) {
	if topic, _, _ := room.Topic(); topic != "" {
		w.Topic(room)
	}
	talk.RoomMark(w, room)
	if !w.Has(render.CapNoImplicitNames) && room.Size() <= reply.NamesAtOnce {
		w.Names(room, room.Name())
	}
	people.RoomMetadata(w, room)
}

// partAll leaves every room.
func partAll(c *client.Client) {
	var rooms []string
	label := c.Label()
	c.Do(client.Ask{
		Hold: true, Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			rooms = rooms[:0]
			for r := range w.User.Rooms() {
				rooms = append(rooms, r.Name())
			}
		},
		Done: func(engine.Outcome) {
			c.WithLabel(label, func() {
				for _, room := range rooms {
					part(c, room, "")
				}
			})
		},
	})
}

// Part is PART (RFC 2812 3.2.2).
func Part(c *client.Client, m *irc.Message) {
	reason := string(m.Param(1))
	for room := range irc.List(string(m.Param(0))) {
		part(c, room, reason)
	}
}

func part(c *client.Client, room, reason string) {
	c.Do(client.Ask{
		Verb: "PART", Command: &chat.Part{Session: c.Session.ID(), Room: room, Reason: reason},
		Answer: (*client.Writer).Outcome,
	})
}

// Kick is KICK (RFC 2812 3.2.8): one room and several nicks, or as many of both.
func Kick(c *client.Client, m *irc.Message) {
	rooms := slices.Collect(irc.List(string(m.Param(0))))
	nicks := slices.Collect(irc.List(string(m.Param(1))))
	if len(rooms) == 0 || len(nicks) == 0 || len(rooms) > 1 && len(rooms) != len(nicks) {
		c.NeedMoreParams("KICK")
		return
	}
	reason := string(m.Param(2))
	for i, nick := range nicks[:min(len(nicks), reply.TargetsMax)] {
		room := rooms[min(i, len(rooms)-1)]
		c.Do(client.Ask{
			Verb: "KICK", Command: &chat.Kick{Session: c.Session.ID(), Room: room, Nick: nick, Reason: reason},
			Answer: (*client.Writer).Outcome,
		})
	}
	if len(nicks) > reply.TargetsMax {
		c.TooManyTargets(nicks[reply.TargetsMax])
	}
}

// Invite is INVITE (RFC 2812 3.2.7). Alone it lists the rooms that one was asked to.
func Invite(c *client.Client, m *irc.Message) {
	switch m.Len() {
	case 0:
		c.Answer(func(w *client.Writer) { w.InvitedTo() })
		return
	case 1:
		c.NeedMoreParams("INVITE")
		return
	}
	nick, room := string(m.Param(0)), string(m.Param(1))
	c.Do(client.Ask{
		Verb: "INVITE", Command: &chat.Invite{Session: c.Session.ID(), Room: room, Nick: nick},
		Answer: func(w *client.Writer, o *engine.Outcome) {
			for i := range o.Events {
				if e, ok := o.Events[i].Event.(*chat.Invited); ok {
					w.Inviting(e)
				}
			}
		},
	})
}

// Knock is KNOCK: somebody asks to be let in.
func Knock(c *client.Client, m *irc.Message) {
	c.Do(client.Ask{
		Verb: "KNOCK", Command: &chat.Knock{Session: c.Session.ID(), Room: string(m.Param(0)), Text: string(m.Param(1))},
		Answer: func(w *client.Writer, o *engine.Outcome) {
			for i := range o.Events {
				if e, ok := o.Events[i].Event.(*chat.Knocked); ok {
					w.Numeric(irc.RPL_KNOCKDLVR, e.RoomName, "Your knock was heard")
				}
			}
		},
	})
}

// Topic is TOPIC (RFC 2812 3.2.4).
func Topic(c *client.Client, m *irc.Message) {
	name := string(m.Param(0))
	if m.Len() < 2 {
		c.Answer(func(w *client.Writer) { w.AskedTopic(name) })
		return
	}
	c.Do(client.Ask{
		Verb: "TOPIC", Command: &chat.SetTopic{Session: c.Session.ID(), Room: name, Text: string(m.Param(1))},
		Answer: (*client.Writer).Outcome,
	})
}
