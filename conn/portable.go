package conn

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	portableReadBytes  = 4 << 10
	portableWriteBytes = 64 << 10
	portableBacklog    = 128
	portableRetry      = 50 * time.Millisecond
)

// portable is the platform of systems without epoll: the standard library's
// connections, each with a goroutine that reads ahead and one that writes, made to
// look like sockets that say when they are ready. It costs about 20 KB for each
// connection.
type portable struct {
	*bell
	goroutines sync.WaitGroup

	mu      sync.Mutex // guards what follows
	streams []*stream  // by handle
	doors   []*door    // by handle
}

func newPortable() *portable { return &portable{bell: newBell()} }

// door is a listening socket whose goroutine accepts ahead.
type door struct {
	listener net.Listener
	accepted chan net.Conn
	closed   chan struct{}
}

// stream is one connection.
type stream struct {
	platform *portable
	handle   int32
	conn     net.Conn
	taken    chan struct{} // one token: input was taken, read on
	given    chan struct{} // one token: output, ending or closed has changed

	mu      sync.Mutex // guards what follows
	input   []byte     // read ahead, not yet taken
	inErr   error      // what came after input
	output  []byte     // being written
	outErr  error
	blocked bool // somebody waits for output to be written
	ending  bool // shut down after output
	closed  bool // close after output
}

func (p *portable) release() { p.goroutines.Wait() }

// reserveLocked is a free handle.
func (p *portable) reserveLocked() int32 {
	for i := range p.streams {
		if p.streams[i] == nil && p.doors[i] == nil {
			return int32(i)
		}
	}
	p.streams, p.doors = append(p.streams, nil), append(p.doors, nil)
	return int32(len(p.streams) - 1)
}

func (p *portable) listen(address *net.TCPAddr, options *ListenOptions) (int32, netip.AddrPort, error) {
	_, idle, interval := options.silence()
	config := net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: idle, Interval: interval, Count: 4}}
	listener, err := config.Listen(context.Background(), "tcp", address.String())
	if err != nil {
		return 0, netip.AddrPort{}, err
	}
	d := &door{listener, make(chan net.Conn, portableBacklog), make(chan struct{})}
	p.mu.Lock()
	handle := p.reserveLocked()
	p.doors[handle] = d
	p.mu.Unlock()
	p.goroutines.Go(func() { d.run(func() { p.tell(hint{handle: handle}) }) })
	return handle, addressOf(listener.Addr()), nil
}

func (d *door) run(tell func()) {
	for {
		conn, err := d.listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			for len(d.accepted) > 0 {
				(<-d.accepted).Close()
			}
			return
		case err != nil:
			select {
			case <-time.After(portableRetry):
			case <-d.closed:
			}
			continue
		}
		select {
		case d.accepted <- conn:
			tell()
		case <-d.closed:
			conn.Close()
		}
	}
}

func (p *portable) accept(listener int32) (int32, netip.AddrPort, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case conn := <-p.doors[listener].accepted:
		s := &stream{
			platform: p,
			handle:   p.reserveLocked(),
			conn:     conn,
			taken:    make(chan struct{}, 1),
			given:    make(chan struct{}, 1),
		}
		p.streams[s.handle] = s
		p.goroutines.Go(s.readAhead)
		p.goroutines.Go(s.writeBehind)
		return s.handle, addressOf(conn.RemoteAddr()), nil
	default:
		return 0, netip.AddrPort{}, again{}
	}
}

func (p *portable) stream(handle int32) *stream {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.streams[handle]
}

func (p *portable) local(handle int32) netip.AddrPort {
	return addressOf(p.stream(handle).conn.LocalAddr())
}

func (p *portable) read(handle int32, b []byte) (int, error) {
	s := p.stream(handle)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.input) > 0 {
		n := copy(b, s.input)
		s.input = s.input[n:]
		if len(s.input) == 0 {
			token(s.taken)
		}
		return n, nil
	}
	switch s.inErr {
	case nil:
		return 0, again{}
	case io.EOF:
		return 0, nil
	}
	return 0, s.inErr
}

func (p *portable) write(handle int32, first []byte, more [][]byte) (int, error) {
	s := p.stream(handle)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outErr != nil {
		return 0, s.outErr
	}
	if len(s.output) > 0 {
		s.blocked = true
		return 0, again{}
	}
	s.addLocked(first)
	for _, piece := range more {
		s.addLocked(piece)
	}
	token(s.given)
	return len(s.output), nil
}

// addLocked takes of the piece what has room.
func (s *stream) addLocked(piece []byte) {
	room := portableWriteBytes - len(s.output)
	s.output = append(s.output, piece[:min(room, len(piece))]...)
	s.blocked = s.blocked || room < len(piece)
}

func (p *portable) shutdown(handle int32) {
	s := p.stream(handle)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending = true
	token(s.given)
}

func (p *portable) close(handle int32) {
	p.mu.Lock()
	s, d := p.streams[handle], p.doors[handle]
	p.streams[handle], p.doors[handle] = nil, nil
	p.mu.Unlock()
	if d != nil {
		close(d.closed)
		d.listener.Close()
		return
	}
	_ = s.conn.SetDeadline(time.Now().Add(lingerFor))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	token(s.given)
	token(s.taken)
	if len(s.output) == 0 {
		s.conn.Close()
	}
}

// readAhead reads, and waits until what it read was taken.
func (s *stream) readAhead() {
	buffer := make([]byte, portableReadBytes)
	for {
		n, err := s.conn.Read(buffer)
		if n > 0 {
			if !s.publish(buffer[:n], nil) {
				return
			}
			<-s.taken
		}
		if err != nil {
			s.publish(nil, err)
			return
		}
	}
}

// publish shows what was read, unless nobody will take it.
func (s *stream) publish(input []byte, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.input, s.inErr = input, err
	s.platform.tell(hint{handle: s.handle})
	return true
}

// writeBehind writes what was given, and closes after it.
func (s *stream) writeBehind() {
	defer s.conn.Close()
	for range s.given {
		s.mu.Lock()
		output := s.output
		s.mu.Unlock()
		var err error
		if len(output) > 0 {
			_, err = s.conn.Write(output)
		}
		if s.written(err) {
			return
		}
	}
}

// written notes that output was sent, or not, and says whether that was the end.
func (s *stream) written(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.output, s.outErr = nil, errors.Join(s.outErr, err)
	if s.blocked && !s.closed {
		s.platform.tell(hint{handle: s.handle})
	}
	s.blocked = false
	if half, ok := s.conn.(interface{ CloseWrite() error }); ok && s.ending {
		_ = half.CloseWrite()
	}
	return s.closed
}

func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func addressOf(address net.Addr) netip.AddrPort {
	tcp, ok := address.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	bound := tcp.AddrPort()
	return netip.AddrPortFrom(bound.Addr().Unmap().WithZone(""), bound.Port())
}
