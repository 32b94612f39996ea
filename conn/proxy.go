package conn

import (
	"errors"
	"net/netip"

	"madang/wire/proxy"
)

// Proxy says whether a peer speaks for others by the PROXY protocol, whose header
// stands before everything else, TLS included.
type Proxy uint8

// What is expected of a peer.
const (
	// ProxyNone: a header means nothing; its bytes are the protocol's.
	ProxyNone Proxy = iota
	// ProxyOptional: the first bytes decide. Who begins otherwise, or sends nothing
	// whole within ten seconds, is served as the peer that it is. It delays the
	// session until then: for protocols only in which the client speaks first.
	ProxyOptional
	// ProxyRequired: who does not begin with a header within ten seconds is closed.
	ProxyRequired
)

// stage is how far a connection has come before it is its gateway's.
type stage uint8

const (
	entered stage = iota // it has its place in the limiter, if there is one
	heading              // a header of the PROXY protocol may come first
	early                // entered, in clear, and Net.openings has its first bytes
	refused              // it exists only to be told why it may not
)

// opening is what a connection sends before anything else.
type opening struct {
	proxy Proxy
	bytes []byte // nil before the first
}

var (
	errHeaderMissing = errors.New("the PROXY header did not come in time")
	errHeaderCut     = errors.New("the stream ended before the PROXY header")
)

// await waits for the header of a connection from an address that may send one. Only
// the address that it names is judged.
func (n *Net) await(c *Conn, how Proxy) {
	c.stage = heading
	n.openings[c] = &opening{proxy: how}
	c.deadline(n.config.handshakeTime)
}

// readHeader reads until it is known whether there is a header.
func (c *Conn) readHeader() {
	n, o := c.net(), c.net().openings[c]
	for c.unread && c.stage == heading && !c.told {
		got, err := n.platform.read(c.handle, n.buffer[:proxy.BytesMax-len(o.bytes)])
		switch {
		case err == again{}:
			c.unread = false
		case err != nil:
			c.lost(err)
			return
		case got == 0:
			c.lost(errHeaderCut)
			return
		default:
			o.bytes = append(o.bytes, n.buffer[:got]...)
			c.decide(o)
		}
	}
}

// decide looks whether what has come is a header, or cannot become one.
func (c *Conn) decide(o *opening) {
	header, length, err := proxy.Parse(o.bytes)
	switch {
	case errors.Is(err, proxy.ErrShort):
	case err == nil, errors.Is(err, proxy.ErrAbsent) && o.proxy == ProxyOptional:
		c.introduced(header.Source, o.bytes[length:])
	default:
		c.unintroduced(err)
	}
}

// headerOverdue ends the wait for a header.
func (c *Conn) headerOverdue() {
	o := c.net().openings[c]
	if o.proxy == ProxyOptional {
		c.introduced(netip.AddrPort{}, o.bytes)
		return
	}
	c.unintroduced(errHeaderMissing)
}

// introduced lets the connection in, under the address of source if that is valid.
// rest is what came behind the header.
func (c *Conn) introduced(source netip.AddrPort, rest []byte) {
	n := c.net()
	delete(n.openings, c)
	if source.IsValid() {
		c.mu.Lock()
		c.address, c.port = source.Addr().As16(), source.Port()
		c.mu.Unlock()
	}
	if reason, refuse := c.listener.judge(c.RemoteAddr().Addr()); refuse {
		c.turnAway(reason)
		return
	}
	c.stage = entered
	n.wheel.yield(c)
	switch {
	case len(rest) == 0:
	case c.secure != nil:
		c.secure.early = rest
	default:
		c.stage = early
		n.openings[c] = &opening{bytes: rest}
	}
	c.unread = c.unread || len(rest) > 0
	n.enter(c)
}

// unintroduced closes a connection whose header is missing or wrong: from an address
// that is trusted, so somebody will want to know.
func (c *Conn) unintroduced(why error) {
	n := c.net()
	n.refused.Add(1)
	n.log.Warn("connection without the PROXY header that its address must send",
		"gateway", c.Gateway(), "address", c.RemoteAddr().Addr(), "cause", why)
	c.tell(why)
	c.destroy()
}

// takeEarly gives the handler what came behind the header.
func (c *Conn) takeEarly() {
	n := c.net()
	bytes := n.openings[c].bytes
	delete(n.openings, c)
	c.stage = entered
	c.count(len(bytes))
	c.callReceived(bytes)
}

// forgetOpening drops what nobody will read any more.
func (c *Conn) forgetOpening() {
	if c.stage == heading || c.stage == early {
		delete(c.net().openings, c)
	}
}

// takeEarlyLocked gives TLS what came behind the header.
func (s *secure) takeEarlyLocked(b []byte) int {
	n := copy(b, s.early)
	if s.early = s.early[n:]; len(s.early) == 0 {
		s.early = nil
	}
	return n
}

// SetRemoteAddr says that the peer is really the one at the address: somebody whom
// the gateway trusts has said for whom it connects. Bans and the limiter count it
// there from now on; if they refuse it, nothing is changed, and reason is for the
// peer. The port may be 0.
func (c *Conn) SetRemoteAddr(address netip.AddrPort) (reason string, refuse bool) {
	if reason, refuse = c.listener.judge(address.Addr()); refuse {
		return reason, true
	}
	left := address.Addr() // a connection that is gone has given back its place
	c.mu.Lock()
	if !c.gone {
		left = netip.AddrFrom16(c.address).Unmap()
		c.address, c.port = address.Addr().As16(), address.Port()
	}
	c.mu.Unlock()
	c.listener.leave(left)
	return "", false
}
