package bench

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
)

// toy is an IRC server of one page that can be told to do one thing wrong. Only the
// faultAt-th message to a room is affected, and only at the second client, who never sends.
type toy struct {
	listener net.Listener
	running  sync.WaitGroup

	mu        sync.Mutex // guards what follows; held while writing, so that there is one order
	fault     string
	faultAt   int
	said      int
	held      string // a line kept back for its successor
	nicks     map[string]bool
	rooms     map[string][]*toyClient
	open      map[net.Conn]bool
	ponged    int
	passwords []string
}

type toyClient struct {
	conn       net.Conn
	nick, room string
}

func startToy(t *testing.T, fault string) *toy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	toy := &toy{listener: listener, fault: fault, faultAt: 40, nicks: map[string]bool{}, rooms: map[string][]*toyClient{}, open: map[net.Conn]bool{}}
	toy.running.Go(toy.accept)
	t.Cleanup(func() {
		listener.Close()
		toy.mu.Lock()
		for conn := range toy.open {
			conn.Close()
		}
		toy.mu.Unlock()
		toy.running.Wait()
	})
	return toy
}

func (t *toy) address() string { return t.listener.Addr().String() }

func (t *toy) accept() {
	for number := 0; ; number++ {
		conn, err := t.listener.Accept()
		if err != nil {
			return
		}
		if t.fault == "throttle" && number == 3 || t.fault == "closed" {
			fmt.Fprint(conn, "ERROR :Closing link: come back later\r\n")
			conn.Close()
			continue
		}
		t.mu.Lock()
		t.open[conn] = true
		t.mu.Unlock()
		t.running.Go(func() { t.serve(&toyClient{conn: conn}) })
	}
}

func (t *toy) serve(c *toyClient) {
	defer t.leave(c)
	for lines := bufio.NewScanner(c.conn); lines.Scan(); {
		verb, rest, _ := strings.Cut(lines.Text(), " ")
		t.mu.Lock()
		t.handle(c, verb, rest)
		t.mu.Unlock()
	}
}

func (t *toy) leave(c *toyClient) {
	c.conn.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.nicks, c.nick)
	delete(t.open, c.conn)
	members := t.rooms[c.room]
	for i, member := range members {
		if member == c {
			t.rooms[c.room] = append(members[:i:i], members[i+1:]...)
		}
	}
}

func (t *toy) handle(c *toyClient, verb, rest string) {
	switch verb {
	case "PASS":
		t.passwords = append(t.passwords, rest)
	case "NICK":
		t.nick(c, rest)
	case "PONG":
		t.ponged++
	case "JOIN":
		c.room = rest
		t.rooms[rest] = append(t.rooms[rest], c)
		for _, member := range t.rooms[rest] {
			fmt.Fprintf(member.conn, ":%s!u@h JOIN :%s\r\n", c.nick, rest)
		}
		fmt.Fprintf(c.conn, ":toy 353 %s = %s :%s\r\n:toy 366 %s %s :End\r\n", c.nick, rest, c.nick, c.nick, rest)
	case "PRIVMSG":
		room, _, _ := strings.Cut(rest, " ")
		t.say(c, room, fmt.Sprintf(":%s!u@h PRIVMSG %s\r\n", c.nick, rest))
	}
}

func (t *toy) nick(c *toyClient, nick string) {
	if t.nicks[nick] || t.fault == "nick" && len(t.nicks) == 2 {
		t.nicks["taken"] = true
		fmt.Fprintf(c.conn, ":toy 433 * %s :in use\r\n", nick)
		return
	}
	c.nick, t.nicks[nick] = nick, true
	fmt.Fprintf(c.conn, "PING :cookie\r\n:toy 001 %s :Welcome\r\n:toy 004 %s toy toy-1 o o\r\n", nick, nick)
}

func (t *toy) say(from *toyClient, room, line string) {
	t.said++
	for _, member := range t.rooms[room] {
		if member == from {
			continue
		}
		out := line
		if strings.HasSuffix(member.nick, "00001") {
			out = t.spoil(line)
		}
		fmt.Fprint(member.conn, out)
	}
}

// spoil is what the victim gets in place of a line.
func (t *toy) spoil(line string) string {
	if t.fault == "swap" && t.said == t.faultAt+1 {
		return line + t.held
	}
	if t.said != t.faultAt {
		return line
	}
	switch t.fault {
	case "lose":
		return ""
	case "double":
		return line + line
	case "garble":
		return strings.Replace(line, "...", "..", 1)
	case "swap":
		t.held = line
		return ""
	}
	return line
}
