package bench

import (
	"context"
	"fmt"
	"time"
)

// load sends counted messages and judges their deliveries. It belongs to its swarm's goroutine.
type load struct {
	swarm *swarm
	stamp *stamp
	check *checker

	senders []sender
	dirty   []int // senders with room in their window, each once
	left    int   // messages that may still be sent; negative: no bound

	// each means latency is counted per delivery; otherwise per message, at its last delivery.
	each    bool
	one     bool // AcknowledgeOne
	latency histogram

	sent      int64
	delivered int64
	last      int64   // when the last delivery came
	begun     int64   // of the phase
	seconds   []int64 // messages acknowledged in each second of the phase
}

type sender struct {
	client   int
	head     []byte // "PRIVMSG #room :"
	inFlight int
	waiting  bool // in dirty
	messages []message
}

// message is one that was sent: when it was, or should have been, and how many members have not got it.
type message struct {
	at      int64
	missing int32
}

// newLoad gives the swarm something to count: all of its clients are in their rooms.
func newLoad(s *swarm) *load {
	o := s.options
	l := &load{
		swarm: s,
		stamp: newStamp(s.random.Uint32(), o.Bytes),
		check: newChecker(o.Rooms, o.Members, o.Senders),
		one:   o.Acknowledge == AcknowledgeOne,
		left:  -1,
	}
	for number, member := range l.check.memberOf {
		l.senders = append(l.senders, sender{
			client: member,
			head:   fmt.Appendf(nil, "PRIVMSG %s :", s.roomName(number/o.Senders)),
		})
	}
	s.load = l
	return l
}

// deliver is the hot path: one message at one member.
func (l *load) deliver(member int, sender, sequence uint32) {
	if !l.check.see(member, sender, sequence) {
		return
	}
	now := l.swarm.now
	l.delivered++
	l.last = now
	m := &l.senders[sender].messages[sequence]
	m.missing--
	if l.each || m.missing == 0 {
		l.latency.add(now - m.at)
	}
	acknowledged := m.missing == 0
	if l.one {
		acknowledged = l.check.seen[member].record
	}
	if acknowledged {
		l.acknowledge(sender, now)
	}
}

func (l *load) acknowledge(number uint32, now int64) {
	s := &l.senders[number]
	s.inFlight--
	if !s.waiting {
		s.waiting = true
		l.dirty = append(l.dirty, int(number))
	}
	if second := int((now - l.begun) / int64(time.Second)); second < len(l.seconds) {
		l.seconds[second]++
	}
}

// refill lets every sender fill its window, in one write each.
func (l *load) refill() error {
	for _, number := range l.dirty {
		l.senders[number].waiting = false
		room := l.swarm.options.Window - l.senders[number].inFlight
		if l.left >= 0 {
			room = min(room, l.left)
			l.left -= room
		}
		if room > 0 {
			if err := l.send(number, room, l.swarm.now); err != nil {
				return err
			}
		}
	}
	l.dirty = l.dirty[:0]
	return nil
}

// send writes so many messages of one sender; at is the moment their latency counts from.
func (l *load) send(number, count int, at int64) error {
	s := &l.senders[number]
	lines := l.swarm.line[:0]
	for range count {
		lines = append(lines, s.head...)
		lines = l.stamp.appendText(lines, uint32(number), uint32(len(s.messages)))
		lines = append(lines, "\r\n"...)
		s.messages = append(s.messages, message{at: at, missing: int32(l.swarm.options.Members - 1)})
	}
	l.swarm.line = lines
	l.check.sent[number] += uint32(count)
	s.inFlight += count
	l.sent += int64(count)
	return l.swarm.write(s.client, lines)
}

// phase is what one stretch of load came to. It begins and ends with nothing under way.
type phase struct {
	messages, deliveries int64
	wall                 time.Duration // until the last delivery
	server               usage
	generator            time.Duration
}

// measure runs drive, drains, and reports both together.
func (l *load) measure(ctx context.Context, drive func() error) (phase, error) {
	before, err := l.swarm.server.usage()
	if err != nil {
		return phase{}, err
	}
	own, sent, delivered := generatorCPU(), l.sent, l.delivered
	l.latency = histogram{}
	l.begun = l.swarm.clock()
	l.last, l.swarm.now = l.begun, l.begun
	if err := drive(); err != nil {
		return phase{}, err
	}
	if err := l.drain(ctx); err != nil {
		return phase{}, err
	}
	after, err := l.swarm.server.usage()
	return phase{
		messages: l.sent - sent, deliveries: l.delivered - delivered,
		wall:      time.Duration(l.last - l.begun),
		server:    usage{after.cpu - before.cpu, after.switches - before.switches},
		generator: generatorCPU() - own,
	}, err
}

// drain waits for everything that was sent, as long as something keeps arriving. What is
// missing then is lost.
func (l *load) drain(ctx context.Context) error {
	owed := l.sent * int64(l.swarm.options.Members-1)
	patience := int64(min(l.swarm.options.Patience, 3*time.Second))
	for since := l.swarm.clock(); l.delivered < owed && l.swarm.clock()-max(since, l.last) < patience; {
		if err := l.swarm.turn(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// closed is the closed loop of FanOut: every sender keeps its window full.
func (l *load) closed(ctx context.Context, span time.Duration, messages int) error {
	l.left = -1
	if messages > 0 {
		l.left = messages
	}
	l.dirty = l.dirty[:0]
	for number := range l.senders {
		l.dirty = append(l.dirty, number)
		l.senders[number].waiting = true
	}
	for end := l.begun + int64(span); l.swarm.now < end && l.left != 0; {
		if err := l.refill(); err != nil {
			return err
		}
		if err := l.swarm.turn(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	l.left = 0
	return nil
}

// open is the open loop of Latency: messages leave when they are due, whatever the server
// does, and their latency counts from then.
func (l *load) open(ctx context.Context, span time.Duration, rate int) error {
	s := l.swarm
	total := int(span.Seconds() * float64(rate))
	for k := range total {
		due := l.begun + int64(k)*int64(time.Second)/int64(rate)
		for s.now = s.clock(); s.now < due; {
			if err := s.turn(ctx, min(10*time.Millisecond, time.Duration(due-s.now))); err != nil {
				return err
			}
		}
		if err := l.send(k%len(l.senders), 1, due); err != nil {
			return err
		}
	}
	return nil
}

// anomalies closes the books of the job.
func (l *load) anomalies() Anomalies {
	found := l.check.finish()
	found.HungUp = l.swarm.hungUp
	return found
}
