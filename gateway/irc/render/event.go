package render

import (
	"bytes"

	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// Mask says which bits of a form matter to a kind of event: how lines go out always does.
func Mask(k chat.Kind) engine.Form { return formFramed | maskOf(k) }

// maskOf is Mask without the framing.
func maskOf(k chat.Kind) engine.Form {
	const (
		named  = engine.Form(CapOperTag) | FormCP949
		always = engine.Form(CapServerTime|CapAccountTag) | named
	)
	switch k {
	case chat.KindSaid:
		return always | engine.Form(CapMessageTags|CapMultiline|CapRelaymsg)
	case chat.KindRelayed:
		return always | engine.Form(CapMessageTags|CapMultiline)
	case chat.KindTopicSet, chat.KindReacted:
		return always | engine.Form(CapMessageTags)
	case chat.KindRedacted:
		return always | engine.Form(CapRedaction)
	case chat.KindEdited:
		return always | engine.Form(CapEdit)
	case chat.KindRoomRenamed:
		return always | engine.Form(CapRename)
	case chat.KindMarkSet:
		return FormCP949 | engine.Form(CapReadMarker)
	case chat.KindJoined:
		return always | engine.Form(CapExtendedJoin|CapAwayNotify|CapMessageTags)
	case chat.KindParted, chat.KindKicked, chat.KindQuit, chat.KindNickChanged,
		chat.KindRoomChanged, chat.KindBroadcast:
		return always
	case chat.KindInvited:
		return always | engine.Form(CapInviteNotify)
	case chat.KindAwayChanged:
		return named | engine.Form(CapAwayNotify)
	case chat.KindHostChanged:
		return always | engine.Form(CapChghost)
	case chat.KindRealnameChanged:
		return named | engine.Form(CapSetname)
	case chat.KindAccountMade, chat.KindAccountDeleted:
		return named | engine.Form(CapAccountNotify)
	case chat.KindKnocked:
		return FormCP949 | engine.Form(CapServerTime)
	case chat.KindSignedIn:
		return named | engine.Form(CapServerTime|CapAccountNotify)
	case chat.KindFlagsChanged:
		return named
	}
	return FormCP949
}

// Event appends an event in UTF-8, as everybody with the form sees it.
func (r *Renderer) Event(dst []byte, p *chat.Placed, f engine.Form) []byte {
	start := len(dst)
	switch e := p.Event.(type) {
	case *chat.Said:
		s := speechOfSaid(p, e)
		return r.AppendSpeech(dst, f, &s)
	case *chat.Relayed:
		s := speechOfRelayed(p, e)
		return r.AppendSpeech(dst, f, &s)
	case *chat.Joined:
		return r.appendJoined(dst, f, p, e)
	case *chat.Parted:
		return r.appendParted(dst, f, e)
	case *chat.Quit:
		dst = r.appendHead(dst, f, e.Time, &e.Source, "QUIT")
		return appendTrailing(dst, start, QuitReason(e))
	case *chat.NickChanged:
		dst = r.appendHead(dst, f, e.Time, &e.Source, "NICK")
		return appendTrailing(dst, start, e.Nick)
	case *chat.Kicked:
		return r.appendKicked(dst, f, e)
	case *chat.Invited:
		if f&engine.Form(CapInviteNotify) == 0 {
			return dst
		}
		return r.AppendInvited(dst, f, e)
	case *chat.TopicSet:
		dst = r.appendHeadWithID(dst, f, p.Position, e.Time, &e.Source, "TOPIC")
		dst = append(append(dst, ' '), e.RoomName...)
		return appendTrailing(dst, start, e.Text)
	}
	return r.renderRare(dst, p, f)
}

// renderRare appends what happens now and then.
func (r *Renderer) renderRare(dst []byte, p *chat.Placed, f engine.Form) []byte {
	switch e := p.Event.(type) {
	case *chat.RoomChanged:
		return r.appendRoomChanged(dst, f, e)
	case *chat.AwayChanged:
		if f&engine.Form(CapAwayNotify) != 0 && !e.Unseen {
			return r.AppendAway(dst, f, &e.Source, e.Text)
		}
	case *chat.HostChanged:
		if f&engine.Form(CapChghost) != 0 {
			return r.AppendHost(dst, f, e)
		}
	case *chat.RealnameChanged:
		if f&engine.Form(CapSetname) != 0 {
			return r.AppendRealname(dst, f, e)
		}
	case *chat.FlagsChanged:
		return r.appendFlags(dst, f, e)
	case *chat.Broadcasted:
		return r.appendBroadcast(dst, f, e)
	case *chat.Knocked:
		return r.appendKnocked(dst, f, e)
	}
	if later, ok := r.renderLater(dst, p, f); ok {
		return later
	}
	return r.renderAccount(dst, p, f)
}

// appendHead appends a message up to its parameters.
func (r *Renderer) appendHead(dst []byte, f engine.Form, at chat.Time, s *chat.Source, verb string) []byte {
	return r.appendHeadOf(dst, f, at, s, verb, nil)
}

// appendHeadOf appends the same with the id of an event, where the form has ids; nil: it
// has none, nor has one that is told out of its place.
func (r *Renderer) appendHeadOf(dst []byte, f engine.Form, at chat.Time, s *chat.Source, verb string, p *chat.Placed) []byte {
	start := len(dst)
	if f&engine.Form(CapServerTime) != 0 {
		dst = append(dst, "@time="...)
		dst = r.clock.append(dst, at)
	}
	if p != nil && p.Position != 0 && f&engine.Form(CapMessageTags) != 0 {
		dst = append(dst, lead(len(dst) == start)...)
		dst = append(dst, "msgid="...)
		dst = r.appendID(dst, p.Position, p.After)
	}
	if dst = appendSourceTags(dst, start, f, s); len(dst) > start {
		dst = append(dst, ' ')
	}
	dst = append(dst, ':')
	dst = r.appendSource(dst, s)
	return append(append(dst, ' '), verb...)
}

// appendSourceTags appends whose account something is (IRCv3 account-tag), and that a
// server's operator did it (IRCv3 oper-tag), to the tags that begin at start.
func appendSourceTags(dst []byte, start int, f engine.Form, s *chat.Source) []byte {
	if s.Account != "" && f&engine.Form(CapAccountTag) != 0 {
		dst = irc.AppendTag(dst, len(dst) == start, "account", s.Account)
	}
	return appendOperTag(dst, start, f, s)
}

// appendOperTag appends that a server's operator did something. Which one is not told.
func appendOperTag(dst []byte, start int, f engine.Form, s *chat.Source) []byte {
	if s.Operator && f&engine.Form(CapOperTag) != 0 {
		dst = irc.AppendTag(dst, len(dst) == start, "draft/oper", "")
	}
	return dst
}

// appendNamed begins a line that has no tag but who did it.
func appendNamed(dst []byte, f engine.Form, s *chat.Source) []byte {
	start := len(dst)
	if dst = appendOperTag(dst, start, f, s); len(dst) > start {
		dst = irc.EndTags(dst)
	}
	return dst
}

// appendHeadWithID is appendHead for what can be named by an id.
func (r *Renderer) appendHeadWithID(dst []byte, f engine.Form, at chat.Position, when chat.Time, s *chat.Source, verb string) []byte {
	if f&engine.Form(CapMessageTags) == 0 {
		return r.appendHead(dst, f, when, s, verb)
	}
	start := len(dst)
	dst = r.appendID(append(dst, "@msgid="...), at, 0)
	if f&engine.Form(CapServerTime) != 0 {
		dst = r.clock.append(append(dst, ";time="...), when)
	}
	dst = append(appendSourceTags(dst, start, f, s), ' ')
	return r.appendHead(dst, 0, when, s, verb)
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

func (r *Renderer) appendJoined(dst []byte, f engine.Form, p *chat.Placed, e *chat.Joined) []byte {
	dst = r.appendHeadOf(dst, f, e.Time, &e.Source, "JOIN", p)
	dst = append(append(dst, ' '), e.RoomName...)
	if f&engine.Form(CapExtendedJoin) != 0 {
		account := e.Source.Account
		if account == "" {
			account = "*"
		}
		dst = append(append(dst, ' '), account...)
		dst = append(append(dst, " :"...), e.Realname...)
	}
	dst = append(dst, '\r', '\n')
	if f&engine.Form(CapAwayNotify) != 0 && e.Away != "" {
		dst = r.AppendAway(dst, f, &e.Source, e.Away)
	}
	return dst
}

// AppendAway appends the AWAY of away-notify in UTF-8; an empty text says that he is back.
func (r *Renderer) AppendAway(dst []byte, f engine.Form, s *chat.Source, text string) []byte {
	dst = appendNamed(dst, f, s)
	if text == "" {
		return irc.Append(dst, r.Source(s), "AWAY")
	}
	return irc.AppendText(dst, r.Source(s), "AWAY", text)
}

func (r *Renderer) appendParted(dst []byte, f engine.Form, e *chat.Parted) []byte {
	start := len(dst)
	dst = r.appendHead(dst, f, e.Time, &e.Source, "PART")
	dst = append(append(dst, ' '), e.RoomName...)
	if e.Reason == "" {
		return append(dst, '\r', '\n')
	}
	return appendTrailing(dst, start, e.Reason)
}

func (r *Renderer) appendKicked(dst []byte, f engine.Form, e *chat.Kicked) []byte {
	start := len(dst)
	dst = r.appendHead(dst, f, e.Time, &e.Source, "KICK")
	dst = append(append(dst, ' '), e.RoomName...)
	dst = append(append(dst, ' '), e.Nick...)
	reason := e.Reason
	if reason == "" {
		reason = e.Source.Nick
	}
	return appendTrailing(dst, start, reason)
}

// appendKnocked appends RPL_KNOCK, which is addressed to the room.
func (r *Renderer) appendKnocked(dst []byte, f engine.Form, e *chat.Knocked) []byte {
	start := len(dst)
	if f&engine.Form(CapServerTime) != 0 {
		dst = append(dst, "@time="...)
		dst = append(r.clock.append(dst, e.Time), ' ')
	}
	dst = append(append(append(dst, ':'), r.server...), ' ')
	dst = append(append(append(dst, irc.RPL_KNOCK...), ' '), e.RoomName...)
	dst = append(append(append(dst, ' '), e.RoomName...), ' ')
	dst = r.appendSource(dst, &e.Source)
	text := "has asked for an invite"
	if e.Text != "" {
		text += ": " + e.Text
	}
	return appendTrailing(dst, start, text)
}

// AppendRealname appends the SETNAME of a change of realname in UTF-8 (IRCv3 setname).
func (r *Renderer) AppendRealname(dst []byte, f engine.Form, e *chat.RealnameChanged) []byte {
	return irc.AppendText(appendNamed(dst, f, &e.Source), r.Source(&e.Source), "SETNAME", e.Realname)
}

// AppendHost appends the CHGHOST of a change of host in UTF-8 (IRCv3 chghost). Clients
// that do not know it are told nothing: nobody has gone.
func (r *Renderer) AppendHost(dst []byte, f engine.Form, e *chat.HostChanged) []byte {
	dst = r.appendHead(dst, f, e.Time, &e.Source, "CHGHOST")
	dst = append(append(append(dst, ' '), e.Source.Username...), ' ')
	return append(append(dst, e.Host...), '\r', '\n')
}

// AppendOwnHost appends a change of host in UTF-8 as the one sees it whom it befell.
func (r *Renderer) AppendOwnHost(dst []byte, f engine.Form, e *chat.HostChanged) []byte {
	if f&engine.Form(CapChghost) != 0 {
		dst = r.AppendHost(dst, f, e)
	}
	return irc.AppendNumeric(dst, r.server, irc.RPL_VISIBLEHOST, e.Source.Nick, e.Host, "is now your visible host")
}

// AppendInvited appends an INVITE in UTF-8, whether or not the form has invite-notify.
func (r *Renderer) AppendInvited(dst []byte, f engine.Form, e *chat.Invited) []byte {
	start := len(dst)
	dst = r.appendHead(dst, f, e.Time, &e.Source, "INVITE")
	dst = append(append(dst, ' '), e.Nick...)
	return appendTrailing(dst, start, e.RoomName)
}

// appendBroadcast appends an operator's words to many, in as many lines as they need.
func (r *Renderer) appendBroadcast(dst []byte, f engine.Form, e *chat.Broadcasted) []byte {
	verb := "NOTICE $$*"
	if e.Wallops {
		verb = "WALLOPS"
	}
	bytes := irc.TextBytesMax(r.Source(&e.Source), verb)
	for text := e.Text; ; {
		n := whole(text, bytes)
		start := len(dst)
		dst = appendTrailing(r.appendHead(dst, f, e.Time, &e.Source, verb), start, text[:n])
		if text = text[n:]; text == "" {
			return dst
		}
	}
}

// QuitReason is what others read of a user's end.
func QuitReason(e *chat.Quit) string {
	switch {
	case e.Killed:
		return Killed(e.By, e.Reason)
	case e.Reason == "":
		return "Connection closed"
	}
	return e.Reason
}

// Killed is what others read of an end by an operator's doing.
func Killed(by, reason string) string { return "Killed (" + by + " (" + reason + "))" }
