package chat

import (
	"strings"
	"unicode/utf8"
)

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

// LinesMax bounds the lines of one message.
const LinesMax = 100

// SignBytesMax bounds the sign of a reaction, in bytes of UTF-8; a longer one is shown
// once and not kept.
const SignBytesMax = 64

// Limits bound what one user can make State hold. They bind Decide alone: what has
// happened stays so when they change.
type Limits struct {
	RoomsPerUser int // rooms a user may be in at once
	Rooms        int // rooms there may be
	ListEntries  int // entries in each of a room's lists
	// RetentionDays is what a new room's retention is set to; 0: for ever.
	RetentionDays int
	// Registration says who may make accounts.
	Registration Registration
	// RequireAccount keeps guests out.
	RequireAccount bool
	// AlwaysOn is what new accounts begin with.
	AlwaysOn bool
	// Reserved are names that nobody may take, nor any that looks like one: the
	// server's, the network's, those of its staff.
	Reserved []string
	// ReservedHosts are hosts that no account is given, in lower case: the server's name,
	// and, beginning with a dot, endings of all cloaks.
	ReservedHosts []string
}

// Registration is who may make accounts.
type Registration uint8

// The policies.
const (
	OpenToAll    Registration = iota // anybody
	ByInvitation                     // whoever has an invitation
	ByOperators                      // operators only
)

// DefaultLimits are the limits of a server without settings.
func DefaultLimits() Limits {
	return Limits{RoomsPerUser: 100, Rooms: 50_000, ListEntries: 100}
}

// CheckText says why a text cannot be taken, or nil: it is too long, not UTF-8, or has a
// NUL or an end of line in it.
func CheckText(text string, bytesMax int) *Refusal {
	if len(text) > bytesMax {
		return &Refusal{Code: TextTooLong, Limit: bytesMax}
	}
	if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r\n") {
		return &Refusal{Code: TextInvalid}
	}
	return nil
}
