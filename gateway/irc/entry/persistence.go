package entry

import (
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/wire/irc"
)

// Persistence is PERSISTENCE (IRCv3 draft/persistence): whether the account stays
// present while no session of it is connected.
func Persistence(c *client.Client, m *irc.Message) {
	switch strings.ToUpper(string(m.Param(0))) {
	case "GET", "STATUS":
		c.Answer(func(w *client.Writer) {
			if w.User.Account() == "" {
				w.Fail("PERSISTENCE", "ACCOUNT_REQUIRED", "An account is needed for that")
				return
			}
			w.Persistence()
		})
	case "SET":
		setPersistence(c, strings.ToUpper(string(m.Param(1))))
	default:
		c.Fail("PERSISTENCE", "INVALID_PARAMS", "There is no such subcommand")
	}
}

func setPersistence(c *client.Client, setting string) {
	change := &chat.ChangeAccount{Session: c.Session.ID(), Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: setting == "ON"}}}
	switch setting {
	case "ON", "OFF":
		c.Do(client.Ask{
			Verb: "PERSISTENCE", Command: change,
			Answer: func(w *client.Writer, _ *engine.Outcome) { w.Persistence() },
		})
	case "DEFAULT":
		label := c.Label()
		c.Do(client.Ask{
			Hold: true, Passes: true,
			Answer: func(w *client.Writer, _ *engine.Outcome) { change.Changes[0].Add = w.State.Limits().AlwaysOn },
			Done: func(engine.Outcome) {
				c.WithLabel(label, func() {
					c.Do(client.Ask{
						Verb: "PERSISTENCE", Command: change,
						Answer: func(w *client.Writer, _ *engine.Outcome) { w.Persistence() },
					})
				})
			},
		})
	default:
		c.Fail("PERSISTENCE", "INVALID_PARAMS", "The setting is ON, OFF or DEFAULT")
	}
}
