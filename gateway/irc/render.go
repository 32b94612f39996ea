package irc

import (
	"bytes"
	"strconv"
	"time"

	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// Mask says which bits of a form matter to a kind of event.
func (g *Gateway) Mask(k chat.Kind) engine.Form {
	const always = engine.Form(capServerTime) | formCP949
	switch k {
	case chat.KindSaid, chat.KindRelayed:
		return always | engine.Form(capMessageTags)
	case chat.KindJoined:
		return always | engine.Form(capExtendedJoin|capAwayNotify)
	case chat.KindParted, chat.KindKicked, chat.KindQuit, chat.KindNickChanged, chat.KindTopicSet,
		chat.KindRoomChanged, chat.KindBroadcast:
		return always
	case chat.KindInvited:
		return always | engine.Form(capInviteNotify)
	case chat.KindAwayChanged:
		return formCP949 | engine.Form(capAwayNotify)
	case chat.KindRealnameChanged:
		return formCP949 | engine.Form(capSetname)
	}
	return formCP949
}

// Render appends an event as everybody with the form sees it.
func (g *Gateway) Render(dst []byte, p *chat.Placed, f engine.Form) []byte {
	if f&formCP949 == 0 {
		return g.render(dst, p, f)
	}
	return g.convert(dst, f, func(b []byte) []byte { return g.render(b, p, f) })
}

// render appends an event in UTF-8.
func (g *Gateway) render(dst []byte, p *chat.Placed, f engine.Form) []byte {
	start := len(dst)
	switch e := p.Event.(type) {
	case *chat.Said:
		s := speechOfSaid(p, e)
		return g.appendSpeech(dst, f, &s)
	case *chat.Relayed:
		s := speechOfRelayed(p, e)
		return g.appendSpeech(dst, f, &s)
	case *chat.Joined:
		return g.appendJoined(dst, f, e)
	case *chat.Parted:
		return g.appendParted(dst, f, e)
	case *chat.Quit:
		dst = g.appendHead(dst, f, e.Time, &e.Source, "QUIT")
		return appendTrailing(dst, start, quitReason(e))
	case *chat.NickChanged:
		dst = g.appendHead(dst, f, e.Time, &e.Source, "NICK")
		return appendTrailing(dst, start, e.Nick)
	case *chat.Kicked:
		return g.appendKicked(dst, f, e)
	case *chat.Invited:
		if f&engine.Form(capInviteNotify) == 0 {
			return dst
		}
		return g.appendInvited(dst, f, e)
	case *chat.TopicSet:
		dst = g.appendHead(dst, f, e.Time, &e.Source, "TOPIC")
		dst = append(append(dst, ' '), e.RoomName...)
		return appendTrailing(dst, start, e.Text)
	}
	return g.renderRare(dst, p, f)
}

// renderRare appends what happens now and then.
func (g *Gateway) renderRare(dst []byte, p *chat.Placed, f engine.Form) []byte {
	switch e := p.Event.(type) {
	case *chat.RoomChanged:
		return g.appendRoomChanged(dst, f, e)
	case *chat.AwayChanged:
		if f&engine.Form(capAwayNotify) != 0 {
			return g.appendAway(dst, &e.Source, e.Text)
		}
	case *chat.RealnameChanged:
		if f&engine.Form(capSetname) != 0 {
			return irc.AppendText(dst, g.source(&e.Source), "SETNAME", e.Realname)
		}
	case *chat.FlagsChanged:
		return g.appendFlags(dst, e)
	case *chat.Broadcasted:
		return g.appendBroadcast(dst, f, e)
	}
	return dst
}

// appendHead appends a message up to its parameters.
func (g *Gateway) appendHead(dst []byte, f engine.Form, at chat.Time, s *chat.Source, verb string) []byte {
	if f&engine.Form(capServerTime) != 0 {
		dst = append(dst, "@time="...)
		dst = append(g.clock.append(dst, at), ' ')
	}
	dst = append(dst, ':')
	dst = g.appendSource(dst, s)
	return append(append(dst, ' '), verb...)
}

// appendTrailing appends the last parameter and ends the line that begins at start; what
// does not fit is cut at a character. The core lets no line break into any text.
func appendTrailing(dst []byte, start int, text string) []byte {
	if start < len(dst) && dst[start] == '@' {
		start += bytes.IndexByte(dst[start:], ' ') + len(" ")
	}
	dst = append(dst, " :"...)
	text = text[:whole(text, irc.LineBytesMax-len("\r\n")-(len(dst)-start))]
	dst = append(dst, text...)
	return append(dst, '\r', '\n')
}

func (g *Gateway) appendJoined(dst []byte, f engine.Form, e *chat.Joined) []byte {
	dst = g.appendHead(dst, f, e.Time, &e.Source, "JOIN")
	dst = append(append(dst, ' '), e.RoomName...)
	if f&engine.Form(capExtendedJoin) != 0 {
		account := e.Source.Account
		if account == "" {
			account = "*"
		}
		dst = append(append(dst, ' '), account...)
		dst = append(append(dst, " :"...), e.Realname...)
	}
	dst = append(dst, '\r', '\n')
	if f&engine.Form(capAwayNotify) != 0 && e.Away != "" {
		dst = g.appendAway(dst, &e.Source, e.Away)
	}
	return dst
}

// appendAway appends the AWAY of away-notify; an empty text says that he is back.
func (g *Gateway) appendAway(dst []byte, s *chat.Source, text string) []byte {
	if text == "" {
		return irc.Append(dst, g.source(s), "AWAY")
	}
	return irc.AppendText(dst, g.source(s), "AWAY", text)
}

func (g *Gateway) appendParted(dst []byte, f engine.Form, e *chat.Parted) []byte {
	start := len(dst)
	dst = g.appendHead(dst, f, e.Time, &e.Source, "PART")
	dst = append(append(dst, ' '), e.RoomName...)
	if e.Reason == "" {
		return append(dst, '\r', '\n')
	}
	return appendTrailing(dst, start, e.Reason)
}

func (g *Gateway) appendKicked(dst []byte, f engine.Form, e *chat.Kicked) []byte {
	start := len(dst)
	dst = g.appendHead(dst, f, e.Time, &e.Source, "KICK")
	dst = append(append(dst, ' '), e.RoomName...)
	dst = append(append(dst, ' '), e.Nick...)
	reason := e.Reason
	if reason == "" {
		reason = e.Source.Nick
	}
	return appendTrailing(dst, start, reason)
}

func (g *Gateway) appendInvited(dst []byte, f engine.Form, e *chat.Invited) []byte {
	start := len(dst)
	dst = g.appendHead(dst, f, e.Time, &e.Source, "INVITE")
	dst = append(append(dst, ' '), e.Nick...)
	return appendTrailing(dst, start, e.RoomName)
}

// appendBroadcast appends an operator's words to many, in as many lines as they need.
func (g *Gateway) appendBroadcast(dst []byte, f engine.Form, e *chat.Broadcasted) []byte {
	verb := "NOTICE $$*"
	if e.Wallops {
		verb = "WALLOPS"
	}
	bytes := irc.TextBytesMax(g.source(&e.Source), verb)
	for text := e.Text; ; {
		n := whole(text, bytes)
		start := len(dst)
		dst = appendTrailing(g.appendHead(dst, f, e.Time, &e.Source, verb), start, text[:n])
		if text = text[n:]; text == "" {
			return dst
		}
	}
}

// quitReason is what others read of a user's end.
func quitReason(e *chat.Quit) string {
	switch {
	case e.Killed:
		return "Killed (" + e.By + " (" + e.Reason + "))"
	case e.Reason == "":
		return "Connection closed"
	}
	return e.Reason
}

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
func (g *Gateway) appendID(dst []byte, position chat.Position, after uint32) []byte {
	dst = strconv.AppendUint(dst, uint64(g.house.Engine.Epoch()), 36)
	dst = append(dst, '-')
	dst = strconv.AppendUint(dst, uint64(position), 36)
	if after > 0 {
		dst = append(dst, '-')
		dst = strconv.AppendUint(dst, uint64(after), 36)
	}
	return dst
}
