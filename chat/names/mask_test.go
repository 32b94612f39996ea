package names_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madang/chat/names"
)

func TestMatchMask(t *testing.T) {
	for _, tt := range []struct {
		mask, name string
		want       bool
	}{
		{"*!*@*.c.cloak", "alice!~u@a.b.c.cloak", true},
		{"*!*@*.c.cloak", "alice!~u@a.b.d.cloak", false},
		{"Al?ce!*@*", "ALICE!u@h", true},
		{"철?!*@*", "철수!u@h", true},
		{"철?!*@*", "철수야!u@h", false},
		{"*수!*", "철수!u", true},
		{"*??xa", "가xa", false}, // no star ends inside a character
		{"*??xa", "가나xa", true},
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"?", "", false},
		{"***", "abc", true},
		{"a*b*c", "axxbyybzc", true},
		{"a*b*c", "axxbyybz", false},
		{"a[b", "a{b", false},
		{"a\\*", "a\\x", true},
		{"a\\*", "ax", false},
		{"＊ａ", "xa", true},
		{"*aab", strings.Repeat("a", 50) + "b", true},
	} {
		if got := names.MatchMask(names.FoldMask(tt.mask), names.Fold(tt.name)); got != tt.want {
			t.Errorf("mask %q, name %q: %v", tt.mask, tt.name, got)
		}
	}
}

func TestFoldMask(t *testing.T) {
	for mask, want := range map[string]string{"A***b**?*": "a*b*?*", "": "", "****": "*"} {
		if got := names.FoldMask(mask); got != want {
			t.Errorf("FoldMask(%q) = %q, want %q", mask, got, want)
		}
	}
}

// covers is the definition of a mask, too slow for use.
func covers(mask, name []rune) bool {
	switch {
	case len(mask) == 0:
		return len(name) == 0
	case mask[0] == '*':
		return covers(mask[1:], name) || len(name) > 0 && covers(mask, name[1:])
	case len(name) == 0:
		return false
	}
	return (mask[0] == '?' || mask[0] == name[0]) && covers(mask[1:], name[1:])
}

func TestMatchMaskIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mask := rapid.StringOfN(rapid.SampledFrom([]rune("ab가각*?")), 0, 8, -1).Draw(t, "mask")
		name := rapid.StringOfN(rapid.SampledFrom([]rune("ab가각")), 0, 10, -1).Draw(t, "name")
		want := covers([]rune(mask), []rune(name))
		if names.MatchMask(mask, name) != want || names.MatchMask(names.FoldMask(mask), name) != want {
			t.Fatalf("mask %q, name %q: want %v", mask, name, want)
		}
	})
}

func BenchmarkMatchMask(b *testing.B) {
	mask, name := strings.Repeat("*a", 30)+"b", strings.Repeat("a", 200)
	b.ReportAllocs()
	for b.Loop() {
		names.MatchMask(mask, name)
	}
}

// What names no part is a nick, or a host by what no nick has.
func TestCompleteMask(t *testing.T) {
	for mask, want := range map[string]string{
		"": "", "Bob": "bob!*@*", "b*": "b*!*@*", "u@h": "*!u@h", "n!u": "n!u@*", "n!u@h": "n!u@h",
		"abc.def.cloak": "*!*@abc.def.cloak", "*.cloak": "*!*@*.cloak", "192.0.2.7": "*!*@192.0.2.7", "2001:db8::1": "*!*@2001:db8::1",
	} {
		if got := names.CompleteMask(mask); got != want {
			t.Errorf("CompleteMask(%q) = %q, want %q", mask, got, want)
		}
	}
}
