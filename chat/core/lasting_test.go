package core_test

import (
	"testing"

	"madang/chat"
	"madang/chat/core"
)

// TestAlwaysOnFromTheFirstSession: whoever enters an account that is always on from its
// making is there after a restart that has nothing but the journal.
func TestAlwaysOnFromTheFirstSession(t *testing.T) {
	limits := chat.DefaultLimits()
	limits.AlwaysOn = true
	s, replayed := core.New(limits), core.New(limits)
	do := func(c chat.Command) {
		t.Helper()
		d := s.Decide(c, noon)
		if d.Refusal != nil {
			t.Fatalf("%T: %+v", c, d.Refusal)
		}
		for _, e := range d.Events {
			if s.Apply(e); e.Class() == chat.Durable {
				replayed.Apply(e)
			}
		}
	}
	session := chat.SessionID{Node: 1, N: 1}
	do(&chat.StartNode{Node: 1})
	do(&chat.Register{Name: "mina", Password: "v", Other: true})
	do(&chat.Attach{Session: session, Nick: "mina", Login: chat.Login{Account: s.AccountByName("mina").User(), Serial: 1}})
	do(&chat.Join{Session: session, Room: "#yard"})
	do(&chat.StartNode{Node: 1})
	for _, state := range []*core.State{s, replayed} {
		u := state.UserByNick("mina")
		if u == nil || !u.Lasting() || u.Account() != "mina" || u.RoomCount() != 1 || u.Away() != chat.NotConnected {
			t.Errorf("after the restart mina is %+v", u)
		}
	}
}

// Those around somebody who is always on, and not connected, are shown that he goes.
func TestWhoHasNoSessionIsSeenToGo(t *testing.T) {
	absent := given(alice.registers("alice"), alice.staysOn(true), alice.joins("#yard"), bob.joins("#yard"), alice.goes())
	suspend := console.changes("alice", chat.AccountChange{Aspect: chat.Suspended, Add: true, Text: "spam"})
	runScenes(t, []scene{
		{"suspended", absent, suspend, "*madang* changes account alice; alice parts #yard; alice killed by *madang*"},
		{"no more always on", absent, console.changes("alice", chat.AccountChange{Aspect: chat.AlwaysOn}), "*madang* changes account alice; alice stays no more in 1 rooms; alice parts #yard; alice goes"},
		{"deleted", absent, console.with(func(s chat.SessionID) chat.Command {
			return &chat.DeleteAccount{Session: s, Account: "alice"}
		}), "alice parts #yard; alice goes; *madang* deletes account alice"},
	})
}
