package store

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"madang/chat"
	"madang/journal"
)

// naivePage is Page by looking at every message.
func naivePage(all []chat.Message, q chat.HistoryQuery) []chat.Message {
	var page []chat.Message
	for _, m := range all {
		a, b := q.After, q.Before
		switch {
		case m.Conversation != q.Conversation, m.Position > q.UpTo:
		case a.Position != 0 && m.Position <= a.Position, a.Number != 0 && m.Number <= a.Number, a.Time != 0 && m.Time <= a.Time:
		case b.Position != 0 && m.Position >= b.Position, b.Number != 0 && m.Number >= b.Number, b.Time != 0 && m.Time >= b.Time:
		default:
			page = append(page, m)
		}
	}
	if len(page) > q.Limit && q.Newest {
		return page[len(page)-q.Limit:]
	}
	return page[:min(len(page), q.Limit)]
}

func drawBound(t *rapid.T, label string, most int) chat.Bound {
	n := rapid.IntRange(1, most+3).Draw(t, label)
	return []chat.Bound{
		{}, {Position: chat.Position(n)}, {Number: chat.Number(n)}, {Time: chat.Time(n)},
	}[rapid.IntRange(0, 3).Draw(t, label+" kind")]
}

func TestPageLikeNaiveModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := openAt(t, t.TempDir())
		all := sayAtRandom(rt, t, s)
		for range 40 {
			q := chat.HistoryQuery{
				Conversation: chat.ConversationID(rapid.IntRange(1, 4).Draw(rt, "conversation")),
				After:        drawBound(rt, "after", len(all)),
				Before:       drawBound(rt, "before", len(all)),
				UpTo:         chat.Position(rapid.IntRange(0, len(all)+5).Draw(rt, "up to")),
				Limit:        rapid.IntRange(1, 30).Draw(rt, "limit"),
				Newest:       rapid.Bool().Draw(rt, "newest"),
			}
			got, want := pageOf(t, s, q), naivePage(all, q)
			if !slices.EqualFunc(got, want, func(a, b chat.Message) bool { return a.Position == b.Position && a.Text == b.Text }) {
				rt.Fatalf("%+v gives %v, want %v", q, got, want)
			}
		}
		must(t, s.Close(bg))
	})
}

// sayAtRandom fills three rooms; time often stands still and other events lie between.
func sayAtRandom(rt *rapid.T, t *testing.T, s *Store) []chat.Message {
	var all []chat.Message
	var numbers [4]chat.Number
	now := chat.Time(1)
	for range rapid.IntRange(1, 12).Draw(rt, "batches") {
		b := journal.Batch{After: s.Last()}
		for i := range rapid.IntRange(1, 12).Draw(rt, "events") {
			room := rapid.IntRange(0, 3).Draw(rt, "room")
			if room == 0 {
				b.Events = append(b.Events, &chat.TopicSet{Room: 1, Text: "topic"})
				continue
			}
			numbers[room]++
			now += chat.Time(rapid.IntRange(0, 2).Draw(rt, "pause"))
			e := &chat.Said{Conversation: chat.ConversationID(room), RoomName: "#r", Number: numbers[room], Time: now, Text: fmt.Sprint("text ", len(all))}
			b.Events = append(b.Events, e)
			all = append(all, chat.Message{
				Position: b.After + chat.Position(i) + 1, Conversation: e.Conversation, Number: e.Number, Time: now, Text: e.Text,
			})
		}
		must(t, s.Append(bg, b))
	}
	return all
}

func TestMessageAt(t *testing.T) {
	s := openAt(t, t.TempDir())
	happen(t, s, &chat.RoomOpened{Room: 1, RoomName: "#room"})
	said := &chat.Said{
		Source:       chat.Source{User: 4, Nick: "하늘", Username: "sky", Host: "cloak", Account: "sky", Bot: true},
		Conversation: 1, RoomName: "#room", Number: 1, Time: 77, What: chat.Action, Text: "손을 흔든다",
		Tags: []chat.Tag{{Key: "+a", Value: "b"}}, ReplyTo: "x-y", Scope: chat.Scope{9}, ID: "id",
	}
	happen(t, s, said)
	m, found, err := s.MessageAt(bg, 2)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if m.Position != 2 || m.Source != said.Source || m.Text != said.Text || m.What != said.What ||
		m.Time != 77 || m.Number != 1 || m.ReplyTo != "x-y" || !slices.Equal(m.Tags, said.Tags) {
		t.Errorf("%+v", m)
	}
	for _, at := range []chat.Position{0, 1, 3} {
		if _, found, err := s.MessageAt(bg, at); found || err != nil {
			t.Errorf("at %d: %v, %v", at, found, err)
		}
	}
}

func TestPageLimits(t *testing.T) {
	s := openAt(t, t.TempDir())
	texts := make([]string, 1100)
	for i := range texts {
		texts[i] = fmt.Sprint(i)
	}
	say(t, s, 1, texts...)
	for limit, want := range map[int]int{-1: 1, 0: 1, 1: 1, 1000: 1000, 5000: 1000} {
		if page := pageOf(t, s, chat.HistoryQuery{Conversation: 1, UpTo: s.Last(), Limit: limit, Newest: true}); len(page) != want {
			t.Errorf("limit %d gives %d messages", limit, len(page))
		}
	}
}
