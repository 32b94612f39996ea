package irc

import (
	"madang/chat"
	"madang/conn"
	"madang/engine"
	"madang/gateway/charset"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// client is one connection as commands know it.
type client struct {
	// Fixed after construction.
	hall    *hall
	conn    *conn.Conn
	session *engine.Session

	// Owned by the loop.
	charset   charset.Session
	counted   bool // in hall.strangers
	caps      render.Caps
	pending   *registration       // nil: registered
	signing   *signing            // a SASL exchange under way; nil: none
	monitored map[string]struct{} // folded nicks; nil: none
	extras    *extras             // nil: none
}

// extras is what few clients have.
type extras struct {
	// marks are how far a guest has read, by folded target.
	marks map[string]chat.Time
	// subscribed are the keys of metadata whose changes the client is told.
	subscribed map[string]struct{}
	// said is the metadata that a stranger has set.
	said []chat.MetadataRecord
}

// extra gives the client's extras, made when there are none.
func (c *client) extra() *extras {
	if c.extras == nil {
		c.extras = &extras{}
	}
	return c.extras
}

// form is how events are rendered for the client.
func (c *client) form() engine.Form {
	return c.caps.Form(!c.utf8())
}

// Charset is the client's character set.
func (c *client) Charset() string {
	if !c.utf8() {
		return "cp949"
	}
	return "utf-8"
}

// utf8 says whether the client's character set is UTF-8, as far as is known.
func (c *client) utf8() bool { return c.charset.Name() == charset.UTF8 }

// decode gives a line in UTF-8, and settles the client's character set by it.
func (c *client) decode(line []byte) charset.Decoded { return c.charset.Decode(line) }

// Encrypted says whether the connection is one of TLS.
func (c *client) Encrypted() bool { return c.conn.TLSState() != nil }

// count takes a stranger into the census with his first line.
func (c *client) count() {
	if !c.counted && c.pending != nil {
		c.counted = true
		c.hall.strangers++
	}
}

// uncount takes him out when he registered or went.
func (c *client) uncount() {
	if c.counted {
		c.counted = false
		c.hall.strangers--
	}
}

// hangUp ends the session with a last word from the server.
func (c *client) hangUp(reason string) {
	c.session.Close(reason, c.Farewell(nil, reason))
}

// Farewell appends the last words of the server.
func (c *client) Farewell(dst []byte, reason string) []byte {
	return c.hall.renderer.Convert(dst, c.form(), func(b []byte) []byte {
		return irc.AppendText(b, "", "ERROR", "Closing link: "+reason)
	})
}
