package core_test

import (
	"testing"

	"madang/chat"
)

// registersWith makes an account that waits for a code.
func (p person) registersWith(name string, code byte) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.Register{Session: s, Name: name, Password: "verifier", Email: name + "@example.org", Code: chat.Digest{code}}
	})
}

func (p person) confirms(name string, code byte) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.Confirm{Session: s, Account: name, Code: chat.Digest{code}}
	})
}

func TestConfirm(t *testing.T) {
	waits := given(alice.registersWith("alice", 1))
	runScenes(t, []scene{
		{"the code of the address", waits, bob.confirms("alice", 1), "bob changes account alice"},
		{"no other code", waits, bob.confirms("alice", 2), "no: wrong code"},
		{"nobody signs in before", waits, alice.signsIn("alice"), "no: unconfirmed"},
		{"the guest enters it behind", also(waits, alice.confirms("alice", 1)), alice.signsIn("alice"), "alice is alice"},
		{"a second one is another account", waits, alice.registersWith("minji", 2), "account minji"},
		{
			"of which each has its own code", also(waits, alice.registersWith("minji", 2), alice.confirms("alice", 1)),
			bob.signsIn("minji"), "no: unconfirmed",
		},
	})
}

// Another address waits for its code; what is given without one is nobody's proof.
func TestNewMailAddress(t *testing.T) {
	w := newWorld(t)
	w.must(alice.registers("minji"))
	record := func() chat.AccountRecord { return w.state.AccountByName("minji").Record() }
	to := func(address string, code byte) deed {
		return alice.changes("", chat.AccountChange{Aspect: chat.NewEmail, Text: address, Code: chat.Digest{code}})
	}
	w.must(to("a@example.org", 1))
	w.must(to("b@example.org", 2))
	if got := words(w.do(bob.confirms("minji", 1))); got != "no: wrong code" {
		t.Errorf("the code of an address that was given up: %s", got)
	}
	if r := record(); r.Email != "" || r.Proved || r.NewEmail.Address != "b@example.org" {
		t.Errorf("before: %+v", r)
	}
	w.must(bob.confirms("minji", 2))
	if r := record(); r.Email != "b@example.org" || !r.Proved || r.NewEmail != nil {
		t.Errorf("confirmed: %+v", r)
	}
	if got := words(w.do(bob.confirms("minji", 0))); got != "no: wrong code" {
		t.Errorf("no code: %s", got)
	}
	w.must(alice.changes("", chat.AccountChange{Aspect: chat.Email, Text: "c@example.org"}))
	if r := record(); r.Email != "c@example.org" || r.Proved {
		t.Errorf("without a code: %+v", r)
	}
	if got := words(w.do(to("", 3))); got != "no: bad value" {
		t.Errorf("no address: %s", got)
	}
}

// A guest who waits for his code is a guest: nobody comes to be a session of his.
func TestConfirmedElsewhere(t *testing.T) {
	w := newWorld(t)
	w.must(alice.registersWith("minji", 1))
	w.must(bob.confirms("minji", 1))
	w.must(late.comesAs("minji"))
	if guest, u := w.user(alice), w.user(late); guest == u || guest.Account() != "" || u.Account() != "minji" {
		t.Errorf("alice is %q, and the account's user is %q", guest.Account(), u.Account())
	}
	w.must(alice.signsIn("minji"))
	if w.user(alice) != w.user(late) {
		t.Error("the guest did not enter the account")
	}
}
