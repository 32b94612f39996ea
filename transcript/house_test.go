package transcript

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/conn"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/admin"
	"madang/gateway/irc"
	"madang/gateway/line"
)

// curtain is when every script begins.
var curtain = time.Date(2026, time.November, 21, 14, 0, 0, 0, time.UTC)

// house is a whole server, with nothing of the machine in it.
type house struct {
	// Fixed after construction.
	disk    *disk
	engine  *engine.Engine
	net     *conn.Net
	memory  *conn.Memory
	doors   map[string]netip.AddrPort // by listener
	chatter *irc.Gateway
	desk    *admin.Gateway
	output  io.Writer // of the log
	ended   chan error
	endLoop func()
	clock   atomic.Int64 // what is added to the machine's time, nanoseconds

	settings irc.Config
	dialled  uint16 // connections so far
	stopped  bool
}

// openHouse opens a server with an empty disk.
func openHouse(t *testing.T) (*house, error) {
	h := &house{disk: newDisk(), output: t.Output()}
	h.clock.Store(int64(time.Until(curtain)))
	return h, h.open()
}

// open opens a server as server.Run does.
func (h *house) open() error {
	h.doors, h.ended = map[string]netip.AddrPort{}, make(chan error, 1)
	logger := slog.New(slog.NewTextHandler(h.output, nil))
	limits := chat.DefaultLimits()
	limits.ReservedHosts = []string{"madang.example", auth.CloakEnding}
	state := core.New(limits)
	err := h.disk.Read(context.Background(), 0, func(_ chat.Position, e chat.Event) bool {
		state.Apply(e)
		return true
	})
	if err != nil {
		return err
	}
	h.engine = engine.New(engine.Config{
		State: state, Journal: h.disk, History: h.disk, Epoch: 7, Node: 1,
		Pace: engine.Pace{Burst: 32, PerSecond: 8}, Clock: h.now, Logger: logger,
	})
	if h.net, h.memory, err = conn.NewMemory(conn.Config{Logger: logger, Round: h.engine.Wake}); err != nil {
		return err
	}
	key, err := auth.NewKey(chance('k'))
	if err != nil {
		return err
	}
	house := gateway.House{
		Engine: h.engine, Name: "madang.example", Network: "Madang", Version: "madang-1.0.0", Lobby: "#lobby",
		Started: h.now(), Cloak: auth.NewCloaker(key).Cloak, Random: chance('g'), Logger: logger,
	}
	params := auth.Params{MemoryKiB: 8, Passes: 1, Threads: 1}
	hasher, err := auth.NewHasher(chance('p'), params)
	if err != nil {
		return err
	}
	house.Accounts = gateway.NewAccounts(hasher, nil, h.now, logger)
	house.SASL = auth.NewSASL(chance('s'), key, params, names.Fold)
	plain := line.New(house, line.DefaultConfig(), key)
	plain.Bind(h.engine.AddGateway(plain))
	if h.settings, err = ircSettings(hasher); err != nil {
		return err
	}
	h.chatter = irc.New(house, h.settings, hasher)
	h.chatter.Bind(h.engine.AddGateway(h.chatter))
	h.desk = admin.New(house, admin.Services{Connections: func(f func(string, gateway.Connection)) {
		h.net.Each(func(c *conn.Conn) { f(c.Gateway(), c) })
	}})
	return h.serve(plain)
}

// serve starts the loop and opens the doors.
func (h *house) serve(plain *line.Gateway) error {
	run, endLoop := context.WithCancel(context.Background())
	h.endLoop = endLoop
	go func() { h.ended <- h.engine.Run(run) }()
	return errors.Join(
		h.begin(&chat.StartNode{Node: 1}),
		h.begin(&chat.OpenRoom{Room: "#lobby", Permanent: true, Lobby: true}),
		h.listen(9999, conn.ListenOptions{Name: "line", Accept: plain.Accept, RefuseText: plain.RefuseText, Proxy: behindProxy(conn.ProxyRequired)}),
		h.listen(6667, conn.ListenOptions{Name: "irc", Accept: h.chatter.Accept, RefuseText: h.chatter.RefuseText, Proxy: behindProxy(conn.ProxyOptional)}),
		h.listen(6697, conn.ListenOptions{
			Name: "ircs", Accept: h.chatter.Accept, RefuseText: h.chatter.RefuseText, Proxy: behindProxy(conn.ProxyOptional), TLS: serverTLS(),
		}),
	)
}

// chance always draws the same. Each use has a source of its own, so that one that
// draws more does not change the names that the guests of every script have.
func chance(use byte) io.Reader { return rand.NewChaCha8([32]byte{use}) }

func (h *house) now() time.Time { return time.Now().Add(time.Duration(h.clock.Load())).UTC() }

func (h *house) begin(c chat.Command) error {
	outcome, err := h.engine.Command(context.Background(), c)
	if err == nil && outcome.Refusal != nil {
		err = fmt.Errorf("%T: refused with %v", c, outcome.Refusal.Code)
	}
	return err
}

func (h *house) listen(port uint16, o conn.ListenOptions) error {
	address := netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 200}), port)
	o.Refuse = func(a netip.Addr) (string, bool) { return h.engine.Refuse(gateway.CoreAddress(a)) }
	h.doors[o.Name] = address
	_, err := h.net.Listen(address.String(), o)
	return err
}

// stop ends the server as server.Run does.
func (h *house) stop() error {
	if h.stopped {
		return nil
	}
	h.stopped = true
	h.endLoop()
	err := <-h.ended
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if closing := h.net.Close(ctx); !errors.Is(closing, context.DeadlineExceeded) {
		err = errors.Join(err, closing)
	}
	if bugs := h.engine.Stats().Panics; bugs > 0 {
		err = errors.Join(err, fmt.Errorf("%d panics in the server", bugs))
	}
	return err
}

// paces sets how fast lines are handled.
func (p *play) paces(words []string) error {
	burst, _ := strconv.Atoi(words[0])
	perSecond, _ := strconv.Atoi(words[1])
	p.house.engine.SetPace(engine.Pace{Burst: burst, PerSecond: float64(perSecond)})
	return nil
}
