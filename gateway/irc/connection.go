package irc

import (
	"time"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// connection is both sides of one connection: the reader's, which makes lines of bytes,
// and the loop's, which has them carried out. It implements conn.Handler for the reader,
// and engine.Protocol and gateway.Described for the loop.
type connection struct {
	client

	// Fixed after construction.
	gateway *Gateway

	// Owned by the reader.
	framer irc.Framer
	judged bool // the first line was IRC
	dead   bool // it was not: nothing counts any more
}

// Input handles one line, or what came instead of one.
func (c *connection) Input(in engine.Input) {
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

// handleLine parses a line and carries it out.
func (c *connection) handleLine(line []byte) {
	m := &c.gateway.message
	err := irc.Parse(line, m)
	if err == nil || err == irc.ErrBadCommand {
		text := c.decode(line)
		if text.Lossy && c.utf8() {
			c.within(m, c.refuseBytes)
			return
		}
		if text.Switched {
			c.switched()
		}
		if !c.utf8() {
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
func (c *connection) refuseBytes(m *irc.Message) {
	verb := string(m.Command())
	if _, known := c.gateway.commands[verb]; !known {
		verb = "*"
	}
	c.fail(verb, "INVALID_UTF8", "The line was not sent: it is not UTF-8. Set your client's encoding to UTF-8")
}

// switched tells somebody that he was understood as CP949 from here on.
func (c *connection) switched() {
	c.do(ask{
		hold: true,
		answer: func(w *writer, _ *engine.Outcome) {
			w.Notice("Your client writes CP949 (EUC-KR); you are answered in it from now on")
		},
		done: func(engine.Outcome) { c.session.SetForm(c.form()) },
	})
}

// handleProblem answers input that was no line.
func (c *connection) handleProblem(code uint8) {
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
func (c *connection) tooLong() {
	c.answer(func(w *writer) {
		w.Numeric(irc.ERR_INPUTTOOLONG, "The line was dropped: it is longer than 512 bytes, or its tags than 4094")
	})
}

// checkSilence asks whether a silent client lives, and hangs up one that does not.
func (c *connection) checkSilence() {
	config := c.hall.config()
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
func (c *connection) Personal(dst []byte, p *chat.Placed) []byte {
	switch e := p.Event.(type) {
	case *chat.Invited:
		return c.hall.renderer.Convert(dst, c.form(), func(b []byte) []byte {
			return c.hall.renderer.AppendInvited(b, c.form(), e)
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

// Ended forgets the client.
func (c *connection) Ended() {
	c.uncount()
	c.gateway.followers.forget(&c.client)
	delete(c.gateway.batches, &c.client)
}

// sessionEnded appends the last words to a session that others ended; its user stays.
func (c *connection) sessionEnded(dst []byte, e *chat.SessionEnded) []byte {
	switch {
	case e.Session != c.session.ID():
		return dst
	case e.Killed:
		return c.Farewell(dst, render.Killed(e.By, e.Reason))
	}
	return c.Farewell(dst, "Quit")
}
