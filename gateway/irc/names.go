package irc

import (
	"slices"

	"madang/engine"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// runNames is NAMES (RFC 2812 3.2.5). Without a room it names nobody, as servers do
// that have many.
func (c *client) runNames(m *irc.Message) {
	asked := string(m.Param(0))
	rooms := slices.Collect(irc.List(asked))
	if len(rooms) == 0 {
		c.answer(func(w *writer) { w.EndOfNames("*") })
		return
	}
	last := min(len(rooms), reply.TargetsMax) - 1
	for _, name := range rooms[:last] {
		c.names(name, "")
	}
	c.names(rooms[last], asked)
	if len(rooms) > reply.TargetsMax {
		c.tooManyTargets(rooms[reply.TargetsMax])
	}
}

// names answers who is in one room. end is what was asked for in all, of which this is
// the last; empty: it is not.
func (c *client) names(name, end string) {
	c.do(ask{
		answer: func(w *writer, _ *engine.Outcome) {
			room := w.VisibleRoom(name)
			switch {
			case room == nil:
				w.EndOfNames(end)
			case room.Size() <= reply.NamesAtOnce:
				w.Names(room, end)
			}
		},
		pages: func(w *writer, _ *engine.Outcome) reply.Page {
			room := w.VisibleRoom(name)
			if room == nil || room.Size() <= reply.NamesAtOnce {
				return nil
			}
			return reply.NamesPages(room, end)
		},
	})
}
