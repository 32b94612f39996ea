package people

import (
	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Away is AWAY (RFC 2812 4.1), before the welcome too with IRCv3 pre-away.
func Away(c *client.Client, m *irc.Message) {
	text := string(m.Param(0))
	switch {
	case c.Pending == nil:
		setAway(c, text)
	case c.Caps&render.CapPreAway == 0:
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_NOTREGISTERED, "You have not registered") })
	default:
		c.Pending.Away = text
		c.Answer(func(w *client.Writer) { w.Away(text) })
	}
}

// setAway has a session away, or back without a text.
func setAway(c *client.Client, text string) {
	c.Do(client.Ask{
		Verb: "AWAY", Command: &chat.SetAway{Session: c.Session.ID(), Text: text},
		Answer: func(w *client.Writer, _ *engine.Outcome) { w.Away(text) },
	})
}

// Setname is SETNAME (IRCv3 setname).
func Setname(c *client.Client, m *irc.Message) {
	c.Do(client.Ask{
		Verb: "SETNAME", Command: &chat.ChangeRealname{Session: c.Session.ID(), Realname: string(m.Param(0))},
		Answer: func(w *client.Writer, o *engine.Outcome) { w.Outcome(o) },
	})
}
