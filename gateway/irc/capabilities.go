package irc

import (
	"strings"

	"madang/engine"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// runCap is CAP (IRCv3 capability-negotiation).
func (c *client) runCap(m *irc.Message) {
	sub := strings.ToUpper(string(m.Param(0)))
	switch sub {
	case "LS":
		c.capLS(m)
	case "LIST":
		c.answer(func(w *writer) { w.CapList("LIST", strings.Fields(w.Caps.Names()), w.Has(render.CapCapNotify)) })
	case "REQ":
		c.capREQ(string(m.Param(1)))
	case "END":
		c.capEND()
	default:
		name := string(m.Param(0))
		c.answer(func(w *writer) {
			w.Numeric(irc.ERR_INVALIDCAPCMD, render.OrStar(name), "There is no such CAP subcommand")
		})
	}
}

// capLS lists what is on offer. A version of 302 or more brings cap-notify with it.
func (c *client) capLS(m *irc.Message) {
	modern := versionAtLeast(string(m.Param(1)), 302) || c.caps&render.CapCapNotify != 0
	c.do(ask{
		hold:   true,
		answer: func(w *writer, _ *engine.Outcome) { c.listCaps(w, modern) },
		done: func(engine.Outcome) {
			if modern {
				c.caps |= render.CapCapNotify
			}
			if c.pending != nil {
				c.pending.negotiating = true
			}
		},
	})
}

// listCaps writes what is on offer, in as many lines as it needs. Values, and that a
// list goes on, are told only to who knows version 302.
func (c *client) listCaps(w *writer, modern bool) {
	list, more := strings.Fields(render.AllCaps().Names()), []string{"LS"}
	if modern {
		list, more = strings.Fields(render.AllCaps().Offered(c.capValue)), []string{"LS", "*"}
		if sts := c.gateway.config.Load().STS; sts != nil && sts(c.Encrypted()) != "" {
			list = append(list, "sts="+sts(c.Encrypted())) // never requested, and never taken
		}
	}
	room := irc.TextBytesMax(w.House.Name, "CAP", w.Nick, "LS", "*")
	for {
		n, used := 0, 0
		for n < len(list) && used+len(list[n])+len(" ") <= room {
			used += len(list[n]) + len(" ")
			n++
		}
		if n == len(list) {
			w.Cap("LS", strings.Join(list, " "))
			return
		}
		params := append([]string{w.Nick}, more...)
		w.Line(w.House.Name, "CAP", append(params, strings.Join(list[:n], " "))...)
		list = list[n:]
	}
}

// capREQ takes a list of capabilities as a whole, or not at all.
func (c *client) capREQ(list string) {
	next, ok := c.caps, true
	for request := range irc.Capabilities(list) {
		bit, known := render.CapNamed(request.Name)
		switch {
		case !known || request.Remove && bit == render.CapCapNotify:
			ok = false
		case request.Remove:
			next &^= bit
		default:
			next |= bit
		}
	}
	verdict := "ACK"
	if !ok {
		next, verdict = c.caps, "NAK"
	}
	c.do(ask{
		hold:   true,
		answer: func(w *writer, _ *engine.Outcome) { w.Cap(verdict, list) },
		done: func(engine.Outcome) {
			c.caps = next
			c.session.SetForm(c.form())
			if c.pending != nil {
				c.pending.negotiating = true
			}
		},
	})
}

// capEND ends the negotiation; behind the welcome it means nothing.
func (c *client) capEND() {
	c.do(ask{hold: true, done: func(engine.Outcome) {
		if c.pending != nil {
			c.pending.negotiating = false
			c.tryRegister()
		}
	}})
}
