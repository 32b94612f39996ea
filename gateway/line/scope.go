package line

import (
	"iter"
	"slices"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
)

// What a session is told of: one that came with an app password for some rooms knows
// nothing of the others, nor of what its account has outside them.

// everywhere says whether a session is for more than the rooms of an app password.
func everywhere(state *core.State, session chat.SessionID) bool { return state.MayHear(session, 0) }

// heard are the rooms of a session, by number.
func heard(state *core.State, session chat.SessionID, u *core.User) iter.Seq[*core.Room] {
	return func(yield func(*core.Room) bool) {
		for r := range u.Rooms() {
			if state.MayHear(session, r.ID()) && !yield(r) {
				return
			}
		}
	}
}

// roomsOf are the names of a session's rooms.
func roomsOf(state *core.State, session chat.SessionID, u *core.User) (names []string) {
	for r := range heard(state, session, u) {
		names = append(names, r.Name())
	}
	slices.Sort(names)
	return names
}

// homeOf is the room that a session enters that is in none: the lobby, or the first one
// that its app password is for.
func homeOf(state *core.State, session chat.SessionID, u *core.User, lobby string) string {
	a := state.AccountByID(u.ID())
	if a == nil || everywhere(state, session) {
		return lobby
	}
	if r := state.RoomByName(lobby); r != nil && state.MayHear(session, r.ID()) {
		return lobby
	}
	id := ""
	for _, s := range u.Sessions() {
		if s.ID == session {
			id = s.Token
		}
	}
	for _, token := range a.Record().Tokens {
		if token.ID == id && len(token.Rooms) > 0 {
			return token.Rooms[0]
		}
	}
	return lobby
}

// ownsUp is accountOf for questions about the account itself, which an app password for
// some rooms is not for; else it says why there is no answer.
func ownsUp(state *core.State, session chat.SessionID, form engine.Form, id string) (*core.User, *core.Account, []byte) {
	u, a := accountOf(state, session)
	switch {
	case a == nil:
		return u, nil, words.AppendRefusal(nil, form, &chat.Refusal{Code: chat.NeedAccount}, id)
	case !everywhere(state, session):
		return u, nil, words.AppendRefusal(nil, form, &chat.Refusal{Code: chat.OutOfScope}, id)
	}
	return u, a, nil
}
