package core_test

import (
	"strings"
	"testing"

	"madang/chat"
	"madang/chat/core"
)

// codedBy is a login with a one-time code of a step.
func (w *world) codedBy(name string, step int64) chat.Login {
	l := w.login(name)
	l.Step = step
	return l
}

// A code that was used is used for every purpose, and after a restart that has nothing
// but the journal.
func TestOneTimeCodesAreGoodOnce(t *testing.T) {
	signsIn := func(p person, step int64) deed {
		return func(w *world) chat.Command {
			return &chat.SignIn{Session: w.session(p), Login: w.codedBy("minji", step)}
		}
	}
	w := newWorld(t)
	w.must(alice.registers("minji"))
	w.must(alice.changes("", chat.OneTimeOn("secret", 4)...))
	if got := words(w.do(signsIn(bob, 4))); got != "no: wrong credentials" {
		t.Errorf("the code that switched them on: %s", got)
	}
	if got := words(w.do(alice.changes("", chat.AccountChange{Aspect: chat.OneTime, Text: "another"}))); !strings.HasPrefix(got, "no: ") {
		t.Errorf("another secret in the place of the first: %s", got)
	}
	w.must(signsIn(bob, 5))
	for _, used := range []string{"7", "0", "-1", "x"} {
		alone := chat.AccountChange{Aspect: chat.CodeUsed, Add: true, Text: used}
		off := chat.AccountChange{Aspect: chat.OneTime}
		for _, changes := range [][]chat.AccountChange{{alone}, {off, alone}, {alone, {Aspect: chat.OneTime, Text: "x"}}} {
			if got := words(w.do(alice.changes("", changes...))); got != "no: need account" {
				t.Errorf("%v: %s", changes, got)
			}
		}
	}
	w = newWorld(t)
	replayed := core.New(w.state.Limits())
	for _, d := range given(alice.registers("minji"), alice.changes("", chat.AccountChange{Aspect: chat.OneTime, Text: "secret"}), signsIn(bob, 5)) {
		for _, e := range w.must(d) {
			if e.Class() == chat.Durable {
				replayed.Apply(e)
			}
		}
	}
	if step := replayed.AccountByName("minji").Record().OneTimeStep; step != 5 {
		t.Errorf("the journal tells of step %d", step)
	}
	if got := words(w.do(signsIn(carol, 5))); got != "no: wrong credentials" {
		t.Errorf("another session: %s", got)
	}
	if got := words(w.do(signsIn(bob, 5))); got != "no: wrong credentials" {
		t.Errorf("the same session, to prove something: %s", got)
	}
	w.must(signsIn(bob, 6))
	if got := words(w.do(signsIn(carol, 6))); got != "no: wrong credentials" {
		t.Errorf("what proved something: %s", got)
	}
	if got := words(w.do(alice.changes("", chat.AccountChange{Aspect: chat.CodeUsed, Text: "0"}))); got != "no: need account" {
		t.Errorf("by hand: %s", got)
	}
}
