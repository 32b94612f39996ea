// Package reader is the readers' side of the plain text gateway: it makes lines of what
// connections and datagrams bring and hands them to sessions. It promises that nothing of
// a connection is handed over before its first line turned out to be chat, and that a
// stranger on UDP neither costs memory nor makes the server send more than he sent
// himself. It refuses to know what lines mean.
package reader

import (
	"sync"
	"time"

	"madang/engine"
	"madang/gateway"
	"madang/gateway/charset"
	"madang/wire/line"
)

// Times of a connection.
const (
	// SilenceEnds is how long a script without newlines must be silent for what it
	// sent to be a message.
	SilenceEnds = 300 * time.Millisecond
	// SilenceListens is after how long somebody who sends nothing is let in as a
	// listener.
	SilenceListens = time.Second
	// FirstLineWithin is how long a first line that has begun may come no further.
	// Timers are rounded up to half a second: 15 in all.
	FirstLineWithin = 14 * time.Second
)

// The codes of engine.Problem inputs.
const (
	TooLong  uint8 = iota + 1 // a line over the limit was dropped
	NUL                       // a line with a NUL was dropped
	NotChat                   // the first line is HTTP or TLS
	FirstNUL                  // the first line has a NUL
	FirstLong
	Stalled // the first line began and came no further
	Silent  // datagrams: nothing came for too long
	TooFast // datagrams: some were dropped
)

// Link is the reader's side of one TCP connection: bytes to lines, and the verdict on
// the first of them.
type Link struct {
	// Fixed after construction.
	conn    Alarm
	session *engine.Session
	charset *Codec

	// Owned by the reader.
	framer line.Framer
	judged bool // the first line was chat
	dead   bool // it was not: nothing counts any more
	ended  bool // a newline came: silence ends no message any more
	whole  bool // the unfinished line has a read of two characters: a script's, not telnet's
}

// Alarm is what the reader's side needs of its connection.
type Alarm interface{ WakeAfter(time.Duration) }

// Codec is a connection's character set, which the reader and the loop share.
type Codec struct {
	mu      sync.Mutex // guards session
	session charset.Session
}

// Decode makes text of one message.
func (c *Codec) Decode(message []byte) charset.Decoded {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.Decode(message)
}

// Fix decides for good.
func (c *Codec) Fix(name charset.Name) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session.Fix(name)
}

// Name is the one in use.
func (c *Codec) Name() charset.Name {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.Name()
}

func (c *Codec) unfinished(rest []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.UnfinishedSequence(rest)
}

// NewLink makes the reader's side of a connection; Begin gives it its session.
func NewLink(c Alarm, lineBytesMax int) *Link {
	l := &Link{conn: c, charset: &Codec{}}
	l.framer.BytesMax = int32(lineBytesMax)
	return l
}

// Charset is the connection's character set.
func (l *Link) Charset() *Codec { return l.charset }

// Begin gives the link its session, before anything is received.
func (l *Link) Begin(s *engine.Session) { l.session = s }

// Received cuts what came into lines.
func (l *Link) Received(data []byte) {
	known := len(l.framer.Rest())
	for !l.dead {
		text, problem, left, ok := l.framer.Next(data)
		if !ok {
			break
		}
		l.line(text, problem)
		known, l.whole = 0, false
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
	l.whole = l.whole || line.TwoCharacters(rest[min(known, len(rest)):])
	l.arm(rest)
}

// silenceEnds tells whether silence may end the unfinished line. It may not while every
// read of it was a single character, since that is somebody who types into telnet.
func (l *Link) silenceEnds(rest []byte) bool {
	return l.whole && line.RestEndsMessage(rest, l.charset.unfinished)
}

// arm sets the timer for what the unfinished line waits for.
func (l *Link) arm(rest []byte) {
	switch {
	case len(rest) == 0 && !l.judged:
		l.conn.WakeAfter(SilenceListens)
	case len(rest) == 0 || l.ended:
		l.conn.WakeAfter(0)
	case l.silenceEnds(rest):
		l.conn.WakeAfter(SilenceEnds)
	case !l.judged:
		l.conn.WakeAfter(FirstLineWithin)
	default:
		l.conn.WakeAfter(0)
	}
}

// line hands a whole line to the loop. Empty lines decide nothing and say nothing.
func (l *Link) line(text []byte, problem line.Problem) {
	if !l.judged {
		if len(text) == 0 && problem == line.ProblemNone {
			return
		}
		if problem == line.ProblemTooLong {
			l.close(FirstLong)
			return
		}
		if !l.judge(text, true) {
			return
		}
	}
	switch {
	case problem == line.ProblemTooLong:
		l.session.Post(engine.Problem, TooLong, nil)
	case problem == line.ProblemNUL:
		l.session.Post(engine.Problem, NUL, nil)
	case len(text) > 0:
		l.session.Post(engine.Line, 0, text)
	}
}

// judge says whether the connection may go on with this first line so far.
func (l *Link) judge(first []byte, complete bool) bool {
	switch line.Verdict(first, complete, int(l.framer.BytesMax)) {
	case line.Undecided:
	case line.Chat:
		l.judged = true
	case line.NUL:
		l.close(FirstNUL)
	case line.TooLong:
		l.close(FirstLong)
	default:
		l.close(NotChat)
	}
	return !l.dead
}

// close has the loop end a session that is none.
func (l *Link) close(problem uint8) {
	l.dead = true
	l.conn.WakeAfter(0)
	l.session.Post(engine.Problem, problem, nil)
}

// Drained goes on with long answers.
func (l *Link) Drained() { l.session.Drained() }

// Woken ends a message by silence, or lets a silent listener in.
func (l *Link) Woken() {
	rest := l.framer.Rest()
	switch {
	case l.dead || l.ended:
	case len(rest) == 0 && !l.judged:
		l.session.Post(engine.Timer, 0, nil)
	case len(rest) > 0 && l.silenceEnds(rest):
		text, problem, _ := l.framer.TakeRest()
		l.whole = false
		l.line(text, problem)
	case len(rest) > 0 && !l.judged:
		l.close(Stalled)
	}
}

// Closed ends the last message and the session.
func (l *Link) Closed(reason error) {
	if text, problem, ok := l.framer.TakeRest(); ok && !l.dead {
		l.line(text, problem)
	}
	l.session.Post(engine.End, 0, []byte(gateway.EndWords(reason)))
}
