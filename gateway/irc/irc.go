// Package irc is the IRC gateway: RFC 1459 and 2812 as practised (modern.ircdocs.horse)
// and IRCv3. It makes lines of what connections bring, finds each line's command in one
// table, and follows events. Commands are in packages by subject: rooms and entry, below
// them people, talk and house, below all of them client, which is what a command knows.
// Of those that know no client, render has how events look, reply what one is told,
// history what was said before, desk the services, and census who is here; web is how
// WebSockets begin and end.
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
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/conn"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/client"
	"madang/gateway/irc/desk"
	"madang/gateway/irc/entry"
	"madang/gateway/irc/people"
	"madang/gateway/irc/render"
	"madang/gateway/irc/rooms"
	"madang/gateway/irc/talk"
	"madang/gateway/irc/web"
	"madang/wire/irc"
)

// strangerQueueBytesMax bounds the queue of who has not registered, in bytes that the
// peer has not taken.
const strangerQueueBytesMax = 256 << 10

// Gateway is the way in for IRC clients. It implements engine.Gateway.
type Gateway struct {
	// Fixed after Bind.
	hall     *client.Hall
	way      *engine.Way
	commands client.Table

	// Owned by the loop.
	message   irc.Message // the line being handled
	batches   talk.Batches
	followers *people.Followers
}

// New makes the gateway. Bind it before use.
func New(house gateway.House, config Config, hasher *auth.Hasher) *Gateway {
	g := &Gateway{followers: people.NewFollowers(), batches: talk.Batches{}}
	g.hall = client.NewHall(house, config, entry.Services(desk.NickServ(), desk.ChanServ()), g.idleSeconds)
	g.commands = g.table(hasher)
	addServices(g.commands, g.hall.Services)
	return g
}

// SetConfig changes the settings, for what happens from now on. Any goroutine.
func (g *Gateway) SetConfig(c Config) { g.hall.SetConfig(c) }

// Bind gives the gateway its door: engine.AddGateway(g). Before anything is accepted.
func (g *Gateway) Bind(way *engine.Way) { g.way = way }

// Name is how the gateway is called in settings and in lists of connections.
func (g *Gateway) Name() string { return "irc" }

// Accept makes the handler of a new connection, in clear or in TLS, for
// conn.ListenOptions.
func (g *Gateway) Accept(c *conn.Conn) conn.Handler {
	var k *connection
	g.way.Open(c, 0, func(s *engine.Session) engine.Protocol {
		k = g.begin(c, s, web.Lines)
		return k
	})
	return k
}

// AcceptWebSocket does so where WebSockets begin.
func (g *Gateway) AcceptWebSocket(c *conn.Conn) conn.Handler {
	config := g.hall.Config()
	return web.New(c, g.way, config.Origins, config.RegisterWithin, func(s *engine.Session, f web.Framing) web.Client {
		return g.begin(c, s, f)
	})
}

// begin makes a stranger's side of a session.
func (g *Gateway) begin(c *conn.Conn, s *engine.Session, f web.Framing) *connection {
	k := &connection{Client: client.Client{Hall: g.hall, Conn: c, Session: s, Pending: &client.Registration{}}, gateway: g}
	k.Frame(f)
	c.SetQueueBytesMax(strangerQueueBytesMax)
	c.WakeAfter(g.hall.Config().RegisterWithin)
	return k
}

// RefuseText is what somebody is told who may not come in.
func (g *Gateway) RefuseText(reason string) []byte {
	return render.AppendFarewell(nil, reason)
}

// Mask says which bits of a form matter to a kind of event.
func (g *Gateway) Mask(k chat.Kind) engine.Form { return render.Mask(k) }

// Render appends an event as everybody with the form sees it.
func (g *Gateway) Render(dst []byte, p *chat.Placed, f engine.Form) []byte {
	return g.hall.Renderer.Render(dst, p, f)
}

// Observe follows who is here.
func (g *Gateway) Observe(p *chat.Placed) {
	switch e := p.Event.(type) {
	case *chat.Attached:
		g.hall.People.Came(&e.Source, e.Realname, e.Flags)
		g.followers.Announce(e.Folded, irc.RPL_MONONLINE, render.SourceText(&e.Source))
	case *chat.Quit:
		g.hall.People.Went(&e.Source, e.Time)
		g.followers.Announce(names.Fold(e.Source.Nick), irc.RPL_MONOFFLINE, e.Source.Nick)
	case *chat.NickChanged:
		g.hall.People.Renamed(e)
		g.followers.ObserveNick(e)
	case *chat.AwayChanged:
		if !e.Unseen {
			g.followers.ObserveAway(e)
		}
	case *chat.FlagsChanged:
		g.hall.People.Flagged(e.Source.User, e.Flags)
	case *chat.HostChanged:
		g.hall.People.Rehosted(e)
		g.followers.ObserveHost(e)
	case *chat.RealnameChanged:
		g.hall.People.Described(e)
		g.followers.ObserveRealname(e)
	default:
		g.observeAccount(p)
	case *chat.Joined:
		g.followers.ObserveJoined(e, g.clientsIn(e.Room))
	case *chat.MetadataSet:
		g.followers.ObserveMetadata(e)
	case *chat.RoomRenamed:
		rooms.ObserveRenamed(e, g.clientsIn(e.Room))
	}
}

// clientsIn are the clients who are in a room.
func (g *Gateway) clientsIn(room chat.ConversationID) iter.Seq[*client.Client] {
	return func(yield func(*client.Client) bool) {
		for _, s := range g.way.InRoom(room) {
			if c, ok := s.Protocol().(*connection); ok && !yield(&c.Client) {
				return
			}
		}
	}
}

// observeAccount follows what happens to accounts and their sessions.
func (g *Gateway) observeAccount(p *chat.Placed) {
	switch e := p.Event.(type) {
	case *chat.SignedIn:
		g.hall.People.SignedIn(e)
		if e.Present {
			g.followers.Announce(names.Fold(e.Source.Nick), irc.RPL_MONOFFLINE, e.Source.Nick)
			return
		}
		g.followers.ObserveAccountName(&e.To, e.To.Account)
	case *chat.AccountMade:
		if e.Became {
			g.followers.ObserveAccountName(&e.Source, e.Account.Name)
		}
	case *chat.AccountDeleted:
		g.hall.People.Powerless(e.Account)
		if e.User.User != 0 {
			g.followers.ObserveAccountName(&e.User, "")
		}
	}
}

// idleSeconds is how long ago a user last said something, or came.
func (g *Gateway) idleSeconds(u *core.User) int64 {
	last := time.UnixMilli(int64(u.Since()))
	for _, r := range u.Sessions() {
		if s := g.way.Session(r.ID); s != nil && s.Spoke().After(last) {
			last = s.Spoke()
		}
	}
	return max(0, int64(g.hall.House.Engine.Now().Sub(last)/time.Second))
}
