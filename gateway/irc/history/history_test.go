package history

import (
	"context"
	"slices"
	"strings"
	"testing"

	"madang/chat"
	"madang/gateway/irc/render"
)

// tape is a history of one conversation, one message at each position.
type tape []chat.Message

func (t tape) Page(_ context.Context, q chat.HistoryQuery) ([]chat.Message, error) {
	var found []chat.Message
	for _, m := range t {
		after := q.After == chat.Bound{} || q.After.Position != 0 && m.Position > q.After.Position
		before := q.Before == chat.Bound{} || q.Before.Position != 0 && m.Position < q.Before.Position
		if after && before && m.Position <= q.UpTo && (m.Event == nil || q.Events) {
			found = append(found, m)
		}
	}
	if q.Newest && len(found) > q.Limit {
		return found[len(found)-q.Limit:], nil
	}
	return found[:min(len(found), q.Limit)], nil
}

func (t tape) Search(context.Context, chat.SearchQuery) (chat.SearchResult, error) {
	return chat.SearchResult{}, nil
}

func (t tape) Audit(context.Context, chat.AuditQuery) ([]chat.AuditLine, error) { return nil, nil }

func (t tape) MessageAt(_ context.Context, at chat.Position) (chat.Message, bool, error) {
	i := slices.IndexFunc(t, func(m chat.Message) bool { return m.Position == at })
	if i < 0 {
		return chat.Message{}, false, nil
	}
	return t[i], true, nil
}

func (t tape) reader() *Reader {
	return &Reader{History: t, Render: render.New("irc.test", 7), Server: "irc.test", Epoch: 7, Caps: render.CapBatch, Viewer: 5}
}

// said is a message at a position.
func said(at chat.Position, text string) chat.Message {
	return chat.Message{Position: at, Conversation: 1, Number: chat.Number(at), Source: chat.Source{User: 9, Nick: "n", Username: "u", Host: "h"}, Text: text}
}

// A page is full although much of it was erased.
func TestPageIsFilledUp(t *testing.T) {
	var all tape
	for at := chat.Position(1); at <= 100; at++ {
		m := said(at, "x")
		m.Erased = at%10 != 0
		all = append(all, m)
	}
	for _, newest := range []bool{false, true} {
		found, err := all.reader().page(t.Context(), chat.HistoryQuery{Conversation: 1, UpTo: 100, Limit: 5, Newest: newest})
		if err != nil || len(found) != 5 || !slices.IsSortedFunc(found, func(a, b chat.Message) int { return int(a.Position) - int(b.Position) }) {
			t.Errorf("newest %v: %d messages, %v", newest, len(found), err)
		}
	}
}

// What was shown to some alone when it happened is shown to nobody else afterwards.
func TestEventsOfOthersStayHidden(t *testing.T) {
	hidden := chat.Source{User: 9, Nick: "n", Username: "u", Host: "h"}
	all := tape{
		{Position: 1, Conversation: 1, Event: &chat.Joined{Source: hidden, Room: 1, RoomName: "#x", Only: []chat.UserID{7, 9}}},
		{Position: 2, Conversation: 1, Event: &chat.Quit{Source: hidden, Reason: "seen", Veil: chat.Veil{Rooms: []chat.ConversationID{2}, Only: []chat.UserID{7}}}},
		{Position: 3, Conversation: 1, Event: &chat.Quit{Source: hidden, Reason: "unseen", Veil: chat.Veil{Rooms: []chat.ConversationID{1}, Only: []chat.UserID{7}}}},
		{Position: 4, Conversation: 1, Event: &chat.Joined{Source: hidden, Room: 1, RoomName: "#x"}},
		{Position: 5, Conversation: 1, Event: &chat.Edited{Source: hidden, Conversation: 1, RoomName: "#x"}},
	}
	for user, want := range map[chat.UserID][]chat.Position{5: {2, 4}, 7: {1, 2, 3, 4}} {
		r := all.reader()
		r.Viewer = user
		found, err := r.page(t.Context(), chat.HistoryQuery{Conversation: 1, UpTo: 9, Limit: 9, Events: true})
		var at []chat.Position
		for i := range found {
			at = append(at, found[i].Position)
		}
		if err != nil || !slices.Equal(at, want) {
			t.Errorf("user %d is shown %v, %v; want %v", user, at, err, want)
		}
	}
}

// A long answer comes in pieces, which together are one batch with every message once.
func TestPieces(t *testing.T) {
	var all tape
	for at := chat.Position(1); at <= 500; at++ {
		all = append(all, said(at, strings.Repeat("x", 400)))
	}
	r := all.reader()
	q := &chathistory{sub: "LATEST", limit: 500, place: Place{Conversation: 1, Room: "#x"}}
	next, err := q.Read(t.Context(), r, 500)
	if err != nil {
		t.Fatal(err)
	}
	var whole []byte
	pieces := 0
	for more := true; more; pieces++ {
		var b []byte
		b, more = next(nil)
		if len(b) > PieceBytes+1024 {
			t.Errorf("a piece of %d bytes", len(b))
		}
		whole = append(whole, b...)
	}
	text := string(whole)
	if pieces < 3 || strings.Count(text, " BATCH +") != 1 || strings.Count(text, " BATCH -") != 1 || strings.Count(text, " PRIVMSG #x :") != 500 {
		t.Errorf("%d pieces, %d bytes", pieces, len(text))
	}
}
