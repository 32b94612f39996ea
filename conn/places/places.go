// Package places bounds how many connections each address has, and how fast it makes new
// ones. It promises that what it remembers is bounded by who is there or was a moment
// ago. It refuses to know what a connection is.
package places

import (
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Settings are the bounds for each address; an IPv6 /64 counts as one.
type Settings struct {
	ConnectionsMax int     // at once; 64 if 0, no bound if negative
	Burst          int     // new connections at once; 64 if 0
	PerSecond      float64 // new connections after the burst; 20 if 0, no bound if negative
	// Private makes the bounds hold for loopback, private and link-local addresses
	// too, which are exempt otherwise.
	Private bool
	// Exempt addresses have no bounds: those of gateways that tell for whom each of
	// their connections is (conn.Conn.SetRemoteAddr), which is counted there.
	Exempt []netip.Prefix
}

// Limiter bounds the connections of each address. It may be shared by listeners, and its
// methods be called by any goroutine.
type Limiter struct {
	mu       sync.Mutex // guards what follows
	settings Settings
	places   map[netip.Addr]*place
	swept    time.Time
}

// place is what is known of one address. It is forgotten when it has no connection
// and a full bucket again.
type place struct {
	open   int
	tokens float64
	filled time.Time
}

const sweepEvery = 10 * time.Second

// New makes a Limiter with the settings.
func New(settings Settings) *Limiter {
	return &Limiter{settings: settings.complete(), places: make(map[netip.Addr]*place)}
}

// Set changes the settings. Connections that are open stay.
func (l *Limiter) Set(settings Settings) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settings = settings.complete()
}

func (s Settings) complete() Settings {
	if s.ConnectionsMax == 0 {
		s.ConnectionsMax = 64
	}
	if s.Burst <= 0 {
		s.Burst = 64
	}
	if s.PerSecond == 0 {
		s.PerSecond = 20
	}
	return s
}

// Take takes a place for a new connection, which Leave gives back, or says why there is
// none.
func (l *Limiter) Take(addr netip.Addr, now time.Time) (reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweepLocked(now)
	key := placeOf(addr)
	p := l.places[key]
	if p == nil {
		p = &place{tokens: float64(l.settings.Burst), filled: now}
		l.places[key] = p
	}
	l.fillLocked(p, now)
	if l.settings.bound(addr) {
		switch {
		case l.settings.ConnectionsMax > 0 && p.open >= l.settings.ConnectionsMax:
			return "too many connections from your address"
		case l.settings.PerSecond > 0 && p.tokens < 1:
			return "too many new connections from your address, try again in a few seconds"
		}
		p.tokens--
	}
	p.open++
	return ""
}

// bound says whether the bounds hold for the address.
func (s *Settings) bound(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if slices.ContainsFunc(s.Exempt, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return false
	}
	return s.Private || !private(addr)
}

// Leave gives a place back.
func (l *Limiter) Leave(addr netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.places[placeOf(addr)]; p != nil {
		p.open--
	}
}

// Open is the number of places that the address has taken.
func (l *Limiter) Open(addr netip.Addr) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.places[placeOf(addr)]; p != nil {
		return p.open
	}
	return 0
}

// Known is the number of addresses of which something is remembered.
func (l *Limiter) Known() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.places)
}

func (l *Limiter) fillLocked(p *place, now time.Time) {
	if passed := now.Sub(p.filled).Seconds(); passed > 0 {
		p.tokens += passed * max(l.settings.PerSecond, 0)
	}
	if l.settings.PerSecond < 0 {
		p.tokens = float64(l.settings.Burst)
	}
	p.tokens = min(p.tokens, float64(l.settings.Burst))
	p.filled = now
}

// sweepLocked forgets the addresses of which nothing needs to be known.
func (l *Limiter) sweepLocked(now time.Time) {
	if now.Sub(l.swept) < sweepEvery {
		return
	}
	l.swept = now
	for key, p := range l.places {
		l.fillLocked(p, now)
		if p.open == 0 && p.tokens >= float64(l.settings.Burst) {
			delete(l.places, key)
		}
	}
}

// placeOf is the address that counts: for IPv6 the first of its /64.
func placeOf(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return addr
	}
	return prefix.Addr()
}

func private(addr netip.Addr) bool {
	addr = addr.Unmap()
	return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
}
