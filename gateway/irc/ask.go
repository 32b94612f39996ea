package irc

import (
	"context"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// ask is one command or question of a client, in this gateway's terms. Its functions
// are called on the loop; answer, refused, besides and pages change nothing.
type ask struct {
	verb    string       // of the line, for refusals
	command chat.Command // nil: a question
	answer  func(*writer, *engine.Outcome)
	refused func(*writer, *chat.Refusal)   // nil: by the table
	besides func(*writer, *engine.Outcome) // shown too, but no part of a labelled response
	pages   func(*writer, *engine.Outcome) page
	done    func(engine.Outcome)
	task    func(ctx context.Context, upTo chat.Position) engine.Result
	live    bool
	hold    bool
	// passes says that the label is for what the task's end asks.
	passes bool
}

// page writes one piece of a long answer; false: it was the last.
type page func(*writer) (more bool)

// writer writes lines for one client.
type writer struct {
	b     []byte
	g     *Gateway
	c     *client
	state *chat.State
	user  *chat.User // nil: not registered
}

// write gives what fill writes for the client. Without a state the client is a stranger;
// one whose user was ended by others a moment ago is told nothing more.
func (c *client) write(state *chat.State, fill func(*writer)) []byte {
	w := &c.gateway.writer
	*w = writer{g: c.gateway, c: c, state: state}
	if state != nil {
		w.user = state.UserOf(c.session.ID())
		if w.user == nil && c.pending == nil {
			return nil
		}
	}
	fill(w)
	b := w.b
	w.b = nil
	return b
}

// nick is how the client is addressed (modern.ircdocs.horse, "Numeric Replies").
func (w *writer) nick() string {
	switch {
	case w.user != nil:
		return w.user.Nick()
	case w.c.pending != nil && w.c.pending.nick != "":
		return w.c.pending.nick
	}
	return "*"
}

func (w *writer) has(cap render.Caps) bool { return w.c.caps&cap != 0 }

// numeric writes a numeric reply, its last parameter as text.
func (w *writer) numeric(n irc.Numeric, params ...string) {
	w.b = irc.AppendNumeric(w.b, w.g.house.Name, n, w.nick(), params...)
}

// line writes a message.
func (w *writer) line(source, command string, params ...string) {
	w.b = irc.AppendText(w.b, source, command, params...)
}

// notice writes a notice of the server.
func (w *writer) notice(text string) {
	w.line(w.g.house.Name, "NOTICE", w.nick(), text)
}

// fail writes a standard reply (IRCv3 standard-replies).
func (w *writer) fail(verb, code string, params ...string) {
	w.line(w.g.house.Name, "FAIL", append([]string{verb, code}, params...)...)
}

// event writes an event as the client sees his own.
func (w *writer) event(p *chat.Placed) {
	w.b = w.g.renderer.Event(w.b, p, w.c.form()&^(render.FormCP949|engine.Form(render.CapAwayNotify)))
}

// events writes what a command led to.
func (w *writer) events(o *engine.Outcome) {
	for i := range o.Events {
		w.event(&o.Events[i])
	}
}

// answer tells the client something that the gateway knows by itself.
func (c *client) answer(fill func(*writer)) {
	c.do(ask{answer: func(w *writer, _ *engine.Outcome) { fill(w) }})
}

// fail tells the client of a failure that has no numeric.
func (c *client) fail(verb, code string, params ...string) {
	c.answer(func(w *writer) { w.fail(verb, code, params...) })
}

// do asks, behind what was asked before.
func (c *client) do(a ask) {
	if l := c.gateway.labelled; l != nil {
		l.asks = append(l.asks, a)
		return
	}
	c.submit(a, nil)
}

// submit hands an ask to the engine. part says where in a labelled response it stands;
// nil: there is no label.
func (c *client) submit(a ask, part *part) {
	paged := false
	e := engine.Ask{Command: a.command, Done: a.done, Hold: a.hold, Live: a.live}
	if a.task != nil {
		e.Task = engine.Task(a.task)
	}
	e.Answer = func(state *chat.State, o engine.Outcome) []byte {
		b := c.write(state, func(w *writer) { a.tell(w, &o) })
		if part != nil && !(a.passes && o.Refusal == nil) {
			b = part.wrap(b, paged)
		}
		if a.besides != nil && o.Refusal == nil {
			b = append(b, c.write(state, func(w *writer) { a.besides(w, &o) })...)
		}
		return c.encode(b)
	}
	if a.pages != nil {
		e.Pages = func(state *chat.State, o engine.Outcome) engine.Pager {
			var next page
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
		w.refusal(a.verb, o.Refusal)
	case a.answer != nil:
		a.answer(w, o)
	}
}

// pager makes the engine's pager of a page.
func (c *client) pager(next page, part *part) engine.Pager {
	return func(dst []byte, state *chat.State) ([]byte, bool) {
		more := false
		b := c.write(state, func(w *writer) { more = next(w) })
		if part != nil {
			b = part.continued(b, more)
		}
		return append(dst, c.encode(b)...), more
	}
}
