package irc

import (
	"strings"
	"unicode/utf8"
)

// Match tells whether text as a whole fits the mask, in which '*' is any characters and
// '?' is exactly one (RFC 2812 2.5); there are no escapes, since '\' is a letter of
// nicks. Both must be folded alike beforehand. It never goes back further than the last
// '*': time is at most mask times text, and linear where the mask has no '?' behind '*'.
func Match(mask, text string) bool {
	first, rest, starred := strings.Cut(mask, "*")
	n, ok := matchHere(first, text)
	if !ok || !starred {
		return ok && n == len(text)
	}
	text = text[n:]
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return matchEnd(part, text)
		}
		n, ok := find(part, text)
		if !ok {
			return false
		}
		text, rest = text[n:], next
	}
}

// matchHere fits part, which has no '*', to the beginning of text and says how many
// bytes of it that took.
func matchHere(part, text string) (n int, ok bool) {
	for i := 0; i < len(part); i++ {
		if n == len(text) {
			return 0, false
		}
		if part[i] == '?' {
			_, size := utf8.DecodeRuneInString(text[n:])
			n += size
			continue
		}
		if part[i] != text[n] {
			return 0, false
		}
		n++
	}
	return n, true
}

// find looks for the first place in text where part fits and says where that ends.
func find(part, text string) (end int, ok bool) {
	if strings.IndexByte(part, '?') < 0 {
		at := strings.Index(text, part)
		return at + len(part), at >= 0
	}
	for at := 0; at <= len(text); {
		if n, ok := matchHere(part, text[at:]); ok {
			return at + n, true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += max(size, 1)
	}
	return 0, false
}

// matchEnd fits part to the end of text. A part without '?' is a suffix; with it the
// number of characters says where to begin.
func matchEnd(part, text string) bool {
	if strings.IndexByte(part, '?') < 0 {
		return strings.HasSuffix(text, part)
	}
	skip := utf8.RuneCountInString(text) - utf8.RuneCountInString(part)
	if skip < 0 {
		return false
	}
	for ; skip > 0; skip-- {
		_, size := utf8.DecodeRuneInString(text)
		text = text[size:]
	}
	n, ok := matchHere(part, text)
	return ok && n == len(text)
}
