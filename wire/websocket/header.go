package websocket

import (
	"iter"
	"strings"
)

// header is the fields of a request (RFC 9110 5): names in small letters, values without
// the blanks around them.
type header []field

type field struct{ name, value string }

// parseHeader reads the lines behind the request line (RFC 9112 5). Folded lines are
// refused, as are control characters.
func parseHeader(lines string) (h header, ok bool) {
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		name, value, found := strings.Cut(line, ":")
		if !found || !isToken(name) || strings.ContainsFunc(value, isControl) {
			return nil, false
		}
		h = append(h, field{strings.ToLower(name), strings.Trim(value, " \t")})
	}
	return h, true
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }

// count is how many fields have a name.
func (h header) count(name string) (n int) {
	for _, f := range h {
		if f.name == name {
			n++
		}
	}
	return n
}

// value is the first field's of a name; empty: there is none.
func (h header) value(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// words are the elements of the lists that the fields of a name hold (RFC 9110 5.6.1).
func (h header) words(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, f := range h {
			if f.name != name {
				continue
			}
			for word := range strings.SplitSeq(f.value, ",") {
				if word = strings.Trim(word, " \t"); word != "" && !yield(word) {
					return
				}
			}
		}
	}
}

// has says whether a list has a word, in any capitals.
func (h header) has(name, word string) bool {
	for w := range h.words(name) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
