package core_test

import (
	"fmt"
	"testing"

	"madang/chat"
)

// Whoever opens rooms and marks them cannot make his account grow without end.
func TestMarksAreBounded(t *testing.T) {
	const rooms = 2100
	w := newWorld(t)
	w.must(alice.registers("alice"))
	w.state.SetLimits(chat.Limits{RoomsPerUser: rooms, Rooms: rooms, ListEntries: 1})
	mark := func(room string) {
		w.fast(alice.with(func(s chat.SessionID) chat.Command {
			return &chat.SetMark{Session: s, Conversation: w.state.RoomByName(room).ID(), Number: 1, Time: w.now}
		}))
	}
	count := func() int { return len(w.state.AccountByName("alice").Record().Marks) }
	for i := range rooms {
		name := fmt.Sprint("#fleeting-", i)
		w.fast(alice.joins(name))
		mark(name)
		w.fast(alice.parts(name))
	}
	if n := count(); n > 2000 {
		t.Errorf("%d marks of rooms that are no more", n)
	}
	for i := range rooms {
		name := fmt.Sprint("#lasting-", i)
		w.fast(alice.joins(name))
		mark(name)
	}
	if n := count(); n != 2000 {
		t.Errorf("%d marks", n)
	}
	if _, ok := w.state.AccountByName("alice").Mark(w.state.RoomByName(fmt.Sprint("#lasting-", rooms-1)).ID()); !ok {
		t.Error("the newest mark went")
	}
}
