package render

import (
	"bytes"
	"testing"

	"madang/engine"
	"madang/wire/websocket"
)

// A framed event is the lines of the same form without framing, each in a frame.
func TestFramedEvents(t *testing.T) {
	g := renderer()
	shown := 0
	for _, s := range rendered() {
		p := place(s.event)
		for _, form := range []engine.Form{0, fTime, formBits &^ FormCP949, formBits} {
			lines := g.Render(nil, p, form)
			binary := g.Render([]byte("x"), p, form|FormBinary)
			if want := websocket.AppendLines([]byte("x"), lines, websocket.Binary); !bytes.Equal(binary, want) {
				t.Errorf("%T in form %x is framed %q, want %q", s.event, form, binary, want)
			}
			if form&FormCP949 != 0 {
				continue
			}
			shown += len(lines)
			text := g.Render([]byte("x"), p, form|FormText)
			if want := websocket.AppendLines([]byte("x"), lines, websocket.Text); !bytes.Equal(text, want) {
				t.Errorf("%T in form %x is framed %q, want %q", s.event, form, text, want)
			}
		}
	}
	if shown == 0 {
		t.Error("nothing was shown")
	}
}

func TestOutside(t *testing.T) {
	for _, test := range []struct {
		form  engine.Form
		lines string
		want  string
		out   bool
	}{
		{0, "가\r\n", "가\r\n", false},
		{FormCP949, "가\r\n", "\xb0\xa1\r\n", true},
		{FormText, "가\r\nb\r\n", "\x81\x03가\x81\x01b", true},
		{FormText, "a\xe9\r\n", "\x81\x04a\uFFFD", true},
		{FormText | FormCP949, "가\r\n", "\x81\x03가", true},
		{FormBinary, "a\xe9\r\n", "\x82\x02a\xe9", true},
		{FormBinary | FormCP949, "가\r\n", "\x82\x02\xb0\xa1", true},
	} {
		if got := Outside([]byte(test.lines), test.form); string(got) != test.want {
			t.Errorf("form %x: %q goes out as %q", test.form, test.lines, got)
		}
		if !test.out {
			continue
		}
		if got := AppendOutside([]byte("-"), []byte(test.lines), test.form); string(got) != "-"+test.want {
			t.Errorf("form %x: %q becomes %q", test.form, test.lines, got)
		}
	}
}
