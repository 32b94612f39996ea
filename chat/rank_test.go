package chat_test

import (
	"testing"

	"madang/chat"
)

func TestRankNames(t *testing.T) {
	names := map[chat.Rank]string{
		chat.NoRank: "none", chat.Voice: "voice", chat.HalfOperator: "half-operator",
		chat.Operator: "operator", chat.Admin: "admin", chat.Owner: "owner",
	}
	for rank, name := range names {
		if got, ok := chat.ParseRank(name); rank.String() != name || got != rank || !ok {
			t.Errorf("%q: written %q, read as %d, %v", name, rank, got, ok)
		}
	}
	if both := chat.Operator | chat.Voice; both.String() != "operator" {
		t.Errorf("an operator with voice is called %q", both)
	}
	for _, name := range []string{"", "op", "Owner"} {
		if got, ok := chat.ParseRank(name); ok || got != chat.NoRank {
			t.Errorf("%q is read as %d, %v", name, got, ok)
		}
	}
}
