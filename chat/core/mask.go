package core

import (
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/names"
)

// fits says whether an entry, its m: apart, hits the user. texts are his maskTexts.
func (u *User) fits(entry string, texts []string) bool {
	matches := func(text string) bool { return names.MatchMask(entry, text) }
	if len(entry) < 2 || entry[1] != ':' {
		return slices.ContainsFunc(texts, matches)
	}
	kind, rest := entry[:2], entry[2:]
	switch kind {
	case names.AccountEntry:
		return u.record.Account != "" && names.MatchMask(rest, names.Fold(u.record.Account))
	case names.RealnameEntry:
		return names.MatchMask(rest, names.Fold(u.record.Realname))
	case names.RoomEntry:
		return u.isSeenIn(rest)
	}
	return slices.ContainsFunc(texts, matches)
}

// isSeenIn says whether the user is in a room of a name where everybody can see him.
// What is hidden must not be found out by banning it.
func (u *User) isSeenIn(mask string) bool {
	for _, r := range u.rooms {
		hidden := r.Has(chat.Secret) || r.Has(chat.Auditorium) || u.Has(chat.Invisible)
		if !hidden && names.MatchMask(mask, r.record.Folded) {
			return true
		}
	}
	return false
}

// hits says whether an entry of a list hits the user; mutes says whether those behind
// m: count.
func (r *Room) hits(a chat.RoomAspect, u *User, mutes bool, now chat.Time) bool {
	list := *r.list(a)
	if len(list) == 0 {
		return false
	}
	texts := u.maskTexts()
	for i := range list {
		entry, mute := strings.CutPrefix(list[i].Mask, names.MuteEntry)
		if (mutes || !mute) && list[i].InForce(now) && u.fits(entry, texts) {
			return true
		}
	}
	return false
}

// bans says whether the user may not enter.
func (r *Room) bans(u *User, now chat.Time) bool {
	return r.hits(chat.Ban, u, false, now) && !r.hits(chat.BanException, u, false, now)
}

// silences says whether a member without a rank may not speak: who is banned, and who is
// muted. Exceptions of both kinds help.
func (r *Room) silences(u *User, now chat.Time) bool {
	return r.hits(chat.Ban, u, true, now) && !r.hits(chat.BanException, u, true, now)
}

// expired is the change of a room that strikes out what has expired; nil: nothing has.
func (r *Room) expired(now chat.Time) *chat.RoomChanged {
	var changes []chat.RoomChange
	for _, a := range []chat.RoomAspect{chat.Ban, chat.BanException, chat.InviteMask} {
		list := *r.list(a)
		for i := range list {
			if !list[i].InForce(now) {
				changes = append(changes, chat.RoomChange{Aspect: a, Text: list[i].Mask})
			}
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return &chat.RoomChanged{
		Source: chat.Source{Nick: chat.ConsoleNick}, Room: r.record.ID, RoomName: r.record.Name, Changes: changes, Time: now,
	}
}
