package irc

import (
	"maps"
	"strings"

	"madang/auth"
	"madang/gateway/irc/client"
	"madang/gateway/irc/entry"
	"madang/gateway/irc/house"
	"madang/gateway/irc/people"
	"madang/gateway/irc/render"
	"madang/gateway/irc/rooms"
	"madang/gateway/irc/talk"
	"madang/wire/irc"
)

// table is every verb that clients may use, but for those of services.
func (g *Gateway) table(hasher *auth.Hasher) client.Table {
	t := client.Table{}
	for _, part := range g.parts(hasher) {
		maps.Copy(t, part)
	}
	return t
}

// parts are the verbs by subject. No verb is in two of them.
func (g *Gateway) parts(hasher *auth.Hasher) []client.Table {
	return []client.Table{
		{"HELP": {Run: g.help}, "HELPOP": {Run: g.help}},
		entry.Commands(), house.Commands(hasher), people.Commands(g.followers), rooms.Commands(), talk.Commands(g.batches),
	}
}

// run carries a line out.
func (c *connection) run(m *irc.Message) {
	if c.Pending == nil && c.gateway.batches.Take(&c.Client, m) {
		return
	}
	k, ok := c.gateway.commands[string(m.Command())]
	switch {
	case !ok:
		c.unknown(m)
	case c.Pending != nil && !k.Early:
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_NOTREGISTERED, "You have not registered") })
	case m.Len() < k.Least:
		c.NeedMoreParams(string(m.Command()))
	default:
		k.Run(&c.Client, m)
	}
}

// unknown answers a verb that is none. Numerics from clients are passed over.
func (c *connection) unknown(m *irc.Message) {
	verb := render.OneWord(string(m.Command()))
	if verb[0] >= '0' && verb[0] <= '9' && len(verb) == 3 {
		return
	}
	c.Answer(func(w *client.Writer) {
		if c.Pending != nil {
			w.Numeric(irc.ERR_NOTREGISTERED, "You have not registered")
			return
		}
		w.Numeric(irc.ERR_UNKNOWNCOMMAND, verb, "Unknown command")
	})
}

// addServices makes the verbs of the services commands.
func addServices(table client.Table, list []client.Service) {
	for _, s := range list {
		table[strings.ToUpper(string(s.Name))] = client.Command{Run: func(c *client.Client, m *irc.Message) {
			s.Hear(c, strings.Join(m.Strings(0), " "))
		}}
	}
}
