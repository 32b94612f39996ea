package auth

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"
	"time"
)

// What a Throttle allows and keeps.
const (
	FailuresMax    = 10          // of one source within FailuresWindow
	FailuresWindow = time.Minute // any minute, not each of the clock
	// SourcesMax bounds the sources remembered, at about 100 bytes each.
	SourcesMax = 16 * 1024
)

// A Throttle bounds how often secrets are guessed from one source: an IPv4 address or an
// IPv6 /64. One serves all gateways, so that their guesses add up. It never looks at
// whose account is tried, so nobody can be locked out from elsewhere. Nothing clears a
// source but time: whoever signs in to an account of his own could otherwise guess for
// ever. Safe for concurrent use.
//
// When more than SourcesMax sources failed within a minute, those are forgotten that
// failed longest ago: strangers are let in rather than kept out.
type Throttle struct {
	mu    sync.Mutex // guards what follows; never held while calling out
	start time.Time  // the first now given; times count from it
	// Every source is in one of the two; young holds those that failed since turned.
	young, old map[source]failures
	turned     time.Duration
}

type source struct {
	network uint64
	six     bool
}

// failures are the times of the last FailuresMax, a ring.
type failures struct {
	at    [FailuresMax]time.Duration
	count uint64 // at[count%FailuresMax] is overwritten next, and is the oldest when count >= FailuresMax
}

// A Source is where a guess comes from, and how it is counted.
type Source struct {
	Throttle *Throttle
	Address  netip.Addr
	Now      func() time.Time // asked when the guess is made, which may be long after it arrived
}

// A ThrottledError means too many failures from one source.
type ThrottledError struct {
	Wait time.Duration // until one more is allowed; more than 0
}

// Error says how many seconds to wait.
func (t *ThrottledError) Error() string {
	return fmt.Sprintf("too many wrong passwords or codes from your address; try again in %d seconds", (t.Wait+time.Second-1)/time.Second)
}

// NewThrottle remembers nobody yet.
func NewThrottle() *Throttle {
	return &Throttle{young: map[source]failures{}}
}

// Allow reports whether a guess from address may be made at now, and if not, how long to
// wait until it may. It counts nothing: call it right before the guess and Failed right
// after, both in one turn of the loop or through Hasher.Guess, or guesses made side by
// side slip through. IPv4 inside IPv6 is IPv4 and zones are ignored; what is no IP
// address (a unix socket) is one source. now must not run backwards.
func (t *Throttle) Allow(address netip.Addr, now time.Time) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	elapsed := t.turnLocked(now)
	f := t.lookLocked(sourceOf(address))
	if f.count < FailuresMax {
		return 0, true
	}
	wait = f.at[f.count%FailuresMax] + FailuresWindow - elapsed
	if wait <= 0 {
		return 0, true
	}
	return min(wait, FailuresWindow), false
}

// Failed counts a wrong guess from address at now. Count every guess at something that a
// stranger could want: a password, a second factor, a code sent by mail.
func (t *Throttle) Failed(address netip.Addr, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	elapsed := t.turnLocked(now)
	from := sourceOf(address)
	f := t.lookLocked(from)
	f.at[f.count%FailuresMax] = elapsed
	f.count++
	if _, known := t.young[from]; !known && len(t.young) >= SourcesMax/2 {
		t.ageLocked(elapsed)
	}
	delete(t.old, from)
	t.young[from] = f
}

func (t *Throttle) lookLocked(from source) failures {
	if f, ok := t.young[from]; ok {
		return f
	}
	return t.old[from]
}

// turnLocked forgets who has not failed for a window, and returns now as counted here.
func (t *Throttle) turnLocked(now time.Time) time.Duration {
	if t.start.IsZero() {
		t.start = now
	}
	elapsed := now.Sub(t.start)
	if elapsed-t.turned >= 2*FailuresWindow {
		t.young = map[source]failures{}
	}
	if elapsed-t.turned >= FailuresWindow {
		t.ageLocked(elapsed)
	}
	return elapsed
}

// ageLocked drops the old, all of whom failed before the young did.
func (t *Throttle) ageLocked(elapsed time.Duration) {
	t.old, t.young, t.turned = t.young, map[source]failures{}, elapsed
}

func sourceOf(address netip.Addr) source {
	address = address.Unmap()
	if address.Is4() {
		ip := address.As4()
		return source{network: uint64(binary.BigEndian.Uint32(ip[:]))}
	}
	ip := address.As16() // an invalid address counts as ::
	return source{network: binary.BigEndian.Uint64(ip[:8]), six: true}
}
