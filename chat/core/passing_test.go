package core_test

import (
	"fmt"
	"testing"

	"madang/chat"
	"madang/chat/codec"
	"madang/journal"
)

func TestTick(t *testing.T) {
	closed := given(alice.joins("#yard"), alice.sets("#yard", key("pear")), alice.says("#yard", "psst"), alice.parts("#yard"))
	runScenes(t, []scene{
		{"a quiet minute changes nothing", given(alice.joins("#yard"), alice.says("#yard", "hi")), after(chat.Minute), ""},
		{"a closed room is kept for a day", closed, after(chat.Day - 1), ""},
		{"and no longer", closed, after(chat.Day), "#yard vanishes"},
		{"then its name is free", also(closed, after(chat.Day)), bob.joins("#yard"), "#yard opens; @bob joins #yard"},
		{"a room that nobody entered goes", given(console.opens("#yard", false)), after(chat.Minute), "#yard vanishes"},
		{"a permanent one stays", given(console.opens("#yard", true)), after(1000 * chat.Day), ""},
	})
}

func TestStartNode(t *testing.T) {
	runScenes(t, []scene{
		{"who was there is gone, and rooms without messages", given(alice.joins("#yard")), starts(1), "node 1 starts; #yard vanishes"},
		{"open rooms with messages stay", given(alice.joins("#yard"), alice.says("#yard", "hi")), starts(1), "node 1 starts"},
		{
			"restricted ones close",
			given(alice.joins("#yard"), alice.sets("#yard", on(chat.Secret)), alice.says("#yard", "hi")),
			starts(1), "node 1 starts; #yard closes",
		},
		{"people of other nodes stay with their rooms", given(alice.joins("#yard")), starts(2), "node 2 starts"},
		{"names are free", given(alice.joins("#yard"), starts(1)), bob.comes(), "bob comes"},
		{"sessions are over", given(starts(1)), alice.joins("#yard"), "no: no such session"},
		{"invitations too", given(alice.joins("#yard"), alice.says("#yard", "hi"), alice.invites("bob", "#yard"), starts(1)), console.sets("#yard", on(chat.Secret)), "*madang* sets #yard +s"},
	})
}

// What one command tidies up fits into one record beside a full batch; the rest
// follows at later ticks.
func TestTidyingUpFitsIntoARecord(t *testing.T) {
	const rooms = 6000
	w := newWorld(t)
	w.state.SetLimits(chat.Limits{RoomsPerUser: rooms, Rooms: rooms, ListEntries: 1})
	for i := range rooms {
		w.fast(alice.joins(fmt.Sprintf("#room-with-a-rather-long-name-of-its-own-%d", i)))
	}
	gone, events := 0, w.fast(starts(1))
	for ticks := 0; w.state.RoomCount() > 0; ticks++ {
		bytes := 0
		for _, e := range events {
			bytes += len(codec.AppendEvent(nil, e))
		}
		if bytes > journal.BatchBytesMax/4 {
			t.Fatalf("%d bytes of tidying up in one command", bytes)
		}
		if ticks > rooms/1000+1 {
			t.Fatalf("after %d ticks %d rooms are left", ticks, w.state.RoomCount())
		}
		events = w.fast(after(chat.Minute))
		gone += len(events)
	}
	if gone == 0 {
		t.Error("everything went at once: the test is too small")
	}
}

// fast decides and applies without the checks of do.
func (w *world) fast(d deed) []chat.Event {
	w.t.Helper()
	decision := w.state.Decide(d(w), w.now)
	if decision.Refusal != nil {
		w.t.Fatal(words(decision))
	}
	for _, e := range decision.Events {
		w.state.Apply(e)
	}
	return decision.Events
}

// So do accounts whose day to be confirmed passed while the server stood still.
func TestUnconfirmedAccountsGoWithinARecord(t *testing.T) {
	const accounts = 1_000
	w := newWorld(t)
	for i := range accounts {
		w.fast(late.registersWith(fmt.Sprintf("somebody-%d", i), 1))
	}
	w.must(console.with(func(s chat.SessionID) chat.Command { return &chat.Register{Session: s, Name: "minji", Other: true} }))
	w.now += 2 * chat.Day
	for w.state.AccountCount() > 1 {
		bytes, events := 0, w.fast(after(chat.Minute))
		for _, e := range events {
			bytes += len(codec.AppendEvent(nil, e))
		}
		if bytes > journal.BatchBytesMax/4 || len(events) == 0 || len(events) > 200 {
			t.Fatalf("%d bytes in %d events", bytes, len(events))
		}
	}
}
