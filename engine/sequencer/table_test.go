package sequencer

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"madang/chat"
	"madang/chat/core"
)

// bench is a machine with alice in #yard and nothing open.
type bench struct {
	*Sequencer
	now     chat.Time
	answers int // how often an Answer was rendered
}

var aliceSession = chat.SessionID{Node: 1, N: 1}

func newBench(d Durability) *bench {
	state := core.New(chat.DefaultLimits())
	b := &bench{Sequencer: New(state, d), now: 1_800_000_000 * chat.Second}
	for _, c := range []chat.Command{
		&chat.Attach{Session: aliceSession, Nick: "alice", Scope: chat.Scope{1}}, &chat.Join{Session: aliceSession, Room: "#yard"},
	} {
		for _, e := range state.Decide(c, b.now).Events {
			state.Apply(e)
		}
	}
	return b
}

// ask asks something whose answer is the code of the refusal, or 0.
func (b *bench) ask(c chat.Command) {
	b.Ask(Ask{Command: c, Answer: func(_ *core.State, o Outcome) []byte {
		b.answers++
		if o.Refusal != nil {
			return []byte{byte(o.Refusal.Code)}
		}
		return []byte{0}
	}}, b.now)
}

// stored is the last position if the last batch is on disk.
func (b *bench) stored() chat.Position {
	at := b.State().Position()
	if b.doubt != nil {
		at += chat.Position(len(b.doubt.Events))
	}
	return at
}

// suspend asks, and lets the commit be in doubt for longer than anybody waits. A look
// at the disk is under way then.
func (b *bench) suspend(commands ...chat.Command) Effects {
	for _, c := range commands {
		b.ask(c)
	}
	b.Turn()
	b.Unknown(b.now)
	b.now += unconfirmedAfter
	return b.Tick(b.now)
}

// say is durable, away is presence.
func say(text string) chat.Command {
	return &chat.Say{Session: aliceSession, Room: "#yard", Text: text, ID: text}
}

func away(text string) chat.Command { return &chat.SetAway{Session: aliceSession, Text: text} }

// The phases that a machine can be in, and how it comes there.
var phases = []struct {
	name  string
	enter func(b *bench)
}{
	{"idle", func(*bench) {}},
	{"open", func(b *bench) { b.ask(say("x")); b.ask(nil) }},
	{"committing", func(b *bench) { b.ask(say("x")); b.ask(nil); b.Turn() }},
	{"doubtful", func(b *bench) { b.ask(say("x")); b.ask(nil); b.Turn(); b.Unknown(b.now) }},
	{"unread", func(b *bench) {
		b.ask(say("x"))
		b.ask(nil)
		b.Turn()
		b.Unknown(b.now)
		b.Recovered(0, false, b.now)
	}},
	{"suspended", func(b *bench) { b.suspend(say("x"), nil); b.Recovered(0, false, b.now) }},
	{"suspended, looking", func(b *bench) { b.suspend(say("x"), nil) }},
	{"suspended, open", func(b *bench) { b.suspend(say("x"), nil); b.ask(away("lunch")); b.ask(nil) }},
	{"failing", func(b *bench) { b.ask(say("x")); b.Turn(); b.Failed(b.now) }},
	{"probing", func(b *bench) {
		b.ask(say("x"))
		b.Turn()
		b.Failed(b.now)
		b.now += probeEvery
		b.Tick(b.now)
	}},
}

// What can be called, whatever the phase.
var calls = []struct {
	name string
	call func(b *bench) Effects
}{
	{"Ask", func(b *bench) Effects { b.ask(say("y")); return Effects{} }},
	{"Turn", func(b *bench) Effects { return b.Turn() }},
	{"Committed", func(b *bench) Effects { return b.Committed() }},
	{"Failed", func(b *bench) Effects { return b.Failed(b.now) }},
	{"Unknown", func(b *bench) Effects { return b.Unknown(b.now) }},
	{"Recovered stored", func(b *bench) Effects { return b.Recovered(b.stored(), true, b.now) }},
	{"Recovered lost", func(b *bench) Effects { return b.Recovered(b.stored()-1, true, b.now) }},
	{"Recovered unread", func(b *bench) Effects { return b.Recovered(0, false, b.now) }},
	{"Probed well", func(b *bench) Effects { return b.Probed(true, b.now) }},
	{"Probed badly", func(b *bench) Effects { return b.Probed(false, b.now) }},
	{"Tick at once", func(b *bench) Effects { return b.Tick(b.now) }},
	{"Tick after 1 s", func(b *bench) Effects { return b.Tick(b.now + probeEvery) }},
	{"Tick after 5 s", func(b *bench) Effects { return b.Tick(b.now + unconfirmedAfter) }},
	{"Tick an hour back", func(b *bench) Effects { return b.Tick(b.now - chat.Hour) }},
}

// words tells effects and the phase they left behind in one line.
func (b *bench) words(e Effects) string {
	var out []string
	for _, s := range e.Deliver {
		word := "deliver"
		if s.Outcome.Refusal != nil {
			word = "refuse, " + codeWord(s.Outcome.Refusal.Code)
		}
		out = append(out, word)
	}
	if e.Append != nil {
		out = append(out, fmt.Sprintf("append %d", len(e.Append.Events)))
	}
	if e.Recover {
		out = append(out, "recover")
	}
	if e.Probe {
		out = append(out, "probe")
	}
	word := [...]string{"ready", "committing", "doubtful"}[b.phase]
	if b.Suspended() {
		word += ", suspended"
	}
	if b.Failing() {
		word += ", failing"
	}
	return strings.Join(append(out, word), "; ")
}

// try calls, and says "panic" when the call is illegal.
func (b *bench) try(call func(*bench) Effects) (got string) {
	defer func() {
		if recover() != nil {
			got = "panic"
		}
	}()
	return b.words(call(b))
}

// table tries every call in every phase; calls that lead to the same are in one line.
func table(d Durability) string {
	var out strings.Builder
	for _, p := range phases {
		if d != Commit && strings.HasPrefix(p.name, "suspended") {
			continue // what was shown is never undone
		}
		fmt.Fprintf(&out, "%s\n", p.name)
		var results []string
		by := map[string][]string{}
		for _, c := range calls {
			b := newBench(d)
			p.enter(b)
			result := b.try(c.call)
			if by[result] == nil {
				results = append(results, result)
			}
			by[result] = append(by[result], c.name)
		}
		for _, result := range results {
			fmt.Fprintf(&out, "  %-36s <- %s\n", result, strings.Join(by[result], ", "))
		}
	}
	return out.String()
}

// The tables are in testdata, for reading: each phase, what calls lead to in it.
func TestEveryCallInEveryPhase(t *testing.T) {
	for name, d := range map[string]Durability{"commit": Commit, "relaxed": Relaxed} {
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile("testdata/" + name + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			if got := table(d); got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// codeWord names the codes with which a sequencer refuses by itself.
func codeWord(code chat.Code) string {
	switch code {
	case chat.NotStored:
		return "not stored"
	case chat.NotConfirmed:
		return "not confirmed"
	}
	return fmt.Sprint("code ", code)
}
