// Package websocket is the server's grammar of WebSocket (RFC 6455): the request that
// opens a connection is judged, what the client sends afterwards becomes messages, and
// lines become frames.
//
// It promises to keep at most RequestBytesMax of a request and MessageBytesMax of a
// message, nothing at all between two of them, to hand over text only if it is UTF-8, to
// take nothing that the RFC forbids, and never to wait for more bytes than there are.
//
// It refuses to know sockets, what a message says, and how long one may be: extensions
// are never agreed to, and sub-protocols are those of IRC alone (IRCv3 websocket).
package websocket

// The bounds, in bytes.
const (
	// RequestBytesMax bounds the opening request, its end included.
	RequestBytesMax = 8 << 10
	// MessageBytesMax bounds a message that is handed over; a longer one is TooLong.
	MessageBytesMax = 9 << 10
	// LongestBytesMax bounds what a client may send as one message at all.
	LongestBytesMax = 64 << 10
)

// Protocol is a sub-protocol of IRCv3 websocket: in which kind of message lines travel.
type Protocol uint8

// The sub-protocols.
const (
	Text   Protocol = iota // text.ircv3.net, and where none was agreed on
	Binary                 // binary.ircv3.net
)

// named is the sub-protocol of a name.
func named(name string) (p Protocol, ok bool) {
	switch name {
	case "text.ircv3.net":
		return Text, true
	case "binary.ircv3.net":
		return Binary, true
	}
	return Text, false
}

// Code is why a connection is closed (RFC 6455 7.4.1).
type Code uint16

// The codes that a server gives. CodeNone is for a goodbye that names none.
const (
	CodeNone     Code = 0
	CodeNormal   Code = 1000
	CodeLeaving  Code = 1001
	CodeProtocol Code = 1002
	CodeNoText   Code = 1007
	CodeTooBig   Code = 1009
)
