package talk

import (
	"context"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// What was said before: the client's side of package history.

// Chathistory is CHATHISTORY (IRCv3 chathistory).
func Chathistory(c *client.Client, m *irc.Message) {
	q, fault := history.Chathistory(newAsker(c), m.Strings(0))
	look(c, "CHATHISTORY", q, fault)
}

// Search is SEARCH (the proposal ircv3-specifications#496).
func Search(c *client.Client, m *irc.Message) {
	q, fault := history.Search(newAsker(c), m.Strings(0))
	look(c, "SEARCH", q, fault)
}

// newAsker is the client as one who asks for history.
func newAsker(c *client.Client) history.Asker {
	return history.Asker{Session: c.Session.ID(), Now: c.Hall.House.Now()}
}

// newReader is what reads for the client beside the loop. Nothing that it holds changes
// while the question waits.
func newReader(c *client.Client) *history.Reader {
	e := c.Hall.House.Engine
	return &history.Reader{
		History: e.History(), Render: render.New(c.Hall.House.Name, e.Epoch()), Server: c.Hall.House.Name,
		Epoch: e.Epoch(), Form: c.Caps.Form(false), Caps: c.Caps, Viewer: c.Session.User(),
	}
}

// look asks a question of history, or says what is wrong with it.
func look(c *client.Client, verb string, q history.Question, fault *history.Fault) {
	switch {
	case fault != nil:
		c.Fail(verb, fault.Code, fault.Params...)
		return
	case c.Hall.House.Engine.History() == nil:
		c.Answer(func(w *client.Writer) { q.Failed(&w.Writer) })
		return
	}
	label, refused := c.LabelAlone(), false
	r := newReader(c)
	c.Do(client.Ask{
		Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			if refused = !q.Resolve(&w.Writer); refused {
				w.Bytes = label.Labelled(w.Bytes)
			}
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result {
			if refused {
				return engine.Result{}
			}
			pieces, err := q.Read(ctx, r, upTo)
			if err == nil {
				return piece(c, pieces, label)
			}
			c.Hall.House.Logger.Error("history not read", "gateway", "irc", "command", verb, "error", err)
			return engine.Result{Then: func() { c.Answer(func(w *client.Writer) { q.Failed(&w.Writer); w.Bytes = label.Labelled(w.Bytes) }) }}
		},
	})
}

// piece shows one piece of an answer, and goes on with the next when it is taken.
func piece(c *client.Client, next history.Pieces, label client.Alone) engine.Result {
	b, more := next(nil)
	if !more {
		return engine.Result{Bytes: c.Encode(label.Labelled(b))}
	}
	if label.Label != "" {
		b = irc.AppendOpening(nil, b, "label="+label.Label)
	}
	return engine.Result{Bytes: c.Encode(b), Next: func(context.Context, chat.Position) engine.Result {
		return piece(c, next, client.Alone{})
	}}
}
