package journaltest

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"madang/chat"
	"madang/journal"
)

// message is the n-th event of a journal as a message of one of five rooms.
func message(n int, text string) *chat.Said {
	room := chat.ConversationID(n%5 + 1)
	return &chat.Said{
		Source:       chat.Source{User: chat.UserID(n%7 + 1), Nick: fmt.Sprintf("사람%d", n%7), Username: "user", Host: "cloak"},
		Conversation: room,
		RoomName:     fmt.Sprintf("#방%d", room),
		Number:       chat.Number(n/5 + 1),
		Time:         chat.Time(1_700_000_000_000 + 10*n),
		What:         chat.MessageKind(n % 3),
		Text:         text,
	}
}

func messages(first, count int) []chat.Event {
	events := make([]chat.Event, count)
	for i := range events {
		events[i] = message(first+i, fmt.Sprintf("message %d 마당", first+i))
	}
	return events
}

// mixed is messages with other events among them.
func mixed(first, count int) []chat.Event {
	events := messages(first, count)
	for i := range events {
		switch n := first + i; n % 4 {
		case 1:
			events[i] = &chat.TopicSet{Room: chat.ConversationID(n%5 + 1), RoomName: "#방", Text: fmt.Sprint("topic ", n), Time: chat.Time(n)}
		case 2:
			said := events[i].(*chat.Said)
			said.Scope, said.ID, said.ReplyTo = chat.Scope{1, byte(n)}, fmt.Sprint("id", n), "a-b"
			said.Tags = []chat.Tag{{Key: "+mood", Value: "glad"}}
		}
	}
	return events
}

// large is messages of together about so many bytes.
func large(first, bytes int) []chat.Event {
	text := strings.Repeat("가나다라", chat.TextBytesMax/12)
	events := make([]chat.Event, 0, bytes/len(text)+1)
	for size := 0; size < bytes; size += len(text) + 80 {
		events = append(events, message(first+len(events), text[:min(len(text), max(3, bytes-size)/3*3)]))
	}
	return events
}

// oneOfEach is every durable kind of event. None of them erases a message here.
func oneOfEach() []chat.Event {
	source := chat.Source{User: 3, Nick: "하늘", Username: "sky", Host: "abc.cloak", Account: "sky", Bot: true}
	lasting := source
	lasting.Lasting = true
	direct := message(1000, "둘만의 말")
	direct.Conversation, direct.RoomName, direct.To, direct.Nick = 900, "", 4, "바다"
	return []chat.Event{
		direct,
		&chat.RoomOpened{Room: 700, RoomName: "#새방", Folded: "#새방", Skeleton: "#새방", Permanent: true, Time: 5},
		&chat.TopicSet{Source: source, Room: 700, RoomName: "#새방", Text: "이야기", Time: 6},
		&chat.RoomChanged{Source: source, Room: 700, RoomName: "#새방", Changes: []chat.RoomChange{
			{Aspect: chat.Moderated, Add: true}, {Aspect: chat.Ban, Add: true, Text: "*!*@bad"},
		}, Time: 7},
		&chat.RetentionSet{Room: 700, RoomName: "#새방", Days: 36500, Messages: 1_000_000},
		&chat.RoomClosed{Room: 700, RoomName: "#새방", Until: 99},
		&chat.RoomVanished{Room: 701, RoomName: "#옛방"},
		&chat.BanAdded{Ban: chat.ServerBan{Target: "10.0.0.0/8", Prefix: chat.Address{15: 1}, Bits: 104, Reason: "flood", By: "op", At: 8, Expires: 9}},
		&chat.BanRemoved{Target: "10.0.0.0/8"},
		&chat.NodeStarted{Node: 1, Time: 10},
		&chat.DirectErased{Before: 1},
		&chat.RoomRenamed{Source: source, Room: 700, RoomName: "#새방", Name: "#이름", Folded: "#이름", Skeleton: "#이름", Reason: "까닭", Time: 11},
		&chat.MetadataSet{Source: source, Room: 700, RoomName: "#새방", Key: "url", Value: "값", Kept: true},
		&chat.Redacted{Source: source, Conversation: 700, RoomName: "#새방", Message: 9999, Number: 3, Author: 3, Reason: "spam", Time: 12},
		&chat.Audited{By: "하늘", Account: "sky", Action: "kill", Object: "바다", Text: "까닭", Time: 13},
		&chat.Joined{Source: lasting, Room: 700, RoomName: "#새방", Rank: chat.Operator, Realname: "하늘", Time: 14},
		&chat.NickChanged{Source: lasting, Nick: "구름", Folded: "구름", Skeleton: "구름", Time: 15},
		&chat.HostChanged{Source: lasting, Host: "tea.house", Time: 15},
		&chat.Trusted{Source: lasting, User: 4, Nick: "바다"},
		&chat.Parted{Source: lasting, Room: 700, RoomName: "#새방", Reason: "안녕", Time: 16},
		&chat.Quit{Source: lasting, Reason: "안녕", Time: 17},
	}
}

// appendEvents appends a batch behind all and gives all with it.
func appendEvents(t *testing.T, j journal.Journal, all, batch []chat.Event) []chat.Event {
	t.Helper()
	err := j.Append(context.Background(), journal.Batch{After: chat.Position(len(all)), Events: batch})
	if err != nil {
		t.Errorf("append %d events after %d: %v", len(batch), len(all), err)
	}
	return append(all[:len(all):len(all)], batch...)
}

func expect(t *testing.T, j journal.Journal, want []chat.Event) {
	t.Helper()
	expectAfter(t, j, 0, want)
}

func expectAfter(t *testing.T, j journal.Journal, after chat.Position, want []chat.Event) {
	t.Helper()
	compare(t, int(after), collect(t, j, after), want)
}

// collect reads everything behind a position and checks that positions are dense.
func collect(t *testing.T, j journal.Journal, after chat.Position) []chat.Event {
	t.Helper()
	var got []chat.Event
	err := j.Read(context.Background(), after, func(p chat.Position, e chat.Event) bool {
		got = append(got, e)
		if want := after + chat.Position(len(got)); p != want {
			t.Errorf("read after %d: event at %d, want %d", after, p, want)
			return false
		}
		return true
	})
	if err != nil {
		t.Errorf("read after %d: %v", after, err)
	}
	return got
}

func compare(t *testing.T, after int, got, want []chat.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("read after %d: %d events, want %d", after, len(got), len(want))
		return
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("event %d is %+v, want %+v", after+i+1, got[i], want[i])
			return
		}
	}
}
