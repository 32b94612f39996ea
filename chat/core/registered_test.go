package core_test

import (
	"slices"
	"testing"

	"madang/chat"
)

func founder(name string) chat.RoomChange {
	return chat.RoomChange{Aspect: chat.Founder, Add: true, Text: name}
}

func successor(name string) chat.RoomChange {
	return chat.RoomChange{Aspect: chat.Successor, Add: name != "", Text: name}
}

func access(name string, r chat.Rank) chat.RoomChange {
	return chat.RoomChange{Aspect: chat.Access, Add: r != chat.NoRank, Text: name, Rank: r}
}

func (p person) deletes(account string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.DeleteAccount{Session: s, Account: account} })
}

// Everybody has an account, and alice has registered the room that she and bob are in.
var registered = given(
	alice.registers("alice"), bob.registers("bob"), carol.registers("carol"),
	alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", founder("")),
)

func TestRegisteringRooms(t *testing.T) {
	signed := given(alice.registers("alice"), bob.registers("bob"), alice.joins("#yard"), bob.joins("#yard"))
	runScenes(t, []scene{
		{"an operator with an account registers his room", signed, alice.sets("#yard", founder("")), "alice sets #yard +founder alice +~alice"},
		{"by name too", signed, alice.sets("#yard", founder("ALICE")), "alice sets #yard +founder alice +~alice"},
		{"a member without a rank does not", signed, bob.sets("#yard", founder("")), "not: need rank @"},
		{"nobody registers for others", signed, alice.sets("#yard", founder("bob")), "not: need rank ~"},
		{"but operators of the server", signed, console.sets("#yard", founder("bob")), "*madang* sets #yard +founder bob +~bob"},
		{"guests do not", given(alice.joins("#yard")), alice.sets("#yard", founder("")), "not: need account"},
		{"nor for somebody without an account", signed, console.sets("#yard", founder("carol")), "not: no such account"},
		{"once", registered, alice.sets("#yard", founder("")), ""},
		{"not another's", registered, bob.sets("#yard", founder("")), "not: need rank ~"},
		{
			"not even its operator", also(registered, alice.sets("#yard", raise("bob", chat.Owner))),
			bob.sets("#yard", founder("")), "not: need rank ~",
		},
		{"the founder gives it away", registered, alice.sets("#yard", founder("bob")), "alice sets #yard +founder bob +~bob -~alice"},
		{"also to who is not in it", registered, alice.sets("#yard", founder("carol")), "alice sets #yard +founder carol -~alice"},
		{"and from outside", also(registered, alice.parts("#yard")), alice.sets("#yard", founder("bob")), "alice sets #yard +founder bob +~bob"},
		{"then it is his no more", also(registered, alice.sets("#yard", founder("bob"))), alice.sets("#yard", founder("")), "not: need rank ~"},
		{"the founder drops it", registered, alice.sets("#yard", off(chat.Founder)), "alice sets #yard -founder alice"},
		{"nobody else does", also(registered, alice.sets("#yard", raise("bob", chat.Owner))), bob.sets("#yard", off(chat.Founder)), "not: need rank ~"},
		{
			"an account has so many rooms", also(registered,
				alice.joins("#a"), alice.sets("#a", founder("")), alice.joins("#b"), alice.sets("#b", founder("")),
				alice.parts("#a"), alice.joins("#c")),
			alice.sets("#c", founder("")), "not: too many rooms",
		},
	})
}

func TestRegisteredRoomsStay(t *testing.T) {
	empty := also(registered, bob.parts("#yard"))
	restricted := also(empty, alice.says("#yard", "hi"), alice.sets("#yard", on(chat.Secret), key("pear")), alice.parts("#yard"))
	runScenes(t, []scene{
		{"it does not vanish", empty, alice.parts("#yard"), "alice parts #yard"},
		{"nor with time", also(empty, alice.parts("#yard")), after(400 * chat.Day), ""},
		{"nor does a restricted one close", restricted, after(2 * chat.Day), ""},
		{"nobody becomes its operator by entering", also(empty, alice.parts("#yard")), bob.joins("#yard"), "bob joins #yard"},
		{"but the founder", also(empty, alice.parts("#yard")), alice.joins("#yard"), "~alice joins #yard"},
		{"whom no door stops", restricted, alice.joins("#yard"), "~alice joins #yard"},
		{"the settings are as they were", restricted, bob.joins("#yard"), "no: wrong key"},
		{"a guest of the founder's nick is a guest", also(restricted, alice.becomes("al"), alice.goes()), bob.joins("#yard"), "no: wrong key"},
		{"once dropped it goes", also(empty, alice.parts("#yard"), alice.sets("#yard", off(chat.Founder))), after(chat.Minute), "#yard vanishes"},
		{"a node's start leaves it", also(empty, alice.parts("#yard")), starts(1), "node 1 starts"},
	})
}

func TestAccess(t *testing.T) {
	listed := also(registered, alice.sets("#yard", access("bob", chat.Operator), access("carol", chat.Voice)))
	shut := also(listed, alice.sets("#yard", on(chat.InviteOnly), key("pear"), on(chat.AccountsEnter)))
	runScenes(t, []scene{
		{"who is listed has his rank at once", registered, alice.sets("#yard", access("bob", chat.Operator)), "alice sets #yard +access @bob +@bob"},
		{"or when he enters", listed, carol.joins("#yard"), "+carol joins #yard"},
		{"another rank takes the place of the first", listed, alice.sets("#yard", access("bob", chat.Voice)), "alice sets #yard +access +bob -@bob ++bob"},
		{"who is struck out loses it", listed, alice.sets("#yard", access("bob", chat.NoRank)), "alice sets #yard -access @bob -@bob"},
		{"an operator lists nobody", listed, bob.sets("#yard", access("carol", chat.Voice)), "not: need rank &"},
		{"an admin does", also(listed, alice.sets("#yard", raise("bob", chat.Admin))), bob.sets("#yard", access("carol", chat.Operator)), "bob sets #yard +access @carol"},
		{"but no admins", also(listed, alice.sets("#yard", raise("bob", chat.Admin))), bob.sets("#yard", access("carol", chat.Admin)), "not: need rank ~"},
		{"the list needs no invitation and no key", shut, carol.joins("#yard"), "+carol joins #yard"},
		{"but is stopped by bans", also(shut, alice.sets("#yard", list(chat.Ban, "carol"))), carol.joins("#yard"), "no: banned"},
		{"who is listed acts from outside", also(listed, bob.parts("#yard")), bob.sets("#yard", on(chat.Moderated)), "bob sets #yard +m"},
		{"the founder needs no entry", listed, alice.sets("#yard", access("alice", chat.Voice)), "not: bad value"},
		{"only of registered rooms", also(registered, alice.sets("#yard", off(chat.Founder))), alice.sets("#yard", access("bob", chat.Voice)), "not: bad value"},
		{"nobody throws the founder out", also(listed, alice.sets("#yard", lower("alice", chat.Owner), lower("alice", chat.Operator))), bob.kicks("alice", "#yard"), "no: need rank ~"},
		{"the founder raises himself again", also(listed, alice.sets("#yard", lower("alice", chat.Owner))), alice.sets("#yard", raise("alice", chat.Owner)), "alice sets #yard +~alice"},
	})
}

func TestSigningInGivesRanks(t *testing.T) {
	guest := also(registered, alice.sets("#yard", access("carol", chat.Operator)), carol.goes(), late.comes(), late.joins("#yard"))
	founder := also(registered, alice.goes(), late.comes(), late.joins("#yard"))
	runScenes(t, []scene{
		{"a guest in the room gets the rank of his account", guest, late.signsIn("carol"), "late is carol; *madang* sets #yard +@late"},
		{"the founder too", founder, late.signsIn("alice"), "late is alice; *madang* sets #yard +~late"},
		{"who has it already gets nothing", also(guest, console.sets("#yard", raise("late", chat.Operator))), late.signsIn("carol"), "late is carol"},
	})
}

func TestSuccession(t *testing.T) {
	follows := also(registered, alice.sets("#yard", successor("bob")))
	runScenes(t, []scene{
		{"the founder names who follows", registered, alice.sets("#yard", successor("bob")), "alice sets #yard +successor bob"},
		{"nobody else", registered, bob.sets("#yard", successor("bob")), "not: need rank ~"},
		{"not himself", registered, alice.sets("#yard", successor("alice")), "not: bad value"},
		{"the room goes to him with the account", follows, alice.deletes(""), "alice deletes account alice; alice sets #yard +founder bob +~bob -~alice"},
		{"who had a rank by the account has it no more", also(registered, alice.sets("#yard", access("bob", chat.Operator))), bob.deletes(""), "bob deletes account bob; bob sets #yard -@bob"},
		{"a guest who is no member loses none", also(follows, alice.parts("#yard")), alice.deletes(""), "alice deletes account alice; alice sets #yard +founder bob +~bob"},
		{"without one it is nobody's", registered, alice.deletes(""), "alice deletes account alice; alice sets #yard -founder alice"},
		{"and goes when it is empty", also(registered, alice.parts("#yard"), bob.parts("#yard")), alice.deletes(""), "alice deletes account alice; alice sets #yard -founder alice; #yard vanishes"},
		{"a successor who is gone does not follow", also(follows, bob.deletes("")), alice.deletes(""), "alice deletes account alice; alice sets #yard -founder alice"},
	})
}

// The record of operators has who disposed of another's room.
func TestDisposingIsAudited(t *testing.T) {
	w := newWorld(t)
	for _, d := range also(registered, bob.becomesOperator(), alice.sets("#yard", raise("bob", chat.Owner))) {
		w.must(d)
	}
	audited := func(events []chat.Event) bool {
		return slices.ContainsFunc(events, func(e chat.Event) bool { a, ok := e.(*chat.Audited); return ok && a.Action == "change-room" })
	}
	if audited(w.must(alice.sets("#yard", founder("carol")))) {
		t.Error("the founder's own deed is no operator's")
	}
	if !audited(w.must(bob.sets("#yard", founder("bob")))) {
		t.Error("an operator took a room, and it is not in the record")
	}
}

func TestRetentionOfRegisteredRooms(t *testing.T) {
	w := newWorld(t)
	for _, d := range registered {
		w.must(d)
	}
	if got := words(w.do(alice.retains("#yard", 9))); got != "#yard keeps 9 days, 0 messages" {
		t.Error(got)
	}
	limits := w.state.Limits()
	limits.RetentionDays = 5
	w.state.SetLimits(limits)
	if got := words(w.do(alice.retains("#yard", 9))); got != "no: bad value" {
		t.Error(got)
	}
	if got := words(w.do(bob.retains("#yard", 1))); got != "no: need rank ~" {
		t.Error(got)
	}
	w.must(alice.sets("#yard", on(chat.Secret)))
	if secret, none := words(w.do(carol.retains("#yard", 1))), words(w.do(carol.retains("#none", 1))); secret != none {
		t.Errorf("a secret room says %s, none %s", secret, none)
	}
}
