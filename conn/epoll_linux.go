package conn

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	backlog  = 4096
	hintsMax = 512 // a turn
)

// epoll is the platform of Linux: descriptors of our own in one edge-triggered
// epoll, which itself is watched by Go's poller, so that waiting costs neither a
// thread nor, while there is work, a context switch.
type epoll struct {
	file    *os.File // owns descriptor
	raw     syscall.RawConn
	fd      int
	events  []unix.EpollEvent
	hints   []hint
	collect func(fd uintptr) bool
	armed   time.Time // the deadline of file
	noWait2 bool      // the kernel has no epoll_pwait2
}

func newEpoll() (platform, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create epoll: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("set epoll non-blocking: %w", err)
	}
	e := &epoll{
		file:   os.NewFile(uintptr(fd), "epoll"),
		fd:     fd,
		events: make([]unix.EpollEvent, hintsMax),
		hints:  make([]hint, 0, hintsMax),
	}
	if e.raw, err = e.file.SyscallConn(); err != nil {
		e.file.Close()
		return nil, fmt.Errorf("watch epoll: %w", err)
	}
	e.collect = func(uintptr) bool { return e.gather(0) > 0 }
	return e, nil
}

func (e *epoll) arm(end time.Time) {
	if end != e.armed {
		_ = e.file.SetReadDeadline(end)
		e.armed = end
	}
}

func (e *epoll) wait() []hint {
	e.hints = e.hints[:0]
	if err := e.raw.Read(e.collect); err != nil {
		e.armed = time.Unix(1, 0) // over, or woken: the deadline has passed
		e.gather(0)
	}
	return e.hints
}

func (e *epoll) wake() { _ = e.file.SetReadDeadline(time.Unix(1, 0)) }

func (e *epoll) look(d time.Duration) []hint {
	e.hints = e.hints[:0]
	e.gather(d)
	return e.hints
}

// gather fills hints with what is ready now or within d.
func (e *epoll) gather(d time.Duration) int {
	n := e.poll(d)
	for _, event := range e.events[:max(n, 0)] {
		over := event.Events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) != 0
		e.hints = append(e.hints, hint{event.Fd, over})
	}
	return n
}

// poll waits with nanoseconds, which epoll_wait cannot.
func (e *epoll) poll(d time.Duration) int {
	if d > 0 && !e.noWait2 {
		limit := [2]int64{0, int64(min(d, time.Second-1))} // struct __kernel_timespec
		n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(e.fd),
			uintptr(unsafe.Pointer(&e.events[0])), uintptr(len(e.events)),
			uintptr(unsafe.Pointer(&limit)), 0, 0)
		if errno == 0 {
			return int(n)
		}
		e.noWait2 = errno == unix.ENOSYS || errno == unix.EPERM
	}
	if d > 0 && e.noWait2 {
		limit := unix.NsecToTimespec(int64(d))
		_, _ = unix.Ppoll([]unix.PollFd{{Fd: int32(e.fd), Events: unix.POLLIN}}, &limit, nil)
	}
	n, _ := unix.EpollWait(e.fd, e.events, 0)
	return n
}

func (e *epoll) release() { e.file.Close() }

func (e *epoll) listen(address *net.TCPAddr, options *ListenOptions) (int32, netip.AddrPort, error) {
	none := netip.AddrPort{}
	fd, err := bound(address)
	if err != nil {
		return 0, none, err
	}
	if err = endSilent(fd, options); err == nil {
		err = unix.Listen(fd, backlog)
	}
	if err == nil {
		err = e.watch(fd)
	}
	if err != nil {
		unix.Close(fd)
		return 0, none, os.NewSyscallError("listen", err)
	}
	return int32(fd), e.local(int32(fd)), nil
}

// bound is a socket bound to the address. An address without a host means all of
// IPv6 and IPv4, or IPv4 alone where the system has no IPv6.
func bound(address *net.TCPAddr) (int, error) {
	if ip4 := address.IP.To4(); ip4 != nil {
		return bind(unix.AF_INET, &unix.SockaddrInet4{Port: address.Port, Addr: [4]byte(ip4)})
	}
	name := &unix.SockaddrInet6{Port: address.Port}
	copy(name.Addr[:], address.IP)
	if zone, err := net.InterfaceByName(address.Zone); address.Zone != "" && err == nil {
		name.ZoneId = uint32(zone.Index)
	}
	fd, err := bind(unix.AF_INET6, name)
	if err == nil || len(address.IP) > 0 || errors.Is(err, unix.EADDRINUSE) {
		return fd, err
	}
	return bind(unix.AF_INET, &unix.SockaddrInet4{Port: address.Port})
}

// bind makes a socket whose options its connections inherit.
func bind(family int, name unix.Sockaddr) (int, error) {
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if err != nil {
		return 0, os.NewSyscallError("socket", err)
	}
	for _, option := range [][3]int{
		{unix.SOL_SOCKET, unix.SO_REUSEADDR, 1},
		{unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
	} {
		if err == nil {
			err = unix.SetsockoptInt(fd, option[0], option[1], option[2])
		}
	}
	if err == nil && family == unix.AF_INET6 {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	}
	if err == nil {
		err = unix.Bind(fd, name)
	}
	if err != nil {
		unix.Close(fd)
		return 0, os.NewSyscallError("bind", err)
	}
	return fd, nil
}

// endSilent has the kernel end the socket's connections whose peers give no sign of
// life: with something on the way to them by TCP_USER_TIMEOUT, which also bounds the
// probes that find the others.
func endSilent(fd int, options *ListenOptions) error {
	most, idle, interval := options.silence()
	for _, option := range [][3]int{
		{unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(most.Milliseconds())},
		{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
		{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, int(idle.Seconds())},
		{unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, int(interval.Seconds())},
	} {
		if err := unix.SetsockoptInt(fd, option[0], option[1], option[2]); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	return nil
}

func (e *epoll) watch(fd int) error {
	const edges = unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET
	event := unix.EpollEvent{Events: edges & 0xffffffff, Fd: int32(fd)}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(e.fd, unix.EPOLL_CTL_ADD, fd, &event))
}

func (e *epoll) accept(listener int32) (int32, netip.AddrPort, error) {
	for {
		fd, name, err := unix.Accept4(int(listener), unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch err {
		case nil:
			if err := e.watch(fd); err != nil {
				unix.Close(fd)
				return 0, netip.AddrPort{}, starved{err}
			}
			return int32(fd), addrPort(name), nil
		case unix.EAGAIN:
			return 0, netip.AddrPort{}, again{}
		case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM:
			return 0, netip.AddrPort{}, starved{err}
		case unix.EBADF, unix.EINVAL, unix.ENOTSOCK, unix.EOPNOTSUPP, unix.EFAULT:
			return 0, netip.AddrPort{}, os.NewSyscallError("accept4", err)
		}
		// Else this one connection failed before it was accepted: take the next.
	}
}

func (e *epoll) local(handle int32) netip.AddrPort {
	name, err := unix.Getsockname(int(handle))
	if err != nil {
		return netip.AddrPort{}
	}
	return addrPort(name)
}

func addrPort(name unix.Sockaddr) netip.AddrPort {
	switch name := name.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(name.Addr), uint16(name.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(name.Addr).Unmap(), uint16(name.Port))
	}
	return netip.AddrPort{}
}

// The calls below return at once, so the scheduler need not be told of them.

func (e *epoll) read(handle int32, b []byte) (int, error) {
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(handle),
			uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), unix.MSG_DONTWAIT, 0, 0)
		if errno != unix.EINTR {
			return outcome(n, errno, "read")
		}
	}
}

func (e *epoll) write(handle int32, first []byte, more [][]byte) (int, error) {
	const flags = unix.MSG_DONTWAIT | unix.MSG_NOSIGNAL
	if len(more) > 0 {
		return e.writeMany(handle, first, more)
	}
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(handle),
			uintptr(unsafe.Pointer(&first[0])), uintptr(len(first)), flags, 0, 0)
		if errno != unix.EINTR {
			return outcome(n, errno, "send")
		}
	}
}

func (e *epoll) writeMany(handle int32, first []byte, more [][]byte) (int, error) {
	const flags = unix.MSG_DONTWAIT | unix.MSG_NOSIGNAL
	var vector [piecesPerCallMax]unix.Iovec
	vector[0].Base = &first[0]
	vector[0].SetLen(len(first))
	count := 1
	for _, piece := range more {
		vector[count].Base = &piece[0]
		vector[count].SetLen(len(piece))
		count++
	}
	message := unix.Msghdr{Iov: &vector[0]}
	message.SetIovlen(count)
	for {
		n, _, errno := unix.RawSyscall(unix.SYS_SENDMSG, uintptr(handle),
			uintptr(unsafe.Pointer(&message)), flags)
		runtime.KeepAlive(more)
		if errno != unix.EINTR {
			return outcome(n, errno, "send")
		}
	}
}

func outcome(n uintptr, errno syscall.Errno, call string) (int, error) {
	switch errno {
	case 0:
		return int(n), nil
	case unix.EAGAIN:
		return 0, again{}
	}
	return 0, os.NewSyscallError(call, errno)
}

func (e *epoll) shutdown(handle int32) { _ = unix.Shutdown(int(handle), unix.SHUT_WR) }

func (e *epoll) close(handle int32) { unix.Close(int(handle)) }
