package auth

import (
	"encoding/base32"
	"net/netip"
	"strings"
)

// CloakEnding is what every cloak ends in.
const CloakEnding = ".cloak"

const (
	cloakNone      = "none.cloak"
	cloakLabelSize = 5 // bytes of HMAC; 8 characters of base32
)

// A Cloaker turns addresses into host names that hide them and still let one ban a
// network. For one key an address always has the same cloak:
//
//	IPv4   a.b.c.cloak   a covers the address, b its /24, c its /16
//	IPv6   a.b.c.cloak   a covers the address, b its /64, c its /48
//
// so *.b.c.cloak bans the /24 or /64 and *.c.cloak the /16 or /48. Labels are 8
// characters of a-z and 2-7. Two networks of one width share a label with a chance of
// 2^-40, which matters little for bans and means that a cloak is no proof of identity.
type Cloaker struct {
	key    Key
	labels *base32.Encoding
}

// NewCloaker cloaks with key, which must not be zero.
func NewCloaker(key Key) *Cloaker {
	return &Cloaker{key: key, labels: base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")}
}

// Cloak returns the host name of address, 32 bytes long. IPv4 inside IPv6 counts as
// IPv4, zones are ignored, loopback is cloaked like any other. What is no IP address (a
// unix socket) is none.cloak.
func (c *Cloaker) Cloak(address netip.Addr) string {
	if !address.IsValid() {
		return cloakNone
	}
	address = address.Unmap().WithZone("")
	widths := [...]int{128, 64, 48}
	if address.Is4() {
		widths = [...]int{32, 24, 16}
	}
	var host strings.Builder
	for i, width := range widths {
		if i > 0 {
			host.WriteByte('.')
		}
		host.WriteString(c.label(address, width))
	}
	host.WriteString(CloakEnding)
	return host.String()
}

func (c *Cloaker) label(address netip.Addr, width int) string {
	// Within the bounds above Prefix cannot fail.
	network, _ := address.Prefix(width)
	sum := c.key.sum("cloak", []byte{byte(address.BitLen()), byte(width)}, network.Addr().AsSlice())
	return c.labels.EncodeToString(sum[:cloakLabelSize])
}
