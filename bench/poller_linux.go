package bench

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	eventsMax       = 1024
	readBufferBytes = 256 << 10
	// restBytesMax is the longest piece of an unfinished line that is kept between two reads.
	restBytesMax = 16 << 10
)

// poller is one level-triggered epoll; an event carries the number it was added with.
type poller struct {
	fd     int
	events [eventsMax]unix.EpollEvent
	limit  int  // events served in one turn, 1 to eventsMax
	coarse bool // the kernel has no epoll_pwait2
}

func newPoller() (*poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("make an epoll: %w", err)
	}
	return &poller{fd: fd, limit: eventsMax}, nil
}

func (p *poller) close() { unix.Close(p.fd) }

func (p *poller) control(operation, fd int, number int32, events uint32) error {
	event := unix.EpollEvent{Events: events, Fd: number}
	if err := unix.EpollCtl(p.fd, operation, fd, &event); err != nil {
		return fmt.Errorf("watch a connection: %w", err)
	}
	return nil
}

// wait returns the events that are ready, after at most the timeout.
func (p *poller) wait(timeout time.Duration) ([]unix.EpollEvent, error) {
	timeout = max(timeout, 0)
	n, err := p.waitFine(timeout)
	if errors.Is(err, unix.ENOSYS) {
		p.coarse = true
		n, err = p.waitFine(timeout)
	}
	if errors.Is(err, unix.EINTR) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("wait for events: %w", err)
	}
	return p.events[:n], nil
}

// waitFine waits with nanoseconds. Without epoll_pwait2 the timeout is rounded down to
// milliseconds, so that a wait below one is a busy loop rather than late.
func (p *poller) waitFine(timeout time.Duration) (int, error) {
	if p.coarse {
		return unix.EpollWait(p.fd, p.events[:p.limit], int(timeout/time.Millisecond))
	}
	span := unix.NsecToTimespec(int64(timeout))
	var n uintptr
	var errno unix.Errno
	if timeout == 0 { // returns at once: the scheduler need not know
		n, _, errno = unix.RawSyscall6(unix.SYS_EPOLL_PWAIT2, uintptr(p.fd), uintptr(unsafe.Pointer(&p.events[0])), uintptr(p.limit), uintptr(unsafe.Pointer(&span)), 0, 0)
	} else {
		n, _, errno = unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(p.fd), uintptr(unsafe.Pointer(&p.events[0])), uintptr(p.limit), uintptr(unsafe.Pointer(&span)), 0, 0)
	}
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// receive reads without blocking and without telling Go's scheduler: it returns at once.
// 0 bytes without an error is the end of the stream.
func receive(fd int, buffer []byte) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)), unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// transmit writes what fits into the socket, without blocking and without a signal.
func transmit(fd int, text []byte) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)), unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

func wouldBlock(err error) bool {
	return errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR)
}

// dial begins a non-blocking connection with TCP_NODELAY; it is made when the socket
// becomes writable.
func dial(address netip.AddrPort) (fd int, err error) {
	family := unix.AF_INET
	var target unix.Sockaddr
	if ip := address.Addr().Unmap(); ip.Is4() {
		target = &unix.SockaddrInet4{Port: int(address.Port()), Addr: ip.As4()}
	} else {
		family = unix.AF_INET6
		target = &unix.SockaddrInet6{Port: int(address.Port()), Addr: ip.As16()}
	}
	fd, err = unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("make a socket: %w", err)
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("prepare a socket: %w", err)
	}
	if err := unix.Connect(fd, target); err != nil && !errors.Is(err, unix.EINPROGRESS) {
		unix.Close(fd)
		return -1, fmt.Errorf("connect to %s: %w", address, err)
	}
	return fd, nil
}

// connected returns the outcome of a connection begun by dial.
func connected(fd int) error {
	number, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err == nil && number != 0 {
		err = unix.Errno(number)
	}
	return err
}
