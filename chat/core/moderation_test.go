package core_test

import (
	"slices"
	"testing"

	"madang/chat"
)

func expires(a chat.RoomAspect, mask string, at chat.Time) chat.RoomChange {
	return chat.RoomChange{Aspect: a, Add: true, Text: mask, Expires: at}
}

func (p person) knocks(room, text string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.Knock{Session: s, Room: room, Text: text} })
}

func TestExtendedMasks(t *testing.T) {
	two := given(alice.joins("#yard"), bob.joins("#yard"), carol.registers("Minji"))
	banned := func(entry string) []deed { return also(two, alice.sets("#yard", list(chat.Ban, entry))) }
	runScenes(t, []scene{
		{"an account is banned by its name", banned("a:MINJI"), carol.joins("#yard"), "no: banned"},
		{"in full", two, alice.sets("#yard", list(chat.Ban, "account:Minji")), "alice sets #yard +ba:minji"},
		{"with a tilde", two, alice.sets("#yard", list(chat.Ban, "~account:Minji")), "alice sets #yard +ba:minji"},
		{"a nick is no account", banned("a:carol"), carol.joins("#yard"), "carol joins #yard"},
		{"guests have no account", also(banned("a:*"), bob.parts("#yard")), bob.joins("#yard"), "bob joins #yard"},
		{"an exception knows accounts", also(banned("*!*@*"), alice.sets("#yard", list(chat.BanException, "a:minji"))), carol.joins("#yard"), "carol joins #yard"},
		{"so does an invitation", also(two, alice.sets("#yard", on(chat.InviteOnly), list(chat.InviteMask, "a:minji"))), carol.joins("#yard"), "carol joins #yard"},
		{"a realname is banned", banned("r:it?is*"), carol.joins("#yard"), "no: banned"},
		{"a room is banned", also(banned("c:#den"), carol.joins("#den")), carol.joins("#yard"), "no: banned"},
		{"but not a secret one", also(banned("c:#den"), carol.joins("#den"), carol.sets("#den", on(chat.Secret))), carol.joins("#yard"), "carol joins #yard"},
		{"who is muted enters", banned("m:a:minji"), carol.joins("#yard"), "carol joins #yard"},
		{"and does not speak", banned("m:BOB"), bob.says("#yard", "hi"), "no: cannot speak"},
		{"but with a rank", also(banned("m:bob"), alice.sets("#yard", raise("bob", chat.Voice))), bob.says("#yard", "hi"), "bob to #yard 1: hi"},
		{"or an exception", also(banned("m:bob"), alice.sets("#yard", list(chat.BanException, "m:*!*@bob.cloak"))), bob.says("#yard", "hi"), "bob to #yard 1: hi"},
		{"which lets nobody enter", also(banned("carol"), alice.sets("#yard", list(chat.BanException, "m:carol"))), carol.joins("#yard"), "no: banned"},
		{"a mute in a mute is none", two, alice.sets("#yard", list(chat.Ban, "m:m:bob")), "not: bad value"},
		{"nor is one of nobody", two, alice.sets("#yard", list(chat.Ban, "m:")), "not: bad value"},
		{"there is no mute of invitations", two, alice.sets("#yard", list(chat.InviteMask, "m:bob")), "not: bad value"},
		{"an entry is struck out in any spelling", banned("m:Account:Minji"), alice.sets("#yard", unlist(chat.Ban, "m:account:minji!*@*")), ""},
	})
}

func TestExpiringMasks(t *testing.T) {
	two := given(alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", expires(chat.Ban, "m:bob", noon+chat.Minute)))
	runScenes(t, []scene{
		{"a mute holds", two, bob.says("#yard", "hi"), "no: cannot speak"},
		{"until it has expired", two, later(chat.Minute, bob.says("#yard", "hi")), "bob to #yard 1: hi"},
		{"everybody sees it go", two, after(chat.Minute), "*madang* sets #yard -bm:bob!*@*"},
		{"not before", two, after(chat.Second), ""},
		{"it is made longer", two, alice.sets("#yard", expires(chat.Ban, "m:bob", noon+chat.Hour)), "alice sets #yard +bm:bob!*@*"},
		{"what would be over is none", two, alice.sets("#yard", expires(chat.Ban, "carol", noon)), "not: bad value"},
	})
}

func TestServerBansOfAccounts(t *testing.T) {
	signed := given(carol.registers("minji"))
	runScenes(t, []scene{
		{"who is in the account is hung up", signed, console.bans("account:Minji"), "ban on a:minji; carol killed by *madang*"},
		{"nobody signs in to it", also(signed, carol.goes(), console.bans("a:minji")), bob.signsIn("minji"), "no: banned from server"},
		{"nor comes as it", also(signed, carol.goes(), console.bans("~a:minji")), late.comesAs("minji"), "no: banned from server"},
		{"nor makes it", given(console.bans("a:minji*")), bob.registers("minji2"), "no: banned from server"},
		{"a guest of that nick comes", given(console.bans("a:late")), late.comes(), "late comes"},
		{"nobody bans every account", nil, console.bans("account:*"), "no: bad value"},
		{"it is lifted by its name", given(console.bans("account:minji")), console.unbans("account:MINJI"), "no ban on a:minji"},
		{
			"who is always on stays, without sessions", also(signed, carol.staysOn(true)), console.bans("account:minji"),
			"ban on a:minji; carol away: not connected; carol leaves one session, the last, killed by *madang*",
		},
	})
}

func TestForward(t *testing.T) {
	rooms := given(alice.joins("#yard"), alice.joins("#hall"), bob.joins("#den"), alice.sets("#yard", list(chat.Forward, "#Hall"), on(chat.InviteOnly)))
	renames := alice.with(func(s chat.SessionID) chat.Command {
		return &chat.RenameRoom{Session: s, Room: "#hall", Name: "#parlour"}
	})
	runScenes(t, []scene{
		{"by whatever name", also(rooms, renames), carol.joins("#yard"), "carol joins #parlour"},
		{"not to another of that name", also(rooms, renames, bob.joins("#hall")), carol.joins("#yard"), "carol joins #parlour"},
		{"nor to one made later", also(rooms, alice.parts("#hall"), bob.joins("#hall")), carol.joins("#yard"), "no: need invitation"},
		{"nor into what is no more", also(rooms, alice.parts("#hall")), carol.joins("#yard"), "no: need invitation"},
		{"who may not enter goes elsewhere", rooms, carol.joins("#yard"), "carol joins #hall"},
		{"who may, enters", also(rooms, alice.sets("#yard", off(chat.InviteOnly))), carol.joins("#yard"), "carol joins #yard"},
		{"unless he is there already", also(rooms, carol.joins("#hall")), carol.joins("#yard"), "no: need invitation"},
		{"or may not go there either", also(rooms, alice.sets("#hall", key("pear"))), carol.joins("#yard"), "no: need invitation"},
		{"not into nothing", rooms, alice.sets("#yard", list(chat.Forward, "#nothing")), "not: bad value"},
		{"nor into itself", rooms, alice.sets("#yard", list(chat.Forward, "#yard")), "not: bad value"},
		{"nor to where one is no operator", rooms, alice.sets("#yard", list(chat.Forward, "#den")), "not: need rank @"},
		{"that ends", rooms, alice.sets("#yard", off(chat.Forward)), "alice sets #yard -f"},
	})
}

func TestSlow(t *testing.T) {
	slow := given(alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", chat.RoomChange{Aspect: chat.Slow, Add: true, Number: 30}), bob.says("#yard", "one"))
	runScenes(t, []scene{
		{"the second message waits", slow, bob.says("#yard", "two"), "no: too soon"},
		{"half a minute", slow, later(30*chat.Second, bob.says("#yard", "two")), "bob to #yard 2: two"},
		{"a rank hurries", also(slow, alice.says("#yard", "two")), alice.says("#yard", "three"), "alice to #yard 3: three"},
		{"what is not kept hurries too", slow, bob.saysWith(chat.Say{Kind: chat.Typed}, "#yard"), "bob to #yard unkept, for 0: "},
		{"a room is not slow for ever", slow, alice.sets("#yard", chat.RoomChange{Aspect: chat.Slow, Add: true, Number: 1 << 20}), "not: bad value"},
	})
}

func TestAccountsOnlyRooms(t *testing.T) {
	rooms := given(carol.registers("minji"), alice.joins("#yard"), bob.joins("#yard"))
	runScenes(t, []scene{
		{"guests do not enter", also(rooms, bob.parts("#yard"), alice.sets("#yard", on(chat.AccountsEnter))), bob.joins("#yard"), "no: need account"},
		{"accounts do", also(rooms, alice.sets("#yard", on(chat.AccountsEnter))), carol.joins("#yard"), "carol joins #yard"},
		{"guests do not speak", also(rooms, alice.sets("#yard", on(chat.AccountsSpeak))), bob.says("#yard", "hi"), "no: cannot speak"},
		{"but with a rank", also(rooms, alice.sets("#yard", on(chat.AccountsSpeak), raise("bob", chat.Voice))), bob.says("#yard", "hi"), "bob to #yard 1: hi"},
		{"accounts speak", also(rooms, carol.joins("#yard"), alice.sets("#yard", on(chat.AccountsSpeak))), carol.says("#yard", "hi"), "carol to #yard 1: hi"},
	})
}

func TestScreened(t *testing.T) {
	three := given(alice.joins("#yard"), bob.joins("#yard"), carol.joins("#yard"), alice.sets("#yard", on(chat.Screened)))
	runScenes(t, []scene{
		{"who has no rank is heard by ranks, and himself", three, bob.says("#yard", "hi"), "bob to #yard unkept, for 2: hi"},
		{"who has one, by all", three, alice.says("#yard", "hi"), "alice to #yard 1: hi"},
	})
}

func TestKnock(t *testing.T) {
	shut := given(alice.joins("#yard"), alice.sets("#yard", on(chat.InviteOnly)), alice.joins("#den"), alice.sets("#den", key("pear")))
	runScenes(t, []scene{
		{"those who may let in hear it", shut, bob.knocks("#yard", "please"), "bob knocks at #yard, for 1: please"},
		{"nobody knocks where it is open", given(alice.joins("#yard")), bob.knocks("#yard", ""), "no: no knocking"},
		{"nor where he is", shut, alice.knocks("#yard", ""), "no: already member"},
		{"nor where it is not wanted", also(shut, alice.sets("#yard", on(chat.NoKnock))), bob.knocks("#yard", ""), "no: no knocking"},
		{"nor at a secret room", also(shut, alice.sets("#yard", on(chat.Secret))), bob.knocks("#yard", ""), "no: no such room"},
		{"nor when he is banned", also(shut, alice.sets("#yard", list(chat.Ban, "bob"))), bob.knocks("#yard", ""), "no: banned"},
		{"nor twice, at whatever room", also(shut, bob.knocks("#yard", "")), bob.knocks("#den", ""), "no: too soon"},
		{"but a minute later", also(shut, bob.knocks("#yard", "")), later(chat.Minute, bob.knocks("#yard", "")), "bob knocks at #yard, for 1: "},
		{"a room hears one at a time", also(shut, bob.knocks("#yard", "")), carol.knocks("#yard", ""), "no: too soon"},
		{"and the next soon", also(shut, bob.knocks("#yard", "")), later(10*chat.Second, carol.knocks("#yard", "")), "carol knocks at #yard, for 1: "},
	})
}

// audience is who is shown an event, by nick, as far as it names people.
func (w *world) audience(e chat.Event) []string {
	var nicks []string
	for _, id := range chat.AudienceOf(e).Only {
		if u := w.state.UserByID(id); u != nil {
			nicks = append(nicks, u.Nick())
		}
	}
	return nicks
}

func TestAuditorium(t *testing.T) {
	w := newWorld(t)
	for _, d := range given(alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", on(chat.Auditorium))) {
		w.must(d)
	}
	joined := w.must(carol.joins("#yard"))[0]
	if got := w.audience(joined); !slices.Equal(got, []string{"alice", "carol"}) || chat.AudienceOf(joined).Room != 0 {
		t.Errorf("carol's coming is shown to %v", got)
	}
	nick := w.must(carol.becomes("cara"))[0]
	if a := chat.AudienceOf(nick); !slices.Equal(w.audience(nick), []string{"alice", "cara"}) || !slices.Equal(a.Veiled, []chat.ConversationID{1}) {
		t.Errorf("her other name is shown to %v, without %v", w.audience(nick), a.Veiled)
	}
	if a := chat.AudienceOf(w.must(alice.away("lunch"))[0]); a.Only != nil || a.Veiled != nil {
		t.Errorf("an operator is hidden: %+v", a)
	}
	room := w.state.RoomByName("#yard")
	for p, want := range map[person]bool{alice: true, bob: false, carol: true} {
		id := w.user(p).ID()
		if chat.WasShown(joined, room.ID(), id) != want || chat.WasShown(nick, room.ID(), id) != want {
			t.Errorf("in history %s is shown what befell her: %t", p, !want)
		}
	}
	names := func(p person) (nicks []string) {
		for m := range w.state.VisibleMembers(w.user(p), room) {
			nicks = append(nicks, m.User.Nick())
		}
		return nicks
	}
	if got := names(bob); !slices.Equal(got, []string{"alice"}) {
		t.Errorf("bob sees %v", got)
	}
	if got := names(alice); len(got) != 3 {
		t.Errorf("alice sees %v", got)
	}
	for range w.state.VisibleRoomsOf(w.user(bob), w.user(carol)) {
		t.Error("bob is told where cara is")
	}
	w.must(alice.sets("#yard", raise("cara", chat.Voice)))
	if got := names(bob); !slices.Equal(got, []string{"alice", "cara"}) {
		t.Errorf("with a voice she is shown, bob sees %v", got)
	}
	if a := chat.AudienceOf(w.must(carol.parts("#yard"))[0]); a.Room != room.ID() {
		t.Errorf("whoever has a voice leaves before all, not before %+v", a)
	}
}

func TestMentioningEverybody(t *testing.T) {
	w := newWorld(t)
	for _, d := range given(alice.joins("#yard"), bob.registers("bob"), bob.joins("#yard"), carol.registers("carol"), carol.joins("#yard")) {
		w.must(d)
	}
	said := func(p person, text string) int { return len(w.must(p.says("#yard", text))[0].(*chat.Said).Mentions) }
	if n := said(alice, "hear, @all: lunch"); n != 2 {
		t.Errorf("an operator named %d people", n)
	}
	if n := said(bob, "@everyone"); n != 0 {
		t.Errorf("a member named %d people", n)
	}
	if n := said(alice, "mail me@all.example or x@all"); n != 0 {
		t.Errorf("an address named %d people", n)
	}
	w.must(alice.sets("#yard", off(chat.MentionAll)))
	if n := said(bob, "@everyone"); n != 1 {
		t.Errorf("where anybody may, %d people were named", n)
	}
}
