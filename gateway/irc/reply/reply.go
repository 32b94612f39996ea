// Package reply writes what one client is told: the answers to its questions about the
// house, the reasons of refusals, and their place in a labelled response.
//
// It promises that whatever is told may be known to the one who asks, that every code of
// a refusal has words, that what somebody typed comes back as one word of a bounded
// length, and that answers that can be long come in pages, each of the state as it
// stands when it is written.
//
// It refuses to know sessions, connections and commands: it changes nothing.
package reply

import (
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// House is what answers tell of the server. It does not change.
type House struct {
	Name     string // of the server
	Network  string // of the community
	Version  string
	Started  time.Time
	Renderer *render.Renderer // of the loop
	// IdleSeconds is how long ago a user last said something, or came.
	IdleSeconds func(*core.User) int64
	// Icon is the address of the community's picture; empty: there is none.
	Icon func() string
}

// Writer writes lines for one client, in UTF-8, as the state is now.
type Writer struct {
	Bytes []byte // what is written so far
	House *House
	State *core.State // nil: not known; the client is a stranger then
	User  *core.User  // the client's; nil: not registered
	Nick  string      // how the client is addressed; "*": he has none
	Caps  render.Caps // what the client has negotiated
}

// Page writes one piece of a long answer; false: it was the last.
type Page func(*Writer) (more bool)

// Has says whether the client has negotiated a capability.
func (w *Writer) Has(c render.Caps) bool { return w.Caps&c != 0 }

// Numeric writes a numeric reply, its last parameter as text.
func (w *Writer) Numeric(n irc.Numeric, params ...string) {
	w.Bytes = irc.AppendNumeric(w.Bytes, w.House.Name, n, w.Nick, params...)
}

// NumericWords writes a numeric reply whose last parameter is a word too, if it is one.
func (w *Writer) NumericWords(n irc.Numeric, params ...string) {
	w.Bytes = irc.Append(w.Bytes, w.House.Name, string(n), append([]string{w.Nick}, params...)...)
}

// Line writes a message, its last parameter as text; source may be empty.
func (w *Writer) Line(source, command string, params ...string) {
	w.Bytes = irc.AppendText(w.Bytes, source, command, params...)
}

// Notice writes a notice of the server.
func (w *Writer) Notice(text string) {
	w.Line(w.House.Name, "NOTICE", w.Nick, text)
}

// Cap writes a CAP line (IRCv3 capability-negotiation).
func (w *Writer) Cap(sub, list string) {
	w.Line(w.House.Name, "CAP", w.Nick, sub, list)
}

// Fail writes a standard reply (IRCv3 standard-replies); the last parameter is a
// sentence.
func (w *Writer) Fail(verb, code string, params ...string) {
	w.Line(w.House.Name, "FAIL", append([]string{verb, code}, params...)...)
}

// Events writes events as the client sees his own.
func (w *Writer) Events(events []chat.Placed) {
	form := (w.Caps &^ render.CapAwayNotify).Form(false)
	for i := range events {
		if e, ok := events[i].Event.(*chat.HostChanged); ok && w.User != nil && e.Source.User == w.User.ID() {
			w.Bytes = w.House.Renderer.AppendOwnHost(w.Bytes, form, e)
			continue
		}
		w.Bytes = w.House.Renderer.Event(w.Bytes, &events[i], form)
	}
}

// Speech writes a message as the client sees it.
func (w *Writer) Speech(s *render.Speech) {
	w.Bytes = w.House.Renderer.AppendSpeech(w.Bytes, w.Caps.Form(false), s)
}

// VisibleRoom is a room that the client may know of; nil: there is none.
func (w *Writer) VisibleRoom(name string) *core.Room {
	room := w.State.RoomByName(name)
	if room == nil || w.User == nil || !w.State.MaySeeRoom(w.User, room) {
		return nil
	}
	return room
}
