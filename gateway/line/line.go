// Package line is the plain text gateway: whoever can open a TCP or UDP socket and send
// text is in the chat, be it nc, telnet or a beginner's ten lines of Python. A line
// is a message, a line that begins with a slash a command, and /json makes the same
// session fit for scripts.
//
// It promises that nothing of a connection takes effect before its first line turned
// out to be chat, that what others wrote cannot act on the reader's terminal, that a
// session resumed in JSON has neither hole nor double, and that a stranger on UDP
// neither costs memory nor makes the server send more than he sent himself.
//
// It refuses to decide who may do what, and to know IRC, the store and the files.
package line

import (
	"fmt"
	"net/netip"
	"strings"

	"madang/auth"
	"madang/chat"
	"madang/conn"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/line/reader"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// Config is the part of the configuration that this gateway is given.
type Config struct {
	Address      string // host:port for TCP and UDP alike; empty keeps the gateway shut
	LineBytesMax int    // of one line, its end not counted; LineBytesLeast to LineBytesMost
	ReplayLines  int    // earlier messages that a newcomer to a room is shown in plain text; 0 to ReplayMost
}

// Bounds of a Config.
const (
	LineBytesLeast = 512
	LineBytesMost  = line.LineBytesMax
	ReplayMost     = 1000
)

// DefaultConfig is loopback only, port 9999.
func DefaultConfig() Config {
	return Config{Address: "127.0.0.1:9999", LineBytesMax: line.LineBytesMax}
}

// Validate gives every problem as "key: what is wrong".
func (c Config) Validate() (problems []string) {
	if c.LineBytesMax < LineBytesLeast || c.LineBytesMax > LineBytesMost {
		problems = append(problems, fmt.Sprintf("line_bytes_max: %d is not between %d and %d", c.LineBytesMax, LineBytesLeast, LineBytesMost))
	}
	if c.ReplayLines < 0 || c.ReplayLines > ReplayMost {
		problems = append(problems, fmt.Sprintf("replay_lines: %d is not between 0 and %d", c.ReplayLines, ReplayMost))
	}
	return problems
}

// Gateway is the way in for plain text. It implements engine.Gateway.
type Gateway struct {
	// Fixed after Bind.
	house   gateway.House
	config  Config
	key     auth.Key // of the codes that let datagrams in
	history engine.History
	way     *engine.Way

	// Owned by the loop.
	renderer words.Renderer
	renamed  map[string]string // rooms by what they were called; nil: none was renamed
}

// New makes the gateway. The key makes the join codes of UDP. Bind it before use.
func New(house gateway.House, config Config, key auth.Key) *Gateway {
	return &Gateway{house: house, config: config, key: key, history: house.Engine.History(),
		renderer: words.Renderer{Epoch: house.Engine.Epoch()}}
}

// Bind gives the gateway its door: engine.AddGateway(g). Before anything is accepted.
func (g *Gateway) Bind(way *engine.Way) { g.way = way }

// Name is how the gateway is called in settings and in lists of connections.
func (g *Gateway) Name() string { return "line" }

// Mask says which bits of a form matter to a kind of event.
func (g *Gateway) Mask(k chat.Kind) engine.Form { return g.renderer.Mask(k) }

// Render appends an event as everybody with the form sees it.
func (g *Gateway) Render(dst []byte, p *chat.Placed, f engine.Form) []byte {
	return g.renderer.Render(dst, p, f)
}

// renamesMax bounds how many renamed rooms are followed.
const renamesMax = 1000

// Observe learns which rooms are called otherwise: sessions know their current one by
// its name.
func (g *Gateway) Observe(p *chat.Placed) {
	switch e := p.Event.(type) {
	case *chat.RoomRenamed:
		if len(g.renamed) >= renamesMax || g.renamed == nil {
			g.renamed = map[string]string{}
		}
		delete(g.renamed, e.Name)
		g.renamed[e.RoomName] = e.Name
	case *chat.RoomOpened:
		delete(g.renamed, e.RoomName)
	}
}

// nameNow follows a room's name through its changes.
func (g *Gateway) nameNow(room string) string {
	for range renamesMax {
		name, ok := g.renamed[room]
		if !ok {
			break
		}
		room = name
	}
	return room
}

// greeting and hint together are at most 100 bytes of ASCII (a test counts).
const greeting = "Hello, Client! Each line you send is a message to all. More: /help\n"

// Accept greets a new connection and makes its handler, for conn.ListenOptions.
func (g *Gateway) Accept(c *conn.Conn) conn.Handler {
	// The engine does not know the connection yet: nobody else appends.
	c.Append([]byte(greeting))
	c.Flush()
	l := reader.NewLink(c, g.config.LineBytesMax)
	l.Begin(g.way.Open(c, 0, func(s *engine.Session) engine.Protocol {
		return &talk{gateway: g, session: s, charset: l.Charset(), room: g.house.Lobby, from: c.RemoteAddr().Addr()}
	}))
	c.WakeAfter(reader.SilenceListens)
	return l
}

// RefuseText is what somebody is told who may not come in.
func (g *Gateway) RefuseText(reason string) []byte {
	b := append([]byte(nil), "Hello, Client! You cannot come in: "...)
	return append(line.AppendSafe(b, strings.TrimSuffix(reason, ".")), ".\n"...)
}

// UDP is the socket of the datagram side.
type UDP = reader.UDP

// ListenUDP receives datagrams at the address, host:port, until Close. The gateway is
// bound, and the engine runs.
func (g *Gateway) ListenUDP(address string) (*UDP, error) {
	return reader.ListenUDP(address, reader.UDPOptions{
		House: g.house, Gateway: g.Name(), Key: g.key, LineBytesMax: g.config.LineBytesMax,
		Open: func(out *reader.Outlet, from netip.Addr, charset *reader.Codec) *engine.Session {
			return g.way.Open(out, 0, func(s *engine.Session) engine.Protocol {
				return &talk{gateway: g, session: s, charset: charset, room: g.house.Lobby, from: from, datagrams: true}
			})
		},
	})
}
