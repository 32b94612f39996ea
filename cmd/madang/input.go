package main

import (
	"context"
	"io"
)

// interruptible is standard input for those who would wait for it whatever the user
// wants: reading fails when the context is done. What was being read then is lost.
type interruptible struct {
	context context.Context
	from    io.Reader
}

func (i *interruptible) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	read := make(chan result, 1)
	b := make([]byte, len(p))
	go func() {
		n, err := i.from.Read(b)
		read <- result{n, err}
	}()
	select {
	case r := <-read:
		return copy(p, b[:r.n]), r.err
	case <-i.context.Done():
		return 0, i.context.Err()
	}
}

// input is standard input until a signal.
func (p *program) input() io.Reader { return &interruptible{p.context, p.in} }
