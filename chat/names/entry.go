package names

import "strings"

// Entries of a room's lists are masks nick!username@host, or begin with a letter: an
// account's name behind a:, a realname behind r:, a room that somebody is in behind c:.
// Behind m: is any of these: whoever it hits may enter, but not speak.
const (
	AccountEntry  = "a:"
	RealnameEntry = "r:"
	RoomEntry     = "c:"
	MuteEntry     = "m:"
)

// EntryLetters are the letters that entries of lists may begin with, before a colon.
const EntryLetters = "acmr"

// CompleteEntry folds an entry and adds what was left out; empty: it is none. mutes says
// whether one behind m: is.
func CompleteEntry(entry string, mutes bool) string {
	if rest, ok := strings.CutPrefix(entry, MuteEntry); ok {
		if rest = CompleteEntry(rest, false); rest == "" || !mutes {
			return ""
		}
		return MuteEntry + rest
	}
	for _, kind := range []string{AccountEntry, RealnameEntry, RoomEntry} {
		if rest, ok := strings.CutPrefix(entry, kind); ok {
			return prefixed(kind, rest)
		}
	}
	return CompleteTarget(entry)
}

// CompleteTarget folds a mask that names a user or, behind "account:", an account.
func CompleteTarget(target string) string {
	bare := strings.TrimPrefix(target, "~")
	for _, kind := range []string{"account:", AccountEntry} {
		if rest, ok := strings.CutPrefix(bare, kind); ok {
			return prefixed(AccountEntry, rest)
		}
	}
	return CompleteMask(target)
}

// prefixed is an entry of a kind; empty: nothing is behind the prefix.
func prefixed(kind, rest string) string {
	if rest == "" {
		return ""
	}
	return kind + FoldMask(rest)
}

// CompleteMask folds a mask of nick!username@host and adds the parts that were left out;
// of nothing it makes nothing. A single part is a nick, or a host if it has a dot or a
// colon, which no nick has.
func CompleteMask(mask string) string {
	if mask == "" {
		return ""
	}
	mask = FoldMask(mask)
	bang, at := strings.IndexByte(mask, '!'), strings.IndexByte(mask, '@')
	switch {
	case bang < 0 && at < 0 && strings.ContainsAny(mask, ".:"):
		return "*!*@" + mask
	case bang < 0 && at < 0:
		return mask + "!*@*"
	case bang < 0:
		return "*!" + mask
	case at < 0:
		return mask + "@*"
	}
	return mask
}
