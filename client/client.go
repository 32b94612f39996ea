// Package client is the other side: programs that dial. Talk is the one-to-one shape,
// a plain socket with a person or a pipe at either end; Speaker and Listener are the
// scriptable clients of the plain text gateway in its JSON form. It promises that what
// a peer sends can do nothing to a terminal, that Say returns only once the message is
// stored, and that a broken connection costs neither a hole nor a double. It calls
// only whom it was told to call, and refuses to know flags, signals and exit codes.
package client

import (
	"context"
	"fmt"
	"net"
	"time"
)

// dialWithin bounds one attempt to connect.
const dialWithin = 10 * time.Second

// Dial connects to host:port.
func Dial(ctx context.Context, address string) (*net.TCPConn, error) {
	d := net.Dialer{Timeout: dialWithin}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return c.(*net.TCPConn), nil
}

// Accept waits for one peer at host:port and stops listening when it has come. Ready
// is told where it listens, with the real port.
func Accept(ctx context.Context, address string, ready func(net.Addr)) (*net.TCPConn, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen at %s: %w", address, err)
	}
	defer l.Close()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	ready(l.Addr())
	c, err := l.Accept()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("wait for somebody at %s: %w", address, err)
	}
	return c.(*net.TCPConn), nil
}
