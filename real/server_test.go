//go:build real && linux

package real

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is one life of madang serve.
type server struct {
	// Fixed after start.
	t               testing.TB
	command         *exec.Cmd
	pid             int // of the server itself, also below a tracer
	data            string
	output          *capture
	exited          chan struct{} // closed when err is set
	err             error         // of Wait
	line, irc, ircs string        // host:port; empty: shut
}

// plan is how a server is started; the zero value is the usual way.
type plan struct {
	data   string   // empty: a temporary folder
	wrap   []string // a command before the command
	flags  []string // beside those for data and addresses
	limits bool     // leave the limits on
	config string   // settings, as a file's text
	ircs   string   // address for IRC with TLS; empty: shut
}

// start starts a server and waits until it says where it listens.
func start(t testing.TB, p plan) *server {
	t.Helper()
	s := launch(t, p)
	s.ready()
	return s
}

// launch starts a server and does not wait.
func launch(t testing.TB, p plan) *server {
	t.Helper()
	if p.data == "" {
		p.data = t.TempDir()
	}
	args := append(append([]string{}, p.wrap...), *binary, "serve", "--data", p.data,
		"--line", "127.0.0.1:0", "--irc", "127.0.0.1:0", "--ircs", p.ircs)
	if !p.limits {
		args = append(args, "--no-limits")
	}
	if p.config != "" {
		args = append(args, "--config", settingsFile(t, p.config))
	}
	args = append(args, p.flags...)
	s := &server{t: t, data: p.data, output: newCapture(), exited: make(chan struct{})}
	s.command = exec.Command(args[0], args[1:]...)
	s.command.Stdout, s.command.Stderr = s.output, s.output
	s.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := s.command.Start(); err != nil {
		t.Fatalf("start madang: %v", err)
	}
	s.pid = s.command.Process.Pid
	go func() {
		s.err = s.command.Wait()
		close(s.exited)
	}()
	t.Cleanup(s.cleanup)
	return s
}

func settingsFile(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "madang.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// cleanup ends the whole process group, and shows what the server said if it failed.
func (s *server) cleanup() {
	select {
	case <-s.exited:
	default:
		_ = syscall.Kill(-s.command.Process.Pid, syscall.SIGKILL)
		<-s.exited
	}
	if s.t.Failed() {
		s.t.Logf("what the server said last:\n%s", tail(s.output.String(), 3000))
	}
}

func tail(text string, bytes int) string {
	if len(text) > bytes {
		return "…" + text[len(text)-bytes:]
	}
	return text
}

// ready waits for the addresses.
func (s *server) ready() {
	s.t.Helper()
	// The last line says how to stop.
	said := s.said("where it listens", func(text string) bool {
		return address(text, plainAddress) != "" && address(text, ircAddress) != "" && strings.Contains(text, "Ctrl-C")
	})
	s.line, s.irc, s.ircs = address(said, plainAddress), address(said, ircAddress), address(said, ircsAddress)
}

// How the server says where it listens, in its first lines.
const (
	plainAddress = `(?m)\bnc (\S+) (\d+)`
	ircAddress   = `(?mi)^\s*irc\s[^+]*?([\d.]+|\[[0-9a-f:]+\])[: ](\d+)`
	ircsAddress  = `(?mi)^\s*irc\s*\+\s*tls.*?([\d.]+|\[[0-9a-f:]+\])[: ](\d+)`
)

func address(said, pattern string) string {
	found := regexp.MustCompile(pattern).FindStringSubmatch(said)
	if found == nil {
		return ""
	}
	return found[1] + ":" + found[2]
}

// said waits until the server's output fits, and gives all of it.
func (s *server) said(what string, fits func(string) bool) string {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		text, grown := s.output.now()
		if fits(text) {
			return text
		}
		select {
		case <-grown:
		case <-s.exited:
			if text = s.output.String(); fits(text) {
				return text
			}
			s.t.Fatalf("the server ended (%v) and did not say %s; it said:\n%s", s.err, what, text)
		case <-deadline:
			s.t.Fatalf("the server did not say %s in %v; it said:\n%s", what, patience, text)
		}
	}
}

// signal sends a signal to the server itself.
func (s *server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := syscall.Kill(s.pid, sig); err != nil {
		s.t.Fatalf("signal %v: %v", sig, err)
	}
}

// stop ends the server in order and expects that it succeeds.
func (s *server) stop() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	if code := s.exitCode(); code != 0 {
		s.t.Errorf("after SIGTERM the server exited with %d; it said:\n%s", code, tail(s.output.String(), 3000))
	}
}

// kill ends the server as a power cut would, and waits until it is gone.
func (s *server) kill() {
	s.t.Helper()
	s.signal(syscall.SIGKILL)
	s.exitCode()
}

// killWhen kills the server a while after enough was done, in the middle of more, and
// waits until all connections ended.
func (s *server) killWhen(t *testing.T, reached, done <-chan struct{}, later time.Duration, short func() string) {
	t.Helper()
	select {
	case <-reached:
		time.Sleep(later) // a random moment is what the test is about
	case <-done:
		t.Error("all connections ended before the kill")
	case <-time.After(patience):
		t.Errorf("only %s in %v", short(), patience)
	}
	s.kill()
	<-done
}

// exitCode waits for the end; -1 is the end by a signal.
func (s *server) exitCode() int {
	s.t.Helper()
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.t.Fatalf("the server did not end in %v; it said:\n%s", patience, tail(s.output.String(), 3000))
	}
	return s.command.ProcessState.ExitCode()
}

// madang runs another subcommand to its end.
func madang(t testing.TB, args ...string) (output string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, *binary, args...)
	out, err := command.CombinedOutput()
	if command.ProcessState == nil || ctx.Err() != nil {
		t.Fatalf("madang %s: %v %v\n%s", strings.Join(args, " "), err, ctx.Err(), out)
	}
	return string(out), command.ProcessState.ExitCode()
}

// capture keeps what a process writes, and tells who waits.
type capture struct {
	mu    sync.Mutex // guards what follows
	text  bytes.Buffer
	grown chan struct{} // closed and replaced when text grows
}

func newCapture() *capture { return &capture{grown: make(chan struct{})} }

func (c *capture) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.grown)
	c.grown = make(chan struct{})
	return c.text.Write(b)
}

func (c *capture) now() (string, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String(), c.grown
}

func (c *capture) String() string {
	text, _ := c.now()
	return text
}

// awaitText waits until text that a process writes holds a word.
func (c *capture) awaitText(t testing.TB, word string) string {
	t.Helper()
	deadline := time.After(patience)
	for {
		text, grown := c.now()
		if strings.Contains(text, word) {
			return text
		}
		select {
		case <-grown:
		case <-deadline:
			t.Fatalf("%q did not appear in %v in:\n%s", word, patience, text)
		}
	}
}

// resident is the resident memory of a process, in bytes.
func resident(t testing.TB, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	var kilobytes int64
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	if _, err := fmt.Sscan(after, &kilobytes); err != nil {
		t.Fatalf("read VmRSS: %v", err)
	}
	return kilobytes << 10
}
