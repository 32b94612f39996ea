package line

import (
	"bytes"
	"unicode/utf8"
)

// Problem says what is wrong with a line that a Framer cut.
type Problem uint8

// The kinds of Problem.
const (
	// ProblemNone marks a line that may be used.
	ProblemNone Problem = iota
	// ProblemTooLong stands once, without text, in the place of a line over the limit.
	ProblemTooLong
	// ProblemNUL marks a line with a NUL in it: no text.
	ProblemNUL
)

// Framer cuts a stream into lines at LF, wherever its reads happen to end. It leaves out
// telnet commands (RFC 854), every CR, and the editing characters backspace and DEL; a
// doubled 0xFF is one byte 0xFF, which neither UTF-8 nor CP949 knows. Between reads it
// holds the unfinished line only, and nothing when there is none. The zero value is
// ready.
type Framer struct {
	rest []byte // the unfinished line, filtered; nil when empty; len and cap <= max()

	// BytesMax bounds a line, filtered and without its LF; 0 means LineBytesMax. It may
	// change between calls.
	BytesMax int32

	telnet   telnet
	dropping bool // the line was too long: nothing counts up to the next LF
}

func (f *Framer) max() int {
	if f.BytesMax > 0 {
		return int(f.BytesMax)
	}
	return LineBytesMax
}

// Feed cuts data into lines and hands each to emit, without its end. A line is a slice
// of data, or of the Framer's own rest, and is valid during the call only.
func (f *Framer) Feed(data []byte, emit func(line []byte, problem Problem)) {
	for {
		line, problem, left, ok := f.Next(data)
		if !ok {
			return
		}
		emit(line, problem)
		data = left
	}
}

// Next cuts the first line off data, for a caller that may have to stop between two
// lines: it owes left to the next call, in front of all else. When ok is false all
// of data was taken and no line is complete.
func (f *Framer) Next(data []byte) (line []byte, problem Problem, left []byte, ok bool) {
	if line, left, ok = f.plainLine(data); ok {
		return line, problemOf(line), left, true
	}
	for i, c := range data {
		if !f.telnet.text(c) {
			continue
		}
		switch {
		case c == '\n' && f.dropping:
			f.dropping = false
		case c == '\n':
			line, f.rest = f.rest, nil
			return line, problemOf(line), data[i+1:], true
		case f.dropping || c == '\r' || c == '\b' || c == 0x7F:
		case len(f.rest) >= f.max():
			f.rest, f.dropping = nil, true
			return nil, ProblemTooLong, data[i+1:], true
		default:
			f.rest = appendBounded(f.rest, c, f.max())
		}
	}
	return nil, ProblemNone, nil, false
}

// plainLine is the usual case: data begins with a whole line that needs no filter.
func (f *Framer) plainLine(data []byte) (line, left []byte, ok bool) {
	if len(f.rest) > 0 || f.dropping || f.telnet != (telnet{}) {
		return nil, nil, false
	}
	line, left, ok = bytes.Cut(data, []byte{'\n'})
	if !ok {
		return nil, nil, false
	}
	line = bytes.TrimSuffix(line, []byte{'\r'})
	for _, c := range line {
		if c == iac || c == '\r' || c == '\b' || c == 0x7F {
			return nil, nil, false
		}
	}
	return line, left, len(line) <= f.max()
}

// appendBounded is append whose result never takes more than bytesMax of memory.
func appendBounded(b []byte, c byte, bytesMax int) []byte {
	if len(b) == cap(b) {
		grown := make([]byte, len(b), max(len(b)+1, min(max(64, 2*cap(b)), bytesMax)))
		copy(grown, b)
		b = grown
	}
	return append(b, c)
}

func problemOf(line []byte) Problem {
	if bytes.IndexByte(line, 0) >= 0 {
		return ProblemNUL
	}
	return ProblemNone
}

// Rest is the unfinished line so far; valid until the next call.
func (f *Framer) Rest() []byte { return f.rest }

// TakeRest makes the unfinished line a whole one, because the stream ended or was silent
// for long enough. There is none when ok is false. What follows begins a new line.
func (f *Framer) TakeRest() (line []byte, problem Problem, ok bool) {
	line, f.rest = f.rest, nil
	return line, problemOf(line), len(line) > 0
}

// RestEndsMessage tells whether silence may end the unfinished line: it holds at least
// two characters, since telnet in character mode begins with single ones, and its end is no
// unfinished multibyte sequence. The latter is asked of unfinished, which knows the
// connection's character set.
func RestEndsMessage(rest []byte, unfinished func(rest []byte) bool) bool {
	return TwoCharacters(rest) && !unfinished(rest)
}

// TwoCharacters tells whether b has at least two. It counts UTF-8, or, for what is not UTF-8, pairs of bytes above
// 0x80 as one character, which is how CP949 writes Hangul.
func TwoCharacters(b []byte) bool {
	if len(b) < 2 {
		return false
	}
	if utf8.Valid(b) {
		return utf8.RuneCount(b) >= 2
	}
	if b[0] > 0x80 {
		return len(b) > 2
	}
	return true
}
