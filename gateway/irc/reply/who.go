package reply

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/gateway"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// whoAtOnce is how many users are described in one piece, and looked at for one page.
const whoAtOnce = 100

// Who is a question who is there: WHO (RFC 2812 3.6.1) and WHOX.
type Who struct {
	Mask    string // of a room, a nick or more; "*": everybody
	Request irc.WhoRequest
}

// AtOnce answers where few can be meant: one nick, or a small room.
func (q *Who) AtOnce(w *Writer) {
	if room := q.room(w); room != nil {
		if room.Size() > whoAtOnce {
			return
		}
		for m := range w.State.VisibleMembers(w.User, room) {
			q.member(w, room, m)
		}
		w.endOfWho(q.Mask)
		return
	}
	switch u := w.State.UserByNick(q.Mask); {
	case u != nil:
		q.user(w, u)
	case !render.IsRoomName(q.Mask) && strings.ContainsAny(q.Mask, "*?"):
		return
	}
	w.endOfWho(q.Mask)
}

// room is the room that is asked about.
func (q *Who) room(w *Writer) *core.Room {
	if !render.IsRoomName(q.Mask) {
		return nil
	}
	return w.VisibleRoom(q.Mask)
}

func (w *Writer) endOfWho(mask string) {
	w.Numeric(irc.RPL_ENDOFWHO, render.OneWord(mask), "End of WHO list")
}

// Pages answers for large rooms and for masks; nil: AtOnce has said it all.
func (q *Who) Pages(w *Writer) Page {
	if room := q.room(w); room != nil {
		if room.Size() <= whoAtOnce {
			return nil
		}
		return q.roomPages(room)
	}
	if render.IsRoomName(q.Mask) || !strings.ContainsAny(q.Mask, "*?") || w.State.UserByNick(q.Mask) != nil {
		return nil
	}
	return q.userPages(w)
}

// roomPages goes through a room by number, as NamesPages does.
func (q *Who) roomPages(room *core.Room) Page {
	id := room.ID()
	var after chat.UserID
	return func(w *Writer) bool {
		room := w.State.RoomByID(id)
		more, seen := false, 0
		if room != nil && w.User != nil {
			for m := range w.State.VisibleMembers(w.User, room) {
				if m.User.ID() <= after {
					continue
				}
				if seen++; seen > whoAtOnce {
					more = true
					break
				}
				after = m.User.ID()
				q.member(w, room, m)
			}
		}
		if !more {
			w.endOfWho(q.Mask)
		}
		return more
	}
}

// userPages goes through those whom the mask fits now; who is gone when his turn comes
// is left out.
func (q *Who) userPages(w *Writer) Page {
	mask := names.FoldMask(q.Mask)
	var found []chat.UserID
	for u := range w.State.Users() {
		if w.State.MaySeeUser(w.User, u) && whoMatches(mask, u) {
			found = append(found, u.ID())
		}
	}
	return func(w *Writer) bool {
		piece := found[:min(len(found), whoAtOnce)]
		found = found[len(piece):]
		for _, id := range piece {
			if u := w.State.UserByID(id); u != nil && w.User != nil {
				q.user(w, u)
			}
		}
		if len(found) == 0 {
			w.endOfWho(q.Mask)
		}
		return len(found) > 0
	}
}

// whoMatches says whether a mask fits a user's nick, username, host or realname.
func whoMatches(mask string, u *core.User) bool {
	return names.MatchMask(mask, u.Folded()) || names.MatchMask(mask, names.Fold(u.Username())) ||
		names.MatchMask(mask, u.Host()) || names.MatchMask(mask, names.Fold(u.Realname()))
}

// user describes somebody who was found outside a room.
func (q *Who) user(w *Writer, u *core.User) {
	q.describe(w, u, "*", "")
}

func (q *Who) member(w *Writer, room *core.Room, m core.Member) {
	q.describe(w, m.User, room.Name(), w.signs(m.Rank))
}

// describe writes one RPL_WHOREPLY or RPL_WHOSPCRPL.
func (q *Who) describe(w *Writer, u *core.User, room, signs string) {
	if q.Request.Operators && !u.Has(chat.ServerOperator) {
		return
	}
	flags := "H"
	if u.Away() != "" {
		flags = "G"
	}
	if u.Has(chat.ServerOperator) {
		flags += "*"
	}
	flags += signs
	if u.Has(chat.Bot) {
		flags += "B"
	}
	if q.Request.Extended {
		q.extended(w, u, room, flags)
		return
	}
	w.Numeric(irc.RPL_WHOREPLY, room, u.Username(), u.Host(), w.House.Name, u.Nick(), flags, "0 "+u.Realname())
}

// extended writes the fields asked for, in their order (IRCv3 whox).
func (q *Who) extended(w *Writer, u *core.User, room, flags string) {
	params := []string{w.Nick}
	for i := range len(irc.WhoFields) {
		if field := irc.WhoFields[i]; q.Request.Wants(field) {
			params = append(params, q.field(w, u, field, room, flags))
		}
	}
	if q.Request.Wants('r') {
		w.Bytes = irc.AppendText(w.Bytes, w.House.Name, string(irc.RPL_WHOSPCRPL), params...)
		return
	}
	w.Bytes = irc.Append(w.Bytes, w.House.Name, string(irc.RPL_WHOSPCRPL), params...)
}

// field is the value of one field of WHOX.
func (q *Who) field(w *Writer, u *core.User, field byte, room, flags string) string {
	switch field {
	case 't':
		return orZero(q.Request.Token)
	case 'c':
		return room
	case 'u':
		return u.Username()
	case 'i':
		return w.AddressOf(u)
	case 'h':
		return u.Host()
	case 's':
		return w.House.Name
	case 'n':
		return u.Nick()
	case 'f':
		return flags
	case 'd':
		return "0"
	case 'l':
		return strconv.FormatInt(w.House.IdleSeconds(u), 10)
	case 'a':
		return orZero(u.Account())
	case 'o':
		return "n/a"
	}
	return u.Realname()
}

func orZero(token string) string {
	if token == "" {
		return "0"
	}
	return token
}

// hiddenAddress stands for an address that may not be told.
const hiddenAddress = "255.255.255.255"

// AddressOf is where a user comes from, for himself and for operators who may see it.
func (w *Writer) AddressOf(u *core.User) string {
	address := gateway.NetAddress(u.Address())
	if !address.IsValid() || !w.User.Is(u) && (w.User == nil || !w.User.May(chat.MaySee)) {
		return hiddenAddress
	}
	text := address.String()
	if text[0] == ':' {
		return "0" + text // no parameter may begin with a colon
	}
	return text
}
