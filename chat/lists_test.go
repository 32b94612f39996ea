package chat

import (
	"fmt"
	"testing"
)

// large is a state of 10,000 users and 2,000 rooms, five users in each.
func large() *State {
	s := New(DefaultLimits())
	for i := range 10_000 {
		id := SessionID{Node: 1, N: uint64(i + 1)}
		for _, c := range []Command{&Attach{Session: id, Nick: fmt.Sprint("u", i)}, &Join{Session: id, Room: fmt.Sprint("#r", i/5)}} {
			for _, e := range s.Decide(c, 1).Events {
				s.Apply(e)
			}
		}
	}
	return s
}

// What LIST and WHO with a mask look at.
func BenchmarkEverything(b *testing.B) {
	s := large()
	viewer := s.UserByNick("u7")
	b.Run("users", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for u := range s.Users() {
				if s.MaySeeUser(viewer, u) {
					n++
				}
			}
			if n != 10_000 {
				b.Fatal(n)
			}
		}
	})
	b.Run("rooms", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for range s.VisibleRooms(viewer) {
				n++
			}
			if n != 2_000 {
				b.Fatal(n)
			}
		}
	})
}

// The lists are kept from one question to the next, and are right after every change and
// after it was taken back.
func TestListsFollowTheState(t *testing.T) {
	s := New(DefaultLimits())
	all := func() (text string) {
		for u := range s.Users() {
			text += u.Nick() + " "
		}
		for r := range s.Rooms() {
			text += r.Name() + " "
		}
		return text
	}
	bob := SessionID{Node: 1, N: 2}
	want := []string{"", "ann ", "ann bob ", "ann bob #a ", "ann bob #a ", "ann bob #a #b ", "ann #a "}
	var undos []Undo
	for i, c := range []Command{
		&Attach{Session: SessionID{Node: 1, N: 1}, Nick: "ann"}, &Attach{Session: bob, Nick: "bob"},
		&Join{Session: SessionID{Node: 1, N: 1}, Room: "#a"}, &Join{Session: bob, Room: "#a"}, &Join{Session: bob, Room: "#b"},
		&Detach{Session: bob},
	} {
		if got := all(); got != want[i] {
			t.Fatalf("before %T: %q, want %q", c, got, want[i])
		}
		var undo []Undo
		for _, e := range s.Decide(c, Time(i+1)).Events {
			_, u := s.Apply(e)
			undo = append(undo, u)
		}
		undos = append(undos, func() { undoAll(undo) })
	}
	for i := len(undos); i > 0; i-- {
		if got := all(); got != want[i] {
			t.Errorf("with %d done: %q, want %q", i, got, want[i])
		}
		undos[i-1]()
	}
	if got := all(); got != "" {
		t.Errorf("all taken back: %q", got)
	}
}
