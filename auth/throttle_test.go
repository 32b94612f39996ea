package auth_test

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madang/auth"
)

var noon = time.Unix(1_800_000_000, 0)

// exhaust fails as often as one may, with a second between.
func exhaust(t *testing.T, throttle *auth.Throttle, address netip.Addr, now time.Time) {
	t.Helper()
	for i := range auth.FailuresMax {
		at := now.Add(time.Duration(i) * time.Second)
		if wait, ok := throttle.Allow(address, at); !ok || wait != 0 {
			t.Fatalf("guess %d: wait %v", i+1, wait)
		}
		throttle.Failed(address, at)
	}
}

func TestThrottle(t *testing.T) {
	throttle, address := auth.NewThrottle(), local.Addr()
	exhaust(t, throttle, address, noon)
	for seconds, want := range map[int]time.Duration{9: 51 * time.Second, 30: 30 * time.Second, 59: time.Second} {
		if wait, ok := throttle.Allow(address, noon.Add(time.Duration(seconds)*time.Second)); ok || wait != want {
			t.Errorf("after %d seconds: %v, %v, want %v", seconds, wait, ok, want)
		}
	}
	// The first failure is a minute old, the second is not.
	if _, ok := throttle.Allow(address, noon.Add(time.Minute)); !ok {
		t.Error("a minute later: refused")
	}
	throttle.Failed(address, noon.Add(time.Minute))
	if wait, ok := throttle.Allow(address, noon.Add(time.Minute)); ok || wait != time.Second {
		t.Errorf("one failure later: %v, %v", wait, ok)
	}
}

func TestThrottleKnowsSources(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.7", "192.0.2.7", true},
		{"192.0.2.7", "::ffff:192.0.2.7", true},
		{"192.0.2.7", "192.0.2.8", false},
		{"2001:db8:1:2::7", "2001:db8:1:2:ffff::8", true},
		{"2001:db8:1:2::7", "2001:db8:1:3::7", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
		{"0.0.0.1", "0:0:0:1::", false},
		{"", "", true},
	} {
		throttle := auth.NewThrottle()
		a, _ := netip.ParseAddr(tt.a)
		b, _ := netip.ParseAddr(tt.b)
		exhaust(t, throttle, a, noon)
		if _, ok := throttle.Allow(b, noon.Add(10*time.Second)); ok == tt.same {
			t.Errorf("%q is exhausted, %q allowed: %v", tt.a, tt.b, ok)
		}
	}
}

func TestThrottleForgets(t *testing.T) {
	throttle := auth.NewThrottle()
	address := netip.MustParseAddr("10.0.0.0")
	for range 100 {
		throttle.Failed(address, noon)
		address = address.Next()
	}
	throttle.Allow(address, noon.Add(61*time.Second))
	throttle.Allow(address, noon.Add(122*time.Second))
	if n := throttle.Remembered(); n != 0 {
		t.Errorf("%d sources are remembered two minutes later", n)
	}
	throttle.Failed(address, noon.Add(123*time.Second))
	throttle.Failed(address, noon.Add(184*time.Second))
	if n := throttle.Remembered(); n != 1 {
		t.Errorf("one source is remembered as %d", n)
	}
	throttle.Allow(address, noon.Add(time.Hour))
	if n := throttle.Remembered(); n != 0 {
		t.Errorf("%d sources are remembered an hour later", n)
	}
}

func TestThrottleIsBounded(t *testing.T) {
	throttle := auth.NewThrottle()
	attacker := netip.MustParseAddr("192.0.2.7")
	var network [16]byte
	for i := range uint64(5 * auth.SourcesMax) {
		if i%1000 == 0 {
			throttle.Failed(attacker, noon)
		}
		binary.BigEndian.PutUint64(network[:], 0x2001_0db8_0000_0000+i)
		throttle.Failed(netip.AddrFrom16(network), noon)
		if n := throttle.Remembered(); n > auth.SourcesMax {
			t.Fatalf("%d sources are remembered", n)
		}
	}
	if _, ok := throttle.Allow(attacker, noon); ok {
		t.Error("who goes on failing was forgotten among the others")
	}
	if _, ok := throttle.Allow(local.Addr().Next(), noon); !ok {
		t.Error("a stranger is kept out")
	}
}

func TestThrottleAtOnce(t *testing.T) {
	throttle := auth.NewThrottle()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			address := netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})
			for range auth.FailuresMax {
				if _, ok := throttle.Allow(address, noon); !ok {
					t.Errorf("%v: refused", address)
				}
				throttle.Failed(address, noon)
			}
			if _, ok := throttle.Allow(address, noon); ok {
				t.Errorf("%v: allowed", address)
			}
		})
	}
	all.Wait()
}

// Against the plain rule: in no minute more than FailuresMax failures of one source.
func TestThrottleProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		throttle, now := auth.NewThrottle(), noon
		failed := map[byte][]time.Time{}
		for range rapid.IntRange(1, 200).Draw(t, "guesses") {
			now = now.Add(time.Duration(rapid.IntRange(0, 10_000).Draw(t, "milliseconds")) * time.Millisecond)
			who := byte(rapid.IntRange(1, 3).Draw(t, "who"))
			address := netip.AddrFrom4([4]byte{10, 0, 0, who})
			recent := slices.DeleteFunc(failed[who], func(at time.Time) bool { return now.Sub(at) >= time.Minute })
			wait, ok := throttle.Allow(address, now)
			if ok != (len(recent) < auth.FailuresMax) || ok != (wait == 0) || !ok && wait != recent[0].Add(time.Minute).Sub(now) {
				t.Fatalf("%d failures in the last minute: %v, %v", len(recent), wait, ok)
			}
			if ok && rapid.Bool().Draw(t, "wrong") {
				throttle.Failed(address, now)
				recent = append(recent, now)
			}
			failed[who] = recent
		}
	})
}

func BenchmarkThrottle(b *testing.B) {
	throttle, address, now := auth.NewThrottle(), netip.MustParseAddr("10.0.0.0"), noon
	b.ReportAllocs()
	for b.Loop() {
		throttle.Allow(address, now)
		throttle.Failed(address, now)
		address, now = address.Next(), now.Add(time.Millisecond)
	}
}
