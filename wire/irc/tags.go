package irc

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"
)

// Tag is one element of a message's tags. Its slices point into the line.
type Tag struct {
	// Raw is the element as it was written, fit for forwarding.
	Raw []byte
	// Key includes a '+' and a vendor.
	Key []byte
	// Value is still escaped; empty when missing, which means the same.
	Value []byte
}

// AllTags yields the tags in their order, empty elements left out.
func (m *Message) AllTags() iter.Seq[Tag] {
	return func(yield func(Tag) bool) {
		for rest := m.Tags; len(rest) > 0; {
			var raw []byte
			raw, rest, _ = bytes.Cut(rest, []byte{';'})
			if len(raw) == 0 {
				continue
			}
			key, value, _ := bytes.Cut(raw, []byte{'='})
			if !yield(Tag{Raw: raw, Key: key, Value: value}) {
				return
			}
		}
	}
}

// ClientTags yields the client-only tags ('+' in front) in their order, those left out
// whose key is not one or whose value is not UTF-8: what may be forwarded.
func (m *Message) ClientTags() iter.Seq[Tag] {
	return func(yield func(Tag) bool) {
		for tag := range m.AllTags() {
			if bytes.HasPrefix(tag.Key, []byte{'+'}) && ValidTagKey(tag.Key) && utf8.Valid(tag.Value) && !yield(tag) {
				return
			}
		}
	}
}

// Tag is the escaped value of the last tag with that key, which is the one that counts
// (IRCv3 message-tags, "Rules for unique tag names"), and whether there is one.
func (m *Message) Tag(key string) (value []byte, ok bool) {
	if len(m.Tags) == 0 {
		return nil, false
	}
	for tag := range m.AllTags() {
		if string(tag.Key) == key {
			value, ok = tag.Value, true
		}
	}
	return value, ok
}

// TagValue is Tag unescaped and copied.
func (m *Message) TagValue(key string) (value string, ok bool) {
	raw, ok := m.Tag(key)
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw), ok
	}
	return string(AppendUnescaped(nil, raw)), ok
}

// ValidTagKey tells whether key is [+][vendor/]name of letters, digits and hyphens, a
// vendor being a host name (IRCv3 message-tags, "Format").
func ValidTagKey(key []byte) bool {
	key = bytes.TrimPrefix(key, []byte{'+'})
	name := key
	if i := bytes.IndexByte(key, '/'); i >= 0 {
		if i == 0 || !keyBytes(key[:i], true) {
			return false
		}
		name = key[i+1:]
	}
	return len(name) > 0 && keyBytes(name, false)
}

func keyBytes(b []byte, vendor bool) bool {
	for _, c := range b {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-'
		if !letter && (!vendor || c != '.') {
			return false
		}
	}
	return true
}

// AppendUnescaped appends a tag value without its escapes. A backslash before another
// character, or at the end, is dropped (IRCv3 message-tags, "Escaping values").
func AppendUnescaped(dst, value []byte) []byte {
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c != '\\' {
			dst = append(dst, c)
			continue
		}
		i++
		if i == len(value) {
			break
		}
		switch value[i] {
		case ':':
			dst = append(dst, ';')
		case 's':
			dst = append(dst, ' ')
		case 'r':
			dst = append(dst, '\r')
		case 'n':
			dst = append(dst, '\n')
		default:
			dst = append(dst, value[i])
		}
	}
	return dst
}

// AppendEscaped appends a tag value with its escapes; a NUL, which has none, is dropped.
func AppendEscaped(dst []byte, value string) []byte {
	if !strings.ContainsAny(value, ";\\ \r\n\x00") {
		return append(dst, value...)
	}
	for i := 0; i < len(value); i++ {
		switch c := value[i]; c {
		case ';':
			dst = append(dst, `\:`...)
		case ' ':
			dst = append(dst, `\s`...)
		case '\\':
			dst = append(dst, `\\`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\n':
			dst = append(dst, `\n`...)
		case 0:
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// AppendTag appends one tag: '@' before the first, ';' before the others. After the
// last one EndTags is due. An empty value is left out together with its '='.
func AppendTag(dst []byte, first bool, key, value string) []byte {
	dst = append(dst, tagLead(first))
	dst = append(dst, key...)
	if value == "" {
		return dst
	}
	dst = append(dst, '=')
	return AppendEscaped(dst, value)
}

// AppendRawTag appends a tag as another message had it (Tag.Raw).
func AppendRawTag(dst []byte, first bool, raw []byte) []byte {
	return append(append(dst, tagLead(first)), raw...)
}

func tagLead(first bool) byte {
	if first {
		return '@'
	}
	return ';'
}

// EndTags appends what stands between tags and message.
func EndTags(dst []byte) []byte { return append(dst, ' ') }
