package websocket

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

const final = 0x80 // the frame is the whole message

// AppendLines appends each line, without the CR LF or LF at its end, as one message. In
// text, bytes that are no UTF-8 become U+FFFD.
func AppendLines(dst, lines []byte, p Protocol) []byte {
	for len(lines) > 0 {
		line, rest, _ := bytes.Cut(lines, []byte("\n"))
		lines = rest
		dst = AppendMessage(dst, bytes.TrimSuffix(line, []byte("\r")), p)
	}
	return dst
}

// AppendMessage appends one message, as AppendLines does.
func AppendMessage(dst, message []byte, p Protocol) []byte {
	if p == Binary {
		return appendFrame(dst, ws.OpBinary, message)
	}
	if !utf8.Valid(message) {
		message = bytes.ToValidUTF8(message, []byte("\uFFFD"))
	}
	return appendFrame(dst, ws.OpText, message)
}

// AppendPong appends the answer to a ping (RFC 6455 5.5.3).
func AppendPong(dst, payload []byte) []byte { return appendFrame(dst, ws.OpPong, payload) }

// AppendClose appends the server's goodbye, with or without a code (RFC 6455 5.5.1).
func AppendClose(dst []byte, code Code) []byte {
	if code == CodeNone {
		return appendFrame(dst, ws.OpClose, nil)
	}
	var body [2]byte
	binary.BigEndian.PutUint16(body[:], uint16(code))
	return appendFrame(dst, ws.OpClose, body[:])
}

// appendFrame appends one frame that is not masked, as a server's must be (RFC 6455 5.2).
func appendFrame(dst []byte, op ws.OpCode, payload []byte) []byte {
	dst = append(dst, final|byte(op))
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, byte(n))
	case n <= 0xFFFF:
		dst = binary.BigEndian.AppendUint16(append(dst, 126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, 127), uint64(n))
	}
	return append(dst, payload...)
}
