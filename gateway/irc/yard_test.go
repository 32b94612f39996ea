package irc

import (
	"bufio"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/conn"
	"madang/engine"
	"madang/engine/sequencer"
	"madang/gateway"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// yard is a house with this gateway alone, on loopback.
type yard struct {
	t       *testing.T
	engine  *engine.Engine
	gateway *Gateway
	hasher  *auth.Hasher
	network *conn.Net
	address string
	web     string // address for WebSockets
}

// newYard opens a house that keeps nothing.
func newYard(t *testing.T, change ...func(*Config)) *yard {
	return openYard(t, engine.Config{Durability: sequencer.None, Epoch: 7}, change...)
}

func openYard(t *testing.T, c engine.Config, change ...func(*Config)) *yard {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	c.State, c.Node, c.Clock, c.Logger = core.New(chat.DefaultLimits()), 1, time.Now, logger
	y := &yard{t: t, engine: engine.New(c)}
	params := auth.Params{MemoryKiB: 8, Passes: 1, Threads: 1}
	hasher, err := auth.NewHasher(rand.Reader, params)
	if err != nil {
		t.Fatal(err)
	}
	key, err := auth.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	house := gateway.House{
		Engine: y.engine, Name: "irc.test", Network: "Yard", Version: "madang-test", Lobby: "#lobby",
		Started: time.Now(), Random: rand.Reader, Logger: logger,
		Accounts: gateway.NewAccounts(hasher, auth.NewThrottle(), time.Now, logger), SASL: auth.NewSASL(rand.Reader, key, params, names.Fold),
		Cloak: func(netip.Addr) string { return "host.cloak" },
	}
	config := DefaultConfig()
	for _, f := range change {
		f(&config)
	}
	y.hasher = hasher
	y.gateway = New(house, config, hasher)
	y.gateway.Bind(y.engine.AddGateway(y.gateway))
	y.listen(logger)
	return y
}

// listen opens the port and starts the engine.
func (y *yard) listen(logger *slog.Logger) {
	y.t.Helper()
	network, err := conn.New(conn.Config{Logger: logger, Round: y.engine.Wake})
	if err != nil {
		y.t.Fatal(err)
	}
	y.network = network
	listener, err := network.Listen("127.0.0.1:0", conn.ListenOptions{
		Name: "irc", Accept: y.gateway.Accept, RefuseText: y.gateway.RefuseText,
	})
	if err != nil {
		y.t.Fatal(err)
	}
	y.address = listener.Addr().String()
	y.web = y.listenWeb()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- y.engine.Run(ctx) }()
	y.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			y.t.Error(err)
		}
		if n := y.engine.Stats().Panics; n > 0 {
			y.t.Errorf("%d bugs were caught", n)
		}
		closing, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = network.Close(closing) // peers that do not close are aborted
	})
}

// person is a peer of the yard.
type person struct {
	t     *testing.T
	nick  string
	conn  net.Conn
	in    *bufio.Reader
	pings int
}

// counts begins to count guesses, as a server with limits does.
func (y *yard) counts() {
	y.t.Helper()
	accounts := gateway.NewAccounts(y.hasher, auth.NewThrottle(), time.Now, slog.New(slog.DiscardHandler))
	err := y.engine.Call(y.t.Context(), func(engine.Loop) { y.gateway.hall.House.Accounts = accounts })
	if err != nil {
		y.t.Fatal(err)
	}
}

// dial connects somebody who says nothing yet.
func (y *yard) dial() *person {
	y.t.Helper()
	if *overWeb != "" {
		return y.dialWeb("ws://"+y.web, &websocket.DialOptions{Subprotocols: []string{protocolOf(*overWeb)}})
	}
	c, err := net.Dial("tcp", y.address)
	if err != nil {
		y.t.Fatal(err)
	}
	y.t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		y.t.Fatal(err)
	}
	return &person{t: y.t, conn: c, in: bufio.NewReader(c)}
}

// person registers somebody, and reads the welcome.
func (y *yard) person(nick string, capabilities ...string) *person {
	y.t.Helper()
	p := y.dial()
	p.nick = nick
	p.registers(capabilities...)
	return p
}

// registers asks for capabilities, registers, and reads the welcome.
func (p *person) registers(capabilities ...string) {
	p.t.Helper()
	nick := p.nick
	if len(capabilities) > 0 {
		for half := range slices.Chunk(strings.Fields(strings.Join(capabilities, " ")), 15) {
			p.says("CAP REQ :" + strings.Join(half, " "))
		}
		p.says("CAP END")
	}
	p.says("NICK "+nick, "USER "+nick+" 0 * :"+strings.ToUpper(nick))
	p.until(" 001 " + nick + " ")
	p.sync()
}

// says sends lines.
func (p *person) says(lines ...string) {
	p.t.Helper()
	if _, err := io.WriteString(p.conn, strings.Join(lines, "\r\n")+"\r\n"); err != nil {
		p.t.Fatal(err)
	}
}

// line is the next line.
func (p *person) line() string {
	p.t.Helper()
	text, err := p.in.ReadString('\n')
	if err != nil {
		p.t.Fatalf("%s: after %q: %v", p.nick, text, err)
	}
	return strings.TrimSuffix(text, "\r\n")
}

// sync gives every line that came before the answer to a PING of now.
func (p *person) sync() []string {
	p.t.Helper()
	p.pings++
	mark := "sync-" + strconv.Itoa(p.pings)
	p.says("PING " + mark)
	var lines []string
	for {
		line := p.line()
		if strings.HasSuffix(line, " PONG irc.test :"+mark) {
			return lines
		}
		lines = append(lines, line)
	}
}

// sees checks every line that came up to now. In want, ? stands for one word.
func (p *person) sees(want ...string) {
	p.t.Helper()
	got := p.sync()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			p.t.Fatalf("%s did not see %q, after %q", p.nick, want[i], got)
		case i >= len(want):
			p.t.Fatalf("%s saw %q too", p.nick, got[i])
		case !fits(want[i], got[i]):
			p.t.Fatalf("%s saw  %s\nwant %s", p.nick, got[i], want[i])
		}
	}
}

// fits compares word by word.
func fits(want, got string) bool {
	w, g := strings.Split(want, " "), strings.Split(got, " ")
	for i := range w {
		if i >= len(g) || w[i] != "?" && w[i] != g[i] {
			return false
		}
	}
	return len(w) == len(g)
}

// until skips lines up to one that holds a text, and gives it.
func (p *person) until(part string) string {
	p.t.Helper()
	for {
		if got := p.line(); strings.Contains(got, part) {
			return got
		}
	}
}

// asks sends lines and checks all that is answered.
func (p *person) asks(line string, want ...string) {
	p.t.Helper()
	p.says(line)
	p.sees(want...)
}

// ends reads to the end of the stream.
func (p *person) ends() string {
	p.t.Helper()
	rest, err := io.ReadAll(p.in)
	if err != nil {
		p.t.Fatalf("%s: the connection does not end: %v, after %q", p.nick, err, rest)
	}
	return string(rest)
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
