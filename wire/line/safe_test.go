package line

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestAppendSafe(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""}, {"plain ~!", "plain ~!"}, {"안녕하세요 world", "안녕하세요 world"}, {"漢字 ½ é 😀", "漢字 ½ é 😀"},
		{"a\tb", "a b"}, {"a\r\nb\u2028c\u0085d", "a  b c d"},
		{"\x1b[2J\x1b]0;x\a", "^[[2J^[]0;x^G"}, {"\x7f\x00", "^?^@"}, {"\u009b31m", "\uFFFD31m"},
		{"\u202eevil\u202c\u2066x\u200f\u061c", "\uFFFDevil\uFFFD\uFFFDx\uFFFD\uFFFD"},
		{"a\xffb\xec\x95", "a\uFFFDb\uFFFD\uFFFD"}, {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
		{"\x02bold\x0f \x1di\x1f\x1e\x11\x16", "bold i"},
		{"\x0304,12red\x03 \x031234 \x03,5 \x033,x", "red 34 ,5 ,x"},
		{"\x04ff0000,00FF00hex\x04ff00 \x04ff0000,1", "hexff00 ,1"},
		{"a\u200bb\ufeffc\u00add\U000E0041", "abcd"},
		{"👨‍👩‍👧 ❤️", "👨‍👩‍👧 ❤️"},
		{"e" + strings.Repeat("\u0301", 50) + "x", "e" + strings.Repeat("\u0301", 8) + "x"},
		{"e" + strings.Repeat("\u0301\u200b", 50), "e" + strings.Repeat("\u0301", 8)},
		{"e" + strings.Repeat("\u0301\x02", 50), "e" + strings.Repeat("\u0301", 8)},
		{"\u1112\u1161\u11ab", "\u1112\u1161\u11ab"}, {"\u1112" + strings.Repeat("\u1161", 50), "\u1112" + strings.Repeat("\u1161", 8)},
		{"\uFFFE\uFDD0", "\uFFFD\uFFFD"},
	} {
		if got := string(AppendSafe(nil, test.text)); got != test.want {
			t.Errorf("AppendSafe(%+q) = %+q, want %+q", test.text, got, test.want)
		}
	}
	if got := string(AppendSafe([]byte("x: "), "\x1b")); got != "x: ^[" {
		t.Errorf("what was there before is lost: %q", got)
	}
}

// dangerous finds a character that must never reach a terminal.
func dangerous(text string, joiners bool) (rune, bool) {
	for _, r := range text {
		joiner := joiners && (r == 0x200C || r == 0x200D)
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control) && !joiner {
			return r, true
		}
	}
	return 0, false
}

func TestAppendSafeEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		text := "a" + string(r) + "b"
		got := string(AppendSafe(nil, text))
		if bad, found := dangerous(got, true); found || !utf8.ValidString(got) || got[0] != 'a' || !strings.HasSuffix(got, "b") {
			t.Fatalf("%U gives %+q (%U)", r, got, bad)
		}
		if again := string(AppendSafe(nil, got)); again != got {
			t.Fatalf("%U: %+q becomes %+q", r, got, again)
		}
	}
}

func FuzzAppendSafe(f *testing.F) {
	f.Add("\x1b[2J안녕\u202e\x0304,5x\u0301\u0301\xff")
	f.Add("\x04ff0000,\x03\x0315,\u200d\u1161")
	f.Fuzz(func(t *testing.T, text string) {
		got := string(AppendSafe(nil, text))
		if bad, found := dangerous(got, true); found || !utf8.ValidString(got) {
			t.Fatalf("%+q gives %+q (%U)", text, got, bad)
		}
		if again := string(AppendSafe(nil, got)); again != got {
			t.Fatalf("%+q gives %+q, then %+q", text, got, again)
		}
		marks := 0
		for _, r := range got {
			if marks++; !piles(r) {
				marks = 0
			}
			if marks > marksMax {
				t.Fatalf("%+q gives a flood of marks", text)
			}
		}
	})
}

func BenchmarkAppendSafe(b *testing.B) {
	for name, text := range map[string]string{
		"ascii": strings.Repeat("hello there ", 10), "hangul": strings.Repeat("안녕하세요 ", 10),
	} {
		b.Run(name, func(b *testing.B) {
			dst := make([]byte, 0, 1024)
			b.ReportAllocs()
			for b.Loop() {
				dst = AppendSafe(dst[:0], text)
			}
		})
	}
}
