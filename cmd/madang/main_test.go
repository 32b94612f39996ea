package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"madang/config"
	"madang/gateway/admin"
	"madang/server"
)

// text is a buffer that may be read while it is written.
type text struct {
	mu    sync.Mutex // guards what follows
	bytes bytes.Buffer
	grown chan struct{}
}

func newText() *text { return &text{grown: make(chan struct{}, 1)} }

func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case t.grown <- struct{}{}:
	default:
	}
	return t.bytes.Write(p)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bytes.String()
}

// await waits until the text matches, and gives the first group.
func (t *text) await(tb testing.TB, pattern string) string {
	tb.Helper()
	for {
		if found := regexp.MustCompile(pattern).FindStringSubmatch(t.String()); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-t.grown:
		case <-tb.Context().Done():
			tb.Fatal("the test is over")
		case <-time.After(30 * time.Second):
			tb.Fatalf("%q does not come; there is:\n%s", pattern, t)
		}
	}
}

// madang runs one command line to its end.
func madang(t *testing.T, in string, args ...string) (out, err string, code int) {
	t.Helper()
	o, e := newText(), newText()
	code = run(&program{context: context.Background(), in: strings.NewReader(in), out: o, err: e}, args)
	return o.String(), e.String(), code
}

// background runs a command line until stop.
type background struct {
	out, err *text
	hangups  chan os.Signal
	stop     func() int // gives the exit code
}

func start(t *testing.T, in io.Reader, args ...string) *background {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b := &background{out: newText(), err: newText(), hangups: make(chan os.Signal, 1)}
	code := make(chan int, 1)
	go func() {
		code <- run(&program{context: ctx, hangups: b.hangups, in: in, out: b.out, err: b.err}, args)
	}()
	b.stop = sync.OnceValue(func() int { cancel(); return <-code })
	t.Cleanup(func() { b.stop() })
	return b
}

func TestExitCodes(t *testing.T) {
	folder := t.TempDir()
	good, bad := filepath.Join(folder, "good.toml"), filepath.Join(folder, "bad.toml")
	for file, content := range map[string]string{good: config.Example, bad: "[limits]\nroms = 3\n"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		args []string
		code int
		out  string // a part
		err  string // a part
	}{
		{nil, 2, "", "--help"},
		{[]string{"--help"}, 0, "Run the server.", ""},
		{[]string{"serve", "--help"}, 0, "--no-limits", ""},
		{[]string{"dance"}, 2, "", "dance"},
		{[]string{"serve", "--frob"}, 2, "", "--frob"},
		{[]string{"serve", "--durability", "sometimes"}, 2, "", "durability: is one of commit, relaxed, none"},
		{[]string{"serve", "--line", "example.org:1"}, 2, "", "listen.line: the host is an address of this machine"},
		{[]string{"serve", "--config", bad}, 2, "", bad + ":2: limits.roms: there is no such setting; did you mean rooms?"},
		{[]string{"serve", "--config", filepath.Join(folder, "none.toml")}, 1, "", "none.toml"},
		{[]string{"config", "check", good}, 0, "is fine", ""},
		{[]string{"config", "check", bad}, 2, "", bad + ":2: limits.roms"},
		{[]string{"config", "print"}, 0, `data = "./madang-data"`, ""},
		{[]string{"config", "print", good}, 0, `name = "chat.example.org"`, ""},
		{[]string{"version"}, 0, "madang ", ""},
		{[]string{"bench", "--help"}, 0, "fanout", ""},
		{[]string{"bench", "fanout"}, 1, "", "bench"},
		{[]string{"say"}, 2, "", "room"},
		{[]string{"say", "lobby", "x", "--server", "127.0.0.1:1"}, 1, "", "127.0.0.1:1"},
		{[]string{"say", "lobby", "x", "--account", "minji"}, 2, "", "MADANG_PASSWORD"},
		{[]string{"tail", "lobby", "--password-file", "x"}, 2, "", "--account"},
		{[]string{"tail", "lobby", "--account", "minji", "--password-file", "/nowhere"}, 1, "", "/nowhere"},
		{[]string{"tail", "lobby", "--server", "127.0.0.1:1"}, 1, "", "127.0.0.1:1"},
		{[]string{"dial", "127.0.0.1"}, 2, "", "whom to call"},
		{[]string{"dial", "127.0.0.1:1"}, 1, "", "127.0.0.1:1"},
		{[]string{"dial", "127.0.0.1:1", "--charset", "latin1"}, 2, "", "utf-8 and cp949"},
		{[]string{"listen", "no:such:port"}, 2, "", "where to listen"},
		{[]string{"netstat", "--data", folder}, 1, "", "no server answers for the data folder " + folder},
		{[]string{"netstat", "--sort", "colour"}, 2, "", "--sort"},
		{[]string{"kick", "--data", folder}, 2, "", "kick needs a nick"},
		{[]string{"kick", "bob", "--room", "a", "--id", "3", "--data", folder}, 2, "", "not both"},
		{[]string{"ban", "add", "x", "--for", "soon", "--data", folder}, 2, "", "no length of time"},
		{[]string{"stats", "--config", bad}, 2, "", "limits.roms"},
		{[]string{"restore", good, "--data", filepath.Join(folder, "d")}, 1, "", "good.toml"},
		{[]string{"restore", filepath.Join(folder, "none")}, 2, "", "none"},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			out, err, code := madang(t, "", test.args...)
			if code != test.code || !strings.Contains(out, test.out) || !strings.Contains(err, test.err) || (code == 0) != (err == "") {
				t.Errorf("exit code %d\nout %s\nerr %s", code, out, err)
			}
		})
	}
}

func TestHash(t *testing.T) {
	hash, _, code := madang(t, "geheim\n", "config", "hash")
	if code != 0 {
		t.Fatal(code)
	}
	file := filepath.Join(t.TempDir(), "m.toml")
	if err := os.WriteFile(file, []byte("[[operator]]\nname = 'a'\npassword_hash = '"+strings.TrimSpace(hash)+"'"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err, code := madang(t, "", "config", "check", file); code != 0 {
		t.Error(err)
	}
	if _, err, code := madang(t, "\n", "config", "hash"); code != 1 || !strings.Contains(err, "a password has 1 to 1024 bytes") {
		t.Errorf("an empty password: %d %s", code, err)
	}
}

func TestBugExits70(t *testing.T) {
	e := newText()
	code := run(&program{context: context.Background(), in: strings.NewReader(""), out: panicker{}, err: e}, []string{"version"})
	if code != exitBug || !strings.Contains(e.String(), "bug: planted") {
		t.Errorf("exit code %d, %s", code, e)
	}
}

// caughtPanic is how a bug on another goroutine comes back as an error.
type caughtPanic struct{}

func (caughtPanic) Error() string { return "planted elsewhere" }
func (caughtPanic) Bug() string   { return "its stack" }

func TestCaughtBugExits70(t *testing.T) {
	e := newText()
	code := (&program{err: e}).exit(fmt.Errorf("serve: %w", caughtPanic{}))
	if code != exitBug || !strings.Contains(e.String(), "bug: serve: planted elsewhere\nits stack") {
		t.Errorf("exit code %d, %s", code, e)
	}
}

type panicker struct{}

func (panicker) Write([]byte) (int, error) { panic("planted") }

func TestWelcomeIsShort(t *testing.T) {
	lan := []netip.Addr{netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("2001:db8::2")}
	for _, test := range []struct {
		l    server.Listening
		want string
	}{
		{server.Listening{Line: "127.0.0.1:9999", IRC: "127.0.0.1:6667", IRCS: "127.0.0.1:6697", Data: "/d", Durability: config.Commit,
			Authority: "AB:CD", AuthorityFile: "/d/authority.pem"},
			"  Plain text  127.0.0.1:9999  join with: nc 127.0.0.1 9999\n" +
				"  IRC         127.0.0.1:6667  join with: irssi -c 127.0.0.1 -p 6667\n" +
				"  IRC + TLS   127.0.0.1:6697  authority to install: /d/authority.pem\n" +
				"    SHA-256 AB:CD\n" +
				"Data in /d\n" +
				"Only this machine can join. To let your network in: madang serve --public\n"},
		{server.Listening{Line: "[::]:9999", Data: "/d", Durability: config.Relaxed},
			"  Plain text  127.0.0.1:9999  join with: nc 127.0.0.1 9999\n" +
				"Data in /d; durability is relaxed: a crash may lose the last messages shown.\n" +
				"Open to the network at 192.168.1.2, 2001:db8::2\n"},
		{server.Listening{Line: "127.0.0.1:9999", IRC: "127.0.0.1:6667", IRCS: "127.0.0.1:6697", Data: "/d", Claim: "AAAA-BBBB-CCCC-DDDD",
			Authority: "AB:CD", AuthorityFile: "/d/authority.pem"},
			"  Plain text  127.0.0.1:9999  join with: nc 127.0.0.1 9999\n" +
				"  IRC         127.0.0.1:6667  join with: irssi -c 127.0.0.1 -p 6667\n" +
				"  IRC + TLS   127.0.0.1:6697  authority to install: /d/authority.pem\n" +
				"    SHA-256 AB:CD\n" +
				"Data in /d\n" +
				"Only this machine can join. To let your network in: madang serve --public\n" +
				"To be its operator, register and type within 30 minutes: /claim AAAA-BBBB-CCCC-DDDD   "},
		{server.Listening{IRC: "[::1]:1", IRCS: "[::1]:2", Data: "/d", Durability: config.None, Authority: "AB:CD"},
			"  IRC         [::1]:1  join with: irssi -c ::1 -p 1\n" +
				"  IRC + TLS   [::1]:2\n" +
				"    its authority has the SHA-256 fingerprint AB:CD\n" +
				"Nothing is kept: durability is none, and a stop forgets every message.\n" +
				"Only this machine can join. To let your network in: madang serve --public\n"},
		{server.Listening{WS: "127.0.0.1:8097", WSS: "[::]:8098", Data: "/d"},
			"  WebSocket   ws://127.0.0.1:8097 and wss://127.0.0.1:8098  for IRC web clients\n" +
				"Data in /d\n" +
				"Open to the network at 192.168.1.2, 2001:db8::2\n"},
		{server.Listening{WS: "127.0.0.1:8097", Data: "/d"},
			"  WebSocket   ws://127.0.0.1:8097  for IRC web clients\n" +
				"Data in /d\n" +
				"Only this machine can join. To let your network in: madang serve --public\n"},
	} {
		got := welcome(test.l, lan)
		_, got, _ = strings.Cut(got, "\n")
		if got != test.want+"Stop with Ctrl-C.\n" {
			t.Errorf("got\n%swant\n%s", got, test.want)
		}
		if strings.Count(got, "\n")+1 > 8 {
			t.Error("more than eight lines")
		}
	}
}

func TestFlagsCountMoreThanTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "m.toml")
	if err := os.WriteFile(file, []byte("data = '/file'\n[listen]\nline = '127.0.0.1:1'\nirc = '10.0.0.1:2'\nircs = ''"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty, folder, ws := "", "/flag", "127.0.0.1:3"
	c, err := (&serveCommand{Config: file, Data: &folder, Line: &empty, WS: &ws, NoLimits: true, Public: true}).settings()
	if err != nil || c.Data != "/flag" || c.IRC.WebSocket != ":3" || c.IRC.WebSocketTLS != "" || c.Listen != (config.Listen{IRC: ":2"}) || !c.Limits.NoLimits {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestNotify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	if err := notifyReady(); err != nil {
		t.Fatal(err)
	}
	var b [100]byte
	if n, err := manager.Read(b[:]); err != nil || string(b[:n]) != "READY=1" {
		t.Errorf("the manager heard %q, %v", b[:n], err)
	}
	t.Setenv("NOTIFY_SOCKET", path+".gone")
	if err := notifyReady(); err == nil {
		t.Error("nobody heard it, and that is no error")
	}
}

func TestSortConnections(t *testing.T) {
	rows := []admin.Connection{
		{ID: 1, Address: "10.0.0.10", Port: 2, User: "b", BytesIn: 5},
		{ID: 2, Address: "10.0.0.9", Port: 9, User: "a", BytesIn: 5},
		{ID: 3, Address: "10.0.0.10", Port: 1, User: "c", TLS: true},
	}
	for column, want := range map[string][]uint64{
		"id": {1, 2, 3}, "address": {2, 3, 1}, "user": {2, 1, 3}, "in": {3, 1, 2}, "tls": {1, 2, 3}, "gateway": {1, 2, 3},
	} {
		for _, reverse := range []bool{false, true} {
			sortConnections(rows, column, reverse)
			var got []uint64
			for _, r := range rows {
				got = append(got, r.ID)
			}
			if reverse {
				slices.Reverse(got)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, reverse %t: %v", column, reverse, got)
			}
		}
	}
}

func TestASignalEndsWaitingForInput(t *testing.T) {
	for _, args := range [][]string{{"say", "lobby"}, {"config", "hash"}} {
		silence, typing := io.Pipe()
		b := start(t, silence, args...)
		if code := b.stop(); code != exitFailed || !strings.Contains(b.err.String(), "canceled") {
			t.Errorf("%q: exit code %d %s", args, code, b.err)
		}
		typing.Close()
	}
}

func TestDialMeetsListen(t *testing.T) {
	in, typing := io.Pipe()
	listener := start(t, in, "listen", "0", "--charset", "cp949")
	address := listener.err.await(t, `listening at (\S+)`)
	dialIn, dialTyping := io.Pipe()
	dialer := start(t, dialIn, "dial", address, "--charset", "cp949")
	io.WriteString(dialTyping, "여보세요\n")
	listener.out.await(t, "여보세요\n")
	io.WriteString(typing, "네\n")
	dialer.out.await(t, "네\n")
	dialTyping.Close()
	typing.Close()
	if a, b := dialer.stop(), listener.stop(); a != 0 || b != 0 {
		t.Errorf("exit codes %d and %d", a, b)
	}
}

// TestServe is a server with its operator and its scripts.
func TestServe(t *testing.T) {
	folder := t.TempDir()
	data, file := filepath.Join(folder, "data"), filepath.Join(folder, "m.toml")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, nil, "serve", "--data", data, "--config", file, "--line", "127.0.0.1:0", "--irc", "", "--ircs", "")
	address := s.out.await(t, `Plain text  (\S+)`)
	s.out.await(t, "Ctrl-C")

	tail := start(t, nil, "tail", "yard", "--json", "--server", address)
	tail.err.await(t, "following #yard")
	for _, say := range []struct {
		in   string
		args []string
	}{
		{"", []string{"say", "#yard", "안녕", "yard", "--nick", "alice", "--server", address}},
		{"one\n\n  \ntwo\r\n", []string{"say", "yard", "--server", address}},
	} {
		if out, err, code := madang(t, say.in, say.args...); code != 0 || out+err != "" {
			t.Fatalf("%q: exit code %d %s", say.args, code, err)
		}
	}
	tail.out.await(t, `"text":"two"`)
	var texts []string
	for line := range strings.Lines(tail.out.String()) {
		var m struct{ Type, Room, Text string }
		if err := json.Unmarshal([]byte(line), &m); err != nil || m.Type != "message" || m.Room != "#yard" {
			t.Errorf("tail shows %s", line)
		}
		texts = append(texts, m.Text)
	}
	if !slices.Equal(texts, []string{"안녕 yard", "one", "two"}) {
		t.Errorf("tail shows %q", texts)
	}
	if _, err, code := madang(t, "", "say", "a b", "x", "--server", address); code != 1 || !strings.Contains(err, "cannot be a room's name") {
		t.Errorf("a refusal: exit code %d %s", code, err)
	}

	operateWith := func(in string, code int, part string, args ...string) {
		t.Helper()
		out, err, got := madang(t, in, append(args, "--data", data)...)
		if got != code || !strings.Contains(out+err, part) {
			t.Errorf("%q: exit code %d\n%s%s", args, got, out, err)
		}
	}
	operate := func(code int, part string, args ...string) {
		t.Helper()
		operateWith("", code, part, args...)
	}
	operate(0, "utf-8", "netstat", "--sort", "user")
	operate(0, `"bytes_in"`, "netstat", "--json")
	operate(0, "conn.writes", "stats")
	operate(0, `"store.commit_p50"`, "stats", "--json")
	operate(0, "Banned 192.0.2.0/24, until", "ban", "add", "192.0.2.0/24", "too", "loud", "--for", "7d")
	operate(0, "too loud", "ban", "list")
	operate(0, `"reason": "too loud"`, "ban", "list", "--json")
	operate(0, "", "ban", "remove", "192.0.2.0/24")
	operate(1, "no ban of 192.0.2.0/24", "ban", "remove", "192.0.2.0/24")
	operate(0, "127.0.0.1 hits users: 1, connections without a user: 0", "ban", "add", "127.0.0.1", "--dry-run")
	operate(2, "--yes", "ban", "add", "127.0.0.1")
	if out, _, _ := madang(t, "", "ban", "list", "--json", "--data", data); out != "[]\n" {
		t.Errorf("trying a ban set %s", out)
	}
	s.out.await(t, `/claim (\S{19})   Stop`)
	operate(0, "-", "account", "code")
	operateWith("geheim\n", 0, "mina@example.org", "account", "add", "Mina", "--mail", "mina@example.org")
	operateWith("\n", 1, "a password has 1 to 1024 bytes", "account", "add", "bob")
	operateWith("x\n", 1, "is taken", "account", "add", "mina")
	operateWith("besser\n", 0, "no", "account", "password", "mina")
	operate(0, "kill,ban,rule,see,erase", "account", "powers", "mina", "moderator")
	operate(1, "names no powers", "account", "powers", "mina", "king")
	operate(1, "Mina is an operator already", "account", "code")
	operate(0, `"always_on": true`, "account", "always-on", "mina", "on", "--json")
	operate(0, "tea.house", "account", "host", "mina", "Tea.House")
	operate(0, `"host": ""`, "account", "host", "mina", "-", "--json")
	operate(1, "looks like an address", "account", "host", "mina", "192.0.2.1")
	operate(0, "host:", "audit", "--limit", "9")
	operate(0, "ALWAYS ON", "account", "list")
	operate(0, `"name": "Mina"`, "account", "list", "--json")
	operate(0, "GATEWAY", "account", "sessions", "mina")
	operate(2, "a number or all", "account", "end-session", "mina", "x")
	operate(0, "", "account", "end-session", "mina", "all")
	operate(0, "suspended: too loud", "account", "suspend", "mina", "too", "loud")
	operate(0, "mina", "account", "resume", "mina")
	operate(0, "mina", "account", "verify", "mina")
	operate(0, "Good for 2 accounts", "account", "invite", "--uses", "2", "--expires", "7d")
	operate(2, "no length of time", "account", "invite", "--expires", "soon")
	operate(0, "USES LEFT", "account", "invitations")
	operate(2, "--yes", "account", "delete", "mina")
	operate(0, "", "account", "delete", "mina", "--yes")
	operate(1, "There is no account mina.", "account", "show", "mina")
	operate(0, "delete-account", "audit", "--since", "1h", "--by", "*madang*")
	operate(0, `"action": "ban"`, "audit", "--json")
	operate(1, "is no time", "audit", "--since", "once")
	operate(0, "", "room", "set", "yard", "secret", "on")
	operate(1, "Rooms have no setting", "room", "set", "yard", "colour", "red")
	operate(1, "There is no such message.", "erase", "x-y")
	operate(0, "", "room", "open", "hall", "--permanent")
	operate(0, "", "room", "retention", "hall", "--days", "3")
	operate(0, "permanent", "room", "list")
	operate(0, "3 days, 0 messages", "room", "show", "hall")
	operate(0, `"retention_days": 3`, "room", "show", "hall", "--json")
	operate(1, "There is no room #nowhere.", "room", "show", "nowhere")
	operate(1, "Nobody here is called nobody.", "kick", "nobody")
	operate(1, "There is no connection 99.", "kick", "--id", "99", "go")
	operate(0, "Backed up", "backup", filepath.Join(folder, "b.db"))
	operate(1, "exists already", "backup", filepath.Join(folder, "b.db"))
	if out, err, code := madang(t, "", "restore", filepath.Join(folder, "b.db"), "--data", filepath.Join(folder, "again"), "--verify"); code != 0 || !strings.Contains(out, "Restored 3 messages") {
		t.Errorf("restore: exit code %d %s%s", code, out, err)
	}

	if err := os.WriteFile(file, []byte("[limits]\nrooms = 3\nconnectoins = 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	operate(1, file+":3: limits.connectoins: there is no such setting; did you mean connections?", "reload")
	s.hangups <- syscall.SIGHUP
	s.err.await(t, "m.toml:3: limits.connectoins")
	if err := os.WriteFile(file, []byte("[log]\nlevel = 'warn'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	operate(0, "Reloaded", "reload")

	taken := start(t, nil, "serve", "--data", filepath.Join(folder, "other"), "--line", address, "--irc", "", "--ircs", "")
	taken.err.await(t, regexp.QuoteMeta(address)+".*--line")
	if code := taken.stop(); code != 1 {
		t.Errorf("an address that is taken: exit code %d", code)
	}
	second := start(t, nil, "serve", "--data", data, "--line", "127.0.0.1:0", "--irc", "", "--ircs", "")
	second.err.await(t, regexp.QuoteMeta(data))
	if code := second.stop(); code != 1 {
		t.Errorf("a second server: exit code %d", code)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.err)
	}
	if code := tail.stop(); code != 0 {
		t.Errorf("tail: exit code %d\n%s", code, tail.err)
	}
}
