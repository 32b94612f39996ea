package irc

import (
	"testing"

	"madang/chat"
	"madang/engine"
)

// What is said costs no memory to render, but for the room in the queue.
func TestSpeechIsRenderedInPlace(t *testing.T) {
	g := renderer()
	p := place(&chat.Said{Source: mina(), RoomName: "#마당", Time: at, Text: "안녕"})
	dst := make([]byte, 0, 512)
	for _, form := range []engine.Form{0, fTime, fTime | fTags} {
		n := testing.AllocsPerRun(100, func() { dst = g.Render(dst[:0], p, form) })
		if n != 0 || len(dst) == 0 {
			t.Errorf("form %x: %v allocations for %q", form, n, dst)
		}
	}
}

// Saying something to a room costs few allocations from the bytes that came to the lines
// that others are sent: the text, the command, what becomes of it.
func TestPrivmsgIsCheap(t *testing.T) {
	const most, lines = 20, 50
	y := newYard(t)
	a, b := y.person("a"), y.person("b")
	together("#x", a, b)
	burst := make([]byte, 0, 4096)
	for range lines {
		burst = append(burst, "PRIVMSG #x :hello\r\n"...)
	}
	n := testing.AllocsPerRun(20, func() {
		if _, err := a.conn.Write(burst); err != nil {
			t.Error(err)
		}
		for seen := 0; seen < lines; {
			line, err := b.in.ReadSlice('\n')
			if err != nil {
				t.Fatal(err)
			}
			if string(line) == ":a!a@host.cloak PRIVMSG #x :hello\r\n" {
				seen++
			}
		}
	})
	if n > most*lines {
		t.Errorf("%.1f allocations for a message, more than %d", n/lines, most)
	}
}
