package render

import (
	"time"

	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// AppendHistory appends messages of a room's history in UTF-8, as a batch of type
// chathistory (IRCv3 batch) with the id given; an empty one makes no batch. A client that
// is not told the time in a tag sees it in the text.
func (r *Renderer) AppendHistory(dst []byte, f engine.Form, room, batch string, messages []chat.Message) []byte {
	if batch != "" {
		dst = irc.Append(dst, r.server, "BATCH", "+"+batch, "chathistory", room)
	}
	for i := range messages {
		dst = r.appendPast(dst, f, room, batch, &messages[i])
	}
	if batch != "" {
		dst = irc.Append(dst, r.server, "BATCH", "-"+batch)
	}
	return dst
}

func (r *Renderer) appendPast(dst []byte, f engine.Form, room, batch string, m *chat.Message) []byte {
	s := Speech{
		Source: &m.Source, Position: m.Position, Time: m.Time, What: m.What, Target: room,
		Text: m.Text, Tags: m.Tags, ReplyTo: m.ReplyTo, Batch: batch,
	}
	if f&engine.Form(CapServerTime) == 0 {
		s.Text = time.UnixMilli(int64(m.Time)).UTC().Format("[01-02 15:04] ") + s.Text
	}
	return r.AppendSpeech(dst, f, &s)
}
