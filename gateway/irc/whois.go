package irc

import (
	"time"

	"madang/chat"
	"madang/wire/irc"
)

// runWhois is WHOIS (RFC 2812 3.6.2). A server named first is passed over: there is one.
func (c *client) runWhois(m *irc.Message) {
	nick := string(m.Param(0))
	if m.Len() > 1 {
		nick = string(m.Param(1))
	}
	if nick == "" {
		c.answer(func(w *writer) { w.Numeric(irc.ERR_NONICKNAMEGIVEN, "No nickname given") })
		return
	}
	if s := c.hall.service([]byte(nick)); s != nil {
		c.answer(func(w *writer) { w.deskWhois(s.desk) })
		return
	}
	c.answer(func(w *writer) { w.Whois(nick) })
}

// idleSeconds is how long ago a user last said something, or came.
func (g *Gateway) idleSeconds(u *chat.User) int64 {
	last := time.UnixMilli(int64(u.Since()))
	for _, r := range u.Sessions() {
		if s := g.way.Session(r.ID); s != nil && s.Spoke().After(last) {
			last = s.Spoke()
		}
	}
	return max(0, int64(g.hall.house.Engine.Now().Sub(last)/time.Second))
}
