package engine

import "sync"

// inbox is what readers post and the loop takes, whole, once a turn. Lines lie in one
// arena, so that posting one allocates nothing.
type inbox struct {
	wake chan struct{} // capacity 1

	mu      sync.Mutex // guards what follows; held for copies only
	entries []entry
	arena   []byte
	calls   []func() // from outside, to run on the loop
}

// entry is one input; its data lies in the arena.
type entry struct {
	session *Session
	start   uint32
	end     uint32
	kind    InputKind
	code    uint8
}

// mail is what the loop took.
type mail struct {
	entries []entry
	arena   []byte
	calls   []func()
}

func (i *inbox) add(s *Session, kind InputKind, code uint8, data []byte) {
	i.mu.Lock()
	start := len(i.arena)
	i.arena = append(i.arena, data...)
	i.entries = append(i.entries, entry{s, uint32(start), uint32(len(i.arena)), kind, code})
	i.mu.Unlock()
}

func (i *inbox) call(f func()) {
	i.mu.Lock()
	i.calls = append(i.calls, f)
	i.mu.Unlock()
	i.ring()
}

// ring makes the loop look, now or at the end of its turn.
func (i *inbox) ring() {
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// arenaBytesKept bounds the memory that an empty inbox keeps after a storm.
const arenaBytesKept = 1 << 20

// take swaps what came for the memory of what was handled.
func (i *inbox) take(handled mail) mail {
	if cap(handled.arena) > arenaBytesKept {
		handled = mail{}
	}
	clear(handled.entries)
	clear(handled.calls)
	i.mu.Lock()
	defer i.mu.Unlock()
	taken := mail{i.entries, i.arena, i.calls}
	i.entries, i.arena, i.calls = handled.entries[:0], handled.arena[:0], handled.calls[:0]
	return taken
}
