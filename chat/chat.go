// Package chat is the core of Madang: the words in which every gateway speaks
// (commands, events, refusals) and State, which decides. It promises that Decide
// and Apply are pure: the same state and the same command give the same events on
// every machine, and every event can be undone. It refuses to know clocks, random
// numbers, sockets, files and protocols: time and identifiers come in as values.
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
)

// Permission is a set of an operator's powers.
type Permission uint32

// The powers.
const (
	MayKill      Permission = 1 << iota // end other people's sessions
	MayBan                              // keep people out of the server
	MayRule                             // act in every room as its owner
	MaySee                              // what is hidden: secret rooms, invisible people, addresses
	MayRegister                         // make, change and delete other people's accounts
	MayBroadcast                        // speak to everybody
	MayServe                            // reload settings
	MayAudit                            // read what operators did
	MayErase                            // erase other people's messages
	MayRelay                            // speak in other names (IRC: RELAYMSG)
	NoPermission Permission = 0
	// EveryPermission is all that the console has.
	EveryPermission = MayRelay<<1 - 1
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

// Text limits of the core, in bytes of UTF-8; gateways have their own, smaller ones.
const (
	TextBytesMax     = 16 << 10
	TopicBytesMax    = 390
	ReasonBytesMax   = 390
	AwayBytesMax     = 390
	RealnameBytesMax = 150
	UsernameBytesMax = 10
	KeyBytesMax      = 23
	MaskBytesMax     = 200
	TagBytesMax      = 4094
	CommandIDMax     = 64
)
