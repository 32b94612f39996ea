// Package chat is the words of Madang, those in which every gateway speaks: commands,
// events, refusals, records, and the numbers, ranks, powers and limits in them. It
// promises plain values, complete in themselves: package codec writes and reads every one,
// and whoever follows events needs nothing else. It refuses to know who is here and what
// he may do, which is for package core, and clocks, sockets, files and protocols.
package chat

import (
	"slices"
	"strconv"
)

// Time is milliseconds since 1970-01-01 UTC. The time of a later event is never
// smaller than that of an earlier one.
type Time int64

// Durations in the unit of Time.
const (
	Second Time = 1000
	Minute      = 60 * Second
	Hour        = 60 * Minute
	Day         = 24 * Hour
)

// Position orders the durable events of the whole server, from 1. Zero is "before
// everything".
type Position uint64

// Number counts the messages of one conversation, from 1, without gaps.
type Number uint64

// UserID names a user for ever: the number is never given to anybody else.
type UserID uint64

// ConversationID names a room or two people's direct messages for ever. A room that
// vanished and was made again has another one.
type ConversationID uint64

// SessionID names a session: the node that holds its connection, and a count there.
// The zero SessionID is the operator's console.
type SessionID struct {
	Node uint32
	N    uint64
}

// Console is the operator at the server itself: no session, every permission.
var Console = SessionID{}

// Epoch is a random number that changes when a backup is restored, so that message
// ids never come back with other content.
type Epoch uint32

// MessageID is how the world names a message: epoch and position.
func MessageID(epoch Epoch, position Position) string {
	b := make([]byte, 0, 24)
	b = strconv.AppendUint(b, uint64(epoch), 36)
	b = append(b, '-')
	b = strconv.AppendUint(b, uint64(position), 36)
	return string(b)
}

// ParseMessageID undoes MessageID; ok is false for anything else.
func ParseMessageID(id string) (epoch Epoch, position Position, ok bool) {
	for i := 0; i < len(id); i++ {
		if id[i] != '-' {
			continue
		}
		e, err := strconv.ParseUint(id[:i], 36, 32)
		p, err2 := strconv.ParseUint(id[i+1:], 36, 64)
		if err != nil || err2 != nil || MessageID(Epoch(e), Position(p)) != id {
			return 0, 0, false
		}
		return Epoch(e), Position(p), true
	}
	return 0, 0, false
}

// Address is an IPv6 address, or an IPv4 address in its mapped form; 16 bytes in
// network order. The zero Address is "none" (the console, a unix socket).
type Address [16]byte

// Scope is what ids of commands are remembered under: the digest of a guest's
// resume token. The zero Scope remembers nothing.
type Scope [16]byte

// Digest is what is kept of a secret that cannot be guessed: the first half of its
// SHA-256.
type Digest [16]byte

// Rank is the set of ranks a member holds in a room.
type Rank uint8

// The ranks, lowest first. A member may hold several.
const (
	Voice Rank = 1 << iota
	HalfOperator
	Operator
	Admin
	Owner
	NoRank Rank = 0
)

// rankNames are the ranks' names, NoRank's first.
var rankNames = [...]string{"none", "voice", "half-operator", "operator", "admin", "owner"}

// AtLeast says whether the highest rank of r is low or higher.
func (r Rank) AtLeast(low Rank) bool { return r >= low && low != 0 || low == 0 }

// IsOne says whether r is exactly one rank.
func (r Rank) IsOne() bool { return r != NoRank && r <= Owner && r&(r-1) == 0 }

// String is the English name of the highest rank of r: "owner", "admin", "operator",
// "half-operator", "voice" or "none".
func (r Rank) String() string {
	for i := len(rankNames) - 1; i > 0; i-- {
		if r >= 1<<(i-1) {
			return rankNames[i]
		}
	}
	return rankNames[0]
}

// ParseRank undoes String; ok is false for anything else.
func ParseRank(name string) (r Rank, ok bool) {
	i := slices.Index(rankNames[:], name)
	if i < 0 {
		return NoRank, false
	}
	return 1 << i >> 1, true
}

// UserFlags are a user's own switches.
type UserFlags uint8

// The flags of a user.
const (
	Invisible      UserFlags = 1 << iota // not listed to people who share no room
	Bot                                  // a program, and says so
	Wallops                              // wants operators' broadcasts
	ServerOperator                       // has some of an operator's powers, and says so
	Secure                               // all its connections are encrypted
	AccountsOnly                         // takes direct messages from accounts alone
	Unasked                              // takes no requests of other people's programs (CTCP)
)

// MessageKind is what a message is, not how it is written.
type MessageKind uint8

// The kinds of message.
const (
	Text      MessageKind = iota // said
	Notice                       // said by a program; never answered by one
	Action                       // "/me waves"
	Typed                        // tags without text (IRC: TAGMSG); never stored
	CTCP                         // a client's request to another client, DCC among them; never stored
	CTCPReply                    // the answer to one; never stored
)

// Stored says whether messages of this kind are kept in history.
func (k MessageKind) Stored() bool { return k <= Action }

// Tag is a client's own tag on a message, carried to everybody unread.
type Tag struct{ Key, Value string }

// Source is who did something, as he was called at that moment.
type Source struct {
	User     UserID // 0: the server's operator
	Nick     string
	Username string
	Host     string // a cloak or his account's, never an address
	Account  string // empty: a guest
	Bot      bool
	Lasting  bool // present without sessions too: what changes its presence is durable
	Operator bool // showed himself as the server's operator
}

// ConsoleNick is how the operator at the console is called in events. It is no legal
// nick, so that nobody can pass for it.
const ConsoleNick = "*madang*"

// NotConnected is why somebody does not answer who is always on and has no session, or
// none at which anybody ever sat.
const NotConnected = "not connected"
