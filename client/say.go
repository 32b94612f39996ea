package client

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"
)

// Stored is where a message lies.
type Stored struct {
	ID       string // of the message
	Position uint64
	Number   uint64
	Again    bool // it was stored by an earlier attempt
}

// Speaker says things in one room. It is used by one goroutine.
type Speaker struct {
	guest *guest
	link  *link       // nil: not connected
	heard chan answer // from the link's reader
}

// answer is what the reader of a link met: an answer to a command, or the link's end.
type answer struct {
	object *object
	err    error
}

// NewSpeaker makes a Speaker; the first Say connects it.
func NewSpeaker(o Options) *Speaker {
	if o.Patience == 0 {
		o.Patience = time.Minute
	}
	return &Speaker{guest: newGuest(o)}
}

// Close ends the connection.
func (s *Speaker) Close() {
	if s.link == nil {
		return
	}
	s.link.close()
	// The reader ends with the connection.
	for range s.heard {
	}
	s.link = nil
}

// Say says one line and returns when the server has acknowledged it. After a broken
// connection it says it again with the same id, as long as the patience lasts; only
// the first connection of all must succeed at once. The error is a *Refusal if the
// server refused.
func (s *Speaker) Say(ctx context.Context, text string) (Stored, error) {
	id := rand.Text()
	since := time.Now()
	for n := 0; ; n++ {
		stored, err := s.try(ctx, id, text)
		if err == nil {
			return stored, nil
		}
		if ctx.Err() != nil || !passing(err) || !s.guest.met || time.Since(since) > s.guest.options.Patience {
			return Stored{}, fmt.Errorf("not said: %w", err)
		}
		if n == 0 {
			s.guest.options.warn("%v; trying again", err)
		}
		if err := pause(ctx, n); err != nil {
			return Stored{}, fmt.Errorf("not said: %w", err)
		}
	}
}

func (s *Speaker) try(ctx context.Context, id, text string) (Stored, error) {
	if s.link == nil {
		if err := s.connect(ctx); err != nil {
			return Stored{}, err
		}
	}
	err := s.link.send(map[string]string{"type": "say", "room": s.guest.room, "text": text, "id": id})
	if err != nil {
		s.Close()
		return Stored{}, err
	}
	timeout := time.NewTimer(answerWithin)
	defer timeout.Stop()
	for {
		select {
		case a := <-s.heard:
			switch {
			case a.err != nil:
				s.Close()
				return Stored{}, a.err
			case a.object.Type == "error" && (a.object.ID == id || a.object.ID == ""):
				// Without an id it is about a line that could not even be read: ours.
				return Stored{}, &Refusal{a.object.Code, a.object.Text}
			case a.object.ID == id:
				o := a.object
				return Stored{o.Message, o.Position, o.Number, o.Duplicate}, nil
			}
		case <-timeout.C:
			s.Close()
			return Stored{}, &brokenError{fmt.Errorf("no answer within %v", answerWithin)}
		}
	}
}

func unseen(*object) error { return nil }

// connect comes in and starts the link's reader, which owns the guest until it ends.
func (s *Speaker) connect(ctx context.Context) error {
	l, err := s.guest.connect(ctx, unseen)
	if err != nil {
		return err
	}
	heard := make(chan answer, 16)
	s.link, s.heard = l, heard
	go func() {
		defer close(heard)
		for {
			o, err := l.next()
			if err != nil {
				heard <- answer{err: err}
				return
			}
			s.guest.see(o, unseen)
			if o.Type == "ok" || o.Type == "error" {
				heard <- answer{object: o}
			}
		}
	}()
	return nil
}
