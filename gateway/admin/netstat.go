package admin

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"time"

	"madang/engine"
	"madang/gateway"
)

// Connection is one connection at a gateway, as operators see it.
type Connection struct {
	ID       uint64    `json:"id"` // of the session; 0: it is none yet (a TLS handshake)
	Gateway  string    `json:"gateway"`
	User     string    `json:"user"` // nick; empty: not registered
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

func (g *Gateway) netstat(ctx context.Context, _ *Request) (any, error) {
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
		row.User, row.Gateway = u.Nick(), u.Gateway()
	}
	if d, ok := s.Protocol().(gateway.Described); ok {
		row.Charset, row.TLS = d.Charset(), d.Encrypted()
	}
	if c, ok := s.Outlet().(gateway.Connection); ok {
		row.measure(c, now)
	}
	return row
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
