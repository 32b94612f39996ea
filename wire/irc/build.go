package irc

import (
	"strings"
	"unicode/utf8"
)

// Append appends one message with its CR LF; source may be empty. Tags, if any, are
// written before it with AppendTag and EndTags. Without them the message is cut to
// LineBytesMax at the end of a character. The last parameter gets its ':' only where
// it needs one.
//
// No parameter can break the line: NUL, CR and LF become a space in the last one and
// '_' in the others, where a space and a ':' in front do too; an empty one that is not
// the last becomes "*". A sixteenth parameter is dropped.
func Append(dst []byte, source, command string, params ...string) []byte {
	start := len(dst)
	dst = appendHead(dst, source, command)
	return appendEnd(appendParams(dst, params, false), start)
}

// AppendText is Append with a ':' before the last parameter in any case, as clients
// expect it before texts (PRIVMSG, TOPIC, the sentence of a numeric).
func AppendText(dst []byte, source, command string, params ...string) []byte {
	start := len(dst)
	dst = appendHead(dst, source, command)
	return appendEnd(appendParams(dst, params, true), start)
}

// AppendNumeric appends a numeric reply to a client, its last parameter as text
// (RFC 2812 2.4). A client without a nick is "*".
func AppendNumeric(dst []byte, source string, n Numeric, client string, params ...string) []byte {
	start := len(dst)
	dst = append(appendHead(dst, source, string(n)), ' ')
	dst = appendMiddle(dst, client)
	if len(params) > ParamsMax-1 {
		params = params[:ParamsMax-1]
	}
	return appendEnd(appendParams(dst, params, true), start)
}

func appendHead(dst []byte, source, command string) []byte {
	if source != "" {
		dst = append(dst, ':')
		dst = appendMiddle(dst, source)
		dst = append(dst, ' ')
	}
	return appendMiddle(dst, command)
}

func appendParams(dst []byte, params []string, text bool) []byte {
	if len(params) > ParamsMax {
		params = params[:ParamsMax]
	}
	for i, param := range params {
		dst = append(dst, ' ')
		if i < len(params)-1 {
			dst = appendMiddle(dst, param)
			continue
		}
		if text || param == "" || param[0] == ':' || strings.IndexByte(param, ' ') >= 0 || !oneLine(param) {
			dst = append(dst, ':')
		}
		dst = appendTrailing(dst, param)
	}
	return dst
}

// oneLine tells whether s holds none of the bytes that no message may hold.
func oneLine(s string) bool {
	return strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\r') < 0 && strings.IndexByte(s, 0) < 0
}

func appendMiddle(dst []byte, word string) []byte {
	if word == "" {
		return append(dst, '*')
	}
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case c == ' ' || c == '\r' || c == '\n' || c == 0 || c == ':' && i == 0:
			dst = append(dst, '_')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func appendTrailing(dst []byte, text string) []byte {
	start := len(dst)
	dst = append(dst, text...)
	if oneLine(text) {
		return dst
	}
	for i, c := range dst[start:] {
		if c == '\r' || c == '\n' || c == 0 {
			dst[start+i] = ' '
		}
	}
	return dst
}

// appendEnd cuts what stands from start on to the limit and ends the line.
func appendEnd(dst []byte, start int) []byte {
	if len(dst)-start > LineBytesMax-2 {
		dst = dst[:start+wholeCharacters(dst[start:], LineBytesMax-2)]
	}
	return append(dst, '\r', '\n')
}

// wholeCharacters is the greatest length <= bytesMax at which no UTF-8 character is
// cut through; bytes that are no UTF-8 may be cut anywhere. len(b) > bytesMax.
func wholeCharacters(b []byte, bytesMax int) int {
	for n := bytesMax; n > 0 && n > bytesMax-utf8.UTFMax; n-- {
		if utf8.RuneStart(b[n]) {
			return n
		}
	}
	return bytesMax
}

// TextBytesMax is how many bytes of text fit into the last parameter when the others
// are known, for a caller that splits a long text instead of losing its end. It is
// negative when not even the rest fits.
func TextBytesMax(source, command string, params ...string) int {
	room := LineBytesMax - len(":") - len(source) - len(" ") - len(command) - len(" :") - len("\r\n")
	for _, param := range params {
		room -= len(" ") + len(param)
	}
	return room
}
