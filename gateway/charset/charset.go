// Package charset decides in which character set a connection writes, UTF-8 or CP949
// (EUC-KR is the older part of it), and converts its lines both ways.
//
// It promises that text is valid UTF-8 inside, that bytes are never decoded two ways
// within one message, that a switch is reported, and that a character which CP949 lacks
// arrives as something a person can read.
//
// It refuses to know sockets, lines, commands and how a user is told of a switch.
//
// # The pitfall
//
// 345 Hangul syllables, those with a first byte of C2 to C8 and a second below C0, are
// two bytes in CP949 that are valid UTF-8 too, for another letter. A message of these
// alone cannot be told apart: it is read as UTF-8, but as it proves nothing, it neither
// switches the session nor holds a later switch back.
package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
)

// Name is a character set.
type Name uint8

// The character sets.
const (
	UTF8 Name = iota
	CP949
)

// String is the name that users read.
func (n Name) String() string {
	if n == CP949 {
		return "CP949"
	}
	return "UTF-8"
}

// ParseName reads the name of a character set as users type it, in any capitals.
func ParseName(word string) (name Name, ok bool) {
	switch strings.ToLower(word) {
	case "utf-8", "utf8":
		return UTF8, true
	case "cp949", "949", "ms949", "windows-949", "uhc", "euc-kr", "euckr", "ks_c_5601-1987":
		return CP949, true
	}
	return UTF8, false
}

// Session is what is known of one connection's character set. The zero value is UTF-8,
// still open to a switch. It takes three bytes and holds no memory.
type Session struct {
	name   Name
	fixed  bool // by Fix: nothing is decided any more
	proven bool // a message was UTF-8 beyond doubt: no switch any more
}

// Decoded is one message as text.
type Decoded struct {
	// Text is valid UTF-8; it is the message itself, not copied, if that was UTF-8.
	Text []byte
	// Switched is true once per session, for the message that switched it to CP949.
	Switched bool
	// Lossy tells that bytes which made no sense became U+FFFD.
	Lossy bool
}

// Name is the character set of the session so far.
func (s *Session) Name() Name { return s.name }

// Fix sets the character set for good, as /charset asks.
func (s *Session) Fix(name Name) { *s = Session{name: name, fixed: true} }

// Decode reads a whole message. While the session is open, one that is no UTF-8 but is
// CP949 switches it, unless an earlier message was UTF-8 beyond doubt; afterwards the
// session stays as it is. ASCII decides nothing.
func (s *Session) Decode(message []byte) Decoded {
	if ascii(message) {
		return Decoded{Text: message}
	}
	if s.name == CP949 {
		text, lossy := fromCP949(message)
		return Decoded{Text: text, Lossy: lossy}
	}
	if utf8.Valid(message) {
		if !s.fixed && !s.proven {
			s.proven = provesUTF8(message)
		}
		return Decoded{Text: message}
	}
	if !s.fixed && !s.proven {
		if text, lossy := fromCP949(message); !lossy {
			s.name = CP949
			return Decoded{Text: text, Switched: true}
		}
	}
	return Decoded{Text: bytes.ToValidUTF8(message, []byte("\uFFFD")), Lossy: true}
}

func ascii[T string | []byte](text T) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// provesUTF8 tells whether valid UTF-8 is no CP949 by chance: it has a sequence of three
// bytes or more, as all Hangul does, or could not be CP949 at all.
func provesUTF8(message []byte) bool {
	for _, c := range message {
		if c >= 0xE0 {
			return true
		}
	}
	_, lossy := fromCP949(message)
	return lossy
}

// fromCP949 decodes; lossy tells that message is no CP949, to which U+FFFD itself does
// not belong. The decoder replaces and never fails.
func fromCP949(message []byte) (text []byte, lossy bool) {
	text, err := korean.EUCKR.NewDecoder().Bytes(message)
	return text, err != nil || bytes.Contains(text, []byte("\uFFFD"))
}

// UnfinishedSequence tells whether rest, the beginning of a message, ends inside a
// character. In an open session what could be unfinished UTF-8 counts as such, even
// where it could be whole CP949: waiting loses nothing.
func (s *Session) UnfinishedSequence(rest []byte) bool {
	if s.name == CP949 {
		return unfinishedCP949(rest)
	}
	tail := unfinishedUTF8(rest)
	if s.fixed || s.proven {
		return tail > 0
	}
	if utf8.Valid(rest[:len(rest)-tail]) {
		return tail > 0
	}
	return unfinishedCP949(rest)
}

// unfinishedUTF8 is how many bytes at the end of b begin a sequence without ending it.
func unfinishedUTF8(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		tail := b[len(b)-n:]
		if utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return n
			}
			return 0
		}
	}
	return 0
}

// unfinishedCP949 tells whether b ends with a lead byte. Trail bytes may look like lead
// bytes, so that only reading from the beginning of the message tells.
func unfinishedCP949(b []byte) bool {
	for i := 0; i < len(b); i++ {
		if lead := b[i]; lead < 0x81 || lead > 0xFE {
			continue
		}
		i++
		switch {
		case i == len(b):
			return true
		case b[i] < 'A':
			i-- // no trail byte: a character of its own
		}
	}
	return false
}
