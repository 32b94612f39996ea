package line

import (
	"unicode"
	"unicode/utf8"
)

// marksMax bounds the characters in a row that take no room of their own and pile up on
// the one before them: accents, vowel signs, joiners.
const marksMax = 8

// AppendSafe appends text in a form that shows in one line what was written and cannot
// do anything to the reader's screen. Every text that others wrote goes through it:
//
//   - a tab and whatever ends a line (LF, CR, VT, FF, NEL, U+2028, U+2029) become a space;
//   - IRC formatting is left out, the digits of its colours included;
//   - other C0 characters and DEL show as ^X, so that an escape sequence is plain text;
//   - C1 characters, bidi controls, noncharacters and bytes that are no UTF-8 become U+FFFD;
//   - invisible format characters are left out, but joiners are kept for scripts and
//     emoji that need them;
//   - of marks and joiners in a row the first eight are kept.
//
// The result is valid UTF-8, and AppendSafe leaves it as it is.
func AppendSafe(dst []byte, text string) []byte {
	marks := 0
	for i := 0; i < len(text); {
		if n := plain(text[i:]); n > 0 {
			dst, i, marks = append(dst, text[i:i+n]...), i+n, 0
			continue
		}
		if n := formatting(text[i:]); n > 0 {
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if piles(r) {
			if marks++; marks <= marksMax {
				dst = utf8.AppendRune(dst, r)
			}
			continue
		}
		before := len(dst)
		if dst = appendRune(dst, r); len(dst) > before {
			marks = 0
		}
	}
	return dst
}

// plain is the length of the printable ASCII and the Hangul syllables that text begins
// with: nearly all there is.
func plain(text string) int {
	i := 0
	for i < len(text) {
		c := text[i]
		if ' ' <= c && c < 0x7F {
			i++
			continue
		}
		if c < 0xEA || c > 0xED || !syllable(text[i:]) {
			break
		}
		i += 3
	}
	return i
}

// syllable tells whether text begins with a Hangul syllable, U+AC00 to U+D7A3, which is
// EA B0 80 to ED 9E A3.
func syllable(text string) bool {
	if len(text) < 3 || text[1]&0xC0 != 0x80 || text[2]&0xC0 != 0x80 {
		return false
	}
	r := rune(text[0]&0x0F)<<12 | rune(text[1]&0x3F)<<6 | rune(text[2]&0x3F)
	return 0xAC00 <= r && r <= 0xD7A3
}

// formatting is the length of the IRC formatting code that text begins with
// (modern.ircdocs.horse/formatting): 0 if there is none.
func formatting(text string) int {
	switch text[0] {
	case 0x02, 0x0F, 0x11, 0x16, 0x1D, 0x1E, 0x1F:
		return 1
	case 0x03:
		return 1 + colours(text[1:], 1, 2, decimal)
	case 0x04:
		return 1 + colours(text[1:], 6, 6, hexadecimal)
	}
	return 0
}

// colours is the length of "fore" or "fore,back", each of low to high digits.
func colours(text string, low, high int, digit func(byte) bool) int {
	fore := digits(text, low, high, digit)
	if fore == 0 || fore == len(text) || text[fore] != ',' {
		return fore
	}
	if back := digits(text[fore+1:], low, high, digit); back > 0 {
		return fore + 1 + back
	}
	return fore
}

func digits(text string, low, high int, digit func(byte) bool) int {
	n := 0
	for n < high && n < len(text) && digit(text[n]) {
		n++
	}
	if n < low {
		return 0
	}
	return n
}

func decimal(c byte) bool { return '0' <= c && c <= '9' }

func hexadecimal(c byte) bool {
	return decimal(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// piles tells whether r is drawn onto the character before it. The vowels and finals of
// conjoining Hangul are among them: two in a row are a syllable, a hundred are a blot.
func piles(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r == 0x200C || r == 0x200D:
		return true
	case 0x1160 <= r && r <= 0x11FF || 0xD7B0 <= r && r <= 0xD7FF:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me)
}

// appendRune appends r, which does not pile, or what stands for it.
func appendRune(dst []byte, r rune) []byte {
	switch {
	case '\t' <= r && r <= '\r' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return append(dst, ' ')
	case r < ' ' || r == 0x7F:
		return append(dst, '^', byte(r)^0x40)
	case 0x80 <= r && r <= 0x9F || bidi(r) || noncharacter(r):
		return utf8.AppendRune(dst, utf8.RuneError)
	case unicode.Is(unicode.Cf, r):
		return dst
	}
	return utf8.AppendRune(dst, r)
}

// bidi tells whether r changes the direction of the text around it (UAX 9, 2).
func bidi(r rune) bool {
	return 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x206F || r == 0x200E || r == 0x200F || r == 0x061C
}

func noncharacter(r rune) bool {
	return r&0xFFFE == 0xFFFE || 0xFDD0 <= r && r <= 0xFDEF
}
