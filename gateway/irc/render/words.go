package render

import (
	"strings"

	"madang/chat"
	"madang/wire/irc"
)

// OrStar is a parameter that may not be empty.
func OrStar(word string) string {
	if word == "" {
		return "*"
	}
	return word
}

// IsRoomName says whether a target is a room's.
func IsRoomName(target string) bool { return strings.HasPrefix(target, "#") }

// AppendFarewell appends the server's last words in UTF-8 (RFC 2812 3.7.4).
func AppendFarewell(dst []byte, reason string) []byte {
	return irc.AppendText(dst, "", "ERROR", "Closing link: "+reason)
}

// OneWord makes a parameter of what somebody typed where no text may stand; it is cut,
// so that an answer stays an answer.
func OneWord(typed string) string {
	typed, _, _ = strings.Cut(typed, " ")
	if len(typed) > 100 {
		typed = strings.ToValidUTF8(typed[:100], "")
	}
	return OrStar(typed)
}

// appendSource appends who did something.
func (r *Renderer) appendSource(dst []byte, s *chat.Source) []byte {
	if s.User == 0 {
		return append(dst, r.server...)
	}
	dst = append(append(dst, s.Nick...), '!')
	dst = append(append(dst, s.Username...), '@')
	return append(dst, s.Host...)
}

// Source is who did something, as text: a user, or the server.
func (r *Renderer) Source(s *chat.Source) string {
	if s.User == 0 {
		return r.server
	}
	return SourceText(s)
}

// SourceText is a user as nick!user@host.
func SourceText(s *chat.Source) string { return s.Nick + "!" + s.Username + "@" + s.Host }

// SourceBytes is how long SourceText is, in bytes.
func SourceBytes(s *chat.Source) uint16 {
	return uint16(len(s.Nick) + len("!") + len(s.Username) + len("@") + len(s.Host))
}
