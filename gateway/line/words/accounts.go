package words

import (
	"cmp"
	"strings"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/wire/line"
)

// AppendSettings shows an account to its owner.
func AppendSettings(dst []byte, form engine.Form, u *core.User, a *core.Account, id string) []byte {
	r := a.Record()
	if form&FormJSON != 0 {
		dst = line.Begin(dst, "settings").String("nick", u.Nick()).String("account", r.Name).Bool("always-on", r.AlwaysOn).
			Bool("one-session", r.OneSession).Bool("totp", r.OneTime != "").Optional("mail", r.Email).
			Number("sessions", uint64(len(u.Sessions()))).Number("apps", uint64(len(r.Tokens))).End()
		return AppendOK(dst, form, id)
	}
	state := func(on bool) string {
		if on {
			return Text(form, SayOn)
		}
		return Text(form, SayOff)
	}
	dst = AppendSentence(dst, form, SayAccountIs, u.Nick(), r.Name)
	dst = AppendSentence(dst, form, SaySettings, state(r.AlwaysOn), state(r.OneSession), state(r.OneTime != ""))
	mail := cmp.Or(r.Email, Text(form, SayNone))
	return AppendSentence(dst, form, SayHoldings, len(u.Sessions()), len(r.Tokens), mail)
}

// AppendApp shows an app password without its secret.
func AppendApp(dst []byte, form engine.Form, token *chat.TokenRecord) []byte {
	if form&FormJSON != 0 {
		o := line.Begin(dst, "app").String("app", token.ID).String("label", token.Label).Strings("rooms", token.Rooms).
			Bool("read-only", token.ReadOnly).String("made", TimeText(token.Made))
		return o.Optional("expires", OptionalTime(token.Expires)).End()
	}
	about := []string{token.Label}
	about = append(about, token.Rooms...)
	if token.ReadOnly {
		about = append(about, Text(form, SayReadOnly))
	}
	if token.Expires != 0 {
		about = append(about, Text(form, SayUntil, minuteText(token.Expires)))
	}
	return AppendSentence(dst, form, SayApp, token.ID, strings.Join(about, ", "))
}

// AppendSession shows one of an account's sessions to its owner; this says that it is the
// one that asks.
func AppendSession(dst []byte, form engine.Form, name, address string, s *chat.SessionRecord, this bool) []byte {
	if form&FormJSON != 0 {
		return line.Begin(dst, "session").String("session", name).String("gateway", s.Gateway).String("address", address).
			Bool("secure", s.Secure).Optional("app", s.Token).String("since", TimeText(s.Since)).
			True("this", this).End()
	}
	text := Text(form, SaySession, name, s.Gateway, address, minuteText(s.Since))
	if s.Token != "" {
		text += ", " + s.Token
	}
	if this {
		text += " " + Text(form, SayThisSession)
	}
	return AppendNotice(dst, form, text)
}

// minuteText is a time as people read it, in UTC.
func minuteText(t chat.Time) string { return time.UnixMilli(int64(t)).UTC().Format("2006-01-02 15:04") }

// Unread is how much of a conversation an account has not read.
type Unread struct {
	ID                 chat.ConversationID
	Room, With         string
	Number             chat.Number // of the last message
	Messages, Mentions int
}

func (u *Unread) name() string { return cmp.Or(u.Room, u.With) }

// AppendUnread shows what is unread; nothing: when all is read.
func AppendUnread(dst []byte, form engine.Form, list []Unread, none string) []byte {
	for i := range list {
		u := &list[i]
		switch {
		case form&FormJSON != 0:
			dst = line.Begin(dst, "unread").Optional("room", u.Room).Optional("to", u.With).Number("count", uint64(u.Messages)).
				Number("mentions", uint64(u.Mentions)).Number("number", uint64(u.Number)).End()
		case u.Mentions > 0 && u.Room != "":
			dst = AppendSentence(dst, form, SayUnreadMentions, u.name(), u.Messages, u.Mentions)
		default:
			dst = AppendSentence(dst, form, SayUnread, u.name(), u.Messages)
		}
	}
	if len(list) == 0 && none != "" && form&FormJSON == 0 {
		dst = AppendNotice(dst, form, none)
	}
	return dst
}

// OptionalTime is TimeText, or nothing for no time.
func OptionalTime(at chat.Time) string {
	if at == 0 {
		return ""
	}
	return TimeText(at)
}
