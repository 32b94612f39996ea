package charset

import (
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/unicode/norm"
)

// Append appends text, which is UTF-8, in the session's character set.
func (s *Session) Append(dst []byte, text string) []byte {
	if s.name == UTF8 {
		return append(dst, text...)
	}
	return AppendCP949(dst, text)
}

// AppendCP949 appends text, which is UTF-8, in CP949. Characters that do not exist there
// become what looks like them ("–" is "-"), else their letter without its accent ("é"
// is "e"), else their number ("<U+1F600>"); joiners and variation selectors vanish, and
// what is no character becomes "?". Decomposed Hangul is composed first. ASCII passes
// as it is, so that no replacement can bring a control character in.
func AppendCP949(dst []byte, text string) []byte {
	if ascii(text) {
		return append(dst, text...)
	}
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
	}
	encoder, source := korean.EUCKR.NewEncoder(), []byte(text)
	for {
		// CP949 is never longer than UTF-8, so the destination always suffices.
		dst = slices.Grow(dst, len(source))
		written, read, err := encoder.Transform(dst[len(dst):len(dst)+len(source)], source, true)
		dst, source = dst[:len(dst)+written], source[read:]
		if err == nil || len(source) == 0 {
			return dst
		}
		_, size := utf8.DecodeRune(source)
		dst, source = appendReplacement(dst, source[:size]), source[size:]
	}
}

// appendReplacement appends what stands for one character that CP949 lacks.
func appendReplacement(dst, character []byte) []byte {
	r, _ := utf8.DecodeRune(character)
	if like, ok := lookalike(r); ok {
		return append(dst, like...)
	}
	if base, ok := withoutAccent(character); ok {
		return append(dst, base)
	}
	dst = append(dst, "<U+"...)
	for limit := rune(0x1000); r < limit; limit >>= 4 {
		dst = append(dst, '0')
	}
	return append(appendUpperHex(dst, r), '>')
}

func appendUpperHex(dst []byte, r rune) []byte {
	start := len(dst)
	dst = strconv.AppendUint(dst, uint64(r), 16)
	for i, c := range dst[start:] {
		if 'a' <= c && c <= 'f' {
			dst[start+i] = c - ('a' - 'A')
		}
	}
	return dst
}

// withoutAccent is the ASCII letter under the accents of a character, if it is one.
func withoutAccent(character []byte) (base byte, ok bool) {
	var buffer [32]byte
	parts := norm.NFD.Append(buffer[:0], character...)
	if len(parts) < 2 || parts[0] >= utf8.RuneSelf {
		return 0, false
	}
	for _, r := range string(parts[1:]) {
		if !unicode.Is(unicode.Mn, r) {
			return 0, false
		}
	}
	return parts[0], true
}

// lookalike is what stands for a character of typography that CP949 lacks.
func lookalike(r rune) (like string, ok bool) {
	switch r {
	case 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF, 0x00AD:
		return "", true
	case 0x00A0, 0x2002, 0x2003, 0x2007, 0x2009, 0x200A, 0x202F:
		return " ", true
	case 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212:
		return "-", true
	case 0x201A, 0x201B, 0x2039, 0x203A, 0x02BC:
		return "'", true
	case 0x201E, 0x201F, 0x00AB, 0x00BB:
		return `"`, true
	case 0x2022, 0x2043, 0x25E6:
		return "*", true
	case 0x2044:
		return "/", true
	case 0x20A9:
		return "\xA3\xDC", true // the full-width won sign, U+FFE6
	case 0x301C:
		return "~", true
	case 0x00A9:
		return "(c)", true
	case 0x2713, 0x2714:
		return "v", true
	case 0x2717, 0x2718, 0x274C:
		return "x", true
	case utf8.RuneError:
		return "?", true
	}
	return "", false
}
