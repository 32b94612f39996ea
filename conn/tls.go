package conn

import (
	"crypto/sha256"
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"time"
)

const (
	handshakeTime = 10 * time.Second // from the accept, waiting for a place included
	// handshakesMax is the default bound on handshakes at once. A peer that says
	// nothing holds its place until handshakeTime.
	handshakesMax = 256
	cipherBytes   = 32 << 10
)

// secure is the TLS of one connection. The handshake has a goroutine, in which
// reading waits; afterwards tls.Conn works on the poller and in Flush, over a
// transport that never waits: reading fails with a temporary error, and writing
// goes to Conn.rest.
type secure struct {
	c    *Conn
	conn *tls.Conn
	live atomic.Bool // the handshake is done and taken over by the poller

	early []byte // came behind a PROXY header; guarded by Conn.mu
	// peer is the fingerprint of the client's certificate, nil without one. Fixed once live.
	peer *[sha256.Size]byte

	// Used while the handshake goes on.
	readable chan struct{} // one token: the socket may be readable
	stopped  chan struct{} // closed when the connection is given up

	// Written by the handshake's goroutine before it orders the connection with
	// done, owned by the poller then.
	done atomic.Bool
	err  error
	cut  bool // the socket has failed, not what came over it
}

func newSecure(c *Conn, config *tls.Config) *secure {
	s := &secure{c: c, readable: make(chan struct{}, 1), stopped: make(chan struct{})}
	s.conn = tls.Server(s, config)
	return s
}

// startHandshakes starts those that wait, as far as there are places.
func (n *Net) startHandshakes() {
	for len(n.unsecured) > 0 && n.handshaking < n.config.HandshakesMax {
		c := n.unsecured[0]
		n.unsecured[0] = nil
		n.unsecured = n.unsecured[1:]
		if c.told {
			continue // its time was over before its turn came
		}
		n.handshaking++
		n.goroutines.Go(c.secure.handshake)
	}
}

func (s *secure) handshake() {
	s.err = s.conn.Handshake()
	s.done.Store(true)
	s.c.order()
}

// handshakeDone takes over from the handshake's goroutine, on the poller.
func (c *Conn) handshakeDone() {
	s := c.secure
	if s == nil || s.live.Load() || !s.done.Load() {
		return
	}
	n := c.net()
	s.done.Store(false)
	n.handshaking--
	n.startHandshakes()
	switch {
	case c.told:
	case s.err != nil:
		n.handshakesFailed.Add(1)
		n.log.Debug("TLS handshake failed", "gateway", c.Gateway(), "conn", c.id, "cause", s.err)
		c.broken(s.err)
	default:
		s.readable, s.stopped = nil, nil
		s.secured()
		n.wheel.yield(c)
		c.unread = true
		n.openSecured(c)
	}
}

// nudge lets a handshake look at the socket.
func (s *secure) nudge() {
	select {
	case s.readable <- struct{}{}:
	default:
	}
}

// stop ends a handshake that goes on.
func (s *secure) stop() {
	if s.stopped != nil {
		close(s.stopped)
	}
}

// encrypt turns what was appended into bytes for the socket, in Conn.rest. Before
// the handshake is done nobody may send.
func (c *Conn) encrypt() {
	c.mu.Lock()
	if !c.secure.live.Load() {
		c.forgetLocked()
	}
	if c.first == nil {
		c.mu.Unlock()
		return
	}
	clear, pooled := c.first, []byte(nil)
	if c.more != nil {
		pooled = append(c.net().buffers(), c.first...)
		for _, piece := range c.more.list {
			pooled = append(pooled, piece...)
		}
		clear = pooled
	}
	c.forgetLocked()
	c.mu.Unlock()
	_, _ = c.secure.conn.Write(clear) // fails only after our own end
	if pooled != nil {
		c.net().recycle(pooled)
	}
}

// flushSecure sends what reading has caused to be written: answers to key updates,
// alerts.
func (c *Conn) flushSecure() {
	c.mu.Lock()
	fresh := len(c.rest) > 0 && c.flushLocked(false)
	c.mu.Unlock()
	if fresh {
		c.net().post(c)
	}
}

// Read gives crypto/tls what the socket has. While the handshake goes on it waits.
func (s *secure) Read(b []byte) (int, error) {
	for {
		n, err := s.read(b)
		if err != (again{}) || s.live.Load() {
			return n, err
		}
		select {
		case <-s.readable:
		case <-s.stopped:
			return 0, net.ErrClosed
		}
	}
}

func (s *secure) read(b []byte) (int, error) {
	c := s.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return 0, net.ErrClosed
	}
	if len(s.early) > 0 {
		return s.takeEarlyLocked(b), nil
	}
	n, err := c.net().platform.read(c.handle, b)
	if n == 0 && err == nil {
		return 0, io.EOF
	}
	if err != nil && err != (again{}) {
		s.cut = true
	}
	return n, err
}

// Write keeps what crypto/tls sends in the connection's rest, which bounds it. It
// does not fail, since crypto/tls would never forget that.
func (s *secure) Write(b []byte) (int, error) {
	c := s.c
	c.mu.Lock()
	fresh := false
	if !c.gone && !c.aborting && !c.failed {
		if c.rest == nil {
			c.rest = c.net().buffers()
		}
		c.rest = append(c.rest, b...)
		if !s.live.Load() {
			fresh = c.flushLocked(false)
		}
	}
	c.mu.Unlock()
	if fresh {
		c.net().post(c)
	}
	return len(b), nil
}

// Close does nothing: the socket belongs to Conn.
func (s *secure) Close() error { return nil }

// LocalAddr is for crypto/tls, which does not use it on a server.
func (s *secure) LocalAddr() net.Addr { return net.TCPAddrFromAddrPort(s.c.LocalAddr()) }

// RemoteAddr is for a tls.Config that decides by it.
func (s *secure) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(s.c.RemoteAddr()) }

// SetDeadline does nothing: times are kept by the wheel.
func (s *secure) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (s *secure) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (s *secure) SetWriteDeadline(time.Time) error { return nil }
