package conn

import (
	"math"
	"time"
)

// retryAccept is the pause of an accept that found no descriptor or memory.
const retryAccept = int64(100 * time.Millisecond)

// run is the poller: it waits, reads every socket that is ready, and tells the
// engine, until the Net is closed and empty.
func (n *Net) run() {
	defer close(n.done)
	for !n.finished() {
		n.received, n.called = 0, false
		n.turn(n.wait())
		n.gather()
		if (n.received > 0 || n.called) && n.config.Round != nil {
			n.config.Round()
		}
	}
	n.goroutines.Wait()
	n.platform.release()
}

// wait returns the sockets that are ready, at once if there is other work.
func (n *Net) wait() []hint {
	n.idle.Store(true)
	n.platform.arm(n.nextDue())
	if n.busy() || !n.idle.Load() {
		n.idle.Store(false)
		return n.platform.look(0)
	}
	hints := n.platform.wait()
	n.idle.Store(false)
	return hints
}

// wake ends a wait that goes on. What there is to do must be visible before.
func (n *Net) wake() {
	if n.idle.CompareAndSwap(true, false) {
		n.platform.wake()
	}
}

// busy says whether there is something to do without any socket.
func (n *Net) busy() bool {
	if len(n.later) > 0 || n.unaccepted {
		return true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.orders) > 0 || n.closing && !n.ending || n.aborting && !n.aborted
}

// nextDue is the time when a timer is due, zero if none is.
func (n *Net) nextDue() time.Time {
	due := int64(math.MaxInt64)
	if tick := n.wheel.plan(); tick < math.MaxInt64 {
		due = tick << tickShift
	}
	if n.retryAt > 0 {
		due = min(due, n.retryAt)
	}
	if due == math.MaxInt64 {
		return time.Time{}
	}
	return n.start.Add(time.Duration(due))
}

// turn does what is to be done: orders, sockets, timers, and what was left over
// by the last turn.
func (n *Net) turn(hints []hint) {
	n.turns.Add(1)
	n.turnTime = n.now()
	n.obey()
	for _, h := range hints {
		if c := n.connAt(h.handle); c != nil {
			c.ready(h)
		} else {
			n.acceptFrom(h.handle)
		}
	}
	n.goOn()
	n.due = n.wheel.due(n.turnTime>>tickShift, n.due[:0])
	for _, c := range n.due {
		c.expired()
	}
	clear(n.due)
	n.acceptLeft()
}

// post puts an order; the caller has marked the connection.
func (n *Net) post(c *Conn) {
	n.mu.Lock()
	n.orders = append(n.orders, c)
	n.mu.Unlock()
	n.wake()
}

// obey carries out the orders that came since the last turn.
func (n *Net) obey() {
	n.mu.Lock()
	orders := n.orders
	n.orders, n.orderSpare = n.orderSpare[:0], nil
	closing, aborting := n.closing && !n.ending, n.aborting && !n.aborted
	n.mu.Unlock()
	for _, c := range orders {
		c.settle()
	}
	clear(orders)
	n.mu.Lock()
	n.orderSpare = orders[:0]
	n.mu.Unlock()
	if closing {
		n.end()
	}
	if aborting {
		n.aborted = true
		n.Each(func(c *Conn) { c.Abort(ErrNetClosed) })
	}
}

// goOn reads on where a connection had more than its share of the last turn.
func (n *Net) goOn() {
	list := n.later
	n.later, n.laterSpare = n.laterSpare[:0], nil
	for _, c := range list {
		if c.unread {
			c.read()
		}
	}
	clear(list)
	n.laterSpare = list[:0]
}

// gather waits for more, as long as the engine thinks that it pays.
func (n *Net) gather() {
	if n.config.Gather == nil || n.received == 0 {
		return
	}
	end := n.now() + int64(gatherMax)
	for {
		d := min(n.config.Gather(n.received), time.Duration(end-n.now()))
		if d <= 0 {
			return
		}
		hints := n.platform.look(d)
		if len(hints) == 0 {
			return
		}
		n.turn(hints)
	}
}

// end begins the closing of everything.
func (n *Net) end() {
	n.ending = true
	n.mu.Lock()
	listeners := append([]*Listener(nil), n.listeners...)
	n.mu.Unlock()
	for _, l := range listeners {
		_ = l.Close()
	}
	n.Each(func(c *Conn) {
		if c.handler == nil && !c.told {
			c.Abort(ErrNetClosed) // in its handshake
			return
		}
		c.Close(ErrNetClosed)
	})
}

// finished says whether the Net is closed and empty.
func (n *Net) finished() bool {
	if !n.ending || n.handshaking > 0 {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.openCount == 0 && len(n.listeners) == 0
}
