package sequencer

import (
	"testing"

	"madang/chat"
)

// failing is a machine whose disk fails, with bob, who operates the server, in #yard.
func failing(t *testing.T) (b *bench, bob chat.SessionID) {
	t.Helper()
	b, bob = newBench(Commit), chat.SessionID{Node: 1, N: 2}
	for _, c := range []chat.Command{
		&chat.Attach{Session: bob, Nick: "bob"}, &chat.GrantOperator{Session: bob, Name: "o", Powers: chat.EveryPermission},
		&chat.Attach{Session: chat.SessionID{Node: 1, N: 3}, Nick: "carol"},
		&chat.Join{Session: bob, Room: "#yard"}, &chat.Join{Session: chat.SessionID{Node: 1, N: 3}, Room: "#yard"},
	} {
		b.ask(c)
	}
	b.Turn()
	wantReplies(t, b.Committed(), 0, 0, 0, 0, 0)
	b.ask(say("x"))
	b.Turn()
	wantReplies(t, b.Failed(b.now), chat.NotStored)
	return b, bob
}

// What an operator does by his powers he does not do without its line in the audit.
func TestWhatIsAuditedIsDurableAsAWhole(t *testing.T) {
	b, bob := failing(t)
	deeds := []chat.Command{
		&chat.Kill{Session: bob, Nick: "carol", Reason: "spam"},
		&chat.Kick{Session: bob, Room: "#yard", Nick: "carol"},
		&chat.GrantOperator{Session: aliceSession, Name: "o", Powers: chat.EveryPermission},
		&chat.Broadcast{Session: bob, Text: "hear"},
		&chat.ChangeRoom{Session: bob, Room: "#yard", Changes: []chat.RoomChange{{Aspect: chat.Ranks, Add: true, Rank: chat.Operator, Text: "bob"}}},
		&chat.AddBan{Session: bob, Ban: chat.ServerBan{Target: "carol!*@*"}},
	}
	before := b.bytes()
	for _, c := range deeds {
		b.ask(c)
	}
	none := chat.NotStored
	wantReplies(t, b.Turn(), none, none, none, none, none, none)
	if string(before) != string(b.bytes()) {
		t.Error("something was done all the same")
	}
	b.Probed(true, b.now)
	for _, c := range deeds[1:] {
		b.ask(c)
	}
	b.Turn()
	wantReplies(t, b.Committed(), 0, 0, 0, 0, 0)
}

// What a room's own operator does needs no record, and the console must be able to stop
// abuse; its deed is told to whoever writes the log.
func TestTheConsoleActsWithoutTheDisk(t *testing.T) {
	b, _ := failing(t)
	b.ask(&chat.Kick{Session: aliceSession, Room: "#yard", Nick: "carol"})
	b.ask(&chat.Kill{Nick: "carol", Reason: "spam"})
	e := b.Turn()
	wantReplies(t, e, 0, 0)
	wantKinds(t, e.Deliver[0], chat.KindKicked)
	wantKinds(t, e.Deliver[1], chat.KindQuit)
	if own, deed := e.Deliver[0].Outcome.Unrecorded, e.Deliver[1].Outcome.Unrecorded; own != nil || deed == nil || deed.Action != "kill" || deed.Object != "carol" {
		t.Errorf("to be logged: %+v, %+v", own, deed)
	}
	b.ask(&chat.AddBan{Ban: chat.ServerBan{Target: "dave!*@*"}})
	b.Probed(true, b.now)
	b.ask(&chat.Broadcast{Text: "hear"})
	b.Turn()
	e = b.Committed()
	wantReplies(t, e, chat.NotStored, 0)
	if e.Deliver[0].Outcome.Unrecorded != nil || e.Deliver[1].Outcome.Unrecorded != nil {
		t.Error("what was refused, or recorded, is to be logged")
	}
}
