package irc

import (
	"bytes"
	"testing"

	"madang/chat"
)

// TestRefusalsAreTotal: every code has words of its own.
func TestRefusalsAreTotal(t *testing.T) {
	g := newYard(t).gateway
	for code := chat.Code(1); code < chat.CodesEnd; code++ {
		w := &writer{g: g, c: &client{gateway: g}}
		w.refusal("JOIN", &chat.Refusal{Code: code, Room: "#a b", Nick: "n", Text: "why", Limit: 3, Rank: chat.Operator})
		if len(w.b) == 0 || bytes.Contains(w.b, []byte(" 400 ")) || bytes.Count(w.b, []byte("\r\n")) != 1 {
			t.Errorf("code %d is told as %q", code, w.b)
		}
	}
}

// TestKindsAreRendered: every kind of event that people are shown has a line.
func TestKindsAreRendered(t *testing.T) {
	g := newYard(t).gateway
	all := capsOfForms
	shown := []chat.Event{
		&chat.Quit{}, &chat.NickChanged{}, &chat.RealnameChanged{}, &chat.AwayChanged{}, &chat.FlagsChanged{Flags: chat.Bot},
		&chat.Joined{}, &chat.Parted{}, &chat.Kicked{}, &chat.Invited{}, &chat.Said{Text: "x"}, &chat.Relayed{Text: "x"},
		&chat.TopicSet{}, &chat.RoomChanged{Changes: []chat.RoomChange{{Aspect: chat.Secret}}}, &chat.Broadcasted{},
	}
	for _, e := range shown {
		b := g.Render(nil, &chat.Placed{Position: 1, Event: e}, maskAll(all))
		if !bytes.HasSuffix(b, []byte("\r\n")) {
			t.Errorf("%T is rendered as %q", e, b)
		}
	}
	for _, e := range []chat.Event{&chat.Attached{}, &chat.RoomOpened{}, &chat.RoomClosed{}, &chat.RoomVanished{}, &chat.RetentionSet{}, &chat.BanAdded{}} {
		if b := g.Render(nil, &chat.Placed{Position: 1, Event: e}, maskAll(all)); len(b) > 0 {
			t.Errorf("%T is rendered as %q", e, b)
		}
	}
}
