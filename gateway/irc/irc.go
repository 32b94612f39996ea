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
	"sync/atomic"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/conn"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/census"
	"madang/gateway/irc/desk"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Config is the part of the configuration that this gateway is given.
type Config struct {
	MOTD      string // lines of the message of the day; empty: there is none
	Operators []Operator
	Password  auth.Secret // every client must give it with PASS; empty: none
	Admin     []string    // up to three lines for ADMIN: where, who, mail address
	// ReplayLines is how many earlier messages of a room somebody is shown who joins
	// it; 0: none.
	ReplayLines int
	// RegisterEarly lets clients make accounts before the welcome.
	RegisterEarly bool
	// Icon is the address of the community's picture; empty: none.
	Icon string
	// PlaybackMessages is how many messages of a place the playback module plays at most.
	PlaybackMessages int
	// MultilineBytes and MultilineLines bound a message of several lines (IRCv3 multiline).
	MultilineBytes int
	MultilineLines int
	RegisterWithin time.Duration // a client that has not registered by then is hung up
	PingEvery      time.Duration // silence after which a client is asked whether it lives
	SilenceMax     time.Duration // silence after which it is hung up
	// WebIRC is who may say that a connection is somebody else's.
	WebIRC WebIRC
	// STS is the policy that clients are told who are connected in clear or with TLS
	// (https://ircv3.net/specs/extensions/sts); nil or empty: there is none.
	STS func(secure bool) string
	// Rehash takes the settings anew, for REHASH; nil: there is nothing to reload.
	Rehash func() error
}

// Operator is somebody who may use OPER.
type Operator struct {
	Name         string
	PasswordHash auth.Secret // argon2id in PHC format
	Masks        []string    // nick!username@host, of which one must fit; empty: any
	Powers       chat.Permission
}

// DefaultConfig is what a server without settings has.
func DefaultConfig() Config {
	return Config{
		ReplayLines:      30,
		RegisterEarly:    true,
		PlaybackMessages: history.MessagesMax,
		MultilineBytes:   chat.TextBytesMax,
		MultilineLines:   100,
		RegisterWithin:   15 * time.Second,
		PingEvery:        90 * time.Second,
		SilenceMax:       2 * time.Minute,
	}
}

// Queues of a connection, in bytes that the peer has not taken.
const (
	strangerQueueBytesMax = 256 << 10
	clientQueueBytesMax   = 1 << 20
)

// Gateway is the way in for IRC clients. It implements engine.Gateway.
type Gateway struct {
	// Fixed after Bind.
	house    gateway.House
	hasher   *auth.Hasher
	way      *engine.Way
	commands map[string]command
	services []service
	told     reply.House // what answers tell of the house

	// Any goroutine.
	config atomic.Pointer[Config]

	// Owned by the loop.
	message   irc.Message // the line being handled
	writer    writer      // what an answer is written with
	labelled  *labelled   // the asks of a line that has a label; nil: it has none
	renderer  *render.Renderer
	batches   uint64 // ids of batches given away
	strangers int    // sessions that have sent something and are not registered
	people    *census.Census
	monitors  map[string][]*client // who watches a folded nick
	// subscribers are who is told of changes of metadata under a key.
	subscribers map[string]map[*client]struct{}
}

// New makes the gateway. Bind it before use.
func New(house gateway.House, config Config, hasher *auth.Hasher) *Gateway {
	g := &Gateway{
		house: house, hasher: hasher, commands: commandTable(), services: services(desk.NickServ(), desk.ChanServ()),
		renderer: render.New(house.Name, house.Engine.Epoch()),
		people:   census.New(), monitors: map[string][]*client{}, subscribers: map[string]map[*client]struct{}{},
	}
	g.told = reply.House{
		Name: house.Name, Network: house.Network, Version: house.Version, Started: house.Started,
		Renderer: g.renderer, IdleSeconds: g.idleSeconds,
		Icon: func() string { return g.config.Load().Icon },
	}
	addServices(g.commands, g.services)
	g.SetConfig(config)
	return g
}

// SetConfig changes the settings, for what happens from now on. Any goroutine.
func (g *Gateway) SetConfig(c Config) { g.config.Store(&c) }

// Bind gives the gateway its door: engine.AddGateway(g). Before anything is accepted.
func (g *Gateway) Bind(way *engine.Way) { g.way = way }

// Name is how the gateway is called in settings and in lists of connections.
func (g *Gateway) Name() string { return "irc" }

// Accept makes the handler of a new connection, in clear or in TLS, for
// conn.ListenOptions.
func (g *Gateway) Accept(c *conn.Conn) conn.Handler {
	k := &client{gateway: g, conn: c, pending: &registration{}}
	c.SetQueueBytesMax(strangerQueueBytesMax)
	g.way.Open(c, 0, func(s *engine.Session) engine.Protocol {
		k.session = s
		return k
	})
	c.WakeAfter(g.config.Load().RegisterWithin)
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
	return g.renderer.Render(dst, p, f)
}

// Observe follows who is here.
func (g *Gateway) Observe(p *chat.Placed) {
	switch e := p.Event.(type) {
	case *chat.Attached:
		g.people.Came(&e.Source, e.Realname, e.Flags)
		g.announce(e.Folded, irc.RPL_MONONLINE, render.SourceText(&e.Source))
	case *chat.Quit:
		g.people.Went(&e.Source, e.Time)
		g.announce(fold(e.Source.Nick), irc.RPL_MONOFFLINE, e.Source.Nick)
	case *chat.NickChanged:
		g.people.Renamed(e)
		g.observeNick(e)
	case *chat.AwayChanged:
		g.observeAway(e)
	case *chat.FlagsChanged:
		g.people.Flagged(e.Source.User, e.Flags)
	case *chat.RealnameChanged:
		g.people.Described(e)
		g.observeRealname(e)
	default:
		g.observeAccount(p)
	case *chat.Joined:
		g.observeJoined(e)
	case *chat.MetadataSet:
		g.observeMetadata(e)
	case *chat.RoomRenamed:
		g.observeRenamed(e)
	}
}
