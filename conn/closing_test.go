package conn

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Unread input at close would make the kernel send a reset, which may overtake the
// last words.
func TestLastWordsAreNotLost(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{QueueBytesMax: 32 << 20}, ListenOptions{})
		c, s := w.dial()
		s.Pause()
		c.write(strings.Repeat("flood ", 1000))
		words := strings.Repeat("last words ", 500_000)
		s.Append([]byte(words))
		reason := errors.New("enough")
		s.Close(reason)
		s.Close(errors.New("again"))
		s.say("too late")
		if err := next(t, s.closed); err != reason {
			t.Errorf("closed with %v", err)
		}
		c.write("more flood")
		if got := c.rest(); got != words {
			t.Errorf("the client got %d bytes of %d", len(got), len(words))
		}
		c.end()
		w.waitEmpty()
		if len(s.closed) > 0 {
			t.Error("closed twice")
		}
		if s.has() != "" {
			t.Errorf("a closing session received %.20q", s.has())
		}
	})
}

// A reset in answer to input that comes after our end would spoil that end.
func TestInputAfterOurEndCausesNoReset(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		c, s := w.dial()
		s.say("bye")
		s.Close(nil)
		next(t, s.closed)
		for range 5 {
			time.Sleep(5 * time.Millisecond)
			c.write("one more thing")
		}
		if got := c.rest(); got != "bye" {
			t.Errorf("got %q", got)
		}
		c.end()
		w.waitEmpty()
	})
}

// waitEmpty waits until no connection is open.
func (w *world) waitEmpty() {
	w.t.Helper()
	for end := time.Now().Add(patience); w.net.Stats().Open > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%d connections still open", w.net.Stats().Open)
		}
	}
}

func TestPeerThatNeverEndsIsClosedAnyway(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{lingerTime: 100 * time.Millisecond}, ListenOptions{})
		c, s := w.dial()
		s.say("bye")
		s.Close(nil)
		next(t, s.closed)
		c.expect("bye")
		w.waitEmpty()
	})
}

// A client that sends its question and its end at once still gets the answer.
func TestAnswerAfterTheEndOfThePeersStream(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{QueueBytesMax: 32 << 20}, ListenOptions{})
		w.stay.Store(true)
		c, s := w.dial()
		c.write("question")
		c.end()
		if err := next(t, s.closed); err != nil {
			t.Fatalf("closed with %v", err)
		}
		s.expect("question")
		answer := strings.Repeat("answer ", 1_000_000)
		s.say(answer)
		s.Close(nil)
		if got := c.rest(); got != answer {
			t.Errorf("the client got %d bytes of %d", len(got), len(answer))
		}
		w.waitEmpty()
	})
}

func TestDataBeforeAResetArrives(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		c, s := w.dial()
		s.Pause()
		c.write("the last line")
		c.reset()
		s.Resume()
		err := next(t, s.closed)
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("closed with %v", err)
		}
		s.expect("the last line")
		w.waitEmpty()
	})
}

func TestFailedWriteKeepsUnreadInput(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		c, s := w.dial()
		s.Pause()
		c.write("the last line")
		c.reset()
		for range 20 {
			s.say("nobody reads this")
			time.Sleep(time.Millisecond)
		}
		if len(s.closed) > 0 {
			t.Fatal("closed with input unread")
		}
		if s.Queued() != 0 {
			t.Errorf("%d bytes queued for nobody", s.Queued())
		}
		s.Resume()
		if err := next(t, s.closed); err == nil {
			t.Error("a failed connection was closed without a reason")
		}
		s.expect("the last line")
		w.waitEmpty()
	})
}

func TestUnwantedConnection(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{Accept: func(c *Conn) Handler {
			c.Append([]byte("no room\r\n"))
			return nil
		}})
		c := w.dialOnly()
		if got := c.rest(); got != "no room\r\n" {
			t.Errorf("got %q", got)
		}
		c.Close()
		w.waitEmpty()
	})
}

func TestCloseOfTheNet(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{QueueBytesMax: 64 << 20}, ListenOptions{})
		quick, quickSession := w.dial()
		_, stuckSession := w.dial()
		silent := w.dialRaw() // has not shaken hands, if it is to
		defer silent.Close()
		stuckSession.say(strings.Repeat("z", 16<<20))
		quickSession.Append([]byte("good bye"))
		count := 0
		w.net.Each(func(*Conn) { count++ })
		if count < 2 {
			t.Errorf("%d connections found", count)
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- w.net.Close(ctx) }()
		if got := quick.rest(); got != "good bye" {
			t.Errorf("got %q", got)
		}
		for _, s := range []*session{quickSession, stuckSession} {
			if err := next(t, s.closed); !errors.Is(err, ErrNetClosed) {
				t.Errorf("closed with %v", err)
			}
		}
		cancel()
		if err := next(t, done); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if _, err := w.net.Listen("127.0.0.1:0", ListenOptions{Accept: w.accept}); err == nil {
			t.Error("a closed net listens")
		}
	})
}
