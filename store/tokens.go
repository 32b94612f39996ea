package store

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"madang/chat"
)

// Korean, Chinese and Japanese are written without spaces where a searcher sees words
// (배포가 holds 배포), so runs of their characters are indexed as overlapping pairs:
// 배포가 is 배포 포가, and a longer query is the phrase of its pairs. Everything else is
// indexed by words. Single characters have a table of their own, which knows only which
// messages hold them: as prefixes of pairs they would be slow, since very many pairs
// begin with a common one, and most are said elsewhere.

const wordBytesMax = 64

// mark begins the tokens that are not text. It is in no word: it is for private use.
const mark = "\ue000"

// run is a stretch of text that is searched as one: a word, or characters without
// spaces between words.
type run struct {
	text  string // folded
	pairs bool
}

// syllable says whether the run is a single character, of which there is no pair.
func (r run) syllable() bool { return r.pairs && utf8.RuneCountInString(r.text) == 1 }

// fold makes texts equal that a searcher takes for equal: case, full-width forms, and
// Hangul written in parts.
func fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	var last rune = -1 // not written yet
	for _, r := range text {
		r = foldRune(r)
		if joined, ok := joinHangul(last, r); ok {
			last = joined
			continue
		}
		if last >= 0 {
			b.WriteRune(last)
		}
		last = r
	}
	if last >= 0 {
		b.WriteRune(last)
	}
	return b.String()
}

func foldRune(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case r < utf8.RuneSelf:
		return r
	case 0xff01 <= r && r <= 0xff5e: // full-width forms of ASCII
		return foldRune(r - 0xff01 + '!')
	case 0xac00 <= r && r <= 0xd7a3:
		return r
	}
	return unicode.ToLower(r)
}

// joinHangul joins a leading consonant and a vowel, or a syllable and a trailing
// consonant (The Unicode Standard, 3.12).
func joinHangul(a, b rune) (rune, bool) {
	const first, leads, vowels, trails, base = 0x1100, 19, 21, 28, 0xac00
	switch l, v, t := a-first, b-0x1161, b-0x11a7; {
	case 0 <= l && l < leads && 0 <= v && v < vowels:
		return base + (l*vowels+v)*trails, true
	case base <= a && a < base+leads*vowels*trails && (a-base)%trails == 0 && 0 < t && t < trails:
		return a + t, true
	}
	return 0, false
}

// runsOf gives the runs of a text in order, until yield returns false.
func runsOf(text string, yield func(run) bool) {
	text = fold(text)
	begin, kind := 0, separator
	for i, r := range text {
		k := kindOf(r)
		if k == kind {
			continue
		}
		if kind != separator && !yield(run{cut(text[begin:i], kind), kind == paired}) {
			return
		}
		begin, kind = i, k
	}
	if kind != separator {
		yield(run{cut(text[begin:], kind), kind == paired})
	}
}

// cut bounds the length of a word.
func cut(text string, kind runeKind) string {
	if kind == paired || len(text) <= wordBytesMax {
		return text
	}
	end := wordBytesMax
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// runeKind is what a character is to the index.
type runeKind uint8

const (
	separator runeKind = iota
	lettered           // part of a word
	paired             // Hangul, Han and kana
)

func kindOf(r rune) runeKind {
	switch {
	case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		return lettered
	case r < utf8.RuneSelf:
		return separator
	case 0xac00 <= r && r <= 0xd7a3 || r == 'ー' || unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return paired
	case unicode.In(r, unicode.L, unicode.N, unicode.M):
		return lettered
	}
	return separator
}

// entry is a message on its way into the index: its tokens, each behind a space.
type entry struct {
	position  int64
	words     []byte
	syllables []byte // empty: it holds no characters of that kind
}

// newEntry gives the tokens of a message. Where it was said and by whom are tokens of
// both kinds.
func newEntry(m *chat.Message, foldNick func(string) string) entry {
	var head []byte
	head = append(append(head, ' '), conversationToken(m.Conversation)...)
	head = append(append(head, ' '), nickToken(foldNick(m.Source.Nick))...)
	e := entry{position: int64(m.Position), words: slices.Clip(head)}
	var characters []rune
	runsOf(m.Text, func(r run) bool {
		if r.pairs {
			e.words = appendPairs(e.words, r.text)
			characters = append(characters, []rune(r.text)...)
		} else {
			e.words = append(append(e.words, ' '), r.text...)
		}
		return true
	})
	slices.Sort(characters)
	for i, r := range slices.Compact(characters) {
		if i == 0 {
			e.syllables = head
		}
		e.syllables = utf8.AppendRune(append(e.syllables, ' '), r)
	}
	return e
}

// appendPairs writes the overlapping pairs of a run; a single character has none.
func appendPairs(dst []byte, text string) []byte {
	_, one := utf8.DecodeRuneInString(text)
	for one < len(text) {
		_, two := utf8.DecodeRuneInString(text[one:])
		dst = append(append(dst, ' '), text[:one+two]...)
		text, one = text[one:], two
	}
	return dst
}

func conversationToken(id chat.ConversationID) string {
	return mark + "c" + strconv.FormatUint(uint64(id), 36)
}

// nickToken is a digest, since a nick may hold what ends a token.
func nickToken(folded string) string {
	h := fnv.New64a()
	h.Write([]byte(folded))
	return mark + "n" + strconv.FormatUint(h.Sum64(), 36)
}

// wanted is what a search looks for.
type wanted struct {
	runs          []run
	conversations map[chat.ConversationID]struct{}
	from          string // folded nick; empty: anybody
	foldNick      func(string) string
}

const runsMax = 16 // of one query; more are left out

func (s *Store) wanted(q chat.SearchQuery) wanted {
	w := wanted{from: q.From, foldNick: s.config.FoldNick, conversations: map[chat.ConversationID]struct{}{}}
	for _, id := range q.Conversations {
		w.conversations[id] = struct{}{}
	}
	runsOf(q.Text, func(r run) bool {
		w.runs = append(w.runs, r)
		return len(w.runs) < runsMax
	})
	return w
}

// anything says whether it matters neither what was said nor by whom.
func (w *wanted) anything() bool { return len(w.runs) == 0 && w.from == "" }

// syllables says whether single characters, and no other words, are looked for.
func (w *wanted) syllables() bool {
	for _, r := range w.runs {
		if !r.syllable() {
			return false
		}
	}
	return len(w.runs) > 0
}

// match says whether a message is one that is looked for. The index alone may be
// wrong: two runs one after the other can look like one, and digests may collide.
func (w *wanted) match(m *chat.Message) bool {
	if _, ok := w.conversations[m.Conversation]; !ok || m.Erased {
		return false
	}
	if w.from != "" && w.foldNick(m.Source.Nick) != w.from {
		return false
	}
	var found [runsMax]bool
	left := len(w.runs)
	runsOf(m.Text, func(r run) bool {
		for i, want := range w.runs {
			if !found[i] && want.pairs == r.pairs && (want.text == r.text || r.pairs && strings.Contains(r.text, want.text)) {
				found[i] = true
				left--
			}
		}
		return left > 0
	})
	return left == 0
}

// expression is the query in FTS5's language, for some rooms or (nil) for all. It is
// meant for the table of syllables when nothing else is looked for.
func (w *wanted) expression(rooms []chat.ConversationID) string {
	var parts []string
	if len(rooms) > 0 {
		tokens := make([]string, len(rooms))
		for i, id := range rooms {
			tokens[i] = `"` + conversationToken(id) + `"`
		}
		parts = append(parts, "("+strings.Join(tokens, " OR ")+")")
	}
	if w.from != "" {
		parts = append(parts, `"`+nickToken(w.from)+`"`)
	}
	only := w.syllables()
	for _, r := range w.runs {
		switch {
		case r.syllable() && !only: // is not in the table of words; match will look
		case r.pairs && !only:
			parts = append(parts, `"`+string(appendPairs(nil, r.text))+`"`)
		default:
			parts = append(parts, `"`+r.text+`"`)
		}
	}
	return strings.Join(parts, " AND ")
}
