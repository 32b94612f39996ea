package irc

import (
	"context"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/reply"
)

// ask is one command or question of a client, in this gateway's terms. Its functions
// are called on the loop; answer, refused, besides and pages change nothing.
type ask struct {
	verb    string       // of the line, for refusals
	command chat.Command // nil: a question
	answer  func(*writer, *engine.Outcome)
	refused func(*writer, *chat.Refusal)   // nil: by the table
	besides func(*writer, *engine.Outcome) // shown too, but no part of a labelled response
	pages   func(*writer, *engine.Outcome) reply.Page
	done    func(engine.Outcome)
	task    func(ctx context.Context, upTo chat.Position) engine.Result
	live    bool
	hold    bool
	// passes says that the label is for what the task's end asks.
	passes bool
}

// writer writes lines for one client, and knows where from.
type writer struct {
	reply.Writer
	c *client
}

// write gives what fill writes for the client. Without a state the client is a stranger;
// one whose user was ended by others a moment ago is told nothing more.
func (c *client) write(state *chat.State, fill func(*writer)) []byte {
	w := &c.hall.writer
	*w = writer{Writer: reply.Writer{House: &c.hall.told, State: state, Caps: c.caps}, c: c}
	if state != nil {
		c.hall.people.See(state)
		w.User = state.UserOf(c.session.ID())
		if w.User == nil && c.pending == nil {
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
func (c *client) nick(user *chat.User) string {
	switch {
	case user != nil:
		return user.Nick()
	case c.pending != nil && c.pending.nick != "":
		return c.pending.nick
	}
	return "*"
}

// events writes what a command led to.
func (w *writer) events(o *engine.Outcome) { w.Events(o.Events) }

// answer tells the client something that the gateway knows by itself.
func (c *client) answer(fill func(*writer)) {
	c.do(ask{answer: func(w *writer, _ *engine.Outcome) { fill(w) }})
}

// fail tells the client of a failure that has no numeric.
func (c *client) fail(verb, code string, params ...string) {
	c.answer(func(w *writer) { w.Fail(verb, code, params...) })
}

// needMoreParams tells the client that a line says too little.
func (c *client) needMoreParams(verb string) {
	c.answer(func(w *writer) { w.NeedMoreParams(verb) })
}

// do asks, behind what was asked before.
func (c *client) do(a ask) {
	if l := c.hall.labelled; l != nil {
		l.asks = append(l.asks, a)
		return
	}
	c.submit(a, nil)
}

// submit hands an ask to the engine. part says where in a labelled response it stands;
// nil: there is no label.
func (c *client) submit(a ask, part *reply.Part) {
	paged := false
	e := engine.Ask{Command: a.command, Done: a.done, Hold: a.hold, Live: a.live}
	if a.task != nil {
		e.Task = engine.Task(a.task)
	}
	e.Answer = func(state *chat.State, o engine.Outcome) []byte {
		b := c.write(state, func(w *writer) { a.tell(w, &o) })
		if part != nil && !(a.passes && o.Refusal == nil) {
			b = part.Wrap(b, paged)
		}
		if a.besides != nil && o.Refusal == nil {
			b = append(b, c.write(state, func(w *writer) { a.besides(w, &o) })...)
		}
		return c.encode(b)
	}
	if a.pages != nil {
		e.Pages = func(state *chat.State, o engine.Outcome) engine.Pager {
			var next reply.Page
			if o.Refusal == nil {
				c.write(state, func(w *writer) { next = a.pages(w, &o) })
			}
			paged = next != nil
			if !paged {
				return nil
			}
			return c.pager(next, part)
		}
	}
	c.session.Do(e)
}

// tell writes the answer of an ask.
func (a *ask) tell(w *writer, o *engine.Outcome) {
	switch {
	case o.Refusal != nil && a.refused != nil:
		a.refused(w, o.Refusal)
	case o.Refusal != nil:
		w.Refusal(a.verb, o.Refusal)
	case a.answer != nil:
		a.answer(w, o)
	}
}

// pager makes the engine's pager of a page.
func (c *client) pager(next reply.Page, part *reply.Part) engine.Pager {
	return func(dst []byte, state *chat.State) ([]byte, bool) {
		more := false
		b := c.write(state, func(w *writer) { more = next(&w.Writer) })
		if part != nil {
			b = part.Continued(b, more)
		}
		return append(dst, c.encode(b)...), more
	}
}
