package store

import (
	"context"
	"errors"
)

// pool is a fixed number of read-only connections to one database file. Those that
// are idle wait in slots; a nil there is opened when it is needed.
type pool struct {
	open  connector
	path  string
	slots chan *connection
	ended chan struct{} // closed by close
}

// openPool opens the first connection, so that a file that cannot be read is found.
func openPool(open connector, path string, size int) (*pool, error) {
	p := &pool{open: open, path: path, slots: make(chan *connection, size), ended: make(chan struct{})}
	for range size - 1 {
		p.slots <- nil
	}
	c, err := p.connect()
	if err != nil {
		return nil, err
	}
	p.slots <- c
	return p, nil
}

func (p *pool) connect() (*connection, error) {
	return connect(p.open, p.path, "busy_timeout=5000", "query_only=1", "cache_size=-8192", "temp_store=MEMORY")
}

// use lends a connection to body. It waits until one is free or ctx ends.
func (p *pool) use(ctx context.Context, body func(*connection) error) (err error) {
	var c *connection
	select {
	case c = <-p.slots:
	case <-ctx.Done():
		return ctx.Err()
	case <-p.ended:
		return ErrClosed
	}
	defer func() { p.slots <- c }()
	if c == nil {
		if c, err = p.connect(); err != nil {
			c = nil
			return err
		}
	}
	err = body(c)
	if code(err) != 0 && ctx.Err() == nil { // a statement failed: begin afresh next time
		err = errors.Join(err, c.close())
		c = nil
	}
	return err
}

// close ends all connections after those that are in use came back.
func (p *pool) close() error {
	close(p.ended)
	var errs []error
	for range cap(p.slots) {
		if c := <-p.slots; c != nil {
			errs = append(errs, c.close())
		}
	}
	return errors.Join(errs...)
}
