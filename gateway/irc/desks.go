package irc

import (
	"bytes"
	"slices"
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/desk"
	"madang/wire/irc"
)

// service is a desk by one of the names that people write to.
type service struct {
	name []byte
	desk *desk.Desk
	hear func(c *client, text string)
}

// services are desks by all of their names.
func services(list ...*desk.Desk) (found []service) {
	for _, d := range list {
		for _, name := range append([]string{d.Name}, d.Verbs...) {
			found = append(found, service{[]byte(name), d, func(c *client, text string) { c.visit(d, text) }})
		}
	}
	return found
}

// addServices makes the verbs of the services commands.
func addServices(table map[string]command, list []service) {
	for _, s := range list {
		table[strings.ToUpper(string(s.name))] = command{run: func(c *client, m *irc.Message) {
			s.hear(c, strings.Join(m.Strings(0), " "))
		}}
	}
}

// service is the one that a message is for, or nil.
func (h *hall) service(target []byte) *service {
	for i := range h.services {
		if bytes.EqualFold(h.services[i].name, target) {
			return &h.services[i]
		}
	}
	return nil
}

// visit has a service hear a line.
func (c *client) visit(d *desk.Desk, text string) {
	v := &desk.Visit{
		Desk: d, House: &c.hall.house, Session: c.session, From: c.from(), Fingerprint: c.fingerprint(),
		Client: visitor{c, d},
	}
	v.Hear(text)
}

// visitor is a client who talks to a service. It implements desk.Client.
type visitor struct {
	client *client
	desk   *desk.Desk
}

// Ask has a question answered in the service's name.
func (v visitor) Ask(q desk.Question) {
	label := v.client.label()
	v.client.do(ask{
		verb: v.desk.Name, command: q.Command, hold: true, passes: q.Then != nil,
		answer: func(w *writer, o *engine.Outcome) {
			refused := v.partly(w, o)
			if q.Tell != nil && !(refused && len(o.Events) == 0) {
				a := &desk.Answer{State: w.State, User: w.User, Events: o.Events}
				q.Tell(a)
				v.say(w, a.Lines...)
			}
			w.aftermath(o)
		},
		refused: v.refused,
		done: func(o engine.Outcome) {
			if q.Then != nil && o.Refusal == nil {
				v.client.withLabel(label, q.Then)
			}
		},
	})
}

// partly tells which of several changes could not be made, each reason once; false: all
// were.
func (v visitor) partly(w *writer, o *engine.Outcome) bool {
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
func (v visitor) say(w *writer, lines ...string) {
	source := v.desk.Name + "!" + v.desk.Name + "@" + w.House.Name
	for _, line := range lines {
		w.Line(source, "NOTICE", w.Nick, line)
	}
}

func (v visitor) refused(w *writer, r *chat.Refusal) { v.say(w, w.Sentence(v.desk.Name, r)) }

// Refuse tells why not.
func (v visitor) Refuse(r *chat.Refusal) {
	v.client.answer(func(w *writer) { v.refused(w, r) })
}

// Register makes an account.
func (v visitor) Register(who gateway.Applicant, told func(*desk.Answer, *gateway.Registered)) {
	label := v.client.label()
	v.client.do(ask{
		hold: true, passes: true,
		answer: func(w *writer, _ *engine.Outcome) { who.Name = w.Nick },
		done: func(engine.Outcome) {
			v.client.withLabel(label, func() {
				v.client.register(who, func(w *writer, r *gateway.Registered) {
					a := &desk.Answer{State: w.State, User: w.User, Events: r.Events}
					told(a, r)
					v.say(w, a.Lines...)
				}, func(w *writer, _ string, r *chat.Refusal) { v.refused(w, r) })
			})
		},
	})
}

// Enter signs the client in.
func (v visitor) Enter(login chat.Login) {
	v.client.enter(login, func(w *writer, account string) {
		v.say(w, "You are signed in as "+account+" now.")
		w.LoggedIn(account)
	}, v.refused)
}

// Later takes what is told behind other work to its place.
func (v visitor) Later() func(func()) { return v.client.later() }

// aftermath shows the client what a service's work made of himself, and of rooms that he
// is in.
func (w *writer) aftermath(o *engine.Outcome) {
	w.Events(slices.DeleteFunc(slices.Clone(o.Events), func(p chat.Placed) bool {
		e, ok := p.Event.(*chat.RoomChanged)
		return ok && !w.isIn(e.Room)
	}))
	for i := range o.Events {
		if e, ok := o.Events[i].Event.(*chat.AccountDeleted); ok && w.User != nil && e.Account == w.User.ID() {
			w.LoggedOut()
			w.Bytes = irc.Append(w.Bytes, w.House.Name, "MODE", w.Nick, "-r")
		}
	}
}

// isIn says whether the client is in a room.
func (w *writer) isIn(id chat.ConversationID) bool {
	room := w.State.RoomByID(id)
	if room == nil {
		return false
	}
	_, in := room.RankOf(w.User)
	return in
}

// deskWhois answers WHOIS of a service.
func (w *writer) deskWhois(d *desk.Desk) {
	w.Numeric(irc.RPL_WHOISUSER, d.Name, d.Name, w.House.Name, "*", d.About)
	w.Numeric(irc.RPL_WHOISSERVER, d.Name, w.House.Name, "A service of the server")
	w.Numeric(irc.RPL_ENDOFWHOIS, d.Name, "End of /WHOIS list")
}

// toDesk has a service hear what was said to it; false: it was said to somebody else.
// What programs say to it is passed over.
func (c *client) toDesk(target []byte, s *utterance) bool {
	to := c.hall.service(target)
	if to == nil {
		return false
	}
	if s.kind == chat.Text {
		to.hear(c, s.text)
	}
	return true
}

var _ desk.Client = visitor{}
