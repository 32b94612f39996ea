package render

import (
	"bytes"

	"madang/gateway/charset"
	"madang/wire/irc"
)

// AppendCP949 appends lines in CP949. Characters that are written as their numbers there
// make a line longer; what no longer fits is cut.
func AppendCP949(dst, lines []byte) []byte {
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n') + 1
		if end == 0 {
			end = len(lines)
		}
		start := len(dst)
		dst = charset.AppendCP949(dst, string(lines[:end]))
		lines = lines[end:]
		if dst[start] == '@' {
			start += bytes.IndexByte(dst[start:], ' ') + len(" ")
		}
		if len(dst)-start > irc.LineBytesMax {
			dst = append(dst[:start+wholeCP949(dst[start:], irc.LineBytesMax-len("\r\n"))], '\r', '\n')
		}
	}
	return dst
}

// wholeCP949 is how much of a text fits into a number of bytes without cutting a
// character of two bytes.
func wholeCP949(text []byte, bytes int) int {
	n := 0
	for n < bytes {
		size := 1
		if text[n] >= 0x80 {
			size = 2
		}
		if n+size > bytes {
			break
		}
		n += size
	}
	return n
}
