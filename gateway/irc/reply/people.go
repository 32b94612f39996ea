package reply

import (
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Hosts answers USERHOST and USERIP (RFC 2812 4.8), with what host tells of those of the
// nicks who are here.
func (w *Writer) Hosts(n irc.Numeric, nicks []string, host func(*core.User) string) {
	var list []string
	for _, nick := range nicks {
		if u := w.State.UserByNick(nick); u != nil {
			list = append(list, hostEntry(u, host(u)))
		}
	}
	w.Numeric(n, strings.Join(list, " "))
}

// Ison answers ISON (RFC 2812 4.9): which of some nicks are here.
func (w *Writer) Ison(nicks []string) {
	var here []string
	for _, nick := range nicks {
		if u := w.State.UserByNick(nick); u != nil {
			here = append(here, u.Nick())
		}
	}
	w.Numeric(irc.RPL_ISON, strings.Join(here, " "))
}

// hostEntry is nick[*]=(+|-)username@host.
func hostEntry(u *core.User, host string) string {
	operator, here := "", "=+"
	if u.Has(chat.ServerOperator) {
		operator = "*"
	}
	if u.Away() != "" {
		here = "=-"
	}
	return u.Nick() + operator + here + u.Username() + "@" + host
}

// Away confirms that the client is away, or is not.
func (w *Writer) Away(text string) {
	if text == "" {
		w.Numeric(irc.RPL_UNAWAY, "You are no longer marked as being away")
		return
	}
	w.Numeric(irc.RPL_NOWAWAY, "You have been marked as being away")
}

// WhoIsThere tells which of some nicks are here (IRCv3 monitor).
func (w *Writer) WhoIsThere(nicks []string) {
	var here, away []string
	for _, nick := range nicks {
		if u := w.State.UserByNick(nick); u != nil {
			src := u.Source()
			here = append(here, render.SourceText(&src))
		} else {
			away = append(away, nick)
		}
	}
	w.packed(irc.RPL_MONONLINE, here)
	w.packed(irc.RPL_MONOFFLINE, away)
}

// Monitored lists the nicks that the client watches (IRCv3 monitor).
func (w *Writer) Monitored(nicks []string) {
	w.packed(irc.RPL_MONLIST, nicks)
	w.Numeric(irc.RPL_ENDOFMONLIST, "End of MONITOR list")
}

// packed writes targets, with commas, in as many lines as they need.
func (w *Writer) packed(n irc.Numeric, targets []string) {
	room := irc.TextBytesMax(w.House.Name, string(n), w.Nick)
	for len(targets) > 0 {
		used, count := 0, 0
		for count < len(targets) && (count == 0 || used+len(",")+len(targets[count]) <= room) {
			used += len(",") + len(targets[count])
			count++
		}
		w.Numeric(n, strings.Join(targets[:count], ","))
		targets = targets[count:]
	}
}
