package conn

import (
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

type packet struct {
	from netip.AddrPort
	text string
}

func listenPackets(t *testing.T, address string, unreachable func(netip.AddrPort)) (*PacketSocket, chan packet) {
	t.Helper()
	came := make(chan packet, 100)
	p, err := ListenPackets(address, PacketOptions{
		Received:    func(from netip.AddrPort, data []byte) { came <- packet{from, string(data)} },
		Unreachable: unreachable,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p, came
}

func TestPackets(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", ":0"} {
		p, came := listenPackets(t, address, nil)
		conn, err := net.Dial("udp", netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), p.LocalAddr().Port()).String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = conn.Write([]byte("knock"))
		got := next(t, came)
		if got.text != "knock" || got.from.String() != conn.LocalAddr().String() {
			t.Errorf("%q from %v", got.text, got.from)
		}
		if err := p.WriteTo([]byte("who is there"), got.from); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, 100)
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		if n, err := conn.Read(answer); err != nil || string(answer[:n]) != "who is there" {
			t.Errorf("%q, %v", answer[:n], err)
		}
	}
}

func TestUnreachablePeer(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux says so")
	}
	for _, address := range []string{"127.0.0.1:0", ":0"} {
		unreachable := make(chan netip.AddrPort, 100)
		p, came := listenPackets(t, address, func(to netip.AddrPort) { unreachable <- to })
		gone, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		to := plainAddress(gone.LocalAddr().(*net.UDPAddr).AddrPort())
		gone.Close()
		if err := p.WriteTo([]byte("anybody?"), to); err != nil {
			t.Fatal(err)
		}
		if got := next(t, unreachable); got != to {
			t.Errorf("%v is unreachable, sent to %v", got, to)
		}
		self := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), p.LocalAddr().Port())
		for range 10 { // failures of one peer do not hinder the others
			if err := p.WriteTo([]byte("x"), to); err != nil {
				t.Error(err)
			}
			if err := p.WriteTo([]byte("y"), self); err != nil {
				t.Error(err)
			}
			if got := next(t, came); got.text != "y" {
				t.Errorf("got %q", got.text)
			}
		}
	}
}
