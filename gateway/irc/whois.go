package irc

import (
	"strconv"
	"time"

	"madang/chat"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// runWhois is WHOIS (RFC 2812 3.6.2). A server named first is passed over: there is one.
func (c *client) runWhois(m *irc.Message) {
	nick := string(m.Param(0))
	if m.Len() > 1 {
		nick = string(m.Param(1))
	}
	if nick == "" {
		c.answer(func(w *writer) { w.numeric(irc.ERR_NONICKNAMEGIVEN, "No nickname given") })
		return
	}
	c.answer(func(w *writer) { w.whois(nick) })
}

func (w *writer) whois(nick string) {
	u := w.state.UserByNick(nick)
	if u == nil {
		w.noSuchNick(nick)
		w.numeric(irc.RPL_ENDOFWHOIS, render.OneWord(nick), "End of /WHOIS list")
		return
	}
	nick = u.Nick()
	w.numeric(irc.RPL_WHOISUSER, nick, u.Username(), u.Host(), "*", u.Realname())
	w.whoisRooms(u)
	w.numeric(irc.RPL_WHOISSERVER, nick, w.g.house.Name, "Madang, through the "+u.Gateway()+" gateway")
	if u.Has(chat.ServerOperator) {
		w.numeric(irc.RPL_WHOISOPERATOR, nick, "is an IRC operator")
	}
	if w.user == u || w.user.Has(chat.ServerOperator) {
		w.numeric(irc.RPL_WHOISACTUALLY, nick, u.Username()+"@"+u.Host(), w.addressOf(u), "Actual user@host, Actual IP")
		w.numeric(irc.RPL_WHOISMODES, nick, "is using modes +"+render.FlagLetters(u.Flags()))
	}
	if u.Has(chat.Secure) {
		w.numeric(irc.RPL_WHOISSECURE, nick, "is using a secure connection")
	}
	if u.Has(chat.Bot) {
		w.numeric(irc.RPL_WHOISBOT, nick, "is a bot")
	}
	if u.Away() != "" {
		w.numeric(irc.RPL_AWAY, nick, u.Away())
	}
	w.numeric(irc.RPL_WHOISIDLE, nick, strconv.FormatInt(w.idleSeconds(u), 10), render.Unix(u.Since()), "seconds idle, signon time")
	w.numeric(irc.RPL_ENDOFWHOIS, nick, "End of /WHOIS list")
}

// whoisRooms lists the rooms of a user that may be told, in as many lines as they need.
func (w *writer) whoisRooms(u *chat.User) {
	room := irc.TextBytesMax(w.g.house.Name, string(irc.RPL_WHOISCHANNELS), w.nick(), u.Nick())
	line := ""
	for r := range w.state.VisibleRoomsOf(w.user, u) {
		rank, _ := r.RankOf(u)
		entry := w.signs(rank) + r.Name()
		if line != "" && len(line)+len(" ")+len(entry) > room {
			w.numeric(irc.RPL_WHOISCHANNELS, u.Nick(), line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += entry
	}
	if line != "" {
		w.numeric(irc.RPL_WHOISCHANNELS, u.Nick(), line)
	}
}

// idleSeconds is how long ago a user last said something, or came.
func (w *writer) idleSeconds(u *chat.User) int64 {
	last := time.UnixMilli(int64(u.Since()))
	if s := w.g.way.Session(u.Session()); s != nil && s.Spoke().After(last) {
		last = s.Spoke()
	}
	return max(0, int64(w.g.house.Engine.Now().Sub(last)/time.Second))
}
