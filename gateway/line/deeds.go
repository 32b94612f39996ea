package line

import (
	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// deed is a command with what the asker is told in plain text when it was done; a
// JSON session is shown the events themselves.
type deed struct {
	command chat.Command
	id      string // the command's own
	hold    bool
	plain   func(dst []byte, form engine.Form, state *core.State, o *engine.Outcome) []byte
	done    func(*engine.Outcome) // when it was not refused
}

// do asks for a deed.
func (t *talk) do(d deed) {
	form := t.form
	ask := engine.Ask{Command: d.command, Hold: d.hold}
	ask.Answer = func(state *core.State, o engine.Outcome) []byte {
		switch {
		case o.Refusal != nil:
			return words.AppendRefusal(nil, form, o.Refusal, d.id)
		case o.Duplicate != nil:
			return t.gateway.renderer.AppendStored(nil, form, d.id, o.Duplicate, true)
		case form&words.FormJSON != 0:
			return t.gateway.appendOutcome(nil, form, &o, d.id)
		case d.plain != nil:
			return d.plain(nil, form, state, &o)
		}
		return nil
	}
	if d.done != nil {
		ask.Done = func(o engine.Outcome) {
			if o.Refusal == nil {
				d.done(&o)
			}
		}
	}
	t.session.Do(ask)
}

// appendOutcome shows a JSON session the events of its own command.
func (g *Gateway) appendOutcome(dst []byte, form engine.Form, o *engine.Outcome, id string) []byte {
	for i := range o.Events {
		p := &o.Events[i]
		dst = g.renderer.AppendEvent(dst, p, form&^words.FormQuiet)
		if e, ok := p.Event.(*chat.Said); ok {
			at := chat.Duplicate{Position: p.Position, Number: e.Number, Time: e.Time}
			return g.renderer.AppendStored(dst, form, id, &at, false)
		}
	}
	return words.AppendOK(dst, form, id)
}

// say says something. Who typed it in plain text sees it already.
func (t *talk) say(c chat.Say, id string) {
	c.Session = t.session.ID()
	t.do(deed{command: &c, id: id, hold: t.account != "", done: t.readOwn})
}

func (t *talk) changeNick(nick, id string) {
	session := t.session.ID()
	t.do(deed{
		command: &chat.ChangeNick{Session: session, Nick: nick}, id: id,
		plain: func(dst []byte, form engine.Form, state *core.State, _ *engine.Outcome) []byte {
			if u := state.UserOf(session); u != nil {
				dst = words.AppendSentence(dst, form, words.SayNickNow, u.Nick())
			}
			return dst
		},
	})
}

// enterRoom joins a room, or makes one that the session is in already the current one.
func (t *talk) enterRoom(room, key, id string) {
	session, form := t.session.ID(), t.form
	t.session.Do(t.opening(room, engine.Ask{
		Command: &chat.Join{Session: session, Room: room, Key: key},
		Hold:    true,
		Answer: func(state *core.State, o engine.Outcome) []byte {
			switch r := o.Refusal; {
			case r != nil && r.Code == chat.AlreadyMember && form&words.FormJSON == 0:
				return words.AppendSentence(nil, form, words.SayMoved, r.Room)
			case r != nil:
				return words.AppendRefusal(nil, form, r, id)
			case form&words.FormJSON != 0:
				b := t.gateway.appendOutcome(nil, form, &o, "")
				return words.AppendOK(appendEntryMessage(b, state, joinedName(&o)), form, id)
			}
			name := joinedName(&o)
			if name == "" {
				return nil
			}
			b := words.AppendSentence(nil, form, words.SayInRoom, name)
			return appendRoom(b, form, state.RoomByName(name), state.UserOf(session))
		},
		Done: func(o engine.Outcome) {
			if name := joinedName(&o); name != "" {
				t.room = name
			} else if o.Refusal != nil && o.Refusal.Code == chat.AlreadyMember {
				t.room = o.Refusal.Room
			}
		},
	}))
}

// appendEntryMessage tells a script what a room tells those who enter.
func appendEntryMessage(dst []byte, state *core.State, name string) []byte {
	room := state.RoomByName(name)
	if room == nil || room.Entry() == "" {
		return dst
	}
	return line.Begin(dst, "entry").String("room", room.Name()).String("text", room.Entry()).End()
}

// joinedName is the room that an outcome led into, or empty.
func joinedName(o *engine.Outcome) string {
	for i := range o.Events {
		if e, ok := o.Events[i].Event.(*chat.Joined); ok {
			return e.RoomName
		}
	}
	return ""
}

func (t *talk) leaveRoom(room, reason, id string) {
	t.do(deed{
		command: &chat.Part{Session: t.session.ID(), Room: room, Reason: reason}, id: id, hold: true,
		plain: func(dst []byte, form engine.Form, _ *core.State, o *engine.Outcome) []byte {
			return words.AppendSentence(dst, form, words.SayLeft, partedName(o))
		},
		done: func(o *engine.Outcome) {
			if partedName(o) == t.room {
				t.room = t.gateway.house.Lobby
			}
		},
	})
}

func partedName(o *engine.Outcome) string {
	for i := range o.Events {
		if e, ok := o.Events[i].Event.(*chat.Parted); ok {
			return e.RoomName
		}
	}
	return ""
}

func (t *talk) setTopic(room, text, id string) {
	t.do(deed{
		command: &chat.SetTopic{Session: t.session.ID(), Room: room, Text: text}, id: id,
		plain: func(dst []byte, form engine.Form, _ *core.State, o *engine.Outcome) []byte {
			for i := range o.Events {
				if e, ok := o.Events[i].Event.(*chat.TopicSet); ok {
					s := words.SayTopicSet
					if e.Text == "" {
						s = words.SayTopicCleared
					}
					dst = words.AppendSentence(dst, form, s, e.RoomName)
				}
			}
			return dst
		},
	})
}
