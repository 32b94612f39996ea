package conn

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"madang/conn/places"
)

const (
	acceptsPerTurn = 64
	// refusingMax bounds the refused connections that still get their text.
	refusingMax = 256
)

// ListenOptions say what is done with the connections of one listener.
type ListenOptions struct {
	// Name is the gateway's.
	Name string
	// TLS makes every connection one of TLS. If it asks for client certificates, those
	// over 4096 bytes in sum or two in number fail the handshake. A connection whose protocol (ALPN) is not among its NextProtos, because
	// GetConfigForClient has agreed to another, is closed after the handshake.
	TLS *tls.Config
	// Accept returns the handler of a new connection, whose TLS handshake is done.
	// It is called on the reader and must not block. Nil closes the connection, at
	// once or after what Accept has appended.
	Accept func(*Conn) Handler
	// Proxy is asked whether a peer at the address speaks for others. If so, bans and
	// limits concern only those for whom it speaks. Nil: nobody does.
	Proxy func(addr netip.Addr) Proxy
	// Limit bounds connections per address; listeners may share it. Nil: no limit.
	Limit *places.Limiter
	// Refuse is asked before anything else whether the address is banned; by
	// SetRemoteAddr on any goroutine. Optional.
	Refuse func(addr netip.Addr) (reason string, refuse bool)
	// RefuseText is what a refused peer is sent, in clear only. Optional.
	RefuseText func(reason string) []byte
	// SilenceMax is how long a connection lasts whose peer's system gives no sign of
	// life, whether or not something is on its way there: four seconds to an hour; 0 is
	// two minutes. The system looks after it, so that nothing is sent to idle programs.
	SilenceMax time.Duration
}

const (
	silenceDefault = 2 * time.Minute
	silenceLeast   = 4 * time.Second
	silenceMost    = time.Hour
)

// silence gives SilenceMax, and the time without a sign of life after which the
// system asks for one, again at each interval, four times.
func (o *ListenOptions) silence() (most, idle, interval time.Duration) {
	most = silenceDefault
	if o.SilenceMax != 0 {
		most = min(max(o.SilenceMax, silenceLeast), silenceMost)
	}
	return most, most / 2, max(most/8, time.Second)
}

// Listener accepts connections at one address.
type Listener struct {
	net     *Net
	options ListenOptions
	address netip.AddrPort

	left bool // the poller's: more may be waiting to be accepted

	mu     sync.Mutex // guards what follows; held while accepting
	handle int32
	closed bool
}

// Listen accepts connections at the address, host:port; port 0 takes a free one,
// and an empty host is all addresses, IPv6 and IPv4.
func (n *Net) Listen(address string, options ListenOptions) (*Listener, error) {
	if options.Accept == nil {
		return nil, fmt.Errorf("listen on %s: nothing to do with connections", address)
	}
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	options.TLS = boundCertificates(options.TLS)
	l := &Listener{net: n, options: options}
	// Connections that come before the listener is known are told with its first
	// hint, which the poller sees after the lock.
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closing {
		return nil, fmt.Errorf("listen on %s: %w", address, net.ErrClosed)
	}
	handle, bound, err := n.platform.listen(resolved, &options)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	l.handle, l.address = handle, bound
	n.listeners = append(n.listeners, l)
	return l, nil
}

// Addr is the address that is listened on, with the real port.
func (l *Listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.address) }

// Close stops accepting; connections go on. Closing twice is harmless.
func (l *Listener) Close() error {
	l.net.forget(l)
	l.mu.Lock()
	closed := l.closed
	if !closed {
		l.closed = true
		l.net.platform.close(l.handle)
	}
	l.mu.Unlock()
	l.net.wake()
	return nil
}

func (n *Net) forget(l *Listener) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, other := range n.listeners {
		if other == l {
			n.listeners = append(n.listeners[:i:i], n.listeners[i+1:]...)
			return
		}
	}
}

// acceptFrom accepts from the listener with the handle, if there is one.
func (n *Net) acceptFrom(handle int32) {
	n.mu.Lock()
	listeners := n.listeners
	n.mu.Unlock()
	for _, l := range listeners {
		if l.handle == handle {
			n.acceptAll(l)
		}
	}
}

// acceptLeft goes on with listeners that had more than their share of a turn, or
// for which there were no resources.
func (n *Net) acceptLeft() {
	if n.turnTime < n.retryAt || n.retryAt == 0 && !n.unaccepted {
		return
	}
	n.unaccepted, n.retryAt = false, 0
	n.mu.Lock()
	listeners := n.listeners
	n.mu.Unlock()
	for _, l := range listeners {
		if l.left {
			n.acceptAll(l)
		}
	}
}

// acceptAll accepts what waits, at most acceptsPerTurn connections.
func (n *Net) acceptAll(l *Listener) {
	l.left = true
	if n.retryAt > 0 {
		return
	}
	for range acceptsPerTurn {
		handle, remote, err := l.accept()
		switch {
		case err == nil:
			n.starving = false
			n.admit(l, handle, remote)
			continue
		case errors.As(err, new(starved)):
			n.starve(l, err)
		case err != again{}:
			l.left = false
			n.log.Error("listener failed", "gateway", l.options.Name, "cause", err)
		default:
			l.left = false
		}
		return
	}
	n.unaccepted = true
}

// starve puts all accepting off: trying at once again would spin.
func (n *Net) starve(l *Listener, err error) {
	n.starvation.Add(1)
	if !n.starving {
		n.log.Warn("cannot accept connections for now", "gateway", l.options.Name, "cause", err)
	}
	n.starving, n.unaccepted = true, false
	n.retryAt = n.turnTime + retryAccept
}

func (l *Listener) accept() (int32, netip.AddrPort, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return 0, netip.AddrPort{}, again{}
	}
	return l.net.platform.accept(l.handle)
}

// admit makes a connection of an accepted socket, or refuses it.
func (n *Net) admit(l *Listener, handle int32, remote netip.AddrPort) {
	if most := n.config.ConnectionsMax; most > 0 && n.openCount >= most {
		n.refuse(l, handle, remote, "this server is full")
		return
	}
	if how := l.proxy(remote.Addr()); how != ProxyNone {
		n.await(n.add(l, handle, remote), how)
		return
	}
	if reason, refuse := l.judge(remote.Addr()); refuse {
		n.refuse(l, handle, remote, reason)
		return
	}
	n.enter(n.add(l, handle, remote))
}

// enter lets a connection in whose address was judged.
func (n *Net) enter(c *Conn) {
	n.accepted.Add(1)
	if c.secure == nil {
		n.open(c)
		return
	}
	c.deadline(n.config.handshakeTime)
	n.unsecured = append(n.unsecured, c)
	n.startHandshakes()
}

func (l *Listener) proxy(addr netip.Addr) Proxy {
	if l.options.Proxy == nil {
		return ProxyNone
	}
	return l.options.Proxy(addr)
}

// judge says whether and why a connection from the address is refused. If not, it
// has its place in the limiter, until leave.
func (l *Listener) judge(addr netip.Addr) (string, bool) {
	if l.options.Refuse != nil {
		if reason, refuse := l.options.Refuse(addr); refuse {
			return reason, true
		}
	}
	if l.options.Limit == nil {
		return "", false
	}
	reason := l.options.Limit.Take(addr, time.Now())
	return reason, reason != ""
}

// leave gives back the place of a connection from the address.
func (l *Listener) leave(addr netip.Addr) {
	if l.options.Limit != nil {
		l.options.Limit.Leave(addr)
	}
}

// refuse closes an accepted socket, after a text if there is one.
func (n *Net) refuse(l *Listener, handle int32, remote netip.AddrPort, reason string) {
	n.refused.Add(1)
	text := n.refusal(l, reason)
	if len(text) == 0 {
		n.platform.close(handle)
		return
	}
	n.add(l, handle, remote).lastWords(text)
}

// turnAway refuses a connection whose real address was told by its peer.
func (c *Conn) turnAway(reason string) {
	n := c.net()
	n.refused.Add(1)
	if text := n.refusal(c.listener, reason); len(text) > 0 {
		c.lastWords(text)
		return
	}
	c.tell(errRefused)
	c.destroy()
}

// refusal is what a refused peer is told; nothing if too many are being told.
func (n *Net) refusal(l *Listener, reason string) []byte {
	if l.options.RefuseText == nil || l.options.TLS != nil || n.refusing >= refusingMax {
		return nil
	}
	return l.options.RefuseText(reason)
}

// lastWords sends a refused connection its text and closes it.
func (c *Conn) lastWords(text []byte) {
	c.net().refusing++
	c.stage = refused
	c.Append(text)
	c.Close(errRefused)
}

// open gives a connection to its gateway.
func (n *Net) open(c *Conn) {
	c.handler = c.callAccept()
	if c.handler != nil {
		c.read()
		return
	}
	if c.Queued() == 0 {
		c.Abort(errNoHandler)
		return
	}
	c.Close(errNoHandler)
}

func (c *Conn) callAccept() Handler {
	defer c.recovered()
	c.net().called = true
	return c.listener.options.Accept(c)
}
