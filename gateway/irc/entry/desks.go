package entry

import (
	"slices"

	"madang/chat"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/client"
	"madang/gateway/irc/desk"
	"madang/gateway/irc/people"
	"madang/wire/irc"
)

// Services are desks by all of their names.
func Services(list ...*desk.Desk) (found []client.Service) {
	for _, d := range list {
		for _, name := range append([]string{d.Name}, d.Verbs...) {
			found = append(found, client.Service{Name: []byte(name), Desk: d, Hear: func(c *client.Client, text string) { visit(c, d, text) }})
		}
	}
	return found
}

// visit has a service hear a line.
func visit(c *client.Client, d *desk.Desk, text string) {
	v := &desk.Visit{
		Desk: d, House: &c.Hall.House, Session: c.Session, From: c.From(), Fingerprint: fingerprint(c),
		Client: visitor{c, d},
	}
	v.Hear(text)
}

// visitor is a client who talks to a service. It implements desk.Client.
type visitor struct {
	client *client.Client
	desk   *desk.Desk
}

// Ask has a question answered in the service's name.
func (v visitor) Ask(q desk.Question) {
	label := v.client.Label()
	v.client.Do(client.Ask{
		Verb: v.desk.Name, Command: q.Command, Hold: true, Passes: q.Then != nil,
		Answer: func(w *client.Writer, o *engine.Outcome) {
			refused := v.partly(w, o)
			if q.Tell != nil && !(refused && len(o.Events) == 0) {
				a := &desk.Answer{State: w.State, User: w.User, Events: o.Events}
				q.Tell(a)
				v.say(w, a.Lines...)
			}
			aftermath(w, o)
		},
		Refused: v.refused,
		Done: func(o engine.Outcome) {
			if q.Then != nil && o.Refusal == nil {
				v.client.WithLabel(label, q.Then)
			}
		},
	})
}

// partly tells which of several changes could not be made, each reason once; false: all
// were.
func (v visitor) partly(w *client.Writer, o *engine.Outcome) bool {
	told := chat.Refusal{}
	for i := range o.Partly {
		if o.Partly[i] != told {
			v.refused(w, &o.Partly[i])
		}
		told = o.Partly[i]
	}
	return len(o.Partly) > 0
}

// say writes sentences of the service.
func (v visitor) say(w *client.Writer, lines ...string) {
	source := v.desk.Name + "!" + v.desk.Name + "@" + w.House.Name
	for _, line := range lines {
		w.Line(source, "NOTICE", w.Nick, line)
	}
}

func (v visitor) refused(w *client.Writer, r *chat.Refusal) { v.say(w, w.Sentence(v.desk.Name, r)) }

// Refuse tells why not.
func (v visitor) Refuse(r *chat.Refusal) {
	v.client.Answer(func(w *client.Writer) { v.refused(w, r) })
}

// Register makes an account.
func (v visitor) Register(who gateway.Applicant, told func(*desk.Answer, *gateway.Registered)) {
	label := v.client.Label()
	v.client.Do(client.Ask{
		Hold: true, Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) { who.Name = w.Nick },
		Done: func(engine.Outcome) {
			v.client.WithLabel(label, func() {
				register(v.client, who, func(w *client.Writer, r *gateway.Registered) {
					a := &desk.Answer{State: w.State, User: w.User, Events: r.Events}
					told(a, r)
					v.say(w, a.Lines...)
				}, func(w *client.Writer, _ string, r *chat.Refusal) { v.refused(w, r) })
			})
		},
	})
}

// Enter signs the client in.
func (v visitor) Enter(login chat.Login) {
	enter(v.client, login, func(w *client.Writer, account string) {
		v.say(w, "You are signed in as "+account+" now.")
		w.LoggedIn(account)
	}, v.refused)
}

// Later takes what is told behind other work to its place.
func (v visitor) Later() func(func()) { return v.client.Later() }

// aftermath shows the client what a service's work made of himself, and of rooms that he
// is in.
func aftermath(w *client.Writer, o *engine.Outcome) {
	w.Events(slices.DeleteFunc(slices.Clone(o.Events), func(p chat.Placed) bool {
		switch e := p.Event.(type) {
		case *chat.RoomChanged:
			return !isIn(w, e.Room)
		case *chat.HostChanged:
			u := w.State.UserByID(e.Source.User)
			return !w.User.Is(u) && !people.ShareRoom(w.User, u)
		}
		return false
	}))
	for i := range o.Events {
		if e, ok := o.Events[i].Event.(*chat.AccountDeleted); ok && w.User != nil && e.Account == w.User.ID() {
			w.LoggedOut()
			w.Bytes = irc.Append(w.Bytes, w.House.Name, "MODE", w.Nick, "-r")
		}
	}
}

// isIn says whether the client is in a room.
func isIn(w *client.Writer, id chat.ConversationID) bool {
	room := w.State.RoomByID(id)
	if room == nil {
		return false
	}
	_, in := room.RankOf(w.User)
	return in
}

var _ desk.Client = visitor{}
