package irc

import (
	"context"
	"slices"
	"strings"
	"testing"

	"madang/chat"
	"madang/engine"
	"madang/engine/sequencer"
	"madang/gateway/irc/reply"
	"madang/store"
)

// storedYard opens a house that commits before it shows.
func storedYard(t *testing.T, lines int) *yard {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Directory: t.TempDir(), FreeBytesMin: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return openYard(t, engine.Config{Journal: s, History: s, Epoch: s.Epoch()}, func(c *Config) { c.ReplayLines = lines })
}

func TestReplay(t *testing.T) {
	y := storedYard(t, 2)
	a := y.person("a", "message-tags", "server-time", "echo-message")
	together("#x", a)
	var ids []string
	for _, text := range []string{"one", "two", "\x01ACTION three\x01"} {
		a.says("PRIVMSG #x :" + text)
		ids = append(ids, strings.Split(a.until("PRIVMSG"), " ")[0])
	}
	plain := y.person("plain")
	plain.says("JOIN #x")
	plain.until(" 366 ")
	plain.sees(":a!a@host.cloak PRIVMSG #x ? ? two", ":a!a@host.cloak PRIVMSG #x :\x01ACTION ? ? three\x01")
	modern := y.person("modern", "message-tags", "server-time", "batch")
	modern.says("JOIN #x")
	modern.until(" 366 ")
	var batch []string
	for range 4 {
		batch = append(batch, modern.line())
	}
	id := strings.TrimPrefix(strings.Fields(batch[0])[2], "+")
	want := []string{
		":irc.test BATCH +" + id + " chathistory #x",
		"@batch=" + id + ";" + ids[1][1:] + " :a!a@host.cloak PRIVMSG #x :two",
		"@batch=" + id + ";" + ids[2][1:] + " :a!a@host.cloak PRIVMSG #x :\x01ACTION three\x01",
		":irc.test BATCH -" + id,
	}
	for i := range want {
		if batch[i] != want[i] {
			t.Errorf("line %d is %q, want %q", i, batch[i], want[i])
		}
	}
	together("#new", modern)
}

// The names of a large room come in pages, and before what was said there.
func TestReplayComesBehindTheNames(t *testing.T) {
	y := storedYard(t, 2)
	a := y.person("a")
	together("#x", a)
	a.says("PRIVMSG #x :one")
	a.sync()
	for i := range reply.NamesAtOnce {
		session := chat.SessionID{Node: 9, N: uint64(i + 1)}
		for _, c := range []chat.Command{&chat.Attach{Session: session, Nick: "crowd", Guest: true}, &chat.Join{Session: session, Room: "#x"}} {
			if o, err := y.engine.Command(t.Context(), c); err != nil || o.Refusal != nil {
				t.Fatal(o.Refusal, err)
			}
		}
	}
	b := y.person("b")
	b.says("JOIN #x")
	for line := b.line(); !strings.Contains(line, " 366 "); line = b.line() {
		if strings.Contains(line, "PRIVMSG") {
			t.Fatalf("before the names: %s", line)
		}
	}
	b.sees(":a!a@host.cloak PRIVMSG #x ? ? one")
}

// identified signs a guest in to an account of y.account.
func (p *person) identified(name string) {
	p.says("NS IDENTIFY " + name + " sesame-9-street")
	p.nick = name
}

// authenticated does the same by SASL.
func (p *person) authenticated(name string) {
	p.says("AUTHENTICATE PLAIN", plain(name, "sesame-9-street"))
	p.nick = name
}

// texts are what people said among lines.
func texts(lines []string) string {
	var all []string
	for _, line := range lines {
		if strings.Contains(line, " PRIVMSG ") {
			all = append(all, line[strings.LastIndex(line, ":")+1:])
		}
	}
	return strings.Join(all, ",")
}

// Who is always on is shown what was said while no session of his was there, once, and
// whichever way he comes back.
func TestMissed(t *testing.T) {
	for way, back := range map[string]func(*yard, ...string) *person{
		"before the welcome": func(y *yard, capabilities ...string) *person { return y.back("ann", capabilities...) },
		"by NickServ": func(y *yard, capabilities ...string) *person {
			p := y.person("guest", capabilities...)
			p.identified("ann")
			return p
		},
		"by SASL": func(y *yard, capabilities ...string) *person {
			p := y.person("guest", append(capabilities, "sasl")...)
			p.authenticated("ann")
			return p
		},
	} {
		t.Run(way, func(t *testing.T) {
			y := storedYard(t, 1)
			first := y.account("ann", "draft/persistence")
			first.says("PERSISTENCE SET ON")
			first.until(" PERSISTENCE STATUS ON")
			friend := y.person("f")
			together("#x", first, friend)
			friend.says("PRIVMSG #x :seen")
			friend.sync()
			first.until(":seen")
			first.says("QUIT")
			first.ends()
			friend.says("PRIVMSG #x :missed", "PRIVMSG ann :you too", "PRIVMSG #x :and this")
			friend.sync()
			asks := back(y, "message-tags", "batch", "draft/chathistory")
			if lines := asks.sync(); texts(lines) != "" {
				t.Errorf("one who can ask was shown %q", lines)
			}
			asks.says("QUIT")
			asks.ends()
			friend.says("PRIVMSG #x :later", "PRIVMSG #x :last")
			friend.sync()
			second := back(y, "server-time")
			lines := second.sync()
			if texts(lines) != "later,last" {
				t.Errorf("ann was shown %q, in %q", texts(lines), lines)
			}
			if joined, said := indexOf(lines, " JOIN #x"), indexOf(lines, " PRIVMSG "); joined < 0 || said < joined {
				t.Errorf("what was missed is not behind the JOIN, in %q", lines)
			}
			friend.says("PRIVMSG #x :now")
			friend.sync()
			if got := texts(second.sync()); got != "now" {
				t.Errorf("then ann was shown %q", got)
			}
			third := back(y)
			if got := texts(third.sync()); !strings.HasSuffix(got, "now") || strings.Contains(got, ",") {
				t.Errorf("another session was shown %q", got)
			}
		})
	}
}

func indexOf(lines []string, part string) int {
	return slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, part) })
}

// TestReplayHasNoHole: somebody who joins while others talk sees every message from his
// first one on, once and in order.
func TestReplayHasNoHole(t *testing.T) {
	y := storedYard(t, 1000)
	a, p := y.person("a", "echo-message"), y.person("p", "message-tags", "server-time", "batch")
	together("#x", a)
	const said = 200
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range said {
			a.says("PRIVMSG #x :" + strings.Repeat("m", i+1))
		}
	}()
	a.until("PRIVMSG #x :" + strings.Repeat("m", 20))
	p.says("JOIN #x")
	for i := range said {
		if got := p.until(" PRIVMSG #x :"); !strings.HasSuffix(got, ":"+strings.Repeat("m", i+1)) {
			t.Fatalf("message %d is %q", i, got)
		}
	}
	<-done
	a.sync()
	for _, line := range p.sync() {
		if strings.Contains(line, "PRIVMSG") {
			t.Errorf("behind the last message: %q", line)
		}
	}
}

// TestRelaxed: what follows from an outcome is asked while its batch is not on disk yet.
func TestRelaxed(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{Directory: t.TempDir(), FreeBytesMin: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	y := openYard(t, engine.Config{Journal: s, History: s, Epoch: s.Epoch(), Durability: sequencer.Relaxed})
	p := y.person("p")
	together("#x", p)
	p.says("TOPIC #x :here", "MODE p +i") // one batch, and MODE asks again
	p.sees(":p!p@host.cloak TOPIC #x :here", ":p!p@host.cloak MODE p +i")
}
