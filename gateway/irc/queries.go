package irc

import (
	"strings"

	"madang/chat"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// runLusers is LUSERS (RFC 2812 3.4.2).
func (c *client) runLusers(*irc.Message) { c.answer((*writer).lusers) }

func (w *writer) lusers() {
	p := w.c.hall.people
	w.Lusers(reply.Census{Invisible: p.Invisible(), Operators: p.Operators(), Most: p.Most(), Unknown: w.unknown()})
}

// unknown counts connections that have not registered; the client that is welcomed just
// now is one no more.
func (w *writer) unknown() int {
	if w.c.counted {
		return w.c.hall.strangers - 1
	}
	return w.c.hall.strangers
}

// runMOTD is MOTD (RFC 2812 3.4.1).
func (c *client) runMOTD(*irc.Message) { c.answer((*writer).motd) }

func (w *writer) motd() { w.MOTD(w.c.hall.config().MOTD) }

// welcome writes what a client is told when it has registered.
func (w *writer) welcome() {
	w.Welcome()
	w.lusers()
	w.ownMetadata()
	w.motd()
}

// runVersion is VERSION (RFC 2812 3.4.3).
func (c *client) runVersion(*irc.Message) { c.answer(func(w *writer) { w.Version() }) }

// runISupport is ISUPPORT (IRCv3 draft/extended-isupport), before the welcome too.
func (c *client) runISupport(*irc.Message) {
	c.answer(func(w *writer) {
		if !w.Has(render.CapExtendedISupport) || !w.Has(render.CapBatch) {
			w.ISupport()
			return
		}
		w.ISupportBatch()
	})
}

// runLinks is LINKS (RFC 2812 3.4.5): the server is linked to no other.
func (c *client) runLinks(*irc.Message) {
	c.answer(func(w *writer) { w.Numeric(irc.RPL_ENDOFLINKS, "*", "End of /LINKS list") })
}

// runTime is TIME (RFC 2812 3.4.6).
func (c *client) runTime(*irc.Message) {
	c.answer(func(w *writer) { w.Time(w.c.hall.house.Engine.Now()) })
}

// runInfo is INFO (RFC 2812 3.4.10).
func (c *client) runInfo(*irc.Message) { c.answer(func(w *writer) { w.About() }) }

// runAdmin is ADMIN (RFC 2812 3.4.9).
func (c *client) runAdmin(*irc.Message) {
	c.answer(func(w *writer) { w.Admin(w.c.hall.config().Admin) })
}

// hostsMax bounds the nicks of USERHOST and USERIP (RFC 2812 4.8).
const hostsMax = 5

// runUserhost is USERHOST (RFC 2812 4.8).
func (c *client) runUserhost(m *irc.Message) {
	nicks := m.Strings(0)
	c.answer(func(w *writer) { w.Hosts(irc.RPL_USERHOST, nicks[:min(len(nicks), hostsMax)], (*chat.User).Host) })
}

// runUserip is USERIP.
func (c *client) runUserip(m *irc.Message) {
	nicks := m.Strings(0)
	c.answer(func(w *writer) { w.Hosts(irc.RPL_USERIP, nicks[:min(len(nicks), hostsMax)], w.AddressOf) })
}

// runIson is ISON (RFC 2812 4.9).
func (c *client) runIson(m *irc.Message) {
	nicks := strings.Fields(strings.Join(m.Strings(0), " "))
	c.answer(func(w *writer) { w.Ison(nicks) })
}
