package people

import (
	"strconv"
	"time"

	"madang/chat/names"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Whowas is WHOWAS (RFC 2812 3.6.3).
func Whowas(c *client.Client, m *irc.Message) {
	nick := string(m.Param(0))
	if nick == "" {
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_NONICKNAMEGIVEN, "No nickname given") })
		return
	}
	most, err := strconv.Atoi(string(m.Param(1)))
	if err != nil || most <= 0 || most > whowasAtOnce {
		most = whowasAtOnce
	}
	c.Answer(func(w *client.Writer) { whowas(w, nick, most) })
}

// whowasAtOnce bounds one answer.
const whowasAtOnce = 50

func whowas(w *client.Writer, nick string, most int) {
	found := w.Client.Hall.People.Were(names.Fold(nick), most)
	if len(found) == 0 {
		w.Numeric(irc.ERR_WASNOSUCHNICK, render.OneWord(nick), "There was no such nickname")
	}
	for i := range found {
		d := &found[i]
		w.Numeric(irc.RPL_WHOWASUSER, d.Source.Nick, d.Source.Username, d.Source.Host, "*", d.Realname)
		w.Numeric(irc.RPL_WHOISSERVER, d.Source.Nick, w.House.Name, d.At.Format(time.ANSIC))
	}
	w.Numeric(irc.RPL_ENDOFWHOWAS, render.OneWord(nick), "End of WHOWAS")
}
