package conn

import "sync"

// pieces are slices waiting for Flush; they are pooled, so that a connection that
// has nothing to send holds none.
type pieces struct{ list [][]byte }

func (p *pieces) free(pool *sync.Pool) {
	clear(p.list)
	p.list = p.list[:0]
	pool.Put(p)
}

// Append adds b to what the next Flush sends. It neither copies nor sends, and b
// must not change until Flush has returned. After Close it does nothing.
func (c *Conn) Append(b []byte) {
	if len(b) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing || c.gone || c.failed {
		return
	}
	c.appended += int32(len(b))
	switch {
	case c.first == nil:
		c.first = b
	case c.more == nil:
		if joined := join(c.first, b); joined != nil {
			c.first = joined
			return
		}
		c.more = c.net().piecesPool.Get().(*pieces)
		c.more.list = append(c.more.list, b)
	default:
		last := len(c.more.list) - 1
		if joined := join(c.more.list[last], b); joined != nil {
			c.more.list[last] = joined
			return
		}
		c.more.list = append(c.more.list, b)
	}
}

// join is a and b as one slice if b follows a in the same memory, else nil.
func join(a, b []byte) []byte {
	end := len(a) + len(b)
	if cap(a) < end || &a[:end][len(a)] != &b[0] {
		return nil
	}
	return a[:end]
}

// Queued is the number of bytes appended but not yet taken by the socket.
func (c *Conn) Queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.rest) + int(c.appended)
}

// SetQueueBytesMax sets how many bytes may be left unsent by a Flush before the
// connection is closed with ErrSlowReader.
func (c *Conn) SetQueueBytesMax(bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queueMax = int32(min(bytes, 1<<30))
}

// Flush gives what was appended to the socket. It never waits: what the socket
// does not take is copied, and sent when there is room again. When it returns, the
// memory given to Append is the caller's again.
func (c *Conn) Flush() {
	if c.secure != nil {
		c.encrypt()
	}
	c.mu.Lock()
	fresh := c.flushLocked(c.secure == nil)
	c.mu.Unlock()
	if fresh {
		c.net().post(c)
	}
}

// flushLocked sends rest and then, if told to, what was appended, and keeps the
// remainder as rest. When it says true the caller unlocks and then posts the
// connection.
func (c *Conn) flushLocked(appended bool) bool {
	if c.gone || c.aborting || c.failed {
		c.dropLocked()
		return false
	}
	if len(c.rest) > 0 && !c.full {
		c.sendRestLocked()
	}
	if appended && len(c.rest) == 0 {
		c.sendAppendedLocked()
	}
	switch {
	case c.failed:
		c.dropLocked()
		return c.orderLocked()
	case len(c.rest)+int(c.appended) > int(c.queueMax):
		c.net().slowReaders.Add(1)
		return c.abortLocked(ErrSlowReader)
	}
	if appended {
		c.keepLocked()
	}
	c.waiting = c.waiting || len(c.rest) > 0
	return false
}

func (c *Conn) sendRestLocked() {
	n := c.writeLocked(c.rest, nil)
	whole := c.rest
	switch {
	case n == len(whole):
		c.rest = nil
		c.net().recycle(whole)
	case c.secure != nil && cap(whole) == cipherBytes:
		c.rest = append([]byte(nil), whole[n:]...) // a small copy, and the pooled buffer is free
		c.net().recycle(whole)
	default:
		c.rest = whole[n:]
	}
}

// sendAppendedLocked sends first and more, and leaves in them what was not sent.
func (c *Conn) sendAppendedLocked() {
	for c.first != nil && !c.full && !c.failed {
		var more [][]byte
		if c.more != nil {
			more = c.more.list[:min(len(c.more.list), piecesPerCallMax-1)]
		}
		n := c.writeLocked(c.first, more)
		c.appended -= int32(n)
		c.skipLocked(n)
	}
}

// skipLocked takes the first n bytes, which are sent, out of first and more.
func (c *Conn) skipLocked(n int) {
	if n < len(c.first) {
		c.first = c.first[n:]
		return
	}
	n -= len(c.first)
	c.first = nil
	if c.more == nil {
		return
	}
	list := c.more.list
	for len(list) > 0 && n >= len(list[0]) {
		n -= len(list[0])
		list = list[1:]
	}
	if len(list) > 0 {
		c.first = list[0][n:]
		list = list[1:]
	}
	kept := copy(c.more.list, list)
	clear(c.more.list[kept:])
	c.more.list = c.more.list[:kept]
	if kept == 0 {
		c.more.free(&c.net().piecesPool)
		c.more = nil
	}
}

// writeLocked makes one call to the socket and notes what came of it.
func (c *Conn) writeLocked(first []byte, more [][]byte) int {
	net := c.net()
	offered := len(first)
	for _, piece := range more {
		offered += len(piece)
	}
	n, err := net.platform.write(c.handle, first, more)
	net.writes.Add(1)
	if n < offered {
		c.full = true
	}
	switch err.(type) {
	case nil:
		c.bytesOut.Add(int64(n))
		net.bytesOut.Add(int64(n))
	case again:
		net.wouldBlock.Add(1)
	default:
		c.failed = true
		if !c.closing {
			c.reason = err
		}
	}
	return n
}

// keepLocked copies what was not sent, for the caller's memory is not ours.
func (c *Conn) keepLocked() {
	if c.first == nil {
		return
	}
	if len(c.rest) == 0 {
		c.rest = make([]byte, 0, c.appended)
	}
	c.rest = append(c.rest, c.first...)
	if c.more != nil {
		for _, piece := range c.more.list {
			c.rest = append(c.rest, piece...)
		}
	}
	c.forgetLocked()
}

// forgetLocked lets the caller's memory go.
func (c *Conn) forgetLocked() {
	c.first, c.appended = nil, 0
	if c.more != nil {
		c.more.free(&c.net().piecesPool)
		c.more = nil
	}
}

func (c *Conn) dropLocked() {
	c.forgetLocked()
	c.rest = nil
}

// writable is called by the poller when the socket may take bytes again.
func (c *Conn) writable() {
	c.mu.Lock()
	if !c.full {
		c.mu.Unlock()
		return
	}
	c.full = false
	fresh := c.flushLocked(false)
	drained := c.waiting && len(c.rest) <= LowWaterBytes && !c.failed && !c.aborting
	if drained {
		c.waiting = false
	}
	sent := c.closing && len(c.rest) == 0
	c.mu.Unlock()
	if fresh {
		c.net().post(c)
	}
	if drained {
		c.callDrained()
	}
	if sent {
		c.settle()
	}
}
