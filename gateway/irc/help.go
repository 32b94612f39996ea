package irc

import (
	"maps"
	"slices"
	"strings"

	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// help is HELP (modern.ircdocs.horse).
func (g *Gateway) help(c *client.Client, m *irc.Message) {
	subject := strings.ToUpper(string(m.Param(0)))
	c.Answer(func(w *client.Writer) {
		if subject == "" {
			w.Help("*", "Help: ask HELP with a command", strings.Join(slices.Sorted(maps.Keys(g.commands)), " "))
			return
		}
		text, ok := reply.HelpText(subject)
		switch _, known := g.commands[subject]; {
		case ok:
			w.Help(subject, subject, text)
		case known:
			w.Help(subject, subject, subject+": see https://modern.ircdocs.horse")
		default:
			w.Numeric(irc.ERR_HELPNOTFOUND, render.OneWord(subject), "There is no help for this")
		}
	})
}
