package conn

import (
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"madang/conn/places"
)

func (w *world) dialRaw() socket {
	w.t.Helper()
	conn, err := w.connect(w.listener.Addr().String())
	if err != nil {
		w.t.Fatal(err)
	}
	return conn
}

func TestListenerClosesAlone(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		c, s := w.dial()
		address := w.listener.Addr().String()
		for range 2 { // closing twice is harmless
			if err := w.listener.Close(); err != nil {
				t.Error(err)
			}
		}
		if conn, err := w.connect(address); err == nil {
			conn.Close()
			t.Error("still listening")
		}
		c.write("still here")
		s.expect("still here")
		again, err := w.net.Listen(address, ListenOptions{Accept: w.accept})
		if err != nil {
			t.Fatalf("the port is not free again: %v", err)
		}
		if _, err := w.net.Listen(address, ListenOptions{Accept: w.accept}); err == nil {
			t.Error("two listeners have one port")
		}
		if again.Addr().String() != address {
			t.Errorf("listening on %v", again.Addr())
		}
	})
}

func TestEveryAddress(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		all, err := w.net.Listen(":0", ListenOptions{Accept: w.accept})
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(all.Addr().String())
		for _, host := range []string{"127.0.0.1", "::1"} {
			conn, err := w.connect(net.JoinHostPort(host, port))
			if err != nil && host == "::1" {
				t.Skip("no IPv6 here")
			}
			if err != nil {
				t.Fatal(err)
			}
			s := next(t, w.sessions)
			if got := s.RemoteAddr(); got.Addr() != netip.MustParseAddr(host) {
				t.Errorf("%s is seen as %v", host, got)
			}
			conn.Close()
		}
	})
}

// scarce is a platform that lacks descriptors for a while.
type scarce struct {
	platform
	lacking atomic.Int64
}

func (s *scarce) accept(listener int32) (int32, netip.AddrPort, error) {
	if s.lacking.Add(-1) >= 0 {
		return 0, netip.AddrPort{}, starved{syscall.EMFILE}
	}
	return s.platform.accept(listener)
}

func TestAcceptGoesOnWhenDescriptorsWereMissing(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		s := &scarce{}
		inner := v.platform
		v.platform = func() (platform, error) {
			p, err := inner()
			s.platform = p
			return s, err
		}
		w := newWorld(t, v, Config{}, ListenOptions{})
		s.lacking.Store(3)
		c, session := w.dial()
		c.write("in")
		session.expect("in")
		stats := w.net.Stats()
		if stats.Starved != 3 {
			t.Errorf("starved %d times", stats.Starved)
		}
		if stats.Turns > 200 {
			t.Errorf("%d turns: it spins", stats.Turns)
		}
	})
}

func TestBannedAddressIsToldWhy(t *testing.T) {
	v := variants()[0]
	w := newWorld(t, v, Config{}, ListenOptions{
		Refuse:     func(addr netip.Addr) (string, bool) { return "spam", addr.IsLoopback() },
		RefuseText: func(reason string) []byte { return []byte("ERROR :" + reason + "\r\n") },
	})
	c := w.dialOnly()
	c.write("NICK somebody\r\nUSER a b c d\r\n")
	if got := c.rest(); got != "ERROR :spam\r\n" {
		t.Errorf("got %q", got)
	}
	c.Close()
	w.waitEmpty()
	if stats := w.net.Stats(); stats.Refused != 1 || stats.Accepted != 0 {
		t.Errorf("%+v", stats)
	}
}

func TestPlacesAreGivenBack(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		limiter := places.New(places.Settings{ConnectionsMax: 2, Burst: 1000, Private: true})
		w := newWorld(t, v, Config{}, ListenOptions{
			Limit:      limiter,
			RefuseText: func(reason string) []byte { return []byte(reason) },
		})
		for probes := range 20 {
			w.dialRaw().Close()
			w.waitFree(limiter, probes+1)
		}
		c1, _ := w.dialSettled()
		c2, _ := w.dialSettled()
		third := w.dialRaw()
		defer third.Close()
		_ = third.SetReadDeadline(time.Now().Add(patience))
		b := make([]byte, 100)
		n, err := third.Read(b)
		if v.version == 0 && !strings.Contains(string(b[:n]), "too many connections") || v.version != 0 && err == nil {
			t.Errorf("the third got %q, %v", b[:n], err)
		}
		c1.Close()
		c2.Close()
		w.waitFree(limiter, 23)
		w.dialSettled()
	})
}

// dialSettled is dial for a session that is not one of a probe.
func (w *world) dialSettled() (*client, *session) {
	w.t.Helper()
	c := w.dialOnly()
	for {
		s := next(w.t, w.sessions)
		if s.RemoteAddr().String() == c.LocalAddr().String() {
			return c, s
		}
	}
}

// waitFree waits until so many connections have come and the limiter has none.
func (w *world) waitFree(l *places.Limiter, come int) {
	w.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		open := l.Open(w.listener.address.Addr())
		if stats := w.net.Stats(); open == 0 && int(stats.Accepted+stats.Refused) == come {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%d places are taken", open)
		}
	}
}

func TestConnectionsMax(t *testing.T) {
	w := newWorld(t, variants()[0], Config{ConnectionsMax: 1}, ListenOptions{
		RefuseText: func(reason string) []byte { return []byte(reason) },
	})
	w.dial()
	if got := w.dialOnly().rest(); got != "this server is full" {
		t.Errorf("got %q", got)
	}
}
