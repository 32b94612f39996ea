package client

import (
	"net/netip"
	"slices"
	"time"

	"madang/auth"
	"madang/chat"
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
	// Origins are the web sites whose pages may come besides the host's own; "*" is all.
	Origins []string
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

// Operator is the operator of a name, or nil.
func (c *Config) Operator(name string) *Operator {
	for i := range c.Operators {
		if c.Operators[i].Name == name {
			return &c.Operators[i]
		}
	}
	return nil
}

// WebIRC is who may say that a connection is somebody else's: web gateways and
// bouncers that the operator trusts.
type WebIRC struct {
	Password auth.Secret // empty: nobody may
	Trusted  []netip.Prefix
}

// Trusts says whether an address is one of a web gateway.
func (w *WebIRC) Trusts(a netip.Addr) bool {
	return !w.Password.IsZero() && slices.ContainsFunc(w.Trusted, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}
