package reader

import (
	"net/netip"
	"sync"
	"time"

	"madang/engine"
	"madang/gateway/charset"
	"madang/wire/line"
)

// QueueBytesMax bounds what a session may have unsent.
const QueueBytesMax = 256 << 10

// Outlet is one datagram session's way out, and the beginning of its way in. It
// implements engine.Outlet and gateway.Connection.
type Outlet struct {
	// Fixed after construction.
	udp     *UDP
	to      netip.AddrPort
	since   time.Time
	session *engine.Session
	charset *Codec

	// Owned by the loop.
	appended []byte

	// Owned by the socket's goroutine.
	framer line.Framer

	mu       sync.Mutex // guards what follows; never held while calling out
	queue    [][]byte   // datagrams
	queued   int        // bytes of them
	owed     bool       // the loop waits for Drained
	closed   bool       // nothing is appended any more; gone once the queue is empty
	paused   bool       // the loop takes nothing now
	dropped  bool       // something came meanwhile
	heard    time.Time
	bytesIn  int64
	bytesOut int64
}

// received hands the lines of a datagram to the loop. The end of a datagram ends a line.
func (o *Outlet) received(data []byte, now time.Time) {
	o.mu.Lock()
	o.heard = now
	o.bytesIn += int64(len(data))
	paused := o.paused
	o.dropped = o.dropped || paused
	o.mu.Unlock()
	if paused {
		return
	}
	o.framer.Feed(data, o.line)
	if text, problem, ok := o.framer.TakeRest(); ok {
		o.line(text, problem)
	}
	// A line over the limit must not swallow the next datagram's.
	o.framer = line.Framer{BytesMax: o.framer.BytesMax}
}

func (o *Outlet) line(text []byte, problem line.Problem) {
	switch {
	case problem == line.ProblemTooLong:
		o.session.Post(engine.Problem, TooLong, nil)
	case problem == line.ProblemNUL:
		o.session.Post(engine.Problem, NUL, nil)
	case len(text) > 0:
		o.session.Post(engine.Line, 0, text)
	}
}

// silent says, once, that nothing came for too long.
func (o *Outlet) silent(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed || now.Sub(o.heard) < DatagramSilence {
		return false
	}
	o.heard = now
	return true
}

// Append adds to what the next Flush sends.
func (o *Outlet) Append(b []byte) { o.appended = append(o.appended, b...) }

// Flush cuts what was appended into datagrams. It never waits; a session whose queue is
// full is ended, nothing of it is left out.
func (o *Outlet) Flush() {
	if len(o.appended) == 0 {
		return
	}
	pieces := cut(o.appended, o.charset.Name())
	size := len(o.appended)
	o.appended = nil
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		return
	}
	full := o.queued+size > QueueBytesMax
	if full {
		o.closed = true
	} else {
		o.queue = append(o.queue, pieces...)
		o.queued += size
		o.owed = true
	}
	o.mu.Unlock()
	if full {
		o.udp.end(o.to, "reads too slowly")
		return
	}
	o.udp.wake()
}

// cut makes datagrams of at most DatagramBytesMax of lines. A line that is too long for
// one is cut between two characters.
func cut(text []byte, name charset.Name) [][]byte {
	var pieces [][]byte
	for len(text) > 0 {
		n := len(text)
		if n > DatagramBytesMax {
			n = edge(text[:DatagramBytesMax], name)
		}
		pieces = append(pieces, text[:n:n])
		text = text[n:]
	}
	return pieces
}

// edge is where text that is too long is best cut: behind a line, else a character.
func edge(text []byte, name charset.Name) int {
	for n := len(text); n > 0; n-- {
		if text[n-1] == '\n' {
			return n
		}
	}
	n := len(text)
	if name == charset.UTF8 {
		for n > len(text)-4 && text[n-1]&0xC0 == 0x80 {
			n--
		}
		if text[n-1] >= 0xC0 {
			n--
		}
		return n
	}
	n = 0
	for i := 0; i < len(text); {
		if i++; text[i-1] > 0x80 {
			i++
		}
		if i <= len(text) {
			n = i
		}
	}
	return n
}

// sendOne sends one datagram, if there is any, and says whether there are more.
func (o *Outlet) sendOne() bool {
	o.mu.Lock()
	if len(o.queue) == 0 {
		closed := o.closed
		drained := o.owed
		o.owed = false
		o.mu.Unlock()
		if drained {
			o.session.Drained()
			o.udp.options.House.Engine.Wake()
		}
		if closed {
			o.udp.forget(o)
		}
		return false
	}
	piece := o.queue[0]
	o.queue = o.queue[1:]
	o.mu.Unlock()
	// An error is about this datagram, and no network promises more than that.
	_ = o.udp.socket.WriteTo(piece, o.to)
	o.mu.Lock()
	o.queued -= len(piece)
	o.bytesOut += int64(len(piece))
	o.mu.Unlock()
	return true
}

// Queued is what was appended and is not sent yet, in bytes.
func (o *Outlet) Queued() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.queued + len(o.appended)
}

// Close sends what is queued; the peer is a stranger afterwards.
func (o *Outlet) Close(error) {
	o.Flush()
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	o.udp.wake()
}

// Pause has datagrams dropped until Resume, which says so.
func (o *Outlet) Pause() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.paused = true
}

// Resume takes datagrams again.
func (o *Outlet) Resume() {
	o.mu.Lock()
	dropped := o.dropped
	o.paused, o.dropped = false, false
	o.mu.Unlock()
	if dropped {
		o.session.Post(engine.Problem, TooFast, nil)
	}
}

// RemoteAddr is the peer's address.
func (o *Outlet) RemoteAddr() netip.AddrPort { return o.to }

// Since is when the session began.
func (o *Outlet) Since() time.Time { return o.since }

// LastRead is when something last came.
func (o *Outlet) LastRead() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.heard
}

// BytesIn is how many bytes of payload came.
func (o *Outlet) BytesIn() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytesIn
}

// BytesOut is how many bytes of payload were sent.
func (o *Outlet) BytesOut() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytesOut
}
