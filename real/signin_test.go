//go:build real && linux

package real

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The account of these tests, and where it always is.
const (
	accountPassword = "열려라-참깨-7"
	accountRoom     = "#마당"
)

// account makes an account that is always on and in its room, with nobody connected.
func (s *server) account(name string) {
	s.t.Helper()
	c := s.ircClient(name)
	c.send("NICKSERV REGISTER :%s", accountPassword)
	c.awaitText(" 900 ")
	c.send("NICKSERV SET ALWAYS-ON on")
	c.awaitText("ALWAYS-ON is on")
	c.join(accountRoom)
	c.send("QUIT")
	c.awaitEnd()
}

// fixed starts a server whose IRC port stays the same in its next life.
func fixed(t *testing.T, data, address string) *server {
	t.Helper()
	p := plan{data: data, config: replaying}
	if address != "" {
		p.flags = []string{"--irc", address}
	}
	return start(t, p)
}

// irssiSignedIn opens irssi with a configuration that signs in, all in one window.
func irssiSignedIn(t *testing.T, s *server, account string) *terminal {
	t.Helper()
	need(t, "tmux", "irssi")
	host, port, _ := net.SplitHostPort(s.irc)
	home := t.TempDir()
	settings := fmt.Sprintf(`servers = ({ address = "%s"; port = "%s"; chatnet = "yard"; autoconnect = "yes"; });
chatnets = { yard = { type = "IRC"; nick = "%[3]s"; sasl_mechanism = "PLAIN"; sasl_username = "%[3]s"; sasl_password = "%[4]s"; }; };
settings = { "fe-common/core" = { autocreate_windows = "no"; }; "irc/core" = { }; "core" = { server_reconnect_time = "10s"; nick = "%[3]s"; }; };
`, host, port, account, accountPassword)
	if err := os.WriteFile(filepath.Join(home, "config"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, account+" (irssi)", "irssi", "--home="+home)
}

// weechatSignedIn opens WeeChat with a server that signs in by a mechanism.
func weechatSignedIn(mechanism string) func(t *testing.T, s *server, account string) *terminal {
	return func(t *testing.T, s *server, account string) *terminal {
		t.Helper()
		need(t, "tmux", "weechat")
		host, port, _ := net.SplitHostPort(s.irc)
		return open(t, account+" (WeeChat)", "weechat", "-d", t.TempDir(),
			"-r", "/set weechat.look.paste_max_lines -1",
			"-r", "/set irc.look.server_buffer independent",
			"-r", "/set irc.look.buffer_switch_autojoin on",
			"-r", "/server add yard "+host+"/"+port+" -nicks="+account,
			"-r", "/set irc.server.yard.sasl_mechanism "+mechanism,
			"-r", "/set irc.server.yard.sasl_username "+account,
			"-r", "/set irc.server.yard.sasl_password \""+accountPassword+"\"",
			"-r", "/set irc.server.yard.autoreconnect_delay 1",
			"-r", "/connect yard")
	}
}

// TestIrssiSignsIn and TestWeeChatSignsIn sign in by SASL, find themselves in the rooms
// of their account without a word, see what they missed, and come back by themselves
// after the server was killed.
func TestIrssiSignsIn(t *testing.T) {
	t.Parallel()
	signsIn(t, irssiSignedIn, func(w *terminal) { w.shows("logged in as mina", accountRoom) })
}

func TestWeeChatSignsIn(t *testing.T) {
	t.Parallel()
	for _, mechanism := range []string{"plain", "scram-sha-256"} {
		t.Run(mechanism, func(t *testing.T) {
			t.Parallel()
			signsIn(t, weechatSignedIn(mechanism), weechatRoom)
		})
	}
}

// weechatRoom looks into the server's window, and then stays in that of the room.
func weechatRoom(w *terminal) {
	w.t.Helper()
	w.shows(accountRoom)
	w.types("/buffer irc.server.yard")
	w.shows("logged in as mina")
	w.types("/buffer irc.yard.%s", accountRoom)
}

func signsIn(t *testing.T, client func(*testing.T, *server, string) *terminal, enter func(*terminal)) {
	data := t.TempDir()
	s := fixed(t, data, "")
	s.account("mina")
	raw := s.ircClient("raw", "account-tag")
	raw.join(accountRoom)
	raw.say(accountRoom, "아무도 없는 사이에 한 말")
	raw.sync()

	w := client(t, s, "mina")
	enter(w)
	w.shows("아무도 없는 사이에 한 말", "raw")
	w.types("/msg %s 안녕하세요, 미나입니다", accountRoom)
	raw.await("a message of the account", func(line string) bool {
		return strings.Contains(line, "account=mina") && strings.HasSuffix(line, "PRIVMSG "+accountRoom+" :안녕하세요, 미나입니다")
	})
	raw.say(accountRoom, "배포가 끝났다")
	w.shows("배포가 끝났다")

	s.kill()
	again := fixed(t, data, s.irc)
	raw = again.ircClient("raw", "account-tag")
	raw.join(accountRoom)
	raw.say(accountRoom, "다시 열린 뒤에 한 말")
	raw.sync()
	w.shows("다시 열린 뒤에 한 말")
	w.types("/msg %s 다시 왔습니다", accountRoom)
	raw.awaitText("PRIVMSG " + accountRoom + " :다시 왔습니다")
	w.types("/quit")
	raw.say(accountRoom, "나간 뒤에 한 말")
	raw.sync()
	if raw.heard(":mina!") && count(linesOf(raw), " QUIT ") > 0 {
		t.Error("somebody who is always on was seen to quit")
	}
	history := texts(again.history(accountRoom))
	for _, text := range []string{"안녕하세요, 미나입니다", "다시 왔습니다", "다시 열린 뒤에 한 말"} {
		if history[text] != 1 {
			t.Errorf("history has %q %d times", text, history[text])
		}
	}
}

func linesOf(c *client) []string {
	lines, _, _ := c.now()
	return lines
}

// TestWeeChatAsksForHistory has WeeChat, which knows nothing of draft/chathistory in
// Debian's version, ask for it by hand, and show what comes.
func TestWeeChatAsksForHistory(t *testing.T) {
	t.Parallel()
	s := fixed(t, t.TempDir(), "")
	s.account("mina")
	raw := s.ircClient("raw")
	raw.join(accountRoom)
	for i := range 30 {
		raw.say(accountRoom, fmt.Sprintf("기록 %02d번", i))
	}
	raw.sync()
	w := weechatSignedIn("scram-sha-256")(t, s, "mina")
	weechatRoom(w)
	w.types("/quote CAP REQ draft/chathistory")
	w.types("/buffer clear")
	w.types("/quote CHATHISTORY BEFORE %s timestamp=2100-01-01T00:00:00.000Z 30", accountRoom)
	w.shows("기록 00번", "기록 13번", "기록 29번")
}
