// Package irc is the grammar of IRC: lines to messages and back, and the small
// languages inside their parameters (modes, CAP lists, ISUPPORT, WHOX, ELIST, CTCP).
//
// It promises that no input panics, that what the builders write is one line that
// parses again, and that reading and writing a message allocates nothing. It follows
// RFC 1459 and 2812 as practised (modern.ircdocs.horse) and the IRCv3 message tags.
//
// It refuses to know sockets, clocks, sessions, rooms and what a command means.
// Nothing in it decides; numbers and names are taken as the caller gives them.
package irc

// Limits of the protocol, in bytes.
const (
	// LineBytesMax bounds a message without its tags, CR LF included (RFC 2812 2.3).
	LineBytesMax = 512
	// TagsBytesMax bounds the tags of a message, the '@' and the space included
	// (IRCv3 message-tags, "Size limit").
	TagsBytesMax = 8191
	// ClientTagBytesMax bounds what a client may write between the '@' and the space
	// (IRCv3 message-tags, "Size limit").
	ClientTagBytesMax = 4094
	// ParamsMax bounds the parameters of a message (RFC 2812 2.3).
	ParamsMax = 15
	// commandBytesMax bounds a command that is worth folding; no real one is longer.
	commandBytesMax = 24
)
