package line

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/conn"
	"madang/engine"
	"madang/engine/sequencer"
	"madang/gateway"
	"madang/store"
)

// patience is how long a test waits for what must come.
const patience = 5 * time.Second

// yard is a house with this gateway alone, on loopback.
type yard struct {
	t       *testing.T
	engine  *engine.Engine
	gateway *Gateway
	address string
	stop    func() // the loop; once or more
}

// newYard opens a house that keeps nothing.
func newYard(t *testing.T) *yard {
	return openYard(t, engine.Config{Durability: sequencer.None, Epoch: 7}, 0)
}

// storedYard opens a house that commits before it shows.
func storedYard(t *testing.T) *yard {
	t.Helper()
	return replayingYard(t, 0)
}

// replayingYard shows newcomers so many of the last messages.
func replayingYard(t *testing.T, replay int) *yard {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Directory: t.TempDir(), FreeBytesMin: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return openYard(t, engine.Config{Journal: s, History: s, Epoch: s.Epoch()}, replay)
}

func openYard(t *testing.T, c engine.Config, replay int) *yard {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	c.State, c.Node, c.Clock, c.Logger = core.New(chat.DefaultLimits()), 1, time.Now, logger
	y := &yard{t: t, engine: engine.New(c)}
	key, err := auth.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hasher, err := auth.NewHasher(rand.Reader, auth.Params{MemoryKiB: 1024, Passes: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	house := gateway.House{
		Accounts: gateway.NewAccounts(hasher, auth.NewThrottle(), time.Now, logger), Network: "Yard",
		Engine: y.engine, Lobby: "#lobby", Random: rand.Reader, Logger: logger,
		Cloak: func(netip.Addr) string { return "host.cloak" },
	}
	config := DefaultConfig()
	config.ReplayLines = replay
	y.gateway = New(house, config, key)
	y.gateway.Bind(y.engine.AddGateway(y.gateway))
	network, err := conn.New(conn.Config{Logger: logger, Round: y.engine.Wake})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := network.Listen("127.0.0.1:0", conn.ListenOptions{
		Name: "line", Accept: y.gateway.Accept, RefuseText: y.gateway.RefuseText,
	})
	if err != nil {
		t.Fatal(err)
	}
	y.address = listener.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- y.engine.Run(ctx) }()
	y.stop = sync.OnceFunc(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		y.stop()
		closing, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = network.Close(closing) // peers that do not close are aborted
	})
	y.command(&chat.StartNode{Node: 1})
	y.command(&chat.OpenRoom{Room: "#lobby", Permanent: true, Lobby: true})
	return y
}

func (y *yard) command(c chat.Command) {
	y.t.Helper()
	if o, err := y.engine.Command(y.t.Context(), c); err != nil || o.Refusal != nil {
		y.t.Fatalf("%T: %v %v", c, o.Refusal, err)
	}
}

// users are the nicks of everybody who is here.
func (y *yard) users() (nicks []string) {
	y.t.Helper()
	err := y.engine.Call(y.t.Context(), func(l engine.Loop) {
		for u := range l.State().Users() {
			nicks = append(nicks, u.Nick())
		}
	})
	if err != nil {
		y.t.Fatal(err)
	}
	return nicks
}

// guest is a peer of the yard.
type guest struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// dial connects, and reads the greeting.
func (y *yard) dial() *guest {
	y.t.Helper()
	c, err := net.Dial("tcp", y.address)
	if err != nil {
		y.t.Fatal(err)
	}
	y.t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		y.t.Fatal(err)
	}
	g := &guest{y.t, c, bufio.NewReader(c)}
	if got := g.line(); got != strings.TrimSuffix(greeting, "\n") {
		y.t.Fatalf("greeted with %q", got)
	}
	return g
}

// person connects somebody with a name, who sees nothing yet.
func (y *yard) person(nick string) *guest {
	y.t.Helper()
	g := y.dial()
	g.types("/nick " + nick)
	g.until("-- You are called " + nick + " now.")
	return g
}

// script connects somebody with a name who speaks JSON, and gives the welcome.
func (y *yard) script(nick string) (g *guest, token string) {
	y.t.Helper()
	g = y.dial()
	g.types(`{"type":"nick","nick":"` + nick + `","id":"n"}`)
	welcome := g.until(`"type":"welcome"`)
	g.until(`{"type":"ok","id":"n"}`)
	return g, field(welcome, "token")
}

// field is a text of a JSON line.
func field(object, key string) string {
	m := regexp.MustCompile(`"` + key + `":"?([^",}]*)`).FindStringSubmatch(object)
	if m == nil {
		return ""
	}
	return m[1]
}

func (g *guest) send(text string) {
	g.t.Helper()
	if _, err := io.WriteString(g.conn, text); err != nil {
		g.t.Fatal(err)
	}
}

func (g *guest) types(lines ...string) {
	g.t.Helper()
	g.send(strings.Join(lines, "\n") + "\n")
}

// line is the next line.
func (g *guest) line() string {
	g.t.Helper()
	text, err := g.in.ReadString('\n')
	if err != nil {
		g.t.Fatalf("after %q: %v", text, err)
	}
	return strings.TrimSuffix(text, "\n")
}

// sees reads lines and checks each.
func (g *guest) sees(want ...string) {
	g.t.Helper()
	for _, w := range want {
		if got := g.line(); got != w {
			g.t.Fatalf("saw  %s\nwant %s", got, w)
		}
	}
}

// until skips lines up to one that holds a text, and gives it.
func (g *guest) until(part string) string {
	g.t.Helper()
	for {
		if got := g.line(); strings.Contains(got, part) {
			return got
		}
	}
}

// end reads up to the end of the stream and gives what came.
func (g *guest) end() string {
	g.t.Helper()
	rest, err := io.ReadAll(g.in)
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		g.t.Fatalf("the connection stays open after %q", rest)
	}
	return string(rest)
}

// anyTime makes the times and ids of lines equal, for comparison.
func anyTime(text string) string {
	text = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\.\d{3}Z)?`).ReplaceAllString(text, "TIME")
	return regexp.MustCompile(`"(id|message)":"[0-9a-z]+-[0-9a-z]+"`).ReplaceAllString(text, `"$1":"ID"`)
}

// limits changes what the core allows.
func (y *yard) limits(l chat.Limits) {
	y.t.Helper()
	if err := y.engine.Call(y.t.Context(), func(loop engine.Loop) { loop.State().SetLimits(l) }); err != nil {
		y.t.Fatal(err)
	}
}
