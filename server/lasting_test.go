package server_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/gateway/admin"
	"madang/journal"
	"madang/store"
)

// lastingBytesMax is what an account may cost the whole server that is always on and not
// connected.
const lastingBytesMax = 2048

// settle fills a data folder with always-on accounts, each in three rooms of fifty, none
// of them connected, and gives it.
func settle(tb testing.TB, accounts int) string {
	tb.Helper()
	data := tb.TempDir()
	s, err := store.Open(tb.Context(), store.Config{Directory: data, Logger: slog.New(slog.DiscardHandler), FoldNick: names.Fold})
	if err != nil {
		tb.Fatal(err)
	}
	limits := chat.DefaultLimits()
	limits.AlwaysOn = true
	state := core.New(limits)
	var batch journal.Batch
	do := func(c chat.Command) {
		d := state.Decide(c, chat.Time(1_000_000))
		if d.Refusal != nil {
			tb.Fatalf("%T: %+v", c, d.Refusal)
		}
		for _, e := range d.Events {
			if state.Apply(e); e.Class() == chat.Durable {
				batch.Events = append(batch.Events, e)
			}
		}
	}
	flush := func() {
		if err := s.Append(tb.Context(), batch); err != nil {
			tb.Fatal(err)
		}
		batch = journal.Batch{After: state.Position()}
	}
	do(&chat.StartNode{Node: 1})
	for i := range accounts {
		name, session := fmt.Sprint("account", i), chat.SessionID{Node: 1, N: uint64(i + 1)}
		do(&chat.Register{Name: name, Password: strings.Repeat("v", 232-len(name)) + name, Email: name + "@example.org", Other: true})
		do(&chat.Attach{
			Session: session, Nick: name, Username: "~" + name[7:], Realname: "Account number " + name, Gateway: "irc",
			Host: name + ".4pcm6s.r4ppvfqn.cloak", Login: chat.Login{Account: state.AccountByName(name).User(), Serial: 1},
		})
		for room := range 3 {
			do(&chat.Join{Session: session, Room: fmt.Sprint("#room", room, "-", i/50)})
		}
		do(&chat.Detach{Session: session})
		if len(batch.Events) > 1000 {
			flush()
		}
	}
	flush()
	if err := s.Close(context.Background()); err != nil {
		tb.Fatal(err)
	}
	return data
}

// houseHeap is the live heap of a server on a data folder with nobody connected, in bytes.
func houseHeap(t *testing.T, accounts int) float64 {
	t.Helper()
	s := start(t, settle(t, accounts), nil)
	defer s.end()
	var numbers []admin.Number
	must(t, s, admin.Request{Command: admin.Stats}, &numbers)
	for _, n := range numbers {
		if n.Name == "chat.always_on" && int(n.Value) != accounts {
			t.Fatalf("%g of %d accounts are always on", n.Value, accounts)
		}
	}
	runtime.GC()
	runtime.GC() // the second empties the pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// TestAlwaysOnAccountsCostLittle is of the whole server after a restart: the core, the
// engine and all gateways.
func TestAlwaysOnAccountsCostLittle(t *testing.T) {
	const accounts = 10_000
	few := houseHeap(t, 50)
	each := (houseHeap(t, accounts+50) - few) / accounts
	t.Logf("%.0f bytes for each of %d accounts", each, accounts)
	if each > lastingBytesMax {
		t.Errorf("an account that is always on and not connected takes %.0f bytes, more than %d", each, lastingBytesMax)
	}
}
