package irc

import (
	"strconv"
	"time"

	"madang/chat/names"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// runWhowas is WHOWAS (RFC 2812 3.6.3).
func (c *client) runWhowas(m *irc.Message) {
	nick := string(m.Param(0))
	if nick == "" {
		c.answer(func(w *writer) { w.Numeric(irc.ERR_NONICKNAMEGIVEN, "No nickname given") })
		return
	}
	most, err := strconv.Atoi(string(m.Param(1)))
	if err != nil || most <= 0 || most > whowasAtOnce {
		most = whowasAtOnce
	}
	c.answer(func(w *writer) { w.whowas(nick, most) })
}

// whowasAtOnce bounds one answer.
const whowasAtOnce = 50

func (w *writer) whowas(nick string, most int) {
	found := w.c.hall.people.Were(names.Fold(nick), most)
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
