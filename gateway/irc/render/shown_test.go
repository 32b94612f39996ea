package render

import (
	"bytes"
	"testing"

	"madang/chat"
	"madang/engine"
)

// TestKindsAreRendered: every kind of event that people are shown has a line.
func TestKindsAreRendered(t *testing.T) {
	g := renderer()
	all := engine.Form(CapsOfForms)
	shown := []chat.Event{
		&chat.Quit{}, &chat.NickChanged{}, &chat.RealnameChanged{}, &chat.AwayChanged{}, &chat.FlagsChanged{Flags: chat.Bot},
		&chat.Joined{}, &chat.Parted{}, &chat.Kicked{}, &chat.Invited{}, &chat.Said{Text: "x"}, &chat.Relayed{Text: "x"},
		&chat.TopicSet{}, &chat.RoomChanged{Changes: []chat.RoomChange{{Aspect: chat.Secret}}}, &chat.Broadcasted{},
	}
	for _, e := range shown {
		b := g.Render(nil, &chat.Placed{Position: 1, Event: e}, all)
		if !bytes.HasSuffix(b, []byte("\r\n")) {
			t.Errorf("%T is rendered as %q", e, b)
		}
	}
	for _, e := range []chat.Event{&chat.Attached{}, &chat.RoomOpened{}, &chat.RoomClosed{}, &chat.RoomVanished{}, &chat.RetentionSet{}, &chat.BanAdded{}} {
		if b := g.Render(nil, &chat.Placed{Position: 1, Event: e}, all); len(b) > 0 {
			t.Errorf("%T is rendered as %q", e, b)
		}
	}
}
