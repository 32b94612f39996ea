package admin

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
)

// SocketName is the socket's file in the data folder.
const SocketName = "admin.sock"

// pathBytesMax is the longest path that every system takes for a socket.
const pathBytesMax = 100

// ErrInUse: another server answers in the folder.
var ErrInUse = errors.New("another server uses the data folder")

// Listen opens the operator's socket in a folder, which is made when missing. Only
// the owner may connect. A socket on which nobody answers any more, as a killed server
// leaves it, is replaced; the error is ErrInUse when somebody does.
func Listen(folder string) (net.Listener, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	path, err := openPath(folder)
	if err != nil {
		return nil, err
	}
	if c, err := net.Dial("unix", path.name); err == nil {
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrInUse, folder), c.Close(), path.Close())
	}
	if err := os.Remove(path.name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("remove the old operator's socket: %w", err), path.Close())
	}
	l, err := net.Listen("unix", path.name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the operator's socket in %s: %w", folder, err), path.Close())
	}
	if err := os.Chmod(path.name, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect the operator's socket: %w", err), l.Close(), path.Close())
	}
	return &listener{l, path}, nil
}

// listener keeps the folder open for as long as the socket's path goes through it.
type listener struct {
	net.Listener
	path *socketPath
}

func (l *listener) Close() error { return errors.Join(l.Listener.Close(), l.path.Close()) }

// socketPath is a path short enough for a socket. A longer one goes through a
// descriptor of its folder, which Linux alone allows.
type socketPath struct {
	name   string
	folder *os.File // nil: not needed
}

func openPath(folder string) (*socketPath, error) {
	name := filepath.Join(folder, SocketName)
	if len(name) <= pathBytesMax {
		return &socketPath{name: name}, nil
	}
	if runtime.GOOS != "linux" {
		return nil, fmt.Errorf("the path of the data folder %s is too long for a socket; name it from a shorter place", folder)
	}
	f, err := os.Open(folder)
	if err != nil {
		return nil, fmt.Errorf("open the data folder: %w", err)
	}
	return &socketPath{fmt.Sprintf("/proc/self/fd/%d/%s", f.Fd(), SocketName), f}, nil
}

func (p *socketPath) Close() error {
	if p.folder == nil {
		return nil
	}
	return p.folder.Close()
}

// answerBytesMax bounds what Call reads: netstat of a great many connections.
const answerBytesMax = 256 << 20

// Call asks the server that works on a data folder, and puts what it gives into
// result, unless that is nil. The error is *Refused when the server refuses.
func Call(ctx context.Context, folder string, r Request, result any) error {
	path, err := openPath(folder)
	if err != nil {
		return err
	}
	defer path.Close()
	c, err := (&net.Dialer{}).DialContext(ctx, "unix", path.name)
	if err != nil {
		return fmt.Errorf("no server answers for the data folder %s: %w", folder, err)
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	if err := exchange(c, r, result); err != nil {
		var refused *Refused
		if ctx.Err() == nil || errors.As(err, &refused) {
			return err
		}
		return fmt.Errorf("ask the server: %w", ctx.Err())
	}
	return nil
}

func exchange(c net.Conn, r Request, result any) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write the request: %w", err)
	}
	if _, err := c.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	line, err = bufio.NewReader(io.LimitReader(c, answerBytesMax)).ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the server ended without an answer: %w", err)
	}
	var a answer
	if err := json.Unmarshal(bytes.TrimSpace(line), &a); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if !a.OK {
		return &Refused{a.Code, a.Text}
	}
	if result == nil || a.Result == nil {
		return nil
	}
	if err := json.Unmarshal(a.Result, result); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	return nil
}
