package entry

import (
	"net/netip"
	"slices"
	"strings"

	"madang/gateway/irc/client"
	"madang/wire/irc"
)

// WebIRC is WEBIRC (https://ircv3.net/specs/extensions/webirc): the client is really
// at another address. It is the first line or none; whoever may not say so is hung up,
// since all that follows would be taken for the web gateway's own.
func WebIRC(c *client.Client, m *irc.Message) {
	p, config := c.Pending, c.Hall.Config()
	if p == nil {
		alreadyRegistered(c)
		return
	}
	from := c.Conn.RemoteAddr().Addr()
	switch {
	case began(p) || p.Through:
		c.HangUp("WEBIRC comes first, and once")
		return
	case !config.WebIRC.Trusts(from), c.Hall.House.Accounts.Allow(from) > 0:
		c.HangUp("WEBIRC is not for you")
		return
	case !config.WebIRC.Password.Equal(string(m.Param(0))):
		c.Hall.House.Accounts.Failed(from)
		c.HangUp("WEBIRC: wrong password")
		return
	}
	address, err := netip.ParseAddr(string(m.Param(3)))
	if err != nil {
		c.HangUp("WEBIRC: that is no address")
		return
	}
	if reason, refused := c.Conn.SetRemoteAddr(netip.AddrPortFrom(address.Unmap(), 0)); refused {
		c.HangUp(reason)
		return
	}
	p.Through = true
	if options := string(m.Param(4)); c.Encrypted() {
		p.Clear = !slices.Contains(strings.Fields(options), "secure")
	}
}

// began says whether the client has said anything about himself.
func began(p *client.Registration) bool {
	return p.Nick != "" || p.Username != "" || p.Password != "" || p.Negotiating || p.Login.Account != 0
}
