package irc

import (
	"strconv"
	"strings"
	"time"

	"madang/chat"
	"madang/wire/irc"
)

// runLusers is LUSERS (RFC 2812 3.4.2).
func (c *client) runLusers(*irc.Message) { c.answer((*writer).lusers) }

func (w *writer) lusers() {
	users, invisible := w.state.UserCount(), w.g.people.invisible
	total, most := strconv.Itoa(users), strconv.Itoa(max(users, w.g.people.most))
	w.numeric(irc.RPL_LUSERCLIENT, "There are "+strconv.Itoa(users-invisible)+" users and "+strconv.Itoa(invisible)+" invisible on 1 servers")
	w.numeric(irc.RPL_LUSEROP, strconv.Itoa(w.g.people.operators), "operator(s) online")
	w.numeric(irc.RPL_LUSERUNKNOWN, strconv.Itoa(w.unknown()), "unknown connection(s)")
	w.numeric(irc.RPL_LUSERCHANNELS, strconv.Itoa(w.state.RoomCount()), "channels formed")
	w.numeric(irc.RPL_LUSERME, "I have "+total+" clients and 0 servers")
	w.numeric(irc.RPL_LOCALUSERS, total, most, "Current local users "+total+", max "+most)
	w.numeric(irc.RPL_GLOBALUSERS, total, most, "Current global users "+total+", max "+most)
}

// unknown counts connections that have not registered; the client that is welcomed just
// now is one no more.
func (w *writer) unknown() int {
	if w.c.counted {
		return w.g.strangers - 1
	}
	return w.g.strangers
}

// runMOTD is MOTD (RFC 2812 3.4.1).
func (c *client) runMOTD(*irc.Message) { c.answer((*writer).motd) }

func (w *writer) motd() {
	text := strings.Trim(w.g.config.Load().MOTD, "\r\n")
	if text == "" {
		w.numeric(irc.ERR_NOMOTD, "MOTD File is missing")
		return
	}
	w.numeric(irc.RPL_MOTDSTART, "- "+w.g.house.Name+" Message of the day - ")
	for line := range strings.Lines(text) {
		w.numeric(irc.RPL_MOTD, "- "+strings.TrimRight(line, "\r\n"))
	}
	w.numeric(irc.RPL_ENDOFMOTD, "End of /MOTD command.")
}

// runVersion is VERSION (RFC 2812 3.4.3).
func (c *client) runVersion(*irc.Message) {
	c.answer(func(w *writer) {
		w.numeric(irc.RPL_VERSION, w.g.house.Version, w.g.house.Name, "A yard where people meet")
		w.isupport()
	})
}

// runTime is TIME (RFC 2812 3.4.6).
func (c *client) runTime(*irc.Message) {
	c.answer(func(w *writer) {
		now := w.g.house.Engine.Now()
		_, offset := now.Zone()
		w.numeric(irc.RPL_TIME, w.g.house.Name, strconv.FormatInt(now.Unix(), 10), strconv.Itoa(offset), now.Format(time.RFC1123Z))
	})
}

// runInfo is INFO (RFC 2812 3.4.10).
func (c *client) runInfo(*irc.Message) {
	c.answer(func(w *writer) {
		w.numeric(irc.RPL_INFO, "Madang ("+w.g.house.Version+"), a self-hosted chat server")
		w.numeric(irc.RPL_INFO, "Running since "+w.g.house.Started.UTC().Format(time.RFC1123))
		w.numeric(irc.RPL_ENDOFINFO, "End of INFO list")
	})
}

// runAdmin is ADMIN (RFC 2812 3.4.9).
func (c *client) runAdmin(*irc.Message) {
	c.answer(func(w *writer) {
		lines := w.g.config.Load().Admin
		if len(lines) == 0 {
			w.numeric(irc.ERR_NOADMININFO, w.g.house.Name, "No administrative info available")
			return
		}
		w.numeric(irc.RPL_ADMINME, w.g.house.Name, "Administrative info")
		for i, n := range []irc.Numeric{irc.RPL_ADMINLOC1, irc.RPL_ADMINLOC2, irc.RPL_ADMINEMAIL} {
			if i < len(lines) {
				w.numeric(n, lines[i])
			}
		}
	})
}

// hostsMax bounds the nicks of USERHOST and USERIP (RFC 2812 4.8).
const hostsMax = 5

// runUserhost is USERHOST (RFC 2812 4.8).
func (c *client) runUserhost(m *irc.Message) {
	c.hosts(irc.RPL_USERHOST, m, func(_ *writer, u *chat.User) string { return u.Host() })
}

// runUserip is USERIP.
func (c *client) runUserip(m *irc.Message) { c.hosts(irc.RPL_USERIP, m, (*writer).addressOf) }

func (c *client) hosts(n irc.Numeric, m *irc.Message, host func(*writer, *chat.User) string) {
	nicks := m.Strings(0)
	c.answer(func(w *writer) {
		var list []string
		for _, nick := range nicks[:min(len(nicks), hostsMax)] {
			if u := w.state.UserByNick(nick); u != nil {
				list = append(list, hostEntry(u, host(w, u)))
			}
		}
		w.numeric(n, strings.Join(list, " "))
	})
}

// hostEntry is nick[*]=(+|-)username@host.
func hostEntry(u *chat.User, host string) string {
	operator, here := "", "=+"
	if u.Has(chat.ServerOperator) {
		operator = "*"
	}
	if u.Away() != "" {
		here = "=-"
	}
	return u.Nick() + operator + here + u.Username() + "@" + host
}

// runIson is ISON (RFC 2812 4.9).
func (c *client) runIson(m *irc.Message) {
	words := m.Strings(0)
	c.answer(func(w *writer) {
		var here []string
		for _, nick := range strings.Fields(strings.Join(words, " ")) {
			if u := w.state.UserByNick(nick); u != nil {
				here = append(here, u.Nick())
			}
		}
		w.numeric(irc.RPL_ISON, strings.Join(here, " "))
	})
}
