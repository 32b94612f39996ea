package people

import (
	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// UserMode is MODE of a user (RFC 2812 3.1.5).
func UserMode(c *client.Client, nick string, m *irc.Message) {
	letters := string(m.Param(1))
	set, clear, unknown := render.FlagsOfLetters(letters)
	a := client.Ask{
		Verb:   "MODE",
		Answer: func(w *client.Writer, o *engine.Outcome) { w.UserModes(nick, letters == "", unknown, o.Events) },
	}
	if set|clear == 0 {
		c.Do(a)
		return
	}
	// Whose modes they are is known only at the ask's place in the order, so what is
	// asked for another is looked at first.
	ifSelf(c, nick, func() {
		a.Command = &chat.ChangeFlags{Session: c.Session.ID(), Set: set, Clear: clear}
		c.Do(a)
	})
}

// ifSelf goes on if a nick is the client's own, and says so if not.
func ifSelf(c *client.Client, nick string, then func()) {
	own, label := false, c.Label()
	c.Do(client.Ask{
		Hold: true, Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			own = w.User != nil && w.User.Is(w.State.UserByNick(nick))
		},
		Done: func(engine.Outcome) {
			c.WithLabel(label, func() {
				if own {
					then()
				} else {
					c.Answer(func(w *client.Writer) { w.NotOwn(nick) })
				}
			})
		},
	})
}
