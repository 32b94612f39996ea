package conn

import "io"

const (
	readBytes = 64 << 10
	// readsPerTurn bounds what one connection may take of a turn, so that nobody
	// who sends a lot starves the others.
	readsPerTurn = 4
)

// Pause stops calls of Received, except one that goes on. While paused, the end of
// the stream is not noticed either.
func (c *Conn) Pause() { c.paused.Store(true) }

// Resume lets Received be called again, first with what came meanwhile.
func (c *Conn) Resume() {
	c.paused.Store(false)
	c.order()
}

// ready is called by the poller when the socket may have become readable,
// writable or both.
func (c *Conn) ready(h hint) {
	c.unread = true
	c.hungUp = c.hungUp || h.hungUp
	c.writable()
	c.read()
}

// read takes a share of the input: to the handler, or to nowhere when the
// connection closes.
func (c *Conn) read() {
	switch {
	case c.gone:
	case c.told:
		c.discard()
	case c.stage == heading:
		c.readHeader()
	case c.handler == nil:
		if c.secure != nil {
			c.secure.nudge()
		}
	case !c.unread:
	case c.secure != nil:
		c.readSecure()
	default:
		c.readPlain()
	}
}

func (c *Conn) readPlain() {
	n := c.net()
	for range readsPerTurn {
		if !c.listening() {
			return
		}
		if c.stage == early {
			c.takeEarly()
			continue
		}
		got, err := n.platform.read(c.handle, n.buffer)
		switch {
		case err == again{}:
			c.unread = false
			return
		case err != nil:
			c.lost(err)
			return
		case got == 0:
			c.finished()
			return
		}
		c.count(got)
		c.callReceived(n.buffer[:got])
		if got < len(n.buffer) && !c.hungUp {
			c.unread = false
			return
		}
	}
	n.later = append(n.later, c)
}

// listening says whether the handler wants input now. What is left is read by the
// order that Resume or Close gives.
func (c *Conn) listening() bool {
	if c.paused.Load() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.closing
}

func (c *Conn) count(bytes int) {
	n := c.net()
	c.lastRead.Store(n.turnTime)
	c.bytesIn.Store(c.bytesIn.Load() + int64(bytes))
	n.bytesIn.Add(int64(bytes))
}

// finished notes the end of the peer's stream. If an earlier failure of sending
// was its cause, that is the reason.
func (c *Conn) finished() {
	c.unread, c.ended = false, true
	c.mu.Lock()
	failed, reason := c.failed, error(nil)
	if failed || c.closing {
		reason = c.reason
	}
	c.mu.Unlock()
	c.tell(reason)
	if c.shut || failed {
		c.destroy()
	}
}

// lost ends a connection whose socket has failed.
func (c *Conn) lost(err error) {
	c.tell(err)
	c.destroy()
}

// discard reads what nobody wants any more, until the peer's end.
func (c *Conn) discard() {
	n := c.net()
	if c.ended {
		if c.shut {
			c.destroy()
		}
		return
	}
	for range readsPerTurn {
		got, err := n.platform.read(c.handle, n.buffer)
		switch {
		case err == again{}:
			c.unread = false
			return
		case err != nil:
			c.destroy()
			return
		case got == 0:
			c.finished()
			return
		}
	}
	n.later = append(n.later, c)
}

// readSecure reads until crypto/tls wants more than the socket has: only then may
// it be left until the socket is ready again.
func (c *Conn) readSecure() {
	n := c.net()
	defer c.flushSecure()
	for range readsPerTurn {
		if !c.listening() {
			return
		}
		got, err := c.secure.conn.Read(n.buffer)
		if got > 0 {
			c.count(got)
			c.callReceived(n.buffer[:got])
		}
		switch {
		case err == nil:
		case err == again{}:
			c.unread = false
			return
		case err == io.EOF:
			c.finished()
			return
		default:
			c.broken(err)
			return
		}
	}
	n.later = append(n.later, c)
}

// broken ends a connection whose TLS has failed. An alert may have to be sent.
func (c *Conn) broken(err error) {
	if c.secure.cut {
		c.lost(err)
		return
	}
	c.unread = true
	c.Close(err)
}
