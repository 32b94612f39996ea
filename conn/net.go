package conn

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// gatherMax bounds what Config.Gather may ask for in one turn.
const gatherMax = 300 * time.Microsecond

// Config says how a Net works. The zero value is usable.
type Config struct {
	Logger *slog.Logger
	// Round is called on the reader after a turn in which at least one method of a
	// Handler was called: every socket that was ready has been read.
	Round func()
	// Gather makes turns bigger: after `received` calls of Received in this turn it
	// says how long to wait for more, and is asked again when more came. All waits
	// of a turn together last 0.3 ms at most. Nil or 0 waits for nothing.
	Gather func(received int) time.Duration
	// QueueBytesMax bounds what a connection may leave unsent; 1 MiB if 0.
	QueueBytesMax int
	// HandshakesMax bounds TLS handshakes at once; 256 if 0. Others wait.
	HandshakesMax int
	// ConnectionsMax bounds the connections of all listeners together, so that
	// descriptors remain for files; no bound if 0.
	ConnectionsMax int

	// Tests choose; the zero values are as everywhere else.
	platform      func() (platform, error)
	handshakeTime time.Duration
	lingerTime    time.Duration
}

// Net is a set of listeners and connections that are served by one poller.
type Net struct {
	// Fixed after construction.
	config     Config
	log        *slog.Logger
	platform   platform
	start      time.Time
	goroutines sync.WaitGroup // handshakes
	done       chan struct{}  // closed when the poller has ended
	piecesPool sync.Pool
	bufferPool sync.Pool

	wheel wheel

	// Owned by the poller.
	buffer      []byte // for reading, shared by all connections
	later       []*Conn
	laterSpare  []*Conn
	due         []*Conn
	unsecured   []*Conn // wait for a place to shake hands
	handshaking int
	openings    map[*Conn]*opening // of connections in the stages heading and early
	received    int                // calls of Received in this turn
	called      bool               // another method of a handler was called in this turn
	turnTime    int64
	retryAt     int64 // when to accept again after resources were missing; 0: not
	refusing    int   // refused connections that still get their text
	unaccepted  bool  // a listener has more than its share of a turn
	starving    bool  // the last accept lacked resources
	lastID      uint64
	ending      bool // end was called
	aborted     bool // and then everything aborted

	idle atomic.Bool // the poller waits, or is about to

	mu         sync.Mutex // guards what follows
	orders     []*Conn
	orderSpare []*Conn
	conns      []*Conn // by handle; written by the poller only, which reads it without the lock
	openCount  int
	listeners  []*Listener
	closing    bool
	aborting   bool

	counters
}

type counters struct {
	accepted, refused, handshakesFailed  atomic.Int64
	writes, wouldBlock, slowReaders      atomic.Int64
	bytesIn, bytesOut, turns, starvation atomic.Int64
}

// Stats are the counters of a Net since its start.
type Stats struct {
	Open             int   // connections now
	Accepted         int64 // connections, refused ones not counted
	Refused          int64 // by a Limiter, a ban, ConnectionsMax, or for want of a PROXY header
	HandshakesFailed int64
	Writes           int64 // calls to the system that send
	WouldBlock       int64 // sends that took nothing
	SlowReaders      int64 // connections closed with ErrSlowReader
	BytesIn          int64
	BytesOut         int64
	Turns            int64
	Starved          int64 // accepts that failed for want of descriptors or memory
}

// New starts a Net without listeners. Close ends it.
func New(config Config) (*Net, error) {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.QueueBytesMax <= 0 {
		config.QueueBytesMax = queueBytesMax
	}
	if config.HandshakesMax <= 0 {
		config.HandshakesMax = handshakesMax
	}
	if config.handshakeTime <= 0 {
		config.handshakeTime = handshakeTime
	}
	if config.lingerTime <= 0 {
		config.lingerTime = lingerFor
	}
	if config.platform == nil {
		config.platform = newPlatform
	}
	platform, err := config.platform()
	if err != nil {
		return nil, fmt.Errorf("start the network: %w", err)
	}
	n := &Net{
		config:   config,
		log:      config.Logger,
		platform: platform,
		start:    time.Now(),
		done:     make(chan struct{}),
		buffer:   make([]byte, readBytes),
		openings: make(map[*Conn]*opening),
	}
	n.piecesPool.New = func() any { return new(pieces) }
	n.wheel.planned = math.MaxInt64
	go n.run()
	return n, nil
}

// Close closes the listeners and all connections as Conn.Close does, with
// ErrNetClosed, and aborts what is left when the context ends. It returns when
// every goroutine of the Net has ended; the error is the context's, if some
// connection had to be aborted. It must not be called by a Handler.
func (n *Net) Close(ctx context.Context) error {
	n.mu.Lock()
	n.closing = true
	n.mu.Unlock()
	n.wake()
	select {
	case <-n.done:
		return nil
	case <-ctx.Done():
	}
	n.mu.Lock()
	n.aborting = true
	n.mu.Unlock()
	n.wake()
	<-n.done
	return fmt.Errorf("close the network: %w", ctx.Err())
}

// Each calls f for every connection that is open, in no particular order.
func (n *Net) Each(f func(*Conn)) {
	n.mu.Lock()
	list := make([]*Conn, 0, n.openCount)
	for _, c := range n.conns {
		if c != nil {
			list = append(list, c)
		}
	}
	n.mu.Unlock()
	for _, c := range list {
		f(c)
	}
}

// Stats reads the counters.
func (n *Net) Stats() Stats {
	n.mu.Lock()
	open := n.openCount
	n.mu.Unlock()
	return Stats{
		Open:             open,
		Accepted:         n.accepted.Load(),
		Refused:          n.refused.Load(),
		HandshakesFailed: n.handshakesFailed.Load(),
		Writes:           n.writes.Load(),
		WouldBlock:       n.wouldBlock.Load(),
		SlowReaders:      n.slowReaders.Load(),
		BytesIn:          n.bytesIn.Load(),
		BytesOut:         n.bytesOut.Load(),
		Turns:            n.turns.Load(),
		Starved:          n.starvation.Load(),
	}
}

// now is the time since start in nanoseconds; it never runs backwards.
func (n *Net) now() int64 { return int64(time.Since(n.start)) }

// connAt is the connection with the handle, or nil. Called by the poller.
func (n *Net) connAt(handle int32) *Conn {
	if int(handle) >= len(n.conns) {
		return nil
	}
	return n.conns[handle]
}

// add makes a connection known under a handle just accepted.
func (n *Net) add(l *Listener, handle int32, remote netip.AddrPort) *Conn {
	n.lastID++
	c := &Conn{
		listener: l,
		id:       n.lastID,
		since:    n.now(),
		address:  remote.Addr().As16(),
		port:     remote.Port(),
		handle:   handle,
		queueMax: int32(min(n.config.QueueBytesMax, 1<<30)),
	}
	if l.options.TLS != nil {
		c.secure = newSecure(c, l.options.TLS)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for int(handle) >= len(n.conns) {
		n.conns = append(n.conns, nil)
	}
	n.conns[handle] = c
	n.openCount++
	return c
}

// remove forgets a connection that is gone.
func (n *Net) remove(c *Conn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.conns[c.handle] = nil
	n.openCount--
	if c.stage == refused {
		n.refusing--
	}
}

// buffers is an empty buffer of cipherBytes.
func (n *Net) buffers() []byte {
	if b, ok := n.bufferPool.Get().(*[cipherBytes]byte); ok {
		return b[:0]
	}
	return make([]byte, 0, cipherBytes)
}

// recycle takes back what came from buffers; anything else is left alone.
func (n *Net) recycle(b []byte) {
	if cap(b) == cipherBytes {
		n.bufferPool.Put((*[cipherBytes]byte)(b[:cipherBytes]))
	}
}
