package line

import (
	"context"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// Bounds of what is read at once between entering a room and following it.
const (
	lastMessagesMax = 5000
	lastBytesMax    = 512 << 10
	lastPageMax     = 1000 // of one conversation
)

// catchUp continues a room behind a position. What was said before the guest enters is
// read in pages; then it enters, and the little that was said meanwhile is one answer
// behind which what happens next waits.
type catchUp struct {
	form  engine.Form
	id    string
	room  string
	key   string
	query chat.HistoryQuery // After follows what was shown

	readable bool          // before entering
	until    chat.Position // the account's session is in the room, and was shown all behind this; 0: it is not
	joined   *engine.Outcome
}

// resumeFirst makes the guest of a token, and continues its room.
func (t *talk) resumeFirst(r line.Request) {
	if !isToken(r.Token) {
		t.closeResume(r.ID)
		return
	}
	t.enter(r.Token, func() {
		form, id := t.form, t.session.ID()
		t.session.Do(engine.Ask{Answer: func(state *core.State, _ engine.Outcome) []byte {
			u := state.UserOf(id)
			if u == nil {
				return nil
			}
			return line.AppendWelcome(nil, &line.Welcome{Nick: u.Nick(), Room: t.orLobby(r.Room), Token: r.Token, Position: r.After.Position})
		}})
		t.catchUp(&catchUp{form: form, id: r.ID, room: t.orLobby(r.Room), key: r.Key}, r.After.Position)
	}, func() { t.refused(r.ID, &chat.Refusal{Code: chat.NeedAccount}) })
}

func (t *talk) closeResume(id string) {
	t.session.Close("", words.AppendFault(nil, t.form, words.SayResumeToken, id))
}

func (t *talk) orLobby(room string) string {
	if room == "" {
		return t.gateway.house.Lobby
	}
	return roomName(room)
}

// resumeLater continues another room of the guest that the session is already.
func (t *talk) resumeLater(r *line.Request) {
	switch {
	case t.datagrams:
		t.refuse(r.ID, words.SayResumeUDP)
	case t.account != "":
		t.catchUp(&catchUp{form: t.form, id: r.ID, room: t.orLobby(r.Room), key: r.Key}, r.After.Position)
	case !isToken(r.Token):
		t.refuse(r.ID, words.SayResumeToken)
	case r.Token != t.token:
		t.refuse(r.ID, words.SayResumeLate)
	default:
		t.catchUp(&catchUp{form: t.form, id: r.ID, room: t.orLobby(r.Room), key: r.Key}, r.After.Position)
	}
}

// isToken tells whether a text could be one of our tokens. Whether it ever was need not
// be known: it opens nothing but what was remembered under it.
func isToken(text string) bool {
	if len(text) != auth.TokenChars {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

func (t *talk) catchUp(c *catchUp, after uint64) {
	c.query.After = chat.Bound{Position: chat.Position(after)}
	if t.gateway.history == nil {
		t.refuse(c.id, words.SayNoHistory)
		t.enterRoom(c.room, c.key, "")
		return
	}
	session, now := t.session.ID(), t.now()
	t.session.Do(engine.Ask{
		Answer: func(state *core.State, _ engine.Outcome) []byte {
			c.readable = c.resolve(state) && state.MayRead(session, c.query.Conversation, now)
			if c.until = 0; t.account != "" && c.readable && isMember(state, session, c.query.Conversation) {
				c.until = t.since
			}
			return nil
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result { return t.catchUpPage(ctx, c, upTo) },
	})
}

func isMember(state *core.State, session chat.SessionID, id chat.ConversationID) bool {
	u, r := state.UserOf(session), state.RoomByID(id)
	if u == nil || r == nil {
		return false
	}
	_, ok := r.RankOf(u)
	return ok
}

// resolve finds the room; false: there is none.
func (c *catchUp) resolve(state *core.State) bool {
	room := state.RoomByName(c.room)
	if room != nil {
		c.query.Conversation = room.ID()
	}
	return room != nil
}

// catchUpPage shows a page of what was said, or enters the room when there is no more.
func (t *talk) catchUpPage(ctx context.Context, c *catchUp, upTo chat.Position) engine.Result {
	enter := engine.Result{Then: func() { t.follow(c) }}
	if !c.readable {
		return enter
	}
	if c.until != 0 {
		upTo, enter.Then = min(upTo, c.until), nil
	}
	c.query.UpTo, c.query.Limit = upTo, pageMessages
	found, err := t.gateway.history.Page(ctx, c.query)
	if err != nil {
		return t.gateway.historyFailed(err, c.form, c.id)
	}
	b, n := t.gateway.appendCaughtUp(nil, c, found, pageBytes)
	if n == len(found) && n < pageMessages {
		if enter.Bytes = b; c.until != 0 {
			enter.Bytes = words.AppendOK(b, c.form, c.id)
		}
		return enter
	}
	return engine.Result{Bytes: b, Next: func(ctx context.Context, upTo chat.Position) engine.Result {
		return t.catchUpPage(ctx, c, upTo)
	}}
}

// appendCaughtUp shows messages, at most about bytesMax, and moves the query behind
// them; n is how many.
func (g *Gateway) appendCaughtUp(dst []byte, c *catchUp, found []chat.Message, bytesMax int) (b []byte, n int) {
	for n < len(found) && len(dst) < bytesMax {
		dst = g.appendStoredMessage(dst, c.form, &found[n], c.room, "")
		c.query.After = chat.Bound{Position: found[n].Position}
		n++
	}
	return dst, n
}

// follow enters the room; what was said since the last page is the answer, and what
// happens from then on follows it.
func (t *talk) follow(c *catchUp) {
	t.session.Do(engine.Ask{
		Command: &chat.Join{Session: t.session.ID(), Room: c.room, Key: c.key},
		Hold:    true,
		Live:    true,
		Answer: func(state *core.State, o engine.Outcome) []byte {
			if o.Refusal != nil {
				return words.AppendRefusal(nil, c.form, o.Refusal, c.id)
			}
			c.resolve(state)
			return nil
		},
		Done: func(o engine.Outcome) {
			if o.Refusal == nil {
				c.joined, t.room = &o, joinedName(&o)
			}
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result { return t.lastPage(ctx, c, upTo) },
	})
}

// lastPage shows all that is left up to the entry, and then the entry itself: a script
// that breaks off in between has seen no position behind a message that it missed.
func (t *talk) lastPage(ctx context.Context, c *catchUp, upTo chat.Position) engine.Result {
	if c.joined == nil {
		return engine.Result{}
	}
	c.query.UpTo, c.query.Limit = upTo, pageMessages
	var b []byte
	for total := 0; ; {
		found, err := t.gateway.history.Page(ctx, c.query)
		if err != nil { // going on would leave a hole
			failed := t.gateway.historyFailed(err, c.form, c.id)
			return engine.Result{Then: func() { t.session.Close("", failed.Bytes) }}
		}
		var n int
		b, n = t.gateway.appendCaughtUp(b, c, found, lastBytesMax)
		if total += n; n == len(found) && n < pageMessages {
			break
		}
		if len(b) >= lastBytesMax || total >= lastMessagesMax {
			last := words.AppendFault(nil, c.form, words.SayResumeAgain, c.id, c.room)
			return engine.Result{Bytes: b, Then: func() { t.session.Close("", last) }}
		}
	}
	return engine.Result{Bytes: t.gateway.appendOutcome(b, c.form, c.joined, c.id)}
}
