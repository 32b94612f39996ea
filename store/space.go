package store

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// errLowDisk is the cause of a refusal while there is still room to checkpoint.
var errLowDisk = errors.New("the disk is almost full")

// spaceEvery is how old an answer about free space may be.
const spaceEvery = time.Second

// space watches the room that is left on the disk.
type space struct {
	ask      func() (int64, error)
	bytesMin int64

	mu    sync.Mutex // guards what follows
	asked time.Time
	free  int64
	err   error
}

// free is the room left, at most a second old.
func (s *space) bytes() (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); s.asked.IsZero() || now.Sub(s.asked) >= spaceEvery {
		s.asked = now
		s.free, s.err = s.ask()
	}
	return s.free, s.err
}

// refusal is an error while there is too little room. When the question fails the
// write may be tried: it will tell.
func (s *space) refusal() error {
	free, err := s.bytes()
	if err != nil || free >= s.bytesMin {
		return nil
	}
	return fmt.Errorf("%w: %d bytes are free, at least %d are needed", errLowDisk, free, s.bytesMin)
}

// FreeBytes is the room left on the disk that holds the database, at most a second old.
func (s *Store) FreeBytes() (int64, error) {
	free, err := s.space.bytes()
	if err != nil {
		return 0, fmt.Errorf("ask for free space in %s: %w", s.config.Directory, err)
	}
	return free, nil
}
