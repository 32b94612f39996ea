package render

import (
	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/wire/irc"
)

// userModes are the letters of a user's flags, in the order they are shown. Read-only.
var userModes = [...]struct {
	letter byte
	flag   chat.UserFlags
}{
	{'B', chat.Bot}, {'R', chat.AccountsOnly}, {'T', chat.Unasked}, {'i', chat.Invisible}, {'o', chat.ServerOperator}, {'w', chat.Wallops}, {'Z', chat.Secure},
}

// UserLetters are the letters of all that a user is, signed in (r) among it.
func UserLetters(u *core.User) string {
	letters := FlagLetters(u.Flags())
	if u.Account() != "" {
		letters += string(registeredLetter)
	}
	return letters
}

// registeredLetter says that a user is signed in. Nobody sets it by MODE.
const registeredLetter = 'r'

// FlagLetters are the letters of flags.
func FlagLetters(f chat.UserFlags) string {
	var letters []byte
	for _, m := range userModes {
		if f&m.flag != 0 {
			letters = append(letters, m.letter)
		}
	}
	return string(letters)
}

// FlagsOfLetters reads the letters of a user's modes: what is to be set and cleared, and
// whether there was a letter that is no mode. What nobody can change himself is left out.
func FlagsOfLetters(letters string) (set, clear chat.UserFlags, unknown bool) {
	add := true
	for i := range len(letters) {
		switch letters[i] {
		case '+', '-':
			add = letters[i] == '+'
			continue
		}
		flag, known := chat.UserFlags(0), letters[i] == registeredLetter
		for _, m := range userModes {
			if m.letter == letters[i] {
				flag, known = m.flag, true
			}
		}
		switch {
		case !known:
			unknown = true
		case flag == chat.Secure || flag == chat.ServerOperator && add:
		case add:
			set, clear = set|flag, clear&^flag
		default:
			set, clear = set&^flag, clear|flag
		}
	}
	return set, clear, unknown
}

// appendFlags appends what changed of a user's modes.
func (r *Renderer) appendFlags(dst []byte, f engine.Form, e *chat.FlagsChanged) []byte {
	var letters []byte
	if added := FlagLetters(e.Flags &^ e.Before); added != "" {
		letters = append(append(letters, '+'), added...)
	}
	if removed := FlagLetters(e.Before &^ e.Flags); removed != "" {
		letters = append(append(letters, '-'), removed...)
	}
	if len(letters) == 0 {
		return dst
	}
	return irc.Append(appendNamed(dst, f, &e.Source), r.Source(&e.Source), "MODE", e.Source.Nick, string(letters))
}
