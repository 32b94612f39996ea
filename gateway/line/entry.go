package line

import (
	"context"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// Bounds of what somebody who comes back is shown at once.
const (
	missedMax = 50 // messages of one room
	unreadMax = 50 // conversations with unread messages
)

// entry is a session's way into its account.
type entry struct {
	id      string
	session chat.SessionID

	// Filled in at its place in the order.
	room    string // the current one from now on; empty: the session is in none
	home    string // the one to enter then
	account string
	at      chat.Position
	renames bool // the user is not called as the account is
	missed  past
	mark    chat.SetMark
}

// enterAccount enters an account by Attach or SignIn. In plain text the session is told
// what it missed, and what is said from then on follows behind that.
func (t *talk) enterAccount(id string, command chat.Command) {
	began := t.attached // as a guest
	t.attached, t.outside = true, false
	e := &entry{id: id, session: t.session.ID()}
	form := t.form
	t.session.Do(engine.Ask{
		Command: command, Hold: true, Live: true,
		Answer: func(state *core.State, o engine.Outcome) []byte {
			*e = entry{id: id, session: e.session, missed: past{form: form}}
			switch {
			case o.Refusal != nil:
				return words.AppendRefusal(nil, form, o.Refusal, id)
			case form&words.FormJSON != 0:
				e.find(state, t.room, t.gateway.house.Lobby)
				return nil
			}
			return t.appendEntry(nil, form, e, state)
		},
		Done: func(o engine.Outcome) {
			t.session.SetForm(t.form)
			switch {
			case o.Refusal != nil && !began:
				t.attach("", nil, func() {})
			case o.Refusal == nil:
				t.entered(e)
			}
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result { return t.missed(ctx, e, upTo) },
	})
}

// find finds out where the session is.
func (e *entry) find(state *core.State, current, lobby string) (*core.User, *core.Account) {
	u := state.UserOf(e.session)
	if u == nil {
		return nil, nil
	}
	a := state.AccountByID(u.ID())
	if a == nil {
		return nil, nil
	}
	e.at = state.Position()
	e.account, e.renames = a.Name(), u.Nick() != a.Name()
	e.home = homeOf(state, e.session, u, lobby)
	for r := range heard(state, e.session, u) {
		if e.room == "" || r.Name() == current {
			e.room = r.Name()
		}
	}
	return u, a
}

// appendEntry tells a session in plain text who it is now, where, and what is unread.
func (t *talk) appendEntry(dst []byte, form engine.Form, e *entry, state *core.State) []byte {
	u, a := e.find(state, t.room, t.gateway.house.Lobby)
	if u == nil {
		return dst
	}
	dst = words.AppendSentence(dst, form, words.SaySignedIn, a.Name())
	if e.room == "" {
		return dst
	}
	dst = words.AppendSentence(dst, form, words.SayYourRooms, strings.Join(roomsOf(state, e.session, u), ", "))
	dst = words.AppendUnread(dst, form, unreadOf(state, e.session, a, u), "")
	dst = words.AppendSentence(dst, form, words.SayMoved, e.room)
	e.open(state, a, state.RoomByName(e.room), 0)
	return dst
}

// open finds what of a room is unread, for missed.
func (e *entry) open(state *core.State, a *core.Account, room *core.Room, replay int) {
	unread, _ := state.Unread(a, room.ID())
	e.mark = chat.SetMark{Session: e.session, Conversation: room.ID(), Number: room.LastNumber(), Time: state.LastTime()}
	if _, known := a.Mark(room.ID()); !known {
		unread = replay // he has never opened it: nothing was missed
	}
	e.missed.room, e.missed.query.Conversation, e.missed.left = room.Name(), room.ID(), unread
}

// opening makes an ask that enters a room, or goes back to it, show what its account
// missed there, and mark it as read. For guests it is replaying.
func (t *talk) opening(room string, join engine.Ask) engine.Ask {
	if t.account == "" || t.form&words.FormJSON != 0 {
		return t.replaying(join)
	}
	e, answer, form := &entry{session: t.session.ID()}, join.Answer, t.form
	join.Answer = func(state *core.State, o engine.Outcome) []byte {
		*e = entry{session: e.session, missed: past{form: form}}
		_, a := accountOf(state, e.session)
		if r := state.RoomByName(room); a != nil && r != nil && state.MayHear(e.session, r.ID()) && isMember(state, e.session, r.ID()) {
			e.open(state, a, r, t.gateway.config.ReplayLines)
		}
		return answer(state, o)
	}
	join.Live = true
	join.Task = func(ctx context.Context, upTo chat.Position) engine.Result { return t.missed(ctx, e, upTo) }
	return join
}

// missed shows the unread messages of the room that was opened, the last ones at most,
// and sets the mark behind them.
func (t *talk) missed(ctx context.Context, e *entry, upTo chat.Position) engine.Result {
	if e.mark.Conversation == 0 {
		return engine.Result{}
	}
	r := engine.Result{}
	if e.missed.left > 0 && t.gateway.history != nil {
		unread := e.missed.left
		e.missed.query.UpTo, e.missed.query.Newest, e.missed.query.Limit = upTo, true, min(unread, missedMax)
		r = t.gateway.replay(ctx, &e.missed)
		if unread > missedMax {
			r.Bytes = append(r.Bytes, words.AppendSentence(nil, e.missed.form, words.SayMissedMore, missedMax, e.missed.room, unread)...)
		}
	}
	mark := e.mark
	r.Then = func() { t.session.Do(engine.Ask{Command: &mark}) }
	return r
}

// entered follows the entry: the name, and a room for who is nowhere.
func (t *talk) entered(e *entry) {
	if e.account == "" {
		return
	}
	t.account, t.since = e.account, e.at
	if e.renames {
		t.rename(e.account)
	}
	if e.room == "" {
		t.room = e.home
		t.enterRoom(t.room, "", "")
	} else {
		t.room = e.room
	}
	t.beginCounting()
	t.welcomed(e.id)
}

// welcomed tells a script that is signed in who and where it is, and what is unread.
func (t *talk) welcomed(id string) {
	form, session, room, token := t.form, t.session.ID(), t.room, t.token
	if form&words.FormJSON == 0 {
		return
	}
	t.session.Do(engine.Ask{Answer: func(state *core.State, _ engine.Outcome) []byte {
		b, a := appendWelcomeBack(nil, state, session, room, token)
		if a != nil {
			b = words.AppendUnread(b, form, unreadOf(state, session, a, state.UserOf(session)), "")
		}
		return words.AppendOK(b, form, id)
	}})
}

// appendWelcomeBack is the welcome of a session that is signed in; nil: it is not.
func appendWelcomeBack(dst []byte, state *core.State, session chat.SessionID, room, token string) ([]byte, *core.Account) {
	u := state.UserOf(session)
	if u == nil {
		return dst, nil
	}
	return line.AppendWelcome(dst, &line.Welcome{
		Nick: u.Nick(), Room: room, Token: token, Account: u.Account(), Rooms: roomsOf(state, session, u), Position: uint64(state.Position()),
	}), state.AccountByID(u.ID())
}
