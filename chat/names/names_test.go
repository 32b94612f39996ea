package names_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/unicode/norm"

	"madang/chat/names"
)

func nick(t *testing.T, raw string) names.Name {
	t.Helper()
	n, err := names.Nick(raw)
	if err != nil {
		t.Fatalf("Nick(%+q): %v", raw, err)
	}
	return n
}

func TestNick(t *testing.T) {
	tests := []struct{ raw, shown, folded, skeleton string }{
		{"Alice", "Alice", "alice", "alice"},
		{"guest-1", "guest-1", "guest-1", "guest-1"},
		{"_[]{}\\|^`-9", "_[]{}\\|^`-9", "_[]{}\\|^`-9", "_[]{}\\|^`-9"},
		{"철수", "철수", "철수", "철수"},
		{"철수_A", "철수_A", "철수_a", "철수_a"},
		{"ㅋㅋㅋ", "ㅋㅋㅋ", "ㅋㅋㅋ", "ㅋㅋㅋ"},
		{"\u110F\u110F", "ㅋㅋ", "ㅋㅋ", "ㅋㅋ"},
		{"\u1161\u11C2", "ㅏㅎ", "ㅏㅎ", "ㅏㅎ"},
		{"ㄲ", "ㄲ", "ㄲ", "ㄱㄱ"},
		{"ﾡﾡ", "ﾡﾡ", "ㄱㄱ", "ㄱㄱ"},
		{"Ａｂ１", "Ａｂ１", "ab1", "ab1"},
		{"ΟΔΟΣ", "ΟΔΟΣ", "οδοσ", "oẟoo"},
		{"Straße", "Straße", "strasse", "strasse"},
		{"_é_", "_é_", "_é_", "_e\u0301_"},
		{"田中", "田中", "田中", "田中"},
		{"שלום", "שלום", "שלום", ""},
		{"محمد٣", "محمد٣", "محمد٣", ""},
		{strings.Repeat("각", names.NickRunesMax), strings.Repeat("각", names.NickRunesMax), strings.Repeat("각", names.NickRunesMax), strings.Repeat("각", names.NickRunesMax)},
	}
	for _, tt := range tests {
		n := nick(t, tt.raw)
		if n.Shown != tt.shown || n.Folded != tt.folded {
			t.Errorf("Nick(%+q) = %+q, %+q; want %+q, %+q", tt.raw, n.Shown, n.Folded, tt.shown, tt.folded)
		}
		if tt.skeleton != "" && n.Skeleton != tt.skeleton {
			t.Errorf("Nick(%+q).Skeleton = %+q, want %+q", tt.raw, n.Skeleton, tt.skeleton)
		}
	}
}

func TestNickRefused(t *testing.T) {
	tests := []struct {
		raw  string
		code names.Code
		r    rune
	}{
		{"", names.Empty, 0},
		{"1abc", names.BadStart, '1'},
		{"１abc", names.BadStart, '1'},
		{"-abc", names.BadStart, '-'},
		{"\u0301abc", names.BadStart, 0x0301},
		{"a b", names.BadCharacter, ' '},
		{"a\u3000b", names.BadCharacter, ' '},
		{"a\x00", names.BadCharacter, 0},
		{"a\r\nQUIT", names.BadCharacter, '\r'},
		{"a\x1b[2J", names.BadCharacter, 0x1b},
		{"a\u007f", names.BadCharacter, 0x7f},
		{"a\u0085", names.BadCharacter, 0x85},
		{"a\u202Eb", names.BadCharacter, 0x202E},
		{"a\u2066b", names.BadCharacter, 0x2066},
		{"a\u200Db", names.BadCharacter, 0x200D},
		{"a\u00ADb", names.BadCharacter, 0xAD},
		{"a\uFEFF", names.BadCharacter, 0xFEFF},
		{"\u3164", names.BadCharacter, 0x3164},
		{"\uFFA0", names.BadCharacter, 0x3164},
		{"\u115F\u1160", names.BadCharacter, 0x115F},
		{"\u1100\u119E", names.BadCharacter, 0x119E},
		{"ㆍ", names.BadCharacter, 'ㆍ'},
		{"😀", names.BadCharacter, '😀'},
		{"a❤", names.BadCharacter, '❤'},
		{"a\uE000", names.BadCharacter, 0xE000},
		{"a\uFFFD", names.BadCharacter, 0xFFFD},
		{"irc．example", names.BadCharacter, '.'},
		{"z" + strings.Repeat("\u0316", 5), names.BadCharacter, 0x0316},
		{"a\xff", names.BadEncoding, 0},
		{"\xb0\xa1", names.BadEncoding, 0},
		{"a\u05D0b", names.BadMix, 0},
		{"م٣۳", names.BadMix, 0},
		{strings.Repeat("a", names.NickRunesMax+1), names.TooLong, 0},
		{strings.Repeat("ß", names.NickRunesMax), names.TooLong, 0},
		{strings.Repeat("𠀀", names.NickBytesMax/4+1), names.TooLong, 0},
		{strings.Repeat("a", 1<<20), names.TooLong, 0},
	}
	for _, special := range " ,*?!@.:#&~+%$/<>\"'();=\t\a" {
		tests = append(tests, struct {
			raw  string
			code names.Code
			r    rune
		}{"a" + string(special), names.BadCharacter, special})
	}
	for _, tt := range tests {
		refused(t, names.Nick, tt.raw, tt.code, tt.r)
	}
}

func TestRoom(t *testing.T) {
	for raw, folded := range map[string]string{
		"#chan":     "#chan",
		"#Foo.Bar":  "#foo.bar",
		"#ελλάς":    "#ελλάσ",
		"#a/b":      "#a/b",
		"##c++":     "##c++",
		"#1":        "#1",
		"#a:b!c@d":  "#a:b!c@d",
		"#잡담🎉":      "#잡담🎉",
		"#ㅋㅋㅋ":      "#ㅋㅋㅋ",
		"#“quoted”": "#“quoted”",
		"#ラ・テ":      "#ラ・テ",
		"#[]{}|~^":  "#[]{}|~^",
		"#Ｗｉｄｅ":     "#wide",
		"#שלום-a":   "#שלום-a",
	} {
		n, err := names.Room(raw)
		if err != nil || n.Folded != folded || n.Shown != raw {
			t.Errorf("Room(%q) = %+q, %v; want folded %+q", raw, n, err, folded)
		}
	}
}

func TestRoomRefused(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		code names.Code
		r    rune
	}{
		{"", names.Empty, 0},
		{"#", names.Empty, 0},
		{"chan", names.NoHash, 0},
		{"＃chan", names.NoHash, 0},
		{"&chan", names.NoHash, 0},
		{"#a b", names.BadCharacter, ' '},
		{"#a,b", names.BadCharacter, ','},
		{"#a，b", names.BadCharacter, ','},
		{"#a\u00A0b", names.BadCharacter, 0xA0},
		{"#a\u2028b", names.BadCharacter, 0x2028},
		{"#a\a", names.BadCharacter, '\a'},
		{"#a\n", names.BadCharacter, '\n'},
		{"#a\u202E", names.BadCharacter, 0x202E},
		{"#❤\uFE0F", names.BadCharacter, 0xFE0F},
		{"#👩\u200D🚀", names.BadCharacter, 0x200D},
		{"#a\uFFFD", names.BadCharacter, 0xFFFD},
		{"#a\uFFFC", names.BadCharacter, 0xFFFC},
		{"#\u2800", names.BadCharacter, 0x2800},
		{"#\u3164", names.BadCharacter, 0x3164},
		{"#\u0301", names.BadStart, 0x0301},
		{"#a・b", names.BadMix, 0},
		{"#\xff", names.BadEncoding, 0},
		{"#" + strings.Repeat("a", names.RoomBytesMax), names.TooLong, 0},
		{"#" + strings.Repeat("가", 22), names.TooLong, 0},
	} {
		refused(t, names.Room, tt.raw, tt.code, tt.r)
	}
}

func refused(t *testing.T, read func(string) (names.Name, error), raw string, code names.Code, r rune) {
	t.Helper()
	n, err := read(raw)
	var e *names.Error
	if !errors.As(err, &e) {
		t.Errorf("%+.40q: got %+q, %v; want code %d", raw, n, err, code)
		return
	}
	if e.Code != code || e.Rune != r || n != (names.Name{}) {
		t.Errorf("%+.40q: got code %d, rune %U (%v); want %d, %U", raw, e.Code, e.Rune, err, code, r)
	}
}

// Every syllable is a nick by itself, whichever way it is typed, and no two are one.
func TestAllSyllables(t *testing.T) {
	const first, last, count = 0xAC00, 0xD7A3, 11172
	folded := make(map[string]bool, count)
	skeletons := make(map[string]bool, count)
	decorated := make(map[string]bool, count) // beside a letter that sends it the long way
	for r := rune(first); r <= last; r++ {
		composed := nick(t, string(r))
		decomposed := nick(t, norm.NFD.String(string(r)))
		if composed != decomposed || composed.Shown != string(r) {
			t.Fatalf("%c: NFC %+q, NFD %+q", r, composed, decomposed)
		}
		folded[composed.Folded] = true
		skeletons[composed.Skeleton] = true
		decorated[nick(t, "а"+string(r)+"ㅋ").Skeleton] = true
	}
	if len(folded) != count || len(skeletons) != count || len(decorated) != count {
		t.Errorf("%d folded, %d skeletons, %d decorated; want %d each", len(folded), len(skeletons), len(decorated), count)
	}
}

func TestLoneLettersComposedAndConjoining(t *testing.T) {
	for _, row := range []struct {
		conjoining rune
		letters    string
	}{
		{0x1100, "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"},
		{0x1161, "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"},
		{0x11A8, "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"},
	} {
		r := row.conjoining
		for _, letter := range row.letters {
			if got, want := nick(t, string(r)), nick(t, string(letter)); got != want {
				t.Errorf("%U: %+q, want %+q", r, got, want)
			}
			if norm.NFKC.String(string(letter)) != norm.NFKC.String(string(r)) && row.conjoining != 0x11A8 {
				t.Errorf("%U and %c differ by Unicode's own data", r, letter)
			}
			r++
		}
	}
}

func TestSame(t *testing.T) {
	for _, pair := range [][2]string{
		{"ALICE", "alice"}, {"ａｌｉｃｅ", "Alice"}, {"É", "e\u0301"}, {"ΣΑΣ", "σας"},
		{"ｶﾞ", "ガ"}, {"한글", norm.NFD.String("한글")}, {"K", "\u212A"},
	} {
		if a, b := nick(t, pair[0]), nick(t, pair[1]); a.Folded != b.Folded || a.Skeleton != b.Skeleton {
			t.Errorf("%q and %q: %+q, %+q", pair[0], pair[1], a, b)
		}
	}
}

func TestLookAlikes(t *testing.T) {
	for _, pair := range [][2]string{
		{"paypal", "pаypаl"}, {"HANS", "НАNЅ"}, {"alice", "аliсе"}, {"Ko", "Κο"},
		{"scope", "ѕсоре"}, {"mike", "міке"}, {"ㄲ", "ㄱㄱ"}, {"一", "ー"}, {"ㅡ", "一"},
	} {
		a, b := nick(t, pair[0]), nick(t, pair[1])
		if a.Folded == b.Folded || a.Skeleton != b.Skeleton {
			t.Errorf("%q and %q: %+q, %+q", pair[0], pair[1], a, b)
		}
	}
	for _, pair := range [][2]string{
		{"l1", "ll"}, {"o0", "oo"}, {"rn", "m"}, {"a|", "al"}, {"먹고", "머꼬"}, {"각가", "가까"},
		{"а먹고", "а머꼬"}, {"ㅋ가ㄱ", "ㅋ각"},
		{"ㄱㅏ", "가"}, {"가ㄱ", "각"}, {"대", "데"}, {"а으", "а-"}, {"a[", "a{"}, {"a\\", "a|"}, {"a^", "a`"},
	} {
		if a, b := nick(t, pair[0]), nick(t, pair[1]); a.Skeleton == b.Skeleton {
			t.Errorf("%q and %q share %+q", pair[0], pair[1], a.Skeleton)
		}
	}
}

func TestErrorsAreSentencesWithoutTheName(t *testing.T) {
	for raw, want := range map[string]string{
		"a\u202E":               "a nick may not contain U+202E",
		"a b":                   "a nick may not contain a space",
		"-a":                    "a nick may not begin with ‘-’ (U+002D)",
		"a\x1b":                 "a nick may not contain U+001B",
		strings.Repeat("a", 99): "the nick is too long: at most 32 characters and 96 bytes",
	} {
		if _, err := names.Nick(raw); err == nil || err.Error() != want {
			t.Errorf("Nick(%.20q): %v, want %s", raw, err, want)
		}
	}
	seen := map[string]names.Code{}
	for code := names.Empty; code <= names.BadMix; code++ {
		text := (&names.Error{Code: code, Kind: names.KindRoom}).Error()
		if other, taken := seen[text]; taken || !strings.Contains(text, "room name") {
			t.Errorf("code %d: %q says too little, or the same as %d", code, text, other)
		}
		seen[text] = code
	}
}

// The package's folders and profiles are shared; the race detector watches.
func TestConcurrentUse(t *testing.T) {
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				if n, err := names.Nick("НАNЅ-ＡÉ"); err != nil || n.Skeleton != "hans-ae\u0301" {
					t.Errorf("%+q, %v", n, err)
				}
			}
		})
	}
	all.Wait()
}
