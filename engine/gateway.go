package engine

import (
	"madang/chat"
)

// Form is the bits that change how one gateway renders events: capabilities, the
// charset, the language. What a bit means is the gateway's own affair.
type Form uint64

// Gateway is what the engine needs of a way in. All methods are called on the loop.
type Gateway interface {
	Name() string
	// Mask says which bits of a form matter to events of a kind. It is asked once.
	Mask(chat.Kind) Form
	// Render appends the event as everybody with this form sees it who is not its
	// actor. Appending nothing is an answer.
	Render(dst []byte, p *chat.Placed, f Form) []byte
	// Observe is shown every event after its delivery, in order.
	Observe(*chat.Placed)
}

// Protocol is a gateway's side of one session. All methods are called on the loop.
type Protocol interface {
	// Input is handled by calling Session.Do, any number of times.
	Input(Input)
	// Personal appends an event as the one it befell sees it: who was kicked,
	// invited, or ended (chat.Quit; the session is closed afterwards). Appending
	// nothing means: as everybody.
	Personal(dst []byte, p *chat.Placed) []byte
	// Farewell appends the last words of the server to this session.
	Farewell(dst []byte, reason string) []byte
	// Ended is the last call: the session is over.
	Ended()
}

// Outlet is where a session's bytes go. Append, Flush, Queued and Close are called on
// the loop.
type Outlet interface {
	Append(b []byte) // b is not changed until Flush returns
	Flush()
	Queued() int // bytes that the peer has not taken yet
	Close(reason error)
	Pause() // stop giving input
	Resume()
}

// InputKind is what arrived.
type InputKind uint8

// The kinds of input.
const (
	Line    InputKind = iota // one message of the gateway's grammar
	Problem                  // input that was no message; Code says why
	Timer                    // the time that the gateway set has come
	End                      // no more input; Data is why, empty when the peer said goodbye
	drained                  // the peer took what was queued
	opened                   // the session begins
)

// Input is one thing that arrived for a session. Data is valid during the call.
type Input struct {
	Kind InputKind
	Code uint8
	Data []byte
}
