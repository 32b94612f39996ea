package core_test

import (
	"strings"
	"testing"

	"madang/chat"
)

func TestSettings(t *testing.T) {
	two := given(alice.joins("#yard"), bob.joins("#yard"))
	runScenes(t, []scene{
		{"an operator turns switches", two, alice.sets("#yard", on(chat.Moderated), off(chat.NoOutside)), "alice sets #yard +m -n"},
		{"what is so already is no change", two, alice.sets("#yard", on(chat.TopicLocked), off(chat.Secret)), ""},
		{"a member without a rank does not", two, bob.sets("#yard", on(chat.Moderated)), "not: need rank %"},
		{"a voice is not enough", also(two, alice.sets("#yard", raise("bob", chat.Voice))), bob.sets("#yard", on(chat.Secret)), "not: need rank %"},
		{"a half-operator does", also(two, alice.sets("#yard", raise("bob", chat.HalfOperator))), bob.sets("#yard", on(chat.Secret)), "bob sets #yard +s"},
		{"from outside nobody does", two, carol.sets("#yard", on(chat.Secret)), "no: not member"},
		{"but a server operator", also(two, carol.becomesOperator()), carol.sets("#yard", on(chat.Secret)), "carol sets #yard +s"},
		{"a room that is not there has no settings", nil, alice.sets("#yard", on(chat.Secret)), "no: no such room"},
		{"what can be changed is, the rest is answered", two, alice.sets("#yard", limit(-1), on(chat.Secret)), "alice sets #yard +s; not: bad value"},
		{"changes are made one after the other", two, alice.sets("#yard", on(chat.Moderated), off(chat.Moderated)), "alice sets #yard +m -m"},
		{"the same change is made once", two, alice.sets("#yard", on(chat.Moderated), on(chat.Moderated)), "alice sets #yard +m"},
		{
			"who lowers himself has no say about what follows", two,
			alice.sets("#yard", lower("alice", chat.Operator), on(chat.Secret)), "alice sets #yard -@alice; not: need rank %",
		},
		{"what nobody knows cannot be set", two, alice.sets("#yard", on(chat.SwitchesEnd+1)), "not: bad value"},
	})
}

func TestKeyAndLimit(t *testing.T) {
	one := given(alice.joins("#yard"))
	long := strings.Repeat("k", chat.KeyBytesMax)
	runScenes(t, []scene{
		{"a key is set", one, alice.sets("#yard", key("pear")), "alice sets #yard +kpear"},
		{"another takes its place", also(one, alice.sets("#yard", key("pear"))), alice.sets("#yard", key("plum")), "alice sets #yard +kplum"},
		{"who takes it away need not know it", also(one, alice.sets("#yard", key("pear"))), alice.sets("#yard", key("")), "alice sets #yard -kpear"},
		{"without one there is nothing to take", one, alice.sets("#yard", key("")), ""},
		{"a key has 23 bytes", one, alice.sets("#yard", key(long)), "alice sets #yard +k" + long},
		{"and no more", one, alice.sets("#yard", key(long+"k")), "not: bad value"},
		{"it fits into a line", one, alice.sets("#yard", key("a b")), "not: bad value"},
		{"and is UTF-8", one, alice.sets("#yard", key("\xff")), "not: text invalid"},
		{"a limit is set", one, alice.sets("#yard", limit(5)), "alice sets #yard +l5"},
		{"and lifted", also(one, alice.sets("#yard", limit(5))), alice.sets("#yard", limit(0)), "alice sets #yard -l"},
	})
}

func TestLists(t *testing.T) {
	one := given(alice.joins("#yard"))
	full := also(one, alice.sets("#yard", list(chat.Ban, "a"), list(chat.Ban, "b")))
	runScenes(t, []scene{
		{"a nick alone is a mask", one, alice.sets("#yard", list(chat.Ban, "Bob")), "alice sets #yard +bbob!*@*"},
		{"so is a host", one, alice.sets("#yard", list(chat.BanException, "*@*.CLOAK")), "alice sets #yard +e*!*@*.cloak"},
		{"and a nick with a username", one, alice.sets("#yard", list(chat.InviteMask, "bob!b")), "alice sets #yard +Ibob!b@*"},
		{"a mask is listed once", also(one, alice.sets("#yard", list(chat.Ban, "bob"))), alice.sets("#yard", list(chat.Ban, "BOB!*@**")), ""},
		{"and struck out", also(one, alice.sets("#yard", list(chat.Ban, "bob"))), alice.sets("#yard", unlist(chat.Ban, "bob!*@*")), "alice sets #yard -bbob!*@*"},
		{"what is not listed cannot be struck out", one, alice.sets("#yard", unlist(chat.Ban, "bob")), ""},
		{"a list is full some time", full, alice.sets("#yard", list(chat.Ban, "c")), "not: list full"},
		{"also within one command", one, alice.sets("#yard", list(chat.Ban, "a"), list(chat.Ban, "b"), list(chat.Ban, "c")), "alice sets #yard +ba!*@* +bb!*@*; not: list full"},
		{"other lists have their own room", full, alice.sets("#yard", list(chat.BanException, "c")), "alice sets #yard +ec!*@*"},
		{"one goes, one comes", full, alice.sets("#yard", unlist(chat.Ban, "a"), list(chat.Ban, "c")), "alice sets #yard -ba!*@* +bc!*@*"},
		{"an empty mask says nothing", one, alice.sets("#yard", list(chat.Ban, "")), "not: bad value"},
		{"a mask is short", one, alice.sets("#yard", list(chat.Ban, strings.Repeat("x", chat.MaskBytesMax))), "not: bad value"},
		{"and one word", one, alice.sets("#yard", list(chat.Ban, "a b")), "not: bad value"},
	})
}

func TestListRemembersWho(t *testing.T) {
	w := newWorld(t)
	w.must(alice.joins("#yard"))
	w.must(alice.sets("#yard", list(chat.Ban, "bob")))
	got := w.state.RoomByName("#yard").List(chat.Ban)
	if want := (chat.MaskRecord{Mask: "bob!*@*", By: "alice", At: noon}); len(got) != 1 || got[0] != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Who may give and take which rank: the giver's rank, by the rank given.
func TestRanks(t *testing.T) {
	givers := []chat.Rank{chat.NoRank, chat.Voice, chat.HalfOperator, chat.Operator, chat.Admin, chat.Owner}
	may := map[chat.Rank]string{ // one letter for each giver
		chat.Voice:        "..yyyy",
		chat.HalfOperator: "...yyy",
		chat.Operator:     "...yyy",
		chat.Admin:        ".....y",
		chat.Owner:        ".....y",
	}
	for given, row := range may {
		for i, giver := range givers {
			w := newWorld(t)
			for _, p := range []person{carol, alice, bob} {
				w.must(p.joins("#yard"))
			}
			if giver != chat.NoRank {
				w.must(console.sets("#yard", raise("alice", giver)))
			}
			got := w.do(alice.sets("#yard", raise("bob", given)))
			if yes := len(got.Events) == 1; yes != (row[i] == 'y') {
				t.Errorf("%q gives %q: %s", rankWords(giver), rankWords(given), words(got))
			}
			w.must(console.sets("#yard", raise("bob", given)))
			got = w.do(alice.sets("#yard", lower("bob", given)))
			if yes := len(got.Events) == 1; yes != (row[i] == 'y') {
				t.Errorf("%q takes %q: %s", rankWords(giver), rankWords(given), words(got))
			}
		}
	}
}

func TestRanksOfOneself(t *testing.T) {
	two := given(alice.joins("#yard"), bob.joins("#yard"), console.sets("#yard", raise("bob", chat.Owner), raise("bob", chat.Voice)))
	runScenes(t, []scene{
		{"everybody may lower himself", two, bob.sets("#yard", lower("bob", chat.Owner)), "bob sets #yard -~bob"},
		{"ranks are held together", two, bob.sets("#yard", lower("bob", chat.Owner), raise("alice", chat.Voice)), "bob sets #yard -~bob; not: need rank %"},
		{"nobody raises himself", two, alice.sets("#yard", raise("alice", chat.Admin)), "not: need rank ~"},
		{"one rank at a time", two, bob.sets("#yard", raise("alice", chat.Voice|chat.Admin)), "not: bad value"},
		{"no rank is none to give", two, bob.sets("#yard", raise("alice", chat.NoRank)), "not: bad value"},
		{"a rank is a member's", two, bob.sets("#yard", raise("carol", chat.Voice)), "not: target not member"},
		{"who is there", two, bob.sets("#yard", raise("late", chat.Voice)), "not: no such nick"},
	})
}

func TestOneCommandChangesSoMuch(t *testing.T) {
	w := newWorld(t)
	w.must(alice.joins("#yard"))
	var changes []chat.RoomChange
	for range 50 {
		changes = append(changes, on(chat.Moderated), off(chat.Moderated))
	}
	events := w.must(alice.sets("#yard", changes...))
	if got := len(events[0].(*chat.RoomChanged).Changes); got != 64 {
		t.Errorf("%d changes in one command, want 64", got)
	}
}

func TestTopic(t *testing.T) {
	two := given(alice.joins("#yard"), bob.joins("#yard"))
	loose := also(two, alice.sets("#yard", off(chat.TopicLocked)))
	long := strings.Repeat("한", chat.TopicBytesMax/3)
	runScenes(t, []scene{
		{"an operator sets the topic", two, alice.topics("#yard", "spring"), "alice topics #yard: spring"},
		{"nobody else does", two, bob.topics("#yard", "spring"), "no: need rank %"},
		{"unless the room lets everybody", loose, bob.topics("#yard", "spring"), "bob topics #yard: spring"},
		{"who is in", loose, carol.topics("#yard", "spring"), "no: not member"},
		{"the console sets it too", two, console.topics("#yard", "spring"), "*madang* topics #yard: spring"},
		{"it is cut at a letter's edge", two, alice.topics("#yard", long+"글"), "alice topics #yard: " + long},
		{"it is one line", two, alice.topics("#yard", "a\nb"), "no: text invalid"},
		{"and UTF-8", two, alice.topics("#yard", "\xff"), "no: text invalid"},
		{"an empty text clears it", two, alice.topics("#yard", ""), "alice topics #yard: "},
	})
}
