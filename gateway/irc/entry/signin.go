package entry

import (
	"slices"
	"time"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/house"
	"madang/gateway/irc/people"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/gateway/irc/talk"
	"madang/wire/irc"
)

// welcome writes what a client is told when it has registered.
func welcome(w *client.Writer) {
	w.Welcome()
	house.WriteLusers(w)
	people.OwnMetadata(w)
	house.WriteMOTD(w)
}

// How a session enters an account, whichever way its credential came.

// told writes that the client is signed in to an account; refused, why it is not.
type (
	told    func(w *client.Writer, account string)
	refused func(w *client.Writer, r *chat.Refusal)
)

// enter signs the client in with a checked credential: a stranger keeps it for his
// registration, a guest becomes the account's user.
func enter(c *client.Client, login chat.Login, told told, refused refused) {
	if c.Pending != nil {
		keepLogin(c, login, told, refused)
		return
	}
	label := c.Label()
	e := &entering{client: c, told: told}
	enters := client.Ask{
		Verb: "AUTHENTICATE", Command: &chat.SignIn{Session: c.Session.ID(), Login: login}, Hold: true,
		Answer: e.answer, Refused: refused, Pages: roomsOfSession,
	}
	if talk.WantsReplay(c) {
		talk.ReplayMissed(c, &enters, c.Hall.Config().ReplayLines)
	}
	c.Do(client.Ask{
		Hold: true, Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) { e.leave(w) },
		Done: func(engine.Outcome) {
			c.WithLabel(label, func() { c.Do(enters) })
		},
	})
}

// keepLogin remembers a stranger's credential, if it opens an account now. Attach looks
// again.
func keepLogin(c *client.Client, login chat.Login, told told, refused refused) {
	ok := false
	c.Do(client.Ask{
		Hold: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			a, r := w.State.Opens(login)
			if ok = r == nil; !ok {
				refused(w, r)
				return
			}
			told(w, a.Name())
		},
		Done: func(engine.Outcome) {
			if ok && c.Pending != nil {
				c.Pending.Login = login
				tryRegister(c)
			}
		},
	})
}

// signInByPass signs a stranger in whose PASS was account:password, and hangs up who
// cannot.
func signInByPass(c *client.Client, account, password string) {
	began := time.Now()
	c.Hall.House.Accounts.Check(c.Session, c.From(), account, password, func(l chat.Login, r *chat.Refusal) {
		waitedSince(c, began)
		if r == nil {
			enter(c, l, (*client.Writer).LoggedIn, wrongPass)
			return
		}
		c.Answer(func(w *client.Writer) { wrongPass(w, r) })
		c.Session.Close("Password incorrect", c.Farewell(nil, "Password incorrect"))
	})
}

func wrongPass(w *client.Writer, _ *chat.Refusal) {
	w.Numeric(irc.ERR_PASSWDMISMATCH, "Password incorrect")
}

// entering is a guest on his way into an account.
type entering struct {
	client *client.Client
	rooms  []chat.Parted // how he leaves the rooms he is in, if he must
	told   told
}

// leave notes which rooms the guest would leave.
func (e *entering) leave(w *client.Writer) {
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
func (e *entering) answer(w *client.Writer, o *engine.Outcome) {
	for i := range o.Events {
		switch s := o.Events[i].Event.(type) {
		case *chat.HostChanged: // before he has the account's number
			w.Bytes = w.House.Renderer.AppendOwnHost(w.Bytes, w.Caps.Form(false), s)
		case *chat.SignedIn:
			e.signedIn(w, s)
			w.Events(slices.DeleteFunc(slices.Clone(o.Events[i:]), func(p chat.Placed) bool { return p.Event.Kind() != chat.KindRoomChanged }))
			return
		}
	}
	if w.User != nil {
		e.told(w, w.User.Account())
	}
}

func (e *entering) signedIn(w *client.Writer, s *chat.SignedIn) {
	if s.Present {
		for i := range e.rooms {
			e.rooms[i].Time = s.Time
			w.Events([]chat.Placed{{Event: &e.rooms[i]}})
		}
		if s.Source.Nick != s.To.Nick {
			w.Events([]chat.Placed{{Event: &chat.NickChanged{Source: s.Source, Nick: s.To.Nick, Time: s.Time}}})
		}
		if before := s.To; s.Source.Host != s.To.Host {
			before.Host = s.Source.Host
			w.Bytes = w.House.Renderer.AppendOwnHost(w.Bytes, w.Caps.Form(false), &chat.HostChanged{Source: before, Host: s.To.Host, Time: s.Time})
		}
	}
	e.told(w, s.To.Account)
	if w.Has(render.CapAccountNotify) {
		w.Bytes = w.House.Renderer.AppendAccount(w.Bytes, w.Caps.Form(false), &s.To, s.To.Account)
	}
	if s.Present {
		w.ModesNow()
		presence(w, s.Rooms, s.Time)
	}
}

// welcomed welcomes a client. One whose user was here already is told which rooms he is
// in, and what else he may not know.
func welcomed(w *client.Writer, o *engine.Outcome) {
	welcome(w)
	if w.User.Account() != "" {
		w.ModesNow()
	}
	if e := added(o); e != nil {
		presence(w, e.Rooms, e.Time)
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
func presence(w *client.Writer, rooms []chat.ConversationID, at chat.Time) {
	for _, id := range rooms {
		if room := w.State.RoomByID(id); room != nil && w.State.MayHear(w.Client.Session.ID(), id) {
			w.Events([]chat.Placed{{Event: &chat.Joined{
				Source: w.User.Source(), Room: id, RoomName: room.Name(), Realname: w.User.Realname(), Time: at,
			}}})
			talk.RoomMark(w, room)
		}
	}
	if text := w.User.Away(); text != "" {
		w.Away(text)
	}
}

// roomsOfSession gives the topics and names of the rooms that a session finds itself in,
// whose JOINs it was shown.
func roomsOfSession(w *client.Writer, o *engine.Outcome) reply.Page {
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
	rooms = slices.DeleteFunc(slices.Clone(rooms), func(id chat.ConversationID) bool { return !w.State.MayHear(w.Client.Session.ID(), id) })
	if len(rooms) == 0 {
		return nil
	}
	return reply.RoomsPages(rooms)
}
