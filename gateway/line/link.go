package line

import (
	"errors"
	"sync"
	"time"

	"madang/conn"
	"madang/engine"
	"madang/gateway/charset"
	"madang/wire/line"
)

// The codes of engine.Problem inputs.
const (
	problemTooLong  uint8 = iota + 1 // a line over the limit was dropped
	problemNUL                       // a line with a NUL was dropped
	problemNotChat                   // the first line is HTTP or TLS
	problemFirstNUL                  // the first line has a NUL
	problemFirstLong
	problemStalled // the first line began and came no further
	problemSilent  // datagrams: nothing came for too long
	problemTooFast // datagrams: some were dropped
)

// link is the reader's side of one TCP connection: bytes to lines, and the verdict on
// the first of them.
type link struct {
	// Fixed after construction.
	conn    alarm
	session *engine.Session
	charset *codec

	// Owned by the reader.
	framer line.Framer
	judged bool // the first line was chat
	dead   bool // it was not: nothing counts any more
	ended  bool // a newline came: silence ends no message any more
}

// alarm is what the reader's side needs of its connection.
type alarm interface{ WakeAfter(time.Duration) }

// codec is a connection's character set, which the reader and the loop share.
type codec struct {
	mu      sync.Mutex // guards session
	session charset.Session
}

func (c *codec) decode(message []byte) charset.Decoded {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.Decode(message)
}

func (c *codec) fix(name charset.Name) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session.Fix(name)
}

func (c *codec) name() charset.Name {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.Name()
}

func (c *codec) unfinished(rest []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.UnfinishedSequence(rest)
}

// Received cuts what came into lines.
func (l *link) Received(data []byte) {
	for !l.dead {
		text, problem, left, ok := l.framer.Next(data)
		if !ok {
			break
		}
		l.line(text, problem)
		l.ended = l.ended || l.judged
		data = left
	}
	if l.dead {
		return
	}
	rest := l.framer.Rest()
	if !l.judged && !l.judge(rest, false) {
		return
	}
	l.arm(rest)
}

// arm sets the timer for what the unfinished line waits for.
func (l *link) arm(rest []byte) {
	switch {
	case len(rest) == 0 && !l.judged:
		l.conn.WakeAfter(silenceListens)
	case len(rest) == 0 || l.ended:
		l.conn.WakeAfter(0)
	case line.RestEndsMessage(rest, l.charset.unfinished):
		l.conn.WakeAfter(silenceEnds)
	case !l.judged:
		l.conn.WakeAfter(firstLineWithin)
	default:
		l.conn.WakeAfter(0)
	}
}

// line hands a whole line to the loop. Empty lines decide nothing and say nothing.
func (l *link) line(text []byte, problem line.Problem) {
	if !l.judged {
		if len(text) == 0 && problem == line.ProblemNone {
			return
		}
		if problem == line.ProblemTooLong {
			l.close(problemFirstLong)
			return
		}
		if !l.judge(text, true) {
			return
		}
	}
	switch {
	case problem == line.ProblemTooLong:
		l.session.Post(engine.Problem, problemTooLong, nil)
	case problem == line.ProblemNUL:
		l.session.Post(engine.Problem, problemNUL, nil)
	case len(text) > 0:
		l.session.Post(engine.Line, 0, text)
	}
}

// judge says whether the connection may go on with this first line so far.
func (l *link) judge(first []byte, complete bool) bool {
	switch line.Verdict(first, complete, int(l.framer.BytesMax)) {
	case line.Undecided:
	case line.Chat:
		l.judged = true
	case line.NUL:
		l.close(problemFirstNUL)
	case line.TooLong:
		l.close(problemFirstLong)
	default:
		l.close(problemNotChat)
	}
	return !l.dead
}

// close has the loop end a session that is none.
func (l *link) close(problem uint8) {
	l.dead = true
	l.conn.WakeAfter(0)
	l.session.Post(engine.Problem, problem, nil)
}

// Drained goes on with long answers.
func (l *link) Drained() { l.session.Drained() }

// Woken ends a message by silence, or lets a silent listener in.
func (l *link) Woken() {
	rest := l.framer.Rest()
	switch {
	case l.dead || l.ended:
	case len(rest) == 0 && !l.judged:
		l.session.Post(engine.Timer, 0, nil)
	case len(rest) > 0 && line.RestEndsMessage(rest, l.charset.unfinished):
		text, problem, _ := l.framer.TakeRest()
		l.line(text, problem)
	case len(rest) > 0 && !l.judged:
		l.close(problemStalled)
	}
}

// Closed ends the last message and the session.
func (l *link) Closed(reason error) {
	if text, problem, ok := l.framer.TakeRest(); ok && !l.dead {
		l.line(text, problem)
	}
	l.session.Post(engine.End, 0, []byte(endWords(reason)))
}

// endWords is what others read of the end of a connection. An error's own words may
// hold an address.
func endWords(reason error) string {
	switch {
	case reason == nil:
		return ""
	case errors.Is(reason, conn.ErrSlowReader):
		return "reads too slowly"
	case errors.Is(reason, conn.ErrNetClosed):
		return "the server is stopping"
	}
	return "connection lost"
}
