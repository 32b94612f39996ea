//go:build real && linux

package real

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// talker is somebody in TestKill, over all lives of the server. It remembers what it
// saw, and what it sent and was not answered.
type talker struct {
	name  string
	irc   bool
	sends bool

	conn    net.Conn
	reader  *bufio.Reader
	token   string // to resume with
	last    uint64 // position of the last message seen
	next    int    // number of the next message
	pending []sent // not acknowledged, oldest first
	lost    []sent // of IRC: never acknowledged
	acked   []sent
	seen    []object // in order, over all connections
	shown   []object // of IRC: what a newcomer is shown of earlier messages
	again   int      // how often an answer said that it was stored before
	fault   string   // what the server said that it should not
}

type sent struct{ id, text string }

// connect begins or resumes the session and comes to where messages arrive.
func (k *talker) connect(t *testing.T, s *server) {
	t.Helper()
	address := s.line
	if k.irc {
		address = s.irc
	}
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		t.Fatalf("%s: %v", k.name, err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(2 * patience))
	k.conn, k.reader = conn, bufio.NewReaderSize(conn, 64<<10)
	switch {
	case k.irc:
		k.write("CAP REQ :message-tags server-time echo-message batch\r\nNICK %[1]s\r\nUSER %[1]s 0 * :%[1]s\r\nCAP END\r\nJOIN %[2]s\r\n", k.name, killRoom)
		k.until(t, func(line string) bool { return strings.Contains(line, " 366 ") })
	case k.token == "":
		k.write(`{"type":"join","room":%q}`+"\n"+`{"type":"ping","text":"there"}`+"\n", killRoom)
		k.until(t, func(line string) bool { return parseObject(line).Type == "pong" })
	default:
		k.write(`{"resume":{"token":%q,"room":%q,"after":%d}}`+"\n"+`{"type":"ping","text":"there"}`+"\n", k.token, killRoom, k.last)
		k.until(t, func(line string) bool { return parseObject(line).Type == "pong" })
	}
}

func (k *talker) write(format string, args ...any) {
	_, _ = fmt.Fprintf(k.conn, format, args...)
}

// until reads to a line that fits.
func (k *talker) until(t *testing.T, fits func(string) bool) {
	t.Helper()
	for {
		line, err := k.reader.ReadString('\n')
		if err != nil {
			t.Fatalf("%s: the connection ended: %v %s", k.name, err, k.fault)
		}
		line = strings.TrimRight(line, "\r\n")
		k.heard(line)
		if fits(line) {
			return
		}
	}
}

// talk sends again what was not answered, then keeps a window full until the
// connection ends; acknowledged is called for each message that was.
func (k *talker) talk(acknowledged func()) {
	k.resend()
	for {
		for k.sends && len(k.pending) < killPending {
			k.sendNext()
		}
		line, err := k.reader.ReadString('\n')
		if err != nil {
			return // also a line that was cut is not seen
		}
		for range k.heard(strings.TrimRight(line, "\r\n")) {
			acknowledged()
		}
	}
}

// drain sends again what was not answered and waits for the answers.
func (k *talker) drain(t *testing.T) {
	t.Helper()
	k.resend()
	for len(k.pending) > 0 {
		line, err := k.reader.ReadString('\n')
		if err != nil {
			t.Fatalf("%s: %d messages were not answered: %v", k.name, len(k.pending), err)
		}
		k.heard(strings.TrimRight(line, "\r\n"))
	}
	k.conn.Close()
}

func (k *talker) resend() {
	for _, m := range k.pending {
		k.post(m)
	}
}

func (k *talker) sendNext() {
	k.next++
	m := sent{fmt.Sprintf("%s-%d", k.name, k.next), fmt.Sprintf("%s says %d", k.name, k.next)}
	k.pending = append(k.pending, m)
	k.post(m)
}

func (k *talker) post(m sent) {
	if k.irc {
		k.write("PRIVMSG %s :%s\r\n", killRoom, m.text)
		return
	}
	k.write(`{"type":"say","room":%q,"text":%q,"id":%q}`+"\n", killRoom, m.text, m.id)
}

// heard takes a line in, and says how many messages of its own it acknowledged.
func (k *talker) heard(line string) int {
	if k.irc {
		return k.heardIRC(line)
	}
	o := parseObject(line)
	switch o.Type {
	case "welcome":
		k.token = o.Token
	case "error":
		k.fault = line
	case "message":
		if o.Room != killRoom {
			return 0
		}
		k.seen = append(k.seen, o)
		k.last = o.Position
	}
	id, before := acknowledges(o)
	if before {
		k.again++
	}
	return k.acknowledge(func(m sent) bool { return id != "" && m.id == id })
}

func (k *talker) heardIRC(line string) int {
	m, ok := parseSaid(line)
	if !ok || m.room != killRoom {
		return 0
	}
	o := object{Text: m.text, ID: m.tag("msgid"), Time: m.tag("time")}
	if m.tag("batch") != "" {
		k.shown = append(k.shown, o)
		return 0
	}
	k.seen = append(k.seen, o)
	if m.nick != k.name {
		return 0
	}
	return k.acknowledge(func(s sent) bool { return s.text == m.text })
}

func (k *talker) acknowledge(is func(sent) bool) int {
	for i, m := range k.pending {
		if is(m) {
			k.pending = append(k.pending[:i:i], k.pending[i+1:]...)
			k.acked = append(k.acked, m)
			return 1
		}
	}
	return 0
}

// check compares what the talker knows with history.
func (k *talker) check(t *testing.T, history []object) {
	t.Helper()
	if k.fault != "" {
		t.Errorf("%s was told: %s", k.name, k.fault)
	}
	at := map[string]object{}
	for _, m := range history {
		if other, twice := at[m.Text]; twice {
			t.Errorf("twice in history: %+v and %+v", other, m)
		}
		at[m.Text] = m
	}
	for _, m := range k.acked {
		if _, ok := at[m.text]; !ok {
			t.Errorf("%s: acknowledged and lost: %q", k.name, m.text)
		}
	}
	for _, m := range k.shown {
		if stored := at[m.Text]; stored.ID != m.ID || stored.Time != m.Time {
			t.Errorf("%s was shown %+v, history has %+v", k.name, m, stored)
			return
		}
	}
	var before object
	for i, m := range k.seen {
		stored := at[m.Text]
		if stored.ID != m.ID || stored.Time != m.Time || !k.irc && stored != m {
			t.Errorf("%s saw %+v, history has %+v", k.name, m, stored)
			return
		}
		if i > 0 && stored.Position <= before.Position {
			t.Errorf("%s saw %+v after %+v", k.name, stored, before)
			return
		}
		if !k.irc && i > 0 && m.Number != before.Number+1 {
			t.Errorf("%s resumed with a hole or a double: %+v after %+v", k.name, m, before)
			return
		}
		before = stored
	}
}
