package places

import (
	"net/netip"
	"testing"
	"time"
)

func TestLimiterBounds(t *testing.T) {
	l := New(Settings{})
	now := time.Unix(1000, 0)
	address := netip.MustParseAddr("203.0.113.7")
	count := func(addr netip.Addr, tries int) (admitted int) {
		for range tries {
			if l.Take(addr, now) == "" {
				admitted++
			}
		}
		return admitted
	}
	if n := count(address, 100); n != 64 {
		t.Errorf("%d at once", n)
	}
	for range 64 {
		l.Leave(address)
	}
	if n := count(address, 10); n != 0 {
		t.Errorf("%d more than the burst", n)
	}
	now = now.Add(time.Second)
	if n := count(address, 100); n != 20 {
		t.Errorf("%d in the second after", n)
	}
	if n := count(netip.MustParseAddr("::ffff:203.0.113.7"), 10); n != 0 {
		t.Errorf("%d by writing the address differently", n)
	}
	if n := count(netip.MustParseAddr("2001:db8:1:2::1"), 40) + count(netip.MustParseAddr("2001:db8:1:2:ffff::9"), 40); n != 64 {
		t.Errorf("%d of one /64", n)
	}
	if n := count(netip.MustParseAddr("2001:db8:1:3::1"), 1); n != 1 {
		t.Error("the next /64 is refused")
	}
	for _, exempt := range []string{"127.0.0.1", "::1", "192.168.3.4", "10.1.1.1", "fd00::1", "fe80::1%eth0", "::ffff:127.0.0.1"} {
		if n := count(netip.MustParseAddr(exempt), 200); n != 200 {
			t.Errorf("%d of %s", n, exempt)
		}
	}
}

func TestSettingsChange(t *testing.T) {
	l := New(Settings{ConnectionsMax: -1, PerSecond: -1, Private: true})
	now := time.Unix(1000, 0)
	address := netip.MustParseAddr("127.0.0.1")
	for range 1000 {
		if reason := l.Take(address, now); reason != "" {
			t.Fatal(reason)
		}
	}
	l.Set(Settings{ConnectionsMax: 1000, Private: true})
	if l.Take(address, now) == "" {
		t.Error("the new bound does not hold")
	}
	l.Leave(address)
	if reason := l.Take(address, now.Add(time.Minute)); reason != "" {
		t.Error(reason)
	}
}

func TestLimiterForgets(t *testing.T) {
	l := New(Settings{})
	now := time.Unix(1000, 0)
	stays := netip.MustParseAddr("198.51.100.1")
	l.Take(stays, now)
	for i := range 1000 {
		addr := netip.AddrFrom4([4]byte{203, 0, byte(i >> 8), byte(i)})
		l.Take(addr, now)
		l.Leave(addr)
	}
	now = now.Add(time.Minute)
	l.Take(stays, now)
	if len(l.places) != 1 || l.places[stays].open != 2 {
		t.Errorf("%d addresses are remembered", len(l.places))
	}
}

func TestExemptAddressesHaveNoBounds(t *testing.T) {
	gateway := netip.MustParseAddr("198.51.100.1")
	l := New(Settings{ConnectionsMax: 1, Exempt: []netip.Prefix{netip.PrefixFrom(gateway, 32)}})
	for range 200 {
		if reason := l.Take(gateway, time.Unix(1000, 0)); reason != "" {
			t.Fatal(reason)
		}
	}
	if l.Take(gateway.Next(), time.Unix(1000, 0)) != "" || l.Take(gateway.Next(), time.Unix(1000, 0)) == "" {
		t.Error("the next address is not bounded as usual")
	}
}
