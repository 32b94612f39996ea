package core_test

import (
	"testing"

	"madang/chat"
	"madang/chat/core"
)

// TestReservedNames: nobody takes a name that the settings keep, but whose account it is.
func TestReservedNames(t *testing.T) {
	s := core.New(chat.DefaultLimits())
	limits := chat.DefaultLimits()
	session := chat.SessionID{Node: 1, N: 1}
	do := func(c chat.Command) *chat.Refusal {
		d := s.Decide(c, noon)
		for _, e := range d.Events {
			s.Apply(e)
		}
		return d.Refusal
	}
	refused := func(c chat.Command, want chat.Code) {
		t.Helper()
		if r := do(c); r == nil || r.Code != want {
			t.Errorf("%+v: %+v", c, r)
		}
	}
	done := func(c chat.Command) {
		t.Helper()
		if r := do(c); r != nil {
			t.Errorf("%+v: %+v", c, r)
		}
	}
	done(&chat.Register{Name: "early", Password: "v", Other: true})
	limits.Reserved = []string{"boss", "early", "root"}
	s.SetLimits(limits)
	refused(&chat.Attach{Session: session, Nick: "b0ss"}, chat.NickReserved)
	refused(&chat.Register{Session: session, Name: "Boss", Password: "v"}, chat.NickReserved)
	done(&chat.Register{Name: "Boss", Password: "v", Other: true})
	refused(&chat.Register{Name: "b0ss", Password: "v", Other: true}, chat.NickReserved)
	refused(&chat.Attach{Session: session, Nick: "boss"}, chat.NickReserved)
	for i, name := range []string{"early", "boss"} {
		a := s.AccountByName(name)
		id := chat.SessionID{Node: 1, N: uint64(i + 2)}
		done(&chat.Attach{Session: id, Nick: name, Login: chat.Login{Account: a.User(), Serial: a.Record().Serial}})
		if u := s.UserOf(id); u == nil || u.Account() != a.Name() || u.Nick() != name {
			t.Errorf("%s came as %+v", name, u)
		}
	}
}
