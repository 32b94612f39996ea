//go:build real && linux

package real

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program is something that runs beside the server, with its input in our hand.
type program struct {
	t       testing.TB
	command *exec.Cmd
	input   io.WriteCloser
	output  *capture
	exited  chan struct{}
}

func runProgram(t testing.TB, name string, args ...string) *program {
	t.Helper()
	p := &program{t: t, command: exec.Command(name, args...), output: newCapture(), exited: make(chan struct{})}
	p.command.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8", "LC_ALL=C.UTF-8")
	p.command.Stdout, p.command.Stderr = p.output, p.output
	var err error
	if p.input, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.command.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		_ = p.command.Process.Kill()
		<-p.exited
		if t.Failed() {
			t.Logf("what %s %s printed:\n%s", name, strings.Join(args, " "), p.output)
		}
	})
	return p
}

func (p *program) types(text string) { _, _ = io.WriteString(p.input, text+"\n") }

// ends waits for the end and gives what was printed.
func (p *program) ends() (output string, code int) {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Fatalf("%s did not end in %v; it printed:\n%s", p.command.Path, patience, p.output)
	}
	return p.output.String(), p.command.ProcessState.ExitCode()
}

// beginner is a folder with a beginner's client.py and server.py.
type beginner struct{ name, folder, charset string }

// beginners are our scripts, those of the neighbourhood where they exist, and both in
// the old Korean character set.
func beginners(t *testing.T) []beginner {
	t.Helper()
	plain := []beginner{{"ours", "testdata", "utf-8"}}
	if _, err := os.Stat("../../shared/hello/client.py"); err == nil {
		plain = append(plain, beginner{"shared", "../../shared/hello", "utf-8"})
	}
	all := plain
	for _, b := range plain {
		all = append(all, beginner{b.name + " in cp949", inCP949(t, b.folder), "cp949"})
	}
	return all
}

func inCP949(t *testing.T, folder string) string {
	t.Helper()
	changed := t.TempDir()
	for _, script := range []string{"client.py", "server.py"} {
		text, err := os.ReadFile(filepath.Join(folder, script))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), `"utf-8"`) {
			t.Fatalf("%s names no character set", script)
		}
		text = []byte(strings.ReplaceAll(string(text), `"utf-8"`, `"cp949"`))
		if err := os.WriteFile(filepath.Join(changed, script), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return changed
}

// TestBeginnersClient runs scripts that send once, without a newline, and read once.
func TestBeginnersClient(t *testing.T) {
	t.Parallel()
	need(t, "python3")
	s := start(t, plan{})
	lobby := dial(t, "lobby", s.line)
	lobby.send("/who")
	lobby.awaitText("You are ")
	host, port, _ := net.SplitHostPort(s.line)
	for _, b := range beginners(t) {
		for _, text := range []string{"Hello, Server", "안녕하세요 " + b.name} {
			out, code := runProgram(t, "python3", filepath.Join(b.folder, "client.py"), host, port, text).ends()
			if code != 0 || !strings.HasPrefix(out, "Hello, Client") {
				t.Errorf("%s: exit code %d, it printed %q", b.name, code, out)
			}
			lobby.awaitText(": " + text)
		}
	}
}

// TestBeginnersServer has madang dial meet scripts that accept once, send once and read
// once.
func TestBeginnersServer(t *testing.T) {
	t.Parallel()
	need(t, "python3")
	for _, b := range beginners(t) {
		t.Run(b.name, func(t *testing.T) {
			port := freePort(t)
			server := runProgram(t, "python3", filepath.Join(b.folder, "server.py"), port)
			awaitListener(t, port)
			dialer := runProgram(t, *binary, "dial", "--charset", b.charset, "127.0.0.1:"+port)
			dialer.output.awaitText(t, "Hello, Client")
			dialer.types("Hello, Server! 안녕하세요")
			out, code := server.ends()
			if code != 0 || !strings.Contains(out, "Hello, Server! 안녕하세요") {
				t.Errorf("the server exited with %d and printed %q", code, out)
			}
			_ = dialer.input.Close()
			if out, code := dialer.ends(); code != 0 {
				t.Errorf("madang dial exited with %d and printed %q", code, out)
			}
		})
	}
}

// TestOneToOne lets two of ours meet without a server.
func TestOneToOne(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	listener := runProgram(t, *binary, "listen", port)
	awaitListener(t, port)
	dialer := runProgram(t, *binary, "dial", "127.0.0.1:"+port)
	dialer.types("여보세요")
	listener.output.awaitText(t, "여보세요")
	listener.types("네, 들립니다")
	dialer.output.awaitText(t, "네, 들립니다")
	_ = dialer.input.Close()
	if out, code := dialer.ends(); code != 0 {
		t.Errorf("madang dial exited with %d and printed %q", code, out)
	}
	_ = listener.input.Close()
	if out, code := listener.ends(); code != 0 {
		t.Errorf("madang listen exited with %d and printed %q", code, out)
	}
}

// TestNetcat is two people with nc.
func TestNetcat(t *testing.T) {
	t.Parallel()
	need(t, "nc")
	s := start(t, plan{})
	host, port, _ := net.SplitHostPort(s.line)
	anna, bert := runProgram(t, "nc", host, port), runProgram(t, "nc", host, port)
	for nick, p := range map[string]*program{"anna": anna, "bert": bert} {
		greeting := p.output.awaitText(t, "\n")
		if first, _, _ := strings.Cut(greeting, "\n"); !strings.HasPrefix(first, "Hello, Client") || len(first) > 100 {
			t.Errorf("the greeting is %q", first)
		}
		p.types("/nick " + nick)
		p.output.awaitText(t, "You are called "+nick)
	}
	anna.types("안녕, bert")
	bert.output.awaitText(t, "[#lobby] anna: 안녕, bert\n")
	bert.types("hello there")
	anna.output.awaitText(t, "[#lobby] bert: hello there\n")
	anna.types("/history 2")
	anna.output.awaitText(t, "anna: 안녕, bert\n")
	anna.types("/quit")
	anna.output.awaitText(t, "Bye.")
	_ = anna.input.Close()
	if _, code := anna.ends(); code != 0 {
		t.Errorf("nc exited with %d", code)
	}
	bert.output.awaitText(t, "- anna")
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// awaitListener waits until somebody listens at a port, without connecting to it.
func awaitListener(t testing.TB, port string) {
	t.Helper()
	var number int
	if _, err := fmt.Sscan(port, &number); err != nil {
		t.Fatal(err)
	}
	const listening = " 0A "
	deadline := time.Now().Add(patience)
	for {
		for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
			text, _ := os.ReadFile(table)
			for line := range strings.Lines(string(text)) {
				if strings.Contains(line, fmt.Sprintf(":%04X ", number)) && strings.Contains(line, listening) {
					return
				}
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("nobody listens at port %s", port)
		}
		time.Sleep(lookEvery)
	}
}
