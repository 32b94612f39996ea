package irc

import (
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// runPersistence is PERSISTENCE (IRCv3 draft/persistence): whether the account stays
// present while no session of it is connected.
func (c *client) runPersistence(m *irc.Message) {
	switch strings.ToUpper(string(m.Param(0))) {
	case "GET", "STATUS":
		c.answer(func(w *writer) {
			if w.User.Account() == "" {
				w.Fail("PERSISTENCE", "ACCOUNT_REQUIRED", "An account is needed for that")
				return
			}
			w.Persistence()
		})
	case "SET":
		c.setPersistence(strings.ToUpper(string(m.Param(1))))
	default:
		c.fail("PERSISTENCE", "INVALID_PARAMS", "There is no such subcommand")
	}
}

func (c *client) setPersistence(setting string) {
	change := &chat.ChangeAccount{Session: c.session.ID(), Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: setting == "ON"}}}
	switch setting {
	case "ON", "OFF":
		c.do(ask{
			verb: "PERSISTENCE", command: change,
			answer: func(w *writer, _ *engine.Outcome) { w.Persistence() },
		})
	case "DEFAULT":
		label := c.label()
		c.do(ask{
			hold: true, passes: true,
			answer: func(w *writer, _ *engine.Outcome) { change.Changes[0].Add = w.State.Limits().AlwaysOn },
			done: func(engine.Outcome) {
				c.withLabel(label, func() {
					c.do(ask{
						verb: "PERSISTENCE", command: change,
						answer: func(w *writer, _ *engine.Outcome) { w.Persistence() },
					})
				})
			},
		})
	default:
		c.fail("PERSISTENCE", "INVALID_PARAMS", "The setting is ON, OFF or DEFAULT")
	}
}
