package conn

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"madang/conn/places"
	"madang/wire/proxy"
)

// behind is the address for which the proxies of these tests speak.
const behind = "203.0.113.7:65533"

const headerLine = "PROXY TCP4 203.0.113.7 10.0.0.1 65533 6667\r\n"

// headerBinary is headerLine in version 2, with an extension.
func headerBinary() string {
	b := []byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11")
	b = binary.BigEndian.AppendUint16(b, 12+4)
	return string(b) + "\xcb\x00\x71\x07\x0a\x00\x00\x01\xff\xfd\x1a\x0b" + "\x04\x00\x01x"
}

func everybody(how Proxy) func(netip.Addr) Proxy {
	return func(netip.Addr) Proxy { return how }
}

// through connects a client that sends the bytes first, and then speaks TLS if the
// variant does.
func (w *world) through(first string) *client {
	w.t.Helper()
	raw := w.dialRaw()
	w.t.Cleanup(func() { raw.Close() })
	c := &client{raw, raw, w.t}
	c.write(first)
	if w.variant.version != 0 {
		c.Conn = tls.Client(raw, clientTLS())
	}
	return c
}

func TestHeaderNamesThePeer(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		for _, how := range []Proxy{ProxyOptional, ProxyRequired} {
			for _, header := range []string{headerLine, headerBinary()} {
				asked := make(chan netip.Addr, 1)
				w := newWorld(t, v, Config{}, ListenOptions{
					Proxy:  everybody(how),
					Refuse: func(a netip.Addr) (string, bool) { asked <- a; return "", false },
				})
				c := w.through(header)
				c.write("NICK a\r\n")
				s := next(t, w.sessions)
				if got := s.RemoteAddr().String(); got != behind {
					t.Errorf("the peer is %s", got)
				}
				if a := next(t, asked); a.String() != "203.0.113.7" {
					t.Errorf("the ban was asked for %v", a)
				}
				s.expect("NICK a\r\n")
				s.say("hello")
				c.expect("hello")
				if s.BytesIn() != 8 {
					t.Errorf("%d bytes in", s.BytesIn())
				}
				w.nothingLeft()
			}
		}
	})
}

// nothingLeft checks that no connection holds bytes of an opening.
func (w *world) nothingLeft() {
	w.t.Helper()
	done := make(chan int, 1)
	w.on(func(*session, []byte) { done <- len(w.net.openings) })
	c := w.through(headerLine)
	defer c.Close()
	c.write("x")
	// The opening of the connection itself is forgotten before its bytes are given.
	if left := next(w.t, done); left != 0 {
		w.t.Errorf("%d openings are kept", left)
	}
}

func TestHeaderByteByByte(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{Proxy: everybody(ProxyOptional)})
		for _, header := range []string{headerLine, headerBinary()} {
			raw := w.dialRaw()
			c := &client{bytewise{raw}, raw, t}
			c.write(header)
			if v.version != 0 {
				c.Conn = tls.Client(bytewise{raw}, clientTLS())
			}
			c.write("slowly")
			s := next(t, w.sessions)
			s.expect("slowly")
			if got := s.RemoteAddr().String(); got != behind {
				t.Errorf("the peer is %s", got)
			}
			raw.Close()
		}
	})
}

// A balancer's own connections and those it knows nothing about keep their address.
func TestHeaderWithoutAddress(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{Proxy: everybody(ProxyRequired)})
		for _, header := range []string{"PROXY UNKNOWN\r\n", "\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00"} {
			c := w.through(header)
			c.write("x")
			s := next(t, w.sessions)
			s.expect("x")
			if s.RemoteAddr().String() != c.LocalAddr().String() {
				t.Errorf("the peer is %v, not %v", s.RemoteAddr(), c.LocalAddr())
			}
		}
	})
}

func TestWithoutHeaderWhereItIsOptional(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{Proxy: everybody(ProxyOptional)})
		for _, text := range []string{"NICK a\r\n", "PASS x\r\nPROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n", "\r\n\r\nQUIT\n"} {
			c := w.through("")
			c.write(text)
			s := next(t, w.sessions)
			s.expect(text)
			if s.RemoteAddr().String() != c.LocalAddr().String() {
				t.Errorf("the peer is %v, not %v", s.RemoteAddr(), c.LocalAddr())
			}
		}
	})
}

// Who sends nothing, or what could still become a header, is served when the time for
// it is over.
func TestSilenceWhereItIsOptional(t *testing.T) {
	for _, first := range []string{"", "PRO"} {
		w := newWorld(t, variants()[0], Config{handshakeTime: 50 * time.Millisecond}, ListenOptions{Proxy: everybody(ProxyOptional)})
		c := w.through(first)
		s := next(t, w.sessions)
		c.write("XY\r\n")
		s.expect(first + "XY\r\n")
	}
}

func TestHeaderThatIsMissing(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		for _, test := range []struct {
			name, first string
			how         Proxy
		}{
			{"IRC", "NICK a\r\n", ProxyRequired},
			{"nothing", "", ProxyRequired},
			{"a part", headerLine[:20], ProxyRequired},
			{"malformed", "PROXY TCP4 203.0.113.7 10.0.0.1 65533\r\n", ProxyRequired},
			{"malformed, optional", "PROXY TCP4 203.0.113.7 10.0.0.1 65533\r\n", ProxyOptional},
			{"endless", strings.Repeat(headerBinary()[:14]+"\xff\xff", 1000), ProxyOptional},
		} {
			limiter := places.New(places.Settings{Private: true})
			w := newWorld(t, v, Config{handshakeTime: 50 * time.Millisecond}, ListenOptions{Proxy: everybody(test.how), Limit: limiter})
			raw := w.dialRaw()
			_, _ = io.WriteString(raw, test.first)
			_ = raw.SetReadDeadline(time.Now().Add(patience))
			if b, _ := io.ReadAll(raw); len(b) > 0 {
				t.Errorf("%s: got %q", test.name, b)
			}
			raw.Close()
			w.waitEmpty()
			if stats := w.net.Stats(); stats.Refused != 1 || stats.Accepted != 0 || len(w.sessions) != 0 {
				t.Errorf("%s: %+v", test.name, stats)
			}
			if limiter.Known() != 0 {
				t.Errorf("%s: the limiter counts it", test.name)
			}
		}
	})
}

// A balancer that looks whether the port is open says nothing.
func TestProbeWithoutHeaderIsNoWarning(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, variants()[0], Config{Logger: slog.New(slog.NewTextHandler(&log, nil))},
		ListenOptions{Proxy: everybody(ProxyRequired)})
	raw := w.dialRaw()
	raw.Close()
	w.waitEmpty()
	if log.Len() > 0 {
		t.Errorf("logged: %s", log.String())
	}
}

// To whom nobody listens, the header is what it is without this package.
func TestHeaderFromElsewhereIsData(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		if v.version != 0 {
			return // it would be no TLS
		}
		w := newWorld(t, v, Config{}, ListenOptions{Proxy: everybody(ProxyNone)})
		c := w.through(headerLine)
		s := next(t, w.sessions)
		s.expect(headerLine)
		if s.RemoteAddr().String() != c.LocalAddr().String() {
			t.Errorf("the peer is %v", s.RemoteAddr())
		}
	})
}

// Bans and limits are of those behind the proxy, not of the proxy.
func TestLimitsBehindAProxy(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		limiter := places.New(places.Settings{ConnectionsMax: 1, Burst: 1000, Private: true})
		w := newWorld(t, v, Config{}, ListenOptions{
			Proxy: everybody(ProxyRequired), Limit: limiter,
			Refuse:     func(a netip.Addr) (string, bool) { return "banned", a.String() == "203.0.113.9" },
			RefuseText: func(reason string) []byte { return []byte(reason) },
		})
		enter := func(address string) string {
			c := w.through(strings.Replace(headerLine, "203.0.113.7", address, 1))
			if v.version != 0 {
				if err := c.Conn.(*tls.Conn).Handshake(); err != nil {
					return "refused"
				}
			} else {
				c.write("x")
			}
			select {
			case <-w.sessions:
				return ""
			default:
			}
			got := make(chan string, 1)
			go func() {
				_ = c.tcp.SetReadDeadline(time.Now().Add(patience))
				b, _ := io.ReadAll(c.Conn)
				got <- string(b)
			}()
			select {
			case <-w.sessions:
				c.tcp.Close()
				<-got
				return ""
			case why := <-got:
				return why
			}
		}
		// The sessions stay open, since what the clients close is only their own end.
		w.stay.Store(true)
		want := func(address, text string) {
			t.Helper()
			got := enter(address)
			if v.version != 0 && text != "" {
				text = "refused"
			}
			if got != text {
				t.Errorf("%s: %q, want %q", address, got, text)
			}
		}
		want("203.0.113.7", "")
		want("203.0.113.8", "")
		want("203.0.113.9", "banned")
		want("203.0.113.8", "too many connections from your address")
	})
}

func TestPeerThatIsReallyAnother(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		limiter := places.New(places.Settings{ConnectionsMax: 2, Burst: 1000, Private: true})
		w := newWorld(t, v, Config{}, ListenOptions{
			Limit:  limiter,
			Refuse: func(a netip.Addr) (string, bool) { return "banned", a.String() == "203.0.113.9" },
		})
		open := limiter.Open
		c1, s1 := w.dial()
		_, s2 := w.dial()
		own, other := s1.RemoteAddr().Addr(), netip.MustParseAddr("203.0.113.7")
		for _, s := range []*session{s1, s2} {
			if reason, refuse := s.SetRemoteAddr(netip.AddrPortFrom(other, 7)); refuse {
				t.Fatal(reason)
			}
			if got := s.RemoteAddr().String(); got != "203.0.113.7:7" {
				t.Errorf("the peer is %s", got)
			}
		}
		if open(own) != 0 || open(other) != 2 {
			t.Errorf("%d places for the gateway, %d for the peer", open(own), open(other))
		}
		_, s3 := w.dial()
		before := s3.RemoteAddr()
		for _, test := range []struct{ address, reason string }{
			{"203.0.113.9", "banned"},
			{"203.0.113.7", "too many connections from your address"},
		} {
			reason, refuse := s3.SetRemoteAddr(netip.AddrPortFrom(netip.MustParseAddr(test.address), 0))
			if !refuse || reason != test.reason || s3.RemoteAddr() != before {
				t.Errorf("%s: %v, %q, and the peer is %v", test.address, refuse, reason, s3.RemoteAddr())
			}
		}
		c1.Close()
		_ = next(t, s1.closed)
		w.waitOpen(2)
		if reason, refuse := s1.SetRemoteAddr(before); refuse { // it is gone: nothing happens
			t.Error(reason)
		}
		if open(own) != 1 || open(other) != 1 {
			t.Errorf("%d places for the gateway, %d for the peer at the end", open(own), open(other))
		}
	})
}

// waitOpen waits until so many connections are left.
func (w *world) waitOpen(count int) {
	w.t.Helper()
	for end := time.Now().Add(patience); w.net.Stats().Open != count; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%d are open", w.net.Stats().Open)
		}
	}
}

// Input that follows the header while nobody wants any is kept, once.
func TestPausedBehindAHeader(t *testing.T) {
	worlds := make(chan *world, 1)
	w := newWorld(t, variants()[0], Config{}, ListenOptions{
		Proxy:  everybody(ProxyRequired),
		Accept: func(c *Conn) Handler { c.Pause(); return (<-worlds).accept(c) },
	})
	worlds <- w
	c := w.through(headerLine + "first ")
	s := next(t, w.sessions)
	c.write("second")
	if got := s.has(); got != "" {
		t.Errorf("received %q while paused", got)
	}
	s.Resume()
	s.expect("first second")
}

func TestNetClosesWhileItWaitsForHeaders(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{Proxy: everybody(ProxyRequired)})
		raw := w.dialRaw()
		defer raw.Close()
		_, _ = io.WriteString(raw, headerLine[:9])
		for end := time.Now().Add(patience); w.net.Stats().Open == 0; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("not accepted")
			}
		}
	}) // newWorld's cleanup closes the Net, with its time
}

// What is kept of an opening is bounded by the grammar: more never waits for more.
func TestOpeningIsBounded(t *testing.T) {
	if _, _, err := proxy.Parse([]byte(headerBinary()[:14] + "\x0f\xf0" + strings.Repeat("x", proxy.BytesMax-16))); errors.Is(err, proxy.ErrShort) {
		t.Error("a full buffer is not enough")
	}
}
