package irc

import (
	"unicode/utf8"

	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// speech is something said, as it is shown: live, as an echo, or from history.
type speech struct {
	source   *chat.Source
	position chat.Position
	after    uint32
	time     chat.Time
	what     chat.MessageKind
	sign     byte   // of a rank, before the room (STATUSMSG); 0: none
	target   string // a room or a nick
	text     string
	tags     []chat.Tag
	replyTo  string
	id       string // the client's own, in the echo only
	batch    string // empty: none
}

func speechOfSaid(p *chat.Placed, e *chat.Said) speech {
	s := speech{
		source: &e.Source, position: p.Position, time: e.Time, what: e.What,
		target: e.RoomName, text: e.Text, tags: e.Tags, replyTo: e.ReplyTo,
	}
	if e.To != 0 {
		s.target = e.Nick
	}
	return s
}

func speechOfRelayed(p *chat.Placed, e *chat.Relayed) speech {
	s := speech{
		source: &e.Source, position: p.Position, after: p.After, time: e.Time, what: e.What,
		target: e.RoomName, text: e.Text, tags: e.Tags, replyTo: e.ReplyTo,
	}
	if e.To != 0 {
		s.target = e.Nick
	}
	if e.AtLeast != chat.NoRank {
		s.sign = rankSign(e.AtLeast)
	}
	return s
}

// verb is the command of a kind of message.
func verb(k chat.MessageKind) string {
	switch k {
	case chat.Notice, chat.CTCPReply:
		return "NOTICE"
	case chat.Typed:
		return "TAGMSG"
	}
	return "PRIVMSG"
}

const (
	actionStart = "\x01ACTION "
	actionEnd   = "\x01"
)

// appendSpeech appends a message; a text that no line holds becomes several.
func (g *Gateway) appendSpeech(dst []byte, f engine.Form, s *speech) []byte {
	if s.what == chat.Typed && f&engine.Form(capMessageTags) == 0 {
		return dst
	}
	text := s.text
	for first := true; ; first = false {
		dst = g.appendSpeechTags(dst, f, s, first)
		start := len(dst)
		dst = g.appendSpeechHead(dst, s)
		if s.what == chat.Typed {
			return append(dst, '\r', '\n')
		}
		dst = append(dst, " :"...)
		end := ""
		if s.what == chat.Action {
			dst, end = append(dst, actionStart...), actionEnd
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

func (g *Gateway) appendSpeechHead(dst []byte, s *speech) []byte {
	dst = append(dst, ':')
	dst = g.appendSource(dst, s.source)
	dst = append(dst, ' ')
	dst = append(dst, verb(s.what)...)
	dst = append(dst, ' ')
	if s.sign != 0 {
		dst = append(dst, s.sign)
	}
	return append(dst, s.target...)
}

// appendSpeechTags appends the tags that the form has. Only the first of several lines
// has an id and the client's own tags: ids are of messages.
func (g *Gateway) appendSpeechTags(dst []byte, f engine.Form, s *speech, first bool) []byte {
	start := len(dst)
	if s.batch != "" {
		dst = irc.AppendTag(dst, true, "batch", s.batch)
	}
	if f&engine.Form(capServerTime) != 0 {
		dst = append(dst, lead(len(dst) == start)...)
		dst = append(dst, "time="...)
		dst = g.clock.append(dst, s.time)
	}
	if first && f&engine.Form(capMessageTags) != 0 {
		dst = append(dst, lead(len(dst) == start)...)
		dst = append(dst, "msgid="...)
		dst = g.appendID(dst, s.position, s.after)
		dst = appendOwnTags(dst, s)
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

// appendOwnTags appends what the sender's client said in tags.
func appendOwnTags(dst []byte, s *speech) []byte {
	if s.source.Bot {
		dst = append(dst, ";bot"...)
	}
	replies := false
	for i := range s.tags {
		dst = irc.AppendTag(dst, false, s.tags[i].Key, s.tags[i].Value)
		replies = replies || isReplyTag(s.tags[i].Key)
	}
	if s.replyTo != "" && !replies {
		dst = irc.AppendTag(dst, false, tagReply, s.replyTo)
	}
	if s.id != "" {
		dst = irc.AppendTag(dst, false, tagOnce, s.id)
	}
	return dst
}
