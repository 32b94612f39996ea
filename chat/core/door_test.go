package core_test

import (
	"testing"

	"madang/chat"
)

func TestDoor(t *testing.T) {
	runScenes(t, []scene{
		{
			"a room is made by the first to enter, who is operator", nil,
			alice.joins("#yard"), "#yard opens; @alice joins #yard",
		},
		{
			"who comes later has no rank, however he spells the room", given(alice.joins("#Yard")),
			bob.joins("#yARD"), "bob joins #Yard",
		},
		{
			"nobody is in a room twice", given(alice.joins("#yard")),
			alice.joins("#yard"), "no: already member",
		},
		{
			"a room's name begins with #", nil,
			alice.joins("yard"), "no: room invalid",
		},
		{
			"no room looks like another", given(alice.joins("#yard")),
			bob.joins("#yаrd"), "no: room confusing", // with a Cyrillic а
		},
		{
			"no room looks like another, the plain one coming later", given(alice.joins("#yаrd")),
			bob.joins("#yard"), "no: room confusing",
		},
		{
			"a user is in so many rooms at most", given(alice.joins("#a"), alice.joins("#b"), alice.joins("#c")),
			alice.joins("#d"), "no: too many rooms",
		},
		{
			"there are so many rooms at most",
			given(alice.joins("#a"), alice.joins("#b"), alice.joins("#c"), bob.joins("#d"), bob.joins("#e")),
			bob.joins("#f"), "no: too many rooms",
		},
		{
			"only who is there may enter", nil,
			late.joins("#yard"), "no: no such session",
		},
		{
			"a key opens", given(alice.joins("#yard"), alice.sets("#yard", key("pear"))),
			bob.joins("#yard", "pear"), "bob joins #yard",
		},
		{
			"a wrong key does not", given(alice.joins("#yard"), alice.sets("#yard", key("pear"))),
			bob.joins("#yard", "Pear"), "no: wrong key",
		},
		{
			"an invite-only room needs an invitation", given(alice.joins("#yard"), alice.sets("#yard", on(chat.InviteOnly))),
			bob.joins("#yard"), "no: need invitation",
		},
		{
			"or a place on the list of masks",
			given(alice.joins("#yard"), alice.sets("#yard", on(chat.InviteOnly), list(chat.InviteMask, "*@bob.cloak"))),
			bob.joins("#yard"), "bob joins #yard",
		},
		{
			"a room with a limit fills up", given(alice.joins("#yard"), alice.sets("#yard", limit(1))),
			bob.joins("#yard"), "no: room full",
		},
		{
			"a ban keeps out", given(alice.joins("#yard"), alice.sets("#yard", list(chat.Ban, "BOB"))),
			bob.joins("#yard"), "no: banned",
		},
		{
			"an exception lets in again",
			given(alice.joins("#yard"), alice.sets("#yard", list(chat.Ban, "bob"), list(chat.BanException, "*!bob@*"))),
			bob.joins("#yard"), "bob joins #yard",
		},
		{
			"an invitation opens every door",
			given(alice.joins("#yard"),
				alice.sets("#yard", key("pear"), limit(1), on(chat.InviteOnly), list(chat.Ban, "bob")), alice.invites("bob", "#yard")),
			bob.joins("#yard"), "bob joins #yard",
		},
		{
			"but once",
			given(alice.joins("#yard"), alice.sets("#yard", key("pear")), alice.invites("bob", "#yard"), bob.joins("#yard"), bob.parts("#yard")),
			bob.joins("#yard"), "no: wrong key",
		},
	})
}

func TestInvite(t *testing.T) {
	runScenes(t, []scene{
		{
			"a member invites", given(alice.joins("#yard"), bob.joins("#yard")),
			bob.invites("carol", "#yard"), "bob invites carol to #yard",
		},
		{
			"into an invite-only room only with a rank",
			given(alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", on(chat.InviteOnly))),
			bob.invites("carol", "#yard"), "no: need rank %",
		},
		{
			"not from outside", given(alice.joins("#yard")),
			bob.invites("carol", "#yard"), "no: not member",
		},
		{
			"not who is in", given(alice.joins("#yard"), bob.joins("#yard")),
			alice.invites("bob", "#yard"), "no: already member",
		},
		{
			"not who is not there", given(alice.joins("#yard")),
			alice.invites("late", "#yard"), "no: no such nick",
		},
		{
			"not into a room that is not there", nil,
			alice.invites("bob", "#yard"), "no: no such room",
		},
	})
}

func TestLeaving(t *testing.T) {
	locked := given(alice.joins("#yard"), alice.sets("#yard", key("pear")), alice.says("#yard", "psst"))
	runScenes(t, []scene{
		{
			"a member leaves", given(alice.joins("#yard"), bob.joins("#yard")),
			bob.parts("#yard"), "bob parts #yard",
		},
		{
			"nobody leaves where he is not", given(alice.joins("#yard")),
			bob.parts("#yard"), "no: not member",
		},
		{
			"a room without messages vanishes with its last member", given(alice.joins("#yard")),
			alice.parts("#yard"), "alice parts #yard; #yard vanishes",
		},
		{
			"so it does when he quits, from each of his rooms", given(alice.joins("#a"), alice.joins("#b"), bob.joins("#b")),
			alice.goes(), "alice goes; #a vanishes",
		},
		{
			"an open room with messages stays", given(alice.joins("#yard"), alice.says("#yard", "hi")),
			alice.parts("#yard"), "alice parts #yard",
		},
		{
			"and its next joiner is operator", given(alice.joins("#yard"), alice.says("#yard", "hi"), alice.parts("#yard")),
			bob.joins("#yard"), "@bob joins #yard",
		},
		{
			"a restricted one closes", locked,
			alice.parts("#yard"), "alice parts #yard; #yard closes",
		},
		{
			"so does one that was restricted before",
			also(locked, alice.sets("#yard", key(""))),
			alice.parts("#yard"), "alice parts #yard; #yard closes",
		},
		{
			"unless nothing of that time is kept any more",
			also(locked, console.retains("#yard", 2), alice.sets("#yard", key("")), after(2*chat.Day), alice.says("#yard", "new")),
			alice.parts("#yard"), "alice parts #yard",
		},
		{
			"nobody enters a closed room, not even with the key", also(locked, alice.parts("#yard")),
			alice.joins("#yard", "pear"), "no: room reserved",
		},
		{
			"a permanent room stays as it is", given(console.opens("#yard", true), alice.joins("#yard")),
			alice.parts("#yard"), "alice parts #yard",
		},
		{
			"and makes nobody operator", given(console.opens("#yard", true)),
			alice.joins("#yard"), "alice joins #yard",
		},
	})
}

func TestKick(t *testing.T) {
	three := func(more ...deed) []deed {
		return also(given(alice.joins("#yard"), bob.joins("#yard"), carol.joins("#yard")), more...)
	}
	runScenes(t, []scene{
		{"an operator throws out", three(), alice.kicks("BOB", "#yard"), "alice kicks bob from #yard"},
		{"nobody else does", three(), bob.kicks("carol", "#yard"), "no: need rank %"},
		{
			"a half-operator throws out those without a rank", three(alice.sets("#yard", raise("bob", chat.HalfOperator))),
			bob.kicks("carol", "#yard"), "bob kicks carol from #yard",
		},
		{
			"but not his like",
			three(alice.sets("#yard", raise("bob", chat.HalfOperator), raise("carol", chat.HalfOperator))),
			bob.kicks("carol", "#yard"), "no: need rank @",
		},
		{
			"an owner is safe from operators", three(console.sets("#yard", raise("carol", chat.Owner))),
			alice.kicks("carol", "#yard"), "no: need rank ~",
		},
		{
			"an admin is safe from operators", three(console.sets("#yard", raise("carol", chat.Admin))),
			alice.kicks("carol", "#yard"), "no: need rank &",
		},
		{"the console needs no rank", three(), console.kicks("alice", "#yard"), "*madang* kicks alice from #yard"},
		{
			"a server operator needs none, and need not be in", given(alice.joins("#yard"), bob.becomesOperator()),
			bob.kicks("alice", "#yard"), "bob kicks alice from #yard; #yard vanishes",
		},
		{"who is not in cannot be thrown out", given(alice.joins("#yard")), alice.kicks("bob", "#yard"), "no: target not member"},
		{"nor who is not there", given(alice.joins("#yard")), alice.kicks("late", "#yard"), "no: no such nick"},
	})
}

func TestOpenRoom(t *testing.T) {
	closed := given(alice.joins("#yard"), alice.sets("#yard", key("pear")), alice.says("#yard", "psst"), alice.parts("#yard"))
	opened := also(closed, console.opens("#yard", false))
	runScenes(t, []scene{
		{"the console makes a room", nil, console.opens("#yard", true), "#yard opens for good"},
		{"a guest does not", nil, alice.opens("#yard", true), "no: need operator"},
		{"a server operator does", given(alice.becomesOperator()), alice.opens("#yard", false), "#yard opens"},
		{"a closed room is opened", closed, console.opens("#yard", false), "#yard opens again"},
		{"what is open already stays so", given(alice.joins("#yard")), console.opens("#yard", false), ""},
		{"a room becomes permanent", given(alice.joins("#yard")), console.opens("#yard", true), "#yard opens again for good"},
		{"an opened room can be entered with its key", opened, bob.joins("#yard", "pear"), "@bob joins #yard"},
		{"and not without", opened, bob.joins("#yard"), "no: wrong key"},
		{"it is held open for a day", also(opened, after(chat.Day-1)), bob.joins("#yard", "pear"), "@bob joins #yard"},
		{"then it closes again", opened, after(chat.Day), "#yard closes"},
		{"with somebody in, it does not", also(opened, bob.joins("#yard", "pear")), after(chat.Day), ""},
	})
}

func TestRetention(t *testing.T) {
	talk := given(alice.joins("#yard"), alice.says("#yard", "hi"), console.retains("#yard", 3))
	runScenes(t, []scene{
		{"the console says how long a room remembers", talk, console.retains("#yard", 7), "#yard keeps 7 days, 0 messages"},
		{"its operator does not", talk, alice.retains("#yard", 7), "no: need operator"},
		{"less than nothing cannot be kept", talk, console.retains("#yard", -1), "no: bad value"},
		{"a room that is not there keeps nothing", nil, console.retains("#yard", 7), "no: no such room"},
		{"an empty room lasts while it remembers", also(talk, alice.parts("#yard")), after(3*chat.Day - 1), ""},
		{"and no longer", also(talk, alice.parts("#yard")), after(3 * chat.Day), "#yard vanishes"},
		{"people keep it", talk, after(3 * chat.Day), ""},
		{"but when they leave then, it goes at once", also(talk, after(3*chat.Day)), alice.parts("#yard"), "alice parts #yard; #yard vanishes"},
	})
}

func TestVanishedRoomComesBackAsAnother(t *testing.T) {
	w := newWorld(t)
	w.must(alice.joins("#yard"))
	first := w.state.RoomByName("#yard").ID()
	w.must(alice.parts("#yard"))
	w.must(bob.joins("#yard"))
	if second := w.state.RoomByName("#yard").ID(); second <= first {
		t.Errorf("conversation %d came back as %d", first, second)
	}
}
