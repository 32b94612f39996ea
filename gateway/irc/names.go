package irc

import (
	"slices"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

const (
	// namesAtOnce is how many members are named in one piece: a line that joins as many
	// rooms as one may be in is answered within the queue.
	namesAtOnce = 100
	// pageMembers is how many are looked at for one page.
	pageMembers = 1000
)

// runNames is NAMES (RFC 2812 3.2.5). Without a room it names nobody, as servers do
// that have many.
func (c *client) runNames(m *irc.Message) {
	asked := string(m.Param(0))
	rooms := slices.Collect(irc.List(asked))
	if len(rooms) == 0 {
		c.answer(func(w *writer) { w.endOfNames("*") })
		return
	}
	last := min(len(rooms), targetsMax) - 1
	for _, name := range rooms[:last] {
		c.names(name, "")
	}
	c.names(rooms[last], asked)
	if len(rooms) > targetsMax {
		c.tooManyTargets(rooms[targetsMax], chat.Text)
	}
}

// names answers who is in one room. end is what was asked for in all, of which this is
// the last; empty: it is not.
func (c *client) names(name, end string) {
	c.do(ask{
		answer: func(w *writer, _ *engine.Outcome) {
			room := w.visibleRoom(name)
			switch {
			case room == nil:
				w.endOfNames(end)
			case room.Size() <= namesAtOnce:
				w.names(room, end)
			}
		},
		pages: func(w *writer, _ *engine.Outcome) page {
			room := w.visibleRoom(name)
			if room == nil || room.Size() <= namesAtOnce {
				return nil
			}
			return namesPages(room, end)
		},
	})
}

// endOfNames ends an answer, unless more rooms follow.
func (w *writer) endOfNames(asked string) {
	if asked == "" {
		return
	}
	w.numeric(irc.RPL_ENDOFNAMES, render.OneWord(asked), "End of /NAMES list")
}

// names writes everybody in a room who may be shown.
func (w *writer) names(room *chat.Room, end string) {
	l := w.beginNames(room)
	for m := range w.state.VisibleMembers(w.user, room) {
		l.add(m)
	}
	l.end()
	w.endOfNames(end)
}

// namesPages gives the members in pieces, by number. Each piece is of the state as it
// stands when it is written, which is what the client has been shown: whoever came since
// with a lower number was shown as a JOIN, and whoever is in a later piece too had come
// by then.
func namesPages(room *chat.Room, end string) page {
	id := room.ID()
	var after chat.UserID
	return func(w *writer) bool {
		room := w.state.RoomByID(id)
		if room == nil || w.user == nil || !w.state.MaySeeRoom(w.user, room) {
			w.endOfNames(end)
			return false
		}
		l := w.beginNames(room)
		more, seen := false, 0
		for m := range w.state.VisibleMembers(w.user, room) {
			if m.User.ID() <= after {
				continue
			}
			if seen++; seen > pageMembers {
				more = true
				break
			}
			after = m.User.ID()
			l.add(m)
		}
		l.end()
		if !more {
			w.endOfNames(end)
		}
		return more
	}
}

// namesLine packs names into RPL_NAMREPLY lines.
type namesLine struct {
	w     *writer
	head  string // up to the text
	start int    // of the line being filled; behind the end: none is
}

func (w *writer) beginNames(room *chat.Room) namesLine {
	sign := " = "
	if room.Has(chat.Secret) {
		sign = " @ "
	}
	head := ":" + w.g.house.Name + " " + string(irc.RPL_NAMREPLY) + " " + w.nick() + sign + room.Name() + " :"
	return namesLine{w: w, head: head, start: -1}
}

// add appends one name, in a new line if need be.
func (l *namesLine) add(m chat.Member) {
	w := l.w
	signs := w.signs(m.Rank)
	bytes := len(" ") + len(signs) + len(m.User.Nick())
	if w.has(render.CapUserhostInNames) {
		bytes += len("!") + len(m.User.Username()) + len("@") + len(m.User.Host())
	}
	if l.start >= 0 && len(w.b)-l.start+bytes > irc.LineBytesMax-len("\r\n") {
		l.end()
	}
	if l.start < 0 {
		l.start = len(w.b)
		w.b = append(w.b, l.head...)
	} else {
		w.b = append(w.b, ' ')
	}
	w.b = append(append(w.b, signs...), m.User.Nick()...)
	if w.has(render.CapUserhostInNames) {
		w.b = append(append(w.b, '!'), m.User.Username()...)
		w.b = append(append(w.b, '@'), m.User.Host()...)
	}
}

// end ends the line being filled.
func (l *namesLine) end() {
	if l.start >= 0 {
		l.w.b = append(l.w.b, '\r', '\n')
		l.start = -1
	}
}

// signs are a member's signs, as the client has negotiated them.
func (w *writer) signs(r chat.Rank) string { return render.Signs(r, w.has(render.CapMultiPrefix)) }
