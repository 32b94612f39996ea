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
	"madang/gateway/charset"
)

// caller is a peer that sends datagrams.
type caller struct {
	t    *testing.T
	conn net.Conn
	left []string // lines of the last datagram
}

func (y *yard) call(u *UDP) *caller {
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
	if n > datagramBytesMax {
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

func newUDP(y *yard) *UDP {
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
	u.endSilent(time.Now().Add(datagramSilence))
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

func testKey(t *testing.T) auth.Key {
	t.Helper()
	key, err := auth.ParseKey(strings.Repeat("5a", auth.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func peer(i int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 5000)
}

func TestStrangers(t *testing.T) {
	key, now := testKey(t), time.Unix(1_800_000_000, 0)
	s := strangers{key: key}
	code := auth.Code(key, peer(1), now.Unix()/60)
	answer, v := s.hear(now, peer(1), []byte("x"))
	if v != asked || string(answer) != "type "+code+" to join\n" || len(answer) > replyBytesMax {
		t.Fatalf("%q %v", answer, v)
	}
	if _, v := s.hear(now, peer(1), []byte("x")); v != ignored {
		t.Error("answered twice in a second")
	}
	if _, v := s.hear(now.Add(time.Second), peer(1), []byte("x")); v != asked {
		t.Error("not answered a second later")
	}
	if _, v := s.hear(now, peer(2), []byte(code)); v == joined {
		t.Error("another's code lets in")
	}
	if _, v := s.hear(now.Add(time.Minute), peer(1), []byte(" "+strings.ToLower(code)+"\r\n")); v != joined {
		t.Error("the code does not let in")
	}
	if _, v := s.hear(now.Add(2*time.Minute), peer(1), []byte(code)); v == joined {
		t.Error("an old code lets in")
	}
}

func TestStrangersRates(t *testing.T) {
	key, now := testKey(t), time.Unix(1_800_000_000, 0)
	s := strangers{key: key}
	answers := 0
	for i := range 1000 {
		if _, v := s.hear(now, peer(i), []byte("x")); v == asked {
			answers++
		}
	}
	if answers != repliesPerSecond {
		t.Errorf("%d answers in a second", answers)
	}
	if _, v := s.hear(now.Add(time.Second), peer(1000), []byte("x")); v != asked {
		t.Error("no answer in the next second")
	}
	a, b := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")
	now = now.Add(10 * time.Second)
	s.hear(now, netip.AddrPortFrom(a, 1), []byte("x"))
	if _, v := s.hear(now, netip.AddrPortFrom(b, 2), []byte("x")); v != ignored {
		t.Error("a /64 is answered twice in a second")
	}
}

func TestStrangersGuessing(t *testing.T) {
	key, now := testKey(t), time.Unix(1_800_000_000, 0)
	s := strangers{key: key}
	code := auth.Code(key, peer(1), now.Unix()/60)
	for range wrongCodesMax {
		s.hear(now, peer(1), []byte("AAAAAA"))
	}
	if _, v := s.hear(now.Add(2*time.Second), peer(1), []byte(code)); v != ignored {
		t.Error("after five wrong codes the sixth counts")
	}
	if _, v := s.hear(now.Add(59*time.Second), peer(1), []byte("hello")); v != ignored {
		t.Error("a closed address is answered")
	}
	if _, v := s.hear(now.Add(closedFor), peer(1), []byte("hello")); v != asked {
		t.Error("the address stays closed")
	}
	now = now.Add(time.Hour)
	for i := range 3 * wrongCodesInMinute {
		s.hear(now, peer(i+10), []byte("AAAAAA"))
	}
	if len(s.wrongs) > wrongCodesInMinute {
		t.Errorf("%d addresses remembered", len(s.wrongs))
	}
	if _, v := s.hear(now, peer(5), []byte(auth.Code(key, peer(5), now.Unix()/60))); v != ignored {
		t.Error("codes are checked although too many were wrong")
	}
	if _, v := s.hear(now.Add(2*time.Minute), peer(5), []byte("x")); v != asked || len(s.wrongs) > 0 {
		t.Errorf("%d addresses remembered for ever", len(s.wrongs))
	}
}

// What somebody writes without knowing of codes costs him nothing.
func TestFirstTextIsNoGuess(t *testing.T) {
	s := strangers{key: testKey(t)}
	now := time.Unix(1_800_000_000, 0)
	for i := range 20 {
		if _, v := s.hear(now.Add(time.Duration(i)*time.Second), peer(1), []byte("hello there")); v != asked {
			t.Fatalf("text %d is not answered", i)
		}
	}
}

func TestCut(t *testing.T) {
	korean := charset.AppendCP949(nil, "x"+strings.Repeat("가", 1000)+"\n")
	for name, test := range map[string]struct {
		text []byte
		in   charset.Name
	}{
		"lines":  {[]byte(strings.Repeat(strings.Repeat("x", 500)+"\n", 9)), charset.UTF8},
		"korean": {[]byte("x" + strings.Repeat("가", 1000) + "\n"), charset.UTF8},
		"emoji":  {[]byte("xyz" + strings.Repeat("😀", 1000) + "\n"), charset.UTF8},
		"cp949":  {korean, charset.CP949},
	} {
		whole := ""
		for _, piece := range cut(test.text, test.in) {
			whole += string(piece)
			ok := strings.HasSuffix(string(piece), "\n") || name != "lines"
			if test.in == charset.UTF8 {
				ok = ok && strings.ToValidUTF8(string(piece), "") == string(piece)
			} else {
				text := strings.TrimPrefix(strings.TrimSuffix(string(piece), "\n"), "x")
				ok = ok && len(text)%2 == 0
			}
			if !ok || len(piece) > datagramBytesMax {
				t.Errorf("%s: a piece of %d bytes is cut badly", name, len(piece))
			}
		}
		if whole != string(test.text) {
			t.Errorf("%s: the pieces are not the whole", name)
		}
	}
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
	o := u.all()[0]
	err := y.engine.Call(t.Context(), func(engine.Loop) {
		o.Append(make([]byte, queueBytesMax+1))
		o.Flush()
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
