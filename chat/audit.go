package chat

import (
	"strconv"
	"strings"
)

// note is the line in the record of what operators did, when a command used an
// operator's powers and something came of it; nil: it did not.
func (s *State) note(c Command, d *Decision, now Time) *Audited {
	if len(d.Events) == 0 {
		return nil
	}
	e := s.deed(c)
	if e == nil {
		return nil
	}
	e.By, e.Time = ConsoleNick, now
	if u := s.sessions[GivenBy(c)]; u != nil {
		e.By, e.Account = u.record.Nick, u.record.Account
	}
	e.Object, e.Text = trim(e.Object, MaskBytesMax), trim(e.Text, ReasonBytesMax)
	return e
}

// deed says what an operator did by a command; nil: what anybody may do.
func (s *State) deed(c Command) *Audited {
	switch c := c.(type) {
	case *Kill:
		return &Audited{Action: "kill", Object: c.Nick, Text: c.Reason}
	case *Broadcast:
		return &Audited{Action: "broadcast", Text: c.Text}
	case *AddBan:
		return &Audited{Action: "ban", Object: c.Ban.Target, Text: c.Ban.Reason}
	case *RemoveBan:
		return &Audited{Action: "unban", Object: c.Target}
	case *OpenRoom:
		if c.Lobby && c.Session == Console {
			return nil // the server did it, not an operator
		}
		e := &Audited{Action: "open-room", Object: c.Room}
		if c.Permanent {
			e.Text = "permanent"
		}
		return e
	case *GrantOperator:
		return &Audited{Action: "oper", Object: c.Name}
	case *ClaimServer:
		return &Audited{Action: "claim"}
	case *MakeInvitation:
		return &Audited{Action: "invite-account", Text: strconv.Itoa(c.Uses) + " uses"}
	case *Register:
		if c.Other {
			return &Audited{Action: "make-account", Object: c.Name}
		}
	}
	return s.deedToOthers(c)
}

// deedToOthers says what an operator did that others may do to what is theirs.
func (s *State) deedToOthers(c Command) *Audited {
	switch c := c.(type) {
	case *ChangeAccount:
		if !s.isOwn(c.Session, c.Account) || changesBeyondOwn(c.Changes) {
			return &Audited{Action: "change-account", Object: c.Account, Text: describeChanges(c.Changes)}
		}
	case *DeleteAccount:
		if !s.isOwn(c.Session, c.Account) {
			return &Audited{Action: "delete-account", Object: c.Account}
		}
	case *EndSession:
		if !s.isOwn(c.Session, c.Account) {
			return &Audited{Action: "end-session", Object: c.Account, Text: c.Reason}
		}
	case *Kick:
		if s.overrides(c.Session, c.Room, HalfOperator) {
			return &Audited{Action: "kick", Object: c.Room, Text: c.Nick + ": " + c.Reason}
		}
	case *SetTopic:
		if s.overrides(c.Session, c.Room, HalfOperator) {
			return &Audited{Action: "topic", Object: c.Room, Text: c.Text}
		}
	case *ChangeRoom:
		if s.overrides(c.Session, c.Room, HalfOperator) || s.overridesFounder(c) {
			return &Audited{Action: "change-room", Object: c.Room, Text: describeRoomChanges(c.Changes)}
		}
	case *SetRetention:
		if s.overrides(c.Session, c.Room, Owner) {
			text := strconv.Itoa(c.Days) + " days, " + strconv.Itoa(c.Messages) + " messages"
			return &Audited{Action: "retention", Object: c.Room, Text: text}
		}
	}
	return s.deedToMessages(c)
}

// deedToMessages says what an operator did to what others said, of themselves too.
func (s *State) deedToMessages(c Command) *Audited {
	u := s.sessions[GivenBy(c)]
	switch c := c.(type) {
	case *Redact:
		room := s.rooms[c.Message.Conversation]
		if u != nil && (u.record.ID == c.Message.Author || room != nil && room.outranksAuthor(u, c.Message.Author)) {
			return nil
		}
		e := &Audited{Action: "redact", Object: "direct", Text: "message " + strconv.FormatUint(uint64(c.Message.Number), 10) + ": " + c.Reason}
		if room != nil {
			e.Object = room.record.Name
		}
		return e
	case *RenameRoom:
		room := s.RoomByName(c.Room)
		if u == nil || room.record.Founder != u.record.ID && !room.standing(u).AtLeast(room.rankToRename()) {
			return &Audited{Action: "rename-room", Object: c.Room, Text: c.Name}
		}
	case *SetMetadata:
		if c.Room != "" && s.overrides(c.Session, c.Room, HalfOperator) || c.Room == "" && c.Nick != "" && (u == nil || s.UserByNick(c.Nick) != u) {
			return &Audited{Action: "metadata", Object: c.Room + c.Nick, Text: c.Key + ": " + c.Value}
		}
	}
	return nil
}

// isOwn says whether a session's own account is meant.
func (s *State) isOwn(id SessionID, name string) bool {
	u := s.sessions[id]
	return u != nil && u.record.Account != "" && (name == "" || s.AccountByName(name) == s.accounts[u.record.ID])
}

func changesBeyondOwn(changes []AccountChange) bool {
	for i, c := range changes {
		if !c.Aspect.own() && !provesOneTime(changes, i) {
			return true
		}
	}
	return false
}

// aspectNames are the aspects of accounts as the record names them.
var aspectNames = [AspectsEnd]string{
	Password: "password", Email: "email", Confirmed: "confirmed", OneTime: "one-time codes",
	Certificate: "certificate", AppPassword: "app password", Powers: "powers", Suspended: "suspended",
	AlwaysOn: "always on", OneSession: "one session", CodeUsed: "code used", NewEmail: "new email", ShownHost: "host",
}

// describeChanges names what changes, and never a secret.
func describeChanges(changes []AccountChange) string {
	var parts []string
	for _, c := range changes {
		part := aspectNames[c.Aspect]
		switch c.Aspect {
		case Suspended:
			if part += ": " + c.Text; c.Text == "" {
				part = "suspended no more"
			}
		case ShownHost:
			if part += ": " + c.Text; !c.Add {
				part = "host taken away"
			}
		case Powers:
			part += ": " + c.Powers.String()
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// overrides says whether a session acts in a room by the powers of an operator alone.
func (s *State) overrides(id SessionID, name string, low Rank) bool {
	room := s.RoomByName(name)
	if room == nil || id == Console {
		return id == Console
	}
	u := s.sessions[id]
	if u == nil || !u.May(MayRule) {
		return false
	}
	return !room.standing(u).AtLeast(low)
}

// overridesFounder says whether a session disposes of a room that is another's.
func (s *State) overridesFounder(c *ChangeRoom) bool {
	room, u := s.RoomByName(c.Room), s.sessions[c.Session]
	if room == nil || u == nil || room.isFounder(u) {
		return false
	}
	for i := range c.Changes {
		if k := &c.Changes[i]; k.Aspect == Successor || k.Aspect == Founder && (room.Registered() || k.Text != "") {
			return u.May(MayRule)
		}
	}
	return false
}

// roomAspectNames are the aspects of rooms as the record names them.
var roomAspectNames = map[RoomAspect]string{
	Moderated: "moderated", InviteOnly: "invite-only", Secret: "secret", TopicLocked: "topic-locked", NoOutside: "no-outside",
	NoCTCP: "no-ctcp", AccountsEnter: "accounts-enter", AccountsSpeak: "accounts-speak", Auditorium: "auditorium",
	Screened: "screened", NoKnock: "no-knock", Key: "key", Limit: "limit", Ban: "ban", BanException: "exception",
	InviteMask: "invite-mask", Ranks: "rank of", Founder: "founder", Successor: "successor", Access: "access of",
	Forward: "forward", Slow: "slow", Entry: "entry message", MentionAll: "mention-all",
}

// describeRoomChanges names what changes, and to what; a key is not told.
func describeRoomChanges(changes []RoomChange) string {
	var parts []string
	for i := range changes {
		c := &changes[i]
		part := roomAspectNames[c.Aspect]
		if !c.Add {
			part = "no " + part
		}
		if c.Text != "" && c.Aspect != Key {
			part += " " + c.Text
		}
		if c.Number != 0 {
			part += " " + strconv.Itoa(c.Number)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// powerNames are the powers as people write them, lowest first.
var powerNames = [...]string{"kill", "ban", "rule", "see", "register", "broadcast", "serve", "audit", "erase", "relay"}

// String names the powers: "all", "none", or words with commas.
func (p Permission) String() string {
	switch p {
	case NoPermission:
		return "none"
	case EveryPermission:
		return "all"
	}
	var words []string
	for i, name := range powerNames {
		if p&(1<<i) != 0 {
			words = append(words, name)
		}
	}
	return strings.Join(words, ",")
}

// ParsePermission undoes String, and knows "moderator" for those who look after people
// but not after the server; ok is false for other words.
func ParsePermission(text string) (p Permission, ok bool) {
	switch text {
	case "none", "":
		return NoPermission, true
	case "all", "admin":
		return EveryPermission, true
	case "moderator":
		return MayKill | MayBan | MayRule | MaySee | MayErase, true
	}
	for word := range strings.SplitSeq(text, ",") {
		bit := NoPermission
		for i, name := range powerNames {
			if name == strings.TrimSpace(word) {
				bit = 1 << i
			}
		}
		if bit == NoPermission {
			return NoPermission, false
		}
		p |= bit
	}
	return p, true
}
