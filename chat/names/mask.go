package names

import (
	"strings"
	"unicode/utf8"
)

// FoldMask returns the form in which a mask compares: Fold, and runs of stars as one.
// In a mask * stands for any number of characters, none included, and ? for exactly
// one. There is no escape; a backslash is an ordinary character of nicks.
func FoldMask(mask string) string {
	mask = Fold(mask)
	for strings.Contains(mask, "**") {
		mask = strings.ReplaceAll(mask, "**", "*")
	}
	return mask
}

// MatchMask reports whether mask covers the whole of name. Both are expected folded, by
// FoldMask and Fold. It goes back to the last star only, so that its time is at most
// len(mask) times len(name) and in practice linear, and allocates nothing.
func MatchMask(mask, name string) bool {
	m, n := 0, 0
	star, resume := -1, 0 // after the last star in mask; where in name it now ends
	for n < len(name) {
		switch {
		case m < len(mask) && mask[m] == '*':
			m++
			star, resume = m, n
		case m < len(mask) && mask[m] == '?':
			m++
			n += runeBytes(name[n:])
		case m < len(mask) && mask[m] == name[n]:
			m++
			n++
		case star >= 0:
			resume += runeBytes(name[resume:])
			m, n = star, resume
		default:
			return false
		}
	}
	return strings.Trim(mask[m:], "*") == ""
}

func runeBytes(text string) int {
	_, size := utf8.DecodeRuneInString(text)
	return size
}
