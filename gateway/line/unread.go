package line

import (
	"cmp"
	"slices"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
)

// unreadOf lists what an account has not read, as far as a session may: rooms that it
// has opened once, or where it was named, and direct conversations.
func unreadOf(state *core.State, session chat.SessionID, a *core.Account, u *core.User) (list []words.Unread) {
	for r := range heard(state, session, u) {
		_, known := a.Mark(r.ID())
		if n, named := state.Unread(a, r.ID()); known && n > 0 {
			list = append(list, words.Unread{ID: r.ID(), Room: r.Name(), Number: r.LastNumber(), Messages: n, Mentions: named})
		}
	}
	for d := range state.DirectsOf(u.ID()) {
		if n, named := state.Unread(a, d.ID); n > 0 && everywhere(state, session) {
			list = append(list, words.Unread{ID: d.ID, With: otherOf(state, &d, u.ID()), Number: d.LastNumber, Messages: n, Mentions: named})
		}
	}
	slices.SortFunc(list, func(a, b words.Unread) int {
		return cmp.Or(cmp.Compare(b.Mentions, a.Mentions), cmp.Compare(a.ID, b.ID))
	})
	return list[:min(len(list), unreadMax)]
}

// otherOf is what the other one of a direct conversation is called.
func otherOf(state *core.State, d *chat.DirectRecord, self chat.UserID) string {
	other, nick := d.High, d.HighNick
	if other == self {
		other, nick = d.Low, d.LowNick
	}
	if u := state.UserByID(other); u != nil {
		return u.Nick()
	}
	return nick
}

// unread is /unread.
func (t *talk) unread(id string) {
	form, session := t.form, t.session.ID()
	t.session.Do(engine.Ask{Answer: func(state *core.State, _ engine.Outcome) []byte {
		u, a := accountOf(state, session)
		if a == nil {
			return words.AppendRefusal(nil, form, &chat.Refusal{Code: chat.NeedAccount}, id)
		}
		b := words.AppendUnread(nil, form, unreadOf(state, session, a, u), words.Text(form, words.SayNothingUnread))
		return words.AppendOK(b, form, id)
	}})
}

func accountOf(state *core.State, session chat.SessionID) (*core.User, *core.Account) {
	u := state.UserOf(session)
	if u == nil || u.Account() == "" {
		return u, nil
	}
	return u, state.AccountByID(u.ID())
}

// read marks a conversation as read: up to a message, or with number 0 to its end.
func (t *talk) read(id, room, with string, number chat.Number) {
	form := t.form
	p := past{form: form, id: id, session: t.session.ID(), room: room, with: with}
	now := t.now()
	mark := chat.SetMark{Session: p.session}
	t.session.Do(engine.Ask{
		Hold: true,
		Answer: func(state *core.State, _ engine.Outcome) []byte {
			mark.Conversation = 0
			why := p.resolve(state, now)
			if why == nil {
				mark.Conversation, mark.Number, mark.Time = p.query.Conversation, number, state.LastTime()
				if number == 0 {
					mark.Number = lastNumber(state, p.session, mark.Conversation)
				}
			}
			return why
		},
		Done: func(engine.Outcome) {
			if mark.Conversation != 0 {
				t.do(deed{command: &mark, id: id, plain: func(dst []byte, form engine.Form, _ *core.State, _ *engine.Outcome) []byte {
					return words.AppendSentence(dst, form, words.SayRead, cmp.Or(p.room, p.with))
				}})
			}
		},
	})
}

// beginCounting lets unread messages be counted from here in rooms that the account has
// never opened.
func (t *talk) beginCounting() {
	t.markRooms(func(a *core.Account, r *core.Room) bool {
		_, known := a.Mark(r.ID())
		return !known
	}, func() {})
}

// leaving marks what the session was shown as read, when somebody says goodbye who sits
// before plain text. A script says itself what it has read.
func (t *talk) leaving(then func()) {
	if t.account == "" || t.form&words.FormJSON != 0 {
		then()
		return
	}
	t.markRooms(func(*core.Account, *core.Room) bool { return true }, then)
}

// markRooms marks those of the account's rooms as read that are wanted, and goes on.
func (t *talk) markRooms(wanted func(*core.Account, *core.Room) bool, then func()) {
	session := t.session.ID()
	var marks []chat.SetMark
	t.session.Do(engine.Ask{
		Hold: true,
		Answer: func(state *core.State, _ engine.Outcome) []byte {
			marks = nil
			u, a := accountOf(state, session)
			if a == nil {
				return nil
			}
			for r := range heard(state, session, u) {
				if wanted(a, r) {
					marks = append(marks, chat.SetMark{Session: session, Conversation: r.ID(), Number: r.LastNumber(), Time: state.LastTime()})
				}
			}
			return nil
		},
		Done: func(engine.Outcome) {
			for i := range marks {
				t.session.Do(engine.Ask{Command: &marks[i]})
			}
			then()
		},
	})
}

// lastNumber is that of the last message of a conversation.
func lastNumber(state *core.State, session chat.SessionID, id chat.ConversationID) chat.Number {
	if r := state.RoomByID(id); r != nil {
		return r.LastNumber()
	}
	if u := state.UserOf(session); u != nil {
		for d := range state.DirectsOf(u.ID()) {
			if d.ID == id {
				return d.LastNumber
			}
		}
	}
	return 0
}

func (t *talk) now() chat.Time { return t.gateway.house.Now() }

// readOwn follows what an account said in plain text: who answers has read what was
// said before.
func (t *talk) readOwn(o *engine.Outcome) {
	if t.account == "" || t.form&words.FormJSON != 0 {
		return
	}
	for i := range o.Events {
		if e, ok := o.Events[i].Event.(*chat.Said); ok {
			t.session.Do(engine.Ask{Command: &chat.SetMark{
				Session: t.session.ID(), Conversation: e.Conversation, Number: e.Number, Time: e.Time,
			}})
		}
	}
}
