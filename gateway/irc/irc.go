// Package irc is the IRC gateway: RFC 1459 and 2812 as practised (modern.ircdocs.horse)
// and IRCv3. It has the sessions, the registration and the commands; of its sub-packages
// render has how events look, reply what a client is told, history what was said before,
// desk the services that one talks to, and census who is here.
//
// It promises that every answer comes in the order of the lines asked, that nobody is
// shown a JOIN of somebody whom his NAMES had already, that no answer, however long,
// hangs up the one who asked, and that what it advertises in ISUPPORT and CAP is what
// the core does.
//
// It refuses to decide who may do what: it translates lines into commands, and events
// and refusals into lines. It knows no other gateway, no store and no files.
package irc

import (
	"iter"
	"madang/auth"
	"madang/chat"
	"madang/chat/names"
	"madang/conn"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/desk"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// strangerQueueBytesMax bounds the queue of who has not registered, in bytes that the
// peer has not taken.
const strangerQueueBytesMax = 256 << 10

// Gateway is the way in for IRC clients. It implements engine.Gateway.
type Gateway struct {
	// Fixed after Bind.
	hall     *hall
	way      *engine.Way
	commands map[string]command

	// Owned by the loop.
	message   irc.Message // the line being handled
	batches   batches
	followers *followers
}

// New makes the gateway. Bind it before use.
func New(house gateway.House, config Config, hasher *auth.Hasher) *Gateway {
	g := &Gateway{followers: newFollowers(), batches: batches{}}
	g.hall = newHall(house, config, services(desk.NickServ(), desk.ChanServ()), g.idleSeconds)
	g.commands = g.table(hasher)
	addServices(g.commands, g.hall.services)
	return g
}

// SetConfig changes the settings, for what happens from now on. Any goroutine.
func (g *Gateway) SetConfig(c Config) { g.hall.setConfig(c) }

// Bind gives the gateway its door: engine.AddGateway(g). Before anything is accepted.
func (g *Gateway) Bind(way *engine.Way) { g.way = way }

// Name is how the gateway is called in settings and in lists of connections.
func (g *Gateway) Name() string { return "irc" }

// Accept makes the handler of a new connection, in clear or in TLS, for
// conn.ListenOptions.
func (g *Gateway) Accept(c *conn.Conn) conn.Handler {
	k := &connection{client: client{hall: g.hall, conn: c, pending: &registration{}}, gateway: g}
	c.SetQueueBytesMax(strangerQueueBytesMax)
	g.way.Open(c, 0, func(s *engine.Session) engine.Protocol {
		k.session = s
		return k
	})
	c.WakeAfter(g.hall.config().RegisterWithin)
	return k
}

// RefuseText is what somebody is told who may not come in.
func (g *Gateway) RefuseText(reason string) []byte {
	return irc.AppendText(nil, "", "ERROR", "Closing link: "+reason)
}

// Mask says which bits of a form matter to a kind of event.
func (g *Gateway) Mask(k chat.Kind) engine.Form { return render.Mask(k) }

// Render appends an event as everybody with the form sees it.
func (g *Gateway) Render(dst []byte, p *chat.Placed, f engine.Form) []byte {
	return g.hall.renderer.Render(dst, p, f)
}

// Observe follows who is here.
func (g *Gateway) Observe(p *chat.Placed) {
	switch e := p.Event.(type) {
	case *chat.Attached:
		g.hall.people.Came(&e.Source, e.Realname, e.Flags)
		g.followers.announce(e.Folded, irc.RPL_MONONLINE, render.SourceText(&e.Source))
	case *chat.Quit:
		g.hall.people.Went(&e.Source, e.Time)
		g.followers.announce(names.Fold(e.Source.Nick), irc.RPL_MONOFFLINE, e.Source.Nick)
	case *chat.NickChanged:
		g.hall.people.Renamed(e)
		g.followers.observeNick(e)
	case *chat.AwayChanged:
		g.followers.observeAway(e)
	case *chat.FlagsChanged:
		g.hall.people.Flagged(e.Source.User, e.Flags)
	case *chat.RealnameChanged:
		g.hall.people.Described(e)
		g.followers.observeRealname(e)
	default:
		g.observeAccount(p)
	case *chat.Joined:
		g.followers.observeJoined(e, g.clientsIn(e.Room))
	case *chat.MetadataSet:
		g.followers.observeMetadata(e)
	case *chat.RoomRenamed:
		observeRenamed(e, g.clientsIn(e.Room))
	}
}

// clientsIn are the clients who are in a room.
func (g *Gateway) clientsIn(room chat.ConversationID) iter.Seq[*client] {
	return func(yield func(*client) bool) {
		for _, s := range g.way.InRoom(room) {
			if c, ok := s.Protocol().(*connection); ok && !yield(&c.client) {
				return
			}
		}
	}
}

// observeAccount follows what happens to accounts and their sessions.
func (g *Gateway) observeAccount(p *chat.Placed) {
	switch e := p.Event.(type) {
	case *chat.SessionAdded:
		if e.Back {
			g.followers.observeAway(&chat.AwayChanged{Source: e.Source})
		}
	case *chat.SessionEnded:
		if e.Last {
			g.followers.observeAway(&chat.AwayChanged{Source: e.Source, Text: chat.NotConnected})
		}
	case *chat.SignedIn:
		g.hall.people.SignedIn(e)
		if e.Present {
			g.followers.announce(names.Fold(e.Source.Nick), irc.RPL_MONOFFLINE, e.Source.Nick)
			return
		}
		g.followers.observeAccountName(&e.To, e.To.Account)
	case *chat.AccountMade:
		if e.Became {
			g.followers.observeAccountName(&e.Source, e.Account.Name)
		}
	case *chat.AccountDeleted:
		g.hall.people.Powerless(e.Account)
		if e.User.User != 0 {
			g.followers.observeAccountName(&e.User, "")
		}
	}
}
