package irc

import (
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// runWho is WHO (RFC 2812 3.6.1) and WHOX.
func (c *client) runWho(m *irc.Message) {
	q := &reply.Who{Mask: render.OrStar(string(m.Param(0))), Request: irc.ParseWho(string(m.Param(1)))}
	c.do(ask{
		answer: func(w *writer, _ *engine.Outcome) { q.AtOnce(&w.Writer) },
		pages:  func(w *writer, _ *engine.Outcome) reply.Page { return q.Pages(&w.Writer) },
	})
}
