package reply

import (
	"strconv"

	"madang/chat"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// ModeRefusal writes why one of several changes could not be made.
func (w *Writer) ModeRefusal(r *chat.Refusal, changes []chat.RoomChange) {
	if r.Code != chat.BadValue {
		w.Refusal("MODE", r)
		return
	}
	letter, param := suspect(changes)
	w.Numeric(irc.ERR_INVALIDMODEPARAM, render.OneWord(r.Room), letter, param, r.Text)
}

// suspect is the change that a wrong value was in, as a letter and what may be repeated
// of its parameter; "*" where it could have been one of several.
func suspect(changes []chat.RoomChange) (letter, param string) {
	letter, param = "*", "*"
	for i := range changes {
		k := &changes[i]
		if k.Aspect < chat.SwitchesEnd || k.Aspect == chat.Ranks || (k.Aspect < chat.Ban || k.Aspect > chat.Ranks) && !k.Add {
			continue
		}
		if letter != "*" {
			return "*", "*"
		}
		letter = string(rune(render.AspectLetter(k.Aspect)))
		switch k.Aspect {
		case chat.Forward:
			param = render.OneWord(k.Text)
		case chat.Limit:
			param = render.OneWord(k.Text)
			if k.Text == "" {
				param = strconv.Itoa(k.Number)
			}
		}
	}
	return letter, param
}

// RoomModes answers which modes a room has.
func (w *Writer) RoomModes(name string) {
	room := w.VisibleRoom(name)
	if room == nil {
		w.NoSuchChannel(name)
		return
	}
	letters, params := []byte{'+'}, []string(nil)
	for a := range chat.SwitchesEnd {
		if room.Has(a) {
			letters = append(letters, render.AspectLetter(a))
		}
	}
	_, member := room.RankOf(w.User)
	if key := room.Key(); key != "" {
		letters = append(letters, 'k')
		if !member {
			key = "*"
		}
		params = append(params, key)
	}
	if room.Limit() > 0 {
		letters = append(letters, 'l')
		params = append(params, strconv.Itoa(room.Limit()))
	}
	if forward := w.State.ForwardOf(room); forward != nil && member {
		letters = append(letters, 'f')
		params = append(params, forward.Name())
	}
	w.NumericWords(irc.RPL_CHANNELMODEIS, append([]string{room.Name(), string(letters)}, params...)...)
	w.NumericWords(irc.RPL_CREATIONTIME, room.Name(), render.Unix(room.Created()))
}

// modeList is how a list is answered.
type modeList struct {
	aspect     chat.RoomAspect
	entry, end irc.Numeric
	name       string
}

func listOf(letter byte) modeList {
	switch letter {
	case 'e':
		return modeList{chat.BanException, irc.RPL_EXCEPTLIST, irc.RPL_ENDOFEXCEPTLIST, "exception"}
	case 'I':
		return modeList{chat.InviteMask, irc.RPL_INVEXLIST, irc.RPL_ENDOFINVEXLIST, "invite exception"}
	}
	return modeList{chat.Ban, irc.RPL_BANLIST, irc.RPL_ENDOFBANLIST, "ban"}
}

// RoomList answers what is in the list of a room that a mode letter stands for. What is
// over by now is not shown, though it is struck out within a minute only.
func (w *Writer) RoomList(name string, letter byte, now chat.Time) {
	room := w.VisibleRoom(name)
	if room == nil {
		w.NoSuchChannel(name)
		return
	}
	l := listOf(letter)
	if _, member := room.RankOf(w.User); !member && !w.User.May(chat.MaySee) && !w.User.May(chat.MayRule) {
		w.Numeric(irc.ERR_NOTONCHANNEL, room.Name(), "You're not on that channel")
		return
	}
	for _, e := range room.List(l.aspect) {
		if e.InForce(now) {
			w.NumericWords(l.entry, room.Name(), e.Mask, e.By, render.Unix(e.At))
		}
	}
	w.Numeric(l.end, room.Name(), "End of channel "+l.name+" list")
}
