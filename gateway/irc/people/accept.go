package people

import (
	"slices"
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Accept is ACCEPT, as servers with caller-id have it: who may write to a client that
// takes messages from accounts only (mode R). A name adds somebody, one behind - takes
// him away, * lists them. Whoever the client writes to is among them by that.
func Accept(c *client.Client, m *irc.Message) {
	targets := slices.Collect(irc.List(string(m.Param(0))))
	for i, target := range targets {
		if i >= reply.TargetsMax {
			c.TooManyTargets(target)
			return
		}
		if target == "*" {
			c.Answer(func(w *client.Writer) { w.AcceptList() })
			continue
		}
		nick, remove := strings.CutPrefix(target, "-")
		c.Do(client.Ask{
			Verb: "ACCEPT", Command: &chat.Trust{Session: c.Session.ID(), Nick: nick, Remove: remove},
			Answer: func(w *client.Writer, o *engine.Outcome) {
				if len(o.Events) == 0 {
					w.AcceptedAlready(nick, remove)
				}
			},
		})
	}
}
