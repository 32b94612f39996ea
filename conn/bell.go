package conn

import (
	"sync"
	"time"
)

// bell is the readiness of platforms that learn of it from goroutines instead of the
// system.
type bell struct {
	signal chan struct{} // one token: hints has something, or wake
	timer  *time.Timer

	hintsMu sync.Mutex // guards what follows
	hints   []hint
}

func newBell() *bell {
	b := &bell{signal: make(chan struct{}, 1), timer: time.NewTimer(time.Hour)}
	b.timer.Stop()
	return b
}

func (b *bell) arm(end time.Time) {
	b.timer.Stop()
	if !end.IsZero() {
		b.timer.Reset(time.Until(end))
	}
}

func (b *bell) wait() []hint {
	select {
	case <-b.signal:
	case <-b.timer.C:
	}
	return b.take()
}

func (b *bell) look(d time.Duration) []hint {
	hints := b.take()
	if len(hints) > 0 || d == 0 {
		return hints
	}
	time.Sleep(d)
	return b.take()
}

func (b *bell) take() []hint {
	b.hintsMu.Lock()
	defer b.hintsMu.Unlock()
	hints := b.hints
	b.hints = nil
	return hints
}

func (b *bell) wake() {
	select {
	case b.signal <- struct{}{}:
	default:
	}
}

// tell puts a hint.
func (b *bell) tell(h hint) {
	b.hintsMu.Lock()
	b.hints = append(b.hints, h)
	b.hintsMu.Unlock()
	b.wake()
}
