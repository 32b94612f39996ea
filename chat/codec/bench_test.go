package codec

import (
	"strings"
	"testing"

	"madang/chat"
)

// usualSaid is a message as rooms see most.
func usualSaid() *chat.Said {
	return &chat.Said{
		Source:       chat.Source{User: 7<<32 | 1234, Nick: "minji", Username: "minji", Host: "3f9a.c01d.guest"},
		Conversation: 42,
		RoomName:     "#madang",
		Number:       90210,
		Time:         1_790_000_000_000,
		Text:         strings.Repeat("lunch at noon? ", 6),
		Scope:        chat.Scope{1, 2, 3},
		ID:           "b7c1d0aa",
	}
}

// usualSnapshot is a server with a thousand users in a hundred rooms.
func usualSnapshot() *chat.Snapshot {
	s := new(chat.Snapshot)
	for i := range 1000 {
		s.Users = append(s.Users, chat.UserRecord{ID: chat.UserID(i), Nick: "minji", Folded: "minji", Skeleton: "rninji",
			Username: "minji", Realname: "Kim Minji", Host: "3f9a.c01d.guest", Since: 1_790_000_000_000,
			Sessions: []chat.SessionRecord{{ID: chat.SessionID{N: uint64(i)}, Gateway: "irc"}}})
	}
	for i := range 100 {
		r := chat.RoomRecord{ID: chat.ConversationID(i), Name: "#madang", Folded: "#madang", Skeleton: "#madang", Topic: "lunch"}
		for j := range 100 {
			r.Members = append(r.Members, chat.MemberRecord{User: chat.UserID(i * j), Joined: 1_790_000_000_000})
		}
		s.Rooms = append(s.Rooms, r)
	}
	return s
}

func TestAllocations(t *testing.T) {
	said := usualSaid()
	say := &chat.Say{Room: "#madang", Text: said.Text, ID: said.ID}
	buffer := make([]byte, 0, 1024)
	b := AppendEvent(nil, said)
	for _, c := range []struct {
		name string
		most float64
		run  func()
	}{
		{"append said", 0, func() { AppendEvent(buffer, said) }},
		{"append say", 0, func() { AppendCommand(buffer, say) }},
		{"append refusal", 0, func() { AppendRefusal(buffer, &chat.Refusal{Code: chat.Banned, Room: "#madang"}) }},
		{"decode said", 2, func() { DecodeEvent(b) }}, // the event, and its texts
	} {
		if got := testing.AllocsPerRun(100, c.run); got > c.most {
			t.Errorf("%s allocates %v times, at most %v allowed", c.name, got, c.most)
		}
	}
}

func BenchmarkAppendSaid(b *testing.B) {
	said := usualSaid()
	var buffer []byte
	for b.Loop() {
		buffer = AppendEvent(buffer[:0], said)
	}
	b.SetBytes(int64(len(buffer)))
	b.ReportAllocs()
}

func BenchmarkDecodeSaid(b *testing.B) {
	record := AppendEvent(nil, usualSaid())
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := DecodeEvent(record); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendSnapshot(b *testing.B) {
	s := usualSnapshot()
	var buffer []byte
	for b.Loop() {
		buffer = AppendSnapshot(buffer[:0], s)
	}
	b.SetBytes(int64(len(buffer)))
	b.ReportAllocs()
}

func BenchmarkDecodeSnapshot(b *testing.B) {
	whole := AppendSnapshot(nil, usualSnapshot())
	b.SetBytes(int64(len(whole)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeSnapshot(whole); err != nil {
			b.Fatal(err)
		}
	}
}
