package conn

import (
	"fmt"
	"runtime/debug"
	"time"
)

// lingerFor bounds each of the two last steps of a connection: sending what is
// left, and reading until the peer's end, so that no reset overtakes our last
// words (closing with unread input sends one).
const lingerFor = 2 * time.Second

// Close ends the connection: what was appended before is still sent, two seconds
// at most, then the peer is told the end and its input is discarded until it ends
// too, again two seconds at most. Handler.Closed is called with the reason, soon.
// Only the first Close or Abort counts.
func (c *Conn) Close(reason error) {
	c.Flush()
	if c.secure != nil && c.secure.live.Load() {
		_ = c.secure.conn.CloseWrite()
	}
	c.mu.Lock()
	fresh := c.closeLocked(reason)
	c.mu.Unlock()
	if fresh {
		c.net().post(c)
	}
}

func (c *Conn) closeLocked(reason error) bool {
	if c.closing || c.gone {
		return false
	}
	fresh := c.flushLocked(false)
	if !c.closing {
		c.closing, c.reason = true, reason
	}
	return c.orderLocked() || fresh
}

// Abort ends the connection at once; what is unsent is lost.
func (c *Conn) Abort(reason error) {
	c.mu.Lock()
	fresh := c.abortLocked(reason)
	c.mu.Unlock()
	if fresh {
		c.net().post(c)
	}
}

func (c *Conn) abortLocked(reason error) bool {
	if c.aborting || c.gone {
		return false
	}
	c.dropLocked()
	if !c.closing {
		c.reason = reason
	}
	c.closing, c.aborting = true, true
	return c.orderLocked()
}

// settle brings the connection on after an order: it starts or ends the closing,
// goes on reading, takes over from a handshake.
func (c *Conn) settle() {
	c.mu.Lock()
	c.ordered = false
	c.mu.Unlock()
	c.handshakeDone()

	c.mu.Lock()
	closing, aborting, reason := c.closing, c.aborting, c.reason
	sent, failed := len(c.rest) == 0, c.failed
	c.mu.Unlock()
	if failed {
		c.unread, c.hungUp = true, true
	}
	switch {
	case c.gone:
	case aborting:
		c.tell(reason)
		c.destroy()
	case closing:
		c.tell(reason)
		if sent && !c.shut {
			c.shut = true
			c.net().platform.shutdown(c.handle)
			c.linger()
		}
		c.read()
	default:
		c.read()
	}
}

// tell calls Closed, once, and gives the socket its last seconds.
func (c *Conn) tell(reason error) {
	if c.told {
		return
	}
	c.told = true
	c.linger()
	if c.handler != nil {
		c.callClosed(reason)
		c.handler = nil
	}
}

// linger gives the present step of closing its time.
func (c *Conn) linger() { c.deadline(c.net().config.lingerTime) }

// deadline has expired called after d, and takes the timer from the handler.
func (c *Conn) deadline(d time.Duration) {
	n := c.net()
	n.wheel.set(c, tickAfter(n.now(), d), true)
}

// expired is called when the connection's timer is over.
func (c *Conn) expired() {
	switch {
	case c.gone:
	case c.told:
		c.destroy()
	case c.stage == heading:
		c.headerOverdue()
	case c.handler == nil:
		c.tell(errHandshake)
		c.destroy()
	default:
		c.callWoken()
	}
}

// destroy closes the socket. Closed has been called.
func (c *Conn) destroy() {
	n := c.net()
	c.mu.Lock()
	if c.gone {
		c.mu.Unlock()
		return
	}
	c.gone = true
	c.dropLocked()
	n.platform.close(c.handle)
	c.mu.Unlock()

	n.wheel.set(c, 0, true)
	n.remove(c)
	if c.stage == entered || c.stage == early {
		c.listener.leave(c.RemoteAddr().Addr())
	}
	c.forgetOpening()
	if c.secure != nil {
		c.secure.stop()
	}
}

// The calls to the handler. A panic in one is the fault of the session, not of the
// server: it costs this connection.

func (c *Conn) callReceived(b []byte) {
	defer c.recovered()
	c.net().received++
	c.handler.Received(b)
}

func (c *Conn) callDrained() {
	if c.handler == nil {
		return
	}
	defer c.recovered()
	c.net().called = true
	c.handler.Drained()
}

func (c *Conn) callWoken() {
	defer c.recovered()
	c.net().called = true
	c.handler.Woken()
}

func (c *Conn) callClosed(reason error) {
	defer c.recovered()
	c.net().called = true
	c.handler.Closed(reason)
}

func (c *Conn) recovered() {
	fault := recover()
	if fault == nil {
		return
	}
	c.net().log.Error("session failed", "gateway", c.Gateway(), "conn", c.id,
		"fault", fmt.Sprint(fault), "stack", string(debug.Stack()))
	c.Abort(ErrHandlerPanic)
}
