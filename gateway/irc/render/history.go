package render

import (
	"slices"
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
		m := messages[i]
		Date(&m, f)
		dst = r.AppendPast(dst, f, room, batch, &m)
	}
	if batch != "" {
		dst = irc.Append(dst, r.server, "BATCH", "-"+batch)
	}
	return dst
}

// Date puts the time before the text of a message, for a client that is not told it in
// a tag.
func Date(m *chat.Message, f engine.Form) {
	if f&engine.Form(CapServerTime) == 0 {
		m.Text = time.UnixMilli(int64(m.Time)).UTC().Format("[01-02 15:04] ") + m.Text
	}
}

// AppendPast appends what was said to a room or a nick, or happened there, in UTF-8, as
// part of a batch; an empty one is none. What was erased, and what a later state shows
// by itself (that something was erased or edited), appends nothing.
func (r *Renderer) AppendPast(dst []byte, f engine.Form, target, batch string, m *chat.Message) []byte {
	if m.Erased {
		return dst
	}
	if m.Event != nil {
		return r.appendPastEvent(dst, f, batch, m)
	}
	s := Speech{
		Source: &m.Source, Position: m.Position, Time: m.Time, What: m.What, Target: target,
		Text: m.Text, Tags: m.Tags, ReplyTo: m.ReplyTo, Batch: batch, Relayer: m.Relayer,
	}
	if m.Edited != 0 { // how the first text was divided says nothing of this one
		s.Tags = slices.DeleteFunc(slices.Clone(s.Tags), func(t chat.Tag) bool { return t.Key == TagConcat })
	}
	return r.AppendSpeech(dst, f, &s)
}

// appendPastEvent appends an event of the past. Who was away then is left out.
func (r *Renderer) appendPastEvent(dst []byte, f engine.Form, batch string, m *chat.Message) []byte {
	switch m.Event.(type) {
	case *chat.Redacted, *chat.Edited, *chat.MarkSet, *chat.MetadataSet:
		return dst
	}
	p := chat.Placed{Position: m.Position, Event: m.Event}
	lines := r.Event(nil, &p, f&^engine.Form(CapAwayNotify))
	if batch == "" {
		return append(dst, lines...)
	}
	return irc.AppendBatched(dst, lines, batch)
}
