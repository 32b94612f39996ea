package conn

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
	"unsafe"
)

// An idle connection in clear costs this, and 8 bytes in a table.
func TestSizeOfConn(t *testing.T) {
	if size := unsafe.Sizeof(Conn{}); size > 224 {
		t.Errorf("Conn has %d bytes", size)
	}
}

// The wheel is compared with a plain map.
func TestWheelFiresEachTimeOnce(t *testing.T) {
	w := &wheel{planned: math.MaxInt64}
	random := rand.New(rand.NewPCG(3, 4))
	conns := make([]*Conn, 200)
	for i := range conns {
		conns[i] = new(Conn)
	}
	want := map[*Conn]int64{}
	now := int64(0)
	fired := 0
	for range 20000 {
		c := conns[random.IntN(len(conns))]
		switch random.IntN(4) {
		case 0:
			w.set(c, 0, false)
			delete(want, c)
		case 1, 2:
			tick := now + 1 + random.Int64N(3*wheelSlots)
			w.set(c, tick, false)
			want[c] = tick
		case 3:
			now += random.Int64N(200)
			if random.IntN(50) == 0 {
				now += 2 * wheelSlots
			}
			for _, c := range w.due(now, nil) {
				if tick, ok := want[c]; !ok || tick > now {
					t.Fatalf("fired at %d what is due at %d (%v)", now, tick, ok)
				}
				delete(want, c)
				fired++
			}
			for _, tick := range want {
				if tick <= now {
					t.Fatalf("not fired at %d what is due at %d", now, tick)
				}
			}
		}
		first := int64(math.MaxInt64)
		for _, tick := range want {
			first = min(first, tick)
		}
		if plan := w.plan(); plan > first || len(want) == 0 && plan != math.MaxInt64 {
			t.Fatalf("planned for %d, the first is due at %d", plan, first)
		}
	}
	if fired == 0 {
		t.Error("nothing fired")
	}
}

func TestTimesAreNeverEarly(t *testing.T) {
	for _, d := range []time.Duration{1, time.Millisecond, 300 * time.Millisecond, 9 * time.Second, time.Hour} {
		for _, now := range []int64{0, 1, 1 << 23, 12345678901234} {
			late := tickAfter(now, d)<<tickShift - now - int64(d)
			if late < 0 || late > int64(600*time.Millisecond) || d < time.Second && late > 1<<tickShift {
				t.Errorf("%v at %d is %d ns late", d, now, late)
			}
		}
	}
}

func TestOnlyConnSetsALingeringTimer(t *testing.T) {
	w := &wheel{planned: math.MaxInt64}
	c := new(Conn)
	w.set(c, 5, true)
	w.set(c, 0, false)
	w.set(c, 1, false)
	if w.plan() != 5 {
		t.Errorf("planned for %d", w.plan())
	}
	w.yield(c)
	if w.plan() != math.MaxInt64 {
		t.Error("the timer was not given back unset")
	}
}
