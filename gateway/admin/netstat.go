package admin

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
)

// Connection is one connection at a gateway, as operators see it.
type Connection struct {
	ID       uint64    `json:"id"` // of the session; 0: it is none yet (a TLS handshake)
	Gateway  string    `json:"gateway"`
	User     string    `json:"user"`      // nick; empty: not registered
	Account  string    `json:"account"`   // empty: a guest
	Token    string    `json:"token"`     // label of the app password that signed it in
	Scope    string    `json:"scope"`     // of the app password; empty: everything
	AlwaysOn bool      `json:"always_on"` // the user stays without a connection
	Address  string    `json:"address"`
	Port     uint16    `json:"port"`
	Since    time.Time `json:"since"`
	Idle     float64   `json:"idle"` // seconds since its last byte
	BytesIn  int64     `json:"bytes_in"`
	BytesOut int64     `json:"bytes_out"`
	Queued   int       `json:"queued"` // bytes that it has not taken yet
	Charset  string    `json:"charset"`
	TLS      bool      `json:"tls"`
}

func (g *Gateway) netstat(ctx context.Context, r *Request) (any, error) {
	now := g.house.Engine.Now()
	// What the loop is asked for is copied there; the strings are made here.
	var sessions []Connection
	outlets := map[netip.AddrPort]int{} // place in sessions
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		l.Sessions(func(s *engine.Session) {
			if at, ok := s.Outlet().(gateway.Connection); ok {
				outlets[at.RemoteAddr()] = len(sessions)
			}
			sessions = append(sessions, describe(l, s, now))
		})
		if r.All {
			sessions = append(sessions, absent(l.State())...)
		}
	})
	if err != nil {
		return nil, err
	}
	if g.services.Connections != nil {
		g.services.Connections(func(name string, c gateway.Connection) {
			if i, known := outlets[c.RemoteAddr()]; known {
				sessions[i].Gateway = cmp.Or(sessions[i].Gateway, name)
				return
			}
			row := Connection{Gateway: name}
			row.measure(c, now)
			sessions = append(sessions, row)
		})
	}
	slices.SortFunc(sessions, func(a, b Connection) int { return cmp.Compare(a.ID, b.ID) })
	return sessions, nil
}

// describe is one session's row. On the loop.
func describe(l engine.Loop, s *engine.Session, now time.Time) Connection {
	row := Connection{ID: s.ID().N}
	if u := l.State().UserByID(s.User()); u != nil {
		row.belong(l.State(), u, s.ID())
	}
	if d, ok := s.Protocol().(gateway.Described); ok {
		row.Charset, row.TLS = d.Charset(), d.Encrypted()
	}
	if c, ok := s.Outlet().(gateway.Connection); ok {
		row.measure(c, now)
	}
	return row
}

// belong says whose a session is, and by what credential.
func (c *Connection) belong(state *core.State, u *core.User, id chat.SessionID) {
	c.User, c.Account, c.AlwaysOn = u.Nick(), u.Account(), u.Lasting()
	for _, session := range u.Sessions() {
		if session.ID != id {
			continue
		}
		c.Gateway = session.Gateway
		if a := state.AccountByID(u.ID()); a != nil {
			c.Token, c.Scope = tokenOf(a, session.Token)
		}
	}
}

// tokenOf is the label and the scope of an account's app password; both are empty for
// the account's own credentials.
func tokenOf(a *core.Account, id string) (label, scope string) {
	if id == "" {
		return "", ""
	}
	r := a.Record()
	for i := range r.Tokens {
		if t := &r.Tokens[i]; t.ID == id {
			return cmp.Or(t.Label, id), scopeOf(t)
		}
	}
	return id, "revoked"
}

// scopeOf is what an app password is good for; empty: for everything.
func scopeOf(t *chat.TokenRecord) string {
	scope := strings.Join(t.Rooms, ",")
	if t.ReadOnly {
		scope = strings.TrimSpace("read-only " + scope)
	}
	return scope
}

// absent are users who are always on and have no session. On the loop.
func absent(state *core.State) (rows []Connection) {
	for u := range state.Users() {
		if len(u.Sessions()) == 0 {
			rows = append(rows, Connection{User: u.Nick(), Account: u.Account(), AlwaysOn: true})
		}
	}
	return rows
}

func (c *Connection) measure(from gateway.Connection, now time.Time) {
	remote := from.RemoteAddr()
	if remote.IsValid() {
		c.Address, c.Port = remote.Addr().String(), remote.Port()
	}
	c.Since = from.Since().UTC()
	c.Idle = max(now.Sub(from.LastRead()), 0).Seconds()
	c.BytesIn, c.BytesOut, c.Queued = from.BytesIn(), from.BytesOut(), from.Queued()
}
