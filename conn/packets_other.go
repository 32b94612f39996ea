//go:build !linux

package conn

import (
	"errors"
	"net"
	"syscall"
)

func watchErrors(syscall.RawConn) {}

func (p *PacketSocket) receive() {
	buffer := make([]byte, packetBytesMax)
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buffer)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err == nil:
			p.options.Received(plainAddress(from), buffer[:n])
		}
		// Else Windows reports an earlier datagram that did not arrive.
	}
}

func pendingError(error) bool { return false }
