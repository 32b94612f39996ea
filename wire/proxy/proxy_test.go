package proxy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// v2 is a header of version 2.
func v2(command, family byte, body string) string {
	b := append([]byte(signature), command, family)
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)))
	return string(b) + body
}

const (
	four = "\xc0\x00\x02\x01\x0a\x00\x00\x01\xff\xfd\x1a\x0b" // 192.0.2.1:65533 to 10.0.0.1:6667
	six  = "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" +
		"\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\xff\xfd\x1a\x0b"
)

func TestHeaders(t *testing.T) {
	for _, test := range []struct{ name, header, source, destination string }{
		{"v1 IPv4", "PROXY TCP4 192.0.2.1 10.0.0.1 65533 6667\r\n", "192.0.2.1:65533", "10.0.0.1:6667"},
		{"v1 IPv6", "PROXY TCP6 2001:db8::1 2001:db8::2 0 65535\r\n", "[2001:db8::1]:0", "[2001:db8::2]:65535"},
		{"v1 mapped", "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1:1", "[::1]:2"},
		{"v1 longest", "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
			"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
		{"v1 unknown", "PROXY UNKNOWN\r\n", "", ""},
		{"v1 unknown with more", "PROXY UNKNOWN ffff:f...f:ffff what ever\r\n", "", ""},
		{"v1 unknown, longest", "PROXY UNKNOWN " + strings.Repeat("x", 91) + "\r\n", "", ""},
		{"v2 IPv4", v2(0x21, 0x11, four), "192.0.2.1:65533", "10.0.0.1:6667"},
		{"v2 IPv6", v2(0x21, 0x21, six), "[2001:db8::1]:65533", "[2001:db8::2]:6667"},
		{"v2 with extensions", v2(0x21, 0x11, four+"\x04\x00\x03abc"), "192.0.2.1:65533", "10.0.0.1:6667"},
		{"v2 datagrams", v2(0x21, 0x12, four), "192.0.2.1:65533", "10.0.0.1:6667"},
		{"v2 unspecified", v2(0x21, 0x00, "anything"), "", ""},
		{"v2 unix", v2(0x21, 0x31, strings.Repeat("/", 216)), "", ""},
		{"v2 local", v2(0x20, 0x00, ""), "", ""},
		{"v2 local with an address", v2(0x20, 0x11, four), "", ""},
		{"v2 local of no family", v2(0x20, 0xff, "abc"), "", ""},
		{"v2 longest", v2(0x21, 0x11, four+strings.Repeat("x", BytesMax-fixedBytes-len(four))), "192.0.2.1:65533", "10.0.0.1:6667"},
	} {
		t.Run(test.name, func(t *testing.T) {
			const behind = "NICK a\r\n"
			h, length, err := Parse([]byte(test.header + behind))
			if err != nil || length != len(test.header) {
				t.Fatalf("%d bytes of %d, %v", length, len(test.header), err)
			}
			if text(h.Source) != test.source || text(h.Destination) != test.destination {
				t.Errorf("from %v to %v", h.Source, h.Destination)
			}
			for n := range test.header {
				if _, _, err := Parse([]byte(test.header[:n])); !errors.Is(err, ErrShort) {
					t.Fatalf("its first %d bytes: %v", n, err)
				}
			}
		})
	}
}

func text(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func TestNoHeaders(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       error
	}{
		{"IRC", "NICK a\r\n", ErrAbsent},
		{"PASS", "PASS x\r\n", ErrAbsent},
		{"lower case", "proxy TCP4 192.0.2.1 10.0.0.1 1 2\r\n", ErrAbsent},
		{"TLS", "\x16\x03\x01", ErrAbsent},
		{"an empty line", "\r\nNICK a\r\n", ErrAbsent},
		{"almost a signature", "\r\n\r\n\x00\r\nQUIT\r", ErrAbsent},
		{"one word more", "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 3\r\n", ErrMalformed},
		{"one word less", "PROXY TCP4 192.0.2.1 10.0.0.1 1\r\n", ErrMalformed},
		{"two spaces", "PROXY TCP4  192.0.2.1 10.0.0.1 1 2\r\n", ErrMalformed},
		{"another family", "PROXY UDP4 192.0.2.1 10.0.0.1 1 2\r\n", ErrMalformed},
		{"the wrong family", "PROXY TCP4 ::1 ::1 1 2\r\n", ErrMalformed},
		{"mixed families", "PROXY TCP6 192.0.2.1 ::1 1 2\r\n", ErrMalformed},
		{"no address", "PROXY TCP4 192.0.2 10.0.0.1 1 2\r\n", ErrMalformed},
		{"a zone", "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n", ErrMalformed},
		{"a name", "PROXY TCP4 localhost 10.0.0.1 1 2\r\n", ErrMalformed},
		{"a big port", "PROXY TCP4 192.0.2.1 10.0.0.1 65536 2\r\n", ErrMalformed},
		{"a padded port", "PROXY TCP4 192.0.2.1 10.0.0.1 01 2\r\n", ErrMalformed},
		{"a signed port", "PROXY TCP4 192.0.2.1 10.0.0.1 1 +2\r\n", ErrMalformed},
		{"LF alone", "PROXY TCP4 192.0.2.1 10.0.0.1 1 2\nNICK a\r\n", ErrMalformed},
		{"nothing named", "PROXY \r\n", ErrMalformed},
		{"an endless line", "PROXY UNKNOWN " + strings.Repeat("x", 93), ErrMalformed},
		{"a line that ends too late", "PROXY UNKNOWN " + strings.Repeat("x", 92) + "\r\n", ErrMalformed},
		{"version 3", signature + "\x31", ErrMalformed},
		{"another command", v2(0x22, 0x11, four), ErrMalformed},
		{"another family of v2", v2(0x21, 0x41, four), ErrMalformed},
		{"another transport", v2(0x21, 0x13, four), ErrMalformed},
		{"IPv4 cut short", v2(0x21, 0x11, four[:11]), ErrMalformed},
		{"IPv6 cut short", v2(0x21, 0x21, six[:35]), ErrMalformed},
		{"a path cut short", v2(0x21, 0x31, "/tmp/s"), ErrMalformed},
		{"more than we hold", v2(0x21, 0x11, strings.Repeat("x", BytesMax-fixedBytes+1))[:fixedBytes], ErrMalformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			if h, n, err := Parse([]byte(test.text)); !errors.Is(err, test.want) || n != 0 || h != (Header{}) {
				t.Errorf("%+v, %d bytes, %v", h, n, err)
			}
		})
	}
}

// Whatever comes: what is decided stays decided when more follows, and enough is enough.
func FuzzParse(f *testing.F) {
	f.Add([]byte("PROXY TCP4 192.0.2.1 10.0.0.1 65533 6667\r\nNICK"))
	f.Add([]byte("PROXY TCP6 ::1 ::2 1 2\r\n"))
	f.Add([]byte("PROXY UNKNOWN\r\n"))
	f.Add([]byte(v2(0x21, 0x11, four)))
	f.Add([]byte(v2(0x21, 0x21, six+"\x01\x00\x01x")))
	f.Add([]byte(v2(0x20, 0, "")))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, length, err := Parse(b)
		switch {
		case errors.Is(err, ErrShort):
			if len(b) >= BytesMax {
				t.Fatalf("%d bytes are not enough", len(b))
			}
			return
		case err == nil && (length <= 0 || length > len(b) || length > BytesMax):
			t.Fatalf("a header of %d bytes in %d", length, len(b))
		case err == nil && (h.Source.IsValid() != h.Destination.IsValid() || h.Source.Addr().Is4In6()):
			t.Fatalf("%+v", h)
		}
		again, length2, err2 := Parse(append(bytes.Clone(b), "PROXY \r\n"...))
		if again != h || length2 != length || !errors.Is(err2, err) {
			t.Fatalf("%+v, %d, %v; with more behind it %+v, %d, %v", h, length, err, again, length2, err2)
		}
	})
}
