//go:build real && linux

package real

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The flags of TestReturn. Read-only after TestMain has parsed them.
var (
	accounts   = flag.Int("accounts", 100, "how many accounts come back at once in TestReturn")
	yard       = flag.String("yard", "", "a folder in which TestReturn keeps its accounts for the next time")
	credential = flag.String("credential", "app", "how they sign in: app, scram or password")
)

// What is said in each room of TestReturn: before the restart, and while its members are
// not back yet.
const (
	saidBefore = 5
	saidAfter  = 3
)

// Those who talk in TestReturn while others come back.
const (
	watchRoom  = "#watch"
	watchers   = 20
	watchEvery = 200 * time.Millisecond
)

// TestReturn restarts the server below all members of many rooms. One of each room is
// back first and talks; then all the others come back at once, by SASL. Those who were
// there notice nothing, and everybody is shown what he missed and not a line more.
func TestReturn(t *testing.T) {
	folder := *yard
	if folder == "" {
		folder = t.TempDir()
	}
	owners := seeded(t, folder, *accounts)
	s := start(t, plan{data: folder, config: stayingOn})
	first, others := apart(owners)
	all := slices.Concat(first, others)
	before := *credential
	if before == "password" {
		before = "app" // for the time that it takes
	}
	here := comeBack(t, "before the restart", before, s, all, nil)
	run := fmt.Sprint(rand.Uint32()) // a folder that is used again has other messages
	last := chatter(t, here[:len(first)], "before "+run, saidBefore)
	for _, v := range here {
		if err := v.hearAll("before "+run, saidBefore); err != nil {
			t.Fatal(err)
		}
	}
	s.stop()
	for _, v := range here {
		v.close()
	}

	s = start(t, plan{data: folder, config: stayingOn})
	back := comeBack(t, "the first of each room", "app", s, first, nil)
	chatter(t, back, "after "+run, saidAfter)
	watched := watch(t, back)
	read := bytesRead(t, s.pid)
	returned := comeBack(t, "all others", *credential, s, others, last)
	t.Logf("the server read %d KiB meanwhile", (bytesRead(t, s.pid)-read)>>10)
	watched()
	checkMissed(t, returned, "after "+run)
	for _, v := range append(back, returned...) {
		v.close()
	}
	s.stop()
}

// apart divides owners into the first of each room and all others.
func apart(owners []owner) (first, others []owner) {
	for i, o := range owners {
		if i%ownersPerRoom == 0 {
			first = append(first, o)
		} else {
			others = append(others, o)
		}
	}
	return first, others
}

// comeBack lets all come at once and waits until they are in. Every second one asks for
// what he missed by CHATHISTORY, if the last message that he saw is known.
func comeBack(t *testing.T, what, by string, s *server, owners []owner, last map[string]string) []*visitor {
	t.Helper()
	visitors := make([]*visitor, len(owners))
	took := make([]time.Duration, len(owners))
	used := processorTime(t, s.pid)
	began := time.Now()
	var failed, tried atomic.Int64
	var coming sync.WaitGroup
	for i, o := range owners {
		coming.Go(func() {
			v, err := o.enter(s.irc, by, i%2 == 1, last[o.Room])
			for ; err != nil && time.Since(began) < returnWithin; v, err = o.enter(s.irc, by, i%2 == 1, last[o.Room]) {
				tried.Add(1)
				time.Sleep(time.Second + rand.N(2*time.Second)) // as clients do
			}
			if err != nil {
				if failed.Add(1) <= 5 {
					t.Error(err)
				}
				return
			}
			visitors[i], took[i] = v, time.Since(began)
		})
	}
	coming.Wait()
	whole := time.Since(began)
	if n := failed.Load(); n > 0 {
		t.Fatalf("%s: %d of %d could not come back by %s in %v, with %d tries more", what, n, len(owners), by, whole, tried.Load())
	}
	slices.Sort(took)
	t.Logf("%s: %d by %s in %.2f s, half of them in %.2f s, %d tried again; the server used %.2f s of a processor", what, len(owners), by,
		whole.Seconds(), took[len(took)/2].Seconds(), tried.Load(), (processorTime(t, s.pid) - used).Seconds())
	return visitors
}

// enter signs in and waits until everything that the server tells of its own, and the
// history that was asked for, has come.
func (o owner) enter(address, by string, asks bool, last string) (*visitor, error) {
	v, err := visit(o.Name, address, returnPatience)
	if err != nil {
		return nil, err
	}
	if err := o.negotiate(v, by, asks, last); err != nil {
		v.close()
		return nil, err
	}
	return v, nil
}

// returnPatience bounds every wait of somebody among thousands, and returnWithin how
// long he tries.
const (
	returnPatience = 3 * time.Minute
	returnWithin   = 7 * time.Minute
)

func (o owner) negotiate(v *visitor, by string, asks bool, last string) error {
	caps := "sasl batch server-time message-tags echo-message"
	if asks {
		caps += " draft/chathistory"
	}
	if err := v.begin(caps); err != nil {
		return err
	}
	sign := map[string]func() error{
		"app":      func() error { return v.plain(o.App) },
		"password": func() error { return v.plain(ownersPassword) },
		"scram":    func() error { return v.scram(ownersPassword, o.keys) },
	}[by]
	if err := sign(); err != nil {
		return err
	}
	v.send("CAP END")
	if _, err := v.until(" JOIN " + o.Room); err != nil {
		return err
	}
	if asks && last != "" {
		v.send("CHATHISTORY AFTER %s msgid=%s 100", o.Room, last)
	}
	if err := v.sync(); err != nil {
		return err
	}
	if v.fault != "" {
		return fmt.Errorf("%s was told: %s", v.name, v.fault)
	}
	return nil
}

// chatter has one member of each room say something a few times, and gives the id of the
// last message of each room.
func chatter(t *testing.T, speakers []*visitor, word string, times int) (last map[string]string) {
	t.Helper()
	last = map[string]string{}
	for i, v := range speakers {
		room := fmt.Sprintf("#r%d", i)
		known := len(v.said)
		for n := range times {
			v.send("PRIVMSG %s :%s %d", room, word, n)
		}
		if err := v.sync(); err != nil {
			t.Fatal(err)
		}
		if len(v.said) != known+times {
			t.Fatalf("%s sees %d of his %d messages", v.name, len(v.said)-known, times)
		}
		last[room] = v.said[len(v.said)-1].tag("msgid")
	}
	return last
}

// hearAll reads until so many messages with a word were heard.
func (v *visitor) hearAll(word string, n int) error {
	for heard := v.heardOf(word); heard < n; heard = v.heardOf(word) {
		if _, err := v.line(); err != nil {
			return fmt.Errorf("after %d messages of %d: %w", heard, n, err)
		}
	}
	return nil
}

func (v *visitor) heardOf(word string) (n int) {
	for _, m := range v.said {
		if strings.Contains(m.text, word+" ") { // old clients see a time before it
			n++
		}
	}
	return n
}

// watch has those who are there talk until the function that it gives is called, which
// fails the test unless each of them was heard, in time and without an error.
func watch(t *testing.T, here []*visitor) (end func()) {
	here = here[:min(len(here), watchers)]
	for _, v := range here {
		v.send("CAP REQ draft/chathistory")
		v.send("JOIN %s", watchRoom)
		if err := v.sync(); err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var waiting sync.WaitGroup
	var speaking, asking longest
	var said atomic.Int64
	for _, v := range here {
		waiting.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(watchEvery):
				}
				v.send("PRIVMSG %s :here", watchRoom)
				err := speaking.measure(v.sync)
				if err == nil {
					v.send("CHATHISTORY LATEST %s * 1", watchRoom)
					err = asking.measure(v.sync)
				}
				if err != nil || v.fault != "" {
					t.Errorf("somebody established was disturbed: %v %s", err, v.fault)
					return
				}
				said.Add(1)
			}
		})
	}
	return func() {
		close(stop)
		waiting.Wait()
		t.Logf("%d who were there said %d lines meanwhile; the slowest echo took %v, the slowest page of history %v", len(here), said.Load(), &speaking, &asking)
	}
}

// longest is the longest of many spans.
type longest struct{ atomic.Int64 }

func (l *longest) measure(what func() error) error {
	began := time.Now()
	err := what()
	for took := int64(time.Since(began)); ; {
		if old := l.Load(); took <= old || l.CompareAndSwap(old, took) {
			return err
		}
	}
}

func (l *longest) String() string { return time.Duration(l.Load()).Round(time.Millisecond).String() }

// checkMissed fails unless everybody was shown what he missed, once, and nothing else.
func checkMissed(t *testing.T, returned []*visitor, word string) {
	t.Helper()
	lines, missed, wrong := 0, 0, 0
	for _, v := range returned {
		lines += v.shown
		n := v.heardOf(word)
		missed += n
		if n != saidAfter {
			if wrong++; wrong <= 5 {
				t.Errorf("%s was shown %d of the %d messages that he missed", v.name, n, saidAfter)
			}
		}
	}
	t.Logf("%d came back and were shown %d lines of history: %d missed, %d beyond that", len(returned), lines, missed, lines-missed)
	if lines > missed {
		t.Errorf("%d lines were shown again to people who had seen them", lines-missed)
	}
}

// bytesRead is what a process has read by system calls.
func bytesRead(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	_, after, _ := strings.Cut(string(text), "rchar:")
	if _, err := fmt.Sscan(after, &n); err != nil {
		t.Fatalf("read rchar: %v", err)
	}
	return n
}

// processorTime is what all threads of a process have used.
func processorTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var ticks, system int64
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &ticks, &system); err != nil {
		t.Fatalf("read utime and stime: %v", err)
	}
	return time.Duration(ticks+system) * 10 * time.Millisecond
}
