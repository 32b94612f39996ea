package core_test

import (
	"strings"
	"testing"

	"madang/chat"
)

// lastSaid is a message as a gateway would cite it: the n-th that the person said in a
// room or to somebody. Scenes begin with positions that they need not know.
func (w *world) cites(author person, to string, n chat.Number) chat.Cited {
	m := chat.Cited{Position: w.state.Position(), Number: n, Author: w.user(author).ID(), Time: w.now}
	if room := w.state.RoomByName(to); room != nil {
		m.Conversation = room.ID()
	} else if other := w.state.UserByNick(to); other != nil {
		m.Conversation, _ = w.state.Direct(m.Author, other.ID())
	}
	return m
}

func (p person) erases(author person, to string) deed {
	return func(w *world) chat.Command {
		return &chat.Redact{Session: w.session(p), Message: w.cites(author, to, 1), Reason: "why not"}
	}
}

func (p person) edits(author person, to, text string) deed { return p.editsOf(author, to, text, 0) }

func (p person) editsOf(author person, to, text string, age chat.Time) deed {
	return func(w *world) chat.Command {
		m := w.cites(author, to, 1)
		m.Time -= age
		return &chat.Edit{Session: w.session(p), Message: m, Text: text}
	}
}

func (p person) granted(powers chat.Permission) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.GrantOperator{Session: s, Name: "boss", Powers: powers}
	})
}

func TestErasing(t *testing.T) {
	spoken := given(alice.joins("#yard"), bob.joins("#yard"), bob.says("#yard", "hi"))
	carolIn := also(spoken, carol.joins("#yard"))
	voiced := also(carolIn, alice.sets("#yard", raise("carol", chat.Voice)))
	half := also(carolIn, alice.sets("#yard", raise("carol", chat.HalfOperator)))
	equals := also(half, alice.sets("#yard", raise("bob", chat.HalfOperator)))
	direct := given(alice.says("bob", "psst"))
	secret := also(spoken, alice.sets("#yard", on(chat.Secret)))
	runScenes(t, []scene{
		{"an author erases his own", spoken, bob.erases(bob, "#yard"), "bob erases #yard 1"},
		{"even when he has left", also(spoken, bob.parts("#yard")), bob.erases(bob, "#yard"), "bob erases #yard 1"},
		{"an operator of the room erases others'", spoken, alice.erases(bob, "#yard"), "alice erases #yard 1"},
		{"nobody else does", carolIn, carol.erases(bob, "#yard"), "no: not yours"},
		{"a voice does not", voiced, carol.erases(bob, "#yard"), "no: not yours"},
		{"a half-operator does", half, carol.erases(bob, "#yard"), "carol erases #yard 1"},
		{"but not his equals'", equals, carol.erases(bob, "#yard"), "no: not yours"},
		{"nor those of who is above him", half, carol.erases(alice, "#yard"), "no: not yours"},
		{"what may not be seen is not there", secret, carol.erases(bob, "#yard"), "no: no such message"},
		{"operators of the server erase from outside", also(secret, carol.granted(chat.MayErase)), carol.erases(bob, "#yard"), "carol erases #yard 1"},
		{"with that power alone", also(secret, carol.granted(chat.MayRule)), carol.erases(bob, "#yard"), "no: no such message"},
		{"and so does the console", spoken, console.erases(bob, "#yard"), "*madang* erases #yard 1"},
		{"between two the author erases", direct, alice.erases(alice, "bob"), "alice erases bob 1"},
		{"the other does not", direct, bob.erases(alice, "bob"), "no: not yours"},
		{"nor does an operator", also(direct, carol.granted(chat.EveryPermission)), carol.erases(alice, "bob"), "no: no such message"},
		{"a message that was never said is not there", given(alice.joins("#yard")), alice.erases(alice, "#yard"), "no: no such message"},
	})
}

func TestEditing(t *testing.T) {
	spoken := given(alice.joins("#yard"), bob.joins("#yard"), bob.says("#yard", "hi"))
	direct := given(alice.says("bob", "psst"))
	runScenes(t, []scene{
		{"an author says it otherwise", spoken, bob.edits(bob, "#yard", "ho"), "bob edits #yard 1: ho"},
		{"nobody else does", spoken, alice.edits(bob, "#yard", "ho"), "no: not yours"},
		{"not even by a room that he may not see", also(spoken, alice.sets("#yard", on(chat.Secret))), carol.edits(bob, "#yard", "ho"), "no: no such message"},
		{"not what is banned", also(spoken, alice.sets("#yard", list(chat.Ban, "bob"))), bob.edits(bob, "#yard", "ho"), "no: cannot speak"},
		{"not what is muted", also(spoken, alice.sets("#yard", on(chat.Moderated))), bob.edits(bob, "#yard", "ho"), "no: cannot speak"},
		{"not from outside", also(spoken, bob.parts("#yard")), bob.edits(bob, "#yard", "ho"), "no: cannot speak"},
		{"nor where he cannot see any more", also(spoken, bob.parts("#yard"), alice.sets("#yard", on(chat.Secret))), bob.edits(bob, "#yard", "ho"), "no: no such message"},
		{"not to nothing", spoken, bob.edits(bob, "#yard", ""), "no: text empty"},
		{"within a day", spoken, bob.editsOf(bob, "#yard", "ho", chat.Day-1), "bob edits #yard 1: ho"},
		{"and no later", spoken, bob.editsOf(bob, "#yard", "ho", chat.Day), "no: bad value"},
		{"between two as well", direct, alice.edits(alice, "bob", "hey"), "alice edits bob 1: hey"},
		{"whatever the other is called by now", also(direct, bob.becomes("rob")), alice.edits(alice, "rob", "hey"), "alice edits rob 1: hey"},
		{"unless he takes guests' messages no more", also(direct, bob.flags(chat.AccountsOnly, 0)), alice.edits(alice, "bob", "hey"), "no: messages from accounts"},
	})
}

func reaction(key, sign string) chat.Say {
	return chat.Say{Kind: chat.Typed, Tags: []chat.Tag{{Key: key, Value: sign}}, ReplyTo: chat.MessageID(9, 1)}
}

func TestReactions(t *testing.T) {
	spoken := given(alice.joins("#yard"), bob.joins("#yard"), bob.says("#yard", "hi"))
	long, lost := reaction("+draft/react", strings.Repeat("x", chat.SignBytesMax+1)), reaction("+draft/react", "👍")
	lost.ReplyTo = chat.MessageID(9, 100)
	runScenes(t, []scene{
		{"a sign for a message is kept", spoken, alice.saysWith(reaction("+draft/react", "👍"), "#yard"), "alice reacts in #yard to 1: 👍"},
		{"and taken back", spoken, alice.saysWith(reaction("+draft/unreact", "👍"), "#yard"), "alice reacts in #yard to 1: no more 👍"},
		{"only who may speak reacts", spoken, carol.saysWith(reaction("+draft/react", "👍"), "#yard"), "no: cannot speak"},
		{"a sign is short, or not kept", spoken, alice.saysWith(long, "#yard"), "alice to #yard unkept, for 0: "},
		{"so is one for no message of ours", spoken, alice.saysWith(lost, "#yard"), "alice to #yard unkept, for 0: "},
		{"between two it is kept where they spoke", given(alice.says("bob", "hi")), bob.saysWith(reaction("+draft/react", "👍"), "alice"), "bob reacts in alice to 1: 👍"},
		{"and not where they did not", spoken, bob.saysWith(reaction("+draft/react", "👍"), "alice"), "bob to alice unkept, for 0: "},
		{"it takes no number", also(spoken, alice.saysWith(reaction("+draft/react", "👍"), "#yard")), bob.says("#yard", "ho"), "bob to #yard 2: ho"},
	})
}

func TestManyLines(t *testing.T) {
	two := given(alice.joins("#yard"), bob.joins("#yard"))
	runScenes(t, []scene{
		{"a message may have lines", two, bob.says("#yard", "a\n\nb"), "bob to #yard 1: a\n\nb"},
		{"between two as well", two, bob.saysWith(chat.Say{Kind: chat.Notice, Text: "a\nb"}, "alice"), "bob to alice 1: a\nb"},
		{"but an action is one", two, bob.saysWith(chat.Say{Kind: chat.Action, Text: "a\nb"}, "#yard"), "no: text invalid"},
		{"and so is a client's request", two, bob.saysWith(chat.Say{Kind: chat.CTCP, Text: "a\nb"}, "#yard"), "no: text invalid"},
		{"lines alone are nothing", two, bob.says("#yard", "\n\n"), "no: text empty"},
		{"a line does not return", two, bob.says("#yard", "a\r\nb"), "no: text invalid"},
		{"a hundred lines are the most", two, bob.says("#yard", strings.Repeat("a\n", chat.LinesMax-1)+"b"), "bob to #yard 1: " + strings.Repeat("a\n", chat.LinesMax-1) + "b"},
		{"and one more is too many", two, bob.says("#yard", strings.Repeat("a\n", chat.LinesMax)+"b"), "no: bad value"},
		{"all together have 16 KiB", two, bob.says("#yard", "a\n"+strings.Repeat("x", chat.TextBytesMax-1)), "no: text too long"},
	})
}

func TestSpeakingInOtherNames(t *testing.T) {
	two := given(alice.joins("#yard"), bob.joins("#yard"))
	as := func(name string) chat.Say { return chat.Say{Text: "hi", As: name} }
	runScenes(t, []scene{
		{"an operator of the room speaks for others", two, alice.saysWith(as("far/away"), "#yard"), "far/away to #yard 1: hi"},
		{"nobody else", two, bob.saysWith(as("far/away"), "#yard"), "no: need rank @"},
		{"but who has the power", also(two, bob.granted(chat.MayRelay)), bob.saysWith(as("far/away"), "#yard"), "far/away to #yard 1: hi"},
		{"not in a name that somebody might have", two, alice.saysWith(as("bob"), "#yard"), "no: nick invalid"},
		{"nor in one that is none", two, alice.saysWith(as("b!ob/x"), "#yard"), "no: nick invalid"},
		{"and to rooms alone", two, alice.saysWith(as("far/away"), "bob"), "no: bad value"},
	})
	w := newWorld(t)
	for _, d := range two {
		w.must(d)
	}
	said := w.must(alice.saysWith(as("far/away"), "#yard"))[0].(*chat.Said)
	if said.Relayer != "alice" || said.Source.User != w.user(alice).ID() || said.Source.Account != "" {
		t.Errorf("said by %+v, relayed by %q", said.Source, said.Relayer)
	}
}

func TestTrust(t *testing.T) {
	shy := given(alice.flags(chat.AccountsOnly, 0))
	trusts := func(p person, nick string, remove bool) deed {
		return p.with(func(s chat.SessionID) chat.Command { return &chat.Trust{Session: s, Nick: nick, Remove: remove} })
	}
	typing := chat.Say{Kind: chat.Typed, Tags: []chat.Tag{{Key: "+typing", Value: "active"}}}
	runScenes(t, []scene{
		{"guests do not reach who takes accounts only", shy, bob.says("alice", "hi"), "no: messages from accounts"},
		{"not even by typing", shy, bob.saysWith(typing, "alice"), "no: messages from accounts"},
		{"accounts do", also(shy, bob.registers("bob")), bob.says("alice", "hi"), "bob to alice 1: hi"},
		{"and whom she trusts", also(shy, trusts(alice, "bob", false)), bob.says("alice", "hi"), "bob to alice 1: hi"},
		{"which she may tell", shy, trusts(alice, "bob", false), "alice trusts bob"},
		{"once", also(shy, trusts(alice, "bob", false)), trusts(alice, "bob", false), ""},
		{"and take back", also(shy, trusts(alice, "bob", false)), trusts(alice, "bob", true), "alice trusts no more bob"},
		{"nobody who is not there", shy, trusts(alice, "dave", false), "no: no such nick"},
		{"whom she writes to may answer", shy, alice.says("bob", "hi"), "alice to bob 1: hi; alice trusts bob"},
		{"at once", also(shy, alice.says("bob", "hi")), bob.says("alice", "hi"), "bob to alice 2: hi"},
		{"even when she only types", shy, alice.saysWith(typing, "bob"), "alice to bob unkept, for 0: ; alice trusts bob"},
		{"she herself is no stranger", shy, alice.says("alice", "note"), "alice to alice 1: note"},
		{"in rooms all speak", also(shy, alice.joins("#yard"), bob.joins("#yard")), bob.says("#yard", "hi"), "bob to #yard 1: hi"},
	})
}

func TestRenaming(t *testing.T) {
	two := given(alice.joins("#yard"), bob.joins("#yard"), bob.says("#yard", "hi"))
	renames := func(p person, room, name string) deed {
		return p.with(func(s chat.SessionID) chat.Command { return &chat.RenameRoom{Session: s, Room: room, Name: name} })
	}
	renamed := also(two, renames(alice, "#yard", "#garden"))
	runScenes(t, []scene{
		{"its operator renames a room", two, renames(alice, "#yard", "#garden"), "alice renames #yard to #garden"},
		{"nobody else", two, renames(bob, "#yard", "#garden"), "no: need rank @"},
		{"nobody outside", two, renames(carol, "#yard", "#garden"), "no: not member"},
		{"but who rules", also(two, carol.granted(chat.MayRule)), renames(carol, "#yard", "#garden"), "carol renames #yard to #garden"},
		{"and the console", two, renames(console, "#yard", "#garden"), "*madang* renames #yard to #garden"},
		{"not to no name", two, renames(alice, "#yard", "garden"), "no: room invalid"},
		{"nor to another's", also(two, bob.joins("#garden")), renames(alice, "#yard", "#GARDEN"), "no: room confusing"},
		{"nor to one that looks so", also(two, bob.joins("#garden")), renames(alice, "#yard", "#gаrden"), "no: room confusing"},
		{"its own in other letters is fine", two, renames(alice, "#yard", "#Yard"), "alice renames #yard to #Yard"},
		{"members stay", renamed, bob.says("#garden", "ho"), "bob to #garden 2: ho"},
		{"the old name is free", renamed, carol.joins("#yard"), "#yard opens; @carol joins #yard"},
		{"and nobody is there by it", renamed, bob.says("#yard", "ho"), "no: no such room"},
	})
}

func TestMetadata(t *testing.T) {
	sets := func(p person, c chat.SetMetadata) deed {
		return p.with(func(s chat.SessionID) chat.Command { set := c; set.Session = s; return &set })
	}
	url := chat.SetMetadata{Key: "url", Value: "x"}
	gone := chat.SetMetadata{Key: "url", Remove: true}
	ofBob := chat.SetMetadata{Nick: "bob", Key: "url", Value: "x"}
	ofYard := chat.SetMetadata{Room: "#yard", Key: "url", Value: "x"}
	two := given(alice.joins("#yard"), bob.joins("#yard"))
	var full []deed
	for i := range chat.MetadataKeysMax {
		full = append(full, sets(alice, chat.SetMetadata{Key: "k" + strings.Repeat("x", i), Value: "v"}))
	}
	runScenes(t, []scene{
		{"people say things of themselves", nil, sets(alice, url), "alice says of alice: url x"},
		{"the same again is nothing", given(sets(alice, url)), sets(alice, url), ""},
		{"they take it back", given(sets(alice, url)), sets(alice, gone), "alice says of alice: no more url "},
		{"if they said it", nil, sets(alice, gone), ""},
		{"a key is of small letters", nil, sets(alice, chat.SetMetadata{Key: "URL", Value: "x"}), "no: bad value"},
		{"and no colon", nil, sets(alice, chat.SetMetadata{Key: "a:b", Value: "x"}), "no: bad value"},
		{"a value is bounded", nil, sets(alice, chat.SetMetadata{Key: "url", Value: strings.Repeat("x", chat.MetadataValueBytesMax+1)}), "no: text too long"},
		{"and UTF-8", nil, sets(alice, chat.SetMetadata{Key: "url", Value: "\xc3"}), "no: text invalid"},
		{"keys are counted", full, sets(alice, url), "no: list full"},
		{"of others only operators do", nil, sets(alice, ofBob), "no: need operator"},
		{"these do", given(alice.granted(chat.MayRegister)), sets(alice, ofBob), "alice says of bob: url x"},
		{"of a room its operators do", two, sets(alice, ofYard), "alice says of #yard: url x"},
		{"nobody else", two, sets(bob, ofYard), "no: need rank @"},
		{"who may not see it does not know it", also(two, alice.sets("#yard", on(chat.Secret))), sets(carol, ofYard), "no: no such room"},
	})
	w := newWorld(t)
	w.must(sets(alice, url))
	w.must(alice.registers("alice"))
	if e := w.must(sets(alice, chat.SetMetadata{Key: "avatar", Value: "y"}))[0].(*chat.MetadataSet); e.Class() != chat.Durable {
		t.Error("what an account says is not kept")
	}
	if got := w.state.Metadata(w.user(alice)); len(got) != 2 || got[0].Key != "avatar" || got[1].Key != "url" {
		t.Errorf("becoming an account left %v", got)
	}
}

func TestOperatorsDeedsOnMessagesAreAudited(t *testing.T) {
	spoken := given(alice.joins("#yard"), bob.joins("#yard"), bob.says("#yard", "hi"), carol.granted(chat.EveryPermission))
	for _, c := range []struct {
		deed deed
		want string
	}{
		{carol.erases(bob, "#yard"), "redact #yard"},
		{alice.erases(bob, "#yard"), ""},
		{bob.erases(bob, "#yard"), ""},
		{console.erases(bob, "#yard"), "redact #yard"},
		{carol.with(func(s chat.SessionID) chat.Command { return &chat.RenameRoom{Session: s, Room: "#yard", Name: "#z"} }), "rename-room #yard"},
		{alice.with(func(s chat.SessionID) chat.Command { return &chat.RenameRoom{Session: s, Room: "#yard", Name: "#z"} }), ""},
		{carol.with(func(s chat.SessionID) chat.Command {
			return &chat.SetMetadata{Session: s, Nick: "bob", Key: "k", Value: "v"}
		}), "metadata bob"},
		{carol.with(func(s chat.SessionID) chat.Command { return &chat.SetMetadata{Session: s, Key: "k", Value: "v"} }), ""},
	} {
		w := newWorld(t)
		for _, d := range spoken {
			w.must(d)
		}
		got := ""
		for _, e := range w.must(c.deed) {
			if a, ok := e.(*chat.Audited); ok {
				got = a.Action + " " + a.Object
			}
		}
		if got != c.want {
			t.Errorf("audited %q, want %q", got, c.want)
		}
	}
}

// Whether an operator spoke is said of the moment he did, and only of who says so.
func TestSourcesSayWhoWasAnOperator(t *testing.T) {
	w := newWorld(t)
	spoke := func(d deed) bool { return w.must(d)[0].(*chat.Said).Source.Operator }
	w.must(alice.joins("#yard"))
	if spoke(alice.says("#yard", "hi")) {
		t.Error("nobody's operator is said to be one")
	}
	w.must(alice.becomesOperator())
	if !spoke(alice.says("#yard", "hi")) {
		t.Error("an operator is not said to be one")
	}
	if spoke(alice.saysWith(chat.Say{Text: "hi", As: "far/away"}, "#yard")) {
		t.Error("who is elsewhere is said to be an operator")
	}
	w.must(alice.flags(0, chat.ServerOperator))
	if spoke(alice.says("#yard", "hi")) {
		t.Error("who says so no more is said to be an operator")
	}
}
