package conn

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
)

// Clients come and go at random while one goroutine, as the engine does, sends to
// all. Each client must see its numbers without a gap, and each session must be
// closed once.
func TestComingAndGoing(t *testing.T) {
	everyVariant(t, func(t *testing.T, v variant) {
		const clients, visits = 8, 12
		var opened, closed atomic.Int64
		var mu sync.Mutex
		members := map[*counting]bool{}
		w := newWorld(t, v, Config{QueueBytesMax: 4 << 20}, ListenOptions{Accept: func(c *Conn) Handler {
			opened.Add(1)
			h := &counting{conn: c}
			h.leave = func() {
				closed.Add(1)
				mu.Lock()
				delete(members, h)
				mu.Unlock()
			}
			mu.Lock()
			members[h] = true
			mu.Unlock()
			return h
		}})

		ctx, stop := context.WithCancel(context.Background())
		var engine, guests sync.WaitGroup
		engine.Go(func() {
			random := rand.New(rand.NewPCG(5, 6))
			memory := make([]byte, 8<<10)
			for ctx.Err() == nil {
				mu.Lock()
				present := make([]*counting, 0, len(members))
				for h := range members {
					present = append(present, h)
				}
				mu.Unlock()
				for _, h := range present {
					if h.conn.Queued() < 2<<20 {
						h.turn(random, memory)
					}
				}
			}
		})
		for i := range clients {
			guests.Go(func() {
				random := rand.New(rand.NewPCG(7, uint64(i)))
				for range visits {
					w.visit(random)
				}
			})
		}
		guests.Wait()
		stop()
		engine.Wait()
		w.waitEmpty()
		if opened.Load() == 0 || opened.Load() != closed.Load() {
			t.Errorf("%d opened, %d closed", opened.Load(), closed.Load())
		}
	})
}

// visit reads some numbers and leaves, politely or not.
func (w *world) visit(random *rand.Rand) {
	c := w.dialOnly()
	defer c.Close()
	number := make([]byte, 4)
	for want := range uint32(random.IntN(40000)) {
		if _, err := io.ReadFull(c.Conn, number); err != nil {
			if !errors.Is(err, io.EOF) {
				w.t.Errorf("at %d: %v", want, err)
			}
			return
		}
		if got := binary.BigEndian.Uint32(number); got != want {
			w.t.Errorf("got %d, want %d", got, want)
			return
		}
	}
	_, _ = c.Write([]byte("bye"))
	switch random.IntN(3) {
	case 0:
		c.reset()
	case 1:
		c.end()
	}
}

// counting is a Handler that sends numbers.
type counting struct {
	conn  *Conn
	leave func()
	sent  uint32 // the engine's
}

// turn sends a few numbers and then spoils the memory they were in.
func (h *counting) turn(random *rand.Rand, memory []byte) {
	used := 0
	for range random.IntN(6) {
		size := 4 * (1 + random.IntN(300))
		piece := memory[used : used+size]
		used += size
		for at := 0; at < size; at += 4 {
			binary.BigEndian.PutUint32(piece[at:], h.sent)
			h.sent++
		}
		h.conn.Append(piece)
	}
	h.conn.Flush()
	for i := range memory[:used] {
		memory[i] = 0xff
	}
}

func (h *counting) Received([]byte) {}
func (h *counting) Drained()        {}
func (h *counting) Woken()          {}
func (h *counting) Closed(error) {
	h.leave()
	h.conn.Close(nil)
}
