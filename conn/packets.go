package conn

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
)

// packetBytesMax is the largest UDP payload.
const packetBytesMax = 64 << 10

// PacketOptions say what is done with datagrams. Both functions are called by the
// socket's goroutine, one at a time.
type PacketOptions struct {
	// Received brings one datagram; data is valid only during the call.
	Received func(from netip.AddrPort, data []byte)
	// Unreachable says that a datagram sent to the address was refused by the host
	// or the network there. Linux only, and never certain. Optional.
	Unreachable func(to netip.AddrPort)
}

// PacketSocket is one UDP socket.
type PacketSocket struct {
	conn    *net.UDPConn
	raw     syscall.RawConn
	options PacketOptions
	reader  sync.WaitGroup
}

// ListenPackets opens a UDP socket at the address, host:port, and receives until
// Close. IPv4 addresses are never in their IPv6 form.
func ListenPackets(address string, options PacketOptions) (*PacketSocket, error) {
	if options.Received == nil {
		return nil, fmt.Errorf("listen for packets on %s: nothing to do with them", address)
	}
	resolved, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for packets on %s: %w", address, err)
	}
	conn, err := net.ListenUDP("udp", resolved)
	if err != nil {
		return nil, fmt.Errorf("listen for packets on %s: %w", address, err)
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("listen for packets on %s: %w", address, err)
	}
	watchErrors(raw)
	p := &PacketSocket{conn: conn, raw: raw, options: options}
	p.reader.Go(p.receive)
	return p, nil
}

// LocalAddr is the address of the socket, with the real port.
func (p *PacketSocket) LocalAddr() netip.AddrPort {
	return plainAddress(p.conn.LocalAddr().(*net.UDPAddr).AddrPort())
}

// WriteTo sends one datagram. An error is about this datagram only; the socket
// goes on. It does not wait for the receiver.
func (p *PacketSocket) WriteTo(data []byte, to netip.AddrPort) error {
	for try := 0; ; try++ {
		_, err := p.conn.WriteToUDPAddrPort(data, to)
		if err == nil {
			return nil
		}
		// The system may report here that an earlier datagram, to anybody, did not
		// arrive; then this one was not sent.
		if !pendingError(err) || try == 3 {
			return fmt.Errorf("send packet to %s: %w", to, err)
		}
	}
}

// Close closes the socket and waits for its goroutine; not to be called by it.
func (p *PacketSocket) Close() error {
	err := p.conn.Close()
	p.reader.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func plainAddress(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
