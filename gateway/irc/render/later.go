package render

import (
	"strings"
	"time"

	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// renderLater appends what becomes of messages that were said, of rooms' names, and how
// far somebody has read.
func (r *Renderer) renderLater(dst []byte, p *chat.Placed, f engine.Form) (out []byte, known bool) {
	switch e := p.Event.(type) {
	case *chat.Reacted:
		s := speechOfReacted(p, e)
		return r.AppendSpeech(dst, f, &s), true
	case *chat.Redacted:
		if f&engine.Form(CapRedaction) != 0 {
			dst = r.appendAbout(dst, f, e.Time, &e.Source, "REDACT", targetOf(e.RoomName, e.Nick), e.Message, e.Reason)
		}
	case *chat.Edited:
		if f&engine.Form(CapEdit) != 0 {
			dst = r.appendAbout(dst, f, e.Time, &e.Source, "EDIT", targetOf(e.RoomName, e.Nick), e.Message, e.Text)
		}
	case *chat.RoomRenamed:
		if f&engine.Form(CapRename) != 0 {
			start := len(dst)
			dst = r.appendHead(dst, f, e.Time, &e.Source, "RENAME")
			dst = append(append(append(append(dst, ' '), e.RoomName...), ' '), e.Name...)
			dst = appendTrailing(dst, start, e.Reason)
		}
	case *chat.MarkSet:
		if f&engine.Form(CapReadMarker) != 0 {
			dst = r.AppendMark(dst, targetOf(e.RoomName, e.Nick), e.At)
		}
	default:
		return dst, false
	}
	return dst, true
}

func targetOf(room, nick string) string {
	if room != "" {
		return room
	}
	return nick
}

// speechOfReacted is the TAGMSG that a reaction was (IRCv3 client-tags/react).
func speechOfReacted(p *chat.Placed, e *chat.Reacted) Speech {
	return Speech{
		Source: &e.Source, Position: p.Position, After: p.After, Time: e.Time, What: chat.Typed,
		Target: targetOf(e.RoomName, e.Nick), Tags: e.Tags, ReplyTo: e.ReplyTo,
	}
}

// appendAbout appends a line about a message: REDACT (IRCv3 message-redaction), or EDIT,
// which is shaped like it.
func (r *Renderer) appendAbout(
	dst []byte, f engine.Form, at chat.Time, s *chat.Source, verb, target string, message chat.Position, text string,
) []byte {
	start := len(dst)
	dst = r.appendHead(dst, f, at, s, verb)
	dst = append(append(append(dst, ' '), target...), ' ')
	dst = r.appendID(dst, message, 0)
	if text == "" && verb == "REDACT" {
		return append(dst, '\r', '\n')
	}
	return appendTrailing(dst, start, strings.ReplaceAll(text, "\n", " "))
}

// AppendMark appends how far its reader has read a room or a conversation (IRCv3
// read-marker); 0 is nothing yet.
func (r *Renderer) AppendMark(dst []byte, target string, at chat.Time) []byte {
	when := "*"
	if at != 0 {
		when = "timestamp=" + Timestamp(at)
	}
	return irc.Append(dst, r.server, "MARKREAD", target, when)
}

// Timestamp is a time as tags have it (IRCv3 server-time).
func Timestamp(at chat.Time) string {
	return time.UnixMilli(int64(at)).UTC().Format("2006-01-02T15:04:05.000Z")
}
