//go:build real && linux

package real

import (
	"bytes"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// replaying are settings with which whoever enters a room sees what was said before.
const replaying = "[history]\nreplay_lines = 20\n"

// irssi opens irssi and connects it.
func irssi(t *testing.T, s *server, nick string) *terminal {
	t.Helper()
	need(t, "tmux", "irssi")
	host, port, _ := net.SplitHostPort(s.irc)
	home := t.TempDir()
	w := open(t, nick+" (irssi)", "irssi", "--home="+home, "-c", host, "-p", port, "-n", nick)
	w.shows("are supported", nick) // the end of what a server says first
	w.types("/set dcc_download_path %s", home)
	return w
}

// weechat opens WeeChat and connects it.
func weechat(t *testing.T, s *server, nick string) *terminal {
	t.Helper()
	need(t, "tmux", "weechat")
	host, port, _ := net.SplitHostPort(s.irc)
	w := open(t, nick+" (WeeChat)", "weechat", "-d", t.TempDir(),
		"-r", "/server add yard "+host+"/"+port+" -nicks="+nick, "-r", "/connect yard")
	w.shows("are supported")
	return w
}

// TestIrssi and TestWeeChat let people talk Korean through Debian's clients, with
// somebody in plain text, and look at what each of them received.
func TestIrssi(t *testing.T) {
	t.Parallel()
	converse(t, irssi, "irssi")
}

func TestWeeChat(t *testing.T) {
	t.Parallel()
	converse(t, weechat, "weechat")
}

func converse(t *testing.T, client func(*testing.T, *server, string) *terminal, nick string) {
	s := start(t, plan{config: replaying})
	raw := s.ircClient("raw")
	raw.join("#마당")
	plain := dial(t, "plain", s.line)
	plain.send("/nick 철수")
	plain.send("/join #마당")
	plain.awaitText("#마당")
	raw.say("#마당", "처음부터 있던 말")
	raw.sync()

	w := client(t, s, nick)
	w.types("/join #마당")
	raw.awaitText(":" + nick + "!")
	w.shows("처음부터 있던 말")
	w.types("안녕하세요, %s입니다", nick)
	raw.awaitText("PRIVMSG #마당 :안녕하세요, " + nick + "입니다")
	plain.awaitText("[#마당] " + nick + ": 안녕하세요, " + nick + "입니다")
	plain.send("반갑습니다 ㅋㅋㅋ")
	w.shows("철수", "반갑습니다 ㅋㅋㅋ")
	raw.say("#마당", "배포가 끝났다")
	w.shows("배포가 끝났다")

	w.types("/part #마당")
	raw.await("the part", func(line string) bool {
		return strings.HasPrefix(line, ":"+nick+"!") && strings.Contains(line, " PART ")
	})
	raw.say("#마당", "아무도 없는 사이에 한 말")
	raw.sync()
	w.types("/join #마당")
	w.shows("아무도 없는 사이에 한 말")
	w.types("/quit")
	raw.await("the quit", func(line string) bool {
		return strings.HasPrefix(line, ":"+nick+"!") && strings.Contains(line, " QUIT ")
	})
	history := texts(s.history("#마당"))
	for _, text := range []string{"처음부터 있던 말", "안녕하세요, " + nick + "입니다", "반갑습니다 ㅋㅋㅋ", "배포가 끝났다", "아무도 없는 사이에 한 말"} {
		if history[text] != 1 {
			t.Errorf("history has %q %d times", text, history[text])
		}
	}
}

// TestDCC lets two irssi clients find each other through the server and then talk, and
// send a file, without it.
func TestDCC(t *testing.T) {
	t.Parallel()
	s := start(t, plan{})
	anna, bert := irssi(t, s, "anna"), irssi(t, s, "bert")
	for _, w := range []*terminal{anna, bert} {
		w.types("/set dcc_own_ip 127.0.0.1")
		// Everything in the one window that is looked at.
		w.types("/set autocreate_windows OFF")
	}
	watch := s.ircClient("watch")
	anna.types("/dcc chat bert")
	bert.shows("DCC CHAT", "anna")
	bert.types("/dcc chat anna")
	anna.shows("DCC CHAT connection with bert")
	anna.types("/msg =bert 우리끼리 하는 말")
	bert.shows("우리끼리 하는 말")
	bert.types("/msg =anna 잘 들립니다")
	anna.shows("잘 들립니다")

	content := make([]byte, 300_000)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(content)
	folder := t.TempDir()
	offered := filepath.Join(folder, "offer.bin")
	if err := os.WriteFile(offered, content, 0o600); err != nil {
		t.Fatal(err)
	}
	arrived := filepath.Join(folder, "arrived")
	if err := os.Mkdir(arrived, 0o700); err != nil {
		t.Fatal(err)
	}
	bert.types("/set dcc_download_path %s", arrived)
	anna.types("/dcc send bert %s", offered)
	bert.shows("offer.bin")
	bert.types("/dcc get anna")
	awaitFile(t, filepath.Join(arrived, "offer.bin"), content)
	watch.sync()
	if watch.heard("우리끼리") {
		t.Error("what two people said to each other went through the server")
	}
}

// awaitFile waits until a file has this content.
func awaitFile(t *testing.T, file string, content []byte) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		got, err := os.ReadFile(file)
		if bytes.Equal(got, content) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %d bytes of %d arrived, or others (%v)", file, len(got), len(content), err)
		}
		time.Sleep(lookEvery)
	}
}
