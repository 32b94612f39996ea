package people

import (
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Who is WHO (RFC 2812 3.6.1) and WHOX.
func Who(c *client.Client, m *irc.Message) {
	q := &reply.Who{Mask: render.OrStar(string(m.Param(0))), Request: irc.ParseWho(string(m.Param(1)))}
	c.Do(client.Ask{
		Answer: func(w *client.Writer, _ *engine.Outcome) { q.AtOnce(&w.Writer) },
		Pages:  func(w *client.Writer, _ *engine.Outcome) reply.Page { return q.Pages(&w.Writer) },
	})
}
