package conn

import (
	"math"
	"math/bits"
	"sync"
	"time"
)

const (
	tickShift  = 23 // a tick is 2^23 ns, 8.4 ms
	wheelSlots = 4096
	// coarseTicks: far times are rounded up to a common tick, so that many idle
	// connections wake the poller about twice a second at most.
	coarseTicks = 64
	coarseFrom  = 16 * coarseTicks // 8.6 s
)

// timer is a connection's place in the wheel.
type timer struct {
	next, prev *Conn
	tick       int64 // 0: not in the wheel
}

// wheel holds at most one time for each connection: a ring of lists, one a tick.
// A time further away than the ring is long stays in its list for several rounds.
type wheel struct {
	mu      sync.Mutex // guards what follows
	slots   [wheelSlots]*Conn
	used    [wheelSlots / 64]uint64
	last    int64 // ticks up to last are over
	planned int64 // the poller will look at this tick, at the latest
}

// WakeAfter has Woken called after d, or a little later (8 ms, from about 9
// seconds on up to half a second); it replaces the time set before, and 0 cancels.
// A Woken may still come when it is cancelled from elsewhere than the reader.
func (c *Conn) WakeAfter(d time.Duration) {
	n := c.net()
	tick := int64(0)
	if d > 0 {
		tick = tickAfter(n.now(), d)
	}
	if n.wheel.set(c, tick, false) {
		n.wake()
	}
}

// tickAfter is the first tick at which now+d has passed.
func tickAfter(now int64, d time.Duration) int64 {
	tick := (now+int64(d))>>tickShift + 1
	if int64(d)>>tickShift >= coarseFrom {
		tick = (tick + coarseTicks - 1) &^ (coarseTicks - 1)
	}
	return tick
}

// set moves the connection's timer to the tick, 0 to none. ours takes the timer
// away from WakeAfter. It says whether the poller must be woken to see it in time.
func (w *wheel) set(c *Conn, tick int64, ours bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.timerOurs && !ours {
		return false
	}
	c.timerOurs = ours
	w.unlinkLocked(c)
	if tick == 0 {
		return false
	}
	w.linkLocked(c, max(tick, w.last+1))
	return tick < w.planned
}

// yield gives the timer back to WakeAfter, unset.
func (w *wheel) yield(c *Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.timerOurs = false
	w.unlinkLocked(c)
}

// plan is the next tick at which something may be due, math.MaxInt64 if nothing is.
func (w *wheel) plan() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.planned = w.nextLocked()
	return w.planned
}

// due takes out the connections whose time has come by the tick now and appends
// them to list.
func (w *wheel) due(now int64, list []*Conn) []*Conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.last < now {
		next := w.nextLocked()
		if next > now {
			break
		}
		for c := w.slots[next%wheelSlots]; c != nil; {
			following := c.timer.next
			if c.timer.tick <= now {
				w.unlinkLocked(c)
				list = append(list, c)
			}
			c = following
		}
		w.last = next
	}
	w.last = max(w.last, now)
	return list
}

// nextLocked is the first tick after last whose list is not empty.
func (w *wheel) nextLocked() int64 {
	start := w.last + 1
	for at := start; at < start+wheelSlots+64; at = at&^63 + 64 {
		word := w.used[at%wheelSlots/64] >> (at % 64)
		if word != 0 {
			return at + int64(bits.TrailingZeros64(word))
		}
	}
	return math.MaxInt64
}

func (w *wheel) linkLocked(c *Conn, tick int64) {
	slot := tick % wheelSlots
	head := w.slots[slot]
	c.timer.tick, c.timer.next, c.timer.prev = tick, head, nil
	if head != nil {
		head.timer.prev = c
	}
	w.slots[slot] = c
	w.used[slot/64] |= 1 << (slot % 64)
}

func (w *wheel) unlinkLocked(c *Conn) {
	t := &c.timer
	if t.tick == 0 {
		return
	}
	slot := t.tick % wheelSlots
	if t.prev != nil {
		t.prev.timer.next = t.next
	} else {
		w.slots[slot] = t.next
	}
	if t.next != nil {
		t.next.timer.prev = t.prev
	}
	if w.slots[slot] == nil {
		w.used[slot/64] &^= 1 << (slot % 64)
	}
	t.next, t.prev, t.tick = nil, nil, 0
}
