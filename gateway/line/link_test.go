package line

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/conn"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/line/reader"
)

// Operators are told of both kinds of connection, and of the session.
var (
	_ gateway.Connection = (*conn.Conn)(nil)
	_ gateway.Connection = (*reader.Outlet)(nil)
	_ gateway.Described  = (*talk)(nil)
	_ engine.Gateway     = (*Gateway)(nil)
)

// bench is a connection without a socket: what is armed and what is said is written down.
type bench struct {
	armed time.Duration

	mu     sync.Mutex
	text   strings.Builder
	closed chan struct{}
}

func (b *bench) WakeAfter(d time.Duration) { b.armed = d }
func (b *bench) Append(text []byte)        { b.mu.Lock(); b.text.Write(text); b.mu.Unlock() }
func (b *bench) Flush()                    {}
func (b *bench) Queued() int               { return 0 }
func (b *bench) Close(error)               { close(b.closed) }
func (b *bench) Pause()                    {}
func (b *bench) Resume()                   {}
func (b *bench) said() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// sitAt opens a session that the test reads for.
func (y *yard) sitAt() (*bench, *reader.Link) {
	b := &bench{closed: make(chan struct{})}
	l := reader.NewLink(b, y.gateway.config.LineBytesMax)
	l.Begin(y.gateway.way.Open(b, 0, func(s *engine.Session) engine.Protocol {
		return &talk{gateway: y.gateway, session: s, charset: l.Charset(), room: "#lobby"}
	}))
	return b, l
}

// settled waits until the loop has handled what was posted.
func (y *yard) settled() {
	y.t.Helper()
	for range 3 {
		if err := y.engine.Call(y.t.Context(), func(engine.Loop) {}); err != nil {
			y.t.Fatal(err)
		}
	}
}

// What is awaited after each piece of input.
func TestAlarms(t *testing.T) {
	y := newYard(t)
	b, l := y.sitAt()
	for i, step := range []struct {
		input string
		armed time.Duration
	}{
		{"\xff\xfb\x01", reader.SilenceListens},  // telnet talks to itself
		{"h", reader.FirstLineWithin},            // one character of telnet
		{"i", reader.FirstLineWithin},            // and another: somebody types
		{"\xec\x95\x88", reader.FirstLineWithin}, // a character, too
		{"yo", reader.SilenceEnds},               // a script's message
		{"\xec", reader.FirstLineWithin},         // inside a character
		{"\x95\x88", reader.SilenceEnds},         // its end
		{"\nrest", 0},                            // newlines are known: silence ends nothing
		{"\n", 0},
	} {
		l.Received([]byte(step.input))
		if b.armed != step.armed {
			t.Errorf("after step %d %v is armed, want %v", i, b.armed, step.armed)
		}
	}
}

func TestSilenceBetweenMessages(t *testing.T) {
	y := newYard(t)
	b, l := y.sitAt()
	l.Received([]byte("hello"))
	l.Woken()
	l.Received([]byte("x"))
	if b.armed != 0 {
		t.Errorf("%v is armed for a single character of a known guest", b.armed)
	}
	l.Received([]byte("y"))
	if b.armed != 0 {
		t.Errorf("%v is armed for single characters", b.armed)
	}
	l.Received([]byte("\xec\x95\x88\xeb"))
	l.Received([]byte("\x85\x95"))
	if b.armed != reader.SilenceEnds {
		t.Errorf("%v is armed", b.armed)
	}
	l.Woken()
	l.Closed(nil)
	y.settled()
	<-b.closed
	if users := y.users(); len(users) != 0 {
		t.Errorf("here are %q", users)
	}
}

func TestStalledFirstLine(t *testing.T) {
	y := newYard(t)
	b, l := y.sitAt()
	l.Received([]byte("h"))
	l.Woken()
	y.engine.Wake()
	<-b.closed
	if got := b.said(); got != "! Your first line never ended. Bye.\n" {
		t.Errorf("saw %q", got)
	}
	l.Received([]byte("ello\n")) // too late, and harmless
	l.Woken()
	l.Closed(nil)
	y.settled()
	if users := y.users(); len(users) != 0 {
		t.Errorf("here are %q", users)
	}
}

// Lists of thousands come in pieces.
func TestLongLists(t *testing.T) {
	y := newYard(t)
	const people, rooms = 1200, 120
	for i := range people {
		_, l := y.sitAt()
		lines := fmt.Sprintf("/nick p%d\n", i)
		if i < rooms {
			lines += fmt.Sprintf("/join #r%d\n", i)
		}
		l.Received([]byte(lines))
	}
	y.settled()
	ann := y.person("ann")
	ann.types("/who", "/rooms", "/json")
	ann.sees(fmt.Sprintf("-- #lobby: %d here", people+1))
	listed := 0
	for listed < people+1 {
		listed += len(strings.Split(strings.TrimPrefix(ann.line(), "-- "), ", "))
	}
	for range rooms + 1 {
		ann.until(" (")
	}
	ann.sees(fmt.Sprintf("-- Rooms: %d. /join #NAME enters one, or makes it.", rooms+1))
	ann.until("welcome")
	ann.types("/who")
	for _, more := range []string{"true", "true", "false"} {
		if got := field(ann.line(), "more"); got != more {
			t.Errorf("more is %s, want %s", got, more)
		}
	}
}
