// Package client is one client of the IRC gateway as commands know it: its connection,
// what it has negotiated, what it asks and how it is answered.
//
// It promises that whatever is asked, in however many parts and however late, is answered
// in the order of asking, under the label of its line, in the client's character set and framing,
// and that one whose user was ended by others is told nothing more.
//
// It refuses to know any verb: packages of commands stand above it, and give it a table.
package client

import (
	"net/netip"

	"madang/chat"
	"madang/conn"
	"madang/engine"
	"madang/gateway/charset"
	"madang/gateway/irc/render"
	"madang/gateway/irc/web"
)

// Client is one connection as commands know it. It implements gateway.Described.
type Client struct {
	// Fixed after construction.
	Hall    *Hall
	Conn    *conn.Conn
	Session *engine.Session

	// Owned by the loop.
	charset charset.Session
	framing web.Framing   // fixed after Frame
	counted bool          // in Hall.Strangers
	Caps    render.Caps   // what it has negotiated
	Pending *Registration // nil: registered
	Signing *Signing      // a SASL exchange under way; nil: none
	Extras  *Extras       // nil: none
}

// Extras is what few clients have.
type Extras struct {
	// Marks are how far a guest has read, by folded target.
	Marks map[string]chat.Time
	// Monitored are the folded nicks that the client watches.
	Monitored map[string]struct{}
	// Subscribed are the keys of metadata whose changes the client is told.
	Subscribed map[string]struct{}
	// Said is the metadata that a stranger has set.
	Said []chat.MetadataRecord
}

// Extra gives the client's extras, made when there are none.
func (c *Client) Extra() *Extras {
	if c.Extras == nil {
		c.Extras = &Extras{}
	}
	return c.Extras
}

// Form is how events are rendered for the client.
func (c *Client) Form() engine.Form {
	return c.Caps.Form(!c.UTF8()) | c.framing.Form()
}

// Frame says how the client's lines travel, before anything else. Text messages of
// WebSocket are UTF-8.
func (c *Client) Frame(f web.Framing) {
	if c.framing = f; f == web.Text {
		c.charset.Fix(charset.UTF8)
	}
}

// Gateway is how lists of connections call the client's way in.
func (c *Client) Gateway() string { return c.framing.Gateway("irc") }

// Charset is the client's character set.
func (c *Client) Charset() string {
	if !c.UTF8() {
		return "cp949"
	}
	return "utf-8"
}

// UTF8 says whether the client's character set is UTF-8, as far as is known.
func (c *Client) UTF8() bool { return c.charset.Name() == charset.UTF8 }

// Decode gives a line in UTF-8, and settles the client's character set by it.
func (c *Client) Decode(line []byte) charset.Decoded { return c.charset.Decode(line) }

// Encrypted says whether the connection is one of TLS.
func (c *Client) Encrypted() bool { return c.Conn.TLSState() != nil }

// Count takes a stranger into the census with his first line.
func (c *Client) Count() {
	if !c.counted && c.Pending != nil {
		c.counted = true
		c.Hall.Strangers++
	}
}

// Uncount takes him out when he registered or went.
func (c *Client) Uncount() {
	if c.counted {
		c.counted = false
		c.Hall.Strangers--
	}
}

// HangUp ends the session with a last word from the server.
func (c *Client) HangUp(reason string) {
	c.Session.Close(reason, c.Farewell(nil, reason))
}

// Farewell appends the last words of the server.
func (c *Client) Farewell(dst []byte, reason string) []byte {
	return append(dst, c.Encode(render.AppendFarewell(nil, reason))...)
}

// From is where guesses of the client are counted.
func (c *Client) From() netip.Addr { return c.Conn.RemoteAddr().Addr() }

// Encode gives an answer in the client's character set and framing. It is the last that
// is done to it.
func (c *Client) Encode(b []byte) []byte { return render.Outside(b, c.Form()) }
