package engine

import (
	"sync/atomic"
	"time"

	"madang/chat"
	"madang/chat/core"
)

// Stats are counters since the start, and sizes now.
type Stats struct {
	Turns      uint64 // batches decided
	Asks       uint64 // commands and questions
	BatchMax   uint64 // asks in the largest batch
	Commits    uint64
	Events     uint64        // durable events committed
	CommitTime time.Duration // of all commits
	CommitMax  time.Duration
	Deliveries uint64 // events times the sessions that were shown them
	Flushes    uint64 // sessions flushed
	FlushTime  time.Duration
	Panics     uint64
}

// stats are written by the loop and its workers, and read by anybody.
type stats struct {
	turns, asks, batchMax atomic.Uint64
	commits, events       atomic.Uint64
	commitTime, commitMax atomic.Int64
	deliveries, flushes   atomic.Uint64
	flushTime             atomic.Int64
	panics                atomic.Uint64
	recent                [recentTurns]atomic.Int32 // asks in the latest turns
	expected              atomic.Int64              // what a flush lately took, nanoseconds
}

// recentTurns is how many turns back the adaptive wait looks.
const recentTurns = 4

func (s *stats) turn(asks int) {
	if asks == 0 {
		return
	}
	n := s.turns.Add(1)
	s.asks.Add(uint64(asks))
	s.recent[n%recentTurns].Store(int32(asks))
	if uint64(asks) > s.batchMax.Load() {
		s.batchMax.Store(uint64(asks))
	}
}

func (s *stats) commit(d time.Duration, events int) {
	s.commits.Add(1)
	s.events.Add(uint64(events))
	s.commitTime.Add(int64(d))
	if int64(d) > s.commitMax.Load() {
		s.commitMax.Store(int64(d))
	}
}

func (s *stats) flush(d time.Duration, sessions int, deliveries uint64) {
	s.flushes.Add(uint64(sessions))
	s.flushTime.Add(int64(d))
	s.deliveries.Store(deliveries)
	before := s.expected.Load()
	s.expected.Store(before + (int64(d)-before)/8)
}

// gatherMax bounds the adaptive wait.
const gatherMax = 300 * time.Microsecond

// Gather says how long a reader that read so many sockets may wait for more before
// it wakes the loop: only if one of the latest turns held more, and not longer than
// an eighth of what the flush will take.
func (e *Engine) Gather(received int) time.Duration {
	for i := range e.stats.recent {
		if int(e.stats.recent[i].Load()) > received {
			return min(gatherMax, time.Duration(e.stats.expected.Load()/8))
		}
	}
	return 0
}

// Stats gives the counters. Any goroutine.
func (e *Engine) Stats() Stats {
	s := &e.stats
	return Stats{
		Turns: s.turns.Load(), Asks: s.asks.Load(), BatchMax: s.batchMax.Load(),
		Commits: s.commits.Load(), Events: s.events.Load(),
		CommitTime: time.Duration(s.commitTime.Load()), CommitMax: time.Duration(s.commitMax.Load()),
		Deliveries: s.deliveries.Load(), Flushes: s.flushes.Load(),
		FlushTime: time.Duration(s.flushTime.Load()), Panics: s.panics.Load(),
	}
}

// Loop is what Call may look at.
type Loop struct{ engine *Engine }

// State is the state; read it only.
func (l Loop) State() *core.State { return l.engine.state }

// Delivered is the position of the last durable event shown.
func (l Loop) Delivered() chat.Position { return l.engine.delivered }

// Failing says that the disk refuses writes.
func (l Loop) Failing() bool { return l.engine.sequencer.Failing() }

// Sessions calls f for every session, in no order.
func (l Loop) Sessions(f func(*Session)) {
	for _, s := range l.engine.sessions {
		f(s)
	}
}

// Session is the session of a number, or nil.
func (l Loop) Session(id chat.SessionID) *Session { return l.engine.sessions[id] }

// publishBans makes the address bans readable to those who accept connections.
func (e *Engine) publishBans() {
	var bans []chat.ServerBan
	for _, b := range e.state.Bans() {
		if b.Bits > 0 {
			bans = append(bans, b)
		}
	}
	e.bans.Store(&bans)
}

// Refuse says whether an address may not come in now, and why. Any goroutine.
func (e *Engine) Refuse(address chat.Address) (reason string, refuse bool) {
	bans := e.bans.Load()
	if bans == nil {
		return "", false
	}
	now := e.now()
	for i := range *bans {
		if b := &(*bans)[i]; b.InForce(now) && b.HitsAddress(address) {
			return b.Reason, true
		}
	}
	return "", false
}
