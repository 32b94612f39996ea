package sim

import (
	"context"
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/codec"
	"madang/chat/core"
	"madang/engine/sequencer"
)

const (
	queueMax = 16 // items that a session may have unread
	pageMax  = 6  // messages of history read at once
)

// session is the house's side of a connection.
type session struct {
	id     chat.SessionID
	client *client
	house  *house
	user   chat.UserID
	queue  []item
	reads  []*reading
	gone   bool
	// shown is how far the session was shown a conversation, read by its client or not.
	shown map[chat.ConversationID]chat.Position
}

// item is one thing on its way to a client.
type item struct {
	said     *chat.Said // a message, live or from history
	position chat.Position
	entered  *core.Room          // the client itself entered a room
	left     chat.ConversationID // the client itself is out of a room
	answer   *request
}

// reading is history being read for a session that resumed; what happens meanwhile is
// held back behind it.
type reading struct {
	room        chat.ConversationID
	after, upTo chat.Position
	held        []item
}

// fan delivers. It knows who is where as far as events were delivered.
type fan struct {
	house     *house
	rooms     map[chat.ConversationID][]chat.UserID // in the order they entered
	users     map[chat.UserID][]*session
	delivered chat.Position
	swapped   map[*session]item // SwappedDeliveries: held back by one
}

func newFan(h *house) fan {
	return fan{
		house: h, rooms: map[chat.ConversationID][]chat.UserID{}, users: map[chat.UserID][]*session{},
		delivered: h.state.Position(), swapped: map[*session]item{},
	}
}

// namesIn are the members of a room in one text.
func namesIn(s *core.State, room string) string {
	var out []string
	if r := s.RoomByName(room); r != nil {
		for m := range r.Members() {
			out = append(out, m.User.Nick())
		}
	}
	return strings.Join(out, " ")
}

// deliverAll delivers the steps of a batch.
func (h *house) deliverAll(steps []sequencer.Step) {
	for i := range steps {
		h.deliver(&steps[i])
	}
}

func (h *house) deliver(step *sequencer.Step) {
	r, _ := step.Ask.Origin.(*request)
	if r == nil {
		h.afterAll(step)
		return
	}
	if r.done {
		h.world.fail("an ask was answered twice")
	}
	r.done = true
	for _, p := range step.Outcome.Events {
		h.fan.event(p)
	}
	// The answer must be the one of the outcome, and names those that events told of.
	if want := r.render(h.follower, step.Outcome); step.Reply != nil && string(want) != string(step.Reply) {
		h.world.fail("the answer %q belongs to another outcome; want %q", step.Reply, want)
	}
	if r.opens {
		h.opened(step)
		return
	}
	if refusal := step.Outcome.Refusal; refusal != nil && refusal.Code == chat.NotConfirmed {
		h.world.misfortune(Unconfirmed)
	}
	r.answer(item{answer: r})
	r.outcome = step.Outcome
}

// afterAll shows events whose askers were told before that nobody knows.
func (h *house) afterAll(step *sequencer.Step) {
	h.world.misfortune(AfterAll)
	if len(step.Outcome.Events) == 0 || step.Reply != nil {
		h.world.fail("nobody's step has %d events and the answer %q", len(step.Outcome.Events), step.Reply)
	}
	for _, p := range step.Outcome.Events {
		h.fan.event(p)
	}
}

// opened lets clients in once the node's start is committed.
func (h *house) opened(step *sequencer.Step) {
	if step.Outcome.Refusal == nil {
		h.open = true
		return
	}
	h.post(startNode())
}

// answer queues an answer for whoever asked, if it is still there.
func (r *request) answer(i item) {
	if r.session != nil {
		r.session.push(i)
	}
}

// event shows one event to whom it concerns.
func (f *fan) event(p chat.Placed) {
	h := f.house
	h.checkPlaced(p)
	if placed, _ := h.follower.Apply(p.Event); placed.Position != p.Position || placed.After != p.After {
		h.world.fail("an event came at %d+%d, behind it is %d+%d", p.Position, p.After, placed.Position, placed.After)
	}
	h.world.note("event", p.Position, p.After, string(codec.AppendEvent(nil, p.Event)))
	f.delivered = p.Position
	switch e := p.Event.(type) {
	case *chat.Attached:
		h.checkUser(e)
		f.attached(e.Session.ID, e.Source.User, nil)
	case *chat.SessionAdded:
		f.attached(e.Session.ID, e.Source.User, e.Rooms)
		f.attend(e.Source.User, e.Back)
	case *chat.SessionEnded:
		f.ended(e)
	case *chat.SignedIn:
		f.signedIn(e)
	case *chat.Quit:
		f.quit(e.Source.User)
	case *chat.Joined:
		f.rooms[e.Room] = append(f.rooms[e.Room], e.Source.User)
		for _, s := range f.users[e.Source.User] {
			f.entered(s, e.Room)
		}
	case *chat.Parted:
		f.left(e.Room, e.Source.User)
	case *chat.Kicked:
		f.left(e.Room, e.User)
	case *chat.Said:
		f.said(e, p.Position)
	case *chat.NodeStarted:
		f.restarted()
	}
}

// restarted begins anew with those who are always on.
func (f *fan) restarted() {
	f.rooms, f.users = map[chat.ConversationID][]chat.UserID{}, map[chat.UserID][]*session{}
	for room := range f.house.follower.Rooms() {
		for m := range room.Members() {
			f.rooms[room.ID()] = append(f.rooms[room.ID()], m.User.ID())
			f.house.world.misfortune(Lasted)
		}
	}
}

// attached makes a session one of a user's, who is in these rooms.
func (f *fan) attached(id chat.SessionID, user chat.UserID, rooms []chat.ConversationID) {
	s := f.house.sessions[id]
	if s == nil {
		return
	}
	s.user = user
	f.users[user] = append(f.users[user], s)
	for _, room := range rooms {
		f.entered(s, room)
	}
}

// attend has it written down that somebody who is always on came back or went.
func (f *fan) attend(user chat.UserID, changed bool) {
	if changed {
		f.house.post(&request{command: &chat.Attend{User: user}})
	}
}

func (f *fan) ended(e *chat.SessionEnded) {
	f.attend(e.Source.User, e.Last)
	f.users[e.Source.User] = slices.DeleteFunc(slices.Clone(f.users[e.Source.User]), func(s *session) bool { return s.id == e.Session })
}

// signedIn makes a guest's session that of his account.
func (f *fan) signedIn(e *chat.SignedIn) {
	from, to := e.Source.User, e.To.User
	sessions := f.users[from]
	if e.Present {
		f.attend(to, e.Back)
		for _, s := range sessions {
			for room, members := range f.rooms {
				if slices.Contains(members, from) {
					s.leave(room)
				}
			}
		}
		f.quit(from)
		for _, s := range sessions {
			f.attached(s.id, to, e.Rooms)
		}
		return
	}
	delete(f.users, from)
	f.users[to] = sessions
	for _, s := range sessions {
		s.user = to
	}
	for _, members := range f.rooms {
		for i := range members {
			if members[i] == from {
				members[i] = to
			}
		}
	}
}

func (f *fan) quit(user chat.UserID) {
	for room, members := range f.rooms {
		f.rooms[room] = slices.DeleteFunc(members, func(u chat.UserID) bool { return u == user })
	}
	delete(f.users, user)
}

// entered begins to show a room to a session, after what its client has not seen.
func (f *fan) entered(s *session, id chat.ConversationID) {
	room := f.house.follower.RoomByID(id)
	if room == nil {
		return
	}
	s.push(item{entered: room})
	var after chat.Position
	if view := s.client.views[id]; view != nil {
		after = view.position
	}
	after = max(after, s.shown[id])
	upTo := f.delivered
	if f.house.world.mutation == ResumeOverlap {
		upTo = f.house.journal.Last()
	}
	s.reads = append(s.reads, &reading{room: id, after: after, upTo: upTo})
}

func (f *fan) left(room chat.ConversationID, user chat.UserID) {
	f.rooms[room] = slices.DeleteFunc(f.rooms[room], func(u chat.UserID) bool { return u == user })
	for _, s := range f.users[user] {
		s.leave(room)
	}
}

// leave ends what a session is shown of a room.
func (s *session) leave(room chat.ConversationID) {
	s.reads = slices.DeleteFunc(s.reads, func(r *reading) bool { return r.room == room })
	s.push(item{left: room})
}

func (f *fan) said(e *chat.Said, at chat.Position) {
	f.house.world.ledger.put(f.house.world, e.Text, at)
	for _, user := range f.rooms[e.Conversation] {
		sessions := f.users[user]
		if f.house.world.mutation == FirstSessionOnly {
			sessions = sessions[:min(1, len(sessions))]
		}
		for _, s := range sessions {
			f.show(s, item{said: e, position: at})
		}
	}
}

// show gives a session a message, or holds it back behind its history.
func (f *fan) show(s *session, i item) {
	for _, r := range s.reads {
		if r.room == i.said.Conversation {
			r.held = append(r.held, i)
			if len(r.held) > queueMax {
				s.hangUp()
			}
			return
		}
	}
	if f.house.world.mutation == SwappedDeliveries && s.id.N%2 == 1 {
		first, waits := f.swapped[s]
		if !waits {
			f.swapped[s] = i
			return
		}
		delete(f.swapped, s)
		s.push(i)
		s.push(first)
		return
	}
	s.push(i)
}

// push queues an item; a session that does not read is hung up, and can resume.
func (s *session) push(i item) {
	if s.gone {
		return
	}
	if i.said != nil {
		s.shown[i.said.Conversation] = i.position
	}
	if s.queue = append(s.queue, i); len(s.queue) > queueMax {
		s.hangUp()
	}
}

func (s *session) hangUp() {
	if !s.gone {
		s.house.world.misfortune(Slow)
		s.client.hungUp()
		s.end()
	}
}

// end forgets a session; its user goes by a Detach.
func (s *session) end() {
	s.gone, s.queue, s.reads = true, nil, nil
	s.house.post(&request{command: &chat.Detach{Session: s.id, Reason: "gone"}})
}

// page reads a piece of the history that a session resumes with.
func (h *house) page(c *client) bool {
	s := c.session
	if s == nil || len(s.reads) == 0 || len(s.queue)+pageMax > queueMax {
		return false
	}
	r := s.reads[0]
	n, skip := 0, h.world.mutation == ResumeGap && r.after > 0
	err := h.journal.Read(context.Background(), r.after, func(at chat.Position, e chat.Event) bool {
		if at > r.upTo || n == pageMax {
			return false
		}
		r.after = at
		if said, ok := e.(*chat.Said); ok && said.Conversation == r.room {
			if skip {
				skip = false
				return true
			}
			s.push(item{said: said, position: at})
			n++
		}
		return true
	})
	if err != nil {
		h.world.fail("read history: %w", err)
	}
	if n < pageMax {
		s.reads = slices.Delete(s.reads, 0, 1)
		for _, i := range r.held {
			s.push(i)
		}
	}
	return true
}
