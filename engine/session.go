package engine

import (
	"sync/atomic"
	"time"

	"madang/chat"
)

// inputBytesMax bounds what a session may have waiting; behind it its socket is not read.
const inputBytesMax = 16 << 10

// pageBytes is where a long answer waits for the asker to take what is queued.
const pageBytes = 64 << 10

// laterBytesMax bounds what is held back behind a task.
const laterBytesMax = 1 << 20

// Session is one connection's conversation with one gateway.
type Session struct {
	// Fixed after construction.
	engine  *Engine
	gateway *way
	outlet  Outlet
	id      chat.SessionID

	// Any goroutine.
	waiting atomic.Int32 // bytes of input posted and not handled
	paused  atomic.Bool  // the outlet was told to Pause
	over    atomic.Bool  // its peer is gone, or it was ended: no task needs to begin

	// Owned by the loop.
	dirty    bool // has bytes to flush in this turn
	ended    bool // takes no more input
	buried   bool // its outlet is closed
	scoped   bool // came with an app password: it may not hear all that its user hears
	protocol Protocol
	form     Form
	user     chat.UserID // 0: not attached
	sibling  *Session    // the next session of its user; nil: it is the last
	places   []place     // the rooms it is in, for delivery
	stamp    uint32      // of the last fan-out that reached it
	spoke    uint32      // when it last said something, Unix seconds
	hold     *hold       // nil: input is handled as it comes
	tokens   tokens
}

// place is a session's entry in a room's list.
type place struct {
	room  *audience
	index int32
}

// ID names the session for ever.
func (s *Session) ID() chat.SessionID { return s.id }

// User is the session's user; 0 before it is attached. On the loop only.
func (s *Session) User() chat.UserID { return s.user }

// Ended says that the session is over. On the loop only.
func (s *Session) Ended() bool { return s.ended }

// Spoke is when the session last said something. On the loop only.
func (s *Session) Spoke() time.Time { return time.Unix(int64(s.spoke), 0) }

// SlowQueue is how many slow tasks of all sessions run or wait. Any goroutine.
func (s *Session) SlowQueue() int { return int(s.engine.slowQueue.Load()) }

// Outlet is where the session's bytes go.
func (s *Session) Outlet() Outlet { return s.outlet }

// Protocol is the gateway's side of the session. On the loop only.
func (s *Session) Protocol() Protocol { return s.protocol }

// Form is how events are rendered for the session. On the loop only.
func (s *Session) Form() Form { return s.form }

// SetForm changes how events are rendered for the session from here on. On the loop,
// from Ask.Done only.
func (s *Session) SetForm(f Form) {
	if f == s.form {
		return
	}
	s.engine.fan.closeRuns()
	s.engine.fan.changeForm(s, f)
}

// Post hands over one input. It is called by whatever reads the session's socket, one
// call at a time; data is copied. It never blocks: a session that has posted too much
// has its outlet paused. Wake makes the loop look.
func (s *Session) Post(kind InputKind, code uint8, data []byte) {
	s.engine.inbox.add(s, kind, code, data)
	if s.waiting.Add(inputCost(data)) > inputBytesMax && s.paused.CompareAndSwap(false, true) {
		s.outlet.Pause()
	}
}

// Drained tells that the peer took what was queued.
func (s *Session) Drained() { s.engine.inbox.add(s, drained, 0, nil) }

// inputCost is what an input counts in memory.
func inputCost(data []byte) int32 { return int32(len(data)) + 64 }

// handled gives the room of an input back.
func (s *Session) handled(bytes int32) {
	if s.waiting.Add(-bytes) <= inputBytesMax/2 && s.paused.CompareAndSwap(true, false) {
		s.outlet.Resume()
	}
}

// Do asks something in this session's name, behind what it asked before. On the
// loop, from Protocol.Input, Result.Then or Ask.Done only.
func (s *Session) Do(a Ask) { s.engine.ask(s, a) }

// Close ends the session with the last words appended: its user quits first.
func (s *Session) Close(reason string, lastWords []byte) {
	s.engine.endSession(s, reason, lastWords)
}

// page queues a piece of a long answer. Where events are held back behind a task, they
// are behind what was begun before it too: whoever enters a room is shown first who is
// there, then what was said before, then what is said now.
func (s *Session) page(b []byte) {
	h := s.hold
	if h == nil || !h.defers {
		s.append(b)
		return
	}
	s.send(b)
}

// append queues bytes for the session, behind what waited for a storm to pass; they
// are sent when the turn ends.
func (s *Session) append(b []byte) {
	if f := s.engine.fan; len(f.storm.lines) > 0 {
		s.put(f.storm.take(s))
	}
	s.put(b)
}

func (s *Session) put(b []byte) {
	if s.buried || len(b) == 0 {
		return
	}
	if h := s.hold; h != nil && h.defers {
		if h.later = append(h.later, b...); len(h.later) <= laterBytesMax {
			return
		}
		// As for every queue, that of the outlet has a bound, and decides.
		b, h.later = h.later, nil
		for i := range h.works {
			h.works[i].from = 0
		}
	}
	s.send(b)
}

// send gives bytes to the outlet, whatever waits.
func (s *Session) send(b []byte) {
	if !s.buried && len(b) > 0 {
		s.outlet.Append(b)
		s.engine.fan.mark(s)
	}
}
