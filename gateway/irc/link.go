package irc

import (
	"madang/engine"
	"madang/gateway"
	"madang/wire/irc"
)

// The codes of engine.Problem inputs.
const (
	problemTooLong  = uint8(irc.ProblemTooLong) // a line over the limit was dropped
	problemNUL      = uint8(irc.ProblemNUL)     // a line with a NUL was dropped
	problemCR       = uint8(irc.ProblemCR)      // a line with a lone CR was dropped
	problemLines    = uint8(irc.ProblemLines)   // a message of several lines was dropped
	problemHTTP     = uint8(iota + 16)          // the first line is HTTP, or so long that it may be
	problemTLS                                  // the first bytes begin a TLS handshake
	problemFirstNUL                             // the first line has a NUL
)

// The reader's side of a connection: bytes to lines, and the verdict on the first of them.

// Received cuts what came into lines.
func (c *connection) Received(data []byte) {
	for !c.dead {
		line, problem, left, ok := c.framer.Next(data)
		if !ok {
			break
		}
		c.line(line, problem)
		data = left
	}
	if !c.dead && !c.judged {
		c.judge(c.framer.Rest(), false)
	}
}

// line hands a whole line to the loop. Empty lines mean nothing.
func (c *connection) line(line []byte, problem irc.Problem) {
	if !c.judged && !c.judgeLine(line, problem) {
		return
	}
	switch {
	case problem != irc.ProblemNone:
		c.Session.Post(engine.Problem, uint8(problem), nil)
	case len(line) > 0:
		c.Session.Post(engine.Line, 0, line)
	}
}

// judgeLine says whether the connection may go on with this first line.
func (c *connection) judgeLine(line []byte, problem irc.Problem) bool {
	switch {
	case len(line) == 0 && problem == irc.ProblemNone:
		return false
	case problem == irc.ProblemTooLong:
		c.close(problemHTTP)
	default:
		c.judge(line, true)
	}
	if !c.dead && problem == irc.ProblemNUL {
		c.close(problemFirstNUL)
	}
	return !c.dead
}

// judge looks at the first line so far.
func (c *connection) judge(first []byte, complete bool) {
	switch irc.JudgeOpening(first, complete) {
	case irc.OpeningHTTP:
		c.close(problemHTTP)
	case irc.OpeningTLS:
		c.close(problemTLS)
	case irc.OpeningIRC:
		c.judged = true
	}
}

// close has the loop end a session that is none.
func (c *connection) close(problem uint8) {
	c.dead = true
	c.Conn.WakeAfter(0)
	c.Session.Post(engine.Problem, problem, nil)
}

// Drained goes on with long answers.
func (c *connection) Drained() { c.Session.Drained() }

// Woken has the loop look how long the client has been silent.
func (c *connection) Woken() {
	if !c.dead {
		c.Session.Post(engine.Timer, 0, nil)
	}
}

// Closed ends the session.
func (c *connection) Closed(reason error) {
	c.Session.Post(engine.End, 0, []byte(gateway.EndWords(reason)))
}
