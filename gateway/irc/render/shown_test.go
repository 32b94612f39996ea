package render

import (
	"bytes"
	"strings"
	"testing"

	"madang/chat"
	"madang/engine"
)

// TestKindsAreRendered: every kind of event that people are shown has a line.
func TestKindsAreRendered(t *testing.T) {
	g := renderer()
	all := engine.Form(CapsOfForms)
	shown := []chat.Event{
		&chat.Quit{}, &chat.NickChanged{}, &chat.RealnameChanged{}, &chat.HostChanged{Host: "x"}, &chat.AwayChanged{}, &chat.FlagsChanged{Flags: chat.Bot},
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

// Whatever a text holds, its line is one line.
func TestActionIsOneLine(t *testing.T) {
	r := renderer()
	for _, kind := range []chat.MessageKind{chat.Text, chat.Notice, chat.Action, chat.CTCP, chat.CTCPReply} {
		s := Speech{Source: &chat.Source{User: 1, Nick: "eve", Username: "e", Host: "h"}, What: kind, Target: "#a", Text: "x\n:irc.test 001 you :hello"}
		for line := range strings.SplitSeq(strings.TrimSuffix(string(r.AppendSpeech(nil, 0, &s)), "\r\n"), "\r\n") {
			if !strings.HasPrefix(line, ":eve!") || strings.ContainsAny(line, "\r\n") {
				t.Errorf("kind %d: %q", kind, line)
			}
		}
	}
}
