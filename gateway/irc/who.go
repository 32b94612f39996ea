package irc

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// whoAtOnce is how many users are described in one piece, and looked at for one page.
const whoAtOnce = 100

// asking is a WHO on its way.
type asking struct {
	mask    string
	request irc.WhoRequest
}

// runWho is WHO (RFC 2812 3.6.1) and WHOX.
func (c *client) runWho(m *irc.Message) {
	q := &asking{mask: render.OrStar(string(m.Param(0))), request: irc.ParseWho(string(m.Param(1)))}
	c.do(ask{
		answer: func(w *writer, _ *engine.Outcome) { q.atOnce(w) },
		pages:  func(w *writer, _ *engine.Outcome) page { return q.pages(w) },
	})
}

// atOnce answers where few can be meant: one nick, or a small room.
func (q *asking) atOnce(w *writer) {
	if room := q.room(w); room != nil {
		if room.Size() > whoAtOnce {
			return
		}
		for m := range w.state.VisibleMembers(w.user, room) {
			q.member(w, room, m)
		}
		w.endOfWho(q.mask)
		return
	}
	switch u := w.state.UserByNick(q.mask); {
	case u != nil:
		q.user(w, u)
	case !isRoomName(q.mask) && strings.ContainsAny(q.mask, "*?"):
		return
	}
	w.endOfWho(q.mask)
}

// room is the room that is asked about.
func (q *asking) room(w *writer) *chat.Room {
	if !isRoomName(q.mask) {
		return nil
	}
	return w.visibleRoom(q.mask)
}

func (w *writer) endOfWho(mask string) {
	w.numeric(irc.RPL_ENDOFWHO, render.OneWord(mask), "End of WHO list")
}

// pages answers for large rooms and for masks.
func (q *asking) pages(w *writer) page {
	if room := q.room(w); room != nil {
		if room.Size() <= whoAtOnce {
			return nil
		}
		return q.roomPages(room)
	}
	if isRoomName(q.mask) || !strings.ContainsAny(q.mask, "*?") || w.state.UserByNick(q.mask) != nil {
		return nil
	}
	return q.userPages(w)
}

// roomPages goes through a room by number, as namesPages does.
func (q *asking) roomPages(room *chat.Room) page {
	id := room.ID()
	var after chat.UserID
	return func(w *writer) bool {
		room := w.state.RoomByID(id)
		more, seen := false, 0
		if room != nil && w.user != nil {
			for m := range w.state.VisibleMembers(w.user, room) {
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
			w.endOfWho(q.mask)
		}
		return more
	}
}

// userPages goes through those whom the mask fits now; who is gone when his turn comes
// is left out.
func (q *asking) userPages(w *writer) page {
	mask := names.FoldMask(q.mask)
	var found []chat.UserID
	for u := range w.state.Users() {
		if w.state.MaySeeUser(w.user, u) && whoMatches(mask, u) {
			found = append(found, u.ID())
		}
	}
	return func(w *writer) bool {
		piece := found[:min(len(found), whoAtOnce)]
		found = found[len(piece):]
		for _, id := range piece {
			if u := w.state.UserByID(id); u != nil && w.user != nil {
				q.user(w, u)
			}
		}
		if len(found) == 0 {
			w.endOfWho(q.mask)
		}
		return len(found) > 0
	}
}

// whoMatches says whether a mask fits a user's nick, username, host or realname.
func whoMatches(mask string, u *chat.User) bool {
	return names.MatchMask(mask, u.Folded()) || names.MatchMask(mask, fold(u.Username())) ||
		names.MatchMask(mask, u.Host()) || names.MatchMask(mask, fold(u.Realname()))
}

// user describes somebody who was found outside a room.
func (q *asking) user(w *writer, u *chat.User) {
	q.describe(w, u, "*", "")
}

func (q *asking) member(w *writer, room *chat.Room, m chat.Member) {
	q.describe(w, m.User, room.Name(), w.signs(m.Rank))
}

// describe writes one RPL_WHOREPLY or RPL_WHOSPCRPL.
func (q *asking) describe(w *writer, u *chat.User, room, signs string) {
	if q.request.Operators && !u.Has(chat.ServerOperator) {
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
	if q.request.Extended {
		q.extended(w, u, room, flags)
		return
	}
	w.numeric(irc.RPL_WHOREPLY, room, u.Username(), u.Host(), w.g.house.Name, u.Nick(), flags, "0 "+u.Realname())
}

// extended writes the fields asked for, in their order (IRCv3 whox).
func (q *asking) extended(w *writer, u *chat.User, room, flags string) {
	params := []string{w.nick()}
	for i := range len(irc.WhoFields) {
		if field := irc.WhoFields[i]; q.request.Wants(field) {
			params = append(params, q.field(w, u, field, room, flags))
		}
	}
	if q.request.Wants('r') {
		w.b = irc.AppendText(w.b, w.g.house.Name, string(irc.RPL_WHOSPCRPL), params...)
		return
	}
	w.b = irc.Append(w.b, w.g.house.Name, string(irc.RPL_WHOSPCRPL), params...)
}

// field is the value of one field of WHOX.
func (q *asking) field(w *writer, u *chat.User, field byte, room, flags string) string {
	switch field {
	case 't':
		return orZero(q.request.Token)
	case 'c':
		return room
	case 'u':
		return u.Username()
	case 'i':
		return w.addressOf(u)
	case 'h':
		return u.Host()
	case 's':
		return w.g.house.Name
	case 'n':
		return u.Nick()
	case 'f':
		return flags
	case 'd':
		return "0"
	case 'l':
		return strconv.FormatInt(w.idleSeconds(u), 10)
	case 'a':
		return "0"
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

// addressOf is where a user comes from, for himself and for operators.
func (w *writer) addressOf(u *chat.User) string {
	address := gateway.NetAddress(u.Address())
	if !address.IsValid() || w.user != u && (w.user == nil || !w.user.Has(chat.ServerOperator)) {
		return hiddenAddress
	}
	text := address.String()
	if text[0] == ':' {
		return "0" + text // no parameter may begin with a colon
	}
	return text
}
