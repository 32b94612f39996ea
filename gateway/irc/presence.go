package irc

import (
	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// runNick is NICK (RFC 2812 3.1.2).
func (c *client) runNick(m *irc.Message) {
	nick := string(m.Param(0))
	switch {
	case nick == "":
		c.answer(func(w *writer) { w.Numeric(irc.ERR_NONICKNAMEGIVEN, "No nickname given") })
	case c.pending != nil:
		c.strangerNick(nick)
	default:
		c.do(ask{
			verb: "NICK", command: &chat.ChangeNick{Session: c.session.ID(), Nick: nick},
			answer: (*writer).events,
		})
	}
}

// runQuit is QUIT (RFC 2812 3.1.7). Whoever is here sees that he quits; under a label
// there is room for one line alone, the last.
func (c *client) runQuit(m *irc.Message) {
	reason := "Quit"
	if said := string(m.Param(0)); said != "" {
		reason = "Quit: " + said
	}
	words := c.Farewell(nil, reason)
	if label := c.takeLabel(); label != "" {
		c.session.Close(reason, irc.AppendTagged(nil, words, "label="+label))
		return
	}
	c.do(ask{
		hold: true,
		answer: func(w *writer, _ *engine.Outcome) {
			if w.User != nil {
				src := w.User.Source()
				w.Line(render.SourceText(&src), "QUIT", reason)
			}
		},
		done: func(engine.Outcome) { c.session.Close(reason, words) },
	})
}

// runPing is PING (RFC 2812 3.7.2).
func (c *client) runPing(m *irc.Message) {
	if len(m.Param(0)) == 0 {
		c.needMoreParams("PING")
		return
	}
	token := string(m.Param(0))
	c.answer(func(w *writer) { w.Line(w.House.Name, "PONG", w.House.Name, token) })
}

// runAway is AWAY (RFC 2812 4.1), before the welcome too with IRCv3 pre-away.
func (c *client) runAway(m *irc.Message) {
	text := string(m.Param(0))
	switch {
	case c.pending == nil:
		c.setAway(text)
	case c.caps&render.CapPreAway == 0:
		c.answer(func(w *writer) { w.Numeric(irc.ERR_NOTREGISTERED, "You have not registered") })
	default:
		c.pending.away = text
		c.answer(func(w *writer) { w.Away(text) })
	}
}

func (c *client) setAway(text string) {
	c.do(ask{
		verb: "AWAY", command: &chat.SetAway{Session: c.session.ID(), Text: text},
		answer: func(w *writer, _ *engine.Outcome) { w.Away(text) },
	})
}

// runSetname is SETNAME (IRCv3 setname).
func (c *client) runSetname(m *irc.Message) {
	c.do(ask{
		verb: "SETNAME", command: &chat.ChangeRealname{Session: c.session.ID(), Realname: string(m.Param(0))},
		answer: func(w *writer, o *engine.Outcome) { w.events(o) },
	})
}
