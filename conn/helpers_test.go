package conn

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// variant is one way to have connections; all keep the same contract.
type variant struct {
	name     string
	platform func() (platform, error)
	version  uint16 // of TLS; 0: in clear
}

func portablePlatform() (platform, error) { return newPortable(), nil }

func memoryPlatform() (platform, error) { return newMemory(), nil }

// variants are the ways over real sockets.
func variants() []variant {
	return []variant{
		{"plain", newPlatform, 0},
		{"TLS 1.2", newPlatform, tls.VersionTLS12},
		{"TLS 1.3", newPlatform, tls.VersionTLS13},
		{"portable", portablePlatform, 0},
		{"portable TLS", portablePlatform, tls.VersionTLS13},
	}
}

// everyVariant runs the test for each variant.
func everyVariant(t *testing.T, test func(t *testing.T, v variant)) {
	all := append(variants(),
		variant{"memory", memoryPlatform, 0},
		variant{"memory TLS", memoryPlatform, tls.VersionTLS13},
	)
	for _, v := range all {
		t.Run(v.name, func(t *testing.T) { test(t, v) })
	}
}

// world is a Net with one listener whose sessions come out of a channel.
type world struct {
	t        testing.TB
	variant  variant
	net      *Net
	listener *Listener
	sessions chan *session
	received atomic.Pointer[func(s *session, b []byte)] // called by every session
	// stay leaves a connection open whose peer has ended its stream.
	stay    atomic.Bool
	dialled atomic.Int32 // connections in memory
}

func newWorld(t testing.TB, v variant, config Config, options ListenOptions) *world {
	t.Helper()
	config.platform = v.platform
	n, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, variant: v, net: n, sessions: make(chan *session, 20000)}
	if v.version != 0 {
		options.TLS = serverTLS(t, v.version)
	}
	if options.Accept == nil {
		options.Accept = w.accept
	}
	if w.listener, err = n.Listen("127.0.0.1:0", options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := n.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return w
}

// on has f called first by every session that receives.
func (w *world) on(f func(s *session, b []byte)) { w.received.Store(&f) }

func (w *world) accept(c *Conn) Handler {
	s := &session{
		world:   w,
		Conn:    c,
		drained: make(chan struct{}, 1000),
		woken:   make(chan struct{}, 1000),
		closed:  make(chan error, 2),
	}
	s.arrived = sync.NewCond(&s.mu)
	w.sessions <- s
	return s
}

// session is a Handler that keeps what happens to it.
type session struct {
	*Conn
	world   *world
	drained chan struct{}
	woken   chan struct{}
	closed  chan error

	mu      sync.Mutex
	arrived *sync.Cond
	data    bytes.Buffer
	forget  bool // what is received is not kept
}

func (s *session) Received(b []byte) {
	if received := s.world.received.Load(); received != nil {
		(*received)(s, b)
	}
	s.mu.Lock()
	if !s.forget {
		s.data.Write(b)
	}
	s.mu.Unlock()
	s.arrived.Broadcast()
}

func (s *session) Drained() { s.drained <- struct{}{} }
func (s *session) Woken()   { s.woken <- struct{}{} }
func (s *session) Closed(reason error) {
	s.closed <- reason
	if !s.world.stay.Load() {
		s.Close(nil)
	}
}

// expect waits until everything received so far is text.
func (s *session) expect(text string) {
	s.world.t.Helper()
	failed := false
	timer := time.AfterFunc(patience, func() {
		s.mu.Lock()
		failed = true
		s.mu.Unlock()
		s.arrived.Broadcast()
	})
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.data.Len() < len(text) && !failed {
		s.arrived.Wait()
	}
	if s.data.String() != text {
		s.world.t.Fatalf("received %.60q (%d bytes), want %.60q (%d bytes)", s.data.String(), s.data.Len(), text, len(text))
	}
}

func (s *session) has() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data.String()
}

// say sends as the engine does.
func (s *session) say(texts ...string) {
	for _, text := range texts {
		s.Append([]byte(text))
	}
	s.Flush()
}

// next waits for a value.
func next[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// client is the peer.
type client struct {
	net.Conn
	tcp socket
	t   testing.TB
}

// socket is what a client can do with a connection beside TLS.
type socket interface {
	net.Conn
	CloseWrite() error
	SetLinger(seconds int) error
}

// memorySocket makes a Peer look like a *net.TCPConn.
type memorySocket struct {
	*Peer
	abrupt   bool
	deadline *time.Timer // resets the connection
}

func (m *memorySocket) LocalAddr() net.Addr                { return net.TCPAddrFromAddrPort(m.near) }
func (m *memorySocket) RemoteAddr() net.Addr               { return net.TCPAddrFromAddrPort(m.far) }
func (m *memorySocket) SetDeadline(t time.Time) error      { return m.SetReadDeadline(t) }
func (m *memorySocket) SetWriteDeadline(_ time.Time) error { return nil }

func (m *memorySocket) SetReadDeadline(t time.Time) error {
	m.deadline.Reset(time.Until(t))
	return nil
}

func (m *memorySocket) SetLinger(seconds int) error {
	m.abrupt = seconds == 0
	return nil
}

func (m *memorySocket) CloseWrite() error {
	m.Peer.CloseWrite()
	return nil
}

func (m *memorySocket) Close() error {
	m.deadline.Stop()
	if m.abrupt {
		m.Reset()
	}
	m.Peer.Close()
	return nil
}

// connect opens a connection in the variant's way.
func (w *world) connect(address string) (socket, error) {
	inner := w.net.platform
	if s, ok := inner.(*scarce); ok {
		inner = s.platform
	}
	m, ok := inner.(*Memory)
	if !ok {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return nil, err
		}
		return conn.(*net.TCPConn), nil
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	from := netip.AddrPortFrom(to.Addr(), uint16(w.dialled.Add(1)))
	peer, err := m.Dial(to, from)
	if err != nil {
		return nil, err
	}
	return &memorySocket{Peer: peer, deadline: time.AfterFunc(time.Hour, peer.Reset)}, nil
}

// dial connects a client and returns it with its session.
func (w *world) dial() (*client, *session) {
	w.t.Helper()
	c := w.dialOnly()
	return c, next(w.t, w.sessions)
}

func (w *world) dialOnly() *client {
	w.t.Helper()
	conn, err := w.connect(w.listener.Addr().String())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	c := &client{conn, conn, w.t}
	if w.variant.version != 0 {
		secured := tls.Client(conn, clientTLS())
		c.Conn = secured
		if err := secured.Handshake(); err != nil {
			w.t.Fatal(err)
		}
	}
	return c
}

func (c *client) write(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.Conn, text); err != nil {
		c.t.Fatal(err)
	}
}

// end ends the client's stream; it can still read.
func (c *client) end() {
	if secured, ok := c.Conn.(*tls.Conn); ok {
		_ = secured.CloseWrite()
	}
	_ = c.tcp.CloseWrite()
}

// reset makes the server's next calls fail with ECONNRESET.
func (c *client) reset() {
	_ = c.tcp.SetLinger(0)
	c.tcp.Close()
}

func (c *client) expect(text string) {
	c.t.Helper()
	_ = c.tcp.SetReadDeadline(time.Now().Add(patience))
	got := make([]byte, len(text))
	if n, err := io.ReadFull(c.Conn, got); err != nil || string(got) != text {
		c.t.Fatalf("client got %.60q (%d bytes, %v), want %.60q (%d bytes)", got[:n], n, err, text, len(text))
	}
}

// rest reads to the end of the stream, which must be a clean one.
func (c *client) rest() string {
	c.t.Helper()
	_ = c.tcp.SetReadDeadline(time.Now().Add(patience))
	b, err := io.ReadAll(c.Conn)
	if err != nil {
		c.t.Fatalf("client read %d bytes and then: %v", len(b), err)
	}
	return string(b)
}

var certificate = sync.OnceValues(func() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
})

func serverTLS(t testing.TB, version uint16) *tls.Config {
	t.Helper()
	pair, err := certificate()
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, MaxVersion: version}
}

func clientTLS() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }
