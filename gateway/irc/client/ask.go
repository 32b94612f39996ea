package client

import (
	"context"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Ask is one command or question of a client, in this gateway's terms. Its functions
// are called on the loop; Answer, Refused, Besides and Pages change nothing.
type Ask struct {
	Verb    string       // of the line, for refusals
	Command chat.Command // nil: a question
	Answer  func(*Writer, *engine.Outcome)
	Refused func(*Writer, *chat.Refusal)   // nil: by the table
	Besides func(*Writer, *engine.Outcome) // shown too, but no part of a labelled response
	Pages   func(*Writer, *engine.Outcome) reply.Page
	Done    func(engine.Outcome)
	Task    func(ctx context.Context, upTo chat.Position) engine.Result
	Live    bool
	Hold    bool
	// Passes says that the label is for what the task's end asks.
	Passes bool
}

// Writer writes lines for one client, and knows where from.
type Writer struct {
	reply.Writer
	Client *Client
}

// Write gives what fill writes for the client. Without a state the client is a stranger;
// one whose user was ended by others a moment ago is told nothing more.
func (c *Client) Write(state *core.State, fill func(*Writer)) []byte {
	w := &c.Hall.writer
	*w = Writer{Writer: reply.Writer{House: &c.Hall.told, State: state, Caps: c.Caps}, Client: c}
	if state != nil {
		c.Hall.People.See(state)
		w.User = state.UserOf(c.Session.ID())
		if w.User == nil && c.Pending == nil {
			return nil
		}
	}
	w.Nick = c.nick(w.User)
	fill(w)
	b := w.Bytes
	w.Bytes = nil
	return b
}

// nick is how a client is addressed that is this user, or none (modern.ircdocs.horse,
// "Numeric Replies").
func (c *Client) nick(user *core.User) string {
	switch {
	case user != nil:
		return user.Nick()
	case c.Pending != nil && c.Pending.Nick != "":
		return c.Pending.Nick
	}
	return "*"
}

// Outcome writes what a command led to.
func (w *Writer) Outcome(o *engine.Outcome) { w.Events(o.Events) }

// Answer tells the client something that the gateway knows by itself.
func (c *Client) Answer(fill func(*Writer)) {
	c.Do(Ask{Answer: func(w *Writer, _ *engine.Outcome) { fill(w) }})
}

// Fail tells the client of a failure that has no numeric.
func (c *Client) Fail(verb, code string, params ...string) {
	c.Answer(func(w *Writer) { w.Fail(verb, code, params...) })
}

// NeedMoreParams tells the client that a line says too little.
func (c *Client) NeedMoreParams(verb string) {
	c.Answer(func(w *Writer) { w.NeedMoreParams(verb) })
}

// Do asks, behind what was asked before.
func (c *Client) Do(a Ask) {
	if l := c.Hall.labelled; l != nil {
		l.asks = append(l.asks, a)
		return
	}
	c.submit(a, nil)
}

// submit hands an ask to the engine. part says where in a labelled response it stands;
// nil: there is no label.
func (c *Client) submit(a Ask, part *reply.Part) {
	paged := false
	e := engine.Ask{Command: a.Command, Done: a.Done, Hold: a.Hold, Live: a.Live}
	if a.Task != nil {
		e.Task = engine.Task(a.Task)
	}
	e.Answer = func(state *core.State, o engine.Outcome) []byte {
		b := c.Write(state, func(w *Writer) { a.tell(w, &o) })
		if part != nil && !(a.Passes && o.Refusal == nil) {
			b = part.Wrap(b, paged)
		}
		if a.Besides != nil && o.Refusal == nil {
			b = append(b, c.Write(state, func(w *Writer) { a.Besides(w, &o) })...)
		}
		return c.Encode(b)
	}
	if a.Pages != nil {
		e.Pages = func(state *core.State, o engine.Outcome) engine.Pager {
			var next reply.Page
			if o.Refusal == nil {
				c.Write(state, func(w *Writer) { next = a.Pages(w, &o) })
			}
			paged = next != nil
			if !paged {
				return nil
			}
			return c.pager(next, part)
		}
	}
	c.Session.Do(e)
}

// tell writes the answer of an ask.
func (a *Ask) tell(w *Writer, o *engine.Outcome) {
	switch {
	case o.Refusal != nil && a.Refused != nil:
		a.Refused(w, o.Refusal)
	case o.Refusal != nil:
		w.Refusal(a.Verb, o.Refusal)
	case a.Answer != nil:
		a.Answer(w, o)
	}
}

// pager makes the engine's pager of a page.
func (c *Client) pager(next reply.Page, part *reply.Part) engine.Pager {
	return func(dst []byte, state *core.State) ([]byte, bool) {
		more := false
		b := c.Write(state, func(w *Writer) { more = next(&w.Writer) })
		if part != nil {
			b = part.Continued(b, more)
		}
		return append(dst, c.Encode(b)...), more
	}
}

// TooManyTargets tells the client from which target on a line went nowhere.
func (c *Client) TooManyTargets(target string) {
	c.Answer(func(w *Writer) {
		w.Numeric(irc.ERR_TOOMANYTARGETS, render.OneWord(target), "Too many targets; nobody from here on was sent it")
	})
}

// Unknown counts connections that have not registered; the client that is welcomed just
// now is one no more.
func (w *Writer) Unknown() int {
	if w.Client.counted {
		return w.Client.Hall.Strangers - 1
	}
	return w.Client.Hall.Strangers
}
