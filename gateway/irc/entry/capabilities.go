package entry

import (
	"slices"
	"strconv"
	"strings"

	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/people"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Cap is CAP (IRCv3 capability-negotiation).
func Cap(c *client.Client, m *irc.Message) {
	sub := strings.ToUpper(string(m.Param(0)))
	switch sub {
	case "LS":
		capLS(c, m)
	case "LIST":
		c.Answer(func(w *client.Writer) { w.CapList("LIST", strings.Fields(w.Caps.Names()), w.Has(render.CapCapNotify)) })
	case "REQ":
		capREQ(c, string(m.Param(1)))
	case "END":
		capEND(c)
	default:
		name := string(m.Param(0))
		c.Answer(func(w *client.Writer) {
			w.Numeric(irc.ERR_INVALIDCAPCMD, render.OrStar(name), "There is no such CAP subcommand")
		})
	}
}

// capLS lists what is on offer. A version of 302 or more brings cap-notify with it.
func capLS(c *client.Client, m *irc.Message) {
	modern := versionAtLeast(string(m.Param(1)), 302) || c.Caps&render.CapCapNotify != 0
	c.Do(client.Ask{
		Hold:   true,
		Answer: func(w *client.Writer, _ *engine.Outcome) { listCaps(c, w, modern) },
		Done: func(engine.Outcome) {
			if modern {
				c.Caps |= render.CapCapNotify
			}
			if c.Pending != nil {
				c.Pending.Negotiating = true
			}
		},
	})
}

// listCaps writes what is on offer. Values, and a list of several lines, are for those
// who know version 302; all others are told what is ratified, in one line.
func listCaps(c *client.Client, w *client.Writer, modern bool) {
	if !modern {
		list := strings.Fields(render.AllCaps().Names())
		w.Cap("LS", strings.Join(slices.DeleteFunc(list, func(name string) bool { return strings.Contains(name, "/") }), " "))
		return
	}
	list := strings.Fields(render.AllCaps().Offered(func(cap render.Caps) string { return capValue(c, cap) }))
	if sts := c.Hall.Config().STS; sts != nil && sts(c.Encrypted()) != "" {
		list = append(list, "sts="+sts(c.Encrypted())) // never requested, and never taken
	}
	writeCaps(w, "LS", list)
}

// writeCaps writes a list of capabilities in as many lines as it needs; a star says that
// another one follows.
func writeCaps(w *client.Writer, sub string, list []string) {
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
func capREQ(c *client.Client, list string) {
	next, ok := c.Caps, true
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
		next, verdict = c.Caps, "NAK"
	}
	c.Do(client.Ask{
		Hold:   true,
		Answer: func(w *client.Writer, _ *engine.Outcome) { w.Cap(verdict, list) },
		Done: func(engine.Outcome) {
			c.Caps = next
			c.Session.SetForm(c.Form())
			if c.Pending != nil {
				c.Pending.Negotiating = true
			}
		},
	})
}

// capEND ends the negotiation; behind the welcome it means nothing.
func capEND(c *client.Client) {
	c.Do(client.Ask{Hold: true, Done: func(engine.Outcome) {
		if c.Pending != nil {
			c.Pending.Negotiating = false
			tryRegister(c)
		}
	}})
}

// laterValue is what CAP LS says of a capability of what is said.
func laterValue(c *client.Client, cap render.Caps) string {
	switch cap {
	case render.CapMultiline:
		config := c.Hall.Config()
		return "max-bytes=" + strconv.Itoa(config.MultilineBytes) + ",max-lines=" + strconv.Itoa(config.MultilineLines)
	case render.CapMetadata, render.CapMetadata | render.CapMetadataNumerics:
		return people.MetadataValue()
	case render.CapRelaymsg:
		return "/"
	}
	return ""
}

// versionAtLeast reads the version of CAP LS.
func versionAtLeast(word string, least int) bool {
	n, err := strconv.Atoi(word)
	return err == nil && n >= least
}
