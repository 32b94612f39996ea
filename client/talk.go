package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"madang/gateway/charset"
)

// TalkOptions say what the near end of a talk is.
type TalkOptions struct {
	In      io.Reader
	Out     io.Writer
	Charset charset.Name // of the far end; the near end is always UTF-8
	// Screen says that Out is a terminal: what could move its cursor is made visible.
	Screen bool
	// Typed says that In is a terminal: the talk ends with the peer's stream.
	Typed bool
}

// linger is how long an In that is not typed may be silent after the peer's stream
// has ended, before the talk ends too.
const linger = time.Second

// Talk carries In to the peer and the peer to Out, both at once, and closes the
// connection at the end. When In ends the peer is told, and is heard until it ends too.
// When the peer ends, what In still gives without a pause is sent, but nobody is waited
// for: with Typed the talk is over at once. The context ends a talk without an error. A
// goroutine of Talk may be left reading In, since nothing can interrupt a terminal.
func Talk(ctx context.Context, c *net.TCPConn, o TalkOptions) error {
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	in := &watched{from: o.In}
	sent, heard := make(chan error, 1), make(chan error, 1)
	go func() { sent <- send(c, in, o) }()
	go func() { heard <- hear(c, o) }()
	// The peer's last words are read even when it takes no more of ours.
	err := <-heard
	for err == nil && !(o.Typed && in.silent(0)) && !in.silent(linger) {
		select {
		case err := <-sent:
			return err
		case <-time.After(linger / 20):
		case <-ctx.Done():
			return nil
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// watched knows since when somebody waits for its next bytes.
type watched struct {
	from    io.Reader
	waiting atomic.Int64 // Unix nanoseconds; 0: nobody waits
}

func (w *watched) Read(p []byte) (int, error) {
	w.waiting.Store(time.Now().UnixNano())
	defer w.waiting.Store(0)
	return w.from.Read(p)
}

// silent says whether somebody has waited for at least so long.
func (w *watched) silent(d time.Duration) bool {
	since := w.waiting.Load()
	return since != 0 && time.Since(time.Unix(0, since)) >= d
}

func send(c *net.TCPConn, in io.Reader, o TalkOptions) error {
	to := io.Writer(c)
	if o.Charset == charset.CP949 {
		to = &encoder{to: c}
	}
	// Plain Read and Write: what is typed is sent at once.
	if _, err := io.Copy(struct{ io.Writer }{to}, in); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	if e, ok := to.(*encoder); ok {
		if err := e.flush(); err != nil {
			return fmt.Errorf("send: %w", err)
		}
	}
	if err := c.CloseWrite(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("tell the end: %w", err)
	}
	return nil
}

func hear(c *net.TCPConn, o TalkOptions) error {
	s := newScreen(o.Out, o)
	_, err := io.Copy(struct{ io.Writer }{s}, struct{ io.Reader }{c})
	if err = errors.Join(err, s.flush()); err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	return nil
}
