package irc

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/charset"
	"madang/wire/irc"
)

// Small helpers over words, and the way out in CP949.

// fold is how names are compared.
func fold(name string) string { return names.Fold(name) }

// isRoomName says whether a target is a room's.
func isRoomName(target string) bool { return strings.HasPrefix(target, "#") }

// orStar is a parameter that may not be empty.
func orStar(word string) string {
	if word == "" {
		return "*"
	}
	return word
}

// oneWord makes a parameter of what somebody typed where no text may stand; it is cut,
// so that an answer stays an answer.
func oneWord(typed string) string {
	typed, _, _ = strings.Cut(typed, " ")
	if len(typed) > 100 {
		typed = strings.ToValidUTF8(typed[:100], "")
	}
	return orStar(typed)
}

// appendSource appends who did something.
func (g *Gateway) appendSource(dst []byte, s *chat.Source) []byte {
	if s.User == 0 {
		return append(dst, g.house.Name...)
	}
	dst = append(append(dst, s.Nick...), '!')
	dst = append(append(dst, s.Username...), '@')
	return append(dst, s.Host...)
}

// source is who did something, as text.
func (g *Gateway) source(s *chat.Source) string {
	if s.User == 0 {
		return g.house.Name
	}
	return sourceText(s)
}

// sourceText is a user as nick!user@host.
func sourceText(s *chat.Source) string { return s.Nick + "!" + s.Username + "@" + s.Host }

// sourceBytes is how long sourceText is.
func sourceBytes(s *chat.Source) uint16 {
	return uint16(len(s.Nick) + len("!") + len(s.Username) + len("@") + len(s.Host))
}

// seconds is a duration in whole seconds.
func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

// unix is a time in whole seconds.
func unix(t chat.Time) string { return strconv.FormatInt(int64(t/chat.Second), 10) }

// versionAtLeast reads the version of CAP LS.
func versionAtLeast(word string, least int) bool {
	n, err := strconv.Atoi(word)
	return err == nil && n >= least
}

// encode gives an answer in the client's character set.
func (c *client) encode(b []byte) []byte {
	if c.charset.Name() != charset.CP949 || len(b) == 0 {
		return b
	}
	return appendCP949(make([]byte, 0, len(b)), b)
}

// convert appends what f appends, in the character set of a form.
func (g *Gateway) convert(dst []byte, form engine.Form, f func([]byte) []byte) []byte {
	if form&formCP949 == 0 {
		return f(dst)
	}
	g.scratch = f(g.scratch[:0])
	return appendCP949(dst, g.scratch)
}

// appendCP949 appends lines in CP949. Characters that are written as their numbers there
// make a line longer; what no longer fits is cut.
func appendCP949(dst, lines []byte) []byte {
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
