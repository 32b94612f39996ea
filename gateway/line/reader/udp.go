package reader

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"madang/auth"
	"madang/conn"
	"madang/engine"
	"madang/gateway"
)

// Bounds of datagram sessions.
const (
	DatagramBytesMax    = 1200
	datagramSessionsMax = 1000
	sessionsPerAddress  = 16
	DatagramSilence     = 2 * time.Minute
	sweepEvery          = 5 * time.Second
)

// UDP is the socket of the datagram side and the sessions behind it.
type UDP struct {
	// Fixed after construction.
	options UDPOptions
	socket  *conn.PacketSocket
	stop    chan struct{}
	workers sync.WaitGroup
	work    chan struct{} // capacity 1: some outlet has datagrams to be sent

	// Owned by the socket's goroutine.
	strangers strangers

	mu      sync.Mutex // guards what follows; held for look-ups only
	outlets map[netip.AddrPort]*Outlet
}

// UDPOptions are what datagram sessions are made with.
type UDPOptions struct {
	House        gateway.House
	Gateway      string   // its name, for the log
	Key          auth.Key // of the codes that let strangers in
	LineBytesMax int
	// Open makes the session of a peer that gave its code.
	Open func(out *Outlet, from netip.Addr, charset *Codec) *engine.Session
}

// ListenUDP receives datagrams at the address, host:port, until Close. The gateway is
// bound, and the engine runs.
func ListenUDP(address string, o UDPOptions) (*UDP, error) {
	u := &UDP{
		options: o, stop: make(chan struct{}), work: make(chan struct{}, 1),
		strangers: strangers{key: o.Key, unlimited: o.House.Unlimited},
		outlets:   map[netip.AddrPort]*Outlet{},
	}
	ready := make(chan struct{})
	socket, err := conn.ListenPackets(address, conn.PacketOptions{
		Received: func(from netip.AddrPort, data []byte) {
			<-ready
			u.received(from, data)
		},
		Unreachable: func(to netip.AddrPort) {
			<-ready
			u.end(to, "unreachable")
		},
	})
	if err != nil {
		return nil, fmt.Errorf("plain text over UDP: %w", err)
	}
	u.socket = socket
	close(ready)
	u.workers.Go(u.send)
	u.workers.Go(u.sweep)
	return u, nil
}

// LocalAddr is the address of the socket, with the real port.
func (u *UDP) LocalAddr() netip.AddrPort { return u.socket.LocalAddr() }

// Close ends the socket and waits for its goroutines. Sessions are ended by the engine,
// whose last words to them are sent before.
func (u *UDP) Close() error {
	close(u.stop)
	u.workers.Wait()
	return u.socket.Close()
}

// received gives a datagram to its session, or judges a stranger's.
func (u *UDP) received(from netip.AddrPort, data []byte) {
	if o := u.outlet(from); o != nil {
		o.received(data, u.now())
		u.options.House.Engine.Wake()
		return
	}
	answer, v := u.strangers.hear(u.now(), from, data)
	switch v {
	case joined:
		u.open(from)
	case asked:
		_ = u.socket.WriteTo(answer, from) // a stranger who is not told asks again
	}
}

func (u *UDP) now() time.Time { return u.options.House.Engine.Now() }

func (u *UDP) outlet(from netip.AddrPort) *Outlet {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.outlets[from]
}

// open begins a session, unless the address is banned or there are too many.
func (u *UDP) open(from netip.AddrPort) {
	house := &u.options.House
	if _, refuse := house.Engine.Refuse(gateway.CoreAddress(from.Addr())); refuse || !u.fits(from.Addr()) {
		house.Logger.Debug("datagram session refused", "gateway", u.options.Gateway, "address", from.Addr())
		return
	}
	now := u.now()
	o := &Outlet{udp: u, to: from, since: now, heard: now, charset: &Codec{}}
	o.framer.BytesMax = int32(u.options.LineBytesMax)
	o.session = u.options.Open(o, from.Addr(), o.charset)
	u.mu.Lock()
	u.outlets[from] = o
	u.mu.Unlock()
	o.session.Post(engine.Timer, 0, nil)
	house.Engine.Wake()
}

// fits says whether another session of the address fits.
func (u *UDP) fits(address netip.Addr) bool {
	if u.options.House.Unlimited {
		return true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	network, same := networkOf(address), 0
	for other := range u.outlets {
		if networkOf(other.Addr()) == network {
			same++
		}
	}
	return len(u.outlets) < datagramSessionsMax && same < sessionsPerAddress
}

// end tells the loop that a session's peer is gone.
func (u *UDP) end(to netip.AddrPort, why string) {
	if o := u.outlet(to); o != nil {
		u.forget(o)
		o.session.Post(engine.End, 0, []byte(why))
		u.options.House.Engine.Wake()
	}
}

// forget makes a peer a stranger again.
func (u *UDP) forget(o *Outlet) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.outlets[o.to] == o {
		delete(u.outlets, o.to)
	}
}

// sweep ends sessions that were silent for too long.
func (u *UDP) sweep() {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		select {
		case <-u.stop:
			return
		case <-ticker.C:
			u.EndSilent(u.now())
		}
	}
}

// EndSilent ends the sessions from which nothing came for too long.
func (u *UDP) EndSilent(now time.Time) {
	for _, o := range u.all() {
		if o.silent(now) {
			o.session.Post(engine.Problem, Silent, nil)
		}
	}
	u.options.House.Engine.Wake()
}

func (u *UDP) all() []*Outlet {
	u.mu.Lock()
	defer u.mu.Unlock()
	all := make([]*Outlet, 0, len(u.outlets))
	for _, o := range u.outlets {
		all = append(all, o)
	}
	return all
}

// wake has the sender look.
func (u *UDP) wake() {
	select {
	case u.work <- struct{}{}:
	default:
	}
}

// send sends what outlets have queued, one datagram of each after another, so that
// nobody's long answer delays the others. What is queued at the end is sent too.
func (u *UDP) send() {
	for {
		select {
		case <-u.work:
			u.sendAll()
		case <-u.stop:
			u.sendAll()
			return
		}
	}
}

func (u *UDP) sendAll() {
	for more := true; more; {
		more = false
		for _, o := range u.all() {
			more = o.sendOne() || more
		}
	}
}
