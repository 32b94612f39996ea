// Package line is the grammar of the plain text gateway: bytes of nc, telnet or a
// beginner's script to lines, lines to commands, JSON lines both ways, and the one
// encoder that every text on its way to a terminal goes through (AppendSafe).
//
// It promises that no input panics, that no line holds more memory than its limit, that
// the same stream gives the same lines however it is cut, and that what AppendSafe and
// the JSON encoder write can neither end a line nor move a reader's cursor.
//
// It refuses to know sockets, clocks, character sets, rooms and what a command does.
// When a silence has lasted long enough, only the gateway knows.
package line

// LineBytesMax is the default bound of a line in bytes, its end not counted.
const LineBytesMax = 16 << 10
