package core_test

import (
	"bytes"
	"strings"
	"testing"

	"madang/chat"
	"madang/chat/codec"
	"madang/chat/core"
)

// a whole life: people, ranks, lists, a closed room, bans, direct messages, ids.
func busy(t *testing.T) *world {
	w := newWorld(t)
	for _, d := range given(
		alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", list(chat.Ban, "x"), raise("bob", chat.Voice), limit(9)),
		alice.topics("#yard", "spring"), bob.saysOnce("#yard", "x"), alice.invites("carol", "#yard"), alice.says("bob", "psst"),
		carol.joins("#den"), carol.sets("#den", key("pear")), carol.says("#den", "hm"), carol.parts("#den"),
		console.bans("nobody"), console.retains("#yard", 9), bob.away("lunch"), carol.becomesOperator(), later(chat.Minute, alice.says("#yard", "ho")),
	) {
		w.must(d)
	}
	return w
}

func TestRestoreGivesTheSameState(t *testing.T) {
	w := busy(t)
	written := bytesOf(w.state)
	snapshot, err := codec.DecodeSnapshot(written)
	if err != nil {
		t.Fatal(err)
	}
	w.state, err = core.Restore(snapshot, w.state.Limits())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytesOf(w.state), written) {
		t.Error("the restored state is another")
	}
	for _, s := range []struct {
		deed deed
		want string
	}{
		{bob.saysOnce("#yard", "x"), "again: message 1"},
		{carol.joins("#yard"), "carol joins #yard"},
		{bob.says("#yard", "hi"), "bob to #yard 3: hi"},
		{bob.says("alice", "hi"), "bob to alice 2: hi"},
		{bob.joins("#den", "pear"), "no: room reserved"},
		{late.comes(), "late comes"},
		{late.joins("#new"), "#new opens; @late joins #new"},
	} {
		if got := words(w.do(s.deed)); got != s.want {
			t.Errorf("got %s, want %s", got, s.want)
		}
	}
}

// A snapshot is written out while the state goes on.
func TestSnapshotSharesNothingWithTheState(t *testing.T) {
	w := busy(t)
	snapshot := w.state.Snapshot()
	before := codec.AppendSnapshot(nil, snapshot)
	for _, d := range given(
		alice.sets("#yard", unlist(chat.Ban, "x"), lower("bob", chat.Voice)), carol.joins("#yard"), bob.parts("#yard"),
		console.unbans("nobody"), bob.saysOnce("alice", "y"), alice.says("bob", "ho"), alice.becomes("liz"), carol.goes(),
	) {
		w.must(d)
	}
	if !bytes.Equal(before, codec.AppendSnapshot(nil, snapshot)) {
		t.Error("what happened later changed the snapshot")
	}
}

func TestRestoreRefusesAMemberWhoIsNotThere(t *testing.T) {
	w := busy(t)
	snapshot := w.state.Snapshot()
	snapshot.Users = snapshot.Users[1:]
	if _, err := core.Restore(snapshot, w.state.Limits()); err == nil || !strings.Contains(err.Error(), "#yard") {
		t.Errorf("got %v, want an error that names #yard", err)
	}
}

// The journal holds durable events alone; with the start of the node they lead to the
// state that the living one becomes by it. (TestReplayOfTheJournal asks the same of
// any story; these are stories that chance tells rarely.)
func TestReplayOfStories(t *testing.T) {
	locked := given(alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", on(chat.Secret)), alice.says("#yard", "psst"))
	stories := map[string][]deed{
		"ranks in a restricted room": also(locked, later(chat.Hour, alice.sets("#yard", raise("bob", chat.Voice)))),
		"a rank among settings":      also(locked, later(chat.Hour, alice.sets("#yard", raise("bob", chat.Voice), limit(3)))),
		"a restriction lifted":       also(locked, later(chat.Hour, alice.sets("#yard", off(chat.Secret)))),
		"an invitation unused":       also(locked, alice.invites("carol", "#yard")),
		"a room opened again":        also(locked, alice.goes(), bob.goes(), console.opens("#yard", false)),
		"a room come and gone":       given(alice.joins("#yard"), alice.parts("#yard"), bob.joins("#yard"), bob.says("#yard", "hi")),
	}
	for name, story := range stories {
		t.Run(name, func(t *testing.T) {
			w, replayed := newWorld(t), core.New(chat.Limits{RoomsPerUser: 3, Rooms: 5, ListEntries: 2})
			replayed.Apply(&chat.NodeStarted{Node: 1, Time: noon})
			for _, d := range story {
				for _, e := range w.must(d) {
					if e.Class() == chat.Durable {
						replayed.Apply(e)
					}
				}
			}
			apply(replayed, replayed.Decide(&chat.StartNode{Node: 1}, w.now))
			w.must(starts(1))
			if !bytes.Equal(bytesOf(w.state), bytesOf(replayed)) {
				t.Errorf("live     %+v\nreplayed %+v", w.state.Snapshot().Rooms, replayed.Snapshot().Rooms)
			}
		})
	}
}
