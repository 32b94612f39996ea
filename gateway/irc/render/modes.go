package render

import (
	"slices"
	"strconv"

	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// RoomModes are the mode letters of rooms (modern.ircdocs.horse, "CHANMODES Parameter").
func RoomModes() irc.ModeTable {
	return irc.ModeTable{Lists: "beI", Always: "k", WhenSet: "fl", Never: "CKMRUimnstu", Ranks: RankLetters}
}

// switchLetters are the letters of the switches, by aspect. Read-only.
var switchLetters = [chat.SwitchesEnd]byte{
	chat.Moderated: 'm', chat.InviteOnly: 'i', chat.Secret: 's', chat.TopicLocked: 't', chat.NoOutside: 'n', chat.NoCTCP: 'C',
	chat.AccountsEnter: 'R', chat.AccountsSpeak: 'M', chat.Auditorium: 'u', chat.Screened: 'U', chat.NoKnock: 'K',
}

// noLetter is what aspects have that are no modes; ranks have letters of their own.
const noLetter = '?'

// AspectLetter is the letter of an aspect; '?' for those that are no modes, and for ranks.
func AspectLetter(a chat.RoomAspect) byte {
	switch {
	case a < chat.SwitchesEnd:
		return switchLetters[a]
	case a == chat.Key:
		return 'k'
	case a == chat.Limit:
		return 'l'
	case a == chat.Ban:
		return 'b'
	case a == chat.BanException:
		return 'e'
	case a == chat.InviteMask:
		return 'I'
	case a == chat.Forward:
		return 'f'
	}
	return noLetter
}

// aspectOfLetter undoes AspectLetter.
func aspectOfLetter(letter byte) chat.RoomAspect {
	for a, l := range switchLetters {
		if l == letter {
			return chat.RoomAspect(a)
		}
	}
	for a := chat.Key; a <= chat.Forward; a++ {
		if AspectLetter(a) == letter {
			return a
		}
	}
	return chat.Ranks
}

// RoomChange is a mode in the words of the core.
func RoomChange(k *irc.ModeChange) chat.RoomChange {
	if rank, ok := rankOfLetter(k.Letter); ok {
		return chat.RoomChange{Aspect: chat.Ranks, Add: k.Add, Rank: rank, Text: k.Param}
	}
	change := chat.RoomChange{Aspect: aspectOfLetter(k.Letter), Add: k.Add, Text: k.Param}
	if change.Aspect == chat.Limit {
		// What is no number is refused by the core, as 0 is.
		if n, err := strconv.Atoi(k.Param); err == nil {
			change.Number, change.Text = n, ""
		}
	}
	return change
}

// appendRoomChanged appends the changes of a room, in as many lines as they need.
func (r *Renderer) appendRoomChanged(dst []byte, f engine.Form, e *chat.RoomChanged) []byte {
	for rest := shownChanges(e.Changes); len(rest) > 0; {
		dst = r.appendHead(dst, f, e.Time, &e.Source, "MODE")
		dst = append(append(dst, ' '), e.RoomName...)
		room := irc.LineBytesMax - 4 - 2*len(e.RoomName) - int(SourceBytes(&e.Source)) - len(r.server)
		var changes []irc.ModeChange
		for len(rest) > 0 && (len(changes) == 0 || room > len(rest[0].Text)+16) {
			room -= len(rest[0].Text) + 16
			changes = append(changes, modeChange(&rest[0]))
			rest = rest[1:]
		}
		dst = irc.AppendModes(append(dst, ' '), changes)
		dst = append(dst, '\r', '\n')
	}
	return dst
}

// shownChanges are the changes that are modes; the others are told by whoever makes them.
func shownChanges(all []chat.RoomChange) []chat.RoomChange {
	silent := func(c chat.RoomChange) bool { return c.Aspect != chat.Ranks && AspectLetter(c.Aspect) == noLetter }
	if !slices.ContainsFunc(all, silent) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), silent)
}

// modeChange is a change of a room as a mode.
func modeChange(c *chat.RoomChange) irc.ModeChange {
	k := irc.ModeChange{Add: c.Add, Param: c.Text, HasParam: c.Aspect >= chat.Ban || c.Aspect == chat.Key}
	switch {
	case c.Aspect == chat.Ranks:
		k.Letter = rankLetter(c.Rank)
		return k
	case c.Aspect == chat.Forward:
		k.HasParam = c.Add
	case c.Aspect == chat.Limit && c.Add:
		k.Param, k.HasParam = strconv.Itoa(c.Number), true
	}
	k.Letter = AspectLetter(c.Aspect)
	return k
}
