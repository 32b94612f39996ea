package conn

import (
	"errors"
	"net/netip"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// watchErrors asks for reports of what did not arrive. One of the two families
// refuses; a socket without reports works as well.
func watchErrors(raw syscall.RawConn) {
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_RECVERR, 1)
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
	})
}

// receive reads datagrams, and from the socket's error queue (ip(7), IP_RECVERR)
// which of ours did not arrive.
func (p *PacketSocket) receive() {
	var err error
	buffer := make([]byte, packetBytesMax)
	for err == nil {
		err = p.raw.Read(func(fd uintptr) bool { return p.receiveReady(int(fd), buffer) })
	}
}

// receiveReady takes one report or one datagram, and says whether there was one.
func (p *PacketSocket) receiveReady(fd int, buffer []byte) bool {
	_, _, _, to, err := unix.Recvmsg(fd, buffer[:1], nil, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if err == nil {
		if address := zoned(to); p.options.Unreachable != nil && address.IsValid() {
			p.options.Unreachable(address)
		}
		return true
	}
	n, from, err := unix.Recvfrom(fd, buffer, unix.MSG_DONTWAIT)
	switch {
	case err == unix.EAGAIN:
		return false
	case err == nil && from != nil:
		p.options.Received(zoned(from), buffer[:n])
	}
	return true
}

// zoned is addrPort with the zone, without which a link-local address cannot be
// answered.
func zoned(name unix.Sockaddr) netip.AddrPort {
	address := addrPort(name)
	if six, ok := name.(*unix.SockaddrInet6); ok && six.ZoneId != 0 {
		zone := strconv.FormatUint(uint64(six.ZoneId), 10)
		return netip.AddrPortFrom(address.Addr().WithZone(zone), address.Port())
	}
	return address
}

// pendingError says whether a send failed for the sake of an earlier one.
func pendingError(err error) bool {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return false
	}
	switch errno {
	case unix.ECONNREFUSED, unix.EHOSTUNREACH, unix.ENETUNREACH, unix.ENOPROTOOPT, unix.EHOSTDOWN:
		return true
	}
	return false
}
