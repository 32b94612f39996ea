package core

import (
	"strconv"
	"strings"

	"madang/chat"
)

// note is the line in the record of what operators did, when a command used an
// operator's powers and something came of it; nil: it did not.
func (s *State) note(c chat.Command, d *Decision, now chat.Time) *chat.Audited {
	if len(d.Events) == 0 {
		return nil
	}
	e := s.deed(c)
	if e == nil {
		return nil
	}
	e.By, e.Time = chat.ConsoleNick, now
	if u := s.sessions[chat.GivenBy(c)]; u != nil {
		e.By, e.Account = u.record.Nick, u.record.Account
	}
	e.Object, e.Text = trim(e.Object, chat.MaskBytesMax), trim(e.Text, chat.ReasonBytesMax)
	return e
}

// deed says what an operator did by a command; nil: what anybody may do.
func (s *State) deed(c chat.Command) *chat.Audited {
	switch c := c.(type) {
	case *chat.Kill:
		return &chat.Audited{Action: "kill", Object: c.Nick, Text: c.Reason}
	case *chat.Broadcast:
		return &chat.Audited{Action: "broadcast", Text: c.Text}
	case *chat.AddBan:
		return &chat.Audited{Action: "ban", Object: c.Ban.Target, Text: c.Ban.Reason}
	case *chat.RemoveBan:
		return &chat.Audited{Action: "unban", Object: c.Target}
	case *chat.OpenRoom:
		if c.Lobby && c.Session == chat.Console {
			return nil // the server did it, not an operator
		}
		e := &chat.Audited{Action: "open-room", Object: c.Room}
		if c.Permanent {
			e.Text = "permanent"
		}
		return e
	case *chat.GrantOperator:
		return &chat.Audited{Action: "oper", Object: c.Name}
	case *chat.ClaimServer:
		return &chat.Audited{Action: "claim"}
	case *chat.MakeInvitation:
		return &chat.Audited{Action: "invite-account", Text: strconv.Itoa(c.Uses) + " uses"}
	case *chat.Register:
		if c.Other {
			return &chat.Audited{Action: "make-account", Object: c.Name}
		}
	}
	return s.deedToOthers(c)
}

// deedToOthers says what an operator did that others may do to what is theirs.
func (s *State) deedToOthers(c chat.Command) *chat.Audited {
	switch c := c.(type) {
	case *chat.ChangeAccount:
		if !s.isOwn(c.Session, c.Account) || changesBeyondOwn(c.Changes) {
			return &chat.Audited{Action: "change-account", Object: c.Account, Text: describeChanges(c.Changes)}
		}
	case *chat.DeleteAccount:
		if !s.isOwn(c.Session, c.Account) {
			return &chat.Audited{Action: "delete-account", Object: c.Account}
		}
	case *chat.EndSession:
		if !s.isOwn(c.Session, c.Account) {
			return &chat.Audited{Action: "end-session", Object: c.Account, Text: c.Reason}
		}
	case *chat.Kick:
		if s.overrides(c.Session, c.Room, chat.HalfOperator) {
			return &chat.Audited{Action: "kick", Object: c.Room, Text: c.Nick + ": " + c.Reason}
		}
	case *chat.SetTopic:
		if s.overrides(c.Session, c.Room, chat.HalfOperator) {
			return &chat.Audited{Action: "topic", Object: c.Room, Text: c.Text}
		}
	case *chat.ChangeRoom:
		if s.overrides(c.Session, c.Room, chat.HalfOperator) || s.overridesFounder(c) {
			return &chat.Audited{Action: "change-room", Object: c.Room, Text: describeRoomChanges(c.Changes)}
		}
	case *chat.SetRetention:
		if s.overrides(c.Session, c.Room, chat.Owner) {
			text := strconv.Itoa(c.Days) + " days, " + strconv.Itoa(c.Messages) + " messages"
			return &chat.Audited{Action: "retention", Object: c.Room, Text: text}
		}
	}
	return s.deedToMessages(c)
}

// deedToMessages says what an operator did to what others said, of themselves too.
func (s *State) deedToMessages(c chat.Command) *chat.Audited {
	u := s.sessions[chat.GivenBy(c)]
	switch c := c.(type) {
	case *chat.Redact:
		room := s.rooms[c.Message.Conversation]
		if u != nil && (u.record.ID == c.Message.Author || room != nil && room.outranksAuthor(u, c.Message.Author)) {
			return nil
		}
		e := &chat.Audited{Action: "redact", Object: "direct", Text: "message " + strconv.FormatUint(uint64(c.Message.Number), 10) + ": " + c.Reason}
		if room != nil {
			e.Object = room.record.Name
		}
		return e
	case *chat.RenameRoom:
		room := s.RoomByName(c.Room)
		if u == nil || room.record.Founder != u.record.ID && !room.standing(u).AtLeast(room.rankToRename()) {
			return &chat.Audited{Action: "rename-room", Object: c.Room, Text: c.Name}
		}
	case *chat.SetMetadata:
		if c.Room != "" && s.overrides(c.Session, c.Room, chat.HalfOperator) || c.Room == "" && c.Nick != "" && (u == nil || s.UserByNick(c.Nick) != u) {
			return &chat.Audited{Action: "metadata", Object: c.Room + c.Nick, Text: c.Key + ": " + c.Value}
		}
	}
	return nil
}

// isOwn says whether a session's own account is meant.
func (s *State) isOwn(id chat.SessionID, name string) bool {
	u := s.sessions[id]
	return u != nil && u.record.Account != "" && (name == "" || s.AccountByName(name) == s.accounts[u.record.ID])
}

func changesBeyondOwn(changes []chat.AccountChange) bool {
	for i, c := range changes {
		if !c.Aspect.Own() && !provesOneTime(changes, i) {
			return true
		}
	}
	return false
}

// aspectNames are the aspects of accounts as the record names them.
var aspectNames = [chat.AspectsEnd]string{
	chat.Password: "password", chat.Email: "email", chat.Confirmed: "confirmed", chat.OneTime: "one-time codes",
	chat.Certificate: "certificate", chat.AppPassword: "app password", chat.Powers: "powers", chat.Suspended: "suspended",
	chat.AlwaysOn: "always on", chat.OneSession: "one session", chat.CodeUsed: "code used", chat.NewEmail: "new email", chat.ShownHost: "host",
}

// describeChanges names what changes, and never a secret.
func describeChanges(changes []chat.AccountChange) string {
	var parts []string
	for _, c := range changes {
		part := aspectNames[c.Aspect]
		switch c.Aspect {
		case chat.Suspended:
			if part += ": " + c.Text; c.Text == "" {
				part = "suspended no more"
			}
		case chat.ShownHost:
			if part += ": " + c.Text; !c.Add {
				part = "host taken away"
			}
		case chat.Powers:
			part += ": " + c.Powers.String()
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// overrides says whether a session acts in a room by the powers of an operator alone.
func (s *State) overrides(id chat.SessionID, name string, low chat.Rank) bool {
	room := s.RoomByName(name)
	if room == nil || id == chat.Console {
		return id == chat.Console
	}
	u := s.sessions[id]
	if u == nil || !u.May(chat.MayRule) {
		return false
	}
	return !room.standing(u).AtLeast(low)
}

// overridesFounder says whether a session disposes of a room that is another's.
func (s *State) overridesFounder(c *chat.ChangeRoom) bool {
	room, u := s.RoomByName(c.Room), s.sessions[c.Session]
	if room == nil || u == nil || room.isFounder(u) {
		return false
	}
	for i := range c.Changes {
		if k := &c.Changes[i]; k.Aspect == chat.Successor || k.Aspect == chat.Founder && (room.Registered() || k.Text != "") {
			return u.May(chat.MayRule)
		}
	}
	return false
}

// roomAspectNames are the aspects of rooms as the record names them.
var roomAspectNames = map[chat.RoomAspect]string{
	chat.Moderated: "moderated", chat.InviteOnly: "invite-only", chat.Secret: "secret", chat.TopicLocked: "topic-locked", chat.NoOutside: "no-outside",
	chat.NoCTCP: "no-ctcp", chat.AccountsEnter: "accounts-enter", chat.AccountsSpeak: "accounts-speak", chat.Auditorium: "auditorium",
	chat.Screened: "screened", chat.NoKnock: "no-knock", chat.Key: "key", chat.Limit: "limit", chat.Ban: "ban", chat.BanException: "exception",
	chat.InviteMask: "invite-mask", chat.Ranks: "rank of", chat.Founder: "founder", chat.Successor: "successor", chat.Access: "access of",
	chat.Forward: "forward", chat.Slow: "slow", chat.Entry: "entry message", chat.MentionAll: "mention-all",
}

// describeRoomChanges names what changes, and to what; a key is not told.
func describeRoomChanges(changes []chat.RoomChange) string {
	var parts []string
	for i := range changes {
		c := &changes[i]
		part := roomAspectNames[c.Aspect]
		if !c.Add {
			part = "no " + part
		}
		if c.Text != "" && c.Aspect != chat.Key {
			part += " " + c.Text
		}
		if c.Number != 0 {
			part += " " + strconv.Itoa(c.Number)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}
