package conn

import (
	"io"
	"net"
	"net/netip"
	"syscall"
)

// memoryWindow is how many bytes lie unread in either direction unless SetWindow
// says otherwise.
const memoryWindow = 64 << 10

// Peer is the other end of a connection of Memory, for one reader and one writer.
type Peer struct {
	// Fixed after construction.
	memory    *Memory
	near, far netip.AddrPort // its own address, and the one it called

	// Guarded by memory.mu.
	handle   int32         // of the server's end; -1 before it is accepted
	up, down flow          // to the server, and from it
	full     bool          // the server waits for room in down
	broken   bool          // reset: what is in up is the last
	left     bool          // closed by the peer
	gone     bool          // closed by the server
	changed  chan struct{} // closed at the next change
}

// flow is one direction of a connection.
type flow struct {
	bytes []byte
	max   int  // bytes that may lie unread
	ended bool // nothing follows
}

// add takes of b what has room.
func (f *flow) add(b []byte) int {
	n := max(0, min(len(b), f.max-len(f.bytes)))
	f.bytes = append(f.bytes, b[:n]...)
	return n
}

// take moves to b what it holds.
func (f *flow) take(b []byte) int {
	n := copy(b, f.bytes)
	f.bytes = f.bytes[n:]
	return n
}

func newPeer(m *Memory, to, from netip.AddrPort) *Peer {
	return &Peer{
		memory: m, near: from, far: to, handle: -1, changed: make(chan struct{}),
		up: flow{max: memoryWindow}, down: flow{max: memoryWindow},
	}
}

// changeLocked has whoever waits look again.
func (p *Peer) changeLocked() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// tellLocked has the server look at its end.
func (p *Peer) tellLocked() {
	if p.handle >= 0 && !p.gone {
		p.memory.tell(hint{handle: p.handle, hungUp: p.broken || p.up.ended})
	}
}

// breakLocked is a reset: what the peer has not read is lost.
func (p *Peer) breakLocked() {
	p.broken, p.down.bytes = true, nil
	p.changeLocked()
	p.tellLocked()
}

// Read gives what the server sent. It waits for some.
func (p *Peer) Read(b []byte) (int, error) {
	m := p.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		switch {
		case p.left:
			return 0, net.ErrClosed
		case len(p.down.bytes) > 0:
			n := p.down.take(b)
			p.roomLocked()
			return n, nil
		case p.broken:
			return 0, syscall.ECONNRESET
		case p.down.ended:
			return 0, io.EOF
		}
		p.waitLocked()
	}
}

// roomLocked tells a server that waits for room when there is some.
func (p *Peer) roomLocked() {
	if p.full && len(p.down.bytes) < p.down.max {
		p.full = false
		p.tellLocked()
	}
}

// waitLocked lets the lock go until something has changed.
func (p *Peer) waitLocked() {
	changed := p.changed
	p.memory.mu.Unlock()
	<-changed
	p.memory.mu.Lock()
}

// Write sends. It waits while the server has not read enough of what came before.
func (p *Peer) Write(b []byte) (int, error) {
	m := p.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	for sent := 0; ; {
		switch {
		case p.left:
			return sent, net.ErrClosed
		case p.broken, p.up.ended:
			return sent, syscall.EPIPE
		case p.gone: // the reset comes after the call
			p.breakLocked()
			return len(b), nil
		}
		if n := p.up.add(b[sent:]); n > 0 {
			sent += n
			p.tellLocked()
		}
		if sent == len(b) {
			return sent, nil
		}
		p.waitLocked()
	}
}

// CloseWrite ends the stream to the server; it can still answer.
func (p *Peer) CloseWrite() {
	p.memory.mu.Lock()
	defer p.memory.mu.Unlock()
	p.up.ended = true
	p.tellLocked()
}

// Close goes. If something was not read, the server sees a reset behind what was
// sent to it.
func (p *Peer) Close() { p.leave(false) }

// Reset goes without an end of the stream.
func (p *Peer) Reset() { p.leave(true) }

func (p *Peer) leave(reset bool) {
	p.memory.mu.Lock()
	defer p.memory.mu.Unlock()
	if p.left {
		return
	}
	p.left, p.up.ended = true, true
	if reset || len(p.down.bytes) > 0 {
		p.breakLocked()
		return
	}
	p.changeLocked()
	p.tellLocked()
}

// SetWindow sets how many bytes of the server's may lie unread: 0 plays a peer that
// does not read at all.
func (p *Peer) SetWindow(bytes int) {
	p.memory.mu.Lock()
	defer p.memory.mu.Unlock()
	p.down.max = bytes
	p.roomLocked()
}
