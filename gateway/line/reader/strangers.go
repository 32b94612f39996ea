package reader

import (
	"net/netip"
	"strings"
	"time"

	"madang/auth"
)

// Bounds of what strangers on UDP can make the server do.
const (
	replyBytesMax      = 32 // of payload, or the length of what was received
	repliesPerSecond   = 200
	wrongCodesMax      = 5
	closedFor          = time.Minute
	wrongCodesInMinute = 200 * 60 // in all; bounds the memory of who was wrong
)

// strangers answers datagrams of addresses that have no session. It promises that no
// answer is longer than what was asked, or 32 bytes; that an address is answered once a
// second and all of them together 200 times; and that guessing a code is hopeless. What
// it remembers is bounded by those rates, not by how many addresses are forged. It
// refuses to know sockets and clocks.
type strangers struct {
	key       auth.Key
	unlimited bool

	second  int64 // of replied
	replied map[netip.Prefix]struct{}

	minute     int64 // of wrongs
	wrongs     map[netip.Prefix]wrong
	wrongCodes int
}

// wrong is how often an address guessed, in this minute or the one before.
type wrong struct {
	count  int
	closed time.Time // until then it gets no answer
}

// verdict is what becomes of a stranger's datagram.
type verdict uint8

const (
	ignored verdict = iota // no answer
	asked                  // it is told its code
	joined                 // it knew its code: it may have a session
)

// hear judges a datagram, and gives the answer to it.
func (s *strangers) hear(now time.Time, from netip.AddrPort, data []byte) (answer []byte, v verdict) {
	s.turn(now)
	network := networkOf(from.Addr())
	w := s.wrongs[network]
	if now.Before(w.closed) {
		return nil, ignored
	}
	minute := now.Unix() / 60
	word := strings.Trim(string(data[:min(len(data), 64)]), " \t\r\n")
	if looksLikeCode(word) {
		if s.wrongCodes >= wrongCodesInMinute {
			return nil, ignored
		}
		if auth.CheckCode(s.key, from, minute, word) {
			return nil, joined
		}
		if s.wrong(now, network, w) {
			return nil, ignored
		}
	}
	if !s.mayReply(network) {
		return nil, ignored
	}
	answer = []byte("type " + auth.Code(s.key, from, minute) + " to join\n")
	if len(answer) > max(replyBytesMax, len(data)) {
		return nil, ignored
	}
	return answer, asked
}

// turn forgets what is over.
func (s *strangers) turn(now time.Time) {
	if second := now.Unix(); second != s.second || s.replied == nil {
		s.second, s.replied = second, map[netip.Prefix]struct{}{}
	}
	minute := now.Unix() / 60
	if minute == s.minute && s.wrongs != nil {
		return
	}
	kept := map[netip.Prefix]wrong{}
	for network, w := range s.wrongs {
		if now.Before(w.closed) {
			kept[network] = w
		}
	}
	s.minute, s.wrongs, s.wrongCodes = minute, kept, 0
}

// wrong counts a wrong code; true: it was the last that the address has.
func (s *strangers) wrong(now time.Time, network netip.Prefix, w wrong) bool {
	s.wrongCodes++
	w.count++
	if w.count >= wrongCodesMax {
		w = wrong{closed: now.Add(closedFor)}
	}
	s.wrongs[network] = w
	return w.count == 0
}

// mayReply says whether the rates allow an answer, and counts it.
func (s *strangers) mayReply(network netip.Prefix) bool {
	if s.unlimited {
		return true
	}
	if _, told := s.replied[network]; told || len(s.replied) >= repliesPerSecond {
		return false
	}
	s.replied[network] = struct{}{}
	return true
}

// networkOf is what counts as one address: itself, or an IPv6 /64.
func networkOf(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the address is a peer's, and bits fit it
	return p
}

// looksLikeCode tells a code from the first text of somebody who has none.
func looksLikeCode(word string) bool {
	if len(word) != auth.CodeChars {
		return false
	}
	for _, c := range strings.ToUpper(word) {
		if !('A' <= c && c <= 'Z' && c != 'I' && c != 'O' || '2' <= c && c <= '9') {
			return false
		}
	}
	return true
}
