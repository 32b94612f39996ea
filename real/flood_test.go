//go:build real && linux

package real

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestSlowReader has one member stop reading while others talk. It is hung up, with a
// reason that the others see, and they go on.
func TestSlowReader(t *testing.T) {
	const room = "#slow"
	s := start(t, plan{})
	watch := s.ircClient("watch")
	watch.join(room)
	conn, err := net.Dial("tcp", s.irc)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	fmt.Fprintf(conn, "NICK sloth\r\nUSER sloth 0 * :sloth\r\nJOIN %s\r\n", room)
	watch.awaitText(":sloth!")
	talker := s.ircClient("talker")
	talker.join(room)
	text := strings.Repeat("z", 400)
	for n := 0; !watch.heard(" QUIT "); n += 500 {
		if n > 50_000 {
			t.Fatal("20 MB after it stopped reading the slow reader is still there")
		}
		for range 500 {
			talker.say(room, text)
		}
		talker.sync()
		watch.sync()
	}
	for _, line := range linesWith(watch, " QUIT ") {
		t.Log(line)
		if !strings.HasPrefix(line, ":sloth!") {
			t.Error("somebody else was hung up")
		}
	}
	talker.say(room, "the others go on")
	watch.awaitText("the others go on")
	talker.sync()
}

// linesWith are the lines with a part that somebody heard so far.
func linesWith(c *client, part string) []string {
	var out []string
	lines, _, _ := c.now()
	for _, line := range lines {
		if strings.Contains(line, part) {
			out = append(out, line)
		}
	}
	return out
}

// stormJoins is how many people come at once in TestJoinStorm.
const stormJoins = 5000

// crowd is a client of which there are very many: it keeps only what it looks for.
type crowd struct {
	conn net.Conn
	bell chan struct{} // closed when NAMES ended and the last PONG came, or the connection ended
	err  error         // why it ended before
}

// TestJoinStorm has very many people join one room and ask for its NAMES at once, and
// some for its WHO.
// Nobody may be hung up by his own question.
func TestJoinStorm(t *testing.T) {
	s := start(t, plan{})
	people := make([]*crowd, stormJoins)
	begun := time.Now()
	var dialling sync.WaitGroup
	places := make(chan struct{}, 64)
	for i := range people {
		dialling.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			people[i] = &crowd{bell: make(chan struct{})}
			people[i].conn, people[i].err = net.Dial("tcp", s.irc)
		})
	}
	dialling.Wait()
	for i, p := range people {
		if p.err != nil {
			t.Fatal(p.err)
		}
		defer p.conn.Close()
		_ = p.conn.SetDeadline(time.Now().Add(3 * patience))
		go p.read()
		dialling.Go(func() {
			ask := "NAMES #storm\r\n"
			if i%50 == 0 {
				ask += "WHO #storm\r\n"
			}
			fmt.Fprintf(p.conn, "NICK s%d\r\nUSER s 0 * :s\r\nJOIN #storm\r\n%sPING last\r\n", i, ask)
		})
	}
	dialling.Wait()
	failed := 0
	for _, p := range people {
		select {
		case <-p.bell:
			if p.err != nil {
				failed++
			}
		case <-time.After(3 * patience):
			t.Fatal("somebody was not answered")
		}
	}
	t.Logf("%d people joined one room and asked for its members: %v", stormJoins, time.Since(begun).Round(time.Millisecond))
	if failed > 0 {
		t.Errorf("%d of %d were hung up", failed, stormJoins)
	}
}

// read looks for the answer to the last line.
func (p *crowd) read() {
	defer close(p.bell)
	buffer := make([]byte, 32<<10)
	rest := 0
	for {
		n, err := p.conn.Read(buffer[rest:])
		if err != nil {
			p.err = err
			return
		}
		text := buffer[:rest+n]
		if i := bytes.Index(text, []byte(" PONG ")); i >= 0 && bytes.IndexByte(text[i:], '\n') >= 0 {
			return
		}
		// A PONG may be cut: keep what may be its beginning.
		rest = copy(buffer, text[max(0, len(text)-64):])
	}
}

// TestFloodIsPaced: with limits on, what comes too fast waits and is not lost.
func TestFloodIsPaced(t *testing.T) {
	t.Parallel()
	const room, lines = "#flood", 60
	s := start(t, plan{limits: true})
	watch := s.ircClient("watch")
	watch.join(room)
	irc := s.ircClient("flood")
	irc.join(room)
	plain := dial(t, "plain", s.line)
	plain.send("/join %s", room)
	plain.awaitText(room)
	for i := range lines {
		irc.say(room, fmt.Sprintf("irc %d", i))
		plain.send("line %d", i)
	}
	watch.awaitText(fmt.Sprintf("irc %d", lines-1))
	for !watch.heard(fmt.Sprintf("line %d", lines-1)) {
		watch.awaitText(":line ")
	}
	for _, who := range []string{"irc", "line"} {
		said, next := seenIn(watch, room, true), 0
		for _, m := range said {
			if strings.HasPrefix(m.Text, who+" ") {
				if m.Text != fmt.Sprintf("%s %d", who, next) {
					t.Fatalf("%q instead of number %d", m.Text, next)
				}
				next++
			}
		}
		if next != lines {
			t.Errorf("%d of %d lines by %s arrived", next, lines, who)
		}
	}
}

// TestConnectionFlood: one address gets so many connections and no more, is told so,
// and does not keep others out.
func TestConnectionFlood(t *testing.T) {
	t.Parallel()
	s := start(t, plan{limits: true, config: "[limits]\nprivate_addresses = true\n"})
	const knocks = 1000
	var admitted, refused []*client
	for i := range knocks {
		address := s.irc
		if i%2 == 0 {
			address = s.line
		}
		c := dial(t, fmt.Sprintf("knock %d", i), address)
		admitted = append(admitted, c)
	}
	other := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}, Timeout: patience}
	conn, err := other.Dial("tcp", s.irc)
	if err != nil {
		t.Fatal(err)
	}
	neighbour := newClient(t, "neighbour", conn)
	neighbour.register()
	all := admitted
	admitted = nil
	for _, c := range all {
		// Whoever may stay is greeted or, at the IRC port, answered.
		c.send("PING x")
	}
	neighbour.sync()
	deadline := time.Now().Add(patience)
	for len(admitted)+len(refused) < knocks && time.Now().Before(deadline) {
		admitted, refused = nil, nil
		for _, c := range all {
			lines, _, ended := c.now()
			switch {
			case ended != nil:
				refused = append(refused, c)
			case len(lines) > 0:
				admitted = append(admitted, c)
			}
		}
		time.Sleep(lookEvery)
	}
	told := 0
	for _, c := range refused {
		if lines, _, _ := c.now(); len(lines) > 0 {
			told++
		}
	}
	t.Logf("%d connections: %d admitted, %d refused, of whom %d were told why", knocks, len(admitted), len(refused), told)
	if len(admitted) == 0 || len(admitted) > 64 {
		t.Errorf("%d connections of one address were admitted", len(admitted))
	}
	// A server that has so many to turn away may be short with most of them.
	if told == 0 {
		t.Errorf("none of %d was told why", len(refused))
	}
	for _, c := range all {
		c.conn.Close()
	}
	awaitAdmission(t, s)
	neighbour.sync()
}

// awaitAdmission knocks until the address is let in again.
func awaitAdmission(t *testing.T, s *server) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		c := dial(t, "again", s.irc)
		c.send("NICK again")
		c.send("USER again 0 * :again")
		for {
			lines, grown, ended := c.now()
			if count(lines, " 001 again ") > 0 {
				return
			}
			if ended != nil {
				break
			}
			<-grown
		}
		time.Sleep(lookEvery)
	}
	t.Error("the address was not let in again")
}
