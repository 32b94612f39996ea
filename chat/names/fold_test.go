package names_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"madang/chat/names"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "",
		"Alice!~User@Host.X":  "alice!~user@host.x",
		"[A]\\^~|{}":          "[a]\\^~|{}",
		"각":                   "각",
		norm.NFD.String("각ㅋ"): "각ㅋ",
		"＊！＠":                 "*!@",
		"a\xffB":              "a\uFFFDb",
		"\u03B1\u0345\u0301":  "\u03AC\u03B9",
	} {
		if got := names.Fold(text); got != want {
			t.Errorf("Fold(%+q) = %+q, want %+q", text, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for raw, want := range map[string]string{
		"a\r\nb\nc\rd\x00e":       "a b c d e",
		norm.NFD.String("한글 é"):   "한글 é",
		"a\xffb":                  "a\uFFFDb",
		"\x02bold\x02 \x0304red":  "\x02bold\x02 \x0304red",
		"Ｗide 🎉 stays \u202Ehere": "Ｗide 🎉 stays \u202Ehere",
	} {
		if got := names.Text(raw); got != want || names.Text(got) != got {
			t.Errorf("Text(%+q) = %+q, want %+q", raw, got, want)
		}
	}
}

// pieces are what makes folding hard: things that compose, decompose, grow, and turn
// into one another.
var pieces = []string{
	"a", "B", "z9", "-", "_", "[", "`", "가", "각", "ㅋ", "ㅢ", "\u1100", "\u1161", "\u11A8", "ﾡ", "Ａ", "１", "ｶ", "ﾞ", "か", "\u3099",
	"é", "\u0301", "\u0307", "\u0345", "ß", "ẞ", "İ", "ı", "Σ", "ς", "ǰ", "ΐ", "ᾳ", "ŉ", "ﬃ", "\u212A", "\u1E9B", "Ꭰ", "ꭰ",
	"а", "Н", "е", "ב", "م", "٣", "漢", "一", "ー", "😀", "\uFE0F", "\u200D", "\u202E", ",", " ", "*", "?", "#", "\x00", "\xff",
}

func text() *rapid.Generator[string] {
	built := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 14).Draw(t, "pieces"), "")
	})
	return rapid.OneOf(built, rapid.String())
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := text().Draw(t, "raw")
		folded := names.Fold(raw)
		if again := names.Fold(folded); again != folded {
			t.Fatalf("Fold(%+q) = %+q, then %+q", raw, folded, again)
		}
		if !utf8.ValidString(folded) {
			t.Fatalf("Fold(%+q) = %+q is not UTF-8", raw, folded)
		}
		if valid := strings.ToValidUTF8(raw, "\uFFFD"); names.Fold(norm.NFD.String(valid)) != names.Fold(norm.NFC.String(valid)) {
			t.Fatalf("NFD and NFC of %+q fold apart", raw)
		}
	})
}

func TestNameProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := text().Draw(t, "raw")
		checkName(t, names.Nick, raw, names.NickBytesMax)
		checkName(t, names.Room, "#"+raw, names.RoomBytesMax)
	})
}

type fataler interface{ Fatalf(string, ...any) }

// checkName holds what every legal name promises.
func checkName(t fataler, read func(string) (names.Name, error), raw string, bytesMax int) {
	n, err := read(raw)
	if err != nil {
		return
	}
	if len(n.Shown) > bytesMax || len(n.Folded) > bytesMax || n.Folded == "" {
		t.Fatalf("%+q: length of %+q", raw, n)
	}
	if names.Fold(raw) != n.Folded || names.Fold(n.Shown) != n.Folded {
		t.Fatalf("%+q: Fold disagrees with %+q", raw, n)
	}
	if shown, err := read(n.Shown); err != nil || shown != n {
		t.Fatalf("%+q: shown form reads as %+q, %v; want %+q", raw, shown, err, n)
	}
	folded, err := read(n.Folded)
	if err != nil || folded.Folded != n.Folded || folded.Skeleton != n.Skeleton {
		t.Fatalf("%+q: folded form reads as %+q, %v; want %+q", raw, folded, err, n)
	}
	if strings.ContainsAny(n.Shown+n.Folded, " ,\r\n\x00\a") {
		t.Fatalf("%+q: %+q breaks a message", raw, n)
	}
}

// Each character that may stand in a name keeps the promises of names.
func TestEveryCharacter(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		checkName(t, names.Nick, "a"+string(r)+"b", names.NickBytesMax)
		checkName(t, names.Room, "#"+string(r), names.RoomBytesMax)
	}
}

func FuzzName(f *testing.F) {
	for _, piece := range pieces {
		f.Add("a" + piece)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		checkName(t, names.Nick, raw, names.NickBytesMax)
		checkName(t, names.Room, "#"+raw, names.RoomBytesMax)
		if folded := names.Fold(raw); names.Fold(folded) != folded {
			t.Fatalf("Fold(%+q) = %+q is not stable", raw, folded)
		}
		if normal := names.Text(raw); names.Text(normal) != normal || strings.ContainsAny(normal, "\r\n\x00") {
			t.Fatalf("Text(%+q) = %+q", raw, normal)
		}
	})
}

func TestNoAllocationForCommonNames(t *testing.T) {
	for _, raw := range []string{"alice", "guest-1", "철수", "[bot]"} {
		if n := testing.AllocsPerRun(100, func() { _, _ = names.Nick(raw) }); n != 0 {
			t.Errorf("Nick(%q) allocates %v times", raw, n)
		}
	}
	for _, raw := range []string{"#lobby", "#잡담", "#ㅋㅋ"} {
		if n := testing.AllocsPerRun(100, func() { _ = names.Fold(raw) }); n != 0 {
			t.Errorf("Fold(%q) allocates %v times", raw, n)
		}
	}
}

func BenchmarkNick(b *testing.B) {
	for _, raw := range []string{"guest-1", "Alice", "철수", "ㅋㅋㅋ", "田中", "pаypаl"} {
		b.Run(raw, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = names.Nick(raw)
			}
		})
	}
}

func BenchmarkFold(b *testing.B) {
	for _, raw := range []string{"#lobby", "#Lobby", "#잡담", "#漢字"} {
		b.Run(raw, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = names.Fold(raw)
			}
		})
	}
}
