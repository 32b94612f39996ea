package charset

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
)

// cp949 writes text as a legacy client would.
func cp949(t testing.TB, text string) []byte {
	out, err := korean.EUCKR.NewEncoder().String(text)
	if err != nil {
		t.Fatalf("%q is not in CP949: %v", text, err)
	}
	return []byte(out)
}

func TestDecodeDecidesOnce(t *testing.T) {
	type step struct {
		message         []byte
		text            string
		switched, lossy bool
	}
	hello := cp949(t, "안녕하세요")
	for name, steps := range map[string][]step{
		"UTF-8 stays": {
			{[]byte("hi"), "hi", false, false}, {[]byte("안녕"), "안녕", false, false},
			{hello, "\uFFFD", false, true},
		},
		"CP949 switches": {
			{[]byte("hi"), "hi", false, false}, {hello, "안녕하세요", true, false}, {hello, "안녕하세요", false, false},
			{[]byte("hi"), "hi", false, false}, {[]byte("a\xff"), "a\uFFFD", false, true},
		},
		"neither": {
			{[]byte("caf\xe9"), "caf\uFFFD", false, true}, {hello, "안녕하세요", true, false},
		},
		"the pitfall proves nothing": {
			{[]byte("\xc2\xa1"), "\u00a1", false, false}, {hello, "안녕하세요", true, false},
		},
		"two bytes that are no CP949 prove UTF-8": {
			{[]byte("caf\u00e9 x"), "café x", false, false}, {[]byte("\u0430\u0000"), "а\x00", false, false},
			{[]byte("\xd0\x80"), "\u0400", false, false}, {hello, "\uFFFD", false, true},
		},
	} {
		var s Session
		for i, step := range steps {
			got := s.Decode(step.message)
			text := string(got.Text)
			if step.lossy && strings.Trim(text, "\uFFFD") == "" {
				text = "\uFFFD"
			}
			if step.lossy {
				if !got.Lossy || !utf8.Valid(got.Text) || !strings.Contains(text, "\uFFFD") {
					t.Errorf("%s, step %d: %q, lossy %v", name, i, got.Text, got.Lossy)
				}
			} else if text != step.text || got.Lossy {
				t.Errorf("%s, step %d: %q, lossy %v; want %q", name, i, text, got.Lossy, step.text)
			}
			if got.Switched != step.switched {
				t.Errorf("%s, step %d: switched %v", name, i, got.Switched)
			}
		}
	}
}

func TestFix(t *testing.T) {
	var s Session
	s.Fix(CP949)
	if got := s.Decode([]byte("\xc2\xa1")); string(got.Text) == "\u00a1" || got.Switched || got.Lossy || s.Name() != CP949 {
		t.Errorf("fixed to CP949: %q %+v", got.Text, got)
	}
	s.Fix(UTF8)
	if got := s.Decode(cp949(t, "안녕")); !got.Lossy || got.Switched || s.Name() != UTF8 {
		t.Errorf("fixed to UTF-8: %q %+v", got.Text, got)
	}
}

func TestDecodeUTF8IsNotCopied(t *testing.T) {
	var s Session
	message := []byte("안녕 hello")
	allocs := testing.AllocsPerRun(100, func() {
		if got := s.Decode(message); &got.Text[0] != &message[0] {
			t.Error("copied")
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// The figure and the range that the package comment states.
func TestPitfall(t *testing.T) {
	count := 0
	for r := rune(0xAC00); r <= 0xD7A3; r++ {
		b := cp949(t, string(r))
		if !utf8.Valid(b) {
			continue
		}
		count++
		if b[0] < 0xC2 || b[0] > 0xC8 || b[1] >= 0xC0 {
			t.Errorf("%c is % x", r, b)
		}
		if provesUTF8(b) {
			t.Errorf("%c, % x, proves UTF-8", r, b)
		}
	}
	if count != 345 {
		t.Errorf("%d syllables are valid UTF-8 too", count)
	}
}

func TestEverySyllableComesBack(t *testing.T) {
	var s Session
	s.Fix(CP949)
	for r := rune(0xAC00); r <= 0xD7A3; r++ {
		text := "a" + string(r) + "b"
		encoded := s.Append(nil, text)
		if !bytes.Equal(encoded, cp949(t, text)) || string(s.Decode(encoded).Text) != text {
			t.Fatalf("%q becomes % x", text, encoded)
		}
		if proven := (&Session{}); !proven.Decode([]byte(string(r))).Lossy && !proven.proven {
			t.Fatalf("%c in UTF-8 proves nothing", r)
		}
	}
}

func TestAppend(t *testing.T) {
	var s Session
	if got := string(s.Append([]byte("x"), "안😀")); got != "x안😀" {
		t.Errorf("UTF-8 out: %q", got)
	}
	s.Fix(CP949)
	for text, want := range map[string]string{
		"plain": "plain", "": "", "배포 😀!": "배포 <U+1F600>!", "café naïve Ångström": "cafe naive Angstrom",
		"a–b — c": "a-b - c", "“따옴표” ‘x’ …": "“따옴표” ‘x’ …", "a\u00a0b": "a b", "\uFFFD": "?",
		"❤\uFE0F": "<U+2764>", "ก": "<U+0E01>", "\u1112\u1161\u11ab": "한", "ㅋㅋㅋ": "ㅋㅋㅋ", "漢字": "漢字",
		"a\xffb": "a?b", "ā": "a", "\U0010FFFF": "<U+10FFFF>", "õ": "o", "ʰ": "<U+02B0>", "₩1000": "￦1000", "a\nb가": "a\nb가",
	} {
		got := s.Append([]byte("> "), text)
		if back := s.Decode(got); string(back.Text) != "> "+want || back.Lossy {
			t.Errorf("%q arrives as %q, want %q", text, back.Text, "> "+want)
		}
	}
}

func TestParseName(t *testing.T) {
	for word, want := range map[string]Name{
		"utf-8": UTF8, "UTF8": UTF8, "cp949": CP949, "EUC-KR": CP949, "euckr": CP949, "uhc": CP949, "MS949": CP949,
	} {
		if got, ok := ParseName(word); !ok || got != want {
			t.Errorf("ParseName(%q) = %v, %v", word, got, ok)
		}
		if again, ok := ParseName(want.String()); !ok || again != want {
			t.Errorf("%v cannot be typed", want)
		}
	}
	if _, ok := ParseName("latin1"); ok {
		t.Error("latin1 is known")
	}
}

func TestUnfinishedSequence(t *testing.T) {
	open, proven, fixed := Session{}, Session{proven: true}, Session{name: CP949, fixed: true}
	for _, test := range []struct {
		rest                string
		open, proven, fixed bool
	}{
		{"", false, false, false}, {"ab", false, false, false}, {"안녕", false, false, false},
		{"ab\xec", true, true, true}, {"안\xeb\x85", true, true, true}, {"x\xf0\x9f\x98", true, true, true},
		{"\xb0\xa1", false, false, false}, {"\xb0\xa1\xb3", true, false, true}, {"\xb0\xa1\xc7\xd1", false, true, false},
		{"\xb0\xa1\xc7", true, true, true}, {"\xc2\xa1", false, false, false}, {"\xb0 ", false, false, false},
		{"\xff", false, false, false},
	} {
		for name, check := range map[string]struct {
			session Session
			want    bool
		}{"open": {open, test.open}, "proven": {proven, test.proven}, "fixed": {fixed, test.fixed}} {
			if name == "fixed" && utf8.ValidString(test.rest) {
				continue // what is UTF-8 is not sent in CP949
			}
			if got := check.session.UnfinishedSequence([]byte(test.rest)); got != check.want {
				t.Errorf("%s: UnfinishedSequence(%q) = %v", name, test.rest, got)
			}
		}
	}
}

// However a CP949 text is cut, the cut ones end inside a character exactly where the
// encoder's bytes say so.
func TestUnfinishedSequenceAtEveryCut(t *testing.T) {
	s := Session{name: CP949, fixed: true}
	var encoded []byte
	whole := map[int]bool{0: true}
	for _, r := range "배포가 끝났습니다. 똠방각하 펲시콜라 ok?" {
		encoded = append(encoded, cp949(t, string(r))...)
		whole[len(encoded)] = true
	}
	for n := range len(encoded) + 1 {
		if s.UnfinishedSequence(encoded[:n]) == whole[n] {
			t.Errorf("cut at %d: % x", n, encoded[:n])
		}
	}
}

func FuzzSession(f *testing.F) {
	f.Add([]byte("안녕"), cp949(f, "안녕하세요"), "café 😀\u1112\u1161")
	f.Fuzz(func(t *testing.T, first, second []byte, out string) {
		var s Session
		switches := 0
		for _, message := range [][]byte{first, second, first} {
			s.UnfinishedSequence(message)
			got := s.Decode(message)
			if !utf8.Valid(got.Text) {
				t.Fatalf("%q is decoded to %q", message, got.Text)
			}
			if got.Switched {
				switches++
			}
		}
		if switches > 1 || (s.Name() == CP949) != (switches == 1) {
			t.Fatalf("%d switches, now %v", switches, s.Name())
		}
		encoded := AppendCP949(nil, out)
		if _, lossy := fromCP949(encoded); lossy {
			t.Fatalf("%q becomes % x, which is no CP949", out, encoded)
		}
		if bytes.Count(encoded, []byte{'\n'}) != strings.Count(out, "\n") {
			t.Fatalf("%q becomes % x", out, encoded)
		}
	})
}
