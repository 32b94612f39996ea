package irc

import (
	"madang/engine"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// runList is LIST (RFC 2812 3.2.6) with ELIST.
func (c *client) runList(m *irc.Message) {
	filter := irc.ParseListFilter(string(m.Param(0)))
	listing := reply.NewListing(filter, c.hall.house.Engine.Now())
	c.do(ask{
		answer: func(w *writer, _ *engine.Outcome) { w.Numeric(irc.RPL_LISTSTART, "Channel", "Users  Name") },
		pages:  func(w *writer, _ *engine.Outcome) reply.Page { return listing.Pages(&w.Writer) },
	})
}
