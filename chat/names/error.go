package names

import (
	"fmt"
	"strconv"
	"unicode"
)

// Kind is what a name was meant to name.
type Kind uint8

// The kinds of name.
const (
	KindNick Kind = iota + 1
	KindRoom
)

// String returns the word for the kind, as in "a nick".
func (k Kind) String() string {
	if k == KindRoom {
		return "room name"
	}
	return "nick"
}

// Code says why a name was refused.
type Code uint8

// The reasons, in the order in which a name is checked.
const (
	// Empty: nothing there, or nothing after the #.
	Empty Code = iota + 1
	// NoHash: a room's name without the leading #.
	NoHash
	// TooLong: see BytesMax and RunesMax.
	TooLong
	// BadEncoding: not UTF-8.
	BadEncoding
	// BadCharacter: Rune, in its folded form, may not stand in such a name, or is
	// one mark too many on one letter.
	BadCharacter
	// BadStart: Rune may stand in such a name but not begin it.
	BadStart
	// BadMix: each character is legal, but not where it stands: right-to-left and
	// left-to-right mixed (RFC 5893), two kinds of Arabic digits, a middle dot
	// between the wrong letters.
	BadMix
)

// An Error is the only error of Nick and Room. Its text is a sentence for users.
type Error struct {
	Code     Code
	Kind     Kind
	Rune     rune // with BadCharacter and BadStart
	BytesMax int  // with TooLong
	RunesMax int  // with TooLong
}

// Error returns a sentence that says what to do next, without the name itself: that
// may hold anything.
func (e *Error) Error() string {
	switch e.Code {
	case Empty:
		return fmt.Sprintf("the %s is empty; choose at least one letter", e.Kind)
	case NoHash:
		return "a room name begins with #"
	case TooLong:
		return e.tooLong()
	case BadEncoding:
		return fmt.Sprintf("the %s is not valid UTF-8", e.Kind)
	case BadCharacter:
		return fmt.Sprintf("a %s may not contain %s", e.Kind, printable(e.Rune))
	case BadStart:
		return fmt.Sprintf("a %s may not begin with %s", e.Kind, printable(e.Rune))
	case BadMix:
		return fmt.Sprintf("the %s mixes characters that do not read clearly side by side", e.Kind)
	}
	return fmt.Sprintf("the %s is not allowed", e.Kind)
}

func (e *Error) tooLong() string {
	if e.RunesMax < e.BytesMax {
		return fmt.Sprintf("the %s is too long: at most %d characters and %d bytes", e.Kind, e.RunesMax, e.BytesMax)
	}
	return fmt.Sprintf("the %s is too long: at most %d bytes", e.Kind, e.BytesMax)
}

// printable never lets a control character, a joiner or a mark through.
func printable(r rune) string {
	code := fmt.Sprintf("U+%04X", r)
	switch {
	case r == ' ':
		return "a space"
	case unicode.IsMark(r) || !strconv.IsPrint(r):
		return code
	}
	return "‘" + string(r) + "’ (" + code + ")"
}
