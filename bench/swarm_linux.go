package bench

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// swarm is all clients of a job and the loop that serves them. One goroutine owns it.
type swarm struct {
	// Fixed after construction.
	options Options
	target  netip.AddrPort
	server  process
	run     uint32 // in every nick, room name and text
	random  *rand.Rand
	poll    *poller
	started time.Time
	bare    bool  // no protocol: connections are members at once (Floor)
	load    *load // who counts deliveries; nil while none are expected

	clients []client
	now     int64  // nanoseconds since started, as of the last read
	buffer  []byte // restBytesMax for what was left over, then what is read
	line    []byte // scratch for outgoing lines
	fatal   error  // the first reason to end the job

	outstanding int     // steps begun and not reached
	reached     int     // steps reached
	again       []retry // clients that were refused, in the order of refusal
	retries     int
	hungUp      int64
	joinLines   int64  // JOIN lines received by anybody
	heard       int64  // when anything was last received
	refusal     string // the last ERROR or refusal, in the server's words
	version     string // of the server, from 004
}

type retry struct {
	number int
	due    int64
}

func newSwarm(options Options) (*swarm, error) {
	if err := options.Validate(); err != nil {
		return nil, fmt.Errorf("bench options: %w", err)
	}
	target, err := netip.ParseAddrPort(options.Address)
	if err != nil {
		return nil, fmt.Errorf("bench options: address %q: need an IP address and a port: %w", options.Address, err)
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err == nil && uint64(options.clients()+descriptorsOwn) > limit.Cur {
		return nil, fmt.Errorf("%d clients need more than the %d descriptors this process may have; raise ulimit -n", options.clients(), limit.Cur)
	}
	poll, err := newPoller()
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	return &swarm{
		options: options, target: target,
		server: process{pid: options.PID, root: "/proc"},
		random: random, run: random.Uint32(), poll: poll,
		started: time.Now(),
		clients: make([]client, options.clients()),
		buffer:  make([]byte, restBytesMax+readBufferBytes),
		line:    make([]byte, 0, 4096),
	}, nil
}

func (s *swarm) close() {
	for number := range s.clients {
		s.hangUp(number)
	}
	s.poll.close()
}

func (s *swarm) roomOf(number int) int { return number / s.options.Members }

func (s *swarm) clock() int64 { return int64(time.Since(s.started)) }

func (s *swarm) fail(err error) {
	if s.fatal == nil {
		s.fatal = err
	}
}

// step brings every client one step on, at most limit unanswered at a time; begin starts
// it for one client.
func (s *swarm) step(ctx context.Context, what string, limit int, begin func(number int) error) error {
	s.reached, s.outstanding, s.again = 0, 0, s.again[:0]
	s.heard = s.clock()
	next, all := 0, len(s.clients)
	for s.reached < all {
		s.now = s.clock()
		for s.outstanding < limit {
			number, ok := s.nextDue(&next)
			if !ok {
				break
			}
			s.outstanding++
			if err := begin(number); err != nil {
				return err
			}
		}
		if err := s.turn(ctx, 20*time.Millisecond); err != nil {
			return err
		}
		if s.clock()-s.heard > int64(s.options.Patience)/3 && s.giveUpConnecting() {
			limit = max(limit/4, 1)
		}
		if len(s.again) == 0 && s.clock()-s.heard > int64(s.options.Patience) {
			return fmt.Errorf("%s: %d of %d, then nothing for %v (last refusal: %q)", what, s.reached, all, s.options.Patience, s.refusal)
		}
	}
	return nil
}

// giveUpConnecting lets those try again whose registration nobody answers, and reports
// whether there were any: a server with a short queue of connections drops what is beyond it.
func (s *swarm) giveUpConnecting() (some bool) {
	for number := range s.clients {
		if state := s.clients[number].state; state == connecting || state == greeting {
			some = true
			s.heard = s.clock()
			s.refused(number, "no answer")
		}
	}
	return some
}

// nextDue takes clients from each room in turn, so that what is outstanding at a time is
// spread over the rooms and a server cannot merge the JOINs of one.
func (s *swarm) nextDue(next *int) (number int, ok bool) {
	if len(s.again) > 0 && s.again[0].due <= s.now {
		number = s.again[0].number
		s.again = s.again[1:]
		return number, true
	}
	if *next == len(s.clients) {
		return 0, false
	}
	k := *next
	*next++
	return k%s.options.Rooms*s.options.Members + k/s.options.Rooms, true
}

func (s *swarm) register(ctx context.Context) error {
	return s.step(ctx, "register", s.options.Registrations, s.beginConnect)
}

func (s *swarm) join(ctx context.Context, limit int) error {
	return s.step(ctx, "join", limit, s.beginJoin)
}

// quiet serves the clients until nothing was received for the silence, or for at most
// the bound, and returns when something last was.
func (s *swarm) quiet(ctx context.Context, silence, bound time.Duration) (last int64, err error) {
	begin := s.clock()
	s.heard = begin
	for now := begin; now-s.heard < int64(silence) && now-begin < int64(bound); now = s.clock() {
		if err := s.turn(ctx, silence/4+time.Millisecond); err != nil {
			return 0, err
		}
	}
	return s.heard, nil
}

// serve answers the server's PINGs for so long.
func (s *swarm) serve(ctx context.Context, span time.Duration) error {
	for end := s.clock() + int64(span); s.clock() < end; {
		if err := s.turn(ctx, min(50*time.Millisecond, time.Duration(end-s.clock()))); err != nil {
			return err
		}
	}
	return nil
}

// turn waits for events, at most the timeout, and serves them.
func (s *swarm) turn(ctx context.Context, timeout time.Duration) error {
	events, err := s.poll.wait(timeout)
	if err != nil {
		return err
	}
	for i := range events {
		number := int(events[i].Fd)
		if events[i].Events&unix.EPOLLOUT != 0 {
			if err := s.writable(number); err != nil {
				return err
			}
		}
		if events[i].Events&^unix.EPOLLOUT != 0 {
			if err := s.read(number); err != nil {
				return err
			}
		}
	}
	s.now = s.clock()
	if s.fatal != nil {
		return s.fatal
	}
	return ctx.Err()
}

func (s *swarm) read(number int) error {
	c := &s.clients[number]
	if c.state == absent || c.state == connecting {
		return nil // closed or refused in this turn, or greet finds the error
	}
	n, err := receive(c.fd, s.buffer[restBytesMax:])
	if err != nil && wouldBlock(err) {
		return nil
	}
	if n == 0 {
		s.ended(number, err)
		return nil
	}
	s.now = s.clock()
	s.heard = s.now
	begin := restBytesMax - copy(s.buffer[restBytesMax-len(c.rest):], c.rest)
	block := s.buffer[begin : restBytesMax+n]
	rest, err := s.consume(number, block)
	if err != nil {
		return err
	}
	if len(rest) > restBytesMax {
		return fmt.Errorf("client %s: the server sent %d bytes without a line ending", c.nick, len(rest))
	}
	c.rest = append(c.rest[:0], rest...)
	return nil
}

// consume handles the lines of a block and returns what follows the last.
func (s *swarm) consume(number int, block []byte) (rest []byte, err error) {
	for {
		end := bytes.IndexByte(block, '\n')
		if end < 0 {
			return block, nil
		}
		line := block[:end]
		block = block[end+1:]
		if end > 0 && line[end-1] == '\r' {
			line = line[:end-1]
		}
		if s.load != nil {
			if sender, sequence, ok := s.load.stamp.find(line); ok {
				s.load.deliver(number, sender, sequence)
				continue
			}
		}
		if err := s.control(number, line); err != nil {
			return nil, err
		}
	}
}

// write sends text, or keeps what the socket does not take until it is writable.
func (s *swarm) write(number int, text []byte) error {
	c := &s.clients[number]
	if c.state == absent {
		return nil // hung up: what it sends is lost, and counted as lost
	}
	if len(c.out) > 0 {
		c.out = append(c.out, text...)
		return nil
	}
	n, err := transmit(c.fd, text)
	if err != nil && !wouldBlock(err) {
		return nil // the reading side will find the end and its reason
	}
	if n == len(text) {
		return nil
	}
	c.out = append(c.out[:0], text[n:]...)
	c.blocked = true
	return s.poll.control(unix.EPOLL_CTL_MOD, c.fd, int32(number), unix.EPOLLIN|unix.EPOLLOUT)
}

func (s *swarm) writable(number int) error {
	c := &s.clients[number]
	switch {
	case c.state == connecting:
		return s.greet(number)
	case !c.blocked:
		return nil
	}
	n, err := transmit(c.fd, c.out)
	if err != nil && !wouldBlock(err) {
		n = len(c.out)
	}
	c.out = c.out[:copy(c.out, c.out[n:])]
	if len(c.out) > 0 {
		return nil
	}
	c.blocked = false
	return s.poll.control(unix.EPOLL_CTL_MOD, c.fd, int32(number), unix.EPOLLIN)
}

// generatorCPU is what this process itself has used.
func generatorCPU() time.Duration {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(unix.TimevalToNsec(used.Utime) + unix.TimevalToNsec(used.Stime))
}
