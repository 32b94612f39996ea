package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// Bounds of a link.
const (
	lineBytesMax = 256 << 10        // of one object; a text has at most 16 KiB
	quietFor     = 45 * time.Second // after which a peer is asked whether it lives
	answerWithin = 20 * time.Second // for that, and for taking what we write
)

// object is one line of the server's, with the keys of every type.
type object struct {
	Type      string   `json:"type"`
	ID        string   `json:"id"` // a command's, but for messages the message's own
	Code      string   `json:"code"`
	Text      string   `json:"text"`
	Room      string   `json:"room"`
	Nick      string   `json:"nick"`
	To        string   `json:"to"`
	Kind      string   `json:"kind"`
	Token     string   `json:"token"`
	Rooms     []string `json:"rooms"` // of an account; others that have the key are not for us
	Message   string   `json:"message"`
	Position  uint64   `json:"position"`
	Number    uint64   `json:"number"`
	Time      string   `json:"time"`
	Duplicate bool     `json:"duplicate"`

	raw []byte // the line itself
}

// answers says whether the object settles the command with this id.
func (o *object) answers(id string) bool {
	return o.ID == id && (o.Type == "ok" || o.Type == "error")
}

// Refusal is why the server did not do what was asked.
type Refusal struct {
	Code string // a word for programs
	Text string // a sentence for people
}

func (r *Refusal) Error() string { return r.Text }

// brokenError is a connection that could not be made, ended, or was silent for too
// long; what was going on may be begun again.
type brokenError struct{ cause error }

func (b *brokenError) Error() string { return b.cause.Error() }

func (b *brokenError) Unwrap() error { return b.cause }

// link is one connection to the plain text gateway. One goroutine reads, one writes.
type link struct {
	conn    net.Conn
	in      *bufio.Reader
	partial []byte // of a line that a silence interrupted
	words   string // the last line that was no object: the greeting, or why we may not come in
	stop    func() bool
}

func openLink(ctx context.Context, server string) (*link, error) {
	c, err := Dial(ctx, server)
	if err != nil {
		return nil, &brokenError{err}
	}
	l := &link{conn: c, in: bufio.NewReader(c)}
	l.stop = context.AfterFunc(ctx, func() { c.Close() })
	return l, nil
}

func (l *link) close() {
	l.stop()
	l.conn.Close()
}

// send writes one request.
func (l *link) send(request any) error {
	line, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("write a request: %w", err)
	}
	l.conn.SetWriteDeadline(time.Now().Add(answerWithin))
	if _, err := l.conn.Write(append(line, '\n')); err != nil {
		return broke(err)
	}
	return nil
}

func broke(err error) error {
	return &brokenError{fmt.Errorf("the connection broke: %w", err)}
}

// next is the next object. It asks a silent peer whether it lives, so that a network
// that went away does not keep us waiting for ever. The error is *brokenError.
func (l *link) next() (*object, error) {
	for {
		line, err := l.line()
		if err != nil {
			return nil, broke(err)
		}
		if line[0] != '{' {
			l.words = strings.TrimSpace(string(line))
			continue
		}
		o := &object{raw: line}
		if err := json.Unmarshal(line, o); err != nil {
			return nil, &brokenError{fmt.Errorf("not the plain text gateway of a Madang: %w", err)}
		}
		return o, nil
	}
}

func (l *link) line() ([]byte, error) {
	for asked := false; ; {
		l.conn.SetReadDeadline(time.Now().Add(wait(asked)))
		piece, err := l.in.ReadSlice('\n')
		l.partial = append(l.partial, piece...)
		switch {
		case err == nil:
			line := l.partial
			l.partial = nil
			return line, nil
		case len(l.partial) > lineBytesMax:
			return nil, errors.New("a line without end")
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, os.ErrDeadlineExceeded) && !asked:
			asked = true
			if err := l.send(map[string]string{"type": "ping"}); err != nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
}

func wait(asked bool) time.Duration {
	if asked {
		return answerWithin
	}
	return quietFor
}
