// Package space watches the room that is left on a disk. It promises to ask at most
// once a second, and refuses to know what the room is for.
package space

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrLow is the cause of a refusal while there is still room to checkpoint.
var ErrLow = errors.New("the disk is almost full")

// spaceEvery is how old an answer about free space may be.
const spaceEvery = time.Second

// Watch watches the room that is left on one disk. Its methods may be called by any
// goroutine.
type Watch struct {
	ask      func() (int64, error)
	bytesMin int64

	mu    sync.Mutex // guards what follows
	asked time.Time
	free  int64
	err   error
}

// New watches the disk whose room ask gives; less than bytesMin is too little.
func New(ask func() (int64, error), bytesMin int64) *Watch {
	return &Watch{ask: ask, bytesMin: bytesMin}
}

// Forget lets the next question be put to the disk.
func (w *Watch) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = time.Time{}
}

// Bytes is the room left, at most a second old.
func (w *Watch) Bytes() (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); w.asked.IsZero() || now.Sub(w.asked) >= spaceEvery {
		w.asked = now
		w.free, w.err = w.ask()
	}
	return w.free, w.err
}

// Refusal is an error while there is too little room. When the question fails the
// write may be tried: it will tell.
func (w *Watch) Refusal() error {
	free, err := w.Bytes()
	if err != nil || free >= w.bytesMin {
		return nil
	}
	return fmt.Errorf("%w: %d bytes are free, at least %d are needed", ErrLow, free, w.bytesMin)
}
