package auth_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"madang/auth"
)

func TestCloak(t *testing.T) {
	c := auth.NewCloaker(newKey(t, 1))
	// Computed by another HMAC implementation. Bans are stored by cloak, so a change of
	// these breaks them.
	for address, want := range map[string]string{
		"192.0.2.7":        "tpdkb64q.bopwqjxw.dkh3stvj.cloak",
		"::ffff:192.0.2.7": "tpdkb64q.bopwqjxw.dkh3stvj.cloak",
		"2001:db8:1:2::7":  "w3xdo3lt.n2ywkjah.cify3mfx.cloak",
		"fe80::1%eth0":     c.Cloak(netip.MustParseAddr("fe80::1")),
	} {
		if got := c.Cloak(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	if got := c.Cloak(netip.Addr{}); got != "none.cloak" {
		t.Errorf("no address: %s", got)
	}
}

func TestCloakSharesNetworks(t *testing.T) {
	c := auth.NewCloaker(newKey(t, 1))
	for _, tt := range []struct {
		a, b   string
		shared int // labels, from the right, besides the ending
	}{
		{"192.0.2.7", "192.0.2.7", 3},
		{"192.0.2.7", "192.0.2.8", 2},
		{"192.0.2.7", "192.0.3.7", 1},
		{"192.0.2.7", "192.1.2.7", 0},
		{"127.0.0.1", "127.0.0.2", 2},
		{"2001:db8:1:2::7", "2001:db8:1:2:ffff::8", 2},
		{"2001:db8:1:2::7", "2001:db8:1:3::7", 1},
		{"2001:db8:1:2::7", "2001:db8:2:2::7", 0},
		{"::", "0.0.0.0", 0},
	} {
		a := strings.Split(c.Cloak(netip.MustParseAddr(tt.a)), ".")
		b := strings.Split(c.Cloak(netip.MustParseAddr(tt.b)), ".")
		shared := 0
		for shared < 3 && a[2-shared] == b[2-shared] {
			shared++
		}
		if shared != tt.shared {
			t.Errorf("%s and %s share %d labels, want %d: %v %v", tt.a, tt.b, shared, tt.shared, a, b)
		}
	}
}

func TestCloakShapeAndKey(t *testing.T) {
	shape := regexp.MustCompile(`^([a-z2-7]{8}\.){3}cloak$`)
	one, two := auth.NewCloaker(newKey(t, 1)), auth.NewCloaker(newKey(t, 2))
	seen := map[string]bool{}
	address := netip.MustParseAddr("10.0.0.0")
	for range 2000 {
		a, b := one.Cloak(address), two.Cloak(address)
		if !shape.MatchString(a) || seen[a] || seen[b] || a == b || a != one.Cloak(address) {
			t.Fatalf("%s: %s, %s", address, a, b)
		}
		seen[a], seen[b] = true, true
		address = address.Next()
	}
}

func BenchmarkCloak(b *testing.B) {
	c := auth.NewCloaker(newKey(b, 1))
	address := netip.MustParseAddr("192.0.2.7")
	b.ReportAllocs()
	for b.Loop() {
		c.Cloak(address)
	}
}
