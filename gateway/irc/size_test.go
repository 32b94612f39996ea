package irc

import (
	"testing"
	"unsafe"

	"madang/chat"
	"madang/engine"
	"madang/gateway"
)

// maskAll is a form with these capabilities.
func maskAll(c caps) engine.Form { return engine.Form(c) }

// TestClientIsSmall: what a client costs when it is idle, its strings in the core apart.
func TestClientIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(client{}); size > 150 {
		t.Errorf("a client takes %d bytes", size)
	}
}

// TestRenderAllocatesNothing: a message is rendered once for each form, in the loop.
func TestRenderAllocatesNothing(t *testing.T) {
	g := newYard(t).gateway
	source := chat.Source{User: 1, Nick: "mina", Username: "mina", Host: "a.b.c.cloak"}
	said := &chat.Placed{Position: 42, Event: &chat.Said{
		Source: source, Conversation: 1, RoomName: "#lobby", Time: 1_795_266_847_998, Text: "안녕하세요, 모두 반갑습니다",
		Tags: []chat.Tag{{Key: "+draft/react", Value: ":)"}},
	}}
	joined := &chat.Placed{Position: 42, After: 1, Event: &chat.Joined{Source: source, RoomName: "#lobby", Time: 1_795_266_847_998}}
	buffer := make([]byte, 0, 4096)
	for _, f := range []engine.Form{0, maskAll(capsOfForms)} {
		for _, p := range []*chat.Placed{said, joined} {
			if n := testing.AllocsPerRun(100, func() { g.Render(buffer, p, f) }); n > 0 {
				t.Errorf("%T takes %v allocations with form %b", p.Event, n, f)
			}
		}
	}
}

func BenchmarkRenderSaid(b *testing.B) {
	g := New(gateway.House{Engine: engine.New(engine.Config{State: chat.New(chat.DefaultLimits())}), Name: "irc.test"}, DefaultConfig(), nil)
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
