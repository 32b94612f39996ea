package core_test

import (
	"fmt"
	"strings"
	"testing"

	"madang/chat"
)

// comesAs lets late come in his own way.
func comesAs(c chat.Attach) deed {
	return func(w *world) chat.Command {
		attach := c
		attach.Session = w.session(late)
		return &attach
	}
}

func TestComing(t *testing.T) {
	runScenes(t, []scene{
		{"somebody comes", nil, late.comes(), "late comes"},
		{"once", given(late.comes()), late.comes(), "no: already attached"},
		{"a name in use is refused", nil, comesAs(chat.Attach{Nick: "ALICE"}), "no: nick taken"},
		{"so is one that looks like it", nil, comesAs(chat.Attach{Nick: "аlice"}), "no: nick confusing"},
		{"and one that is none", nil, comesAs(chat.Attach{Nick: "a b"}), "no: nick invalid"},
		{"a guest gets a name like it", nil, comesAs(chat.Attach{Nick: "Alice", Guest: true}), "Alice-2 comes"},
		{"or guest-2, when what he wants is no name", nil, comesAs(chat.Attach{Nick: "😀", Guest: true}), "guest-2 comes"},
		{"or wants nothing", nil, comesAs(chat.Attach{Guest: true}), "guest-2 comes"},
		{"a description is one line", nil, comesAs(chat.Attach{Nick: "late", Realname: "a\nb"}), "no: text invalid"},
		{"a name is free when its owner went", given(alice.goes()), comesAs(chat.Attach{Nick: "alice"}), "alice comes"},
		{"nobody is operator by saying so", given(comesAs(chat.Attach{Nick: "late", Flags: chat.ServerOperator})), late.opens("#x", true), "no: need operator"},
	})
}

func TestLongDescriptionsAreCut(t *testing.T) {
	w := newWorld(t)
	w.must(comesAs(chat.Attach{Nick: "late", Username: strings.Repeat("u", 99), Realname: strings.Repeat("r", 999)}))
	if u := w.user(late); len(u.Username()) != chat.UsernameBytesMax || len(u.Realname()) != chat.RealnameBytesMax {
		t.Errorf("username of %d bytes, real name of %d", len(u.Username()), len(u.Realname()))
	}
}

// A guest is always let in, whatever names others have taken.
func TestGuestsAlwaysFindAName(t *testing.T) {
	w := newWorld(t)
	for i := range 60 {
		squatter := person(fmt.Sprintf("guest-%d", i+1))
		w.must(squatter.comes())
	}
	if got := words(w.do(comesAs(chat.Attach{Guest: true}))); got != "guest-64 comes" {
		t.Error(got)
	}
}

func TestUserNumbersAreNeverReused(t *testing.T) {
	w := newWorld(t)
	seen := map[chat.UserID]bool{}
	for range 3 {
		for range 3 {
			w.must(late.comes())
			if id := w.user(late).ID(); seen[id] {
				t.Fatalf("user %d came twice", id)
			} else {
				seen[id] = true
			}
			w.must(late.goes())
		}
		w.must(starts(1))
	}
}

func TestNick(t *testing.T) {
	runScenes(t, []scene{
		{"somebody takes another name", nil, alice.becomes("liz"), "alice becomes liz"},
		{"or another spelling", nil, alice.becomes("ALICE"), "alice becomes ALICE"},
		{"or a look-alike of his own", nil, alice.becomes("аlice"), "alice becomes аlice"},
		{"the same is no change", nil, alice.becomes("alice"), ""},
		{"a name in use is refused", nil, alice.becomes("BOB"), "no: nick taken"},
		{"so is its look-alike", nil, alice.becomes("bоb"), "no: nick confusing"},
		{"the old name is free", given(alice.becomes("liz")), bob.becomes("alice"), "bob becomes alice"},
		{"the new one is not", given(alice.becomes("liz")), bob.becomes("Liz"), "no: nick taken"},
		{"Hangul of one letter is a name", nil, alice.becomes("ㅋㅋㅋ"), "alice becomes ㅋㅋㅋ"},
		{"rooms and ranks stay", given(alice.joins("#yard"), alice.becomes("liz")), alice.sets("#yard", on(chat.Secret)), "liz sets #yard +s"},
	})
}

func (p person) away(text string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.SetAway{Session: s, Text: text} })
}

func (p person) describes(text string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.ChangeRealname{Session: s, Realname: text} })
}

func TestAwayAndRealname(t *testing.T) {
	runScenes(t, []scene{
		{"somebody goes away", nil, alice.away("lunch"), "alice away: lunch"},
		{"and comes back", given(alice.away("lunch")), alice.away(""), "alice away: "},
		{"who is here is not back", nil, alice.away(""), ""},
		{"the reason is one line", nil, alice.away("a\nb"), "no: text invalid"},
		{"somebody describes himself", nil, alice.describes("Liz"), "alice is Liz"},
		{"not with nothing", nil, alice.describes(""), "no: text empty"},
		{"nor at length", nil, alice.describes(strings.Repeat("x", chat.RealnameBytesMax+1)), "no: text too long"},
	})
}

func TestFlags(t *testing.T) {
	runScenes(t, []scene{
		{"flags are set and cleared", given(alice.flags(chat.Bot, 0)), alice.flags(chat.Invisible, chat.Bot), "alice flags 2 to 1 "},
		{"what is so is no change", nil, alice.flags(0, chat.Bot), ""},
		{"nobody takes an operator's powers", nil, alice.flags(chat.ServerOperator, 0), ""},
		{"nor says that he is secure", nil, alice.flags(chat.Secure, 0), ""},
		{"they are given", nil, alice.becomesOperator(), "alice flags 0 to 8 boss"},
		{"and laid down", given(alice.becomesOperator()), alice.flags(0, chat.ServerOperator), "alice flags 8 to 0 "},
	})
}

func TestOperatorNameGoesWithThePowers(t *testing.T) {
	w := newWorld(t)
	w.must(alice.becomesOperator())
	w.must(alice.flags(chat.Wallops, 0))
	if got := w.user(alice).OperatorName(); got != "boss" {
		t.Errorf("the operator is called %q", got)
	}
	w.must(alice.flags(0, chat.ServerOperator))
	if got := w.user(alice).OperatorName(); got != "" {
		t.Errorf("who laid the powers down is still called %q", got)
	}
}

func (p person) kills(nick string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.Kill{Session: s, Nick: nick, Reason: "enough"} })
}

func (p person) tellsAll(text string, wallops bool) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.Broadcast{Session: s, Text: text, Wallops: wallops}
	})
}

func TestKillAndBroadcast(t *testing.T) {
	runScenes(t, []scene{
		{"the console ends a session", given(bob.joins("#yard")), console.kills("bob"), "bob killed by *madang*; #yard vanishes"},
		{"an operator does", given(alice.becomesOperator()), alice.kills("bob"), "bob killed by alice"},
		{"nobody else", nil, alice.kills("bob"), "no: need operator"},
		{"who is not there cannot be killed", nil, console.kills("late"), "no: no such nick"},
		{"the console speaks to all", nil, console.tellsAll("tea", false), "*madang* to all, or 0: tea"},
		{"or to who wants to hear", given(bob.flags(chat.Wallops, 0)), console.tellsAll("tea", true), "*madang* to all, or 1: tea"},
		{"nobody else does", nil, alice.tellsAll("tea", false), "no: need operator"},
		{"nothing is not said", nil, console.tellsAll("", false), "no: text empty"},
	})
}

// What a session says when it ends cannot be refused, so it is made harmless.
func TestLastWordsAreOneLine(t *testing.T) {
	w := newWorld(t)
	events := w.must(alice.with(func(s chat.SessionID) chat.Command {
		return &chat.Detach{Session: s, Reason: "a\r\nQUIT \xff"}
	}))
	if got := events[0].(*chat.Quit).Reason; got != "a QUIT \uFFFD" {
		t.Errorf("%q", got)
	}
}
