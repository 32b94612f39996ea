package line

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// sessionsLine is /sessions, /sessions end N.
func (t *talk) sessionsLine(args string) {
	word, rest := line.Word(args)
	switch strings.ToLower(word) {
	case "":
		t.sessions("")
	case "end", "끝":
		t.endSession("", strings.TrimSpace(rest))
	default:
		t.refuse("", words.SayUsage, "/sessions, /sessions end N")
	}
}

// sessionName is how a session is called: its count, with the node before it where it
// is another than the asker's.
func sessionName(id, asker chat.SessionID) string {
	n := strconv.FormatUint(id.N, 10)
	if id.Node == asker.Node {
		return n
	}
	return strconv.FormatUint(uint64(id.Node), 10) + "." + n
}

// sessions lists where the account is connected.
func (t *talk) sessions(id string) {
	form, self := t.form, t.session.ID()
	t.session.Do(engine.Ask{Answer: func(state *core.State, _ engine.Outcome) []byte {
		u, a, why := ownsUp(state, self, form, id)
		if a == nil {
			return why
		}
		var b []byte
		for _, s := range u.Sessions() {
			b = words.AppendSession(b, form, sessionName(s.ID, self), gateway.NetAddress(s.Address).String(), &s, s.ID == self)
		}
		return words.AppendOK(b, form, id)
	}})
}

// endSession hangs up one of the account's sessions, by its name.
func (t *talk) endSession(id, name string) {
	self := t.session.ID()
	c := &chat.EndSession{Session: self}
	found, known := false, false
	form := t.form
	t.session.Do(engine.Ask{
		Hold: true,
		Answer: func(state *core.State, _ engine.Outcome) []byte {
			u, a, why := ownsUp(state, self, form, id)
			if found, known = false, a != nil; !known {
				return why
			}
			for _, s := range u.Sessions() {
				if sessionName(s.ID, self) == name {
					c.Target, found = s.ID, true
				}
			}
			if !found {
				return words.AppendFault(nil, form, words.SayNoSession, id, name)
			}
			return nil
		},
		Done: func(engine.Outcome) {
			switch {
			case !found:
			case c.Target == self:
				t.logout(id)
			default:
				t.do(deed{command: c, id: id, hold: true, plain: func(dst []byte, form engine.Form, _ *core.State, _ *engine.Outcome) []byte {
					return words.AppendSentence(dst, form, words.SaySessionEnded, name)
				}})
			}
		},
	})
}
