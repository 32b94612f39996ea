//go:build real && linux

package real

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// other is one of Debian's other clients, and how it signs in to an account and is used.
type other struct {
	program string
	command func(t *testing.T, s *server, home string) []string
	first   string   // what it shows when it is connected, before typed is typed
	typed   []string // to sign in; empty: it does so by itself
	enter   []string // to look at the room
	say     string   // before what is said in the room
}

// identify is for clients that know nothing but NickServ.
const identify = "/msg NickServ IDENTIFY mina " + accountPassword

// others are the clients that run in a terminal.
func others() []other {
	old := func(program string, args ...string) func(*testing.T, *server, string) []string {
		return func(_ *testing.T, s *server, _ string) []string {
			host, port, _ := net.SplitHostPort(s.irc)
			command := append([]string{program}, args...)
			for i, word := range command {
				command[i] = strings.NewReplacer("HOST", host, "PORT", port).Replace(word)
			}
			return command
		}
	}
	return []other{
		{program: "sic", command: old("sic", "-h", "HOST", "-p", "PORT", "-n", "mina", "-k", "mina:"+accountPassword), say: ":m " + accountRoom + " "},
		{program: "catgirl", command: catgirl, enter: []string{"/window " + accountRoom}},
		{program: "epic5", command: old("epic5", "-q", "-n", "comer", "-p", "PORT", "HOST"), first: "Welcome to the", typed: []string{identify}, enter: []string{"/join " + accountRoom}},
		{program: "scrollz", command: old("scrollz", "-q", "-d", "-p", "PORT", "comer", "HOST"), first: "Welcome to the", typed: []string{identify}, enter: []string{"/join " + accountRoom}},
		{program: "ircII", command: old("ircII", "-q", "-d", "-p", "PORT", "comer", "HOST"), first: "Welcome to the", typed: []string{identify}, enter: []string{"/join " + accountRoom}},
		{program: "tinyirc", command: old("tinyirc", "--dumb", "comer", "HOST", "PORT"), first: "Welcome to the", typed: []string{identify}, enter: []string{"/join " + accountRoom}},
	}
}

// catgirl speaks TLS only, and is shown the server's certificate beforehand.
func catgirl(t *testing.T, s *server, home string) []string {
	host, port, _ := net.SplitHostPort(s.ircs)
	certificate, err := exec.Command("catgirl", "-o", "-h", host, "-p", port).Output()
	if err != nil {
		t.Fatalf("catgirl -o: %v", err)
	}
	file := filepath.Join(home, "server.pem")
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"catgirl", "-h", host, "-p", port, "-t", file, "-n", "mina", "-u", "mina", "-a", "mina:" + accountPassword}
}

// TestOthers signs in with whichever other clients Debian has: by PASS, by NickServ, by
// SASL over TLS. Each finds itself in the account's room, shows what was missed and what
// is said, and speaks as the account.
func TestOthers(t *testing.T) {
	t.Parallel()
	for _, c := range others() {
		t.Run(c.program, func(t *testing.T) {
			t.Parallel()
			c.test(t)
		})
	}
}

func (c *other) test(t *testing.T) {
	need(t, "tmux", c.program)
	s := start(t, plan{config: replaying, ircs: "127.0.0.1:0"})
	s.account("mina")
	raw := s.ircClient("raw")
	raw.join(accountRoom)
	raw.say(accountRoom, "아무도 없는 사이에 한 말")
	raw.sync()
	home := t.TempDir()
	command := append([]string{"env", "HOME=" + home}, c.command(t, s, home)...)
	w := open(t, c.program, command...)
	w.shows(c.first)
	for _, line := range c.typed {
		w.types("%s", line)
	}
	w.shows(accountRoom)
	for _, line := range c.enter {
		w.types("%s", line)
	}
	if c.typed == nil {
		w.shows("아무도 없는 사이에 한 말")
	}
	w.types("%s안녕하세요", c.say)
	raw.await("a message of the account", func(line string) bool {
		return strings.HasPrefix(line, ":mina!") && strings.HasSuffix(line, "PRIVMSG "+accountRoom+" :안녕하세요")
	})
	raw.say(accountRoom, "배포가 끝났다")
	w.shows("배포가 끝났다")
}

// TestII signs in with ii, which is files and a pipe, by PASS.
func TestII(t *testing.T) {
	t.Parallel()
	need(t, "ii")
	s := start(t, plan{config: replaying})
	s.account("mina")
	raw := s.ircClient("raw")
	raw.join(accountRoom)
	raw.say(accountRoom, "아무도 없는 사이에 한 말")
	raw.sync()
	folder := t.TempDir()
	host, port, _ := net.SplitHostPort(s.irc)
	command := exec.Command("ii", "-s", host, "-p", port, "-i", folder, "-n", "mina", "-k", "II_PASSWORD")
	command.Env = append(os.Environ(), "II_PASSWORD=mina:"+accountPassword)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	room := filepath.Join(folder, host, "#"+strings.Repeat("_", len(accountRoom)-1)) // it writes ASCII only
	awaitInFile(t, filepath.Join(room, "out"), "아무도 없는 사이에 한 말")
	if err := os.WriteFile(filepath.Join(room, "in"), []byte("안녕하세요\n"), 0); err != nil {
		t.Fatal(err)
	}
	raw.await("a message of the account", func(line string) bool {
		return strings.HasPrefix(line, ":mina!") && strings.HasSuffix(line, "PRIVMSG "+accountRoom+" :안녕하세요")
	})
	raw.say(accountRoom, "배포가 끝났다")
	awaitInFile(t, filepath.Join(room, "out"), "배포가 끝났다")
}

// awaitInFile waits until a file holds a text.
func awaitInFile(t *testing.T, file, text string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		got, err := os.ReadFile(file)
		if strings.Contains(string(got), text) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not hold %q but (%v):\n%s", file, text, err, got)
		}
		time.Sleep(lookEvery)
	}
}

// TestPythonIRC signs in with a program that uses Debian's python3-irc.
func TestPythonIRC(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3" // Debian's, which has Debian's libraries
	need(t, python)
	if exec.Command(python, "-c", "import irc.client").Run() != nil {
		t.Skip("python3-irc is not installed")
	}
	s := start(t, plan{config: replaying})
	s.account("mina")
	raw := s.ircClient("raw")
	raw.join(accountRoom)
	raw.say(accountRoom, "아무도 없는 사이에 한 말")
	raw.sync()
	host, port, _ := net.SplitHostPort(s.irc)
	output := newCapture()
	command := exec.Command(python, "testdata/irclib.py", host, port, "mina", accountPassword, accountRoom, "안녕하세요")
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	output.awaitText(t, "entered "+accountRoom)
	output.awaitText(t, "아무도 없는 사이에 한 말")
	raw.await("a message of the account", func(line string) bool {
		return strings.HasPrefix(line, ":mina!") && strings.HasSuffix(line, "PRIVMSG "+accountRoom+" :안녕하세요")
	})
}
