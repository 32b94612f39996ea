package reply

import (
	"strconv"
	"strings"
	"time"

	"madang/wire/irc"
)

// Census is how many are here, as the state does not count them.
type Census struct {
	Invisible int // users
	Operators int // of the server
	Unknown   int // connections that have not registered
	Most      int // users at once, since the start
}

// Lusers answers LUSERS (RFC 2812 3.4.2).
func (w *Writer) Lusers(c Census) {
	users, invisible := w.State.UserCount(), c.Invisible
	total, most := strconv.Itoa(users), strconv.Itoa(max(users, c.Most))
	w.Numeric(irc.RPL_LUSERCLIENT, "There are "+strconv.Itoa(users-invisible)+" users and "+strconv.Itoa(invisible)+" invisible on 1 servers")
	w.Numeric(irc.RPL_LUSEROP, strconv.Itoa(c.Operators), "operator(s) online")
	w.Numeric(irc.RPL_LUSERUNKNOWN, strconv.Itoa(c.Unknown), "unknown connection(s)")
	w.Numeric(irc.RPL_LUSERCHANNELS, strconv.Itoa(w.State.RoomCount()), "channels formed")
	w.Numeric(irc.RPL_LUSERME, "I have "+total+" clients and 0 servers")
	w.Numeric(irc.RPL_LOCALUSERS, total, most, "Current local users "+total+", max "+most)
	w.Numeric(irc.RPL_GLOBALUSERS, total, most, "Current global users "+total+", max "+most)
}

// MOTD answers MOTD (RFC 2812 3.4.1); an empty text is none.
func (w *Writer) MOTD(text string) {
	text = strings.Trim(text, "\r\n")
	if text == "" {
		w.Numeric(irc.ERR_NOMOTD, "MOTD File is missing")
		return
	}
	w.Numeric(irc.RPL_MOTDSTART, "- "+w.House.Name+" Message of the day - ")
	for line := range strings.Lines(text) {
		w.Numeric(irc.RPL_MOTD, "- "+strings.TrimRight(line, "\r\n"))
	}
	w.Numeric(irc.RPL_ENDOFMOTD, "End of /MOTD command.")
}

// Version answers VERSION (RFC 2812 3.4.3).
func (w *Writer) Version() {
	w.Numeric(irc.RPL_VERSION, w.House.Version, w.House.Name, "A yard where people meet")
	w.ISupport()
}

// Time answers TIME (RFC 2812 3.4.6).
func (w *Writer) Time(now time.Time) {
	_, offset := now.Zone()
	w.Numeric(irc.RPL_TIME, w.House.Name, strconv.FormatInt(now.Unix(), 10), strconv.Itoa(offset), now.Format(time.RFC1123Z))
}

// About answers INFO (RFC 2812 3.4.10).
func (w *Writer) About() {
	w.Numeric(irc.RPL_INFO, "Madang ("+w.House.Version+"), a self-hosted chat server")
	w.Numeric(irc.RPL_INFO, "Running since "+w.House.Started.UTC().Format(time.RFC1123))
	w.Numeric(irc.RPL_ENDOFINFO, "End of INFO list")
}

// Admin answers ADMIN (RFC 2812 3.4.9) with up to three lines; none: nothing is known.
func (w *Writer) Admin(lines []string) {
	if len(lines) == 0 {
		w.Numeric(irc.ERR_NOADMININFO, w.House.Name, "No administrative info available")
		return
	}
	w.Numeric(irc.RPL_ADMINME, w.House.Name, "Administrative info")
	for i, n := range []irc.Numeric{irc.RPL_ADMINLOC1, irc.RPL_ADMINLOC2, irc.RPL_ADMINEMAIL} {
		if i < len(lines) {
			w.Numeric(n, lines[i])
		}
	}
}
