// Package server wires the house: settings become a store, an engine, gateways and
// listeners, and a signal to stop becomes an orderly end. It promises that whatever
// it opened is closed when Run returns. It refuses to hold any logic of chat.
package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"madang/auth"
	"madang/certificate"
	"madang/chat"
	"madang/chat/names"
	"madang/config"
	"madang/conn"
	"madang/conn/places"
	"madang/engine"
	"madang/engine/sequencer"
	"madang/gateway"
	"madang/gateway/admin"
	"madang/gateway/irc"
	"madang/gateway/line"
)

// Options are what Run is told.
type Options struct {
	Config  config.Config // Data, Durability, Listen and the rest, flags applied
	Version string
	Logger  *slog.Logger
	// Reload gives the settings anew; an error keeps the old ones. Nil: there is
	// nothing to reload.
	Reload func() (config.Config, error)
	// Hangups asks for a reload.
	Hangups <-chan os.Signal
	// Ready is called once everything listens.
	Ready func(Listening)
}

// Listening is where a server can be reached. Addresses that are shut are empty.
type Listening struct {
	Line, UDP, IRC, IRCS string
	WS, WSS              string // IRC over WebSocket
	Data                 string
	Durability           config.Durability
	// Authority is the fingerprint of the local authority that has signed the
	// certificate of IRCS, and AuthorityFile its certificate for people to install.
	// Both are empty if there is none; the file is, if nothing is kept.
	Authority, AuthorityFile string
	// Claim is the code that makes the first operator, within half an hour; empty: there
	// is an operator.
	Claim string
}

// node is the number of this machine; there is one.
const node = 1

// closeWithin is how long peers have to take the last words and hang up too.
const closeWithin = time.Second

// stopWithin bounds each step of the end.
const stopWithin = 5 * time.Second

// Server is everything that runs.
type Server struct {
	options   Options
	logger    *slog.Logger
	storage   *storage
	engine    *engine.Engine
	net       *conn.Net
	limiter   *places.Limiter
	proxies   atomic.Pointer[proxies]
	udp       *line.UDP // nil: shut
	listeners []*conn.Listener
	line      *line.Gateway
	irc       *irc.Gateway
	admin     *admin.Gateway
	accounts  *gateway.Accounts
	hasher    *auth.Hasher
	running   sync.WaitGroup
	// certificates is nil as long as nobody listens for TLS.
	certificates *certificate.Source
	failed       chan error // why something that should run for ever ended

	mu       sync.Mutex // guards what follows: one reload at a time
	settings config.Config
}

// Run serves until the context is done, and then ends in order: it stops accepting,
// tells the sessions, commits, writes a snapshot.
func Run(ctx context.Context, o Options) error {
	s := &Server{options: o, logger: o.Logger, settings: o.Config, failed: make(chan error, 4)}
	if err := os.MkdirAll(o.Config.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	var err error
	if s.storage, err = openStorage(ctx, o.Config.Data, o.Version, durability(o.Config.Durability), o.Logger); err != nil {
		return err
	}
	err = s.serve(ctx)
	closing, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	return errors.Join(err, s.storage.close(closing))
}

func durability(d config.Durability) sequencer.Durability {
	switch d {
	case config.None:
		return sequencer.None
	case config.Relaxed:
		return sequencer.Relaxed
	}
	return sequencer.Commit
}

func (s *Server) serve(ctx context.Context) error {
	state, err := s.storage.state(ctx, chatLimits(&s.settings))
	if err != nil {
		return err
	}
	s.engine = engine.New(engine.Config{
		State: state, Saved: s.storage.saved, Journal: s.storage.journal(), History: s.storage.history(),
		Durability: durability(s.settings.Durability), Epoch: s.storage.epoch, Node: node,
		Pace: pace(&s.settings), Clock: time.Now, Logger: s.logger, Snapshot: s.storage.snapshot(),
	})
	if err := s.makeGateways(); err != nil {
		return err
	}
	if s.net, err = conn.New(conn.Config{Logger: s.logger, Round: s.engine.Wake, Gather: s.engine.Gather}); err != nil {
		return err
	}
	loop, stopLoop := context.WithCancel(context.Background())
	defer stopLoop()
	ended := make(chan error, 1)
	go func() { ended <- run(loop, s.engine) }()

	services, stopServices := context.WithCancel(context.Background())
	defer stopServices()
	listening, err := s.open(services)
	if err == nil {
		if s.options.Ready != nil {
			s.options.Ready(listening)
		}
		err = s.wait(ctx, ended)
	}
	s.stopAccepting()
	stopServices()
	stopLoop()
	// The last words are queued by the loop: it ends first.
	err = errors.Join(err, <-ended)
	err = errors.Join(err, s.closeNet())
	s.closeCertificates()
	s.running.Wait()
	return err
}

// bug is a panic in the loop: what the core decided could not be applied. Nothing of
// that batch was written, and the server can be started again from disk.
type bug struct {
	value any
	stack []byte
}

func (b *bug) Error() string { return fmt.Sprintf("bug: the loop panicked: %v", b.value) }

// Bug is the stack, for the report.
func (b *bug) Bug() string { return string(b.stack) }

// run is the loop, whose panic becomes an error.
func run(ctx context.Context, e *engine.Engine) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &bug{value, debug.Stack()}
		}
	}()
	return e.Run(ctx)
}

// wait returns when the server is to stop, or when something failed.
func (s *Server) wait(ctx context.Context, ended chan error) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-s.failed:
			return err
		case err := <-ended:
			ended <- nil
			return err
		case <-s.options.Hangups:
			if err := s.Reload(); err != nil {
				s.logger.Error("settings not reloaded; the old ones stay", "error", err)
			}
		}
	}
}

// stopAccepting closes the doors; who is in goes on.
func (s *Server) stopAccepting() {
	for _, l := range s.listeners {
		if err := l.Close(); err != nil {
			s.logger.Warn("listener not closed", "error", err)
		}
	}
}

// listen opens one door.
func (s *Server) listen(what, address string, o conn.ListenOptions) (string, error) {
	o.SilenceMax = silence(&s.settings)
	l, err := s.net.Listen(address, o)
	if err != nil {
		return "", fmt.Errorf("listen for %s at %s: %w", what, address, err)
	}
	s.listeners = append(s.listeners, l)
	return l.Addr().String(), nil
}

// closeNet ends the connections, to which the loop has sent its last words.
func (s *Server) closeNet() error {
	if s.udp != nil {
		if err := s.udp.Close(); err != nil {
			return fmt.Errorf("close the socket of datagrams: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if err := s.net.Close(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// makeGateways makes the gateways and makes them and the engine known to each other.
func (s *Server) makeGateways() error {
	cloakKey, err := s.key("cloak")
	if err != nil {
		return err
	}
	codeKey, err := s.key("join-code")
	if err != nil {
		return err
	}
	saslKey, err := s.key("sasl")
	if err != nil {
		return err
	}
	hasher, err := auth.NewHasher(rand.Reader, auth.DefaultParams())
	if err != nil {
		return fmt.Errorf("make the password hasher: %w", err)
	}
	var throttle *auth.Throttle
	if !s.settings.Limits.NoLimits {
		throttle = auth.NewThrottle()
	}
	s.hasher, s.accounts = hasher, gateway.NewAccounts(hasher, throttle, time.Now, s.logger)
	if err := s.setMail(&s.settings); err != nil {
		return err
	}
	house := gateway.House{
		Accounts: s.accounts,
		SASL:     auth.NewSASL(rand.Reader, saslKey, auth.DefaultParams(), names.Fold),
		Engine:   s.engine, Name: s.settings.Server.Name, Network: s.settings.Server.Network,
		Version: "madang-" + s.options.Version, Lobby: s.settings.Server.Lobby, Started: time.Now(),
		Cloak: auth.NewCloaker(cloakKey).Cloak, Random: rand.Reader, Logger: s.logger,
		Unlimited: s.settings.Limits.NoLimits,
	}
	s.line = line.New(house, lineConfig(&s.settings), codeKey)
	s.irc = irc.New(house, ircConfig(&s.settings, s.Reload), hasher)
	s.admin = admin.New(house, admin.Services{
		Connections: s.connections, Stats: s.numbers, Backup: s.backup, Reload: s.Reload,
		Verifier: s.verifier, NewClaim: s.newClaim, Audit: s.audit(),
	})
	s.line.Bind(s.engine.AddGateway(s.line))
	s.irc.Bind(s.engine.AddGateway(s.irc))
	return nil
}

func (s *Server) key(name string) (auth.Key, error) {
	b, err := s.storage.key(name, auth.KeyBytes)
	if err != nil {
		return auth.Key{}, fmt.Errorf("key %s: %w", name, err)
	}
	return auth.NewKey(bytes.NewReader(b))
}

// open makes the lobby and opens every listener.
func (s *Server) open(ctx context.Context) (Listening, error) {
	out := Listening{Data: s.settings.Data, Durability: s.settings.Durability}
	if err := s.begin(ctx, &chat.StartNode{Node: node}); err != nil {
		return out, err
	}
	if err := s.begin(ctx, &chat.OpenRoom{Room: s.settings.Server.Lobby, Permanent: true, Lobby: true}); err != nil {
		return out, err
	}
	if !s.settings.Limits.NoLimits {
		s.limiter = places.New(limiterSettings(&s.settings))
	}
	s.proxies.Store(proxiesOf(&s.settings))
	if err := errors.Join(s.openLine(&out), s.openIRC(&out), s.openIRCS(ctx, &out), s.openWebSocket(ctx, &out), s.openAdmin(ctx)); err != nil {
		return out, err
	}
	var err error
	out.Claim, err = s.firstClaim(ctx)
	return out, err
}

// begin carries out what must happen before anybody comes in.
func (s *Server) begin(ctx context.Context, c chat.Command) error {
	outcome, err := s.engine.Command(ctx, c)
	if err != nil {
		return err
	}
	if r := outcome.Refusal; r != nil {
		return fmt.Errorf("the server cannot begin (%T): %s", c, admin.Sentence(r))
	}
	return nil
}

func (s *Server) openLine(out *Listening) (err error) {
	address := s.settings.Listen.Line
	if address == "" {
		return nil
	}
	out.Line, err = s.listen("plain text", address, conn.ListenOptions{
		Name: "line", Accept: s.line.Accept, Limit: s.limiter, Refuse: s.refuse, RefuseText: s.line.RefuseText,
		Proxy: s.lineProxy,
	})
	if err != nil {
		return err
	}
	if s.udp, err = s.line.ListenUDP(out.Line); err != nil {
		return fmt.Errorf("listen for datagrams at %s: %w", out.Line, err)
	}
	out.UDP = s.udp.LocalAddr().String()
	return nil
}

func (s *Server) openIRC(out *Listening) (err error) {
	if address := s.settings.Listen.IRC; address != "" {
		out.IRC, err = s.listen("IRC", address, s.ircOptions("irc"))
	}
	return err
}

func (s *Server) openIRCS(ctx context.Context, out *Listening) (err error) {
	address := s.settings.Listen.IRCS
	if address == "" {
		return nil
	}
	if err := s.openCertificates(ctx, out); err != nil {
		return err
	}
	options := s.ircOptions("ircs")
	options.TLS = s.ircTLS()
	out.IRCS, err = s.listen("IRC over TLS", address, options)
	return err
}

func (s *Server) ircOptions(name string) conn.ListenOptions {
	return conn.ListenOptions{
		Name: name, Accept: s.irc.Accept, Limit: s.limiter, Refuse: s.refuse, RefuseText: s.irc.RefuseText,
		Proxy: s.ircProxy,
	}
}

// openAdmin serves the operator's socket.
func (s *Server) openAdmin(ctx context.Context) error {
	l, err := admin.Listen(s.settings.Data)
	if errors.Is(err, admin.ErrInUse) {
		return fmt.Errorf("another server uses the data folder %s: stop it first, or give this one another folder with --data", s.settings.Data)
	}
	if err != nil {
		return err
	}
	s.running.Go(func() {
		if err := s.admin.Serve(ctx, l); err != nil {
			s.failed <- fmt.Errorf("the operator's socket: %w", err)
		}
	})
	return nil
}

// refuse is asked at accept: banned addresses do not come in.
func (s *Server) refuse(address netip.Addr) (string, bool) {
	return s.engine.Refuse(gateway.CoreAddress(address))
}
