package reply

import (
	"strconv"

	"madang/chat"
	"madang/chat/core"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Whois answers WHOIS (RFC 2812 3.6.2).
func (w *Writer) Whois(nick string) {
	u := w.State.UserByNick(nick)
	if u == nil {
		w.NoSuchNick(nick)
		w.Numeric(irc.RPL_ENDOFWHOIS, render.OneWord(nick), "End of /WHOIS list")
		return
	}
	nick = u.Nick()
	w.Numeric(irc.RPL_WHOISUSER, nick, u.Username(), u.Host(), "*", u.Realname())
	w.whoisRooms(u)
	through := "Madang, not connected"
	if gateway := u.Gateway(); gateway != "" {
		through = "Madang, through the " + gateway + " gateway"
	}
	w.Numeric(irc.RPL_WHOISSERVER, nick, w.House.Name, through)
	if u.Account() != "" {
		w.Numeric(irc.RPL_WHOISACCOUNT, nick, u.Account(), "is logged in as")
	}
	if u.Has(chat.ServerOperator) {
		w.Numeric(irc.RPL_WHOISOPERATOR, nick, "is an IRC operator")
	}
	if w.User.Is(u) || w.User.May(chat.MaySee) {
		w.Numeric(irc.RPL_WHOISACTUALLY, nick, u.Username()+"@"+u.Cloak(), w.AddressOf(u), "Actual user@host, Actual IP")
		w.Numeric(irc.RPL_WHOISMODES, nick, "is using modes +"+render.UserLetters(u))
	}
	if u.Has(chat.Secure) {
		w.Numeric(irc.RPL_WHOISSECURE, nick, "is using a secure connection")
	}
	if u.Has(chat.Bot) {
		w.Numeric(irc.RPL_WHOISBOT, nick, "is a bot")
	}
	if u.Away() != "" {
		w.Numeric(irc.RPL_AWAY, nick, u.Away())
	}
	w.whoisMetadata(u)
	w.Numeric(irc.RPL_WHOISIDLE, nick, strconv.FormatInt(w.House.IdleSeconds(u), 10), render.Unix(u.Since()), "seconds idle, signon time")
	w.Numeric(irc.RPL_ENDOFWHOIS, nick, "End of /WHOIS list")
}

// whoisRooms lists the rooms of a user that may be told, in as many lines as they need.
func (w *Writer) whoisRooms(u *core.User) {
	room := irc.TextBytesMax(w.House.Name, string(irc.RPL_WHOISCHANNELS), w.Nick, u.Nick())
	line := ""
	for r := range w.State.VisibleRoomsOf(w.User, u) {
		rank, _ := r.RankOf(u)
		entry := w.signs(rank) + r.Name()
		if line != "" && len(line)+len(" ")+len(entry) > room {
			w.Numeric(irc.RPL_WHOISCHANNELS, u.Nick(), line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += entry
	}
	if line != "" {
		w.Numeric(irc.RPL_WHOISCHANNELS, u.Nick(), line)
	}
}
