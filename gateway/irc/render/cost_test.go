package render

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

// TestRenderAllocatesNothing: a message is rendered once for each form, in the loop.
func TestRenderAllocatesNothing(t *testing.T) {
	g := renderer()
	source := chat.Source{User: 1, Nick: "mina", Username: "mina", Host: "a.b.c.cloak"}
	said := &chat.Placed{Position: 42, Event: &chat.Said{
		Source: source, Conversation: 1, RoomName: "#lobby", Time: 1_795_266_847_998, Text: "안녕하세요, 모두 반갑습니다",
		Tags: []chat.Tag{{Key: "+draft/react", Value: ":)"}},
	}}
	joined := &chat.Placed{Position: 42, After: 1, Event: &chat.Joined{Source: source, RoomName: "#lobby", Time: 1_795_266_847_998}}
	buffer := make([]byte, 0, 4096)
	for _, f := range []engine.Form{0, engine.Form(CapsOfForms)} {
		for _, p := range []*chat.Placed{said, joined} {
			if n := testing.AllocsPerRun(100, func() { g.Render(buffer, p, f) }); n > 0 {
				t.Errorf("%T takes %v allocations with form %b", p.Event, n, f)
			}
		}
	}
}

func BenchmarkRenderSaid(b *testing.B) {
	g := renderer()
	p := &chat.Placed{Position: 42, Event: &chat.Said{
		Source:       chat.Source{User: 1, Nick: "mina", Username: "mina", Host: "a.b.c.cloak"},
		Conversation: 1, RoomName: "#lobby", Time: 1_795_266_847_998, Text: "hello everybody, here I am again with a line of text",
	}}
	buffer := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		g.Render(buffer, p, 0)
	}
}
