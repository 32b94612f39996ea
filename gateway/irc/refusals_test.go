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
