package core_test

import (
	"fmt"
	"slices"
	"testing"

	"madang/chat"
	"madang/chat/core"
)

// large is a state of 10,000 users and 2,000 rooms, five users in each.
func large() *core.State {
	s := core.New(chat.DefaultLimits())
	for i := range 10_000 {
		id := chat.SessionID{Node: 1, N: uint64(i + 1)}
		for _, c := range []chat.Command{&chat.Attach{Session: id, Nick: fmt.Sprint("u", i)}, &chat.Join{Session: id, Room: fmt.Sprint("#r", i/5)}} {
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
	s := core.New(chat.DefaultLimits())
	all := func() (text string) {
		for u := range s.Users() {
			text += u.Nick() + " "
		}
		for r := range s.Rooms() {
			text += r.Name() + " "
		}
		return text
	}
	bob := chat.SessionID{Node: 1, N: 2}
	want := []string{"", "ann ", "ann bob ", "ann bob #a ", "ann bob #a ", "ann bob #a #b ", "ann #a "}
	var undos []core.Undo
	for i, c := range []chat.Command{
		&chat.Attach{Session: chat.SessionID{Node: 1, N: 1}, Nick: "ann"}, &chat.Attach{Session: bob, Nick: "bob"},
		&chat.Join{Session: chat.SessionID{Node: 1, N: 1}, Room: "#a"}, &chat.Join{Session: bob, Room: "#a"}, &chat.Join{Session: bob, Room: "#b"},
		&chat.Detach{Session: bob},
	} {
		if got := all(); got != want[i] {
			t.Fatalf("before %T: %q, want %q", c, got, want[i])
		}
		var undo []core.Undo
		for _, e := range s.Decide(c, chat.Time(i+1)).Events {
			_, u := s.Apply(e)
			undo = append(undo, u)
		}
		undos = append(undos, func() {
			for _, u := range slices.Backward(undo) {
				u()
			}
		})
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
