package irc

import (
	"net/netip"
	"slices"
	"strings"

	"madang/auth"
	"madang/wire/irc"
)

// WebIRC is who may say that a connection is somebody else's: web gateways and
// bouncers that the operator trusts.
type WebIRC struct {
	Password auth.Secret // empty: nobody may
	Trusted  []netip.Prefix
}

// trusts says whether an address is one of a web gateway.
func (w *WebIRC) trusts(a netip.Addr) bool {
	return !w.Password.IsZero() && slices.ContainsFunc(w.Trusted, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

// runWebirc is WEBIRC (https://ircv3.net/specs/extensions/webirc): the client is really
// at another address. It is the first line or none; whoever may not say so is hung up,
// since all that follows would be taken for the web gateway's own.
func (c *client) runWebirc(m *irc.Message) {
	p, config := c.pending, c.hall.config()
	if p == nil {
		c.alreadyRegistered()
		return
	}
	from := c.conn.RemoteAddr().Addr()
	switch {
	case p.began() || p.through:
		c.hangUp("WEBIRC comes first, and once")
		return
	case !config.WebIRC.trusts(from), c.hall.house.Accounts.Allow(from) > 0:
		c.hangUp("WEBIRC is not for you")
		return
	case !config.WebIRC.Password.Equal(string(m.Param(0))):
		c.hall.house.Accounts.Failed(from)
		c.hangUp("WEBIRC: wrong password")
		return
	}
	address, err := netip.ParseAddr(string(m.Param(3)))
	if err != nil {
		c.hangUp("WEBIRC: that is no address")
		return
	}
	if reason, refused := c.conn.SetRemoteAddr(netip.AddrPortFrom(address.Unmap(), 0)); refused {
		c.hangUp(reason)
		return
	}
	p.through = true
	if options := string(m.Param(4)); c.Encrypted() {
		p.clear = !slices.Contains(strings.Fields(options), "secure")
	}
}

// began says whether the client has said anything about himself.
func (p *registration) began() bool {
	return p.nick != "" || p.username != "" || p.password != "" || p.negotiating || p.login.Account != 0
}
