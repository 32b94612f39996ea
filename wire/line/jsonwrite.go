package line

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Object writes one JSON line, append-style and without reflection:
//
//	dst = line.Begin(dst, "pong").String("id", id).End()
//
// Keys are written as they are given and must be plain ASCII words.
type Object struct{ b []byte }

// Begin starts an object whose first key is its type.
func Begin(dst []byte, kind string) Object {
	return Object{b: AppendJSONString(append(dst, `{"type":`...), kind)}
}

// String writes a key with a text.
func (o Object) String(key, value string) Object {
	return Object{b: AppendJSONString(o.key(key), value)}
}

// Optional is String that leaves an empty text out together with its key.
func (o Object) Optional(key, value string) Object {
	if value == "" {
		return o
	}
	return o.String(key, value)
}

// Number writes a key with a number.
func (o Object) Number(key string, value uint64) Object {
	return Object{b: strconv.AppendUint(o.key(key), value, 10)}
}

// Bool writes a key with true or false.
func (o Object) Bool(key string, value bool) Object {
	return Object{b: strconv.AppendBool(o.key(key), value)}
}

// True is Bool that leaves false out together with its key.
func (o Object) True(key string, value bool) Object {
	if !value {
		return o
	}
	return o.Bool(key, true)
}

// Strings writes a key with a list of texts, [] if it is empty.
func (o Object) Strings(key string, values []string) Object {
	b := append(o.key(key), '[')
	for i, value := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendJSONString(b, value)
	}
	return Object{b: append(b, ']')}
}

// End closes the object and ends the line with LF.
func (o Object) End() []byte { return append(o.b, '}', '\n') }

func (o Object) key(key string) []byte {
	b := append(o.b, ',', '"')
	b = append(b, key...)
	return append(b, '"', ':')
}

// AppendJSONString appends text as a JSON string of one line (RFC 8259 7). Whatever
// could act on a terminal that shows the raw line is written as \uXXXX: control and
// format characters, bidi controls, U+2028 and U+2029; a reader of the JSON gets all of
// it. Bytes that are no UTF-8 become U+FFFD.
func AppendJSONString(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && text[i] >= ' ' && text[i] < 0x7F && text[i] != '"' && text[i] != '\\' {
			i++
		}
		dst = append(dst, text[start:i]...)
		if i == len(text) {
			break
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		dst = appendJSONRune(dst, r)
		i += size
	}
	return append(dst, '"')
}

func appendJSONRune(dst []byte, r rune) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(dst, '\\', byte(r))
	case r == '\n':
		return append(dst, '\\', 'n')
	case r == '\t':
		return append(dst, '\\', 't')
	case 0xAC00 <= r && r <= 0xD7A3:
		return utf8.AppendRune(dst, r)
	case r > 0xFFFF && unicode.Is(unicode.Cf, r):
		r -= 0x10000
		return appendHex(appendHex(dst, 0xD800+r>>10), 0xDC00+r&0x3FF)
	case r < ' ' || 0x7F <= r && r <= 0x9F || r == 0x2028 || r == 0x2029 || bidi(r) || unicode.Is(unicode.Cf, r):
		return appendHex(dst, r)
	}
	return utf8.AppendRune(dst, r)
}

// appendHex appends \uXXXX for one UTF-16 unit.
func appendHex(dst []byte, unit rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[unit>>12&15], hex[unit>>8&15], hex[unit>>4&15], hex[unit&15])
}

// Message is a message as JSON lines show it, live and from history alike.
type Message struct {
	Room     string // "#lobby"; for direct messages empty
	Nick     string // who wrote it
	To       string // for direct messages the other one; the key is left out for rooms
	Kind     string // "action", "notice"; the key is left out for plain text
	Text     string
	ID       string
	Position uint64 // in the journal, for resume
	Number   uint64 // in the conversation, for paging
	Time     string // RFC 3339 in UTC with milliseconds

	// What follows is left out together with its key when it is empty.
	By        string // who spoke in Nick's name
	Rank      string // only members of this rank or higher were shown it
	Reply     string // id of the message that it answers
	Edited    string // when it got this text, as Time
	Erased    bool   // its text is gone for ever
	Reactions []Reaction
}

// Reaction is how often a message was answered with a sign.
type Reaction struct {
	Sign  string
	Count int
}

// AppendMessage appends m as one line of type "message".
func AppendMessage(dst []byte, m *Message) []byte {
	o := Begin(dst, "message").
		String("room", m.Room).
		String("nick", m.Nick).
		Optional("to", m.To).
		Optional("kind", m.Kind).
		String("text", m.Text).
		String("id", m.ID).
		Number("position", m.Position).
		Number("number", m.Number).
		String("time", m.Time).
		Optional("by", m.By).
		Optional("rank", m.Rank).
		Optional("reply", m.Reply).
		Optional("edited", m.Edited).
		True("erased", m.Erased)
	if len(m.Reactions) == 0 {
		return o.End()
	}
	b := append(o.key("reactions"), '{')
	for i, r := range m.Reactions {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(AppendJSONString(b, r.Sign), ':'), int64(r.Count), 10)
	}
	return Object{b: append(b, '}')}.End()
}

// Event is what happened beside messages: somebody joined, left, was renamed.
type Event struct {
	Type     string // "join", "part", "quit", "nick", "topic", "kick", …
	Room     string // left out when empty, as all texts below
	Nick     string // whom it happened to
	By       string // who did it, if somebody else
	To       string // the new nick
	Text     string // topic, reason
	Position uint64
	Time     string // RFC 3339 in UTC with milliseconds
}

// AppendEvent appends e as one line of its type.
func AppendEvent(dst []byte, e *Event) []byte {
	return Begin(dst, e.Type).
		Optional("room", e.Room).
		Optional("nick", e.Nick).
		Optional("by", e.By).
		Optional("to", e.To).
		Optional("text", e.Text).
		Number("position", e.Position).
		Optional("time", e.Time).
		End()
}

// Welcome is who a session is, where it is, and with what it can resume after that
// position: a guest with the token, an account with its password.
type Welcome struct {
	Nick, Room, Token string
	Account           string   // left out for guests, with Rooms
	Rooms             []string // that the account is in
	Position          uint64
}

// AppendWelcome appends the first line of a session in JSON, or of one that signed in.
func AppendWelcome(dst []byte, w *Welcome) []byte {
	o := Begin(dst, "welcome").
		String("nick", w.Nick).
		String("room", w.Room).
		String("token", w.Token).
		Number("position", w.Position)
	if w.Account == "" {
		return o.End()
	}
	return o.String("account", w.Account).Strings("rooms", w.Rooms).End()
}

// AppendError appends a refusal; code is a word for programs, text a sentence for
// people, id the command's own, left out if it had none.
func AppendError(dst []byte, code, text, id string) []byte {
	return Begin(dst, "error").String("code", code).String("text", text).Optional("id", id).End()
}

// AppendNotice appends a sentence of the server's.
func AppendNotice(dst []byte, text string) []byte {
	return Begin(dst, "notice").String("text", text).End()
}
