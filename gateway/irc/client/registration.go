package client

import (
	"time"

	"madang/auth"
	"madang/chat"
)

// Registration is what a stranger has said about himself so far. Package entry owns it.
type Registration struct {
	Nick        string
	Wanted      string // the last nick that was asked for, taken or not
	Username    string
	Realname    string
	Password    string
	Away        string     // of IRCv3 pre-away
	Login       chat.Login // zero: a guest
	Negotiating bool       // CAP END is awaited
	Attaching   bool       // asked; the answer is awaited
	Through     bool       // a web gateway has said who he is
	Clear       bool       // his own connection, to the web gateway, is not encrypted
	// Waited is how long he waited for passwords to be worked out; that is not silence.
	Waited time.Duration
}

// waitedMax is twice what the last of a crowd waits.
const waitedMax = time.Minute

// Wait adds to what he waited, within a bound: who signs in again and again, rightly or
// wrongly, must register all the same.
func (r *Registration) Wait(d time.Duration) { r.Waited = min(r.Waited+d, waitedMax) }

// Signing is a SASL exchange under way (IRCv3 sasl-3.1). Package entry owns it.
type Signing struct {
	Exchange *auth.Exchange
	Chunks   auth.Assembler
	Login    chat.Login // what it leads to
	Guessing bool       // the next message is a guess: SCRAM's proof
}
