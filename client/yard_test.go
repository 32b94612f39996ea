package client_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/netip"
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
	"madang/gateway/line"
	"madang/store"
)

// yard is a server with the plain text gateway only.
type yard struct {
	engine  *engine.Engine
	address string
}

// newYard starts one. Without durability it keeps no history.
func newYard(t *testing.T, durability sequencer.Durability) *yard {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	c := engine.Config{
		State: core.New(chat.DefaultLimits()), Durability: durability, Epoch: 1, Node: 1, Clock: time.Now, Logger: logger,
	}
	if durability != sequencer.None {
		s, err := store.Open(context.Background(), store.Config{Directory: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
		c.Journal, c.History = s, s
	}
	y := &yard{engine: engine.New(c)}
	key, err := auth.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hasher, err := auth.NewHasher(rand.Reader, auth.Params{MemoryKiB: 1024, Passes: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	g := line.New(gateway.House{
		Accounts: gateway.NewAccounts(hasher, nil, time.Now, logger),
		Engine:   y.engine, Name: "test.local", Network: "Test", Version: "test", Lobby: "#lobby", Started: time.Now(),
		Cloak: func(netip.Addr) string { return "a.cloak" }, Random: rand.Reader, Logger: logger,
	}, line.DefaultConfig(), key)
	g.Bind(y.engine.AddGateway(g))
	network, err := conn.New(conn.Config{Logger: logger, Round: y.engine.Wake})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- y.engine.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		network.Close(context.Background())
	})
	l, err := network.Listen("127.0.0.1:0", conn.ListenOptions{Name: "line", Accept: g.Accept})
	if err != nil {
		t.Fatal(err)
	}
	y.address = l.Addr().String()
	return y
}

// wire stands between a client and a server, and breaks when told to.
type wire struct {
	address string
	to      string
	links   sync.WaitGroup

	mu      sync.Mutex // guards what follows
	trigger func(fromServer []byte) bool
	broken  int
	open    map[net.Conn]bool
}

// newWire breaks a connection instead of carrying bytes of the server for which
// trigger is true.
func newWire(t *testing.T, to string, trigger func([]byte) bool) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{address: l.Addr().String(), to: to, trigger: trigger, open: map[net.Conn]bool{}}
	w.links.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			w.links.Go(func() { w.carry(near) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		w.mu.Lock()
		for c := range w.open {
			c.Close()
		}
		w.mu.Unlock()
		w.links.Wait()
	})
	return w
}

func (w *wire) carry(near net.Conn) {
	far, err := net.Dial("tcp", w.to)
	if err != nil {
		near.Close()
		return
	}
	w.mu.Lock()
	w.open[near], w.open[far] = true, true
	w.mu.Unlock()
	w.links.Go(func() { w.copy(far, near, nil) })
	w.copy(near, far, w.triggered)
}

func (w *wire) copy(to, from net.Conn, breaks func([]byte) bool) {
	defer to.Close()
	defer from.Close()
	var b [4096]byte
	for {
		n, err := from.Read(b[:])
		if err != nil || breaks != nil && breaks(b[:n]) {
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

func (w *wire) triggered(b []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.trigger(b) {
		return false
	}
	w.broken++
	return true
}

func (w *wire) breaks() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken
}

// onceAfter is a trigger that fires at the n-th piece that holds the text.
func onceAfter(n int, text string) func([]byte) bool {
	return func(b []byte) bool {
		if bytes.Contains(b, []byte(text)) {
			n--
			return n == 0
		}
		return false
	}
}
