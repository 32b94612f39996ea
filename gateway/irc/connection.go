package irc

import (
	"strconv"
	"time"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/gateway/irc/web"
	"madang/wire/irc"
)

// connection is both sides of one connection: the reader's, which makes lines of bytes,
// and the loop's, which has them carried out. It implements conn.Handler for the reader,
// and engine.Protocol for the loop.
type connection struct {
	client.Client

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
		c.Count()
		c.handleLine(in.Data)
	case engine.Problem:
		if !web.Handle(c.Session, in) {
			c.handleProblem(in.Code)
		}
	case engine.Timer:
		c.checkSilence()
	}
}

// handleLine parses a line and carries it out.
func (c *connection) handleLine(line []byte) {
	m := &c.gateway.message
	err := irc.Parse(line, m)
	if err == nil || err == irc.ErrBadCommand {
		text := c.Decode(line)
		if text.Lossy && c.UTF8() {
			c.Within(m, c.refuseBytes)
			return
		}
		if text.Switched {
			c.switched()
		}
		if !c.UTF8() {
			err = irc.ParseConverted(text.Text, m)
		}
	}
	switch err {
	case nil:
		c.Within(m, c.run)
	case irc.ErrBadCommand:
		c.Within(m, c.unknown)
	case irc.ErrTagsTooLong, irc.ErrLineTooLong:
		c.Within(m, func(*irc.Message) { c.tooLong() })
	}
}

// refuseBytes answers a line that is no text (IRCv3 utf8-only).
func (c *connection) refuseBytes(m *irc.Message) {
	verb := string(m.Command())
	if _, known := c.gateway.commands[verb]; !known {
		verb = "*"
	}
	c.Fail(verb, "INVALID_UTF8", "The line was not sent: it is not UTF-8. Set your client's encoding to UTF-8")
}

// switched tells somebody that he was understood as CP949 from here on.
func (c *connection) switched() {
	c.Do(client.Ask{
		Hold: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			w.Notice("Your client writes CP949 (EUC-KR); you are answered in it from now on")
		},
		Done: func(engine.Outcome) { c.Session.SetForm(c.Form()) },
	})
}

// handleProblem answers input that was no line.
func (c *connection) handleProblem(code uint8) {
	switch code {
	case problemTooLong:
		c.tooLong()
	case problemNUL:
		c.Fail("*", "INVALID_LINE", "The line was dropped: it contains a NUL")
	case problemCR:
		c.Fail("*", "INVALID_LINE", "The line was dropped: it contains a lone CR")
	case problemLines:
		c.Fail("*", "INVALID_LINE", "The message was dropped: it has more than one line")
	case problemHTTP:
		c.Session.Close("", []byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
	case problemTLS:
		c.Session.Close("", irc.TLSAlert())
	case problemFirstNUL:
		c.HangUp("The first line contains a NUL: this is IRC")
	}
}

// tooLong names the limits (modern.ircdocs.horse, 417).
func (c *connection) tooLong() {
	c.Answer(func(w *client.Writer) {
		w.Numeric(irc.ERR_INPUTTOOLONG, "The line was dropped: it is longer than 512 bytes, or its tags than 4094")
	})
}

// checkSilence asks whether a silent client lives, and hangs up one that does not.
func (c *connection) checkSilence() {
	config := c.Hall.Config()
	if c.Pending != nil {
		if left := config.RegisterWithin + c.Pending.Waited - time.Since(c.Conn.Since()); left > 0 {
			c.Conn.WakeAfter(left)
			return
		}
		c.HangUp("Registration timed out")
		return
	}
	silent := time.Since(c.Conn.LastRead())
	switch {
	case silent >= config.SilenceMax:
		c.HangUp("Ping timeout: " + seconds(config.SilenceMax) + " seconds")
	case silent >= config.PingEvery:
		c.Answer(func(w *client.Writer) { w.Line("", "PING", w.House.Name) })
		c.Conn.WakeAfter(config.SilenceMax - silent)
	default:
		c.Conn.WakeAfter(config.PingEvery - silent)
	}
}

// Personal appends an event as the one it befell sees it.
func (c *connection) Personal(dst []byte, p *chat.Placed) []byte {
	switch e := p.Event.(type) {
	case *chat.Invited:
		return c.Hall.Renderer.Convert(dst, c.Form(), func(b []byte) []byte {
			return c.Hall.Renderer.AppendInvited(b, c.Form(), e)
		})
	case *chat.HostChanged:
		return c.Hall.Renderer.Convert(dst, c.Form(), func(b []byte) []byte {
			return c.Hall.Renderer.AppendOwnHost(b, c.Form(), e)
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
	c.Uncount()
	c.gateway.followers.Forget(&c.Client)
	c.gateway.batches.Forget(&c.Client)
}

// sessionEnded appends the last words to a session that others ended; its user stays.
func (c *connection) sessionEnded(dst []byte, e *chat.SessionEnded) []byte {
	switch {
	case e.Session != c.Session.ID():
		return dst
	case e.Killed:
		return c.Farewell(dst, render.Killed(e.By, e.Reason))
	}
	return c.Farewell(dst, "Quit")
}

// seconds is a duration in whole seconds.
func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
