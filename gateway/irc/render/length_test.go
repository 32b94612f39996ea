package render

import (
	"strings"
	"testing"
	"unicode/utf8"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/wire/irc"
)

// longest is somebody whose names are as long as they can be.
func longest() chat.Source {
	return chat.Source{
		User: 9, Nick: strings.Repeat("한", names.NickBytesMax/len("한")),
		Username: strings.Repeat("u", chat.UsernameBytesMax), Host: strings.Repeat("h", names.HostBytesMax),
	}
}

// untagged is a line without its tags.
func untagged(line string) string {
	if strings.HasPrefix(line, "@") {
		_, line, _ = strings.Cut(line, " ")
	}
	return line
}

// texts are the last parameters of lines, which all begin alike and fit.
func texts(t *testing.T, lines, head string) (all []string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		line = untagged(line)
		text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\r\n"), head)
		if !ok || len(line) > irc.LineBytesMax || !strings.HasSuffix(line, "\r\n") {
			t.Fatalf("%d bytes: %q", len(line), line)
		}
		all = append(all, text)
	}
	return all
}

// A text longer than a line becomes several lines; nothing of it is lost, no character
// is cut, and no line but the last has room for one more.
func TestLongTextIsSplit(t *testing.T) {
	g := renderer()
	source, room := longest(), "#"+strings.Repeat("방", (names.RoomBytesMax-1)/len("방"))
	head := ":" + SourceText(&source) + " PRIVMSG " + room + " :"
	for _, unit := range []string{"x", "é", "한", "😀", "x한é😀"} {
		text := strings.Repeat(unit, chat.TextBytesMax/len(unit))
		for _, form := range []engine.Form{0, fTime, fTime | fTags, formBits &^ fKR &^ fSeveral} {
			p := place(&chat.Said{Source: source, RoomName: room, Time: at, Text: text})
			lines := texts(t, string(g.Render(nil, p, form)), head)
			if strings.Join(lines, "") != text {
				t.Errorf("of %s in form %x something was lost", unit, form)
			}
			for i, line := range lines {
				left := irc.LineBytesMax - len("\r\n") - len(head) - len(line)
				if !utf8.ValidString(line) || i < len(lines)-1 && left >= utf8.UTFMax {
					t.Errorf("line %d of %s has %d bytes left: %q", i, unit, left, line)
				}
			}
		}
	}
}

// Each line of a long action is an action.
func TestLongActionIsSplit(t *testing.T) {
	for _, text := range []string{strings.Repeat("한", 500), strings.Repeat("x", 1500)} {
		p := place(&chat.Said{Source: mina(), RoomName: "#마당", What: chat.Action, Time: at, Text: text})
		joined := ""
		for _, line := range texts(t, string(renderer().Render(nil, p, 0)), minaS+" PRIVMSG #마당 :\x01ACTION ") {
			part, ok := strings.CutSuffix(line, "\x01")
			if !ok {
				t.Fatalf("no action: %q", line)
			}
			joined += part
		}
		if joined != text {
			t.Errorf("something was lost: %q", joined)
		}
	}
}

// Only the first of several lines is the message: it alone has the id and the tags.
func TestOneOfSeveralLinesHasTheID(t *testing.T) {
	p := place(&chat.Said{
		Source: botS(), RoomName: "#마당", Time: at, Text: strings.Repeat("x", 1000), Tags: []chat.Tag{{Key: "+a", Value: "b"}},
	})
	const first, other = "@time=2026-01-02T03:04:05.678Z;msgid=7-16;bot;+a=b", "@time=2026-01-02T03:04:05.678Z"
	i := 0
	for line := range strings.Lines(string(renderer().Render(nil, p, fTime|fTags))) {
		want := other
		if i++; i == 1 {
			want = first
		}
		if tags, _, _ := strings.Cut(line, " "); tags != want {
			t.Errorf("line %d has the tags %s", i, tags)
		}
	}
	if i < 3 {
		t.Errorf("there are %d lines", i)
	}
}

func TestWhole(t *testing.T) {
	for _, test := range []struct {
		text  string
		bytes int
		want  string
	}{
		{"abc", 3, "abc"}, {"abc", 9, "abc"}, {"abcd", 3, "abc"}, {"", 3, ""},
		{"한글", 6, "한글"}, {"한글", 5, "한"}, {"한글", 4, "한"}, {"한글", 3, "한"}, {"a한", 3, "a"}, {"😀😀", 7, "😀"},
	} {
		if got := test.text[:whole(test.text, test.bytes)]; got != test.want {
			t.Errorf("%d bytes of %q are %q, want %q", test.bytes, test.text, got, test.want)
		}
	}
}

// A change of modes that no line holds becomes several MODEs, with all of it.
func TestManyModesAreSplit(t *testing.T) {
	const manyModes = 20
	e := &chat.RoomChanged{Source: longest(), RoomName: "#마당", Time: at}
	for i := range manyModes {
		e.Changes = append(e.Changes, chat.RoomChange{
			Aspect: chat.Ban, Add: i%2 == 0, Text: strings.Repeat(string(rune('a'+i)), chat.MaskBytesMax),
		})
	}
	source, masks := longest(), 0
	for _, line := range texts(t, string(renderer().Render(nil, place(e), fTime)), ":"+SourceText(&source)+" MODE #마당 ") {
		words := strings.Fields(line)
		if signs := strings.Count(words[0], "b"); signs != len(words)-1 || signs == 0 {
			t.Errorf("%d modes for %d masks: %s", signs, len(words)-1, line)
		}
		masks += len(words) - 1
	}
	if masks != manyModes {
		t.Errorf("%d of %d changes are shown", masks, manyModes)
	}
}

// Whatever the core lets pass is shown in lines that clients can read: at most 512 bytes
// without tags, in UTF-8 as in CP949.
func TestNoEventIsLongerThanALine(t *testing.T) {
	g, s := renderer(), longest()
	room := "#" + strings.Repeat("방", (names.RoomBytesMax-1)/len("방"))
	for _, letter := range []string{"한", "😀", "x"} {
		fill := func(bytes int) string { return strings.Repeat(letter, bytes/len(letter)) }
		reason, realname, text := fill(chat.ReasonBytesMax), fill(chat.RealnameBytesMax), fill(4000)
		for _, e := range []chat.Event{
			&chat.Said{Source: s, RoomName: room, Text: text},
			&chat.Joined{Source: s, RoomName: room, Realname: realname, Away: reason},
			&chat.Parted{Source: s, RoomName: room, Reason: reason},
			&chat.Quit{Source: s, Reason: reason},
			&chat.Quit{Source: s, Reason: reason, Killed: true, By: s.Nick},
			&chat.NickChanged{Source: s, Nick: s.Nick},
			&chat.Kicked{Source: s, RoomName: room, Nick: s.Nick, Reason: reason},
			&chat.Invited{Source: s, RoomName: room, Nick: s.Nick},
			&chat.TopicSet{Source: s, RoomName: room, Text: fill(chat.TopicBytesMax)},
			&chat.AwayChanged{Source: s, Text: fill(chat.AwayBytesMax)},
			&chat.RealnameChanged{Source: s, Realname: realname},
			&chat.HostChanged{Source: s, Host: s.Host},
			&chat.Broadcasted{Source: s, Text: text},
			&chat.Broadcasted{Source: s, Text: text, Wallops: true},
		} {
			for _, form := range []engine.Form{0, formBits &^ fKR, fKR} {
				longest := 0
				for line := range strings.Lines(string(g.Render(nil, place(e), form))) {
					longest = max(longest, len(untagged(line)))
				}
				if longest > irc.LineBytesMax {
					t.Errorf("%T of %s in form %x has a line of %d bytes", e, letter, form, longest)
				}
			}
		}
	}
}
