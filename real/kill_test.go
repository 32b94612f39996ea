//go:build real && linux

package real

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What every round of TestKill has, beside those who only watch.
const (
	killRoom    = "#kill"
	killJSON    = 4
	killIRC     = 2
	killWatch   = 2
	killPending = 32 // messages in flight for each sender
)

// TestKill kills the server again and again while messages are in flight. Whatever
// anybody saw or had acknowledged must be in its history, once, in the order seen;
// sessions that resume see neither hole nor double, and what is sent again with the
// same id is not doubled.
func TestKill(t *testing.T) {
	t.Logf("-seed %d -rounds %d", *seed, *rounds)
	random := rand.New(rand.NewPCG(*seed, 1))
	data := t.TempDir()
	talkers := killTalkers()
	var total killCount
	for round := range *rounds {
		count := killRound(t, start(t, plan{data: data}), talkers, 100+random.IntN(1500), time.Duration(random.IntN(3000))*time.Microsecond)
		if t.Failed() {
			t.Fatalf("round %d failed", round)
		}
		if count.flying == 0 {
			t.Errorf("round %d had no messages in flight", round)
		}
		total.add(count)
	}
	s := start(t, plan{data: data})
	finish(t, s, talkers)
	history := s.history(killRoom)
	checkHistory(t, history)
	for _, k := range talkers {
		k.check(t, history)
	}
	for _, k := range talkers {
		total.again += k.again
	}
	total.unseen = unseen(history, talkers)
	t.Logf("%d rounds: %d messages in history, %d acknowledged, %d in flight at the kills, %d of those stored before anybody knew, %d answered as sent before",
		*rounds, len(history), total.acknowledged, total.flying, total.unseen, total.again)
	if *rounds >= 20 && total.unseen == 0 {
		t.Error("no kill fell between a commit and its delivery")
	}
	s.stop()
}

type killCount struct{ acknowledged, flying, unseen, again int }

func (k *killCount) add(other killCount) {
	k.acknowledged += other.acknowledged
	k.flying += other.flying
}

// killTalkers are all who take part, senders first.
func killTalkers() []*talker {
	var all []*talker
	for i := range killJSON {
		all = append(all, &talker{name: fmt.Sprintf("json%d", i), sends: true})
	}
	for i := range killIRC {
		all = append(all, &talker{name: fmt.Sprintf("irc%d", i), irc: true, sends: true})
	}
	for i := range killWatch {
		all = append(all, &talker{name: fmt.Sprintf("watch%d", i)})
	}
	return append(all, &talker{name: "ircwatch", irc: true})
}

// killRound lets everybody talk until so many messages are acknowledged, and kills the
// server a moment later.
func killRound(t *testing.T, s *server, talkers []*talker, acknowledged int, later time.Duration) killCount {
	t.Helper()
	var acks atomic.Int64
	reached := make(chan struct{})
	var once sync.Once
	done := make(chan struct{})
	var running sync.WaitGroup
	for _, k := range talkers {
		k.connect(t, s)
	}
	for _, k := range talkers {
		running.Go(func() {
			k.talk(func() {
				if acks.Add(1) >= int64(acknowledged) {
					once.Do(func() { close(reached) })
				}
			})
		})
	}
	go func() { running.Wait(); close(done) }()
	s.killWhen(t, reached, done, later, func() string { return fmt.Sprintf("%d of %d messages were acknowledged", acks.Load(), acknowledged) })
	count := killCount{acknowledged: int(acks.Load())}
	for _, k := range talkers {
		count.flying += len(k.pending)
		if k.irc {
			k.lost = append(k.lost, k.pending...)
			k.pending = nil // sent without an id: never again
		}
	}
	return count
}

// finish has everybody resume, and waits until nothing is in flight any more.
func finish(t *testing.T, s *server, talkers []*talker) {
	t.Helper()
	for _, k := range talkers {
		if k.irc {
			continue
		}
		k.sends = false
		k.connect(t, s)
		k.drain(t)
	}
}

// unseen counts the messages of history whose senders had no answer when the server
// was killed although they were stored.
func unseen(history []object, talkers []*talker) int {
	lost := map[string]bool{}
	for _, k := range talkers {
		for _, m := range k.lost {
			lost[m.text] = true
		}
	}
	n := 0
	for _, m := range history {
		if lost[m.Text] {
			n++
		}
	}
	for _, k := range talkers {
		n += k.again
	}
	return n
}
