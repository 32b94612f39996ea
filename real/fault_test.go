//go:build real && linux

package real

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// faultMax is the last operation that fails.
const faultMax = 50

// faultsPerLife is how many faults one life of the server goes through: none of them
// may need a restart.
const faultsPerLife = 10

// TestFailingWrite and TestFailingFsync let the k-th write or fsync fail, once for odd k
// and until the disk is healed for even k. Nothing that was acknowledged or shown may
// be lost, nothing that was refused may be shown, both gateways say so clearly, reading
// goes on, and service resumes by itself.
func TestFailingWrite(t *testing.T) { failing(t, writing) }

func TestFailingFsync(t *testing.T) { failing(t, syncing) }

func failing(t *testing.T, kind fault) {
	t.Parallel()
	for first := 1; first <= faultMax; first += faultsPerLife {
		t.Run(fmt.Sprintf("from %d", first), func(t *testing.T) {
			t.Parallel()
			d := mountDisk(t)
			data := filepath.Join(d.mount, "data")
			f := &faulty{t: t, disk: d, kind: kind}
			f.enter(data)
			for k := first; k < first+faultsPerLife; k++ {
				f.fault(k)
				if t.Failed() {
					t.Fatalf("%s %d", kind, k)
				}
			}
			f.end(data, first/faultsPerLife%2 == 0)
			t.Logf("%d messages acknowledged, %d refused, %d unconfirmed; %d operations failed",
				len(f.acked), f.refused, f.unconfirmed, f.operations)
			if f.refused+f.unconfirmed == 0 {
				t.Error("no message was refused: the faults did nothing")
			}
		})
	}
}

// faulty is a server on a failing disk and who talks there.
type faulty struct {
	t      *testing.T
	disk   *disk
	kind   fault
	server *server
	line   *client // a JSON sender
	irc    *client // an IRC sender
	watch  *client // sees what others say

	sent        int
	acked       []string // texts
	denied      []string // texts that were refused for sure
	refused     int
	unconfirmed int
	doubts      int // unconfirmed, as far as looked at
	operations  int
}

const faultRoom = "#fault"

// enter starts the server and brings everybody into the room.
func (f *faulty) enter(data string) {
	f.t.Helper()
	f.server = start(f.t, plan{data: data})
	f.line, _ = f.server.jsonClient("sender")
	f.line.jsonJoin(faultRoom)
	f.irc = f.server.ircClient("ircsender", "echo-message", "message-tags", "server-time")
	f.irc.join(faultRoom)
	f.watch = f.server.ircClient("watcher", "message-tags", "server-time")
	f.watch.join(faultRoom)
}

// fault has one operation fail and goes on until it has, and is over.
func (f *faulty) fault(k int) {
	f.t.Helper()
	// An fsync that goes on failing leaves a batch in doubt, of which people hear only
	// after five seconds: a few of those will do.
	lasting := f.kind == writing && k%2 == 0 || k%10 == 0
	say := []func(){f.sayLine, f.sayIRC}
	fired := f.disk.failAt(f.kind, k, lasting)
	deadline := time.Now().Add(patience)
	for i := k / 10; !closed(fired) && !f.t.Failed(); i++ {
		say[i%2]()
		if time.Now().After(deadline) {
			f.t.Fatalf("the %d-th %s did not come", k, f.kind)
		}
	}
	if lasting {
		f.whileFailing()
	}
	f.operations += f.disk.heal()
	f.untilStored()
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// whileFailing looks at what people get while the disk refuses everything.
func (f *faulty) whileFailing() {
	f.t.Helper()
	if f.kind == syncing {
		if f.unconfirmed == f.doubts {
			f.sayLine()
		}
		if f.unconfirmed != f.doubts+1 {
			f.t.Errorf("with every fsync failing nobody was told that a message is not confirmed")
		}
		f.doubts = f.unconfirmed
		return
	}
	before := f.refused
	f.sayLine()
	f.sayIRC()
	if f.refused != before+2 {
		f.t.Errorf("with every write failing %d of 2 messages were refused", f.refused-before)
	}
	f.reading()
}

// sayLine says something in JSON and waits for what becomes of it.
func (f *faulty) sayLine() {
	f.t.Helper()
	f.sent++
	text := fmt.Sprintf("json %d", f.sent)
	f.line.jsonSay(faultRoom, text, text)
	o := parseObject(f.line.await("an answer", func(line string) bool {
		o := parseObject(line)
		return o.ID == text && (o.Type == "ok" || o.Type == "error")
	}))
	f.outcome(text, o.Type == "ok", o.Code+" "+o.Text)
}

// sayIRC says something by IRC and waits for what becomes of it.
func (f *faulty) sayIRC() {
	f.t.Helper()
	f.sent++
	text := fmt.Sprintf("irc %d", f.sent)
	f.irc.say(faultRoom, text)
	answer := f.irc.await("an answer", func(line string) bool {
		m, ok := parseSaid(line)
		return ok && m.text == text || refusesStorage(line)
	})
	m, ok := parseSaid(answer)
	f.outcome(text, ok && m.text == text, answer)
}

// refusesStorage says whether a line says clearly what happened: that a message was not
// stored, or that it is not confirmed.
func refusesStorage(line string) bool {
	return says(line, "not-stored") || says(line, "not-confirmed")
}

// says looks for words however a gateway writes them: NOT_STORED, not-stored, not stored.
func says(line, words string) bool {
	return strings.Contains(strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(line)), words)
}

func (f *faulty) outcome(text string, acknowledged bool, answer string) {
	f.t.Helper()
	switch {
	case acknowledged:
		f.acked = append(f.acked, text)
	case says(answer, "not-stored"):
		f.refused++
		f.denied = append(f.denied, text)
	case says(answer, "not-confirmed"):
		f.unconfirmed++
	default:
		f.t.Errorf("%q got no clear answer: %s", text, answer)
	}
}

// end ends the server, in order or not, opens the data again and compares.
func (f *faulty) end(data string, kill bool) {
	f.t.Helper()
	f.watch.sync()
	for _, c := range []*client{f.line, f.irc, f.watch} {
		c.alive()
	}
	lines, _, _ := f.watch.now()
	if kill {
		f.server.kill()
	} else {
		f.server.stop()
	}
	s := start(f.t, plan{data: data})
	history := s.history(faultRoom)
	s.stop()
	checkHistory(f.t, history)
	stored := texts(history)
	for _, text := range f.acked {
		if stored[text] != 1 {
			f.t.Errorf("%q was acknowledged and is stored %d times", text, stored[text])
		}
	}
	for _, text := range f.denied {
		if stored[text] != 0 {
			f.t.Errorf("%q was refused and is stored", text)
		}
	}
	shown := map[string]bool{}
	for _, line := range lines {
		if m, ok := parseSaid(line); ok {
			if stored[m.text] != 1 || shown[m.text] {
				f.t.Errorf("%q was shown (again: %v) and is stored %d times", m.text, shown[m.text], stored[m.text])
			}
			shown[m.text] = true
		}
	}
}
