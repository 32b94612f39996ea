package irc

import (
	"context"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// What was said before: the client's side of package history.

// runChathistory is CHATHISTORY (IRCv3 chathistory).
func (c *client) runChathistory(m *irc.Message) {
	q, fault := history.Chathistory(c.asker(), m.Strings(0))
	c.look("CHATHISTORY", q, fault)
}

// runSearch is SEARCH (the proposal ircv3-specifications#496).
func (c *client) runSearch(m *irc.Message) {
	q, fault := history.Search(c.asker(), m.Strings(0))
	c.look("SEARCH", q, fault)
}

// asker is the client as one who asks for history.
func (c *client) asker() history.Asker {
	return history.Asker{Session: c.session.ID(), Now: chat.Time(c.hall.house.Engine.Now().UnixMilli())}
}

// reader is what reads for the client beside the loop. Nothing that it holds changes
// while the question waits.
func (c *client) reader() *history.Reader {
	e := c.hall.house.Engine
	return &history.Reader{
		History: e.History(), Render: render.New(c.hall.house.Name, e.Epoch()), Server: c.hall.house.Name,
		Epoch: e.Epoch(), Form: c.caps.Form(false), Caps: c.caps, Viewer: c.session.User(),
	}
}

// look asks a question of history, or says what is wrong with it.
func (c *client) look(verb string, q history.Question, fault *history.Fault) {
	switch {
	case fault != nil:
		c.fail(verb, fault.Code, fault.Params...)
		return
	case c.hall.house.Engine.History() == nil:
		c.answer(func(w *writer) { q.Failed(&w.Writer) })
		return
	}
	label, refused := c.labelAlone(), false
	r := c.reader()
	c.do(ask{
		passes: true,
		answer: func(w *writer, _ *engine.Outcome) {
			if refused = !q.Resolve(&w.Writer); refused {
				w.Bytes = label.wrap(w.Bytes)
			}
		},
		task: func(ctx context.Context, upTo chat.Position) engine.Result {
			if refused {
				return engine.Result{}
			}
			pieces, err := q.Read(ctx, r, upTo)
			if err == nil {
				return c.piece(pieces, label)
			}
			c.hall.house.Logger.Error("history not read", "gateway", "irc", "command", verb, "error", err)
			return engine.Result{Then: func() { c.answer(func(w *writer) { q.Failed(&w.Writer); w.Bytes = label.wrap(w.Bytes) }) }}
		},
	})
}

// piece shows one piece of an answer, and goes on with the next when it is taken.
func (c *client) piece(next history.Pieces, label alone) engine.Result {
	b, more := next(nil)
	if !more {
		return engine.Result{Bytes: c.encode(label.wrap(b))}
	}
	if label.Label != "" {
		b = irc.AppendOpening(nil, b, "label="+label.Label)
	}
	return engine.Result{Bytes: c.encode(b), Next: func(context.Context, chat.Position) engine.Result {
		return c.piece(next, alone{})
	}}
}

// alone is the label of a line that is answered once, later. The zero alone is none.
type alone struct{ reply.Part }

// labelAlone is the label of the line being handled.
func (c *client) labelAlone() alone {
	label := c.label()
	if label == "" {
		return alone{}
	}
	return alone{reply.Part{Source: c.hall.house.Name, Label: label, Batch: c.hall.nextBatch(), First: true, Last: true}}
}

// wrap labels the whole answer.
func (a *alone) wrap(b []byte) []byte {
	if a.Label == "" {
		return b
	}
	return a.Wrap(b, false)
}
