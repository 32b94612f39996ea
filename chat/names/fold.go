package names

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Folding is stable after one round for all but exotic sequences; RFC 8266 2.1 asks for
// at most this many repetitions.
const foldRoundsMax = 4

// caseFolder keeps no state between calls. Read-only.
var caseFolder = cases.Fold()

// Fold returns the form in which names compare: NFC, narrow, case folded. It accepts any
// text and never fails: bytes that are not UTF-8 count as U+FFFD. For a legal name it
// equals Name.Folded, and folding twice changes nothing. It allocates nothing for ASCII
// and Hangul text without capitals.
func Fold(text string) string {
	if isSimple(text) {
		return lowerASCII(text)
	}
	folded := normal(strings.ToValidUTF8(text, "\uFFFD"))
	for range foldRoundsMax {
		next := normal(caseFolder.String(width.Fold.String(folded)))
		if next == folded {
			break
		}
		folded = next
	}
	return folded
}

// Text returns the normal form of a topic or title: NFC on one line. A line break (CR,
// LF or both) and NUL become one space each, and bytes that are not UTF-8 become
// U+FFFD. Other control characters stay: formatting is legal here, and whoever shows
// the text makes them harmless.
func Text(raw string) string {
	if strings.ContainsAny(raw, "\r\n\x00") {
		raw = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\x00", " ").Replace(raw)
	}
	return norm.NFC.String(strings.ToValidUTF8(raw, "\uFFFD"))
}

// normal is NFC in which conjoining Hangul letters that no syllable took up have become
// the compatibility letters that look the same (U+110F to ㅋ). Valid UTF-8 is expected.
func normal(text string) string {
	if isSimple(text) {
		return text
	}
	return standAlone(norm.NFC.String(text))
}

// lowerASCII returns text itself if it has no capitals.
func lowerASCII(text string) string {
	for i := range len(text) {
		if 'A' <= text[i] && text[i] <= 'Z' {
			return lowerFrom(text, i)
		}
	}
	return text
}

func lowerFrom(text string, i int) string {
	lower := []byte(text)
	for ; i < len(lower); i++ {
		if 'A' <= lower[i] && lower[i] <= 'Z' {
			lower[i] += 'a' - 'A'
		}
	}
	return string(lower)
}

// isSimple reports text that is its own NFC and whose only case is ASCII's: ASCII,
// Hangul syllables, and modern Hangul letters standing alone.
func isSimple(text string) bool {
	for _, r := range text {
		if r >= utf8.RuneSelf && !isSyllable(r) && !isLoneLetter(r) {
			return false
		}
	}
	return true
}

// isPlain reports text of ASCII and Hangul syllables only, which has no look-alike among
// other plain text and no direction of its own.
func isPlain(text string) bool {
	for _, r := range text {
		if r >= utf8.RuneSelf && !isSyllable(r) {
			return false
		}
	}
	return true
}

// Cut cuts a text to at most n bytes, at a character's edge.
func Cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return strings.Clone(text[:n])
}
