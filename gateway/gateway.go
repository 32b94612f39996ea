// Package gateway is what all gateways share: what they are told about the house, how
// people sign in, and how addresses are written in the core. It refuses to know any
// protocol.
package gateway

import (
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/conn"
	"madang/engine"
)

// House is what a gateway is told about the server. It does not change.
type House struct {
	Engine  *engine.Engine
	Name    string // of the server, as IRC needs it: my.server.example
	Network string // of the community, for people
	Version string // madang-1.2.3
	Lobby   string // the room that guests of the plain-text gateway find themselves in
	Started time.Time
	Cloak   func(netip.Addr) string // what others see instead of an address
	Random  io.Reader
	// Accounts is how people sign in.
	Accounts *Accounts
	// SASL starts their exchanges where a protocol has SASL.
	SASL   *auth.SASL
	Logger *slog.Logger
	// Unlimited says that throttles and limits for each address are off.
	Unlimited bool
}

// NewCode draws a code for people to type: it confirms a mail address, or invites.
func (h *House) NewCode() (string, error) {
	return auth.NewTypedCode(h.Random)
}

// Now is the time as the core counts it.
func (h *House) Now() chat.Time { return chat.Time(h.Engine.Now().UnixMilli()) }

// MinuteText is a time as people read it.
func MinuteText(t chat.Time) string {
	return time.UnixMilli(int64(t)).UTC().Format("2006-01-02 15:04 UTC")
}

// AccountName is the name of an account that is there; else empty.
func AccountName(state *core.State, id chat.UserID) string {
	if account := state.AccountByID(id); account != nil {
		return account.Name()
	}
	return ""
}

// Connection is what an outlet can tell about its peer, for operators.
type Connection interface {
	RemoteAddr() netip.AddrPort
	Since() time.Time
	LastRead() time.Time
	BytesIn() int64
	BytesOut() int64
	Queued() int // bytes
}

// Described is a protocol that can tell more about its session. On the loop only.
type Described interface {
	Charset() string // "utf-8" or "cp949"
	Encrypted() bool
}

// CoreAddress is an address as the core holds it.
func CoreAddress(a netip.Addr) chat.Address {
	if !a.IsValid() {
		return chat.Address{}
	}
	return a.As16()
}

// NetAddress undoes CoreAddress; IPv4 is not in its IPv6 form.
func NetAddress(a chat.Address) netip.Addr {
	if a == (chat.Address{}) {
		return netip.Addr{}
	}
	return netip.AddrFrom16(a).Unmap()
}

// EndWords is what others read of the end of a connection; empty: its peer ended it as
// one should. An error's own words may hold an address.
func EndWords(reason error) string {
	switch {
	case reason == nil:
		return ""
	case errors.Is(reason, conn.ErrSlowReader):
		return "reads too slowly"
	case errors.Is(reason, conn.ErrNetClosed):
		return "the server is stopping"
	}
	return "connection lost"
}
