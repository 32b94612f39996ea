package rooms

import (
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// List is LIST (RFC 2812 3.2.6) with ELIST.
func List(c *client.Client, m *irc.Message) {
	filter := irc.ParseListFilter(string(m.Param(0)))
	listing := reply.NewListing(filter, c.Hall.House.Engine.Now())
	c.Do(client.Ask{
		Answer: func(w *client.Writer, _ *engine.Outcome) { w.Numeric(irc.RPL_LISTSTART, "Channel", "Users  Name") },
		Pages:  func(w *client.Writer, _ *engine.Outcome) reply.Page { return listing.Pages(&w.Writer) },
	})
}
