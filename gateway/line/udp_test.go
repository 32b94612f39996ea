package line

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"madang/auth"
	"madang/engine"
	"madang/gateway/line/reader"
)

// caller is a peer that sends datagrams.
type caller struct {
	t    *testing.T
	conn net.Conn
	left []string // lines of the last datagram
}

func (y *yard) call(u *reader.UDP) *caller {
	y.t.Helper()
	c, err := net.Dial("udp", u.LocalAddr().String())
	if err != nil {
		y.t.Fatal(err)
	}
	y.t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return &caller{t: y.t, conn: c}
}

func (c *caller) send(text string) {
	c.t.Helper()
	if _, err := c.conn.Write([]byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

// datagram is the next one.
func (c *caller) datagram() string {
	c.t.Helper()
	b := make([]byte, 64<<10)
	n, err := c.conn.Read(b)
	if err != nil {
		c.t.Fatal(err)
	}
	if n > reader.DatagramBytesMax {
		c.t.Errorf("a datagram of %d bytes", n)
	}
	return string(b[:n])
}

func (c *caller) until(part string) string {
	c.t.Helper()
	for {
		for len(c.left) > 0 {
			text := c.left[0]
			c.left = c.left[1:]
			if strings.Contains(text, part) {
				return text
			}
		}
		c.left = strings.Split(strings.TrimSuffix(c.datagram(), "\n"), "\n")
	}
}

// code asks for the code and gives it.
func (c *caller) code() string {
	c.t.Helper()
	c.send("hello")
	got := c.datagram()
	var code string
	if _, err := fmt.Sscanf(got, "type %s to join", &code); err != nil || len(got) > 32 {
		c.t.Fatalf("answered with %q", got)
	}
	return code
}

func newUDP(y *yard) *reader.UDP {
	y.t.Helper()
	u, err := y.gateway.ListenUDP("127.0.0.1:0")
	if err != nil {
		y.t.Fatal(err)
	}
	y.t.Cleanup(func() { _ = u.Close() })
	return u
}

func TestUDP(t *testing.T) {
	y := storedYard(t)
	u := newUDP(y)
	ann := y.person("ann")
	bob := y.call(u)
	bob.send(strings.ToLower(bob.code()) + "\n")
	bob.until("-- You are ")
	bob.send("/nick bob")
	bob.until("You are called bob now.")
	ann.until("-> bob")
	bob.send("one\ntwo\r\n")
	bob.send("three")
	ann.sees("[#lobby] bob: one", "[#lobby] bob: two", "[#lobby] bob: three")
	long := strings.Repeat("가나다라", 1000)
	ann.types("hi bob", long)
	bob.until("[#lobby] ann: hi bob")
	got := ""
	for bob.left = nil; len(got) < len(long); {
		got += strings.TrimSuffix(strings.TrimPrefix(bob.datagram(), "[#lobby] ann: "), "\n")
	}
	if got != long {
		t.Error("a long message did not arrive whole")
	}
	bob.send("nul\x00")
	bob.until("NUL")
	bob.send("/login ann secret\n/가입 bob secret")
	bob.until("! Over UDP everybody is a guest")
	bob.until("! Over UDP everybody is a guest")
	bob.send(`/json`)
	if got := bob.until("welcome"); field(got, "token") != "" {
		t.Errorf("a forged source could resume: %s", got)
	}
	bob.send(`{"resume":{"token":"` + strings.Repeat("x", auth.TokenChars) + `","after":0}}`)
	bob.until("resume-udp")
	bob.send("/history 100")
	bob.until(`"type":"history"`)
	bob.send("/quit")
	bob.until("Bye.")
	ann.until("[*] - bob")
}

// A session ends by silence, and by an ICMP unreachable.
func TestUDPEnds(t *testing.T) {
	y := newYard(t)
	u := newUDP(y)
	ann := y.person("ann")
	bob, eve := y.call(u), y.call(u)
	bob.send(bob.code())
	bob.until("-- You are ")
	ann.until("] + ")
	u.EndSilent(time.Now().Add(reader.DatagramSilence))
	bob.until("Nothing came for two minutes")
	ann.until("(silent for two minutes)")
	// The address was answered in this second already.
	eve.send(auth.Code(y.gateway.key, netip.MustParseAddrPort(eve.conn.LocalAddr().String()), time.Now().Unix()/60))
	eve.until("-- You are ")
	ann.until("] + ")
	_ = eve.conn.Close()
	ann.types("anybody?")
	ann.until("(unreachable)")
}

// A session that is said more than its queue holds is ended, not cheated.
func TestUDPQueueIsBounded(t *testing.T) {
	y := newYard(t)
	u := newUDP(y)
	ann := y.person("ann")
	bob := y.call(u)
	bob.send(bob.code())
	bob.until("-- You are ")
	ann.until("] + ")
	err := y.engine.Call(t.Context(), func(loop engine.Loop) {
		loop.Sessions(func(s *engine.Session) {
			if o, ok := s.Outlet().(*reader.Outlet); ok {
				o.Append(make([]byte, reader.QueueBytesMax+1))
				o.Flush()
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	ann.until("(reads too slowly)")
}

// Who sends faster than the pace is told that lines were dropped.
func TestUDPTooFast(t *testing.T) {
	y := newYard(t)
	u := newUDP(y)
	ann := y.person("ann")
	bob := y.call(u)
	bob.send(bob.code())
	bob.until("-- You are ")
	y.engine.SetPace(engine.Pace{Burst: 1, PerSecond: 100})
	for range 60 {
		bob.send(strings.Repeat("x", 1000))
	}
	bob.until("! Too fast: some of your lines were dropped.")
	y.engine.SetPace(engine.Pace{})
	bob.send("heard again")
	ann.until(": heard again")
}
