package line

import (
	"context"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// lookBack is how many messages are searched for the last one of somebody.
const lookBack = 200

// amendment is a wish about a message that history knows.
type amendment struct {
	past    past          // where, when it is about the last message there
	message chat.Position // or which it is; 0: the last
	own     bool          // the last one of the asker, not of anybody
	user    chat.UserID   // the asker
	command func(*chat.Message, chat.Cited) (chat.Command, words.Sentence)
	cited   *chat.Message
	room    string // where it was said: there,
	with    string // or to this one
}

// amend finds the message, and asks for what is to be done with it. Whether it may be
// seen and changed is decided by the core; here nothing is said of what was found.
func (t *talk) amend(id string, a *amendment) {
	if t.gateway.history == nil {
		t.refuse(id, words.SayNoHistory)
		return
	}
	now := t.now()
	a.past.form, a.past.id, a.past.session = t.form, id, t.session.ID()
	t.session.Do(engine.Ask{
		Hold: true,
		Answer: func(state *core.State, _ engine.Outcome) (why []byte) {
			if a.message == 0 {
				why = a.past.resolve(state, now)
			}
			a.past.refused, a.user = why != nil, 0
			if u := state.UserOf(a.past.session); u != nil {
				a.user = u.ID()
			}
			return why
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result {
			if a.past.refused {
				return engine.Result{}
			}
			if err := t.gateway.look(ctx, a, upTo); err != nil {
				return t.gateway.historyFailed(err, a.past.form, id)
			}
			return engine.Result{Then: func() { t.amendFound(id, a) }}
		},
	})
}

// look reads the message.
func (g *Gateway) look(ctx context.Context, a *amendment, upTo chat.Position) error {
	if a.message != 0 {
		m, ok, err := g.history.MessageAt(ctx, a.message)
		if ok && m.Position <= upTo && !m.Erased {
			a.cited = &m
		}
		return err
	}
	q := a.past.query
	q.UpTo, q.Newest, q.Limit = upTo, true, lookBack
	found, err := g.history.Page(ctx, q)
	for i := range found {
		if m := &found[i]; !m.Erased && m.Event == nil && (!a.own || m.Source.User == a.user) {
			a.cited = m
		}
	}
	return err
}

func (t *talk) amendFound(id string, a *amendment) {
	m := a.cited
	switch {
	case m == nil && a.message != 0:
		t.refused(id, &chat.Refusal{Code: chat.NoSuchMessage})
		return
	case m == nil && a.own:
		t.refuse(id, words.SayNothingSaid, a.past.name())
		return
	case m == nil:
		t.refuse(id, words.SayNobodySpoke, a.past.name())
		return
	}
	form, session, now := t.form, t.session.ID(), t.now()
	seen := false
	t.session.Do(engine.Ask{
		Hold: true,
		Answer: func(state *core.State, _ engine.Outcome) []byte {
			if seen = a.locate(state, session, now); !seen {
				return words.AppendRefusal(nil, form, &chat.Refusal{Code: chat.NoSuchMessage}, id)
			}
			return nil
		},
		Done: func(engine.Outcome) {
			if seen {
				t.amendSeen(id, a)
			}
		},
	})
}

// locate finds out where the message was said; false: the session may not know of it.
func (a *amendment) locate(state *core.State, session chat.SessionID, now chat.Time) bool {
	u, where := state.UserOf(session), a.cited.Conversation
	if u == nil || !state.MayRead(session, where, now) {
		return false
	}
	if r := state.RoomByID(where); r != nil {
		a.room, a.with = r.Name(), ""
		return true
	}
	for d := range state.DirectsOf(u.ID()) {
		if d.ID == where {
			a.room, a.with = "", otherOf(state, &d, u.ID())
			return true
		}
	}
	return false
}

func (t *talk) amendSeen(id string, a *amendment) {
	m := a.cited
	command, s := a.command(m, m.Cited())
	t.do(deed{command: command, id: id, hold: true, plain: func(dst []byte, form engine.Form, _ *core.State, _ *engine.Outcome) []byte {
		return words.AppendSentence(dst, form, s)
	}})
}

// lastHere is an amendment of the last message in the current room.
func (t *talk) lastHere(own bool) *amendment {
	return &amendment{own: own, past: past{room: t.room}}
}

// named is an amendment of the message of an id, or refuses.
func (t *talk) named(r *line.Request) *amendment {
	epoch, position, ok := chat.ParseMessageID(r.Message)
	if !ok || epoch != t.gateway.house.Engine.Epoch() {
		t.refused(r.ID, &chat.Refusal{Code: chat.NoSuchMessage})
		return nil
	}
	return &amendment{message: position}
}

func (t *talk) edit(id, text string, a *amendment) {
	a.command = func(_ *chat.Message, cited chat.Cited) (chat.Command, words.Sentence) {
		return &chat.Edit{Session: t.session.ID(), Message: cited, Text: text}, words.SayChanged
	}
	t.amend(id, a)
}

func (t *talk) erase(id, reason string, a *amendment) {
	a.command = func(_ *chat.Message, cited chat.Cited) (chat.Command, words.Sentence) {
		return &chat.Redact{Session: t.session.ID(), Message: cited, Reason: reason}, words.SayChanged
	}
	t.amend(id, a)
}

// The client tags of a reaction (ircv3.net/specs/client-tags/react).
const (
	tagReact   = "+draft/react"
	tagUnreact = "+draft/unreact"
)

// react answers a message with a sign, or takes it back.
func (t *talk) react(id, sign string, remove bool, a *amendment) {
	tag := chat.Tag{Key: tagReact, Value: sign}
	if remove {
		tag.Key = tagUnreact
	}
	a.command = func(m *chat.Message, _ chat.Cited) (chat.Command, words.Sentence) {
		return &chat.Say{
			Session: t.session.ID(), Room: a.room, Nick: a.with, Kind: chat.Typed, Tags: []chat.Tag{tag},
			ReplyTo: chat.MessageID(t.gateway.house.Engine.Epoch(), m.Position),
		}, words.SayChanged
	}
	t.amend(id, a)
}

func (t *talk) knock(id, room, text string) {
	t.do(deed{
		command: &chat.Knock{Session: t.session.ID(), Room: room, Text: text}, id: id,
		plain: func(dst []byte, form engine.Form, _ *core.State, _ *engine.Outcome) []byte {
			return words.AppendSentence(dst, form, words.SayKnocked, room)
		},
	})
}
