package talk

import (
	"context"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// How far somebody has read (IRCv3 read-marker): accounts for ever and on all their
// sessions, guests as long as they are here.

// marksMax bounds the marks that are kept with a session.
const marksMax = 200

// Markread is MARKREAD.
func Markread(c *client.Client, m *irc.Message) {
	target := string(m.Param(0))
	if target == "" {
		c.Fail("MARKREAD", "NEED_MORE_PARAMS", "Missing parameters")
		return
	}
	if m.Len() == 1 {
		c.Answer(func(w *client.Writer) { writeMark(w, target) })
		return
	}
	s, known, ok := irc.ParseSelector(string(m.Param(1)))
	if !known || !ok || !s.HasTime || s.Ms <= 0 {
		c.Fail("MARKREAD", "INVALID_PARAMS", render.OneWord(string(m.Param(1))), "Invalid parameters")
		return
	}
	asker := newAsker(c)
	setMark(c, asker, target, min(chat.Time(s.Ms), asker.Now))
}

// setMark sets a mark: an account's, whose number is looked up in history, or one that is
// kept with the session.
func setMark(c *client.Client, asker history.Asker, target string, at chat.Time) {
	label := c.LabelAlone()
	var place history.Place
	local := false
	c.Do(client.Ask{
		Passes: true,
		Hold:   true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			place, _ = asker.Find(&w.Writer, target)
			if local = place.Conversation == 0 || w.State.AccountByID(w.User.ID()) == nil; local {
				w.Bytes = w.House.Renderer.AppendMark(w.Bytes, target, max(at, localMark(c, target)))
				w.Bytes = label.Labelled(w.Bytes)
			}
		},
		Done: func(engine.Outcome) {
			if local {
				keepMark(c, target, at)
			}
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result {
			if local {
				return engine.Result{}
			}
			set := &chat.SetMark{Session: c.Session.ID(), Conversation: place.Conversation, Time: at}
			set.Number = numberAt(c, ctx, set, upTo)
			return engine.Result{Then: func() { c.WithLabel(label.Label, func() { marked(c, set, target) }) }}
		},
	})
}

// numberAt is the number of the last message said until a time. Without history it is
// not known.
func numberAt(c *client.Client, ctx context.Context, set *chat.SetMark, upTo chat.Position) chat.Number {
	h := c.Hall.House.Engine.History()
	if h == nil {
		return 0
	}
	found, err := h.Page(ctx, chat.HistoryQuery{
		Conversation: set.Conversation, Before: chat.Bound{Time: set.Time + 1}, UpTo: upTo, Limit: 1, Newest: true,
	})
	if err != nil {
		c.Hall.House.Logger.Error("history not read", "gateway", "irc", "command", "MARKREAD", "error", err)
	}
	if len(found) == 0 {
		return 0
	}
	return found[0].Number
}

// marked sets an account's mark, and answers with what stands then.
func marked(c *client.Client, set *chat.SetMark, target string) {
	c.Do(client.Ask{
		Verb: "MARKREAD", Command: set,
		Answer: func(w *client.Writer, _ *engine.Outcome) { writeMark(w, target) },
		Refused: func(w *client.Writer, _ *chat.Refusal) {
			w.Fail("MARKREAD", "INTERNAL_ERROR", render.OneWord(target), "The read timestamp could not be set")
		},
	})
}

// writeMark writes how far the client has read.
func writeMark(w *client.Writer, target string) {
	at := localMark(w.Client, target)
	if a := accountOf(w); a != nil {
		if p, _ := (history.Asker{Session: w.Client.Session.ID()}).Find(&w.Writer, target); p.Conversation != 0 {
			m, _ := a.Mark(p.Conversation)
			at = max(at, m.Time)
		}
	}
	w.Bytes = w.House.Renderer.AppendMark(w.Bytes, target, at)
}

// RoomMark writes how far the client has read a room, if it wants to know.
func RoomMark(w *client.Writer, room *core.Room) {
	if w.Has(render.CapReadMarker) {
		writeMark(w, room.Name())
	}
}

// accountOf is that of the client's user, or nil.
func accountOf(w *client.Writer) *core.Account {
	if w.User == nil {
		return nil
	}
	return w.State.AccountByID(w.User.ID())
}

func localMark(c *client.Client, target string) chat.Time {
	if c.Extras == nil {
		return 0
	}
	return c.Extras.Marks[names.Fold(target)]
}

// keepMark keeps a mark with the session; it only moves forward.
func keepMark(c *client.Client, target string, at chat.Time) {
	e, folded := c.Extra(), names.Fold(target)
	if e.Marks == nil {
		e.Marks = map[string]chat.Time{}
	}
	if before, known := e.Marks[folded]; !known && len(e.Marks) < marksMax || known && before < at {
		e.Marks[folded] = at
	}
}
