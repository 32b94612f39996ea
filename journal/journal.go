// Package journal is the contract for the ordered record of events. A batch that
// Append has accepted is on disk and is read back by every later Read, in the same
// order, exactly once; only what a chat.Redacted erased, or a chat.Edited replaced, comes
// back without its text, or with the new one, for ever. All implementations pass the suite in journaltest. It refuses
// to know what the events mean otherwise.
package journal

import (
	"context"
	"errors"

	"madang/chat"
)

// BatchBytesMax bounds one record.
const BatchBytesMax = 512 << 10

// What Append can fail with; test with errors.Is.
var (
	// ErrNotStored: nothing of the batch is in the journal, now or later.
	ErrNotStored = errors.New("not stored")
	// ErrUnknown: the batch may or may not be in the journal. Recover tells.
	ErrUnknown = errors.New("outcome unknown")
)

// Batch is the durable events of one turn: the i-th has position After+1+i.
type Batch struct {
	After  chat.Position
	Events []chat.Event
}

// Journal is the ordered record of durable events. Append and Recover are called
// by one goroutine, one call at a time; Read by any.
type Journal interface {
	// Append stores the batch as one record, with one fsync. An error is
	// ErrNotStored or ErrUnknown, wrapped with its cause.
	Append(ctx context.Context, b Batch) error
	// Recover reopens what a failed Append may have left in doubt and gives the last
	// position on disk. Until it succeeds nothing may be appended.
	Recover(ctx context.Context) (chat.Position, error)
	// Probe writes one small record that means nothing, with fsync, and says whether that works.
	Probe(ctx context.Context) error
	// Read gives the events behind the position in order, until yield returns false.
	Read(ctx context.Context, after chat.Position, yield func(chat.Position, chat.Event) bool) error
}
