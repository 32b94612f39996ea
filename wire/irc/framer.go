package irc

import "bytes"

// Problem says what is wrong with a line that a Framer cut.
type Problem uint8

// The kinds of Problem.
const (
	// ProblemNone marks a line that may be parsed.
	ProblemNone Problem = iota
	// ProblemTooLong stands once, without text, in the place of a line over the limit.
	ProblemTooLong
	// ProblemNUL marks a line with a NUL in it (RFC 2812 2.3.1).
	ProblemNUL
	// ProblemCR marks a line with a CR that no LF follows (RFC 2812 2.3.1).
	ProblemCR
	// ProblemLines marks a message with more than one line (IRCv3 websocket).
	ProblemLines
)

// Framer cuts a stream into lines, wherever its reads happen to end. Between reads it
// holds only an unfinished line, at most TagsBytesMax+LineBytesMax bytes in at most
// 16 KiB, and nothing at all when there is none. The zero value is ready.
type Framer struct {
	rest     []byte // the unfinished line; nil when empty; holds no LF
	dropping bool   // the line was too long: nothing counts up to the next LF
}

// Feed cuts data into lines and hands each to emit, without CR LF. A line is a slice
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
	if f.dropping {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			return nil, ProblemNone, nil, false
		}
		data, f.dropping = data[end+1:], false
	}
	part, left, complete := bytes.Cut(data, []byte{'\n'})
	if len(f.rest)+len(part) >= f.limit(part) { // the LF counts too
		f.rest, f.dropping = nil, !complete
		return nil, ProblemTooLong, left, true
	}
	if len(f.rest) > 0 || !complete && len(part) > 0 {
		part = append(f.rest, part...)
		f.rest = part
	}
	if !complete {
		return nil, ProblemNone, nil, false
	}
	f.rest = nil
	line, problem = finish(part)
	return line, problem, left, true
}

// limit is the bytes that the line may take which goes on with part, its LF included.
func (f *Framer) limit(part []byte) int {
	start := f.rest
	if len(start) == 0 {
		start = part
	}
	if len(start) > 0 && start[0] == '@' {
		return TagsBytesMax + LineBytesMax
	}
	return LineBytesMax
}

// finish drops the CR of a CR LF and looks for what no line may hold.
func finish(line []byte) ([]byte, Problem) {
	line = bytes.TrimSuffix(line, []byte{'\r'})
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		return line, ProblemNUL
	case bytes.IndexByte(line, '\r') >= 0:
		return line, ProblemCR
	}
	return line, ProblemNone
}

// Whole is the line that came as a message of its own, which says where it ends (IRCv3
// websocket). A CR LF at its end is not missed if it is there.
func Whole(message []byte) (line []byte, problem Problem) {
	line, problem = finish(bytes.TrimSuffix(message, []byte{'\n'}))
	limit := LineBytesMax - len("\r\n")
	if bytes.HasPrefix(line, []byte{'@'}) {
		limit += TagsBytesMax
	}
	switch {
	case len(line) > limit:
		return nil, ProblemTooLong
	case bytes.IndexByte(line, '\n') >= 0:
		return nil, ProblemLines
	}
	return line, problem
}

// Rest is the unfinished line so far; valid until the next call.
func (f *Framer) Rest() []byte { return f.rest }

// TakeRest ends the unfinished line as the end of the stream does. There is none when
// ok is false.
func (f *Framer) TakeRest() (line []byte, problem Problem, ok bool) {
	rest := f.rest
	f.rest, f.dropping = nil, false
	if len(rest) == 0 {
		return nil, ProblemNone, false
	}
	line, problem = finish(rest)
	return line, problem, true
}
