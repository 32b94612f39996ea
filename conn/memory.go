package conn

import (
	"net"
	"net/netip"
	"sync"
	"syscall"
)

// memoryBacklog bounds the peers that wait to be accepted at one address.
const memoryBacklog = 4096

// Memory is a platform without an operating system, for tests: its connections are
// buffers, and whoever plays a peer makes one with Dial. All its waits are for
// channels, so that testing/synctest sees when nothing is left to do.
type Memory struct {
	*bell

	mu    sync.Mutex    // guards what follows, and the peers
	doors []*memoryDoor // by handle, as peers
	peers []*Peer
	port  uint16 // last given to who asked for any
}

// memoryDoor is a listening socket.
type memoryDoor struct {
	address netip.AddrPort
	waiting []*Peer
}

// NewMemory is New with connections in memory, and with what makes them.
func NewMemory(config Config) (*Net, *Memory, error) {
	m := newMemory()
	config.platform = func() (platform, error) { return m, nil }
	n, err := New(config)
	return n, m, err
}

func newMemory() *Memory { return &Memory{bell: newBell(), port: 40000} }

// Dial connects a peer that has the address from to a listener. Without one the
// error is ECONNREFUSED.
func (m *Memory) Dial(to, from netip.AddrPort) (*Peer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for handle, d := range m.doors {
		if d == nil || !d.hears(to) || len(d.waiting) == memoryBacklog {
			continue
		}
		p := newPeer(m, to, from)
		d.waiting = append(d.waiting, p)
		m.tell(hint{handle: int32(handle)})
		return p, nil
	}
	return nil, syscall.ECONNREFUSED
}

// hears says whether who calls the address comes to this door.
func (d *memoryDoor) hears(at netip.AddrPort) bool {
	return d.address == at || d.address.Addr().IsUnspecified() && d.address.Port() == at.Port()
}

func (m *Memory) listen(address *net.TCPAddr, _ *ListenOptions) (int32, netip.AddrPort, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	bound := addressOf(address)
	if !bound.Addr().IsValid() {
		bound = netip.AddrPortFrom(netip.IPv6Unspecified(), bound.Port())
	}
	if bound.Port() == 0 {
		m.port++
		bound = netip.AddrPortFrom(bound.Addr(), m.port)
	}
	for _, d := range m.doors {
		if d != nil && d.address == bound {
			return 0, netip.AddrPort{}, syscall.EADDRINUSE
		}
	}
	handle := m.reserveLocked()
	m.doors[handle] = &memoryDoor{address: bound}
	return handle, bound, nil
}

// reserveLocked is a free handle.
func (m *Memory) reserveLocked() int32 {
	for i := range m.peers {
		if m.peers[i] == nil && m.doors[i] == nil {
			return int32(i)
		}
	}
	m.peers, m.doors = append(m.peers, nil), append(m.doors, nil)
	return int32(len(m.peers) - 1)
}

func (m *Memory) accept(listener int32) (int32, netip.AddrPort, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.doors[listener]
	if len(d.waiting) == 0 {
		return 0, netip.AddrPort{}, again{}
	}
	p := d.waiting[0]
	d.waiting = d.waiting[1:]
	p.handle = m.reserveLocked()
	m.peers[p.handle] = p
	p.tellLocked() // of what was sent before
	return p.handle, p.near, nil
}

func (m *Memory) read(handle int32, b []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.peers[handle]
	switch {
	case len(p.up.bytes) > 0:
		n := p.up.take(b)
		p.changeLocked()
		return n, nil
	case p.broken:
		return 0, syscall.ECONNRESET
	case p.up.ended:
		return 0, nil
	}
	return 0, again{}
}

func (m *Memory) write(handle int32, first []byte, more [][]byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.peers[handle]
	if p.broken {
		return 0, syscall.EPIPE
	}
	n := p.down.add(first)
	left := len(first) - n
	for _, piece := range more {
		added := p.down.add(piece)
		n, left = n+added, left+len(piece)-added
	}
	p.full = left > 0
	switch {
	case p.left: // who is gone answers with a reset
		p.breakLocked()
	case n == 0 && left > 0:
		return 0, again{}
	}
	p.changeLocked()
	return n, nil
}

func (m *Memory) shutdown(handle int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.peers[handle]
	p.down.ended = true
	p.changeLocked()
}

// close resets the peer, as systems do, if something that it sent was not read.
func (m *Memory) close(handle int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, d := m.peers[handle], m.doors[handle]
	m.peers[handle], m.doors[handle] = nil, nil
	if d != nil {
		for _, p := range d.waiting {
			p.gone = true
			p.breakLocked()
		}
		return
	}
	p.gone, p.down.ended = true, true
	if len(p.up.bytes) > 0 {
		p.breakLocked()
	}
	p.changeLocked()
}

func (m *Memory) local(handle int32) netip.AddrPort {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.peers[handle].far
}

func (m *Memory) release() {}
