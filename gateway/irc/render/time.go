package render

import (
	"strconv"
	"time"

	"madang/chat"
)

// Unix is a time in whole seconds.
func Unix(t chat.Time) string { return strconv.FormatInt(int64(t/chat.Second), 10) }

// clock writes times; most are of the same second.
type clock struct {
	second int64
	text   []byte // of the second: 2026-01-02T15:04:05.
}

// append appends a time as the tag has it (IRCv3 server-time).
func (c *clock) append(dst []byte, at chat.Time) []byte {
	second, ms := int64(at/chat.Second), int64(at%chat.Second)
	if c.text == nil || second != c.second {
		c.second = second
		c.text = time.Unix(second, 0).UTC().AppendFormat(c.text[:0], "2006-01-02T15:04:05.")
	}
	dst = append(dst, c.text...)
	dst = append(dst, byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	return append(dst, 'Z')
}

// appendID appends the id of a message. What is not stored has none of its own
// position, so that its place behind the last one is part of the id.
func (r *Renderer) appendID(dst []byte, position chat.Position, after uint32) []byte {
	dst = strconv.AppendUint(dst, uint64(r.epoch), 36)
	dst = append(dst, '-')
	dst = strconv.AppendUint(dst, uint64(position), 36)
	if after > 0 {
		dst = append(dst, '-')
		dst = strconv.AppendUint(dst, uint64(after), 36)
	}
	return dst
}
