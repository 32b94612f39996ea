package bench

import (
	"strings"
	"testing"
)

func TestStampRoundTrip(t *testing.T) {
	s := newStamp(1234567890, 64)
	for _, pair := range [][2]uint32{{0, 0}, {1, 2}, {9999, 99_999_999}, {1234, 12_345_678}, {507, 90_000_001}} {
		line := s.appendText([]byte(":nick!user@host PRIVMSG #room :"), pair[0], pair[1])
		sender, sequence, ok := s.find(line)
		if !ok || sender != pair[0] || sequence != pair[1] {
			t.Errorf("%v came back as %d %d %v", pair, sender, sequence, ok)
		}
	}
}

func TestStampRefuses(t *testing.T) {
	s := newStamp(7, 64)
	good := string(s.appendText([]byte(":n PRIVMSG #r :"), 1, 2))
	other := string(newStamp(8, 64).appendText([]byte(":n PRIVMSG #r :"), 1, 2))
	for _, test := range []struct {
		name, line string
		within     bool
	}{
		{"empty", "", false},
		{"another line", "PING :x", false},
		{"another run", other, false},
		{"cut", good[:len(good)-1], true},
		{"wrapped", good + "!", true},
		{"no colon", strings.Replace(good, " :b", "  b", 1), true},
	} {
		if _, _, ok := s.find([]byte(test.line)); ok {
			t.Errorf("%s: taken for a delivery", test.name)
		}
		if got := s.within([]byte(test.line)); got != test.within {
			t.Errorf("%s: within is %v, want %v", test.name, got, test.within)
		}
	}
}

func BenchmarkStampFind(b *testing.B) {
	s := newStamp(7, 64)
	line := s.appendText([]byte(":b1ab00500!bench@127.0.0.1 PRIVMSG #b1ab0 :"), 1, 2)
	for b.Loop() {
		s.find(line)
	}
}
