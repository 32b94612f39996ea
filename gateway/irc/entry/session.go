package entry

import (
	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Nick is NICK (RFC 2812 3.1.2).
func Nick(c *client.Client, m *irc.Message) {
	nick := string(m.Param(0))
	switch {
	case nick == "":
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_NONICKNAMEGIVEN, "No nickname given") })
	case c.Pending != nil:
		strangerNick(c, nick)
	default:
		c.Do(client.Ask{
			Verb: "NICK", Command: &chat.ChangeNick{Session: c.Session.ID(), Nick: nick},
			Answer: (*client.Writer).Outcome,
		})
	}
}

// Quit is QUIT (RFC 2812 3.1.7). Whoever is here sees that he quits; under a label
// there is room for one line alone, the last.
func Quit(c *client.Client, m *irc.Message) {
	reason := "Quit"
	if said := string(m.Param(0)); said != "" {
		reason = "Quit: " + said
	}
	if label := c.TakeLabel(); label != "" {
		c.Session.Close(reason, c.Encode(irc.AppendTagged(nil, render.AppendFarewell(nil, reason), "label="+label)))
		return
	}
	words := c.Farewell(nil, reason)
	c.Do(client.Ask{
		Hold: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			if w.User != nil {
				src := w.User.Source()
				w.Line(render.SourceText(&src), "QUIT", reason)
			}
		},
		Done: func(engine.Outcome) { c.Session.Close(reason, words) },
	})
}

// Ping is PING (RFC 2812 3.7.2).
func Ping(c *client.Client, m *irc.Message) {
	if len(m.Param(0)) == 0 {
		c.NeedMoreParams("PING")
		return
	}
	token := string(m.Param(0))
	c.Answer(func(w *client.Writer) { w.Line(w.House.Name, "PONG", w.House.Name, token) })
}
