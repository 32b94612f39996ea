package line

import "bytes"

// Kind is what the first line of a connection turns out to be.
type Kind uint8

// The kinds of first line. All but Undecided and Chat have no business here.
const (
	// Undecided asks for more bytes.
	Undecided Kind = iota
	// Chat is any other line. Only a whole one is chat, since what follows may change it.
	Chat
	// HTTP is a request line: token SP target SP "HTTP/" (RFC 9112 3), any method.
	HTTP
	// TLS is the beginning of a handshake record of SSL 3.0 to TLS 1.3 (RFC 8446 5.1).
	TLS
	// NUL is a line with a NUL in it.
	NUL
	// TooLong is a line over the limit.
	TooLong
)

// Verdict says what the first line is, of which first has arrived, its end not included;
// complete tells whether it is all of it. bytesMax bounds the line. It is also right
// for the first bytes of an IRC connection. A verdict other than Undecided is final.
func Verdict(first []byte, complete bool, bytesMax int) Kind {
	hello := []byte{0x16, 0x03}
	switch {
	case len(first) >= 3 && bytes.HasPrefix(first, hello) && first[2] <= 4:
		return TLS
	case len(first) < 3 && len(first) > 0 && bytes.HasPrefix(hello, first) && !complete:
		return Undecided
	case isRequest(first[:min(len(first), bytesMax)]):
		return HTTP
	case bytes.IndexByte(first[:min(len(first), bytesMax)], 0) >= 0:
		return NUL
	case len(first) > bytesMax:
		return TooLong
	case complete:
		return Chat
	}
	return Undecided
}

func isRequest(first []byte) bool {
	method, rest, _ := bytes.Cut(first, []byte{' '})
	target, version, _ := bytes.Cut(rest, []byte{' '})
	// A NUL in the target was decided on before the rest came.
	return isToken(method) && len(target) > 0 && bytes.IndexByte(target, 0) < 0 && bytes.HasPrefix(version, []byte("HTTP/"))
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
