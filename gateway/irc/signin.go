package irc

import (
	"slices"
	"time"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// How a session enters an account, whichever way its credential came.

// told writes that the client is signed in to an account; refused, why it is not.
type (
	told    func(w *writer, account string)
	refused func(w *writer, r *chat.Refusal)
)

// enter signs the client in with a checked credential: a stranger keeps it for his
// registration, a guest becomes the account's user.
func (c *client) enter(login chat.Login, told told, refused refused) {
	if c.pending != nil {
		c.keepLogin(login, told, refused)
		return
	}
	label := c.label()
	e := &entering{client: c, told: told}
	enters := ask{
		verb: "AUTHENTICATE", command: &chat.SignIn{Session: c.session.ID(), Login: login}, hold: true,
		answer: e.answer, refused: refused, pages: roomsOfSession,
	}
	if c.wantsReplay() {
		c.replayMissed(&enters, c.hall.config().ReplayLines)
	}
	c.do(ask{
		hold: true, passes: true,
		answer: func(w *writer, _ *engine.Outcome) { e.leave(w) },
		done: func(engine.Outcome) {
			c.withLabel(label, func() { c.do(enters) })
		},
	})
}

// keepLogin remembers a stranger's credential, if it opens an account now. Attach looks
// again.
func (c *client) keepLogin(login chat.Login, told told, refused refused) {
	ok := false
	c.do(ask{
		hold: true,
		answer: func(w *writer, _ *engine.Outcome) {
			a, r := w.State.Opens(login)
			if ok = r == nil; !ok {
				refused(w, r)
				return
			}
			told(w, a.Name())
		},
		done: func(engine.Outcome) {
			if ok && c.pending != nil {
				c.pending.login = login
				c.tryRegister()
			}
		},
	})
}

// signInByPass signs a stranger in whose PASS was account:password, and hangs up who
// cannot.
func (c *client) signInByPass(account, password string) {
	began := time.Now()
	c.hall.house.Accounts.Check(c.session, c.from(), account, password, func(l chat.Login, r *chat.Refusal) {
		c.waitedSince(began)
		if r == nil {
			c.enter(l, (*writer).LoggedIn, c.wrongPass)
			return
		}
		c.answer(func(w *writer) { c.wrongPass(w, r) })
		c.session.Close("Password incorrect", c.Farewell(nil, "Password incorrect"))
	})
}

func (c *client) wrongPass(w *writer, _ *chat.Refusal) {
	w.Numeric(irc.ERR_PASSWDMISMATCH, "Password incorrect")
}

// entering is a guest on his way into an account.
type entering struct {
	client *client
	rooms  []chat.Parted // how he leaves the rooms he is in, if he must
	told   told
}

// leave notes which rooms the guest would leave.
func (e *entering) leave(w *writer) {
	e.rooms = nil
	if w.User == nil {
		return
	}
	for r := range w.User.Rooms() {
		e.rooms = append(e.rooms, chat.Parted{Source: w.User.Source(), Room: r.ID(), RoomName: r.Name(), Reason: "Signed in"})
	}
}

// answer tells what became of the guest: nothing but his account is new, or he is the
// account's user now, who is in other rooms.
func (e *entering) answer(w *writer, o *engine.Outcome) {
	for i := range o.Events {
		if s, ok := o.Events[i].Event.(*chat.SignedIn); ok {
			e.signedIn(w, s)
			w.Events(slices.DeleteFunc(slices.Clone(o.Events[i:]), func(p chat.Placed) bool { return p.Event.Kind() != chat.KindRoomChanged }))
			return
		}
	}
	if w.User != nil {
		e.told(w, w.User.Account())
	}
}

func (e *entering) signedIn(w *writer, s *chat.SignedIn) {
	if s.Present {
		for i := range e.rooms {
			e.rooms[i].Time = s.Time
			w.Events([]chat.Placed{{Event: &e.rooms[i]}})
		}
		if s.Source.Nick != s.To.Nick {
			w.Events([]chat.Placed{{Event: &chat.NickChanged{Source: s.Source, Nick: s.To.Nick, Time: s.Time}}})
		}
	}
	e.told(w, s.To.Account)
	if w.Has(render.CapAccountNotify) {
		w.Bytes = w.House.Renderer.AppendAccount(w.Bytes, &s.To, s.To.Account)
	}
	if s.Present {
		w.ModesNow()
		w.presence(s.Rooms, s.Time)
	}
}

// welcomed welcomes a client. One whose user was here already is told which rooms he is
// in, and what else he may not know.
func (w *writer) welcomed(o *engine.Outcome) {
	w.welcome()
	if w.User.Account() != "" {
		w.ModesNow()
	}
	if e := added(o); e != nil {
		w.presence(e.Rooms, e.Time)
	}
	if w.Has(render.CapPersistence) && w.User.Account() != "" {
		w.Persistence()
	}
}

// added is the event that the client is another session of a user; nil: it is his first.
func added(o *engine.Outcome) *chat.SessionAdded {
	for i := range o.Events {
		if e, ok := o.Events[i].Event.(*chat.SessionAdded); ok {
			return e
		}
	}
	return nil
}

// presence tells a session where its user is: his rooms, and that he is away.
func (w *writer) presence(rooms []chat.ConversationID, at chat.Time) {
	for _, id := range rooms {
		if room := w.State.RoomByID(id); room != nil && w.State.MayHear(w.c.session.ID(), id) {
			w.Events([]chat.Placed{{Event: &chat.Joined{
				Source: w.User.Source(), Room: id, RoomName: room.Name(), Realname: w.User.Realname(), Time: at,
			}}})
			w.roomMark(room)
		}
	}
	if text := w.User.Away(); text != "" {
		w.Away(text)
	}
}

// roomsOfSession gives the topics and names of the rooms that a session finds itself in,
// whose JOINs it was shown.
func roomsOfSession(w *writer, o *engine.Outcome) reply.Page {
	var rooms []chat.ConversationID
	for i := range o.Events {
		switch e := o.Events[i].Event.(type) {
		case *chat.SessionAdded:
			rooms = e.Rooms
		case *chat.SignedIn:
			rooms = e.Rooms
			if !e.Present {
				return nil
			}
		}
	}
	rooms = slices.DeleteFunc(slices.Clone(rooms), func(id chat.ConversationID) bool { return !w.State.MayHear(w.c.session.ID(), id) })
	if len(rooms) == 0 {
		return nil
	}
	return reply.RoomsPages(rooms)
}

// observeAccountName tells those who watch a nick, and share no room with it, whose
// account it is now (IRCv3 extended-monitor).
func (f *followers) observeAccountName(s *chat.Source, account string) {
	f.extended(s, render.CapAccountNotify, func(w *writer) {
		w.Bytes = w.House.Renderer.AppendAccount(w.Bytes, s, account)
	})
}
