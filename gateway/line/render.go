package line

import (
	"strconv"
	"strings"
	"time"

	"madang/chat"
	"madang/engine"
	"madang/gateway/charset"
	"madang/wire/line"
)

// Mask says which bits of a form matter to a kind of event. What is said looks the same
// in both languages.
func (g *Gateway) Mask(k chat.Kind) engine.Form {
	switch k {
	case chat.KindSaid, chat.KindRelayed, chat.KindBroadcast:
		return formJSON | formCP949
	case chat.KindJoined, chat.KindParted, chat.KindQuit, chat.KindNickChanged:
		return formJSON | formCP949 | formQuiet
	case chat.KindTopicSet, chat.KindKicked, chat.KindInvited, chat.KindRoomChanged:
		return formJSON | formCP949 | formKorean
	}
	return 0
}

// Render appends an event as everybody with the form sees it.
func (g *Gateway) Render(dst []byte, p *chat.Placed, f engine.Form) []byte {
	switch {
	case f&formJSON != 0:
		return g.renderJSON(dst, p, f)
	case f&formCP949 != 0:
		g.scratch = renderPlain(g.scratch[:0], p, f)
		return charset.AppendCP949(dst, string(g.scratch))
	}
	return renderPlain(dst, p, f)
}

// renderPlain appends an event as UTF-8 text.
func renderPlain(dst []byte, p *chat.Placed, f engine.Form) []byte {
	switch e := p.Event.(type) {
	case *chat.Said:
		return appendSaid(dst, &spoken{e.RoomName, e.Source.Nick, "you", e.What, e.Text}, "")
	case *chat.Relayed:
		return appendSaid(dst, &spoken{e.RoomName, e.Source.Nick, "you", e.What, e.Text}, "")
	case *chat.Broadcasted:
		return appendTexts(dst, "[*] ", e.Source.Nick, ": ", e.Text)
	case *chat.TopicSet, *chat.Kicked, *chat.Invited, *chat.RoomChanged:
		return renderRoom(dst, e, f)
	}
	if f&formQuiet != 0 {
		return dst
	}
	switch e := p.Event.(type) {
	case *chat.Joined:
		return appendTexts(dst, "[", e.RoomName, "] + ", e.Source.Nick)
	case *chat.Parted:
		return appendTexts(dst, "[", e.RoomName, "] - ", e.Source.Nick, because(e.Reason))
	case *chat.Quit:
		return appendTexts(dst, "[*] - ", e.Source.Nick, because(e.Reason))
	case *chat.NickChanged:
		return appendTexts(dst, "[*] ", e.Source.Nick, " -> ", e.Nick)
	}
	return dst
}

// renderRoom appends what happened to a room, or to somebody in it.
func renderRoom(dst []byte, event chat.Event, f engine.Form) []byte {
	korean := f&formKorean != 0
	pick := func(english, own string) string {
		if korean {
			return own
		}
		return english
	}
	switch e := event.(type) {
	case *chat.TopicSet:
		return appendTexts(dst, "[", e.RoomName, "] * ", e.Source.Nick, pick(" sets the topic: ", " 님이 주제를 바꿈: "), e.Text)
	case *chat.Kicked:
		return appendTexts(dst, "[", e.RoomName, "] - ", e.Nick, pick(", thrown out by ", ", 내보낸 사람: "), e.Source.Nick, because(e.Reason))
	case *chat.Invited:
		return appendTexts(dst, "[", e.RoomName, "] * ", e.Source.Nick, pick(" invites ", " 님의 초대: "), e.Nick)
	case *chat.RoomChanged:
		return appendTexts(dst, "[", e.RoomName, "] * ", e.Source.Nick, pick(" changes the room: ", " 님이 방을 바꿈: "), changesText(e.Changes))
	}
	return dst
}

// changesText is the changes of a room in short. A key is not shown.
func changesText(changes []chat.RoomChange) string {
	var b strings.Builder
	for i, c := range changes {
		if i > 0 {
			b.WriteString(", ")
		}
		sign := "-"
		if c.Add {
			sign = "+"
		}
		b.WriteString(sign + aspectName(c.Aspect))
		switch {
		case c.Aspect == chat.Ranks:
			b.WriteString(" (" + rankName(c.Rank, false) + ") " + c.Text)
		case c.Aspect == chat.Limit && c.Add:
			b.WriteString(" " + strconv.Itoa(c.Number))
		case c.Aspect >= chat.Ban:
			b.WriteString(" " + c.Text)
		}
	}
	return b.String()
}

func aspectName(a chat.RoomAspect) string {
	switch a {
	case chat.Moderated:
		return "moderated"
	case chat.InviteOnly:
		return "invite-only"
	case chat.Secret:
		return "secret"
	case chat.TopicLocked:
		return "topic-locked"
	case chat.NoOutside:
		return "no-outside"
	case chat.NoCTCP:
		return "no-ctcp"
	case chat.Key:
		return "key"
	case chat.Limit:
		return "limit"
	case chat.Ban:
		return "ban"
	case chat.BanException:
		return "ban-exception"
	case chat.InviteMask:
		return "invite-mask"
	case chat.Ranks:
		return "rank"
	}
	return "setting " + strconv.Itoa(int(a))
}

// spoken is a message as text shows it. Room is empty for direct ones; then to is whom
// it went to.
type spoken struct {
	room, nick, to string
	kind           chat.MessageKind
	text           string
}

// appendSaid appends a message as one line of text; when, if any, stands behind the
// room. What is no text for people shows nothing.
func appendSaid(dst []byte, s *spoken, when string) []byte {
	if !s.kind.Stored() {
		return dst
	}
	direct := s.room == ""
	dst = append(dst, '[')
	if direct {
		dst = append(append(append(dst, s.nick...), " -> "...), s.to...)
	} else {
		dst = append(dst, s.room...)
	}
	if when != "" {
		dst = append(append(dst, ' '), when...)
	}
	dst = append(dst, "] "...)
	switch {
	case s.kind == chat.Action:
		dst = append(append(append(dst, "* "...), s.nick...), ' ')
	case s.kind == chat.Notice && !direct:
		dst = append(append(append(dst, '-'), s.nick...), "- "...)
	case !direct:
		dst = append(append(dst, s.nick...), ": "...)
	}
	return append(line.AppendSafe(dst, s.text), '\n')
}

// appendTexts appends texts as one line.
func appendTexts(dst []byte, texts ...string) []byte {
	for _, text := range texts {
		dst = line.AppendSafe(dst, text)
	}
	return append(dst, '\n')
}

// renderJSON appends an event as an object.
func (g *Gateway) renderJSON(dst []byte, p *chat.Placed, f engine.Form) []byte {
	if e, ok := g.objectOf(p, f); ok {
		return line.AppendEvent(dst, &e)
	}
	switch e := p.Event.(type) {
	case *chat.Said:
		return g.appendMessage(dst, &chat.Message{
			Position: p.Position, Number: e.Number, Time: e.Time, Source: e.Source, What: e.What, Text: e.Text,
		}, e.RoomName, e.Nick)
	case *chat.Relayed:
		if !e.What.Stored() {
			return dst
		}
		return line.AppendMessage(dst, &line.Message{
			Room: e.RoomName, Nick: e.Source.Nick, To: e.Nick, Kind: kindName(e.What), Text: e.Text,
			Position: uint64(p.Position), Time: timeText(e.Time),
		})
	}
	return dst
}

// objectOf is an event beside messages; false: it is not shown.
func (g *Gateway) objectOf(p *chat.Placed, f engine.Form) (line.Event, bool) {
	at := uint64(p.Position)
	switch e := p.Event.(type) {
	case *chat.TopicSet:
		return line.Event{Type: "topic", Room: e.RoomName, By: e.Source.Nick, Text: e.Text, Position: at, Time: timeText(e.Time)}, true
	case *chat.Kicked:
		return line.Event{Type: "kick", Room: e.RoomName, Nick: e.Nick, By: e.Source.Nick, Text: e.Reason, Position: at, Time: timeText(e.Time)}, true
	case *chat.Invited:
		return line.Event{Type: "invite", Room: e.RoomName, Nick: e.Nick, By: e.Source.Nick, Position: at, Time: timeText(e.Time)}, true
	case *chat.RoomChanged:
		return line.Event{Type: "room", Room: e.RoomName, By: e.Source.Nick, Text: changesText(e.Changes), Position: at, Time: timeText(e.Time)}, true
	case *chat.Broadcasted:
		return line.Event{Type: "broadcast", By: e.Source.Nick, Text: e.Text, Position: at, Time: timeText(e.Time)}, true
	}
	if f&formQuiet != 0 {
		return line.Event{}, false
	}
	switch e := p.Event.(type) {
	case *chat.Joined:
		return line.Event{Type: "join", Room: e.RoomName, Nick: e.Source.Nick, Position: at, Time: timeText(e.Time)}, true
	case *chat.Parted:
		return line.Event{Type: "part", Room: e.RoomName, Nick: e.Source.Nick, Text: e.Reason, Position: at, Time: timeText(e.Time)}, true
	case *chat.Quit:
		return line.Event{Type: "quit", Nick: e.Source.Nick, By: e.By, Text: e.Reason, Position: at, Time: timeText(e.Time)}, true
	case *chat.NickChanged:
		return line.Event{Type: "nick", Nick: e.Source.Nick, To: e.Nick, Position: at, Time: timeText(e.Time)}, true
	}
	return line.Event{}, false
}

// appendMessage appends a stored message as an object, live and from history alike.
func (g *Gateway) appendMessage(dst []byte, m *chat.Message, room, to string) []byte {
	return line.AppendMessage(dst, &line.Message{
		Room: room, Nick: m.Source.Nick, To: to, Kind: kindName(m.What), Text: m.Text,
		ID:       chat.MessageID(g.house.Engine.Epoch(), m.Position),
		Position: uint64(m.Position), Number: uint64(m.Number), Time: timeText(m.Time),
	})
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

// timeText is RFC 3339 in UTC with milliseconds, as the IRC tag time has it.
func timeText(t chat.Time) string {
	return time.UnixMilli(int64(t)).UTC().Format("2006-01-02T15:04:05.000Z")
}
