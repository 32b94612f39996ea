// Package conn owns every socket of the server. It accepts, reads, writes and
// closes, in clear or in TLS, for any number of connections without a goroutine
// for each, and gives the gateways bytes through Handler.
//
// It promises: the bytes of a connection are in order and none is sent twice; a
// call never waits for a peer; what one connection has not sent is bounded, and a
// reader slower than that is hung up; Closed is called exactly once and last; a
// connection that is closed may still be used, without effect.
//
// It refuses to know what the bytes mean: lines, sessions, users and protocols
// belong to the packages above.
package conn

import (
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Handler is the gateway's side of one connection. All methods are called on the
// reader, one at a time for the whole Net, and must not block. A method that
// panics costs its connection only.
type Handler interface {
	// Received brings bytes that the peer sent, at least one; data is valid only
	// during the call.
	Received(data []byte)
	// Drained says that of the bytes that had to wait because the peer was slow,
	// at most LowWaterBytes are left. Every Flush after which Queued is not zero
	// is followed by a Drained or by Closed.
	Drained()
	// Woken says that the time set by WakeAfter is over.
	Woken()
	// Closed is the last call: nothing more will be received. The reason is nil
	// if the peer ended the stream, else an error of the socket or what was given
	// to Close or Abort. After nil the peer may still be reading: what is flushed
	// until Close, two seconds at most, is sent.
	Closed(reason error)
}

// LowWaterBytes is the rest of unsent bytes at which Drained is called, so that
// the next page of a long answer can follow without a pause.
const LowWaterBytes = 32 << 10

// queueBytesMax is the default bound on the unsent bytes of one connection.
const queueBytesMax = 1 << 20

// Reasons that conn itself gives to Closed.
var (
	ErrSlowReader   = errors.New("the peer reads too slowly: its queue is full")
	ErrNetClosed    = errors.New("the server closes its connections")
	ErrHandlerPanic = errors.New("the session failed by a fault in the server")
	errRefused      = errors.New("connection refused by a limit or a ban")
	errNoHandler    = errors.New("connection not wanted by its gateway")
	errHandshake    = errors.New("TLS handshake not finished in time")
	errProtocol     = errors.New("TLS handshake for a protocol that is not spoken here")
	errCertificates = errors.New("the client's certificates are too many or too long")
)

// Conn is one connection. Append and Flush belong together and are called by one
// goroutine at a time, the engine's loop; every other method may be called by any.
type Conn struct {
	// Fixed after construction.
	listener *Listener
	id       uint64
	secure   *secure // nil: in clear
	since    int64   // nanoseconds since Net.start

	address [16]byte // the peer's; guarded by mu, as is port
	port    uint16

	// Owned by the poller.
	stage  stage
	told   bool // Closed has been called; input is discarded from now on
	unread bool // there may be input that nobody read
	hungUp bool // the socket said that the stream ends: read until its end
	ended  bool // the end of the stream was read
	shut   bool // the end of our stream was sent
	handle int32

	paused atomic.Bool
	// handler is the poller's: nil before the TLS handshake is done and after Closed.
	handler  Handler
	lastRead atomic.Int64 // nanoseconds since Net.start
	bytesIn  atomic.Int64
	bytesOut atomic.Int64

	timer     timer      // guarded by the wheel, as is timerOurs
	mu        sync.Mutex // guards what follows; held while sending, which never waits, never while calling the handler
	closing   bool       // nothing can be appended any more; reason is final
	aborting  bool       // close at once
	gone      bool       // handle is closed and may be another connection's; set by the poller
	failed    bool       // sending failed, for the reason, unless closing; only reading goes on
	full      bool       // the socket took less than it was given
	waiting   bool       // Drained is owed
	ordered   bool       // in Net.orders
	timerOurs bool       // set by conn itself; WakeAfter has no effect
	queueMax  int32      // bytes
	appended  int32      // bytes in first and more
	first     []byte     // the caller's memory, until Flush
	more      *pieces    // what was appended after first, also the caller's
	rest      []byte     // our copy of what the socket did not take; sent before first
	reason    error      // given to Closed
}

// ID is a number that no other connection of this Net has or will have.
func (c *Conn) ID() uint64 { return c.id }

// Gateway is the name of the listener that accepted the connection.
func (c *Conn) Gateway() string { return c.listener.options.Name }

// RemoteAddr is the peer's address; IPv4 is never in its IPv6 form, and the zone
// of a link-local address is not kept. Behind a proxy it is that of the proxy's peer.
func (c *Conn) RemoteAddr() netip.AddrPort {
	c.mu.Lock()
	defer c.mu.Unlock()
	return netip.AddrPortFrom(netip.AddrFrom16(c.address).Unmap(), c.port)
}

// LocalAddr is the address that the peer connected to; the zero value once the
// connection is closed.
func (c *Conn) LocalAddr() netip.AddrPort {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return netip.AddrPort{}
	}
	return c.net().platform.local(c.handle)
}

// TLSState describes the connection's TLS, or is nil if it has none or its
// handshake is not done. The client's certificates are not in it: PeerFingerprint.
func (c *Conn) TLSState() *tls.ConnectionState {
	if c.secure == nil || !c.secure.live.Load() {
		return nil
	}
	state := c.secure.conn.ConnectionState()
	state.PeerCertificates = nil
	return &state
}

// PeerFingerprint is the SHA-256 fingerprint of the certificate whose key the client
// has proved to hold, for a listener whose TLS asks for one. Nobody vouches for the
// certificate, nor is it looked at when it is valid: it is as good as who knows it.
func (c *Conn) PeerFingerprint() (fingerprint [sha256.Size]byte, ok bool) {
	if c.secure == nil || !c.secure.live.Load() || c.secure.peer == nil {
		return fingerprint, false
	}
	return *c.secure.peer, true
}

// Since is the time of the accept.
func (c *Conn) Since() time.Time { return c.net().start.Add(time.Duration(c.since)) }

// LastRead is the time of the last byte read, or of the accept.
func (c *Conn) LastRead() time.Time {
	return c.net().start.Add(time.Duration(max(c.since, c.lastRead.Load())))
}

// BytesIn is the number of bytes received, those of TLS itself not counted.
func (c *Conn) BytesIn() int64 { return c.bytesIn.Load() }

// BytesOut is the number of bytes given to the socket, those of TLS included.
func (c *Conn) BytesOut() int64 { return c.bytesOut.Load() }

func (c *Conn) net() *Net { return c.listener.net }

// order asks the poller to look at the connection's state.
func (c *Conn) order() {
	c.mu.Lock()
	fresh := c.orderLocked()
	c.mu.Unlock()
	if fresh {
		c.net().post(c)
	}
}

// orderLocked marks the connection as ordered; when it says true the caller
// unlocks and then posts it.
func (c *Conn) orderLocked() bool {
	fresh := !c.ordered
	c.ordered = true
	return fresh
}
