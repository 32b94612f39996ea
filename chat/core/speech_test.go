package core_test

import (
	"fmt"
	"strings"
	"testing"

	"madang/chat"
)

func TestSpeech(t *testing.T) {
	two := given(alice.joins("#yard"), bob.joins("#yard"))
	open := also(two, alice.sets("#yard", off(chat.NoOutside)))
	runScenes(t, []scene{
		{"a member speaks", two, bob.says("#yard", "hi"), "bob to #yard 1: hi"},
		{"messages are numbered", also(two, bob.says("#yard", "hi")), alice.says("#yard", "ho"), "alice to #yard 2: ho"},
		{"each room by itself", also(two, bob.says("#yard", "hi"), bob.joins("#hall")), bob.says("#hall", "hi"), "bob to #hall 1: hi"},
		{"nobody speaks from outside", two, carol.says("#yard", "hi"), "no: cannot speak"},
		{"unless the room lets him", open, carol.says("#yard", "hi"), "carol to #yard 1: hi"},
		{"a room that is not there hears nothing", nil, alice.says("#yard", "hi"), "no: no such room"},
		{"nothing is no message", two, bob.says("#yard", ""), "no: text empty"},
		{"a message is UTF-8", two, bob.says("#yard", "\xff"), "no: text invalid"},
		{"without line breaks", two, bob.says("#yard", "a\rb"), "no: text invalid"},
		{"and of 16 KiB at most", two, bob.says("#yard", strings.Repeat("x", chat.TextBytesMax+1)), "no: text too long"},
		{"its tags are bounded", two, bob.saysWith(chat.Say{Text: "x", Tags: []chat.Tag{{Key: "+k", Value: strings.Repeat("v", chat.TagBytesMax)}}}, "#yard"), "no: text too long"},
		{"and its id", two, bob.saysOnce("#yard", strings.Repeat("i", chat.CommandIDMax+1)), "no: bad value"},
		{"and what it answers", two, bob.saysWith(chat.Say{Text: "x", ReplyTo: strings.Repeat("r", chat.CommandIDMax+1)}, "#yard"), "no: bad value"},
		{"only who is there speaks", nil, late.says("#yard", "hi"), "no: no such session"},
	})
}

func TestModeration(t *testing.T) {
	moderated := given(alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", on(chat.Moderated)))
	banned := given(alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", list(chat.Ban, "bob")))
	quiet := given(alice.joins("#yard"), bob.joins("#yard"), alice.sets("#yard", on(chat.NoCTCP)))
	runScenes(t, []scene{
		{"in a moderated room who has no rank is silent", moderated, bob.says("#yard", "hi"), "no: cannot speak"},
		{"a voice speaks", also(moderated, alice.sets("#yard", raise("bob", chat.Voice))), bob.says("#yard", "hi"), "bob to #yard 1: hi"},
		{"who is banned is silent", banned, bob.says("#yard", "hi"), "no: cannot speak"},
		{"an exception lets him speak", also(banned, alice.sets("#yard", list(chat.BanException, "bob"))), bob.says("#yard", "hi"), "bob to #yard 1: hi"},
		{"so does a voice", also(banned, alice.sets("#yard", raise("bob", chat.Voice))), bob.says("#yard", "hi"), "bob to #yard 1: hi"},
		{"bans follow the name", also(banned, bob.becomes("rob")), bob.says("#yard", "hi"), "rob to #yard 1: hi"},
		{"a room may refuse client requests", quiet, alice.saysWith(chat.Say{Kind: chat.CTCP, Text: "VERSION"}, "#yard"), "no: cannot speak"},
		{"but not actions", quiet, alice.saysWith(chat.Say{Kind: chat.Action, Text: "waves"}, "#yard"), "alice to #yard 1: waves"},
	})
}

func TestUnkept(t *testing.T) {
	three := given(alice.joins("#yard"), bob.joins("#yard"), carol.joins("#yard"), alice.sets("#yard", raise("bob", chat.Voice)))
	typing := chat.Say{Kind: chat.Typed, Tags: []chat.Tag{{Key: "+typing", Value: "active"}}}
	runScenes(t, []scene{
		{"what is said to ranks reaches them alone", three, carol.saysWith(chat.Say{AtLeast: chat.Voice, Text: "hi"}, "#yard"), "carol to #yard unkept, for 2: hi"},
		{"and those above", three, carol.saysWith(chat.Say{AtLeast: chat.HalfOperator, Text: "hi"}, "#yard"), "carol to #yard unkept, for 1: hi"},
		{"tags need no text and are not kept", three, carol.saysWith(typing, "#yard"), "carol to #yard unkept, for 0: "},
		{"not between two either", three, carol.saysWith(typing, "bob"), "carol to bob unkept, for 0: "},
		{"client requests are not kept", three, carol.saysWith(chat.Say{Kind: chat.CTCP, Text: "PING 1"}, "bob"), "carol to bob unkept, for 0: PING 1"},
		{"they take no number", also(three, carol.saysWith(typing, "#yard")), carol.says("#yard", "hi"), "carol to #yard 1: hi"},
		{"an id does not bind them", also(three, carol.saysWith(chat.Say{Kind: chat.Typed, ID: "x"}, "#yard")), carol.saysOnce("#yard", "x"), "carol to #yard 1: hi"},
	})
}

func TestDirect(t *testing.T) {
	runScenes(t, []scene{
		{"two people talk", nil, alice.says("BOB", "hi"), "alice to bob 1: hi"},
		{"both count the same messages", given(alice.says("bob", "hi")), bob.says("alice", "ho"), "bob to alice 2: ho"},
		{"others count their own", given(alice.says("bob", "hi")), alice.says("carol", "hi"), "alice to carol 1: hi"},
		{"who is not there hears nothing", nil, alice.says("late", "hi"), "no: no such nick"},
		{"after a day nothing is left", given(alice.says("bob", "hi")), after(chat.Day + chat.Hour), "direct messages erased"},
		{"and counting begins anew", given(alice.says("bob", "hi"), after(chat.Day+chat.Hour)), bob.says("alice", "ho"), "bob to alice 1: ho"},
		{
			"what is younger stays",
			given(alice.says("bob", "hi"), later(chat.Day, alice.says("bob", "ho")), after(chat.Hour)),
			bob.says("alice", "hm"), "bob to alice 3: hm",
		},
	})
}

func TestOnce(t *testing.T) {
	said := given(alice.joins("#yard"), bob.joins("#yard"), bob.saysOnce("#yard", "x"))
	forgotten := said
	for i := range 256 {
		forgotten = also(forgotten, bob.saysOnce("#yard", fmt.Sprint("y", i)))
	}
	runScenes(t, []scene{
		{"an id is accepted once", said, bob.saysOnce("#yard", "x"), "again: message 1"},
		{"another is another message", said, bob.saysOnce("#yard", "y"), "bob to #yard 2: hi"},
		{"without one, each is", also(said, bob.says("#yard", "hi")), bob.says("#yard", "hi"), "bob to #yard 3: hi"},
		{"others may use the same", said, alice.saysOnce("#yard", "x"), "alice to #yard 2: hi"},
		{"for ten minutes", also(said, after(10*chat.Minute-1)), bob.saysOnce("#yard", "x"), "again: message 1"},
		{"and no longer", also(said, after(10*chat.Minute)), bob.saysOnce("#yard", "x"), "bob to #yard 2: hi"},
		{"it outlives the connection", also(said, bob.goes(), bob.comes(), bob.joins("#yard")), bob.saysOnce("#yard", "x"), "again: message 1"},
		{"wherever its owner may speak now", also(said, bob.goes(), bob.comes()), bob.saysOnce("#yard", "x"), "again: message 1"},
		{"a refusal is not remembered", given(alice.joins("#yard"), bob.joins("#yard"), bob.saysOnce("alice", "z")), bob.saysOnce("#yard", "x"), "bob to #yard 1: hi"},
		{"255 later ones leave it", forgotten[:len(forgotten)-1], bob.saysOnce("#yard", "x"), "again: message 1"},
		{"one more does not", forgotten, bob.saysOnce("#yard", "x"), "bob to #yard 258: hi"},
	})
}

func TestRefusedIDMayComeAgain(t *testing.T) {
	w := newWorld(t)
	w.must(alice.joins("#yard"))
	if got := words(w.do(bob.saysOnce("#yard", "x"))); got != "no: cannot speak" {
		t.Fatal(got)
	}
	w.must(bob.joins("#yard"))
	if got := words(w.do(bob.saysOnce("#yard", "x"))); got != "bob to #yard 1: hi" {
		t.Error(got)
	}
}

func TestDuplicateNamesTheMessage(t *testing.T) {
	w := newWorld(t)
	w.must(alice.joins("#yard"))
	w.must(alice.saysOnce("#yard", "x"))
	position, said := w.state.Position(), w.now
	w.must(later(chat.Minute, alice.says("#yard", "later")))
	got := w.do(alice.saysOnce("#yard", "x")).Duplicate
	want := chat.Duplicate{Position: position, Conversation: w.state.RoomByName("#yard").ID(), Number: 1, Time: said}
	if got == nil || *got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTimeNeverRunsBackwards(t *testing.T) {
	w := newWorld(t)
	w.must(alice.joins("#yard"))
	w.must(later(chat.Hour, alice.says("#yard", "hi")))
	events := w.must(later(-2*chat.Hour, alice.says("#yard", "the clock was set back")))
	if got := events[0].(*chat.Said).Time; got != noon+chat.Hour {
		t.Errorf("dated %d ms after noon, want an hour", got-noon)
	}
}
