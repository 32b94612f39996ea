package irc

import (
	"slices"
	"strings"

	"madang/engine"
	"madang/wire/irc"
)

// caps is a set of capabilities (IRCv3 capability-negotiation).
type caps uint32

// The capabilities. The first ones change how events are rendered: their bits are those
// of a form.
const (
	capMessageTags caps = 1 << iota
	capServerTime
	capExtendedJoin
	capAwayNotify
	capSetname
	capInviteNotify
	capBatch
	capCapNotify
	capChghost
	capEchoMessage
	capExtendedMonitor
	capLabeledResponse
	capMultiPrefix
	capNoImplicitNames
	capPreAway
	capStandardReplies
	capUserhostInNames
)

// capsOfForms are those that are part of a form.
const capsOfForms = capBatch - 1

// formCP949 is the bit of a form that is no capability: the client writes CP949.
const formCP949 engine.Form = 1 << 40

// offer is a capability as clients know it.
type offer struct {
	name string
	bit  caps
}

// offers are what CAP LS lists, by name. Read-only.
var offers = [...]offer{
	{"away-notify", capAwayNotify},
	{"batch", capBatch},
	{"cap-notify", capCapNotify},
	{"chghost", capChghost},
	{"draft/pre-away", capPreAway},
	{"echo-message", capEchoMessage},
	{"extended-join", capExtendedJoin},
	{"extended-monitor", capExtendedMonitor},
	{"invite-notify", capInviteNotify},
	{"labeled-response", capLabeledResponse},
	{"message-tags", capMessageTags},
	{"multi-prefix", capMultiPrefix},
	{"no-implicit-names", capNoImplicitNames},
	{"server-time", capServerTime},
	{"setname", capSetname},
	{"standard-replies", capStandardReplies},
	{"userhost-in-names", capUserhostInNames},
}

// names lists the capabilities of a set, by name.
func (c caps) names() string {
	var list []string
	for _, o := range offers {
		if c&o.bit != 0 {
			list = append(list, o.name)
		}
	}
	return strings.Join(list, " ")
}

// allCaps is everything on offer.
func allCaps() (all caps) {
	for _, o := range offers {
		all |= o.bit
	}
	return all
}

// runCap is CAP (IRCv3 capability-negotiation).
func (c *client) runCap(m *irc.Message) {
	sub := strings.ToUpper(string(m.Param(0)))
	switch sub {
	case "LS":
		c.capLS(m)
	case "LIST":
		c.answer(func(w *writer) { w.cap("LIST", w.c.caps.names()) })
	case "REQ":
		c.capREQ(string(m.Param(1)))
	case "END":
		c.capEND()
	default:
		name := string(m.Param(0))
		c.answer(func(w *writer) { w.numeric(irc.ERR_INVALIDCAPCMD, orStar(name), "There is no such CAP subcommand") })
	}
}

// cap writes a CAP line.
func (w *writer) cap(sub, list string) {
	w.line(w.g.house.Name, "CAP", w.nick(), sub, list)
}

// capLS lists what is on offer. A version of 302 or more brings cap-notify with it.
func (c *client) capLS(m *irc.Message) {
	modern := versionAtLeast(string(m.Param(1)), 302)
	c.do(ask{
		hold:   true,
		answer: func(w *writer, _ *engine.Outcome) { w.cap("LS", allCaps().names()) },
		done: func(engine.Outcome) {
			if modern {
				c.caps |= capCapNotify
			}
			if c.pending != nil {
				c.pending.negotiating = true
			}
		},
	})
}

// capREQ takes a list of capabilities as a whole, or not at all.
func (c *client) capREQ(list string) {
	next, ok := c.caps, true
	for request := range irc.Capabilities(list) {
		i := slices.IndexFunc(offers[:], func(o offer) bool { return o.name == request.Name })
		switch {
		case i < 0 || request.Remove && offers[i].bit == capCapNotify:
			ok = false
		case request.Remove:
			next &^= offers[i].bit
		default:
			next |= offers[i].bit
		}
	}
	verdict := "ACK"
	if !ok {
		next, verdict = c.caps, "NAK"
	}
	c.do(ask{
		hold:   true,
		answer: func(w *writer, _ *engine.Outcome) { w.cap(verdict, list) },
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
