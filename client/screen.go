package client

import (
	"bytes"
	"io"
	"unicode/utf8"

	"madang/gateway/charset"
	"madang/wire/line"
)

// screen shows what a peer sends, wherever its writes happen to be cut.
type screen struct {
	to      io.Writer
	charset charset.Session
	safe    bool   // what could act on a terminal is made visible
	raw     bool   // nothing is changed
	rest    []byte // an unfinished character, or a CR that may belong to a line's end
}

func newScreen(to io.Writer, o TalkOptions) *screen {
	s := &screen{to: to, safe: o.Screen, raw: !o.Screen && o.Charset == charset.UTF8}
	s.charset.Fix(o.Charset)
	return s
}

// Write shows all of p but an unfinished character at its end.
func (s *screen) Write(p []byte) (int, error) {
	if s.raw {
		return s.to.Write(p)
	}
	data := append(s.rest, p...)
	end := s.whole(data)
	err := s.show(data[:end])
	s.rest = append([]byte(nil), data[end:]...)
	return len(p), err
}

// whole is the length of data without the unfinished character at its end.
func (s *screen) whole(data []byte) int {
	if s.safe && bytes.HasSuffix(data, []byte{'\r'}) {
		return len(data) - 1
	}
	for n := range min(utf8.UTFMax, len(data)+1) {
		if !s.charset.UnfinishedSequence(data[:len(data)-n]) {
			return len(data) - n
		}
	}
	return len(data)
}

// flush shows what is left when the stream has ended.
func (s *screen) flush() error {
	rest := s.rest
	s.rest = nil
	return s.show(rest)
}

func (s *screen) show(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	text := s.charset.Decode(data).Text
	if s.safe {
		text = appendSafeLines(nil, text)
	}
	_, err := s.to.Write(text)
	return err
}

// appendSafeLines is line.AppendSafe for text of several lines.
func appendSafeLines(dst, text []byte) []byte {
	for {
		one, more, found := bytes.Cut(text, []byte{'\n'})
		if found {
			one = bytes.TrimSuffix(one, []byte{'\r'})
		}
		dst = line.AppendSafe(dst, string(one))
		if !found {
			return dst
		}
		dst, text = append(dst, '\n'), more
	}
}

// encoder writes UTF-8 as CP949.
type encoder struct {
	to   io.Writer
	rest []byte // an unfinished character
}

// Write sends all of p but an unfinished character at its end.
func (e *encoder) Write(p []byte) (int, error) {
	data := append(e.rest, p...)
	end := len(data)
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		if start := len(data) - n; utf8.RuneStart(data[start]) {
			if !utf8.FullRune(data[start:]) {
				end = start
			}
			break
		}
	}
	_, err := e.to.Write(charset.AppendCP949(nil, string(data[:end])))
	e.rest = append([]byte(nil), data[end:]...)
	return len(p), err
}

// flush sends what is left when the input has ended.
func (e *encoder) flush() error {
	if len(e.rest) == 0 {
		return nil
	}
	_, err := e.to.Write(charset.AppendCP949(nil, string(e.rest)))
	e.rest = nil
	return err
}
