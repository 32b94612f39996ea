package irc

import (
	"context"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// How far somebody has read (IRCv3 read-marker): accounts for ever and on all their
// sessions, guests as long as they are here.

// marksMax bounds the marks that are kept with a session.
const marksMax = 200

// runMarkread is MARKREAD.
func (c *client) runMarkread(m *irc.Message) {
	target := string(m.Param(0))
	if target == "" {
		c.fail("MARKREAD", "NEED_MORE_PARAMS", "Missing parameters")
		return
	}
	if m.Len() == 1 {
		c.answer(func(w *writer) { w.mark(target) })
		return
	}
	s, known, ok := irc.ParseSelector(string(m.Param(1)))
	if !known || !ok || !s.HasTime || s.Ms <= 0 {
		c.fail("MARKREAD", "INVALID_PARAMS", render.OneWord(string(m.Param(1))), "Invalid parameters")
		return
	}
	asker := c.asker()
	c.setMark(asker, target, min(chat.Time(s.Ms), asker.Now))
}

// setMark sets a mark: an account's, whose number is looked up in history, or one that is
// kept with the session.
func (c *client) setMark(asker history.Asker, target string, at chat.Time) {
	label := c.labelAlone()
	var place history.Place
	local := false
	c.do(ask{
		passes: true,
		hold:   true,
		answer: func(w *writer, _ *engine.Outcome) {
			place, _ = asker.Find(&w.Writer, target)
			if local = place.Conversation == 0 || w.State.AccountByID(w.User.ID()) == nil; local {
				w.Bytes = w.House.Renderer.AppendMark(w.Bytes, target, max(at, c.localMark(target)))
				w.Bytes = label.wrap(w.Bytes)
			}
		},
		done: func(engine.Outcome) {
			if local {
				c.keepMark(target, at)
			}
		},
		task: func(ctx context.Context, upTo chat.Position) engine.Result {
			if local {
				return engine.Result{}
			}
			set := &chat.SetMark{Session: c.session.ID(), Conversation: place.Conversation, Time: at}
			set.Number = c.numberAt(ctx, set, upTo)
			return engine.Result{Then: func() { c.withLabel(label.Label, func() { c.marked(set, target) }) }}
		},
	})
}

// numberAt is the number of the last message said until a time. Without history it is
// not known.
func (c *client) numberAt(ctx context.Context, set *chat.SetMark, upTo chat.Position) chat.Number {
	h := c.hall.house.Engine.History()
	if h == nil {
		return 0
	}
	found, err := h.Page(ctx, chat.HistoryQuery{
		Conversation: set.Conversation, Before: chat.Bound{Time: set.Time + 1}, UpTo: upTo, Limit: 1, Newest: true,
	})
	if err != nil {
		c.hall.house.Logger.Error("history not read", "gateway", "irc", "command", "MARKREAD", "error", err)
	}
	if len(found) == 0 {
		return 0
	}
	return found[0].Number
}

// marked sets an account's mark, and answers with what stands then.
func (c *client) marked(set *chat.SetMark, target string) {
	c.do(ask{
		verb: "MARKREAD", command: set,
		answer: func(w *writer, _ *engine.Outcome) { w.mark(target) },
		refused: func(w *writer, _ *chat.Refusal) {
			w.Fail("MARKREAD", "INTERNAL_ERROR", render.OneWord(target), "The read timestamp could not be set")
		},
	})
}

// mark writes how far the client has read.
func (w *writer) mark(target string) {
	at := w.c.localMark(target)
	if a := w.account(); a != nil {
		if p, _ := (history.Asker{Session: w.c.session.ID()}).Find(&w.Writer, target); p.Conversation != 0 {
			m, _ := a.Mark(p.Conversation)
			at = max(at, m.Time)
		}
	}
	w.Bytes = w.House.Renderer.AppendMark(w.Bytes, target, at)
}

// roomMark writes how far the client has read a room, if it wants to know.
func (w *writer) roomMark(room *chat.Room) {
	if w.Has(render.CapReadMarker) {
		w.mark(room.Name())
	}
}

// account is that of the client's user, or nil.
func (w *writer) account() *chat.Account {
	if w.User == nil {
		return nil
	}
	return w.State.AccountByID(w.User.ID())
}

func (c *client) localMark(target string) chat.Time {
	if c.extras == nil {
		return 0
	}
	return c.extras.marks[names.Fold(target)]
}

// keepMark keeps a mark with the session; it only moves forward.
func (c *client) keepMark(target string, at chat.Time) {
	e, folded := c.extra(), names.Fold(target)
	if e.marks == nil {
		e.marks = map[string]chat.Time{}
	}
	if before, known := e.marks[folded]; !known && len(e.marks) < marksMax || known && before < at {
		e.marks[folded] = at
	}
}
