// Package render turns what happens in the house into the bytes of IRC: events for
// everybody whose clients understand the same (a form), messages of history, and the
// letters and signs that IRC has for what the core calls by name.
//
// It promises that Mask is honest (bits outside it change nothing), that no line is
// longer than the protocol allows, in UTF-8 as in CP949, that a text that is longer
// becomes several lines without a cut character, and that what is shown to many takes no
// allocation for each form.
//
// It refuses to know sessions, who asked for something, and what a client is answered.
package render

import (
	"madang/chat"
	"madang/engine"
)

// Renderer renders for one server. It is not safe for several goroutines: who renders
// beside the loop makes one of his own with New.
type Renderer struct {
	// Fixed after construction.
	server string
	epoch  chat.Epoch

	clock   clock
	scratch []byte
}

// New makes a renderer. server is the server's name; epoch is part of the ids of
// messages.
func New(server string, epoch chat.Epoch) *Renderer {
	return &Renderer{server: server, epoch: epoch}
}

// Render appends an event as everybody with the form sees it, in the form's character
// set and framing.
func (r *Renderer) Render(dst []byte, p *chat.Placed, f engine.Form) []byte {
	if f&formOutside == 0 {
		return r.Event(dst, p, f)
	}
	return r.Convert(dst, f, func(b []byte) []byte { return r.Event(b, p, f) })
}

// Convert appends what f appends, in the character set and framing of a form.
func (r *Renderer) Convert(dst []byte, form engine.Form, f func([]byte) []byte) []byte {
	if form&formOutside == 0 {
		return f(dst)
	}
	r.scratch = f(r.scratch[:0])
	return AppendOutside(dst, r.scratch, form)
}
