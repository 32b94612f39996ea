package server_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madang/config"
	"madang/server"
)

// started is a server that runs in this process.
type started struct {
	t     *testing.T
	at    server.Listening
	stop  context.CancelFunc
	ended chan error
}

func start(t *testing.T, data string, change func(*config.Config)) *started {
	t.Helper()
	c := config.Default()
	c.Data, c.Listen = data, config.Listen{Line: "127.0.0.1:0", IRC: "127.0.0.1:0", IRCS: "127.0.0.1:0"}
	c.Limits.NoLimits = true
	if change != nil {
		change(&c)
	}
	return startWith(t, server.Options{Config: c})
}

func startWith(t *testing.T, o server.Options) *started {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &started{t: t, stop: stop, ended: make(chan error, 1)}
	ready := make(chan server.Listening, 1)
	o.Version, o.Ready = "test", func(l server.Listening) { ready <- l }
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	go func() { s.ended <- server.Run(ctx, o) }()
	select {
	case s.at = <-ready:
	case err := <-s.ended:
		t.Fatalf("the server did not start: %v", err)
	}
	t.Cleanup(s.end)
	return s
}

// end stops the server in order and checks that it did. Twice is once.
func (s *started) end() {
	if s.stop == nil {
		return
	}
	s.stop()
	s.stop = nil
	if err := <-s.ended; err != nil {
		s.t.Errorf("the server ended with: %v", err)
	}
}

// socket is a person with a socket.
type socket struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, address string) *socket {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &socket{t, c, bufio.NewReader(c)}
}

func (s *socket) sends(format string, args ...any) {
	s.t.Helper()
	if _, err := fmt.Fprintf(s.Conn, format, args...); err != nil {
		s.t.Fatal(err)
	}
}

// sees reads lines until one contains the text, and gives it.
func (s *socket) sees(text string) string {
	s.t.Helper()
	s.SetReadDeadline(time.Now().Add(20 * time.Second))
	var seen strings.Builder
	for {
		line, err := s.in.ReadString('\n')
		seen.WriteString(line)
		if strings.Contains(line, text) {
			return line
		}
		if err != nil {
			s.t.Fatalf("%q did not come before %v; seen: %q", text, err, seen.String())
		}
	}
}

func irc(t *testing.T, s *started, nick string) *socket {
	c := dial(t, s.at.IRC)
	c.sends("NICK %s\r\nUSER %s 0 * :%s\r\nJOIN #lobby\r\n", nick, nick, nick)
	c.sees(" 366 ")
	return c
}

func TestBothGatewaysMeet(t *testing.T) {
	s := start(t, t.TempDir(), nil)
	plain := dial(t, s.at.Line)
	if got := plain.sees("Hello, Client"); !strings.HasPrefix(got, "Hello, Client") {
		t.Errorf("the greeting is %q", got)
	}
	plain.sends("안녕하세요\n")
	person := irc(t, s, "mina")
	plain.sees("mina")
	person.sends("PRIVMSG #lobby :반갑습니다\r\n")
	plain.sees("[#lobby] mina: 반갑습니다")
	plain.sends("모두 모였네요\n")
	person.sees("PRIVMSG #lobby :모두 모였네요")
}

func TestWhatWasSeenIsThereAfterARestart(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, nil)
	a, b := dial(t, s.at.Line), dial(t, s.at.Line)
	a.sends("첫 번째 말\n")
	b.sends("/join #lobby\n")
	b.sends("두 번째 말\n")
	a.sees("두 번째 말")
	s.end()
	a.sees("stopping")

	s = start(t, data, nil)
	c := dial(t, s.at.Line)
	c.sends("/history\n")
	c.sees("첫 번째 말")
	c.sees("두 번째 말")
}

func TestSecondServerOnTheSameData(t *testing.T) {
	data := t.TempDir()
	start(t, data, nil)
	c := config.Default()
	c.Data = data
	err := server.Run(t.Context(), server.Options{Config: c, Logger: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), data) {
		t.Errorf("a second server on the same folder: %v", err)
	}
}

// Whoever finds the data too new is told which version wrote it.
func TestNewerDataNamesItsVersion(t *testing.T) {
	data := t.TempDir()
	start(t, data, nil).end()
	path := filepath.Join(data, "madang.db")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file[60] = 1 // the first byte of SQLite's user version, which is the format
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.Data = data
	err = server.Run(t.Context(), server.Options{Config: c, Version: "older", Logger: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "install version test or later") {
		t.Errorf("newer data: %v", err)
	}
}

func TestNothingIsKeptWithoutDurability(t *testing.T) {
	data := t.TempDir()
	none := func(c *config.Config) { c.Durability = config.None }
	s := start(t, data, none)
	a := dial(t, s.at.Line)
	a.sends("vanishing\n/history\n")
	a.sees("no history")
	s.end()
	s = start(t, data, none)
	b := dial(t, s.at.Line)
	b.sends("/who\n")
	b.sees("lobby")
}
