package sequencer

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"madang/chat"
	"madang/chat/codec"
	"madang/journal"
)

func (b *bench) bytes() []byte { return codec.AppendSnapshot(nil, b.State().Snapshot()) }

// replies are what delivered asks were answered: codes of refusals.
func replies(e Effects) (codes []chat.Code) {
	for _, s := range e.Deliver {
		codes = append(codes, chat.Code(s.Reply[0]))
	}
	return codes
}

func wantReplies(t *testing.T, e Effects, want ...chat.Code) {
	t.Helper()
	if got := replies(e); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("answered %v, want %v", got, want)
	}
}

func TestNothingIsDeliveredBeforeItsCommit(t *testing.T) {
	b := newBench(Commit)
	b.ask(away("before"))
	b.ask(say("x"))
	b.ask(nil) // a question behind it waits, for its answer knows of x
	e := b.Turn()
	if len(e.Deliver) != 0 || e.Append == nil {
		t.Fatal(b.words(e))
	}
	if e.Append.After != 1 || len(e.Append.Events) != 1 {
		t.Errorf("appends %d events after %d; the room was event 1", len(e.Append.Events), e.Append.After)
	}
	wantReplies(t, b.Committed(), 0, 0, 0)
}

func TestPresenceAndQuestionsNeedNoCommit(t *testing.T) {
	b := newBench(Commit)
	b.ask(away("lunch"))
	b.ask(nil)
	e := b.Turn()
	if e.Append != nil {
		t.Error("presence was appended")
	}
	wantReplies(t, e, 0, 0)
}

func TestAFailedBatchLeavesNoTrace(t *testing.T) {
	b := newBench(Commit)
	before := b.bytes()
	b.ask(say("x"))
	b.ask(&chat.Join{Session: aliceSession, Room: "#new"})
	b.ask(&chat.SetTopic{Session: aliceSession, Room: "#new", Text: "never"})
	b.ask(say("x")) // a duplicate of what will not be
	b.Turn()
	wantReplies(t, b.Failed(b.now), chat.NotStored, chat.NotStored, chat.NoSuchRoom, chat.NotStored)
	if !bytes.Equal(before, b.bytes()) {
		t.Error("the state is not what it was")
	}
}

func TestPresenceOfAFailedBatchIsKept(t *testing.T) {
	b := newBench(Commit)
	b.ask(say("x"))
	b.ask(away("lunch"))
	b.Turn()
	e := b.Failed(b.now)
	wantReplies(t, e, chat.NotStored, 0)
	if p := e.Deliver[1].Outcome.Events; len(p) != 1 || p[0].Position != 1 || p[0].After != 2 {
		t.Errorf("the presence stands at %+v, want the second behind position 1", p)
	}
	if got := b.State().UserByNick("alice").Away(); got != "lunch" {
		t.Errorf("away is %q", got)
	}
}

func TestWhileFailing(t *testing.T) {
	b := newBench(Commit)
	b.ask(say("x"))
	b.Turn()
	b.Failed(b.now)
	before := b.bytes()
	b.ask(say("x"))
	if !bytes.Equal(before, b.bytes()) {
		t.Error("a refused command changed the state")
	}
	b.ask(&chat.Say{Session: aliceSession, Room: "#yard", Kind: chat.Typed})
	b.ask(away("lunch"))
	b.ask(&chat.Part{Session: aliceSession, Room: "#yard"}) // would end the room, durably
	b.ask(&chat.Tick{})                                     // so would this
	e := b.Turn()
	if e.Append != nil {
		t.Fatal("something was appended to a failing disk")
	}
	wantReplies(t, e, chat.NotStored, 0, 0, 0, chat.NotStored)
	if events := e.Deliver[3].Outcome.Events; len(events) != 1 || b.State().RoomByName("#yard") == nil {
		t.Errorf("leaving gave %d events; the room's end must wait", len(events))
	}
	b.Probed(true, b.now)
	b.ask(&chat.Tick{})
	b.Turn()
	wantReplies(t, b.Committed(), 0)
	if b.State().RoomByName("#yard") != nil {
		t.Error("the tick did not make up for the room's end")
	}
}

func TestDuplicatesAreAnsweredWhileFailing(t *testing.T) {
	b := newBench(Commit)
	b.ask(say("x"))
	b.Turn()
	b.Committed()
	b.ask(say("y"))
	b.Turn()
	b.Failed(b.now)
	b.ask(say("x"))
	e := b.Turn()
	if d := e.Deliver[0].Outcome.Duplicate; d == nil || d.Position != 2 {
		t.Errorf("got %+v, want the message at 2", d)
	}
}

func TestAClockSetBackDoesNotStopTheProbes(t *testing.T) {
	b := newBench(Commit)
	b.ask(say("x"))
	b.Turn()
	b.Failed(b.now)
	back := b.now - chat.Hour
	b.Tick(back)
	if e := b.Tick(back + probeEvery); !e.Probe {
		t.Error("no probe a second after the clock was set back")
	}
}

func TestRelaxedShowsFirstAndOwesTheBatch(t *testing.T) {
	b := newBench(Relaxed)
	b.ask(say("x"))
	e := b.Turn()
	wantReplies(t, e, 0)
	owed := e.Append
	b.Failed(b.now)
	b.ask(say("y"))
	wantReplies(t, b.Turn(), chat.NotStored)
	e = b.Tick(b.now + probeEvery)
	if e.Append == nil || e.Append.After != owed.After || len(e.Append.Events) != 1 || e.Probe {
		t.Fatalf("%s: the batch that was shown must be appended before all else", b.words(e))
	}
	b.Unknown(b.now)
	b.Recovered(b.State().Position()-1, true, b.now)
	if e = b.Tick(b.now + 3*probeEvery); e.Append == nil {
		t.Fatal("a batch that was lost after all is still owed")
	}
	b.Committed()
	b.ask(say("y"))
	if e = b.Turn(); e.Append == nil || e.Append.After != b.State().Position()-1 {
		t.Error("service did not resume")
	}
}

func TestNoneWritesNothing(t *testing.T) {
	b := newBench(None)
	b.ask(say("x"))
	e := b.Turn()
	wantReplies(t, e, 0)
	if e.Append != nil || !b.Ready() {
		t.Error("something was appended")
	}
}

// bug is a command that Decide does not know, as a fault in it would be.
type bug struct{ chat.Command }

func TestABugInDecideRefusesTheCommandAlone(t *testing.T) {
	b := newBench(Commit)
	b.ask(say("x"))
	before := b.bytes()
	b.ask(bug{})
	b.ask((*chat.Say)(nil))
	if !bytes.Equal(before, b.bytes()) {
		t.Error("a bug changed the state")
	}
	b.ask(say("y"))
	b.Turn()
	wantReplies(t, b.Committed(), 0, chat.Internal, chat.Internal, 0)
}

func TestEveryAskIsAnsweredOnceInOrder(t *testing.T) {
	b := newBench(Commit)
	for i := range 10 {
		b.Ask(Ask{Command: say(fmt.Sprint(i)), Origin: i}, b.now)
	}
	if b.Pending() != 10 {
		t.Errorf("%d pending", b.Pending())
	}
	b.Turn()
	e := b.Committed()
	for i, s := range e.Deliver {
		if s.Ask.Origin != i {
			t.Errorf("ask %v was answered as number %d", s.Ask.Origin, i)
		}
	}
	if len(e.Deliver) != 10 || b.Pending() != 0 {
		t.Errorf("%d delivered, %d pending", len(e.Deliver), b.Pending())
	}
	if e := b.Turn(); len(e.Deliver) != 0 {
		t.Error("delivered twice")
	}
}

// Whatever fills a batch, its record stays within the journal's bound when the engine
// turns it once it is Full.
func TestBatchesAreBounded(t *testing.T) {
	long := strings.Repeat("가", 5000)
	tags := []chat.Tag{{Key: "+k", Value: strings.Repeat("v", 4000)}}
	masks := func(i int) (changes []chat.RoomChange) {
		for range 64 {
			changes = append(changes, chat.RoomChange{Aspect: chat.Ban, Add: i%2 == 0, Text: strings.Repeat("m", 180) + fmt.Sprint(len(changes))})
		}
		return changes
	}
	fillers := map[string]func(i int) chat.Command{
		"short messages": func(int) chat.Command { return &chat.Say{Session: aliceSession, Room: "#yard", Text: "x"} },
		"long messages": func(i int) chat.Command {
			return &chat.Say{Session: aliceSession, Room: "#yard", Text: long, Tags: tags, ID: strings.Repeat("i", 60) + fmt.Sprint(i)}
		},
		"topics": func(i int) chat.Command {
			return &chat.SetTopic{Session: aliceSession, Room: "#yard", Text: strings.Repeat("t", 380) + fmt.Sprint(i)}
		},
		"lists": func(i int) chat.Command {
			return &chat.ChangeRoom{Session: aliceSession, Room: "#yard", Changes: masks(i)}
		},
		"rooms": func(i int) chat.Command {
			return &chat.OpenRoom{Room: "#" + strings.Repeat("ж", 28) + fmt.Sprint(i), Permanent: true}
		},
		"edits": func(int) chat.Command {
			return &chat.Edit{Session: aliceSession, Message: chat.Cited{Position: 2, Conversation: 1, Number: 1, Author: 1, Time: newBench(Commit).now}, Text: long}
		},
		"accounts": func(i int) chat.Command {
			return &chat.Register{Name: fmt.Sprint("a", i), Password: strings.Repeat("p", 1024), Email: strings.Repeat("e", 254), Other: true}
		},
		"metadata": func(i int) chat.Command {
			return &chat.SetMetadata{Session: aliceSession, Room: "#yard", Key: strings.Repeat("k", 64), Value: strings.Repeat("v", 290) + fmt.Sprint(i)}
		},
		"bans": func(i int) chat.Command {
			return &chat.AddBan{Ban: chat.ServerBan{Target: strings.Repeat("b", 180) + fmt.Sprint(i), Reason: strings.Repeat("r", 390)}}
		},
	}
	for name, filler := range fillers {
		t.Run(name, func(t *testing.T) {
			b := newBench(Commit)
			for _, e := range b.State().Decide(say("first"), b.now).Events {
				b.State().Apply(e)
			}
			for i := 0; !b.Full(); i++ {
				b.ask(filler(i))
				if i > 10_000 {
					t.Fatal("the batch never fills")
				}
			}
			record := 0
			for _, e := range b.Turn().Append.Events {
				record += len(codec.AppendEvent(nil, e))
			}
			if room := journal.BatchBytesMax - record; room < 96<<10 {
				t.Errorf("a record of %d bytes leaves %d for one more command", record, room)
			}
		})
	}
}
