//go:build real && linux

package real

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// client is one connection, read line by line as fast as lines come; everything that
// came is kept.
type client struct {
	// Fixed after construction.
	t    testing.TB
	name string
	conn net.Conn

	// Owned by the test.
	cursor int // of the first line that await has not passed

	mu    sync.Mutex    // guards what follows
	lines []string      // without their ends
	grown chan struct{} // closed and replaced when lines or ended change
	ended error         // why there will be no more; nil while there may be
}

// dial connects; the connection is closed with the test.
func dial(t testing.TB, name, address string) *client {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return newClient(t, name, conn)
}

func newClient(t testing.TB, name string, conn net.Conn) *client {
	c := &client{t: t, name: name, conn: conn, grown: make(chan struct{})}
	read := make(chan struct{})
	go func() {
		defer close(read)
		c.read()
	}()
	t.Cleanup(func() {
		conn.Close()
		<-read
	})
	return c
}

func (c *client) read() {
	r := bufio.NewReaderSize(c.conn, 64<<10)
	for {
		text, err := r.ReadString('\n')
		c.mu.Lock()
		if text = strings.TrimRight(text, "\r\n"); text != "" {
			c.lines = append(c.lines, text)
		}
		c.ended = err
		close(c.grown)
		c.grown = make(chan struct{})
		c.mu.Unlock()
		if err != nil {
			c.conn.Close() // our end, so that the server need not wait for it
			return
		}
	}
}

// now is what came so far, a channel that is closed when more has come, and why there
// will be no more.
func (c *client) now() (lines []string, grown <-chan struct{}, ended error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lines, c.grown, c.ended
}

// send writes lines; a failure is left to be seen by whoever waits for the answer.
func (c *client) send(format string, args ...any) {
	c.write(fmt.Sprintf(format, args...) + "\r\n")
}

func (c *client) write(text string) {
	_ = c.conn.SetWriteDeadline(time.Now().Add(patience))
	_, _ = c.conn.Write([]byte(text))
}

// await gives the next line that fits and passes all before it.
func (c *client) await(what string, fits func(line string) bool) string {
	c.t.Helper()
	deadline := time.After(patience)
	seen := c.cursor
	for {
		lines, grown, ended := c.now()
		for ; c.cursor < len(lines); c.cursor++ {
			if fits(lines[c.cursor]) {
				c.cursor++
				return lines[c.cursor-1]
			}
		}
		if ended != nil {
			c.t.Fatalf("%s: the connection ended (%v) without %s; it heard:\n%s", c.name, ended, what, lastLines(lines[seen:]))
		}
		select {
		case <-grown:
		case <-deadline:
			c.t.Fatalf("%s: no %s in %v; it heard:\n%s", c.name, what, patience, lastLines(lines[seen:]))
		}
	}
}

// awaitText is await for a part of a line.
func (c *client) awaitText(part string) string {
	c.t.Helper()
	return c.await(fmt.Sprintf("%q", part), func(line string) bool { return strings.Contains(line, part) })
}

// awaitEnd waits until the server has closed the connection, and gives all lines.
func (c *client) awaitEnd() []string {
	c.t.Helper()
	deadline := time.After(patience)
	for {
		lines, grown, ended := c.now()
		if ended != nil {
			return lines
		}
		select {
		case <-grown:
		case <-deadline:
			c.t.Fatalf("%s: the connection was not closed in %v; it heard:\n%s", c.name, patience, lastLines(lines))
		}
	}
}

// heard says whether a line with this part came at all.
func (c *client) heard(part string) bool {
	lines, _, _ := c.now()
	return count(lines, part) > 0
}

// alive fails the test if the connection has ended.
func (c *client) alive() {
	c.t.Helper()
	if lines, _, ended := c.now(); ended != nil {
		c.t.Errorf("%s: the connection ended (%v); it heard:\n%s", c.name, ended, lastLines(lines))
	}
}

func count(lines []string, part string) int {
	n := 0
	for _, line := range lines {
		if strings.Contains(line, part) {
			n++
		}
	}
	return n
}

func lastLines(lines []string) string {
	var b strings.Builder
	for _, line := range lines[max(0, len(lines)-30):] {
		fmt.Fprintln(&b, line[:min(len(line), 300)])
	}
	return b.String()
}

// await waits for a channel to be closed.
func await(t testing.TB, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("no %s in %v", what, patience)
	}
}
