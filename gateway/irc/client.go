package irc

import (
	"time"

	"madang/chat"
	"madang/conn"
	"madang/engine"
	"madang/gateway/charset"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// client is both sides of one connection. It implements conn.Handler for the reader,
// and engine.Protocol and gateway.Described for the loop.
type client struct {
	// Fixed after construction.
	gateway *Gateway
	conn    *conn.Conn
	session *engine.Session

	// Owned by the reader.
	framer irc.Framer
	judged bool // the first line was IRC
	dead   bool // it was not: nothing counts any more

	// Owned by the loop.
	charset   charset.Session
	counted   bool // in Gateway.strangers
	caps      render.Caps
	pending   *registration       // nil: registered
	signing   *signing            // a SASL exchange under way; nil: none
	monitored map[string]struct{} // folded nicks; nil: none
	extras    *extras             // nil: none
}

// extras is what few clients have.
type extras struct {
	batch *batch // being sent; nil: none is
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
	return c.caps.Form(c.charset.Name() == charset.CP949)
}

// Charset is the client's character set.
func (c *client) Charset() string {
	if c.charset.Name() == charset.CP949 {
		return "cp949"
	}
	return "utf-8"
}

// Encrypted says whether the connection is one of TLS.
func (c *client) Encrypted() bool { return c.conn.TLSState() != nil }

// Input handles one line, or what came instead of one.
func (c *client) Input(in engine.Input) {
	switch in.Kind {
	case engine.Line:
		c.count()
		c.handleLine(in.Data)
	case engine.Problem:
		c.handleProblem(in.Code)
	case engine.Timer:
		c.checkSilence()
	}
}

// count takes a stranger into the census with his first line.
func (c *client) count() {
	if !c.counted && c.pending != nil {
		c.counted = true
		c.gateway.strangers++
	}
}

// uncount takes him out when he registered or went.
func (c *client) uncount() {
	if c.counted {
		c.counted = false
		c.gateway.strangers--
	}
}

// handleLine parses a line and carries it out.
func (c *client) handleLine(line []byte) {
	m := &c.gateway.message
	err := irc.Parse(line, m)
	if err == nil || err == irc.ErrBadCommand {
		text := c.charset.Decode(line)
		if text.Lossy && c.charset.Name() == charset.UTF8 {
			c.within(m, c.refuseBytes)
			return
		}
		if text.Switched {
			c.switched()
		}
		if c.charset.Name() == charset.CP949 {
			err = irc.ParseConverted(text.Text, m)
		}
	}
	switch err {
	case nil:
		c.within(m, c.run)
	case irc.ErrBadCommand:
		c.within(m, c.unknown)
	case irc.ErrTagsTooLong, irc.ErrLineTooLong:
		c.within(m, func(*irc.Message) { c.tooLong() })
	}
}

// refuseBytes answers a line that is no text (IRCv3 utf8-only).
func (c *client) refuseBytes(m *irc.Message) {
	verb := string(m.Command())
	if _, known := c.gateway.commands[verb]; !known {
		verb = "*"
	}
	c.fail(verb, "INVALID_UTF8", "The line was not sent: it is not UTF-8. Set your client's encoding to UTF-8")
}

// switched tells somebody that he was understood as CP949 from here on.
func (c *client) switched() {
	c.do(ask{
		hold: true,
		answer: func(w *writer, _ *engine.Outcome) {
			w.Notice("Your client writes CP949 (EUC-KR); you are answered in it from now on")
		},
		done: func(engine.Outcome) { c.session.SetForm(c.form()) },
	})
}

// handleProblem answers input that was no line.
func (c *client) handleProblem(code uint8) {
	switch code {
	case problemTooLong:
		c.tooLong()
	case problemNUL:
		c.fail("*", "INVALID_LINE", "The line was dropped: it contains a NUL")
	case problemCR:
		c.fail("*", "INVALID_LINE", "The line was dropped: it contains a lone CR")
	case problemHTTP:
		c.session.Close("", []byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
	case problemTLS:
		c.session.Close("", irc.TLSAlert())
	case problemFirstNUL:
		c.hangUp("The first line contains a NUL: this is IRC")
	}
}

// tooLong names the limits (modern.ircdocs.horse, 417).
func (c *client) tooLong() {
	c.answer(func(w *writer) {
		w.Numeric(irc.ERR_INPUTTOOLONG, "The line was dropped: it is longer than 512 bytes, or its tags than 4094")
	})
}

// hangUp ends the session with a last word from the server.
func (c *client) hangUp(reason string) {
	c.session.Close(reason, c.Farewell(nil, reason))
}

// checkSilence asks whether a silent client lives, and hangs up one that does not.
func (c *client) checkSilence() {
	config := c.gateway.config.Load()
	if c.pending != nil {
		if left := config.RegisterWithin + c.pending.waited - time.Since(c.conn.Since()); left > 0 {
			c.conn.WakeAfter(left)
			return
		}
		c.hangUp("Registration timed out")
		return
	}
	silent := time.Since(c.conn.LastRead())
	switch {
	case silent >= config.SilenceMax:
		c.hangUp("Ping timeout: " + seconds(config.SilenceMax) + " seconds")
	case silent >= config.PingEvery:
		c.answer(func(w *writer) { w.Line("", "PING", w.House.Name) })
		c.conn.WakeAfter(config.SilenceMax - silent)
	default:
		c.conn.WakeAfter(config.PingEvery - silent)
	}
}

// Personal appends an event as the one it befell sees it.
func (c *client) Personal(dst []byte, p *chat.Placed) []byte {
	switch e := p.Event.(type) {
	case *chat.Invited:
		return c.gateway.renderer.Convert(dst, c.form(), func(b []byte) []byte {
			return c.gateway.renderer.AppendInvited(b, c.form(), e)
		})
	case *chat.SessionEnded:
		return c.sessionEnded(dst, e)
	case *chat.Quit:
		if e.Killed {
			return c.Farewell(dst, render.QuitReason(e))
		}
		return c.Farewell(dst, "Quit")
	}
	return dst
}

// Farewell appends the last words of the server.
func (c *client) Farewell(dst []byte, reason string) []byte {
	return c.gateway.renderer.Convert(dst, c.form(), func(b []byte) []byte {
		return irc.AppendText(b, "", "ERROR", "Closing link: "+reason)
	})
}

// Ended forgets the client.
func (c *client) Ended() {
	c.uncount()
	c.unwatchAll()
	c.unsubscribeAll()
}
