package words

import (
	"time"

	"madang/chat"
	"madang/engine"
	"madang/wire/line"
)

// AppendEvent appends an event as an object.
func (r *Renderer) AppendEvent(dst []byte, p *chat.Placed, f engine.Form) []byte {
	if e, ok := r.objectOf(p, f); ok {
		return line.AppendEvent(dst, &e)
	}
	switch e := p.Event.(type) {
	case *chat.Said:
		return r.AppendMessage(dst, &chat.Message{
			Position: p.Position, Number: e.Number, Time: e.Time, Source: e.Source, What: e.What, Text: e.Text,
			ReplyTo: e.ReplyTo, Relayer: e.Relayer,
		}, e.RoomName, e.Nick)
	case *chat.Relayed:
		if !e.What.Stored() {
			return dst
		}
		return line.AppendMessage(dst, &line.Message{
			Room: e.RoomName, Nick: e.Source.Nick, To: e.Nick, Kind: kindName(e.What), Text: e.Text,
			Position: uint64(p.Position), Time: TimeText(e.Time), Rank: atLeast(e.AtLeast), Reply: e.ReplyTo,
		})
	case *chat.Redacted, *chat.Edited, *chat.Reacted:
		return r.appendChange(dst, p)
	case *chat.MarkSet:
		return line.Begin(dst, "read").Optional("room", e.RoomName).Optional("to", e.Nick).Number("number", uint64(e.Number)).
			Number("position", uint64(p.Position)).End()
	}
	if f&FormQuiet == 0 {
		return appendAccount(dst, p)
	}
	return dst
}

// appendChange appends what was done to a message.
func (r *Renderer) appendChange(dst []byte, p *chat.Placed) []byte {
	begin := func(kind, room, to, by string, message chat.Position) line.Object {
		return line.Begin(dst, kind).Optional("room", room).Optional("to", to).String("by", by).
			String("message", chat.MessageID(r.Epoch, message))
	}
	end := func(o line.Object, at chat.Time) []byte {
		return o.Number("position", uint64(p.Position)).String("time", TimeText(at)).End()
	}
	switch e := p.Event.(type) {
	case *chat.Redacted:
		o := begin("erase", e.RoomName, e.Nick, e.Source.Nick, e.Message).Number("number", uint64(e.Number))
		return end(o.Optional("text", e.Reason), e.Time)
	case *chat.Edited:
		o := begin("edit", e.RoomName, e.Nick, e.Source.Nick, e.Message).Number("number", uint64(e.Number))
		return end(o.String("text", e.Text), e.Time)
	case *chat.Reacted:
		o := line.Begin(dst, "react").Optional("room", e.RoomName).Optional("to", e.Nick).String("by", e.Source.Nick)
		return end(o.String("message", e.ReplyTo).String("sign", e.Sign).True("remove", e.Remove), e.Time)
	}
	return dst
}

// appendAccount appends who has which account from now on.
func appendAccount(dst []byte, p *chat.Placed) []byte {
	begin := func(nick, account string, at chat.Time) []byte {
		return line.Begin(dst, "account").String("nick", nick).String("account", account).
			Number("position", uint64(p.Position)).String("time", TimeText(at)).End()
	}
	switch e := p.Event.(type) {
	case *chat.SignedIn:
		if !e.Present {
			return begin(e.Source.Nick, e.To.Account, e.Time)
		}
	case *chat.AccountMade:
		if e.Became {
			return begin(e.Source.Nick, e.Account.Name, e.Time)
		}
	case *chat.AccountDeleted:
		return line.Begin(dst, "account-deleted").String("account", e.Name).Number("position", uint64(p.Position)).
			String("time", TimeText(e.Time)).End()
	}
	return dst
}

// objectOf is an event beside messages; false: it is not shown.
func (r *Renderer) objectOf(p *chat.Placed, f engine.Form) (line.Event, bool) {
	at := uint64(p.Position)
	switch e := p.Event.(type) {
	case *chat.TopicSet:
		return line.Event{Type: "topic", Room: e.RoomName, By: e.Source.Nick, Text: e.Text, Position: at, Time: TimeText(e.Time)}, true
	case *chat.Kicked:
		return line.Event{Type: "kick", Room: e.RoomName, Nick: e.Nick, By: e.Source.Nick, Text: e.Reason, Position: at, Time: TimeText(e.Time)}, true
	case *chat.Invited:
		return line.Event{Type: "invite", Room: e.RoomName, Nick: e.Nick, By: e.Source.Nick, Position: at, Time: TimeText(e.Time)}, true
	case *chat.RoomChanged:
		return line.Event{Type: "room", Room: e.RoomName, By: e.Source.Nick, Text: changesText(e.Changes), Position: at, Time: TimeText(e.Time)}, true
	case *chat.RoomRenamed:
		return line.Event{Type: "rename", Room: e.RoomName, By: e.Source.Nick, To: e.Name, Text: e.Reason, Position: at, Time: TimeText(e.Time)}, true
	case *chat.Knocked:
		return line.Event{Type: "knock", Room: e.RoomName, Nick: e.Source.Nick, Text: e.Text, Position: at, Time: TimeText(e.Time)}, true
	case *chat.Broadcasted:
		return line.Event{Type: "broadcast", By: e.Source.Nick, Text: e.Text, Position: at, Time: TimeText(e.Time)}, true
	}
	if f&FormQuiet != 0 {
		return line.Event{}, false
	}
	switch e := p.Event.(type) {
	case *chat.Joined:
		return line.Event{Type: "join", Room: e.RoomName, Nick: e.Source.Nick, Position: at, Time: TimeText(e.Time)}, true
	case *chat.Parted:
		return line.Event{Type: "part", Room: e.RoomName, Nick: e.Source.Nick, Text: e.Reason, Position: at, Time: TimeText(e.Time)}, true
	case *chat.Quit:
		return line.Event{Type: "quit", Nick: e.Source.Nick, By: e.By, Text: e.Reason, Position: at, Time: TimeText(e.Time)}, true
	case *chat.NickChanged:
		return line.Event{Type: "nick", Nick: e.Source.Nick, To: e.Nick, Position: at, Time: TimeText(e.Time)}, true
	case *chat.SignedIn:
		if e.Present {
			return line.Event{Type: "quit", Nick: e.Source.Nick, Text: signedInAs(e, f), Position: at, Time: TimeText(e.Time)}, true
		}
	}
	return line.Event{}, false
}

// AppendMessage appends a stored message as an object, live and from history alike.
func (r *Renderer) AppendMessage(dst []byte, m *chat.Message, room, to string) []byte {
	out := line.Message{
		Room: room, Nick: m.Source.Nick, To: to, Kind: kindName(m.What), Text: m.Text,
		ID:       chat.MessageID(r.Epoch, m.Position),
		Position: uint64(m.Position), Number: uint64(m.Number), Time: TimeText(m.Time),
		By: m.Relayer, Reply: m.ReplyTo, Erased: m.Erased,
	}
	if m.Edited != 0 {
		out.Edited = TimeText(m.Edited)
	}
	for _, reaction := range m.Reactions {
		out.Reactions = append(out.Reactions, line.Reaction{Sign: reaction.Sign, Count: reaction.Count})
	}
	return line.AppendMessage(dst, &out)
}

func kindName(k chat.MessageKind) string {
	switch k {
	case chat.Action:
		return "action"
	case chat.Notice:
		return "notice"
	}
	return ""
}

// TimeText is RFC 3339 in UTC with milliseconds, as the IRC tag time has it.
func TimeText(t chat.Time) string {
	return time.UnixMilli(int64(t)).UTC().Format("2006-01-02T15:04:05.000Z")
}

// AppendOK appends that a command with an id was done. Without an id nobody asked.
func AppendOK(dst []byte, form engine.Form, id string) []byte {
	if form&FormJSON == 0 || id == "" {
		return dst
	}
	return line.Begin(dst, "ok").String("id", id).End()
}

// AppendStored appends what became of a message with an id: where it lies, and whether
// that was known before.
func (r *Renderer) AppendStored(dst []byte, form engine.Form, id string, d *chat.Duplicate, again bool) []byte {
	if form&FormJSON == 0 || id == "" {
		return dst
	}
	o := line.Begin(dst, "ok").String("id", id).
		String("message", chat.MessageID(r.Epoch, d.Position)).
		Number("position", uint64(d.Position)).Number("number", uint64(d.Number)).String("time", TimeText(d.Time))
	if again {
		o = o.Bool("duplicate", true)
	}
	return o.End()
}

// atLeast is what the least rank that a message is for is called; empty: it is for all.
func atLeast(r chat.Rank) string {
	if r == chat.NoRank {
		return ""
	}
	return r.String()
}
