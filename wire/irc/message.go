package irc

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// What Parse says about a line that is no message. After ErrBadCommand the message is
// filled in nevertheless, so that an answer can name the word that was not understood.
var (
	ErrEmpty       = errors.New("irc: line holds no command")
	ErrNUL         = errors.New("irc: line holds a NUL")
	ErrLineBreak   = errors.New("irc: line holds a CR or LF")
	ErrTagsTooLong = errors.New("irc: tags too long")
	ErrLineTooLong = errors.New("irc: line too long")
	ErrBadCommand  = errors.New("irc: command is neither letters nor three digits")
)

// Message is one parsed line. All its slices point into that line and live as long as
// it does; the zero value is ready for Parse and is meant to be reused.
type Message struct {
	// Line is all that was parsed, without CR LF.
	Line []byte
	// Tags is the raw tag data without '@' and space; empty when there are none.
	Tags []byte
	// Source is the origin without its ':'; a server ignores it from clients.
	Source []byte

	command []byte                // as written
	upper   [commandBytesMax]byte // the command in capitals if folded
	folded  bool                  // whether upper is the command
	params  [ParamsMax][]byte
	count   int // of params; <= ParamsMax
}

// Parse reads a line that a client sent, without its CR LF, into m: at most
// ClientTagBytesMax bytes of tags and LineBytesMax-2 of the rest. Spaces before and
// between the parts are skipped, as servers in use do; the fifteenth parameter takes
// the rest of the line (RFC 2812 2.3.1). It returns one of the errors above.
func Parse(line []byte, m *Message) error {
	return parse(line, m, ClientTagBytesMax, LineBytesMax-2)
}

// ParseConverted is Parse for a line that Parse has accepted and that grew since, by
// being converted to UTF-8.
func ParseConverted(line []byte, m *Message) error {
	return parse(line, m, TagsBytesMax, TagsBytesMax)
}

// ParseServer is Parse for a line that a server sent, whose tags may take
// TagsBytesMax bytes with their '@' and space.
func ParseServer(line []byte, m *Message) error {
	return parse(line, m, TagsBytesMax-2, LineBytesMax-2)
}

func parse(line []byte, m *Message, tagBytesMax, restBytesMax int) error {
	m.Line, m.Tags, m.Source, m.command, m.folded, m.count = line, nil, nil, nil, false, 0
	if err := checkBytes(line); err != nil {
		return err
	}
	rest := skipSpaces(line)
	if len(rest) > 0 && rest[0] == '@' {
		m.Tags, rest = cut(rest[1:])
		if len(m.Tags) > tagBytesMax {
			return ErrTagsTooLong
		}
	}
	if len(rest) > restBytesMax {
		return ErrLineTooLong
	}
	rest = skipSpaces(rest)
	if len(rest) > 0 && rest[0] == ':' {
		m.Source, rest = cut(rest[1:])
		rest = skipSpaces(rest)
	}
	m.command, rest = cut(rest)
	if len(m.command) == 0 {
		return ErrEmpty
	}
	m.parseParams(rest)
	return m.foldCommand()
}

func checkBytes(line []byte) error {
	if bytes.IndexByte(line, 0) >= 0 {
		return ErrNUL
	}
	if bytes.IndexByte(line, '\r') >= 0 || bytes.IndexByte(line, '\n') >= 0 {
		return ErrLineBreak
	}
	return nil
}

// skipSpaces drops leading spaces; a tab is no separator (RFC 2812 2.3.1).
func skipSpaces(b []byte) []byte {
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	return b
}

// cut splits before and behind the first space; the rest is empty if there is none.
func cut(b []byte) (word, rest []byte) {
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, b[len(b):]
}

func (m *Message) parseParams(rest []byte) {
	for m.count < ParamsMax {
		rest = skipSpaces(rest)
		if len(rest) == 0 {
			return
		}
		var param []byte
		switch {
		case rest[0] == ':':
			param, rest = rest[1:], nil
		case m.count == ParamsMax-1:
			param, rest = rest, nil
		default:
			param, rest = cut(rest)
		}
		m.params[m.count] = param
		m.count++
	}
}

// foldCommand checks the command (RFC 2812 2.3.1) and keeps it in capitals; a command
// that already is costs no copy.
func (m *Message) foldCommand() error {
	letters, digits, small := 0, 0, 0
	for _, c := range m.command {
		switch {
		case 'A' <= c && c <= 'Z':
			letters++
		case 'a' <= c && c <= 'z':
			letters++
			small++
		case '0' <= c && c <= '9':
			digits++
		}
	}
	n := len(m.command)
	if n > commandBytesMax || letters != n && (digits != n || n != 3) {
		return ErrBadCommand
	}
	if small == 0 {
		return nil
	}
	for i, c := range m.command {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		m.upper[i] = c
	}
	m.folded = true
	return nil
}

// Command is the command in capitals; after ErrBadCommand it is as it was written.
func (m *Message) Command() []byte {
	if m.folded {
		return m.upper[:len(m.command)]
	}
	return m.command
}

// Params are the parameters, at most ParamsMax; valid until the next Parse.
func (m *Message) Params() [][]byte { return m.params[:m.count] }

// Len is the number of parameters.
func (m *Message) Len() int { return m.count }

// Param is the i-th parameter, counted from 0; nil if there is none.
func (m *Message) Param(i int) []byte {
	if i < 0 || i >= m.count {
		return nil
	}
	return m.params[i]
}

// Strings copies the parameters from the given one on; for commands off the hot path.
func (m *Message) Strings(from int) []string {
	if from < 0 || from >= m.count {
		return nil
	}
	words := make([]string, 0, m.count-from)
	for _, param := range m.params[from:m.count] {
		words = append(words, string(param))
	}
	return words
}

// ValidUTF8 tells whether the whole line is UTF-8, as UTF8ONLY asks of clients.
func (m *Message) ValidUTF8() bool { return utf8.Valid(m.Line) }
