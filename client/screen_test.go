package client

import (
	"bytes"
	"testing"

	"madang/gateway/charset"
)

func TestScreen(t *testing.T) {
	for _, test := range []struct {
		name, sent, want string
		safe             bool
		charset          charset.Name
	}{
		{name: "a pipe gets the bytes", sent: "\x1b[2J\xff\r\n\a", want: "\x1b[2J\xff\r\n\a"},
		{name: "a screen is safe", sent: "가\x1b[2J\r\n나\xff\r다\u202e", want: "가^[[2J\n나\ufffd 다\ufffd", safe: true},
		{name: "four bytes", sent: "😀\n", want: "😀\n", safe: true},
		{name: "CP949 on a screen", sent: "\xb0\xa1\x1b\r\n\xb3\xaa", want: "가^[\n나", safe: true, charset: charset.CP949},
		{name: "CP949 in a pipe", sent: "\xb0\xa1\x1b\n\xb3", want: "가\x1b\n\ufffd", charset: charset.CP949},
		{name: "an unfinished end", sent: "a\xea", want: "a\ufffd", safe: true},
		{name: "a CR at the end", sent: "a\r", want: "a ", safe: true},
	} {
		// However the network cuts it.
		for size := 1; size <= len(test.sent); size++ {
			var out bytes.Buffer
			s := newScreen(&out, TalkOptions{Screen: test.safe, Charset: test.charset})
			for rest := []byte(test.sent); len(rest) > 0; {
				n := min(size, len(rest))
				if _, err := s.Write(rest[:n]); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if err := s.flush(); err != nil || out.String() != test.want {
				t.Errorf("%s, in pieces of %d: got %q, %v; want %q", test.name, size, out.String(), err, test.want)
			}
		}
	}
}
