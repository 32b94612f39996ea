package irc

import (
	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// userMode is MODE of a user (RFC 2812 3.1.5).
func (c *client) userMode(nick string, m *irc.Message) {
	letters := string(m.Param(1))
	set, clear, unknown := render.FlagsOfLetters(letters)
	a := ask{
		verb:   "MODE",
		answer: func(w *writer, o *engine.Outcome) { w.UserModes(nick, letters == "", unknown, o.Events) },
	}
	if set|clear == 0 {
		c.do(a)
		return
	}
	// Whose modes they are is known only at the ask's place in the order, so what is
	// asked for another is looked at first.
	c.ifSelf(nick, func() {
		a.command = &chat.ChangeFlags{Session: c.session.ID(), Set: set, Clear: clear}
		c.do(a)
	})
}

// ifSelf goes on if a nick is the client's own, and says so if not.
func (c *client) ifSelf(nick string, then func()) {
	own, label := false, c.label()
	c.do(ask{
		hold: true, passes: true,
		answer: func(w *writer, _ *engine.Outcome) {
			own = w.User != nil && w.User == w.State.UserByNick(nick)
		},
		done: func(engine.Outcome) {
			c.withLabel(label, func() {
				if own {
					then()
				} else {
					c.answer(func(w *writer) { w.NotOwn(nick) })
				}
			})
		},
	})
}
