package conn

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The tests of this file hold for every variant.

func TestBothWays(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{Name: "irc"})
		c, s := w.dial()
		c.write("hello\r\n")
		s.expect("hello\r\n")
		s.say("one ", "two ", "three")
		c.expect("one two three")
		if s.Gateway() != "irc" || s.ID() == 0 || s.Queued() != 0 {
			t.Errorf("gateway %q, id %d, queued %d", s.Gateway(), s.ID(), s.Queued())
		}
		if s.RemoteAddr().String() != c.LocalAddr().String() || s.LocalAddr().String() != c.RemoteAddr().String() {
			t.Errorf("addresses %v and %v, the client's are %v and %v", s.RemoteAddr(), s.LocalAddr(), c.LocalAddr(), c.RemoteAddr())
		}
		if state := s.TLSState(); (state != nil) != (v.version != 0) || state != nil && state.Version != v.version {
			t.Errorf("TLS state %v", state)
		}
		if s.BytesIn() != 7 || s.BytesOut() < 13 {
			t.Errorf("%d bytes in, %d out", s.BytesIn(), s.BytesOut())
		}
		if s.LastRead().Before(s.Since()) || time.Since(s.Since()) > time.Hour {
			t.Errorf("accepted %v, read %v", s.Since(), s.LastRead())
		}
		c.end()
		if err := next(t, s.closed); err != nil {
			t.Errorf("closed with %v", err)
		}
	})
}

func TestManyPiecesInOneFlush(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		c, s := w.dial()
		var want strings.Builder
		for turn := range 5 {
			for i := range 150 * turn {
				piece := fmt.Sprintf("<%d.%d>", turn, i)
				want.WriteString(piece)
				s.Append([]byte(piece))
			}
			s.Append(nil)
			s.Flush()
		}
		c.expect(want.String())
	})
}

func TestAdjacentPiecesAreOne(t *testing.T) {
	chunk := []byte("one two three")
	if got := join(chunk[:4], chunk[4:8]); string(got) != "one two " {
		t.Errorf("joined %q", got)
	}
	for _, apart := range [][2][]byte{
		{chunk[:3], chunk[4:8]},
		{chunk[4:8], chunk[:4]},
		{[]byte("one"), []byte("two")},
		{chunk[:4:4], chunk[4:8]},
	} {
		if got := join(apart[0], apart[1]); got != nil {
			t.Errorf("joined %q and %q to %q", apart[0], apart[1], got)
		}
	}
}

// The memory given to Append is overwritten after each Flush, and the client reads
// slowly: what waits must be copies, in order.
func TestSlowReaderGetsEveryByteInOrder(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		const total = 24 << 20
		w := newWorld(t, v, Config{QueueBytesMax: 8 << 20}, ListenOptions{})
		c, s := w.dial()
		sum := make(chan [32]byte, 1)
		full := make(chan struct{})
		go func() {
			h := sha256.New()
			<-full
			_, _ = io.CopyN(h, c.Conn, total)
			sum <- [32]byte(h.Sum(nil))
		}()
		want := sha256.New()
		random := rand.New(rand.NewPCG(1, 2))
		chunk := make([]byte, 1<<20)
		waited := 0
		for sent := 0; sent < total; {
			for range random.IntN(4) + 1 {
				piece := chunk[:min(random.IntN(len(chunk)/4)+1, total-sent)]
				chunk = chunk[len(piece):]
				for i := range piece {
					piece[i] = byte(random.Uint32())
				}
				want.Write(piece)
				s.Append(piece)
				sent += len(piece)
			}
			s.Flush()
			chunk = chunk[:cap(chunk)]
			clear(chunk)
			chunk = make([]byte, 1<<20)
			if s.Queued() > LowWaterBytes {
				if waited++; waited == 4 {
					close(full)
				}
				if waited >= 4 {
					next(t, s.drained)
				}
			}
		}
		if got := next(t, sum); got != [32]byte(want.Sum(nil)) {
			t.Error("other bytes came")
		}
	})
}

func TestDrainedFollowsEveryFullQueue(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{QueueBytesMax: 64 << 20}, ListenOptions{})
		c, s := w.dial()
		s.say(strings.Repeat("x", 20<<20))
		if s.Queued() == 0 {
			t.Fatal("the socket took everything")
		}
		select {
		case <-s.drained:
			t.Fatal("drained before anything was read")
		case <-time.After(50 * time.Millisecond):
		}
		s.say("end")
		c.expect(strings.Repeat("x", 20<<20) + "end")
		next(t, s.drained)
	})
}

func TestTooSlowReaderIsHungUp(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		_, s := w.dial()
		s.SetQueueBytesMax(100 << 10)
		line := strings.Repeat("y", 32<<10)
		for range 2000 {
			s.say(line)
			if s.Queued() > 100<<10 {
				t.Fatalf("%d bytes are queued", s.Queued())
			}
		}
		if err := next(t, s.closed); !errors.Is(err, ErrSlowReader) {
			t.Fatalf("closed with %v", err)
		}
		if w.net.Stats().SlowReaders != 1 {
			t.Errorf("%d slow readers counted", w.net.Stats().SlowReaders)
		}
	})
}

func TestPauseAndResume(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		w.on(func(s *session, b []byte) {
			if strings.Contains(string(b), "stop") {
				s.Pause()
			}
		})
		c, s := w.dial()
		c.write("stop")
		s.expect("stop")
		c.write("go on")
		time.Sleep(20 * time.Millisecond)
		s.expect("stop")
		s.Resume()
		s.expect("stopgo on")
		c.write("!")
		s.expect("stopgo on!")
	})
}

func TestWakeAfter(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		_, s := w.dial()
		start := time.Now()
		s.WakeAfter(time.Hour)
		s.WakeAfter(30 * time.Millisecond)
		next(t, s.woken)
		if early := 30*time.Millisecond - time.Since(start); early > 0 {
			t.Errorf("woken %v early", early)
		}
		s.WakeAfter(20 * time.Millisecond)
		s.WakeAfter(0)
		time.Sleep(60 * time.Millisecond)
		if len(s.woken) != 0 {
			t.Error("woken after the timer was cancelled")
		}
		s.WakeAfter(time.Millisecond)
		s.Abort(nil)
		next(t, s.closed)
		w.waitEmpty()
		s.WakeAfter(time.Millisecond)
	})
}

func TestUseAfterCloseIsHarmless(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		_, old := w.dial()
		reason := errors.New("out")
		old.Append([]byte("unsent"))
		old.Abort(reason)
		if err := next(t, old.closed); err != reason {
			t.Errorf("closed with %v", err)
		}
		w.waitEmpty()
		c, s := w.dial() // probably with the same handle
		old.say("not for you")
		old.Resume()
		old.Pause()
		old.SetQueueBytesMax(1)
		old.WakeAfter(time.Millisecond)
		old.Close(nil)
		old.Abort(nil)
		if old.LocalAddr().IsValid() || old.Queued() != 0 {
			t.Errorf("a closed connection is at %v with %d bytes queued", old.LocalAddr(), old.Queued())
		}
		s.say("for you")
		c.expect("for you")
		if len(old.closed)+len(old.woken) != 0 {
			t.Error("a closed session was called")
		}
	})
}

func TestFloodStarvesNobody(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		flood, flooding := w.dial()
		flooding.mu.Lock()
		flooding.forget = true
		flooding.mu.Unlock()
		stop := make(chan struct{})
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			block := make([]byte, 1<<20)
			for {
				select {
				case <-stop:
					return
				default:
					_, _ = flood.Write(block)
				}
			}
		}()
		c, s := w.dial()
		want := ""
		for i := range 100 {
			line := fmt.Sprintf("line %d;", i)
			want += line
			c.write(line)
			s.expect(want)
		}
		close(stop)
		<-stopped
	})
}

func TestRoundFollowsCalls(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		rounds := make(chan struct{}, 1000)
		w := newWorld(t, v, Config{Round: func() { rounds <- struct{}{} }}, ListenOptions{})
		c, s := w.dial()
		next(t, rounds) // for Accept
		time.Sleep(20 * time.Millisecond)
		for len(rounds) > 0 {
			<-rounds
		}
		c.write("x")
		next(t, rounds)
		s.expect("x")
		s.WakeAfter(time.Millisecond)
		next(t, s.woken)
		next(t, rounds)
		c.end()
		next(t, s.closed)
		next(t, rounds)
	})
}

func TestGatherWaitsForMore(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		var asked, turns atomic.Int64
		config := Config{
			Gather: func(received int) time.Duration {
				asked.Add(1)
				if received < 1 {
					t.Errorf("asked with %d received", received)
				}
				return time.Hour
			},
			Round: func() { turns.Add(1) },
		}
		w := newWorld(t, v, config, ListenOptions{})
		c, s := w.dial()
		for range 20 {
			c.write("x")
		}
		s.expect(strings.Repeat("x", 20))
		for end := time.Now().Add(patience); asked.Load() == 0 || turns.Load() == 0; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("asked %d times in %d turns", asked.Load(), turns.Load())
			}
		}
	})
}

func TestAPanicCostsOneConnection(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		w.on(func(_ *session, b []byte) {
			if string(b) == "boom" {
				panic("fault")
			}
		})
		bad, badSession := w.dial()
		good, goodSession := w.dial()
		bad.write("boom")
		if err := next(t, badSession.closed); !errors.Is(err, ErrHandlerPanic) {
			t.Errorf("closed with %v", err)
		}
		good.write("fine")
		goodSession.expect("fine")
	})
}

func TestIdleNetSleeps(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		w := newWorld(t, v, Config{}, ListenOptions{})
		c, s := w.dial()
		s.WakeAfter(time.Hour)
		c.write("x")
		s.expect("x")
		time.Sleep(20 * time.Millisecond)
		before := w.net.Stats().Turns
		time.Sleep(100 * time.Millisecond)
		if turns := w.net.Stats().Turns - before; turns > 3 {
			t.Errorf("%d turns with nothing to do", turns)
		}
	})
}
