package engine

import "madang/chat"

// In a storm of arrivals each line that says so would cost one send to every member.
// Such lines then wait, for the session's next other line or for the next tick: the
// order stays, the sends become few.

// stormJoins is how many arrivals and departures within one or two ticks are a storm.
const stormJoins = 20

// storm keeps the lines that wait.
type storm struct {
	now    int // arrivals and departures since the last tick
	before int // in the tick before
	lines  map[*Session][]byte
}

// count notes an event, and says whether its lines may wait.
func (s *storm) count(k chat.Kind) bool {
	if k != chat.KindJoined && k != chat.KindQuit && k != chat.KindParted {
		return false
	}
	s.now++
	return s.now+s.before > stormJoins
}

// keep lets a line wait for a session. The bytes are copied.
func (s *storm) keep(to *Session, b []byte) {
	if s.lines == nil {
		s.lines = map[*Session][]byte{}
	}
	s.lines[to] = append(s.lines[to], b...)
}

// take gives what waits for a session, which is sent before anything else.
func (s *storm) take(to *Session) []byte {
	b := s.lines[to]
	if b != nil {
		delete(s.lines, to)
	}
	return b
}

// calm lets a tick pass, and hands out what waited.
func (f *fan) calm() {
	f.storm.before, f.storm.now = f.storm.now, 0
	if len(f.storm.lines) == 0 {
		return
	}
	lines := f.storm.lines
	f.storm.lines = nil
	for s, b := range lines {
		s.append(b)
	}
	f.flush()
}
