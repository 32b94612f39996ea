package irc

import (
	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// userModes are the letters of a user's flags, in the order they are shown. Read-only.
var userModes = [...]struct {
	letter byte
	flag   chat.UserFlags
}{
	{'B', chat.Bot}, {'i', chat.Invisible}, {'o', chat.ServerOperator}, {'w', chat.Wallops}, {'Z', chat.Secure},
}

// userMode is MODE of a user (RFC 2812 3.1.5).
func (c *client) userMode(nick string, m *irc.Message) {
	letters := string(m.Param(1))
	set, clear, unknown := flagChanges(letters)
	a := ask{
		verb:   "MODE",
		answer: func(w *writer, o *engine.Outcome) { w.userModes(nick, letters == "", unknown, o) },
	}
	if set|clear == 0 {
		c.do(a)
		return
	}
	// Whose modes they are is known only at the ask's place in the order, so what is
	// asked for another is looked at first.
	c.ifSelf(nick, func() {
		a.command = &chat.ChangeFlags{Session: c.session.ID(), Set: set, Clear: clear}
		c.do(a)
	})
}

// ifSelf goes on if a nick is the client's own, and says so if not.
func (c *client) ifSelf(nick string, then func()) {
	own, label := false, c.gateway.label()
	c.do(ask{
		hold: true, passes: true,
		answer: func(w *writer, _ *engine.Outcome) {
			own = w.user != nil && w.user == w.state.UserByNick(nick)
		},
		done: func(engine.Outcome) {
			c.withLabel(label, func() {
				if own {
					then()
				} else {
					c.answer(func(w *writer) { w.notOwn(nick) })
				}
			})
		},
	})
}

// flagChanges reads the letters of a user's modes.
func flagChanges(letters string) (set, clear chat.UserFlags, unknown bool) {
	add := true
	for i := range len(letters) {
		switch letters[i] {
		case '+', '-':
			add = letters[i] == '+'
			continue
		}
		flag, known := chat.UserFlags(0), false
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

// userModes answers a MODE of a user: what he has, or what changed.
func (w *writer) userModes(nick string, question, unknown bool, o *engine.Outcome) {
	if w.state.UserByNick(nick) != w.user {
		w.notOwn(nick)
		return
	}
	if question {
		w.b = irc.Append(w.b, w.g.house.Name, string(irc.RPL_UMODEIS), w.nick(), "+"+flagLetters(w.user.Flags()))
	}
	if unknown {
		w.numeric(irc.ERR_UMODEUNKNOWNFLAG, "Unknown MODE flag")
	}
	w.events(o)
}

func (w *writer) notOwn(nick string) {
	if w.state.UserByNick(nick) == nil {
		w.noSuchNick(nick)
		return
	}
	w.numeric(irc.ERR_USERSDONTMATCH, "Can't change or view modes for other users")
}

// flagLetters are the letters of flags.
func flagLetters(f chat.UserFlags) string {
	var letters []byte
	for _, m := range userModes {
		if f&m.flag != 0 {
			letters = append(letters, m.letter)
		}
	}
	return string(letters)
}

// appendFlags appends what changed of a user's modes.
func (g *Gateway) appendFlags(dst []byte, e *chat.FlagsChanged) []byte {
	var letters []byte
	if added := flagLetters(e.Flags &^ e.Before); added != "" {
		letters = append(append(letters, '+'), added...)
	}
	if removed := flagLetters(e.Before &^ e.Flags); removed != "" {
		letters = append(append(letters, '-'), removed...)
	}
	if len(letters) == 0 {
		return dst
	}
	return irc.Append(dst, g.source(&e.Source), "MODE", e.Source.Nick, string(letters))
}
