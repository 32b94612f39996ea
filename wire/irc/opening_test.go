package irc

import "testing"

func TestJudgeOpening(t *testing.T) {
	tests := []struct {
		first    string
		complete bool
		want     Opening
	}{
		{"", false, OpeningUnknown},
		{"NICK mina", false, OpeningUnknown},
		{"NICK mina", true, OpeningIRC},
		{"@label=1 CAP LS 302", true, OpeningIRC},
		{"GET / HTTP/1.1", true, OpeningHTTP},
		{"GET / HTTP/", false, OpeningHTTP},
		{"PRIVMSG /evil HTTP/1.1", true, OpeningHTTP},
		{"GET  HTTP/1.1", true, OpeningIRC},
		{"NICK (a) HTTP/1.1", true, OpeningHTTP},
		{"N(CK a HTTP/1.1", true, OpeningIRC},
		{"\x16", false, OpeningUnknown},
		{"\x16\x03", false, OpeningUnknown},
		{"\x16\x03\x01\x02", false, OpeningTLS},
		{"\x16\x03\x05", true, OpeningIRC},
	}
	for _, test := range tests {
		if got := JudgeOpening([]byte(test.first), test.complete); got != test.want {
			t.Errorf("JudgeOpening(%q, %v) = %d, want %d", test.first, test.complete, got, test.want)
		}
	}
}
