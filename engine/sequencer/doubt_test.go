package sequencer

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"madang/chat"
)

// kinds are the events of a step.
func kinds(s Step) (list []chat.Kind) {
	for _, p := range s.Outcome.Events {
		list = append(list, p.Event.Kind())
	}
	return list
}

func wantKinds(t *testing.T, s Step, want ...chat.Kind) {
	t.Helper()
	if got := kinds(s); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("events of kinds %v, want %v", got, want)
	}
}

func TestDoubtDoesNotFreeze(t *testing.T) {
	for name, stored := range map[string]bool{"stored": true, "lost": false} {
		t.Run(name, func(t *testing.T) {
			b := newBench(Commit)
			before := b.bytes()
			b.ask(say("x"))
			b.ask(nil)
			b.Turn()
			b.Unknown(b.now)
			b.Recovered(0, false, b.now)
			if e := b.Tick(b.now + unconfirmedAfter - 1); len(e.Deliver) != 0 || b.Ready() {
				t.Error("decided too early")
			}
			wantReplies(t, b.Tick(b.now+unconfirmedAfter), chat.NotConfirmed, 0)
			if !b.Ready() || !b.Failing() || !bytes.Equal(before, b.bytes()) {
				t.Fatal("the batch is not undone")
			}

			b.ask(nil)
			b.ask(away("lunch"))
			b.ask(say("y"))
			e := b.Turn()
			wantReplies(t, e, 0, 0, chat.NotStored)
			if e.Append != nil {
				t.Error("something was appended behind a batch in doubt")
			}

			e = b.Recovered(b.stored()-chat.Position(1-positions(stored)), true, b.now)
			if len(e.Deliver) != positions(stored) || b.Suspended() || b.Failing() {
				t.Fatalf("%s: want %d steps", b.words(e), positions(stored))
			}
			if stored {
				step := e.Deliver[0]
				wantKinds(t, step, chat.KindSaid)
				if step.Ask.Origin != nil || step.Reply != nil || step.Outcome.Events[0].Position != 2 {
					t.Errorf("%+v", step)
				}
			}
			b.ask(say("x")) // as whoever heard that it is not confirmed will
			if e = b.Turn(); stored != (e.Append == nil) {
				t.Errorf("said again: %s", b.words(e))
			}
		})
	}
}

func positions(stored bool) int {
	if stored {
		return 1
	}
	return 0
}

// What was asked meanwhile and not delivered yet comes before what was in doubt; a
// commit that fails afterwards undoes neither.
func TestOpenAsksComeBeforeWhatWasInDoubt(t *testing.T) {
	b := newBench(Commit)
	b.suspend(say("x"))
	b.ask(away("lunch"))
	b.ask(say("y"))
	e := b.Recovered(b.stored(), true, b.now)
	if len(e.Deliver) != 3 || b.Pending() != 0 {
		t.Fatal(b.words(e))
	}
	wantKinds(t, e.Deliver[0], chat.KindAwayChanged)
	wantKinds(t, e.Deliver[1])
	wantKinds(t, e.Deliver[2], chat.KindSaid)
	after := b.bytes()
	b.ask(say("z"))
	if e = b.Turn(); e.Append == nil || e.Append.After != 2 || len(e.Append.Events) != 1 {
		t.Fatalf("%s: what was in doubt is on disk already", b.words(e))
	}
	b.Failed(b.now)
	if !bytes.Equal(after, b.bytes()) {
		t.Error("the next failure undid more than its batch")
	}
}

func TestOneLookASecondWhileInDoubt(t *testing.T) {
	b := newBench(Commit)
	b.suspend(say("x"))
	if e := b.Tick(b.now + chat.Minute); e.Recover || e.Probe {
		t.Error("a second look while one is under way")
	}
	b.Recovered(0, false, b.now)
	looks := 0
	for range 100 {
		b.now += chat.Second / 20
		if e := b.Tick(b.now); e.Recover {
			looks++
			b.Recovered(0, false, b.now)
		}
	}
	if looks < 4 || looks > 5 {
		t.Errorf("%d looks in five seconds", looks)
	}
}

// Rooms whose end is not in doubt are entered as ever, but not by somebody of whom it is
// in doubt that he is always on: then he is where he was.
func TestOthersEnterOtherRoomsWhileInDoubt(t *testing.T) {
	b := newBench(Commit)
	bob, carol := chat.SessionID{Node: 1, N: 2}, chat.SessionID{Node: 1, N: 3}
	for _, c := range []chat.Command{
		&chat.OpenRoom{Room: "#hall", Permanent: true, Lobby: true}, &chat.Attach{Session: bob, Nick: "bob"}, &chat.Attach{Session: carol, Nick: "carol"},
		&chat.Register{Session: carol, Name: "carol", Password: "v"},
	} {
		b.ask(c)
	}
	b.Turn()
	b.Committed()
	stays := &chat.ChangeAccount{Session: carol, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: true}}}
	e := b.suspend(stays, &chat.Join{Session: bob, Room: "#hall"})
	wantReplies(t, e, chat.NotConfirmed, 0)
	wantKinds(t, e.Deliver[1], chat.KindJoined)
	b.ask(&chat.Join{Session: bob, Room: "#yard"})
	b.ask(&chat.Join{Session: carol, Room: "#yard"})
	b.ask(&chat.Join{Session: carol, Room: "#new"})
	wantReplies(t, b.Turn(), 0, chat.NotStored, chat.NotStored)
	e = b.Recovered(b.stored(), true, b.now)
	wantKinds(t, e.Deliver[0], chat.KindAccountChanged, chat.KindStayed)
	hall, yard := b.State().RoomByName("#hall"), b.State().RoomByName("#yard")
	if hall.Size() != 1 || yard.Size() != 2 || !b.State().UserOf(carol).Lasting() {
		t.Errorf("%d in the hall, %d in the yard", hall.Size(), yard.Size())
	}
	b.ask(&chat.Join{Session: carol, Room: "#hall"})
	b.Turn()
	wantReplies(t, b.Committed(), 0)
}

func TestNobodyEntersARoomWhoseEndIsInDoubt(t *testing.T) {
	b := newBench(Commit)
	bob := chat.SessionID{Node: 1, N: 2}
	attach := &chat.Attach{Session: bob, Nick: "bob", Scope: chat.Scope{2}}
	join := &chat.Join{Session: bob, Room: "#yard"}
	// alice leaves, and with her the room goes; bob makes it anew.
	e := b.suspend(&chat.Part{Session: aliceSession, Room: "#yard"}, attach, join, say("x"))
	wantReplies(t, e, 0, 0, chat.NotStored, chat.CannotSpeak)
	wantKinds(t, e.Deliver[0], chat.KindParted)
	b.ask(join)
	b.ask(&chat.Join{Session: bob, Room: "#new"})
	wantReplies(t, b.Turn(), chat.NotStored, chat.NotStored)
	e = b.Recovered(b.stored(), true, b.now)
	wantKinds(t, e.Deliver[0], chat.KindRoomVanished, chat.KindRoomOpened)
	b.ask(join)
	wantReplies(t, b.Turn(), 0)
}

// A ban in doubt killed nobody, so the room that ended with the killed has a member.
func TestARoomThatEndsTurnsItsMembersOut(t *testing.T) {
	b := newBench(Commit)
	b.ask(say("before"))
	b.Turn()
	b.Committed()
	b.ask(&chat.ChangeRoom{Session: aliceSession, Room: "#yard", Changes: []chat.RoomChange{{Aspect: chat.Key, Add: true, Text: "k"}}})
	b.Turn()
	b.Committed()
	e := b.suspend(&chat.AddBan{Session: chat.Console, Ban: chat.ServerBan{Target: "alice!*@*", Reason: "spam"}})
	wantReplies(t, e, chat.NotConfirmed)
	e = b.Recovered(b.stored(), true, b.now)
	wantKinds(t, e.Deliver[0], chat.KindBanAdded, chat.KindKicked, chat.KindRoomClosed, chat.KindAudited)
	if room := b.State().RoomByName("#yard"); room.Size() != 0 || !room.Closed() {
		t.Errorf("%d are in the closed room", room.Size())
	}
}

func TestWhatIsInDoubtStaysSoWhenSaidAgain(t *testing.T) {
	b := newBench(Commit)
	b.suspend(say("x"))
	b.ask(say("x"))
	b.ask(say("y"))
	b.ask(&chat.Say{Session: aliceSession, Room: "#yard", Text: "without id"})
	wantReplies(t, b.Turn(), chat.NotConfirmed, chat.NotStored, chat.NotStored)
}

// Users are numbered by the node's starts: nobody comes before one is certain.
func TestTheStartOfANodeIsNotSuspended(t *testing.T) {
	b := newBench(Commit)
	e := b.suspend(&chat.StartNode{Node: 1})
	if len(e.Deliver) != 0 || b.Ready() || b.Suspended() {
		t.Fatal(b.words(e))
	}
	wantReplies(t, b.Recovered(b.State().Position(), true, b.now), 0)
}

// An account that is in doubt has its number already: nobody else is given it.
func TestNumbersInDoubtAreNotGivenAgain(t *testing.T) {
	b := newBench(Commit)
	mallory := chat.SessionID{Node: 1, N: 9}
	b.suspend(&chat.Register{Session: chat.Console, Other: true, Name: "bob", Password: "v"})
	b.ask(&chat.Attach{Session: mallory, Nick: "mallory"})
	wantReplies(t, b.Turn(), 0)
	b.Recovered(b.stored(), true, b.now)
	u, a := b.State().UserOf(mallory), b.State().AccountByName("bob")
	if a == nil || u.ID() == a.User() {
		t.Errorf("a stranger has the number of bob's account: %v", u.ID())
	}
}

// A name in doubt is nobody else's.
func TestNamesInDoubtAreNotTaken(t *testing.T) {
	b := newBench(Commit)
	bob, carol, dave := chat.SessionID{Node: 1, N: 2}, chat.SessionID{Node: 1, N: 3}, chat.SessionID{Node: 1, N: 4}
	for _, c := range []chat.Command{
		&chat.Attach{Session: carol, Nick: "carol"}, &chat.Attach{Session: bob, Nick: "bob"},
		&chat.Register{Session: carol, Name: "carol", Password: "v"},
		&chat.ChangeAccount{Session: carol, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: true}}},
	} {
		b.ask(c)
	}
	b.Turn()
	b.Committed()
	b.suspend(&chat.ChangeNick{Session: carol, Nick: "caro"})
	b.ask(&chat.Attach{Session: dave, Nick: "Caro"})
	b.ask(&chat.ChangeNick{Session: bob, Nick: "caro"})
	wantReplies(t, b.Turn(), chat.NickTaken, chat.NickTaken)
	b.Recovered(b.stored(), true, b.now)
	seen := map[string]bool{}
	for u := range b.State().Users() {
		if seen[u.Folded()] {
			t.Errorf("two are called %s", u.Nick())
		}
		seen[u.Folded()] = true
	}
}

// Of whom it is in doubt that he is always on, he does not become somebody else.
func TestWhoMayBeAlwaysOnKeepsHisAccount(t *testing.T) {
	b := newBench(Commit)
	carol := chat.SessionID{Node: 1, N: 3}
	b.ask(&chat.Attach{Session: carol, Nick: "caro"})
	b.ask(&chat.Register{Session: carol, Name: "carol", Password: "v"})
	b.ask(&chat.Register{Session: chat.Console, Other: true, Name: "dora", Password: "v"})
	b.Turn()
	b.Committed()
	dora := b.State().AccountByName("dora")
	b.suspend(&chat.ChangeAccount{Session: carol, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: true}}})
	b.ask(&chat.SignIn{Session: carol, Login: chat.Login{Account: dora.User(), Serial: dora.Record().Serial}})
	wantReplies(t, b.Turn(), chat.NotStored)
	b.Recovered(b.stored(), true, b.now)
	if u := b.State().UserByNick("caro"); u == nil || u.Account() != "carol" || !u.Lasting() || b.State().UserCount() != 2 {
		t.Errorf("carol is %+v", u)
	}
}

// What he did meanwhile he did not do, by the journal; so it is taken back where everybody
// can see it.
func TestWhoIsAlwaysOnIsAsHeWasThen(t *testing.T) {
	b := newBench(Commit)
	carol := chat.SessionID{Node: 1, N: 3}
	for _, c := range []chat.Command{
		&chat.Attach{Session: carol, Nick: "carol"}, &chat.Register{Session: carol, Name: "carol", Password: "v"}, &chat.Join{Session: carol, Room: "#yard"},
	} {
		b.ask(c)
	}
	b.Turn()
	b.Committed()
	b.suspend(&chat.Join{Session: carol, Room: "#new"}, &chat.ChangeAccount{Session: carol, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: true}}})
	b.ask(&chat.ChangeNick{Session: carol, Nick: "caro"})
	b.ask(&chat.Part{Session: carol, Room: "#yard"})
	wantReplies(t, b.Turn(), 0, 0)
	e := b.Recovered(b.stored(), true, b.now)
	wantKinds(t, e.Deliver[0], chat.KindRoomOpened, chat.KindAccountChanged, chat.KindNickChanged, chat.KindJoined, chat.KindJoined, chat.KindStayed)
	if u := b.State().UserOf(carol); u.Nick() != "carol" || u.RoomCount() != 2 {
		t.Errorf("%s is in %d rooms", u.Nick(), u.RoomCount())
	}
}

// In an auditorium those with a rank see it too, as they see everybody there.
func TestWhoIsAlwaysOnAgainIsShownToThoseWhoSeeHim(t *testing.T) {
	b := newBench(Commit)
	alice, carol := chat.SessionID{Node: 1, N: 7}, chat.SessionID{Node: 1, N: 3}
	for _, c := range []chat.Command{
		&chat.Attach{Session: alice, Nick: "alice9"}, &chat.Join{Session: alice, Room: "#hall"},
		&chat.ChangeRoom{Session: alice, Room: "#hall", Changes: []chat.RoomChange{{Aspect: chat.Auditorium, Add: true}}},
		&chat.Attach{Session: carol, Nick: "carol"}, &chat.Register{Session: carol, Name: "carol", Password: "v"}, &chat.Join{Session: carol, Room: "#hall"},
	} {
		b.ask(c)
	}
	b.Turn()
	b.Committed()
	b.suspend(&chat.ChangeAccount{Session: carol, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: true}}})
	b.ask(&chat.Part{Session: carol, Room: "#hall"})
	wantReplies(t, b.Turn(), 0)
	owner := b.State().UserByNick("alice9").ID()
	joined := 0
	for _, p := range b.Recovered(b.stored(), true, b.now).Deliver[0].Outcome.Events {
		if e, ok := p.Event.(*chat.Joined); ok {
			if joined++; !slices.Contains(e.Only, owner) || len(e.Only) != 2 {
				t.Errorf("shown to %v, not to %d", e.Only, owner)
			}
		}
	}
	if joined != 1 {
		t.Errorf("joined %d times", joined)
	}
}
