package names

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/secure/bidirule"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// A grammar says which folded names of one kind are legal. It is never changed after
// construction.
type grammar struct {
	kind     Kind
	prefix   string // part of every name; not subject to begins
	bytesMax int
	runesMax int
	allows   func(rune) bool
	begins   func(rune) bool
	profile  *precis.Profile // RFC 8264; accepts a name exactly if it is a fixed point
	leftward *precis.Profile // the same, for names with right-to-left characters
}

// Read-only.
var (
	identifierClass = precis.NewIdentifier().Allowed()
	freeformClass   = precis.NewFreeform().Allowed()

	nicks = &grammar{
		kind:     KindNick,
		bytesMax: NickBytesMax,
		runesMax: NickRunesMax,
		allows:   isNickRune,
		begins:   func(r rune) bool { return r != '-' && !unicode.IsDigit(r) && !unicode.IsMark(r) },
		profile:  profile(isNickRune),
		leftward: profile(isNickRune, precis.BidiRule),
	}
	rooms = &grammar{
		kind:     KindRoom,
		prefix:   "#",
		bytesMax: RoomBytesMax,
		runesMax: RoomBytesMax,
		allows:   isRoomRune,
		begins:   func(r rune) bool { return !unicode.IsMark(r) },
		profile:  profile(isRoomRune),
		leftward: profile(isRoomRune),
	}
)

// profile is the part that nicks and rooms share: width mapping, case folding (rather
// than lower case, so that Σ, σ and ς are one), NFC. The FreeformClass is the base even
// of nicks because the IdentifierClass refuses Hangul compatibility letters.
func profile(allows func(rune) bool, more ...precis.Option) *precis.Profile {
	refused := runes.Predicate(func(r rune) bool { return !allows(r) })
	return precis.NewFreeform(append(more,
		precis.FoldWidth, precis.FoldCase(), precis.Norm(norm.NFC), precis.Disallow(refused))...)
}

// enforce reports whether the rules that need more than one character hold. The bidi
// rule is asked only about names with right-to-left characters (RFC 5893 1.4): the
// implementation would refuse é_ as well.
func (g *grammar) enforce(folded string) bool {
	p := g.profile
	if bidirule.DirectionString(folded) != bidi.LeftToRight {
		p = g.leftward
	}
	enforced, err := p.String(folded)
	return err == nil && enforced == folded
}

// RFC 2812 2.3.1 "special", and the hyphen.
const nickSpecials = "-_[]{}\\|^`"

const (
	brailleBlank      = 0x2800
	objectReplacement = 0xFFFC
)

func isNickRune(r rune) bool {
	switch {
	case r < 0x80:
		return isASCIILetter(r) || '0' <= r && r <= '9' || strings.ContainsRune(nickSpecials, r)
	case isSyllable(r), isLoneLetter(r), isArabicDigit(r):
		return true
	}
	return identifierClass.Contains(r)
}

func isRoomRune(r rune) bool {
	switch {
	case r < 0x80:
		return r > ' ' && r < 0x7F && r != ','
	case isSyllable(r), isArabicDigit(r), isContextual(r):
		return true
	case unicode.Is(unicode.Zs, r), isBlank(r):
		return false
	}
	return freeformClass.Contains(r)
}

// isBlank: characters of the FreeformClass that show nothing, or stand for nothing.
func isBlank(r rune) bool {
	switch r {
	case hangulFiller, brailleBlank, objectReplacement, unicode.ReplacementChar:
		return true
	}
	return false
}

// isArabicDigit: RFC 5892 A.8 and A.9; the profile refuses names that mix the two rows.
func isArabicDigit(r rune) bool {
	return 0x0660 <= r && r <= 0x0669 || 0x06F0 <= r && r <= 0x06F9
}

// isContextual: RFC 5892 A.3 to A.7, punctuation that the profile accepts between the
// letters it belongs to (l·l, ラ・テ).
func isContextual(r rune) bool {
	switch r {
	case 0x00B7, 0x0375, 0x05F3, 0x05F4, 0x30FB:
		return true
	}
	return false
}

func isASCIILetter(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}
