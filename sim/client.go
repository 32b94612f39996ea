package sim

import (
	"fmt"
	"slices"

	"madang/chat"
)

const (
	unackedMax = 5 // messages that a client has under way
	readMax    = 8 // items that a client reads at once
)

// roomNames are the rooms of every world.
var roomNames = [...]string{"#yard", "#hall", "#마당"}

// client is somebody who wants to be in some rooms, says things there, and does not
// rest until each is acknowledged.
type client struct {
	// Fixed after construction.
	world *world
	name  string
	scope chat.Scope
	wants []string
	// account is the name of the account that the client makes and signs in to; empty:
	// a guest. Two clients may share one.
	account string

	session  *session // nil: not connected
	attached bool
	signing  bool // it asked to sign in, or to make its account
	rooms    map[string]presence
	outbox   []*message
	said     int // messages ever
	stalled  int // reads to come that do not happen
	views    map[chat.ConversationID]*view
	last     map[string]chat.ConversationID // the conversation last met in a room
}

// presence is whether a client is in a room, as far as it knows.
type presence uint8

const (
	absent presence = iota
	moving          // it asked to enter or to leave
	present
)

// message is something said, until it is acknowledged.
type message struct {
	room, id, text string
	tries          int
	flying         bool // under way on the present connection
}

// view is what a client saw of a conversation.
type view struct {
	number   chat.Number
	position chat.Position
	time     chat.Time
}

func newClient(w *world, i int) *client {
	c := &client{
		world: w, name: fmt.Sprintf("client%c", 'a'+i), scope: chat.Scope{byte(i + 1)},
		rooms: map[string]presence{}, views: map[chat.ConversationID]*view{}, last: map[string]chat.ConversationID{},
	}
	switch {
	case i > 0 && w.chance.IntN(3) == 0 && w.clients[i-1].account != "":
		c.account = w.clients[i-1].account
		w.misfortune(Shared)
	case w.chance.IntN(2) == 0:
		c.account = c.name
	}
	for _, room := range roomNames {
		if len(c.wants) == 0 || w.chance.IntN(2) == 0 {
			c.wants = append(c.wants, room)
		}
	}
	return c
}

// act does the next thing that this client wants.
func (c *client) act() bool {
	switch {
	case c.session == nil:
		return c.connect()
	case !c.attached:
		return false
	case !c.signedIn():
		return c.signIn()
	case c.world.chance.IntN(3) == 0 && c.resend():
		return true
	}
	room := c.wants[c.world.chance.IntN(len(c.wants))]
	switch c.rooms[room] {
	case absent:
		return c.join(room)
	case present:
		if !c.world.calm {
			return c.live(room)
		}
	}
	return false
}

func (c *client) connect() bool {
	h := c.world.house
	if !h.open {
		return false
	}
	h.nextSession++
	c.session = &session{id: chat.SessionID{Node: node, N: h.nextSession}, client: c, house: h, shown: map[chat.ConversationID]chat.Position{}}
	h.sessions[c.session.id] = c.session
	attach := &chat.Attach{
		Session: c.session.id, Nick: c.name, Guest: true, Username: "sim", Host: "cloak", Gateway: "sim", Scope: c.scope,
	}
	if c.world.chance.IntN(2) == 0 {
		attach.Login = c.login()
	}
	if c.world.chance.IntN(4) == 0 {
		attach.Away = chat.NobodyThere
	}
	return c.post(&request{command: attach})
}

// login is a checked credential of the client's account, as far as there is one.
func (c *client) login() chat.Login {
	if a := c.world.house.follower.AccountByName(c.account); c.account != "" && a != nil {
		return chat.Login{Account: a.User(), Serial: a.Record().Serial}
	}
	return chat.Login{}
}

// signedIn says whether the client is who it wants to be.
func (c *client) signedIn() bool {
	if c.account == "" {
		return true
	}
	u := c.world.house.follower.UserOf(c.session.id)
	return u != nil && u.Account() == c.account
}

// signIn makes the client's account, or signs in to it.
func (c *client) signIn() bool {
	if c.signing {
		return false
	}
	c.signing = true
	if login := c.login(); login.Account != 0 {
		return c.post(&request{command: &chat.SignIn{Session: c.session.id, Login: login}})
	}
	return c.post(&request{command: &chat.Register{Session: c.session.id, Name: c.account, Password: "verifier"}})
}

func (c *client) post(r *request) bool {
	r.session = c.session
	return c.world.house.post(r)
}

// join enters a room and asks for what was missed since the last message seen.
func (c *client) join(room string) bool {
	c.rooms[room] = moving
	return c.post(&request{command: &chat.Join{Session: c.session.id, Room: room}})
}

// live is what one does in a room.
func (c *client) live(room string) bool {
	s := c.session.id
	switch n := c.world.chance.IntN(100); {
	case n < 60:
		return c.say(room)
	case n < 66:
		c.rooms[room] = moving
		return c.post(&request{command: &chat.Part{Session: s, Room: room}})
	case n < 72:
		return c.post(&request{command: &chat.SetTopic{Session: s, Room: room, Text: fmt.Sprint("topic ", n)}})
	case n < 82:
		return c.post(&request{names: room})
	case n < 86:
		return c.post(&request{command: &chat.ChangeNick{Session: s, Nick: fmt.Sprintf("%s-%d", c.name, n)}})
	case n < 90:
		return c.post(&request{command: &chat.SetAway{Session: s, Text: someAway(n)}})
	case n < 94:
		return c.post(&request{command: &chat.Kick{Session: s, Room: room, Nick: c.world.pick().name}})
	case n < 96 && c.account != "":
		stays := chat.AccountChange{Aspect: chat.AlwaysOn, Add: c.world.chance.IntN(3) > 0}
		return c.post(&request{command: &chat.ChangeAccount{Session: s, Changes: []chat.AccountChange{stays}}})
	case n < 97 && c.account != "" && c.world.chance.IntN(2) == 0:
		shown := chat.AccountChange{Aspect: chat.ShownHost, Add: c.world.chance.IntN(3) > 0, Text: "a.host"}
		return c.post(&request{command: &chat.ChangeAccount{Account: c.account, Changes: []chat.AccountChange{shown}}})
	case n < 97 && c.account != "":
		id := c.last[room]
		return c.post(&request{command: &chat.SetMark{Session: s, Conversation: id, Number: chat.Number(n), Time: c.world.now}})
	case n < 97:
		mask := chat.RoomChange{Aspect: chat.BanException, Add: n%2 == 0, Text: "nobody"}
		return c.post(&request{command: &chat.ChangeRoom{Session: s, Room: room, Changes: []chat.RoomChange{mask}}})
	}
	return c.post(&request{command: &chat.Say{Session: s, Room: room, Kind: chat.Typed}})
}

// someAway is what a session says of who sits at it.
func someAway(n int) string { return [...]string{"", chat.NobodyThere, "lunch", "tea"}[n%4] }

// say begins a new message.
func (c *client) say(room string) bool {
	if len(c.outbox) >= unackedMax {
		return false
	}
	c.said++
	m := &message{room: room, id: fmt.Sprintf("%s-%d", c.name, c.said), text: c.text(c.said)}
	c.outbox = append(c.outbox, m)
	return c.send(m)
}

// text is the text of the n-th message; there is no other like it.
func (c *client) text(n int) string { return fmt.Sprintf("%s says %d", c.name, n) }

// resend sends the oldest message again of which nobody knows what became.
func (c *client) resend() bool {
	for _, m := range c.outbox {
		if !m.flying {
			return c.send(m)
		}
	}
	return false
}

func (c *client) send(m *message) bool {
	id := m.id
	if m.tries > 0 {
		c.world.misfortune(Retried)
		if c.world.mutation == DoubledRetry {
			id = ""
		}
	}
	m.tries++
	m.flying = true
	return c.post(&request{message: m, command: &chat.Say{Session: c.session.id, Room: m.room, Text: m.text, ID: id}})
}

// lose breaks the connection, with what is under way in one or both directions.
func (c *client) lose() bool {
	if c.session == nil {
		return false
	}
	s, h := c.session, c.world.house
	c.world.misfortune(Cut)
	if c.world.odds(50) {
		kept := slices.DeleteFunc(slices.Clone(h.inbox), func(r *request) bool { return r.session == s })
		if len(kept) < len(h.inbox) {
			c.world.misfortune(RequestLost)
		}
		h.inbox = kept
	}
	s.end()
	c.hungUp()
	return true
}

// hungUp is how a client finds itself without a connection. What it saw it keeps.
func (c *client) hungUp() {
	if c.session != nil {
		c.session.gone = true
	}
	c.session, c.attached, c.signing = nil, false, false
	clear(c.rooms)
	for _, m := range c.outbox {
		m.flying = false
	}
}

// stall makes the client stop reading for a while.
func (c *client) stall() bool {
	c.stalled = 200
	return true
}

// read takes some items from the connection.
func (c *client) read() bool {
	if c.session == nil || len(c.session.queue) == 0 {
		return false
	}
	if c.stalled > 0 && !c.world.calm {
		c.stalled--
		return false
	}
	for range 1 + c.world.chance.IntN(readMax) {
		if c.session == nil || len(c.session.queue) == 0 {
			break
		}
		i := c.session.queue[0]
		c.session.queue = c.session.queue[1:]
		c.handle(i)
	}
	return true
}

func (c *client) handle(i item) {
	switch {
	case i.said != nil:
		c.see(i.said, i.position)
	case i.entered != nil:
		c.rooms[i.entered.Name()], c.last[i.entered.Name()] = present, i.entered.ID()
	case i.left != 0:
		for room, id := range c.last {
			if id == i.left {
				c.rooms[room] = absent
			}
		}
	case i.answer != nil:
		c.answered(i.answer)
	}
}

// answered takes the outcome of a request in.
func (c *client) answered(r *request) {
	refusal := r.outcome.Refusal
	if refusal != nil && refusal.Code == chat.NotStored {
		c.world.misfortune(Refused)
	}
	switch command := r.command.(type) {
	case *chat.Attach:
		switch {
		case refusal == nil:
			c.attached = true
		case refusal.Code == chat.CredentialsChanged || refusal.Code == chat.WrongCredentials:
			c.session.end() // the account of an undone batch
			c.hungUp()
		default:
			c.attached = true
		}
	case *chat.SignIn, *chat.Register:
		c.signing = false
	case *chat.Join:
		switch {
		case refusal == nil:
		case refusal.Code == chat.AlreadyMember: // it was thrown out, left and entered at once
			c.rooms[command.Room] = present
		default:
			c.rooms[command.Room] = absent
		}
	case *chat.Part:
		if refusal != nil {
			c.rooms[command.Room] = absent
		}
	case *chat.Say:
		if r.message != nil {
			c.acknowledged(r)
		}
	}
}

// acknowledged takes a message from the outbox, or keeps it for another try.
func (c *client) acknowledged(r *request) {
	m := r.message
	m.flying = false
	var at chat.Position
	switch o := r.outcome; {
	case o.Duplicate != nil:
		at = o.Duplicate.Position
	case len(o.Events) > 0:
		at = o.Events[0].Position
	default:
		return
	}
	c.world.ledger.acknowledged(c.world, m.text, at)
	c.outbox = slices.DeleteFunc(c.outbox, func(other *message) bool { return other == m })
}

// see checks a message against what was seen of its conversation: the next number, a
// later position, no earlier time.
func (c *client) see(e *chat.Said, at chat.Position) {
	c.world.note("seen", c.name, e.Conversation, e.Number, at)
	v := c.views[e.Conversation]
	if v == nil {
		v = &view{}
		c.views[e.Conversation] = v
	}
	switch {
	case e.Number <= v.number:
		c.world.fail("%s saw message %d of %s again, or out of order, after %d", c.name, e.Number, e.RoomName, v.number)
	case e.Number > v.number+1:
		c.world.fail("%s saw message %d of %s after %d: a gap", c.name, e.Number, e.RoomName, v.number)
	case at <= v.position || e.Time < v.time:
		c.world.fail("%s saw message %d of %s, which is older than the one before", c.name, e.Number, e.RoomName)
	}
	*v = view{e.Number, at, e.Time}
	c.world.ledger.put(c.world, e.Text, at)
}

// waiting says what this client still wants.
func (c *client) waiting() string {
	switch {
	case c.session == nil || !c.attached:
		return "is not connected"
	case len(c.outbox) > 0:
		return fmt.Sprintf("has %d messages unacknowledged", len(c.outbox))
	case len(c.session.queue) > 0 || len(c.session.reads) > 0:
		return "has not read everything"
	}
	for _, room := range c.wants {
		r := c.world.house.follower.RoomByName(room)
		if c.rooms[room] != present || r == nil {
			return "is not in " + room
		}
		if v := c.views[r.ID()]; r.LastNumber() > 0 && (v == nil || v.number != r.LastNumber()) {
			return "has not seen all of " + room
		}
	}
	return ""
}
