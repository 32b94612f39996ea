package core_test

import (
	"testing"

	"madang/chat"
)

// saysAwayAs is a session that signs in and says at once that nobody sits at it.
func (p person) saysAwayAs(name, text string) deed {
	return func(w *world) chat.Command {
		attach := p.comesAs(name)(w).(*chat.Attach)
		attach.Away = text
		return attach
	}
}

// A user of several sessions is away when nobody sits at any of them.
func TestAwayWithSeveralSessions(t *testing.T) {
	one := given(alice.registers("alice"), alice.joins("#yard"), bob.joins("#yard"))
	two := also(one, late.comesAs("alice"))
	both := also(two, alice.away("lunch"), late.away("tea"))
	stays := also(one, alice.staysOn(true))
	runScenes(t, []scene{
		{"one of two goes", two, alice.away("lunch"), "alice away unseen: lunch"},
		{"the other too", also(two, alice.away("lunch")), late.away("tea"), "alice away: tea"},
		{"the one that went last has the word", both, alice.away("dinner"), "alice away: dinner"},
		{"with the same words too", both, alice.away("lunch"), "alice away: lunch"},
		{"one comes back", both, alice.away(""), "alice away: "},
		{"who is back is not back again", also(both, alice.away("")), alice.away(""), ""},
		{"nor is the user when the other is too", also(both, alice.away("")), late.away(""), "alice away unseen: "},
		{"one that comes is somebody", also(one, alice.away("lunch")), late.comesAs("alice"), "alice comes again, to 1 rooms; alice away: "},
		{"unless it says otherwise", also(one, alice.away("lunch")), late.saysAwayAs("alice", "tea"), "alice comes again, to 1 rooms; alice away: tea"},
		{"or nothing", also(one, alice.away("lunch")), late.saysAwayAs("alice", "*"), "alice comes again, to 1 rooms; alice away unseen: *"},
		{"which makes nobody away who is here", one, late.saysAwayAs("alice", "*"), "alice comes again, to 1 rooms; alice away unseen: *"},
		{"nor does a reason", one, late.saysAwayAs("alice", "tea"), "alice comes again, to 1 rooms; alice away unseen: tea"},
		{"the one who is here goes for good", also(one, late.saysAwayAs("alice", "tea")), alice.goes(), "alice away: tea; alice leaves one session"},
		{"and leaves one that says nothing", also(one, late.saysAwayAs("alice", "*")), alice.goes(), "alice away: not connected; alice leaves one session"},
		{"the one with the word goes for good", both, late.goes(), "alice away: lunch; alice leaves one session"},
		{"the other goes for good", both, alice.goes(), "alice leaves one session"},
		{"who is always on is away without sessions", stays, alice.goes(), "alice away: not connected; alice leaves one session, the last"},
		{"and stays so with one that says nothing", also(stays, alice.goes()), late.saysAwayAs("alice", "*"), "alice comes again, to 1 rooms, back; alice away unseen: *"},
		{"until it says something", also(stays, alice.goes(), late.saysAwayAs("alice", "*")), late.away(""), "alice away: "},
		{"it goes as it came", also(stays, alice.goes(), late.saysAwayAs("alice", "*")), late.goes(), "alice leaves one session, the last"},
		{"who signs in where another is stays away", also(one, carol.away("tea"), alice.away("lunch")), carol.signsIn("alice"), "carol is alice, who is here; alice away: tea"},
		{"or is here", also(one, alice.away("lunch")), carol.signsIn("alice"), "carol is alice, who is here; alice away: "},
		{"all are ended at once", both, console.kills("alice"), "alice killed by *madang*"},
		{"all of who is always on are", also(stays, late.comesAs("alice")), console.kills("alice"), "alice away: not connected; alice leaves one session, killed by *madang*; alice leaves one session, the last, killed by *madang*"},
	})
}

// A guest with one session may come without sitting there.
func TestComingAway(t *testing.T) {
	w := newWorld(t)
	comes := func(w *world) chat.Command {
		attach := late.comes()(w).(*chat.Attach)
		attach.Away = "later"
		return attach
	}
	if got := words(w.do(comes)); got != "late comes; late away: later" || w.user(late).Away() != "later" {
		t.Errorf("got %s, away %q", got, w.user(late).Away())
	}
	w.must(late.away("*"))
	if got := w.user(late).Away(); got != chat.NotConnected {
		t.Errorf("with a program alone he is away %q", got)
	}
}

// What others see as it was is shown to nobody.
func TestUnseenIsShownToNobody(t *testing.T) {
	w := newWorld(t)
	for _, d := range given(alice.registers("alice"), alice.joins("#yard"), bob.joins("#yard"), late.comesAs("alice")) {
		w.must(d)
	}
	for _, step := range []struct {
		deed  deed
		shown bool
	}{{alice.away("lunch"), false}, {late.away("tea"), true}} {
		a := chat.AudienceOf(w.must(step.deed)[0])
		if shownTo(w.state, &a, w.user(bob)) != step.shown {
			t.Errorf("shown: %v", !step.shown)
		}
	}
}
