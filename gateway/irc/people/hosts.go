package people

import (
	"strings"

	"madang/chat/core"
	"madang/gateway/irc/client"
	"madang/wire/irc"
)

// hostsMax bounds the nicks of USERHOST and USERIP (RFC 2812 4.8).
const hostsMax = 5

// Userhost is USERHOST (RFC 2812 4.8).
func Userhost(c *client.Client, m *irc.Message) {
	nicks := m.Strings(0)
	c.Answer(func(w *client.Writer) {
		w.Hosts(irc.RPL_USERHOST, nicks[:min(len(nicks), hostsMax)], (*core.User).Host)
	})
}

// Userip is USERIP.
func Userip(c *client.Client, m *irc.Message) {
	nicks := m.Strings(0)
	c.Answer(func(w *client.Writer) { w.Hosts(irc.RPL_USERIP, nicks[:min(len(nicks), hostsMax)], w.AddressOf) })
}

// Ison is ISON (RFC 2812 4.9).
func Ison(c *client.Client, m *irc.Message) {
	nicks := strings.Fields(strings.Join(m.Strings(0), " "))
	c.Answer(func(w *client.Writer) { w.Ison(nicks) })
}
