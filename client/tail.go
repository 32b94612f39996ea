package client

import (
	"context"
	"fmt"
	"strings"

	"madang/wire/line"
)

// Message is a message that Tail shows.
type Message struct {
	Room, Nick, Kind, Text, ID, Time string
	Position, Number                 uint64
	JSON                             []byte // the object itself, as the server wrote it, with its LF
}

// AppendText appends the message in the form of the plain text gateway: one line, safe on
// a terminal, for each line of the text.
func (m *Message) AppendText(dst []byte) []byte {
	for one := range strings.SplitSeq(m.Text, "\n") {
		dst = append(line.AppendSafe(m.appendHead(dst), one), '\n')
	}
	return dst
}

func (m *Message) appendHead(dst []byte) []byte {
	dst = line.AppendSafe(append(dst, '['), m.Room)
	switch m.Kind {
	case "action":
		dst = line.AppendSafe(append(dst, "] * "...), m.Nick)
		return append(dst, ' ')
	case "notice":
		dst = line.AppendSafe(append(dst, "] -"...), m.Nick)
		return append(dst, "- "...)
	}
	dst = line.AppendSafe(append(dst, "] "...), m.Nick)
	return append(dst, ": "...)
}

// Tail shows what is said in a room from now on, until the context ends (no error) or
// show fails. A broken connection is resumed behind the last message shown. Only the
// first connection must succeed; afterwards Tail gives up only when the server does
// not let it in again.
func Tail(ctx context.Context, o Options, ready func(room string), show func(*Message) error) error {
	g := newGuest(o)
	showObject := func(o *object) error {
		return show(&Message{
			Room: o.Room, Nick: o.Nick, Kind: o.Kind, Text: o.Text, ID: o.ID, Time: o.Time,
			Position: o.Position, Number: o.Number, JSON: o.raw,
		})
	}
	l, err := g.connect(ctx, showObject)
	if err == nil {
		ready(g.room)
	}
	for n := 0; ; n++ {
		if err == nil {
			n = 0
			err = g.follow(l, showObject)
			l.close()
		}
		if ctx.Err() != nil {
			return nil
		}
		if !g.met || !passing(err) {
			return fmt.Errorf("follow %s: %w", g.options.Room, err)
		}
		if n == 0 {
			o.warn("%v; trying again", err)
		}
		if pause(ctx, n) != nil {
			return nil
		}
		l, err = g.connect(ctx, showObject)
	}
}

// follow shows what is said until the connection ends.
func (g *guest) follow(l *link, show func(*object) error) error {
	for {
		o, err := l.next()
		if err != nil {
			return err
		}
		if err := g.see(o, show); err != nil {
			return err
		}
	}
}
