package people

import (
	"madang/gateway/irc/client"
	"madang/wire/irc"
)

// deskWhois answers WHOIS of a service.
func deskWhois(w *client.Writer, s *client.Service) {
	d := s.Desk
	w.Numeric(irc.RPL_WHOISUSER, d.Name, d.Name, w.House.Name, "*", d.About)
	w.Numeric(irc.RPL_WHOISSERVER, d.Name, w.House.Name, "A service of the server")
	w.Numeric(irc.RPL_ENDOFWHOIS, d.Name, "End of /WHOIS list")
}

// Whois is WHOIS (RFC 2812 3.6.2). A server named first is passed over: there is one.
func Whois(c *client.Client, m *irc.Message) {
	nick := string(m.Param(0))
	if m.Len() > 1 {
		nick = string(m.Param(1))
	}
	if nick == "" {
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_NONICKNAMEGIVEN, "No nickname given") })
		return
	}
	if s := c.Hall.Service([]byte(nick)); s != nil {
		c.Answer(func(w *client.Writer) { deskWhois(w, s) })
		return
	}
	c.Answer(func(w *client.Writer) { w.Whois(nick) })
}
