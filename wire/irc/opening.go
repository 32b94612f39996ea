package irc

import "bytes"

// Opening is what the first line of a connection turns out to be.
type Opening uint8

// The kinds of first line. All but OpeningUnknown are final.
const (
	// OpeningUnknown asks for more bytes.
	OpeningUnknown Opening = iota
	// OpeningIRC is any other line.
	OpeningIRC
	// OpeningHTTP is a request line: token SP target SP "HTTP/" (RFC 9112 3), any method.
	OpeningHTTP
	// OpeningTLS is the beginning of a handshake record of SSL 3.0 to TLS 1.3 (RFC 8446 5.1).
	OpeningTLS
)

// JudgeOpening says what the first line is, of which first has arrived without its CR
// LF; complete tells whether it is all of it. Only a whole line is IRC, since what
// follows may change it.
func JudgeOpening(first []byte, complete bool) Opening {
	hello := []byte{0x16, 0x03}
	switch {
	case len(first) >= 3 && bytes.HasPrefix(first, hello) && first[2] <= 4:
		return OpeningTLS
	case isRequest(first):
		return OpeningHTTP
	case complete:
		return OpeningIRC
	}
	return OpeningUnknown
}

// TLSAlert is what a client that speaks TLS is answered where TLS is not spoken: a
// fatal alert, unexpected_message (RFC 8446 6.2).
func TLSAlert() []byte { return []byte{0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0A} }

func isRequest(first []byte) bool {
	method, rest, _ := bytes.Cut(first, []byte{' '})
	target, version, _ := bytes.Cut(rest, []byte{' '})
	return isToken(method) && len(target) > 0 && bytes.HasPrefix(version, []byte("HTTP/"))
}

// isToken is RFC 9110 5.6.2.
func isToken(b []byte) bool {
	for _, c := range b {
		alphanumeric := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !alphanumeric && bytes.IndexByte([]byte("!#$%&'*+-.^_`|~"), c) < 0 {
			return false
		}
	}
	return len(b) > 0
}
