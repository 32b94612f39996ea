package words

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway/charset"
	"madang/wire/line"
)

// Renderer renders what happened and what was said. It has one owner.
type Renderer struct {
	// Epoch is that of the ids of messages.
	Epoch chat.Epoch

	scratch []byte
}

// Mask says which bits of a form matter to a kind of event. What is said looks the same
// in both languages.
func (r *Renderer) Mask(k chat.Kind) engine.Form {
	switch k {
	case chat.KindSaid, chat.KindRelayed, chat.KindBroadcast:
		return FormJSON | FormCP949
	case chat.KindJoined, chat.KindParted, chat.KindQuit, chat.KindNickChanged:
		return FormJSON | FormCP949 | FormQuiet
	case chat.KindTopicSet, chat.KindKicked, chat.KindInvited, chat.KindRoomChanged, chat.KindRedacted, chat.KindEdited,
		chat.KindReacted, chat.KindRoomRenamed, chat.KindKnocked:
		return FormJSON | FormCP949 | FormKorean
	case chat.KindSignedIn:
		return FormJSON | FormCP949 | FormKorean | FormQuiet
	case chat.KindAccountMade, chat.KindAccountDeleted:
		return FormJSON | FormQuiet
	case chat.KindMarkSet:
		return FormJSON
	}
	return 0
}

// Render appends an event as everybody with the form sees it.
func (r *Renderer) Render(dst []byte, p *chat.Placed, f engine.Form) []byte {
	switch {
	case f&FormJSON != 0:
		return r.AppendEvent(dst, p, f)
	case f&FormCP949 != 0:
		r.scratch = renderPlain(r.scratch[:0], p, f)
		return charset.AppendCP949(dst, string(r.scratch))
	}
	return renderPlain(dst, p, f)
}

// renderPlain appends an event as UTF-8 text.
func renderPlain(dst []byte, p *chat.Placed, f engine.Form) []byte {
	switch e := p.Event.(type) {
	case *chat.Said:
		return AppendSaid(dst, &Spoken{Room: e.RoomName, Nick: e.Source.Nick, To: e.Nick, Kind: e.What, Text: e.Text}, "")
	case *chat.Relayed:
		return AppendSaid(dst, &Spoken{
			Room: e.RoomName, Nick: e.Source.Nick, To: e.Nick, Kind: e.What, Text: e.Text, Rank: e.AtLeast,
		}, "")
	case *chat.Broadcasted:
		return appendTexts(dst, "[*] ", e.Source.Nick, ": ", e.Text)
	case *chat.TopicSet, *chat.Kicked, *chat.Invited, *chat.RoomChanged, *chat.RoomRenamed, *chat.Knocked:
		return renderRoom(dst, e, f)
	case *chat.Redacted, *chat.Edited, *chat.Reacted:
		return renderChange(dst, e, f, "")
	}
	if f&FormQuiet != 0 {
		return dst
	}
	switch e := p.Event.(type) {
	case *chat.Joined:
		return appendTexts(dst, "[", e.RoomName, "] + ", e.Source.Nick)
	case *chat.Parted:
		return appendTexts(dst, "[", e.RoomName, "] - ", e.Source.Nick, Because(e.Reason))
	case *chat.Quit:
		return appendTexts(dst, "[*] - ", e.Source.Nick, Because(e.Reason))
	case *chat.NickChanged:
		return appendTexts(dst, "[*] ", e.Source.Nick, " -> ", e.Nick)
	case *chat.SignedIn:
		if e.Present {
			return appendTexts(dst, "[*] - ", e.Source.Nick, Because(signedInAs(e, f)))
		}
	}
	return dst
}

// signedInAs is why a guest is not here any more who entered an account.
func signedInAs(e *chat.SignedIn, f engine.Form) string {
	return pick(f, "is "+e.To.Nick, e.To.Nick+" 님으로 로그인")
}

// pick chooses between English and Korean.
func pick(f engine.Form, english, korean string) string {
	if f&FormKorean != 0 {
		return korean
	}
	return english
}

// AppendToYou appends a direct message, or what was done to one, as the one whom it was
// sent to sees it in plain text; nothing for any other event.
func (r *Renderer) AppendToYou(dst []byte, p *chat.Placed, f engine.Form) []byte {
	if f&FormJSON != 0 {
		return dst
	}
	var plain []byte
	switch e := p.Event.(type) {
	case *chat.Said:
		if e.To != 0 {
			plain = AppendSaid(nil, &Spoken{Nick: e.Source.Nick, To: "you", Kind: e.What, Text: e.Text}, "")
		}
	case *chat.Relayed:
		if e.To != 0 {
			plain = AppendSaid(nil, &Spoken{Nick: e.Source.Nick, To: "you", Kind: e.What, Text: e.Text}, "")
		}
	case *chat.Redacted, *chat.Edited, *chat.Reacted:
		plain = renderChange(nil, e, f, "you")
	}
	return AppendIn(dst, f, plain)
}

// PastText is a stored message's text in plain text, with what became of it.
func PastText(m *chat.Message, f engine.Form) string {
	text := m.Text
	switch {
	case m.Erased:
		text = pick(f, "(erased)", "(지워짐)")
	case m.Edited != 0:
		text += pick(f, " (edited)", " (고침)")
	}
	for _, r := range m.Reactions {
		text += " [" + r.Sign + " " + strconv.Itoa(r.Count) + "]"
	}
	return text
}

// renderRoom appends what happened to a room, or to somebody in it.
func renderRoom(dst []byte, event chat.Event, f engine.Form) []byte {
	switch e := event.(type) {
	case *chat.TopicSet:
		if e.Text == "" {
			return appendTexts(dst, "[", e.RoomName, "] * ", e.Source.Nick, pick(f, " clears the topic", " 님이 주제를 지움"))
		}
		return appendTexts(dst, "[", e.RoomName, "] * ", e.Source.Nick, pick(f, " sets the topic: ", " 님이 주제를 바꿈: "), e.Text)
	case *chat.Kicked:
		return appendTexts(dst, "[", e.RoomName, "] - ", e.Nick, pick(f, ", thrown out by ", ", 내보낸 사람: "), e.Source.Nick, Because(e.Reason))
	case *chat.Invited:
		return appendTexts(dst, "[", e.RoomName, "] * ", e.Source.Nick, pick(f, " invites ", " 님의 초대: "), e.Nick)
	case *chat.RoomChanged:
		return appendTexts(dst, "[", e.RoomName, "] * ", e.Source.Nick, pick(f, " changes the room: ", " 님이 방을 바꿈: "), changesText(e.Changes))
	case *chat.RoomRenamed:
		return appendTexts(dst, "[", e.RoomName, "] * ", e.Source.Nick, pick(f, " renames the room: ", " 님이 방 이름을 바꿈: "), e.Name, Because(e.Reason))
	case *chat.Knocked:
		return appendTexts(dst, "[", e.RoomName, "] * ", e.Source.Nick, pick(f, " knocks", " 님이 노크함"), colon(e.Text))
	}
	return dst
}

// renderChange appends what was done to a message; to is whom it had been sent to, in
// the words of the one who is shown it, if it was sent to one person.
func renderChange(dst []byte, event chat.Event, f engine.Form, to string) []byte {
	switch e := event.(type) {
	case *chat.Redacted:
		where := placeOf(e.RoomName, e.Source.Nick, to, e.Nick)
		return appendTexts(dst, where, pick(f, " erased a message", " 님이 메시지를 지움"), Because(e.Reason))
	case *chat.Edited:
		return appendLines(dst, placeOf(e.RoomName, e.Source.Nick, to, e.Nick)+pick(f, " edited: ", " 님이 고침: "), e.Text)
	case *chat.Reacted:
		where := placeOf(e.RoomName, e.Source.Nick, to, e.Nick)
		if e.Remove {
			return appendTexts(dst, where, pick(f, " takes back ", " 님이 거둠: "), e.Sign)
		}
		return appendTexts(dst, where, pick(f, " reacts ", " 님의 반응: "), e.Sign)
	}
	return dst
}

// placeOf is where something was done, and by whom.
func placeOf(room, by, to, nick string) string {
	if room != "" {
		return "[" + room + "] " + by
	}
	if to == "" {
		to = nick
	}
	return "[" + by + " -> " + to + "]"
}

// colon is a text behind a colon, or nothing.
func colon(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
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
		case c.Aspect == chat.Access:
			b.WriteString(" " + c.Text + " (" + rankName(c.Rank, false) + ")")
		case c.Aspect == chat.MentionAll:
			b.WriteString(" (" + rankName(c.Rank, false) + ")")
		case (c.Aspect == chat.Limit || c.Aspect == chat.Slow) && c.Add:
			b.WriteString(" " + strconv.Itoa(c.Number))
		case c.Aspect >= chat.Ban && c.Text != "":
			b.WriteString(" " + c.Text)
		}
	}
	return b.String()
}

// aspectNames are what the aspects of a room are called. Read-only.
var aspectNames = map[chat.RoomAspect]string{
	chat.Moderated: "moderated", chat.InviteOnly: "invite-only", chat.Secret: "secret", chat.TopicLocked: "topic-locked",
	chat.NoOutside: "no-outside", chat.NoCTCP: "no-ctcp", chat.AccountsEnter: "accounts-enter",
	chat.AccountsSpeak: "accounts-speak", chat.Auditorium: "auditorium", chat.Screened: "screened", chat.NoKnock: "no-knock",
	chat.Key: "key", chat.Limit: "limit", chat.Ban: "ban", chat.BanException: "ban-exception", chat.InviteMask: "invite-mask",
	chat.Ranks: "rank", chat.Founder: "founder", chat.Successor: "successor", chat.Access: "access", chat.Forward: "forward",
	chat.Slow: "slow", chat.Entry: "entry-message", chat.MentionAll: "mention-all",
}

func aspectName(a chat.RoomAspect) string {
	if name, ok := aspectNames[a]; ok {
		return name
	}
	return "setting " + strconv.Itoa(int(a))
}

// Spoken is a message as text shows it. Room is empty for direct ones; then To is whom
// it went to.
type Spoken struct {
	Room, Nick, To string
	Kind           chat.MessageKind
	Text           string
	Rank           chat.Rank // only members of this rank or higher were shown it
}

// AppendSaid appends a message as text, one line for each of its own; when, if any,
// stands behind the room. What is no text for people shows nothing.
func AppendSaid(dst []byte, s *Spoken, when string) []byte {
	if !s.Kind.Stored() {
		return dst
	}
	for rest, more := s.Text, true; more; {
		var one string
		one, rest, more = strings.Cut(rest, "\n")
		dst = append(line.AppendSafe(appendHead(dst, s, when), one), '\n')
	}
	return dst
}

// appendHead appends what stands before each line of a message.
func appendHead(dst []byte, s *Spoken, when string) []byte {
	direct := s.Room == ""
	dst = append(dst, '[')
	if direct {
		dst = append(append(append(dst, s.Nick...), " -> "...), s.To...)
	} else {
		dst = append(append(dst, rankSign(s.Rank)...), s.Room...)
	}
	if when != "" {
		dst = append(append(dst, ' '), when...)
	}
	dst = append(dst, "] "...)
	switch {
	case s.Kind == chat.Action:
		dst = append(append(append(dst, "* "...), s.Nick...), ' ')
	case s.Kind == chat.Notice && !direct:
		dst = append(append(append(dst, '-'), s.Nick...), "- "...)
	case !direct:
		dst = append(append(dst, s.Nick...), ": "...)
	}
	return dst
}

// rankSign stands before the room of a message that only members of a rank were shown.
func rankSign(r chat.Rank) string {
	switch {
	case r >= chat.Owner:
		return "~"
	case r >= chat.Admin:
		return "&"
	case r >= chat.Operator:
		return "@"
	case r >= chat.HalfOperator:
		return "%"
	case r >= chat.Voice:
		return "+"
	}
	return ""
}

// appendLines appends a text of several lines, each behind the same head.
func appendLines(dst []byte, head, text string) []byte {
	for one := range strings.SplitSeq(text, "\n") {
		dst = appendTexts(dst, head, one)
	}
	return dst
}

// appendTexts appends texts as one line.
func appendTexts(dst []byte, texts ...string) []byte {
	for _, text := range texts {
		dst = line.AppendSafe(dst, text)
	}
	return append(dst, '\n')
}

// Because is a reason in brackets, or nothing.
func Because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}
