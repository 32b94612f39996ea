package rooms

import (
	"slices"

	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Names is NAMES (RFC 2812 3.2.5). Without a room it names nobody, as servers do
// that have many.
func Names(c *client.Client, m *irc.Message) {
	asked := string(m.Param(0))
	rooms := slices.Collect(irc.List(asked))
	if len(rooms) == 0 {
		c.Answer(func(w *client.Writer) { w.EndOfNames("*") })
		return
	}
	last := min(len(rooms), reply.TargetsMax) - 1
	for _, name := range rooms[:last] {
		listNames(c, name, "")
	}
	listNames(c, rooms[last], asked)
	if len(rooms) > reply.TargetsMax {
		c.TooManyTargets(rooms[reply.TargetsMax])
	}
}

// listNames answers who is in one room. end is what was asked for in all, of which this is
// the last; empty: it is not.
func listNames(c *client.Client, name, end string) {
	c.Do(client.Ask{
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			room := w.VisibleRoom(name)
			switch {
			case room == nil:
				w.EndOfNames(end)
			case room.Size() <= reply.NamesAtOnce:
				w.Names(room, end)
			}
		},
		Pages: func(w *client.Writer, _ *engine.Outcome) reply.Page {
			room := w.VisibleRoom(name)
			if room == nil || room.Size() <= reply.NamesAtOnce {
				return nil
			}
			return reply.NamesPages(room, end)
		},
	})
}
