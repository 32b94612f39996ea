// Package proxy is the grammar of the header by which a load balancer says for whom
// it connects: the PROXY protocol, versions 1 and 2, as HAProxy's proxy-protocol.txt
// has it. It promises to find the header's end exactly, to need at most BytesMax bytes
// for that, and to take nothing that the specification does not allow. It refuses to
// know who may send one.
package proxy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

const (
	// BytesMax bounds a header. A line of version 1 has at most 107 bytes; version 2
	// could have 64 KiB, of which nothing but certificates would fill so much.
	BytesMax = 4096
	// lineBytesMax bounds a header of version 1, its end included (2.1).
	lineBytesMax = 107
	// fixedBytes is the part of version 2 that tells the length of the rest (2.2).
	fixedBytes = 16

	lineBegin = "PROXY "
	signature = "\r\n\r\n\x00\r\nQUIT\n"
)

// Why Parse gives no header.
var (
	// ErrShort: what is there may become a header; more bytes are needed.
	ErrShort = errors.New("the PROXY header is not complete")
	// ErrAbsent: the bytes begin otherwise than any header.
	ErrAbsent = errors.New("no PROXY header")
	// ErrMalformed: a header begins, and breaks the rules.
	ErrMalformed = errors.New("malformed PROXY header")
)

// Header is what a header says. Addresses that are not valid were not given (LOCAL,
// UNKNOWN, unix sockets): the connection's own are right. IPv4 is never in its IPv6
// form.
type Header struct {
	Source, Destination netip.AddrPort
}

// Parse reads the header with which b begins, and says how many bytes of b it has. The
// error is ErrShort, ErrAbsent or ErrMalformed; given BytesMax bytes it is never
// ErrShort.
func Parse(b []byte) (h Header, length int, err error) {
	switch {
	case begins(b, lineBegin):
		return parseLine(b)
	case begins(b, signature):
		return parseBinary(b)
	}
	return Header{}, 0, ErrAbsent
}

// begins says whether b begins with the text, or is a beginning of it.
func begins(b []byte, text string) bool {
	n := min(len(b), len(text))
	return string(b[:n]) == text[:n]
}

// parseLine reads version 1 (2.1).
func parseLine(b []byte) (Header, int, error) {
	line, _, whole := bytes.Cut(b[:min(len(b), lineBytesMax)], []byte("\r\n"))
	switch {
	case whole:
	case len(b) >= lineBytesMax:
		return Header{}, 0, ErrMalformed
	default:
		return Header{}, 0, ErrShort
	}
	length := len(line) + 2
	words := strings.Split(string(line), " ")
	if len(words) > 1 && words[1] == "UNKNOWN" {
		return Header{}, length, nil // the rest must be ignored
	}
	if len(words) != 6 || words[1] != "TCP4" && words[1] != "TCP6" {
		return Header{}, 0, ErrMalformed
	}
	four := words[1] == "TCP4"
	source, ok1 := endpoint(words[2], words[4], four)
	destination, ok2 := endpoint(words[3], words[5], four)
	if !ok1 || !ok2 {
		return Header{}, 0, ErrMalformed
	}
	return Header{Source: source, Destination: destination}, length, nil
}

// endpoint is an address and a port as version 1 writes them: canonical decimal ports,
// addresses of the family without a zone.
func endpoint(address, port string, four bool) (netip.AddrPort, bool) {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Is4() != four || a.Zone() != "" {
		return netip.AddrPort{}, false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || strconv.FormatUint(n, 10) != port {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(a.Unmap(), uint16(n)), true
}

// The upper half of the byte of family and transport in version 2.
const (
	familyNone = iota
	familyInternet
	familyInternet6
	familyUnix
)

// The commands of version 2.
const (
	commandLocal = 0x20
	commandProxy = 0x21
)

// parseBinary reads version 2 (2.2). Its extensions are skipped.
func parseBinary(b []byte) (Header, int, error) {
	if len(b) > 12 && b[12] != commandLocal && b[12] != commandProxy {
		return Header{}, 0, ErrMalformed
	}
	if len(b) < fixedBytes {
		return Header{}, 0, ErrShort
	}
	length := fixedBytes + int(binary.BigEndian.Uint16(b[14:]))
	family, transport := b[13]>>4, b[13]&15
	local := b[12] == commandLocal
	switch {
	case length > BytesMax, !local && (family > familyUnix || transport > 2 || length < fixedBytes+addressBytes(family)):
		return Header{}, 0, ErrMalformed
	case len(b) < length:
		return Header{}, 0, ErrShort
	case local:
		return Header{}, length, nil
	}
	return addresses(family, b[fixedBytes:length]), length, nil
}

// addressBytes is the least that a header of the family holds behind its fixed part.
func addressBytes(family byte) int {
	return [...]int{familyNone: 0, familyInternet: 12, familyInternet6: 36, familyUnix: 216}[family]
}

// addresses reads what is behind the fixed part.
func addresses(family byte, b []byte) Header {
	switch family {
	case familyInternet:
		return Header{
			Source:      addrPort(b[0:4], b[8:10]),
			Destination: addrPort(b[4:8], b[10:12]),
		}
	case familyInternet6:
		return Header{
			Source:      addrPort(b[0:16], b[32:34]),
			Destination: addrPort(b[16:32], b[34:36]),
		}
	}
	return Header{}
}

func addrPort(address, port []byte) netip.AddrPort {
	a, _ := netip.AddrFromSlice(address) // of 4 or 16 bytes
	return netip.AddrPortFrom(a.Unmap(), binary.BigEndian.Uint16(port))
}
