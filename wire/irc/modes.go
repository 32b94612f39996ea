package irc

import (
	"strings"
)

// ModeTable is how a server's mode letters take parameters: the four types of
// CHANMODES and the letters of PREFIX (modern.ircdocs.horse, "CHANMODES Parameter").
type ModeTable struct {
	Lists   string // type A: always a parameter; without one the list is asked for
	Always  string // type B: a parameter when set and when unset
	WhenSet string // type C: a parameter only when set
	Never   string // type D
	Ranks   string // letters of PREFIX, always with a nick
}

// ModeChange is one letter of a MODE command with the parameter that belongs to it.
type ModeChange struct {
	Add    bool
	Letter byte
	Param  string
	// HasParam is false for a letter of type A that asks for its list.
	HasParam bool
	// Missing marks a letter whose parameter was not given: ERR_INVALIDMODEPARAM.
	Missing bool
}

// ParseModes reads the letters of a MODE command and gives each the parameter that the
// table says it takes. Letters that the table does not hold take none and are returned,
// each once, in their order. Parameters left over are ignored.
func ParseModes(letters string, params []string, table *ModeTable) (changes []ModeChange, unknown []byte) {
	add := true
	for i := 0; i < len(letters); i++ {
		letter := letters[i]
		if letter == '+' || letter == '-' {
			add = letter == '+'
			continue
		}
		change := ModeChange{Add: add, Letter: letter}
		takes, optional, known := table.takes(letter, add)
		if !known {
			if strings.IndexByte(string(unknown), letter) < 0 {
				unknown = append(unknown, letter)
			}
			continue
		}
		switch {
		case takes && len(params) > 0:
			change.Param, change.HasParam, params = params[0], true, params[1:]
		case takes && !optional:
			change.Missing = true
		}
		changes = append(changes, change)
	}
	return changes, unknown
}

func (t *ModeTable) takes(letter byte, add bool) (takes, optional, known bool) {
	switch has := func(s string) bool { return strings.IndexByte(s, letter) >= 0 }; {
	case has(t.Lists):
		return true, true, true
	case has(t.Always), has(t.Ranks):
		return true, false, true
	case has(t.WhenSet):
		return add, false, true
	case has(t.Never):
		return false, false, true
	}
	return false, false, false
}

// AppendModes appends changes in the shape of a MODE command, "+o-v nick nick", without
// regrouping them; nothing for none.
func AppendModes(dst []byte, changes []ModeChange) []byte {
	sign := byte(0)
	for _, change := range changes {
		want := byte('-')
		if change.Add {
			want = '+'
		}
		if want != sign {
			sign = want
			dst = append(dst, sign)
		}
		dst = append(dst, change.Letter)
	}
	for _, change := range changes {
		if change.HasParam {
			dst = appendMiddle(append(dst, ' '), change.Param)
		}
	}
	return dst
}
