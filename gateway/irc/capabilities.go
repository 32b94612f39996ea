package irc

import (
	"slices"
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

// listCaps writes what is on offer. Values, and a list of several lines, are for those
// who know version 302; all others are told what is ratified, in one line.
func (c *client) listCaps(w *writer, modern bool) {
	if !modern {
		list := strings.Fields(render.AllCaps().Names())
		w.Cap("LS", strings.Join(slices.DeleteFunc(list, func(name string) bool { return strings.Contains(name, "/") }), " "))
		return
	}
	list := strings.Fields(render.AllCaps().Offered(c.capValue))
	if sts := c.hall.config().STS; sts != nil && sts(c.Encrypted()) != "" {
		list = append(list, "sts="+sts(c.Encrypted())) // never requested, and never taken
	}
	w.caps("LS", list)
}

// caps writes a list of capabilities in as many lines as it needs; a star says that
// another one follows.
func (w *writer) caps(sub string, list []string) {
	room := irc.TextBytesMax(w.House.Name, "CAP", w.Nick, sub, "*")
	for {
		n, used := 0, 0
		for n < len(list) && used+len(list[n])+len(" ") <= room {
			used += len(list[n]) + len(" ")
			n++
		}
		if n == len(list) {
			w.Cap(sub, strings.Join(list, " "))
			return
		}
		w.Line(w.House.Name, "CAP", w.Nick, sub, "*", strings.Join(list[:n], " "))
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
