//go:build real && linux

package real

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestStart prints how long an empty folder takes from start to listening, and looks at
// what a newcomer reads.
func TestStart(t *testing.T) {
	begun := time.Now()
	s := start(t, plan{})
	t.Logf("start to listening on an empty folder: %v (strange to a busy machine)", time.Since(begun).Round(time.Millisecond))
	said := strings.TrimSpace(s.output.String())
	if n := strings.Count(said, "\n") + 1; n > 8 {
		t.Errorf("the server says %d lines at start:\n%s", n, said)
	}
	for _, part := range []string{"nc 127.0.0.1 ", s.data, "--public"} {
		if !strings.Contains(said, part) {
			t.Errorf("the first lines do not say %q:\n%s", part, said)
		}
	}
	s.stop()
}

// TestTerminate: SIGTERM tells the sessions, keeps everything and exits with 0.
func TestTerminate(t *testing.T) {
	t.Parallel()
	s := start(t, plan{})
	c, _ := s.jsonClient("sender")
	c.jsonJoin("#end")
	irc := s.ircClient("irc")
	irc.join("#end")
	plain := dial(t, "plain", s.line)
	plain.send("/who")
	plain.awaitText("You are ")
	const many = 200
	for i := range many {
		c.jsonSay("#end", fmt.Sprintf("last words %d", i), fmt.Sprint(i))
	}
	c.await("the first of them", func(line string) bool { return parseObject(line).Type == "ok" })
	s.stop()
	for _, told := range []*client{c, irc, plain} {
		if lines := told.awaitEnd(); !strings.Contains(strings.Join(lines[max(0, len(lines)-3):], "\n"), "stopping") {
			t.Errorf("%s was not told of the end, but last: %s", told.name, strings.Join(lines[max(0, len(lines)-1):], ""))
		}
	}
	lines, _, _ := c.now()
	s = start(t, plan{data: s.data})
	history := s.history("#end")
	checkHistory(t, history)
	stored := texts(history)
	for _, m := range messages(lines) {
		if stored[m.Text] != 1 {
			t.Errorf("%q was seen and is stored %d times", m.Text, stored[m.Text])
		}
	}
	t.Logf("%d of %d messages were in time", len(history), many)
}

// TestSecondServer: one data folder, one server.
func TestSecondServer(t *testing.T) {
	t.Parallel()
	for _, durability := range []string{"commit", "none"} {
		s := start(t, plan{flags: []string{"--durability", durability}})
		second := launch(t, plan{data: s.data, flags: []string{"--durability", durability}})
		if code := second.exitCode(); code == 0 {
			t.Errorf("%s: a second server on the same data exited with 0", durability)
		}
		said := strings.TrimSpace(second.output.String())
		if strings.Contains(said, "\n") || !strings.Contains(said, s.data) {
			t.Errorf("%s: the second server does not say in one clear line what is wrong:\n%s", durability, said)
		}
		c := s.ircClient("first")
		c.join("#first")
		s.stop()
	}
}

// TestReload: SIGHUP takes new settings, and keeps the old ones if a line is wrong.
func TestReload(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "settings.toml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("[server]\nmotd = \"the first motto\"\n")
	s := start(t, plan{flags: []string{"--config", file}})
	motto := func(nick, motto string) {
		t.Helper()
		c := s.ircClient(nick)
		c.send("MOTD")
		c.awaitText(motto)
	}
	motto("one", "the first motto")

	write("[server]\nmotd = \"the second motto\"\n\n[limits]\nconnectoins = 3\n")
	s.signal(syscall.SIGHUP)
	said := s.said("what is wrong", func(text string) bool { return strings.Contains(text, "connectoins") })
	if !strings.Contains(said, "5") || !strings.Contains(said, "limits.connections") && !strings.Contains(said, "did you mean connections") {
		t.Errorf("neither the line nor the right name is said:\n%s", said)
	}
	motto("two", "the first motto")

	write("[server]\nmotd = \"the third motto\"\n")
	s.signal(syscall.SIGHUP)
	s.said("that it reloaded", func(text string) bool {
		return strings.Contains(text, "reloaded\n") || strings.Contains(text, `"settings reloaded"`)
	})
	motto("three", "the third motto")
	s.stop()
}

// TestDurabilityNone says at start and in answers about history that nothing is kept.
func TestDurabilityNone(t *testing.T) {
	t.Parallel()
	s := start(t, plan{flags: []string{"--durability", "none"}})
	if said := s.output.String(); !strings.Contains(said, "none") {
		t.Errorf("the server does not say at start that it keeps nothing:\n%s", said)
	}
	c := dial(t, "plain", s.line)
	c.send("something")
	c.send("/history")
	c.awaitText("durability none")
	json, _ := s.jsonClient("json")
	json.send(`{"type":"history","room":"#lobby"}`)
	if o := json.awaitObject("error"); o.Code != "no-history" {
		t.Errorf("history is answered with %+v", o)
	}
	s.stop()
	for _, name := range []string{"madang.db", "search.db"} {
		if _, err := os.Stat(filepath.Join(s.data, name)); err == nil {
			t.Errorf("durability none wrote %s", name)
		}
	}
}
