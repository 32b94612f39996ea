package line

import (
	"context"
	"slices"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// comeBack continues an account behind a position, wherever it is: what was said
// meanwhile comes in the order in which it was said, and then what happens next.
type comeBack struct {
	// Fixed when it is asked.
	request *line.Request
	form    engine.Form

	// Filled in at its place in the order.
	search search // its places are those to be continued
	at     chat.Position
	room   string // the current one from now on
	absent bool   // from the room that is to be continued
}

// resumeAccount begins a session in its account with all that it missed.
func (t *talk) resumeAccount(r *line.Request) {
	t.warn()
	t.gateway.house.Accounts.Check(t.session, t.from, r.Account, r.Password, func(l chat.Login, refusal *chat.Refusal) {
		if refusal != nil {
			t.session.Close("", words.AppendRefusal(nil, t.form, refusal, r.ID))
			return
		}
		t.comeBack(&comeBack{request: r, form: t.form}, t.attachLogin(l, r.Account))
	})
}

func (t *talk) comeBack(c *comeBack, attach *chat.Attach) {
	t.attached = true
	t.session.Do(engine.Ask{
		Command: attach, Hold: true, Live: true,
		Answer: func(state *core.State, o engine.Outcome) []byte {
			if o.Refusal != nil {
				return words.AppendRefusal(nil, c.form, o.Refusal, c.request.ID)
			}
			return t.appendComeBack(nil, c, state)
		},
		Done: func(o engine.Outcome) {
			t.session.SetForm(t.form)
			if o.Refusal != nil {
				t.session.Close("", nil)
				return
			}
			t.account, t.room, t.since = c.request.Account, c.room, c.at
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result { return t.missedEverywhere(ctx, c, upTo) },
	})
}

// appendComeBack finds out where the account is, and welcomes it.
func (t *talk) appendComeBack(dst []byte, c *comeBack, state *core.State) []byte {
	c.at, c.room, c.absent = state.Position(), t.orLobby(c.request.Room), false
	session := t.session.ID()
	u := state.UserOf(session)
	if u == nil {
		return dst
	}
	if c.request.Room == "" {
		c.room = homeOf(state, session, u, t.gateway.house.Lobby)
	}
	first, present := firstRoom(state, session, u)
	c.search.places = placesOf(state, session)
	if room := state.RoomByName(c.room); room == nil || c.search.places[room.ID()].room == "" {
		c.absent = c.request.Room != "" || !present
	} else if c.request.Room != "" {
		c.search.places = map[chat.ConversationID]place{room.ID(): {room: room.Name()}}
	}
	if c.absent && c.request.Room != "" {
		c.search.places = nil // it is entered first
	}
	if present && !c.absent && c.request.Room == "" {
		c.room = first
	}
	return line.AppendWelcome(dst, &line.Welcome{
		Nick: u.Nick(), Room: c.room, Account: u.Account(), Rooms: roomsOf(state, session, u), Position: c.request.After.Position,
	})
}

func firstRoom(state *core.State, session chat.SessionID, u *core.User) (string, bool) {
	for r := range heard(state, session, u) {
		return r.Name(), true
	}
	return "", false
}

// missedEverywhere shows what was said behind the position, all of it or none: else the
// script could believe that it had seen what is left out.
func (t *talk) missedEverywhere(ctx context.Context, c *comeBack, upTo chat.Position) engine.Result {
	r := engine.Result{}
	if t.gateway.history == nil {
		r.Bytes = words.AppendFault(nil, c.form, words.SayNoHistory, c.request.ID)
		return t.cameBack(c, r)
	}
	var all []chat.Message
	for id := range c.search.places {
		found, err := t.gateway.history.Page(ctx, chat.HistoryQuery{
			Conversation: id, After: chat.Bound{Position: chat.Position(c.request.After.Position)}, UpTo: upTo, Limit: lastPageMax,
		})
		if err != nil {
			failed := t.gateway.historyFailed(err, c.form, c.request.ID)
			return engine.Result{Then: func() { t.session.Close("", failed.Bytes) }}
		}
		if len(found) == lastPageMax { // there may be more: nothing behind the last counts
			upTo = min(upTo, found[len(found)-1].Position)
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b chat.Message) int { return int(int64(a.Position) - int64(b.Position)) })
	for i := range all {
		if all[i].Position > upTo || i >= lastMessagesMax || len(r.Bytes) >= lastBytesMax {
			last := words.AppendFault(nil, c.form, words.SayResumeAgain, c.request.ID, c.room)
			return engine.Result{Bytes: r.Bytes, Then: func() { t.session.Close("", last) }}
		}
		r.Bytes = t.gateway.appendFound(r.Bytes, &c.search, c.form, &all[i])
	}
	return t.cameBack(c, r)
}

// cameBack ends the answer, or enters the room that is to be continued.
func (t *talk) cameBack(c *comeBack, r engine.Result) engine.Result {
	switch {
	case !c.absent && t.gateway.history != nil:
		r.Bytes = words.AppendOK(r.Bytes, c.form, c.request.ID)
	case c.absent:
		r.Then = func() {
			t.catchUp(&catchUp{form: c.form, id: c.request.ID, room: c.room, key: c.request.Key}, c.request.After.Position)
		}
	}
	return r
}
