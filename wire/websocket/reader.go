package websocket

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// Kind is what a client sent.
type Kind uint8

// The kinds.
const (
	// Message is a whole message, text or binary; text is UTF-8.
	Message Kind = iota + 1
	// TooLong stands once in the place of a message over MessageBytesMax.
	TooLong
	// Ping is to be answered by a pong with the same bytes.
	Ping
	// Bye is the client's goodbye, to be answered by a close frame with the code.
	Bye
	// Broken is a breach of the protocol, to be answered by a close frame with the code.
	Broken
)

// Event is one thing that a client sent. Data is valid until the next call.
type Event struct {
	Kind Kind
	Code Code
	Data []byte
}

// Reader makes events of the bytes behind the request, wherever reads end. Between two
// of them it holds only what is not whole. The zero value is ready.
type Reader struct {
	message []byte // of the frames so far; nil when there is none
	control []byte // of a control frame that is not whole
	frame   ws.Header
	taken   int64 // bytes of the frame's payload so far; taken <= frame.Length
	bytes   int32 // of the message so far, those that were dropped included
	head    [ws.MaxHeaderSize]byte
	headed  uint8 // bytes in head
	inside  bool  // a frame's header is whole, its payload is not
	open    bool  // a message has begun: a continuation must follow
	text    bool  // it is text
	long    bool  // it is over MessageBytesMax
	over    bool  // Bye or Broken: nothing counts any more
}

// Next takes the first event off data, whose bytes it may change: left is owed to the
// next call, in front of all else. When ok is false all of data was taken.
func (r *Reader) Next(data []byte) (e Event, left []byte, ok bool) {
	for len(data) > 0 && !r.over {
		if !r.inside {
			if data = r.header(data); !r.inside {
				break
			}
			if code := r.check(); code != CodeNone {
				return r.broken(code), nil, true
			}
		}
		n := int(min(int64(len(data)), r.frame.Length-r.taken))
		part := data[:n]
		data = data[n:]
		ws.Cipher(part, r.frame.Mask, int(r.taken%4))
		r.taken += int64(n)
		whole := r.taken == r.frame.Length
		if whole {
			r.inside = false
		}
		if r.frame.OpCode.IsControl() {
			e, ok = r.controlled(part, whole)
		} else {
			e, ok = r.said(part, whole && r.frame.Fin)
		}
		if ok {
			return e, data, true
		}
	}
	return Event{}, nil, false
}

// header takes a frame's header, or what there is of it (RFC 6455 5.2).
func (r *Reader) header(data []byte) (left []byte) {
	for len(data) > 0 {
		r.head[r.headed] = data[0]
		r.headed++
		data = data[1:]
		if r.headed >= 2 && int(r.headed) == headerBytes(r.head[1]) {
			r.parseHeader()
			return data
		}
	}
	return nil
}

// headerBytes is how long a header is whose second byte this is.
func headerBytes(second byte) int {
	n := 2
	switch second & 0x7F {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if second&0x80 != 0 {
		n += len(ws.Header{}.Mask)
	}
	return n
}

// parseHeader reads a whole header. A length over 63 bits becomes negative.
func (r *Reader) parseHeader() {
	first, second, rest := r.head[0], r.head[1], r.head[2:r.headed]
	h := ws.Header{Fin: first&0x80 != 0, Rsv: first >> 4 & 7, OpCode: ws.OpCode(first & 0xF), Masked: second&0x80 != 0}
	switch length := second & 0x7F; length {
	case 126:
		h.Length, rest = int64(binary.BigEndian.Uint16(rest)), rest[2:]
	case 127:
		h.Length, rest = int64(binary.BigEndian.Uint64(rest)), rest[8:]
	default:
		h.Length = int64(length)
	}
	if h.Masked {
		copy(h.Mask[:], rest)
	}
	r.frame, r.taken, r.headed, r.inside = h, 0, 0, true
}

// check says what is wrong with the header; CodeNone: nothing.
func (r *Reader) check() Code {
	state := ws.StateServerSide
	if r.open {
		state = state.Set(ws.StateFragmented)
	}
	switch {
	case ws.CheckHeader(r.frame, state) != nil || r.frame.Length < 0:
		return CodeProtocol
	case r.frame.OpCode.IsControl():
		return CodeNone
	}
	if r.frame.OpCode != ws.OpContinuation {
		r.text = r.frame.OpCode == ws.OpText
	}
	r.open = true
	if r.frame.Length > LongestBytesMax-int64(r.bytes) {
		return CodeTooBig
	}
	r.bytes += int32(r.frame.Length)
	r.long = r.long || r.bytes > MessageBytesMax
	return CodeNone
}

// said takes a part of a message; last: it is whole now.
func (r *Reader) said(part []byte, last bool) (Event, bool) {
	if r.long {
		r.message, part = nil, nil
	} else if len(r.message) > 0 || !last && len(part) > 0 {
		r.message = append(r.message, part...)
		part = r.message
	}
	if !last {
		return Event{}, false
	}
	long, text := r.long, r.text
	r.message, r.bytes, r.open, r.long = nil, 0, false, false
	switch {
	case long:
		return Event{Kind: TooLong}, true
	case text && !utf8.Valid(part):
		return r.broken(CodeNoText), true
	}
	return Event{Kind: Message, Data: part}, true
}

// controlled takes a part of a control frame (RFC 6455 5.5), which may stand within a
// message.
func (r *Reader) controlled(part []byte, whole bool) (Event, bool) {
	if len(r.control) > 0 || !whole {
		r.control = append(r.control, part...)
		part = r.control
	}
	if !whole {
		return Event{}, false
	}
	r.control = nil
	switch r.frame.OpCode {
	case ws.OpPing:
		return Event{Kind: Ping, Data: part}, true
	case ws.OpClose:
		return r.bye(part), true
	}
	return Event{}, false // a pong is life, no more
}

// bye is the client's goodbye (RFC 6455 5.5.1).
func (r *Reader) bye(payload []byte) Event {
	if len(payload) == 0 {
		r.over = true
		return Event{Kind: Bye}
	}
	code, reason := ws.ParseCloseFrameData(payload)
	switch err := ws.CheckCloseFrameData(code, reason); {
	case len(payload) == 1:
		return r.broken(CodeProtocol)
	case err == ws.ErrProtocolInvalidUTF8:
		return r.broken(CodeNoText)
	case err != nil:
		return r.broken(CodeProtocol)
	}
	r.over = true
	return Event{Kind: Bye, Code: Code(code)}
}

// broken ends the reading.
func (r *Reader) broken(code Code) Event {
	*r = Reader{over: true}
	return Event{Kind: Broken, Code: code}
}
