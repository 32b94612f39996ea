package bench

import "bytes"

// splitLine takes a line of RFC 1459 2.3.1 apart, without tags and without its ending.
// params is everything after the verb and one space.
func splitLine(line []byte) (source, verb, params []byte) {
	if len(line) > 0 && line[0] == ':' {
		source, line, _ = bytes.Cut(line[1:], []byte{' '})
	}
	verb, params, _ = bytes.Cut(line, []byte{' '})
	return source, verb, params
}

// sourceIs reports whether nick is the nick of a source like nick!user@host.
func sourceIs(source []byte, nick string) bool {
	return len(source) >= len(nick) && string(source[:len(nick)]) == nick &&
		(len(source) == len(nick) || source[len(nick)] == '!')
}

func firstParam(params []byte) []byte {
	first, _, _ := bytes.Cut(params, []byte{' '})
	return first
}
