package render

import (
	"strings"
	"unicode/utf8"

	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// Client-only tags that mean something here.
const (
	TagReply      = "+draft/reply" // IRCv3 client-tags/reply
	tagReplyPlain = "+reply"
	// TagOnce carries the client's own id of a message: said again with the same id,
	// within ten minutes, it is not doubled. It is given back in the echo, and shown to
	// nobody else.
	TagOnce = "+madang/id"
)

// IsReplyTag says whether a tag names the message that is replied to.
func IsReplyTag(key string) bool { return key == TagReply || key == tagReplyPlain }

// Speech is something said, as it is shown: live, as an echo, or from history.
type Speech struct {
	Source   *chat.Source
	Position chat.Position
	After    uint32
	Time     chat.Time
	What     chat.MessageKind
	Sign     byte   // of a rank, before the room (STATUSMSG); 0: none
	Target   string // a room or a nick
	Text     string
	Tags     []chat.Tag
	ReplyTo  string
	ID       string // the client's own, in the echo only
	Batch    string // empty: none
	Relayer  string // who spoke in the source's name; empty: himself
}

func speechOfSaid(p *chat.Placed, e *chat.Said) Speech {
	s := Speech{
		Source: &e.Source, Position: p.Position, Time: e.Time, What: e.What,
		Target: e.RoomName, Text: e.Text, Tags: e.Tags, ReplyTo: e.ReplyTo, Relayer: e.Relayer,
	}
	if e.To != 0 {
		s.Target = e.Nick
	}
	return s
}

func speechOfRelayed(p *chat.Placed, e *chat.Relayed) Speech {
	s := Speech{
		Source: &e.Source, Position: p.Position, After: p.After, Time: e.Time, What: e.What,
		Target: e.RoomName, Text: e.Text, Tags: e.Tags, ReplyTo: e.ReplyTo,
	}
	if e.To != 0 {
		s.Target = e.Nick
	}
	if e.AtLeast != chat.NoRank {
		s.Sign = rankSign(e.AtLeast)
	}
	return s
}

// SpeechOf is what an event says; false: it is none that says something.
func SpeechOf(p *chat.Placed) (Speech, bool) {
	switch e := p.Event.(type) {
	case *chat.Said:
		return speechOfSaid(p, e), true
	case *chat.Relayed:
		return speechOfRelayed(p, e), true
	case *chat.Reacted:
		return speechOfReacted(p, e), true
	}
	return Speech{}, false
}

// Verb is the command of a kind of message.
func Verb(k chat.MessageKind) string {
	switch k {
	case chat.Notice, chat.CTCPReply:
		return "NOTICE"
	case chat.Typed:
		return "TAGMSG"
	}
	return "PRIVMSG"
}

// What stands around the text of an action (modern.ircdocs.horse/ctcp, "ACTION").
const (
	ActionStart = "\x01ACTION "
	ActionEnd   = "\x01"
)

// AppendSpeech appends a message in UTF-8; a text that no line holds becomes several.
func (r *Renderer) AppendSpeech(dst []byte, f engine.Form, s *Speech) []byte {
	if s.What == chat.Typed && f&engine.Form(CapMessageTags) == 0 {
		return dst
	}
	if s.What != chat.Action && (s.severalLines() || f&engine.Form(CapMultiline) != 0 && len(s.Text) > s.lineBytes(r)) {
		return r.appendSeveral(dst, f, s)
	}
	text := s.Text
	if strings.IndexByte(text, '\n') >= 0 { // an action has one line
		text = strings.ReplaceAll(text, "\n", " ")
	}
	for first := true; ; first = false {
		dst = r.appendSpeechTags(dst, f, s, first, first)
		start := len(dst)
		dst = r.appendSpeechHead(dst, s)
		if s.What == chat.Typed {
			return append(dst, '\r', '\n')
		}
		dst = append(dst, " :"...)
		end := ""
		if s.What == chat.Action {
			dst, end = append(dst, ActionStart...), ActionEnd
		}
		n := whole(text, irc.LineBytesMax-len("\r\n")-len(end)-(len(dst)-start))
		dst = append(append(dst, text[:n]...), end...)
		dst = append(dst, '\r', '\n')
		if text = text[n:]; text == "" {
			return dst
		}
	}
}

// whole is how much of a text fits into a number of bytes without cutting a character.
func whole(text string, bytes int) int {
	if len(text) <= bytes {
		return len(text)
	}
	for n := bytes; n > 0; n-- {
		if utf8.RuneStart(text[n]) {
			return n
		}
	}
	return min(len(text), max(bytes, 1))
}

func (r *Renderer) appendSpeechHead(dst []byte, s *Speech) []byte {
	dst = append(dst, ':')
	dst = r.appendSource(dst, s.Source)
	dst = append(dst, ' ')
	dst = append(dst, Verb(s.What)...)
	dst = append(dst, ' ')
	if s.Sign != 0 {
		dst = append(dst, s.Sign)
	}
	return append(dst, s.Target...)
}

// appendSpeechTags appends the tags that the form has. Only the first of several lines
// has an id: ids are of messages. own says whether the line has the client's own tags.
func (r *Renderer) appendSpeechTags(dst []byte, f engine.Form, s *Speech, first, own bool) []byte {
	start := len(dst)
	if s.Batch != "" {
		dst = irc.AppendTag(dst, true, "batch", s.Batch)
	}
	if f&engine.Form(CapServerTime) != 0 {
		dst = append(dst, lead(len(dst) == start)...)
		dst = append(dst, "time="...)
		dst = r.clock.append(dst, s.Time)
	}
	dst = appendSourceTags(dst, start, f, s.Source)
	if first && f&engine.Form(CapMessageTags) != 0 {
		dst = append(dst, lead(len(dst) == start)...)
		dst = append(dst, "msgid="...)
		dst = r.appendID(dst, s.Position, s.After)
	}
	if s.Relayer != "" && f&engine.Form(CapRelaymsg) != 0 {
		dst = irc.AppendTag(dst, len(dst) == start, "draft/relaymsg", s.Relayer)
	}
	if own && f&engine.Form(CapMessageTags) != 0 {
		dst = appendOwnTags(dst, start, s)
	}
	if len(dst) > start {
		dst = irc.EndTags(dst)
	}
	return dst
}

func lead(first bool) string {
	if first {
		return "@"
	}
	return ";"
}

// appendOwnTags appends what the sender's client said in tags, which begin at start.
func appendOwnTags(dst []byte, start int, s *Speech) []byte {
	if s.Source.Bot {
		dst = irc.AppendTag(dst, len(dst) == start, "bot", "")
	}
	replies := false
	for i := range s.Tags {
		if s.Tags[i].Key == TagConcat {
			continue
		}
		dst = irc.AppendTag(dst, len(dst) == start, s.Tags[i].Key, s.Tags[i].Value)
		replies = replies || IsReplyTag(s.Tags[i].Key)
	}
	if s.ReplyTo != "" && !replies {
		dst = irc.AppendTag(dst, len(dst) == start, TagReply, s.ReplyTo)
	}
	if s.ID != "" {
		dst = irc.AppendTag(dst, len(dst) == start, TagOnce, s.ID)
	}
	return dst
}
