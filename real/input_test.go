//go:build real && linux

package real

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestEndlessLine sends ten megabytes without a newline from many connections at once.
// The server's memory stays bounded; registered sessions are told the limit and go on.
func TestEndlessLine(t *testing.T) {
	const connections, megabytes = 16, 10
	s := start(t, plan{})
	irc := s.ircClient("long")
	json, _ := s.jsonClient("long")
	before := resident(t, s.pid)
	chunk := strings.Repeat("x", 1<<20)
	var sending sync.WaitGroup
	flood := func(c *client) {
		sending.Go(func() {
			for range megabytes {
				c.write(chunk)
			}
		})
	}
	flood(irc)
	flood(json)
	for i := range connections / 2 {
		flood(dial(t, fmt.Sprintf("irc %d", i), s.irc))
		flood(dial(t, fmt.Sprintf("line %d", i), s.line))
	}
	sending.Wait()
	grown := resident(t, s.pid) - before
	t.Logf("%d connections sent %d MB each without a newline: the server grew by %d KiB", connections+2, megabytes, grown>>10)
	if grown > 64<<20 {
		t.Errorf("the server grew by %d MiB", grown>>20)
	}
	irc.write("\r\n")
	irc.awaitText(" 417 ")
	irc.sync()
	json.write("\n")
	if o := json.awaitObject("error"); !strings.Contains(o.Text, "16384") {
		t.Errorf("the error does not name the limit: %+v", o)
	}
	json.jsonSync()
}

// TestOverLongLines: a line over the limit costs that line only.
func TestOverLongLines(t *testing.T) {
	t.Parallel()
	s := start(t, plan{})
	c := s.ircClient("long", "message-tags")
	c.join("#long")
	watch := s.ircClient("watch")
	watch.join("#long")
	c.say("#long", strings.Repeat("가", 600))
	c.awaitText(" 417 ")
	c.send("@%s PRIVMSG #long :tags", strings.Repeat("+a=b;", 2000))
	c.awaitText(" 417 ")
	c.say("#long", "still here")
	watch.awaitText("PRIVMSG #long :still here")
	if watch.heard("가") || watch.heard(":tags") {
		t.Error("a line over the limit was said")
	}

	plain := dial(t, "plain", s.line)
	plain.send("/join #long")
	plain.awaitText("#long")
	plain.send("%s", strings.Repeat("나", 6000))
	plain.awaitText("16384")
	plain.send("plain is still here")
	watch.awaitText("plain is still here")
	if watch.heard("나") {
		t.Error("a line over the limit was said")
	}
}

// TestNeverRegisters waits for the server to hang up on people who never say who they are.
func TestNeverRegisters(t *testing.T) {
	t.Parallel()
	s := start(t, plan{})
	silent := dial(t, "silent", s.irc)
	half := dial(t, "half", s.irc)
	half.send("NICK half")
	negotiating := dial(t, "negotiating", s.irc)
	negotiating.send("CAP LS 302")
	stalled := dial(t, "stalled", s.line)
	stalled.write("x")
	for _, c := range []*client{silent, half, negotiating, stalled} {
		lines := c.awaitEnd()
		t.Logf("%s heard last: %s", c.name, lines[max(0, len(lines)-1):])
	}
}

// TestNotChat knocks with other protocols: they are closed and nothing of them is said.
func TestNotChat(t *testing.T) {
	t.Parallel()
	s := start(t, plan{})
	lobby, _ := s.jsonClient("lobby")
	irc := s.ircClient("lobby2")
	irc.join("#lobby")
	for name, text := range map[string]string{
		"GET":      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST":     "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\nNICK evil\r\nUSER a 0 * :a\r\nPRIVMSG #lobby :evil\r\n",
		"custom":   "PRIVMSG /evil HTTP/1.1\r\n\r\nevil\r\n",
		"long":     "GET /" + strings.Repeat("evil", 20_000) + " HTTP/1.1\r\n\r\nevil\r\n",
		"NUL":      "evil\x00evil\nevil\n",
		"too long": strings.Repeat("evil", 10_000) + "\nevil\n",
	} {
		line := dial(t, name+" at line", s.line)
		line.write(text)
		line.awaitEnd()
		c := dial(t, name+" at irc", s.irc)
		c.write(text)
		heard := c.awaitEnd()
		if strings.Contains(text, " HTTP/") && (len(heard) == 0 || !strings.Contains(heard[0], " 400 ")) {
			t.Errorf("%s: the IRC port answered %q", name, heard)
		}
	}
	for _, address := range []string{s.line, s.irc} {
		conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
		if err == nil {
			conn.Close()
			t.Errorf("%s speaks TLS", address)
		}
	}
	lobby.jsonSync()
	irc.sync()
	if lobby.heard("evil") || irc.heard("evil") {
		t.Error("what was no chat was said in the lobby")
	}
	lines, _, _ := lobby.now()
	if n := count(lines, `"type":"join"`); n > 3 {
		t.Errorf("%d people came into the lobby", n)
	}
}

// TestBrowser has Chromium fetch from both ports, as a hostile page would.
func TestBrowser(t *testing.T) {
	t.Parallel()
	need(t, "chromium")
	s := start(t, plan{})
	lobby, _ := s.jsonClient("lobby")
	hit := make(chan struct{})
	page := filepath.Join(t.TempDir(), "page.html")
	done, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer done.Close()
	go func() {
		if c, err := done.Accept(); err == nil {
			_, _ = io.WriteString(c, "HTTP/1.1 204 None\r\nConnection: close\r\n\r\n")
			c.Close()
			close(hit)
		}
	}()
	script := fmt.Sprintf(`<script>
const body = "evil\r\nNICK evil\r\nUSER evil 0 * :evil\r\nPRIVMSG #lobby :evil\r\n";
const calls = [%q, %q].flatMap(a => [
  fetch("http://" + a + "/", {method: "POST", mode: "no-cors", body}),
  fetch("http://" + a + "/" + "evil".repeat(5000), {mode: "no-cors"}),
  fetch("http://" + a + "/evil", {method: "PRIVMSG", body})]);
Promise.allSettled(calls).then(() => fetch("http://%s/done", {mode: "no-cors"}));
</script>`, s.line, s.irc, done.Addr())
	if err := os.WriteFile(page, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	browser := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(),
		"--explicitly-allowed-ports="+port(s.line)+","+port(s.irc), "--remote-debugging-port=0", "file://"+page)
	if err := browser.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = browser.Process.Kill(); _ = browser.Wait() }()
	await(t, hit, "the page's last request")
	lobby.jsonSync()
	if lobby.heard("evil") {
		t.Error("what a browser sent was said in the lobby")
	}
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// TestNUL: a NUL in the middle of a session costs its line.
func TestNUL(t *testing.T) {
	t.Parallel()
	s := start(t, plan{})
	c := dial(t, "nul", s.line)
	c.send("hello")
	c.send("evil\x00evil")
	c.awaitText("NUL")
	irc := s.ircClient("nul2")
	irc.join("#lobby")
	irc.send("PRIVMSG #lobby :bad\x00bad")
	irc.sync()
	c.send("still here")
	irc.awaitText("still here")
	c.send("/history 10")
	c.awaitText("still here")
	if c.heard("evil") {
		t.Error("a line with a NUL was said")
	}
	irc.alive()
}
