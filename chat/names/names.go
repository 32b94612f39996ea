// Package names decides what may be a nick or a room's name, when two names are the
// same, and how hosts, masks and the entries of rooms' lists are written. It promises that equivalent spellings (upper and lower case, full and half
// width, composed and decomposed Hangul) fold to one form, that folding a folded name
// changes nothing, and that names which look alike share a skeleton. It does pure work
// on strings and refuses to know who bears a name, whether it is taken, or how a
// protocol carries it.
//
// Folding and skeletons follow the tables of golang.org/x/text and of confusables, so a
// new Unicode version may fold a name differently: whoever stores events stores all
// three forms of a Name and never computes them again.
package names

import (
	"unicode"
	"unicode/utf8"
)

// Limits hold for Shown and for Folded alike; the skeleton may be longer.
const (
	// NickRunesMax is what IRC advertises as NICKLEN.
	NickRunesMax = 32
	// NickBytesMax lets 32 characters of any three-byte script, Hangul among them, fit.
	NickBytesMax = 96
	// RoomBytesMax counts the leading # and is what IRC advertises as CHANNELLEN.
	RoomBytesMax = 64
	// CaseMapping is the IRC token for our folding of ASCII: only A-Z and a-z are
	// equal; the pairs {} [] and | \ and ^ ~ of RFC 1459 are not.
	CaseMapping = "ascii"

	// A decomposed Hangul syllable takes three times the bytes of the composed one;
	// input above this multiple of a limit is refused without being normalised.
	rawGrowthMax = 4
	// Some scripts stack a few marks on a letter; towers of marks are vandalism.
	marksInRowMax = 4
)

// A Name is one name in its three forms. Strings that are equal share memory.
type Name struct {
	// Shown is what people see: NFC, case and width as typed.
	Shown string
	// Folded is the name's identity: two names are the same exactly if it is equal.
	Folded string
	// Skeleton is the uniqueness key: two names with one skeleton look alike and
	// must not be in use together. It is for comparing only, never for showing.
	// A name of ASCII and Hangul syllables alone is its own skeleton.
	Skeleton string
}

// Nick reads a nick: letters and digits of any script as in the PRECIS IdentifierClass
// (RFC 8264 4.2), modern Hangul letters standing alone such as ㅋㅋㅋ, and the specials
// of RFC 2812 2.3.1, that is - _ [ ] { } \ | ^ and the backtick. It begins with neither
// a digit nor a hyphen nor a mark, and obeys the bidi rule of RFC 5893. Emoji, spaces,
// invisible characters and all other ASCII are refused, so a nick never breaks an IRC
// message, a mask, or looks like a server name. The error is an *Error.
func Nick(raw string) (Name, error) {
	return nicks.read(raw)
}

// Room reads a room's name: # and then at least one letter, digit, mark, punctuation or
// symbol, emoji included, as in the PRECIS FreeformClass (RFC 8264 4.3). Spaces of any
// kind, the comma, control, format and invisible characters (so also joiners and
// variation selectors), private and unassigned ones and conjoining letters of old Hangul
// are refused. Slashes, dots and colons are welcome, and the bidi rule is not asked. The
// error is an *Error.
func Room(raw string) (Name, error) {
	if raw == "" {
		return Name{}, &Error{Code: Empty, Kind: KindRoom}
	}
	if raw[0] != '#' {
		return Name{}, &Error{Code: NoHash, Kind: KindRoom}
	}
	return rooms.read(raw)
}

// read takes raw through normal form, folding and the checks, in this order.
func (g *grammar) read(raw string) (Name, error) {
	if len(raw) > g.bytesMax*rawGrowthMax {
		return Name{}, g.tooLong()
	}
	if !utf8.ValidString(raw) {
		return Name{}, &Error{Code: BadEncoding, Kind: g.kind}
	}
	shown := normal(raw)
	folded := Fold(shown)
	if !g.fits(shown) || !g.fits(folded) {
		return Name{}, g.tooLong()
	}
	if err := g.check(folded); err != nil {
		return Name{}, err
	}
	return Name{Shown: shown, Folded: folded, Skeleton: skeleton(folded)}, nil
}

func (g *grammar) tooLong() *Error {
	return &Error{Code: TooLong, Kind: g.kind, BytesMax: g.bytesMax, RunesMax: g.runesMax}
}

func (g *grammar) fits(name string) bool {
	return len(name) <= g.bytesMax && utf8.RuneCountInString(name) <= g.runesMax
}

// check says what is wrong with a folded name, or nothing. That every character of the
// folded form is legal is enough for the shown one: folding maps characters and drops
// none.
func (g *grammar) check(folded string) error {
	body := folded[min(len(g.prefix), len(folded)):]
	if body == "" {
		return &Error{Code: Empty, Kind: g.kind}
	}
	if err := g.checkRunes(body); err != nil {
		return err
	}
	if first, _ := utf8.DecodeRuneInString(body); !g.begins(first) {
		return &Error{Code: BadStart, Kind: g.kind, Rune: first}
	}
	if !isPlain(folded) && !g.enforce(folded) {
		return &Error{Code: BadMix, Kind: g.kind}
	}
	return nil
}

// checkRunes looks at each character, and at marks heaped on one letter. It returns an
// error rather than an *Error so that nil stays nil.
func (g *grammar) checkRunes(body string) error {
	marks := 0
	for _, r := range body {
		if r < utf8.RuneSelf || !unicode.IsMark(r) {
			marks = 0
		} else {
			marks++
		}
		if marks > marksInRowMax || !g.allows(r) {
			return &Error{Code: BadCharacter, Kind: g.kind, Rune: r}
		}
	}
	return nil
}
