package admin_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/engine/sequencer"
	"madang/gateway"
	"madang/gateway/admin"
)

// silent is a gateway that shows nothing; its sessions attach with their first line.
type silent struct{}

func (silent) Name() string                                          { return "test" }
func (silent) Mask(chat.Kind) engine.Form                            { return 0 }
func (silent) Render(b []byte, _ *chat.Placed, _ engine.Form) []byte { return b }
func (silent) Observe(*chat.Placed)                                  {}

type talk struct{ session *engine.Session }

func (t *talk) Personal(b []byte, _ *chat.Placed) []byte { return b }
func (t *talk) Farewell(b []byte, reason string) []byte  { return append(b, "bye: "+reason...) }
func (t *talk) Ended()                                   {}
func (t *talk) Charset() string                          { return "cp949" }
func (t *talk) Encrypted() bool                          { return true }
func (t *talk) Input(in engine.Input) {
	id, text := t.session.ID(), string(in.Data)
	if room, ok := strings.CutPrefix(text, "join "); ok {
		t.session.Do(engine.Ask{Command: &chat.Join{Session: id, Room: room}})
		return
	}
	if login := (chat.Login{}); strings.HasPrefix(text, "login ") {
		if _, err := fmt.Sscanf(text, "login %d %d %s", &login.Account, &login.Serial, &login.Token); err != nil && login.Serial == 0 {
			panic(err)
		}
		address := gateway.CoreAddress(t.session.Outlet().(*peer).remote.Addr())
		t.session.Do(engine.Ask{Command: &chat.Attach{
			Session: id, Guest: true, Username: "u", Host: "cloak", Gateway: "second", Address: address, Login: login,
		}})
		return
	}
	if nick, ok := strings.CutPrefix(text, "attach "); ok {
		address := gateway.CoreAddress(t.session.Outlet().(*peer).remote.Addr())
		t.session.Do(engine.Ask{Command: &chat.Attach{
			Session: id, Nick: nick, Username: "u", Host: nick + ".cloak", Gateway: "test", Address: address,
		}})
	}
}

// peer is an outlet that remembers what it was sent.
type peer struct {
	remote netip.AddrPort
	mu     sync.Mutex
	sent   string
	closed chan struct{}
}

func (p *peer) Append(b []byte)            { p.mu.Lock(); p.sent += string(b); p.mu.Unlock() }
func (p *peer) Flush()                     {}
func (p *peer) Queued() int                { return 7 }
func (p *peer) Close(error)                { close(p.closed) }
func (p *peer) Pause()                     {}
func (p *peer) Resume()                    {}
func (p *peer) RemoteAddr() netip.AddrPort { return p.remote }
func (p *peer) Since() time.Time           { return time.Unix(1000, 0) }
func (p *peer) LastRead() time.Time        { return time.Unix(1030, 0) }
func (p *peer) BytesIn() int64             { return 11 }
func (p *peer) BytesOut() int64            { return 12 }

func (p *peer) text() string { p.mu.Lock(); defer p.mu.Unlock(); return p.sent }

// world is an engine with an operator's socket.
type world struct {
	*testing.T
	engine *engine.Engine
	way    *engine.Way
	folder string
	cancel context.CancelFunc
}

func newWorld(t *testing.T, services admin.Services) *world {
	return newWorldIn(t, t.TempDir(), services)
}

func newWorldIn(t *testing.T, folder string, services admin.Services) *world {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	e := engine.New(engine.Config{
		State: core.New(chat.DefaultLimits()), Durability: sequencer.None, Node: 1,
		Clock: func() time.Time { return time.Unix(1060, 0) }, Logger: logger,
	})
	w := &world{T: t, engine: e, way: e.AddGateway(silent{}), folder: folder}
	listener, err := admin.Listen(folder)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	g := admin.New(gateway.House{Engine: e, Random: rand.Reader, Version: "madang-test", Started: time.Unix(1000, 0), Logger: logger}, services)
	var running sync.WaitGroup
	running.Go(func() {
		if err := e.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	running.Go(func() {
		if err := g.Serve(ctx, listener); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	return w
}

func (w *world) open(address, nick string, rooms ...string) *peer {
	w.Helper()
	p := &peer{remote: netip.MustParseAddrPort(address), closed: make(chan struct{})}
	s := w.way.Open(p, 0, func(s *engine.Session) engine.Protocol { return &talk{s} })
	if nick != "" {
		s.Post(engine.Line, 0, []byte("attach "+nick))
	}
	for _, room := range rooms {
		s.Post(engine.Line, 0, []byte("join "+room))
	}
	w.engine.Wake()
	// What was posted before a call is handled before the next one.
	for range 2 {
		if err := w.engine.Call(context.Background(), func(engine.Loop) {}); err != nil {
			w.Fatal(err)
		}
	}
	return p
}

func (w *world) call(r admin.Request, result any) error {
	return admin.Call(context.Background(), w.folder, r, result)
}

func (w *world) must(r admin.Request, result any) {
	w.Helper()
	if err := w.call(r, result); err != nil {
		w.Fatalf("%+v: %v", r, err)
	}
}

// refused checks that a request is refused with a word and a part of its sentence.
func (w *world) refused(r admin.Request, word, sentence string) {
	w.Helper()
	err := w.call(r, nil)
	var refused *admin.Refused
	if !errors.As(err, &refused) || refused.Code != word || !strings.Contains(refused.Text, sentence) {
		w.Errorf("%+v: got %v (%+v), want %s %q", r, err, refused, word, sentence)
	}
}

func (w *world) connections() []admin.Connection {
	w.Helper()
	var rows []admin.Connection
	w.must(admin.Request{Command: admin.Netstat}, &rows)
	return rows
}

func TestNetstat(t *testing.T) {
	known := &peer{remote: netip.MustParseAddrPort("[2001:db8::2]:2")}
	shaking := &peer{remote: netip.MustParseAddrPort("192.0.2.3:3")}
	w := newWorld(t, admin.Services{Connections: func(f func(string, gateway.Connection)) {
		f("irc", known)
		f("ircs", shaking)
	}})
	w.open("192.0.2.1:1", "alice")
	w.open("[2001:db8::2]:2", "")
	measured := admin.Connection{
		Since: time.Unix(1000, 0).UTC(), Idle: 30, BytesIn: 11, BytesOut: 12, Queued: 7,
	}
	alice, stranger, handshake := measured, measured, measured
	alice.ID, alice.Gateway, alice.User, alice.Address, alice.Port, alice.Charset, alice.TLS = 1, "test", "alice", "192.0.2.1", 1, "cp949", true
	stranger.ID, stranger.Gateway, stranger.Address, stranger.Port, stranger.Charset, stranger.TLS = 2, "irc", "2001:db8::2", 2, "cp949", true
	handshake.Gateway, handshake.Address, handshake.Port = "ircs", "192.0.2.3", 3
	if got, want := w.connections(), []admin.Connection{handshake, alice, stranger}; !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestKick(t *testing.T) {
	w := newWorld(t, admin.Services{})
	alice, stranger, bob := w.open("192.0.2.1:1", "alice", "#a", "#b"), w.open("192.0.2.2:2", ""), w.open("192.0.2.3:3", "bob")
	w.refused(admin.Request{Command: admin.Kick, Nick: "carol"}, "no-such-nick", "Nobody here is called carol.")
	w.refused(admin.Request{Command: admin.Kick, Nick: "alice", Room: "#x"}, "no-such-room", "There is no room #x.")
	w.refused(admin.Request{Command: admin.Kick, Nick: "bob", Room: "#a"}, "target-not-member", "bob is not in #a.")
	w.refused(admin.Request{Command: admin.Kick, Session: 99}, "no-such-connection", "no connection 99")
	w.refused(admin.Request{Command: admin.Kick}, "bad-value", "Say whom")

	w.must(admin.Request{Command: admin.Kick, Nick: "ALICE", Room: "#A", Reason: "out"}, nil)
	if err := w.engine.Call(t.Context(), func(l engine.Loop) {
		if n := l.State().UserByNick("alice").RoomCount(); n != 1 {
			t.Errorf("alice is in %d rooms", n)
		}
	}); err != nil {
		t.Fatal(err)
	}
	w.must(admin.Request{Command: admin.Kick, Nick: "alice"}, nil)
	<-alice.closed
	w.must(admin.Request{Command: admin.Kick, Session: 2, Reason: "go"}, nil)
	<-stranger.closed
	if stranger.text() != "bye: go" {
		t.Errorf("the stranger heard %q", stranger.text())
	}
	w.must(admin.Request{Command: admin.Kick, Session: 3}, nil)
	<-bob.closed
	if rows := w.connections(); len(rows) != 0 {
		t.Errorf("still there: %+v", rows)
	}
}

func TestBans(t *testing.T) {
	w := newWorld(t, admin.Services{})
	bob, stranger, carol := w.open("192.0.2.2:2", "bob"), w.open("192.0.2.3:3", ""), w.open("198.51.100.1:4", "carol")
	w.must(admin.Request{Command: admin.BanAdd, Target: "192.0.2.9/24", For: "7d", Reason: "noise"}, nil)
	<-bob.closed
	<-stranger.closed
	w.must(admin.Request{Command: admin.BanAdd, Target: "Carol"}, nil)
	<-carol.closed
	for address, want := range map[string]bool{"192.0.2.77": true, "192.0.3.1": false, "2001:db8::1": false} {
		if _, refuse := w.engine.Refuse(gateway.CoreAddress(netip.MustParseAddr(address))); refuse != want {
			t.Errorf("%s is refused: %t", address, refuse)
		}
	}
	var bans []admin.Ban
	w.must(admin.Request{Command: admin.BanList}, &bans)
	at := time.Unix(1060, 0).UTC()
	want := []admin.Ban{
		{Target: "192.0.2.0/24", Reason: "noise", By: chat.ConsoleNick, At: at, Expires: at.Add(7 * 24 * time.Hour)},
		{Target: "carol!*@*", By: chat.ConsoleNick, At: at},
	}
	if !slices.Equal(bans, want) {
		t.Errorf("got  %+v\nwant %+v", bans, want)
	}
	w.must(admin.Request{Command: admin.BanRemove, Target: "192.0.2.1/24"}, nil)
	w.must(admin.Request{Command: admin.BanRemove, Target: "carol"}, nil)
	w.refused(admin.Request{Command: admin.BanRemove, Target: "carol"}, "no-such-ban", "no ban of carol")
	for target, word := range map[string]string{
		"": "bad-value", "0.0.0.0/0": "bad-value", "::/0": "bad-value", "10.0.0.0/40": "bad-value", "a b": "bad-value", "*!*@*": "bad-value",
	} {
		w.refused(admin.Request{Command: admin.BanAdd, Target: target}, word, "")
	}
	w.refused(admin.Request{Command: admin.BanAdd, Target: "x", For: "soon"}, "bad-value", `"soon" is no length of time`)
}

func TestBanTargets(t *testing.T) {
	w := newWorld(t, admin.Services{})
	for typed, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1/120": "192.0.2.0/24",
		"2001:DB8::1": "2001:db8::1", "2001:db8::1/32": "2001:db8::/32", "fe80::1%eth0": "fe80::1", "nick!*@*": "nick!*@*",
	} {
		var ban admin.Ban
		w.must(admin.Request{Command: admin.BanAdd, Target: typed}, &ban)
		if ban.Target != want {
			t.Errorf("%s bans %s, want %s", typed, ban.Target, want)
		}
	}
	for address, want := range map[string]bool{"192.0.2.200": true, "2001:db8:1::": true, "2001:db9::1": false, "fe80::1": true} {
		if _, refuse := w.engine.Refuse(gateway.CoreAddress(netip.MustParseAddr(address))); refuse != want {
			t.Errorf("%s is refused: %t", address, refuse)
		}
	}
}

func TestPeriods(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "30m": 30 * time.Minute, "1d12h": 36 * time.Hour, "2w": 14 * 24 * time.Hour, "36500d": 36500 * 24 * time.Hour,
	} {
		if got, err := admin.ParsePeriod(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "7", "d", "-1d", "0s", "1y", "1.5h", "36500d1s", "99999999999999999999d", "9223372036854775807w", " 1d"} {
		if got, err := admin.ParsePeriod(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestRooms(t *testing.T) {
	w := newWorld(t, admin.Services{})
	w.must(admin.Request{Command: admin.RoomOpen, Room: "#yard", Permanent: true}, nil)
	w.must(admin.Request{Command: admin.RoomRetention, Room: "#yard", Days: 30, Messages: 1000}, nil)
	w.refused(admin.Request{Command: admin.RoomRetention, Room: "#x", Days: 1}, "no-such-room", "#x")
	w.refused(admin.Request{Command: admin.RoomOpen, Room: "yard"}, "room-invalid", "yard is no possible name of a room")
	if err := w.engine.Call(t.Context(), func(l engine.Loop) {
		r := l.State().RoomByName("#yard")
		if days, messages := r.Retention(); !r.Permanent() || days != 30 || messages != 1000 {
			t.Errorf("permanent %t, %d days, %d messages", r.Permanent(), days, messages)
		}
	}); err != nil {
		t.Fatal(err)
	}
}

func TestStats(t *testing.T) {
	w := newWorld(t, admin.Services{Stats: func() []admin.Number {
		numbers := admin.NumbersOf("conn", struct {
			Writes  int64
			BytesIn int
			Name    string
		}{Writes: 10, BytesIn: 3})
		return append(numbers, admin.NumbersOf("store", struct {
			Last, Indexed chat.Position
			CommitP50     time.Duration
		}{9, 4, 250 * time.Millisecond})...)
	}})
	w.open("192.0.2.1:1", "alice")
	var numbers []admin.Number
	w.must(admin.Request{Command: admin.Stats}, &numbers)
	by := map[string]admin.Number{}
	for _, n := range numbers {
		if _, twice := by[n.Name]; twice {
			t.Errorf("%s stands twice", n.Name)
		}
		by[n.Name] = n
	}
	for name, value := range map[string]float64{
		"chat.users": 1, "chat.sessions": 1, "conn.writes": 10, "conn.bytes_in": 3, "store.indexed": 4,
		"store.commit_p50": 0.25, "process.up": 60, "engine.panics": 0,
	} {
		if n, ok := by[name]; !ok || n.Value != value {
			t.Errorf("%s is %+v, want %v", name, n, value)
		}
	}
	if _, there := by["conn.name"]; there || by["store.commit_p50"].Unit != "s" {
		t.Errorf("numbers %+v", numbers)
	}
}

func TestServices(t *testing.T) {
	w := newWorld(t, admin.Services{})
	w.refused(admin.Request{Command: admin.Backup, File: "/x"}, "nothing-stored", "stores nothing")
	w.refused(admin.Request{Command: admin.Reload}, "no-configuration", "without a configuration file")
	w.refused(admin.Request{Command: "dance"}, "no-such-command", `no command "dance"; it is madang-test`)

	wrong := error(nil)
	file := ""
	w = newWorld(t, admin.Services{
		Backup: func(_ context.Context, f string) error { file = f; return wrong },
		Reload: func() error { return wrong },
	})
	w.refused(admin.Request{Command: admin.Backup, File: "x"}, "bad-value", "relative")
	w.must(admin.Request{Command: admin.Backup, File: "/x"}, nil)
	if file != "/x" {
		t.Errorf("backed up to %q", file)
	}
	w.must(admin.Request{Command: admin.Reload}, nil)
	wrong = errors.New("m.toml:3: no")
	w.refused(admin.Request{Command: admin.Backup, File: "/x"}, "failed", "m.toml:3: no")
	w.refused(admin.Request{Command: admin.Reload}, "failed", "m.toml:3: no")
}

func TestPanicEndsOneRequestOnly(t *testing.T) {
	w := newWorld(t, admin.Services{Reload: func() error { panic("planted") }})
	w.refused(admin.Request{Command: admin.Reload}, "internal", "mistake")
	w.connections()
}

func TestSocket(t *testing.T) {
	w := newWorld(t, admin.Services{})
	at, err := os.Stat(filepath.Join(w.folder, admin.SocketName))
	if err != nil || at.Mode().Perm() != 0o600 {
		t.Errorf("the socket is %v, %v", at, err)
	}
	if _, err := admin.Listen(w.folder); !errors.Is(err, admin.ErrInUse) {
		t.Errorf("a second server: %v", err)
	}
	w.cancel()
	if err := w.waitGone(); !strings.Contains(err.Error(), "no server answers for the data folder "+w.folder) {
		t.Errorf("after the end: %v", err)
	}
}

// waitGone asks until nobody answers.
func (w *world) waitGone() error {
	for {
		if err := w.call(admin.Request{Command: admin.BanList}, nil); err != nil && strings.HasPrefix(err.Error(), "no server answers") {
			return err
		}
	}
}

func TestSocketOfAKilledServerIsReplaced(t *testing.T) {
	folder := t.TempDir()
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(folder, admin.SocketName)})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()
	newWorldIn(t, folder, admin.Services{}).connections()
}

func TestLongPath(t *testing.T) {
	folder := filepath.Join(t.TempDir(), strings.Repeat("long/", 40))
	newWorldIn(t, folder, admin.Services{}).connections()
}

func TestBadRequests(t *testing.T) {
	w := newWorld(t, admin.Services{})
	for _, test := range []struct{ line, want string }{
		{"hello", `"code":"bad-request"`},
		{`{"command":"netstat","colour":"red"}`, `unknown field \"colour\"`},
		{`{"command":"ban-list"} x`, `"code":"bad-request"`},
		{`{"command":"ban-list"}`, `{"ok":true,"result":[]}`},
		{strings.Repeat("x", 70<<10), `"code":"too-long"`},
	} {
		c, err := net.Dial("unix", filepath.Join(w.folder, admin.SocketName))
		if err != nil {
			t.Fatal(err)
		}
		// Two requests in one write are answered one after the other.
		fmt.Fprintf(c, "{\"command\":\"ban-list\"}\n%s\n", test.line)
		answers := json.NewDecoder(c)
		var first, second json.RawMessage
		if err := errors.Join(answers.Decode(&first), answers.Decode(&second)); err != nil {
			t.Fatal(err)
		}
		if string(first) != `{"ok":true,"result":[]}` || !strings.Contains(string(second), test.want) {
			t.Errorf("%.40s: got %s and %s", test.line, first, second)
		}
		c.Close()
	}
}

func TestCallEndsWithItsContext(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	w := newWorld(t, admin.Services{Reload: func() error { close(begun); <-end; return nil }})
	defer close(end)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-begun; cancel() }()
	if err := admin.Call(ctx, w.folder, admin.Request{Command: admin.Reload}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestEveryRefusalHasWords(t *testing.T) {
	words := map[string]bool{}
	for code := chat.Code(1); code < chat.CodesEnd; code++ {
		word := admin.Word(code)
		text := admin.Sentence(&chat.Refusal{Code: code, Room: "#r", Nick: "n", Text: "why", Rank: chat.Admin, Limit: 3})
		if word == "" || words[word] || !strings.HasSuffix(text, ".") || strings.ContainsAny(text, "{}") {
			t.Errorf("code %d: %q %q", code, word, text)
		}
		words[word] = true
		if bare := admin.Sentence(&chat.Refusal{Code: code}); strings.Contains(bare, "  ") || strings.ContainsAny(bare, "{}") {
			t.Errorf("code %d without subjects: %q", code, bare)
		}
	}
	if got := admin.Sentence(&chat.Refusal{Code: chat.NeedRank, Rank: chat.HalfOperator, Room: "#{nick}"}); got != "That takes the rank half-operator in #{nick}." {
		t.Errorf("got %q", got)
	}
}
