package reply

import (
	"madang/chat"
	"madang/chat/core"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

const (
	// NamesAtOnce is how many members are named in one piece: a line that joins as many
	// rooms as one may be in is answered within the queue.
	NamesAtOnce = 100
	// NamesPerPage is how many are looked at for one page.
	NamesPerPage = 1000
)

// EndOfNames ends an answer, unless more rooms follow.
func (w *Writer) EndOfNames(asked string) {
	if asked == "" {
		return
	}
	w.Numeric(irc.RPL_ENDOFNAMES, render.OneWord(asked), "End of /NAMES list")
}

// Names writes everybody in a room who may be shown. end is what was asked for; empty:
// more rooms follow.
func (w *Writer) Names(room *core.Room, end string) {
	l := w.beginNames(room)
	for m := range w.State.VisibleMembers(w.User, room) {
		l.add(m)
	}
	l.end()
	w.EndOfNames(end)
}

// NamesPages gives the members in pieces, by number. Each piece is of the state as it
// stands when it is written, which is what the client has been shown: whoever came since
// with a lower number was shown as a JOIN, and whoever is in a later piece too had come
// by then.
func NamesPages(room *core.Room, end string) Page {
	id := room.ID()
	var after chat.UserID
	return func(w *Writer) bool {
		room := w.State.RoomByID(id)
		if room == nil || w.User == nil || !w.State.MaySeeRoom(w.User, room) {
			w.EndOfNames(end)
			return false
		}
		l := w.beginNames(room)
		more, seen := false, 0
		for m := range w.State.VisibleMembers(w.User, room) {
			if m.User.ID() <= after {
				continue
			}
			if seen++; seen > NamesPerPage {
				more = true
				break
			}
			after = m.User.ID()
			l.add(m)
		}
		l.end()
		if !more {
			w.EndOfNames(end)
		}
		return more
	}
}

// namesLine packs names into RPL_NAMREPLY lines.
type namesLine struct {
	w     *Writer
	head  string // up to the text
	start int    // of the line being filled; behind the end: none is
}

func (w *Writer) beginNames(room *core.Room) namesLine {
	sign := " = "
	if room.Has(chat.Secret) {
		sign = " @ "
	}
	head := ":" + w.House.Name + " " + string(irc.RPL_NAMREPLY) + " " + w.Nick + sign + room.Name() + " :"
	return namesLine{w: w, head: head, start: -1}
}

// add appends one name, in a new line if need be.
func (l *namesLine) add(m core.Member) {
	w := l.w
	signs := w.signs(m.Rank)
	bytes := len(" ") + len(signs) + len(m.User.Nick())
	if w.Has(render.CapUserhostInNames) {
		bytes += len("!") + len(m.User.Username()) + len("@") + len(m.User.Host())
	}
	if l.start >= 0 && len(w.Bytes)-l.start+bytes > irc.LineBytesMax-len("\r\n") {
		l.end()
	}
	if l.start < 0 {
		l.start = len(w.Bytes)
		w.Bytes = append(w.Bytes, l.head...)
	} else {
		w.Bytes = append(w.Bytes, ' ')
	}
	w.Bytes = append(append(w.Bytes, signs...), m.User.Nick()...)
	if w.Has(render.CapUserhostInNames) {
		w.Bytes = append(append(w.Bytes, '!'), m.User.Username()...)
		w.Bytes = append(append(w.Bytes, '@'), m.User.Host()...)
	}
}

// end ends the line being filled.
func (l *namesLine) end() {
	if l.start >= 0 {
		l.w.Bytes = append(l.w.Bytes, '\r', '\n')
		l.start = -1
	}
}

// signs are a member's signs, as the client has negotiated them.
func (w *Writer) signs(r chat.Rank) string { return render.Signs(r, w.Has(render.CapMultiPrefix)) }
