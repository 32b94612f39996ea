package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"

	"madang/config"
	"madang/server"
)

// serveCommand runs the server. Flags count more than the file; a pointer tells a flag
// that was not given from an empty one, which shuts a gateway.
type serveCommand struct {
	Config     string  `type:"path" placeholder:"FILE" help:"Read settings from this file (docs/manual/configuration.md)."`
	Data       *string `placeholder:"DIR" help:"Keep everything in this folder (./madang-data)."`
	Line       *string `placeholder:"ADDR" help:"Plain text, TCP and UDP (127.0.0.1:9999); empty: shut."`
	IRC        *string `name:"irc" placeholder:"ADDR" help:"IRC (127.0.0.1:6667); empty: shut."`
	IRCS       *string `name:"ircs" placeholder:"ADDR" help:"IRC with TLS (127.0.0.1:6697); empty: shut."`
	WS         *string `name:"ws" placeholder:"ADDR" help:"IRC over WebSocket, for web clients; empty: shut, which is the default."`
	WSS        *string `name:"wss" placeholder:"ADDR" help:"The same with TLS."`
	Durability *string `placeholder:"WHEN" help:"When a message is shown: commit (it is on disk), relaxed (soon after), none (nothing is written)."`
	NoLimits   bool    `help:"No throttles and no limits for each address, for tests and benches."`
	Public     bool    `help:"Let the network in: listen at all addresses of this machine."`
}

// settings is the configuration in force: defaults, file, flags.
func (s *serveCommand) settings() (config.Config, error) {
	c := config.Default()
	if s.Config != "" {
		var err error
		if c, err = config.Load(s.Config); err != nil {
			return c, err
		}
	}
	for _, flag := range []struct {
		given *string
		to    *string
	}{
		{s.Data, &c.Data}, {s.Line, &c.Listen.Line}, {s.IRC, &c.Listen.IRC}, {s.IRCS, &c.Listen.IRCS},
		{s.WS, &c.IRC.WebSocket}, {s.WSS, &c.IRC.WebSocketTLS}, {s.Durability, (*string)(&c.Durability)},
	} {
		if flag.given != nil {
			*flag.to = *flag.given
		}
	}
	c.Limits.NoLimits = c.Limits.NoLimits || s.NoLimits
	if s.Public {
		for _, address := range []*string{&c.Listen.Line, &c.Listen.IRC, &c.Listen.IRCS, &c.IRC.WebSocket, &c.IRC.WebSocketTLS} {
			*address = everywhere(*address)
		}
	}
	if problems := c.Validate(); problems != nil {
		return c, &config.Problems{File: s.Config, List: problems}
	}
	return c, nil
}

// everywhere is an address with all hosts. What is no address stays wrong.
func everywhere(address string) string {
	if _, port, err := net.SplitHostPort(address); err == nil {
		return ":" + port
	}
	return address
}

// Run serves until a signal.
func (s *serveCommand) Run(p *program) error {
	c, err := s.settings()
	if err != nil {
		return err
	}
	level := &slog.LevelVar{}
	level.Set(levelOf(c.Log.Level))
	options := server.Options{
		Config: c, Version: version(), Logger: logger(p.err, c.Log.Format, level), Hangups: p.hangups,
		Ready: func(l server.Listening) {
			if whole, err := filepath.Abs(l.Data); err == nil {
				l.Data = whole
			}
			io.WriteString(p.out, welcome(l, lanAddresses()))
			if err := notifyReady(); err != nil {
				fmt.Fprintf(p.err, "madang: %v\n", err)
			}
		},
	}
	if s.Config != "" {
		options.Reload = func() (config.Config, error) {
			next, err := s.settings()
			if err == nil {
				level.Set(levelOf(next.Log.Level))
			}
			return next, err
		}
	}
	collectOften()
	return hint(server.Run(p.context, options))
}

// hint adds what a newcomer can do about the commonest failure: an address that
// another program has, or that only the superuser may take.
func hint(err error) error {
	if at := (*os.PathError)(nil); !errors.As(err, &at) && (errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EACCES)) {
		return fmt.Errorf("%w; --line, --irc, --ircs, --ws and --wss choose other addresses", err)
	}
	return err
}

func levelOf(name string) slog.Level {
	var level slog.Level
	// Validate let only names of levels through.
	_ = level.UnmarshalText([]byte(name))
	return level
}

func logger(to io.Writer, format string, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}

// lanAddresses are the addresses of this machine that others on its network can reach.
func lanAddresses() []netip.Addr {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil // they are a courtesy
	}
	var lan []netip.Addr
	for _, a := range all {
		n, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		if address, ok := netip.AddrFromSlice(n.IP); ok && address.Unmap().IsGlobalUnicast() {
			lan = append(lan, address.Unmap())
		}
	}
	return lan
}

// collectOften has memory collected when the heap has grown by half instead of twice
// over: most of it is idle connections (docs/decisions/0007). GOGC in the environment
// is left in force.
func collectOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}
