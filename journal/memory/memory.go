// Package memory is a journal that lives in memory, for tests and simulation. It
// promises to fail exactly as its plan says and otherwise to keep the contract of
// package journal; the same calls with the same plan give the same answers. It
// refuses to know disks, clocks and chance, and nothing of it outlives the process.
package memory

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"madang/chat"
	"madang/chat/codec"
	"madang/journal"
)

// What a planned fault gives as its cause; test with errors.Is.
var (
	// ErrPlanned is the cause of every planned failure.
	ErrPlanned = errors.New("planned fault")
	// ErrCrashed is what every call gives between a crash and Restart.
	ErrCrashed = errors.New("crashed")
)

// Fault is how an Append fails.
type Fault uint8

// The faults.
const (
	None          Fault = iota
	NotStored           // refused: nothing is kept
	UnknownStored       // outcome unknown, and the batch is kept
	UnknownLost         // outcome unknown, and the batch is lost
	CrashStored         // the process dies after the batch was synced
	CrashLost           // the process dies and what was not synced with it
	FaultsEnd           // one more than the last
)

// String is the fault in words.
func (f Fault) String() string {
	names := [FaultsEnd]string{"none", "not stored", "unknown, stored", "unknown, lost", "crash, stored", "crash, lost"}
	if f < FaultsEnd {
		return names[f]
	}
	return "no such fault"
}

// Plan says what fails. The zero Plan fails nothing.
type Plan struct {
	// Appends holds the fault of the k-th Append, counted from 1 over the life of
	// the journal, restarts included.
	Appends map[int]Fault
	// RecoverFailures is how many times Recover fails after each unknown outcome
	// before it succeeds.
	RecoverFailures int
	// ProbeFailures is how many times Probe fails after each failed Append.
	ProbeFailures int
}

// Counts says what has happened to a journal.
type Counts struct {
	Appends  int            // calls of Append
	Recovers int            // calls of Recover, failed ones included
	Faults   [FaultsEnd]int // appends by their fate
}

// Journal is a journal.Journal in memory. Its methods may be called by any goroutine.
type Journal struct {
	mu             sync.Mutex // guards what follows
	plan           Plan
	events         [][]byte                          // the i-th has position i+1
	about          map[chat.Position][]chat.Position // edits of and reactions to a message
	gone           map[chat.Position]bool            // messages erased
	inDoubt        bool                              // Recover must succeed before the next Append
	crashed        bool
	recoverToFail  int
	probesToFail   int
	counts         Counts
	nextFault      Fault
	nextFaultGiven bool
}

var _ journal.Journal = (*Journal)(nil)

// New makes an empty journal that fails by the plan.
func New(plan Plan) *Journal { return &Journal{plan: plan} }

// FailNext makes the next Append fail in this way, whatever the plan says of it.
func (j *Journal) FailNext(f Fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.nextFault, j.nextFaultGiven = f, true
}

// Restart ends a crash: the journal is as a new process finds it on disk.
func (j *Journal) Restart() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.crashed, j.inDoubt, j.recoverToFail, j.probesToFail = false, false, 0, 0
}

// Counts says what has happened so far.
func (j *Journal) Counts() Counts {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.counts
}

// Last is the position of the last event kept.
func (j *Journal) Last() chat.Position {
	j.mu.Lock()
	defer j.mu.Unlock()
	return chat.Position(len(j.events))
}

// Append is journal.Journal's.
func (j *Journal) Append(ctx context.Context, b journal.Batch) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.crashed {
		return fmt.Errorf("append batch after %d: %w: %w", b.After, journal.ErrUnknown, ErrCrashed)
	}
	if err := ctx.Err(); err != nil {
		return notStored(b, err)
	}
	if j.inDoubt {
		return notStored(b, errors.New("an earlier batch is in doubt: recover first"))
	}
	if last := chat.Position(len(j.events)); b.After != last {
		return notStored(b, fmt.Errorf("the journal ends at %d", last))
	}
	events, err := encode(b)
	if err != nil {
		return notStored(b, err)
	}
	return j.storeLocked(b, events)
}

func notStored(b journal.Batch, cause error) error {
	return fmt.Errorf("append batch after %d: %w: %w", b.After, journal.ErrNotStored, cause)
}

func encode(b journal.Batch) ([][]byte, error) {
	events := make([][]byte, 0, len(b.Events))
	total := 0
	for _, e := range b.Events {
		if e.Class() != chat.Durable {
			return nil, fmt.Errorf("%T is not durable", e)
		}
		encoded := codec.AppendEvent(nil, e)
		total += len(encoded)
		events = append(events, encoded)
	}
	if total > journal.BatchBytesMax {
		return nil, fmt.Errorf("%d bytes are more than a record holds", total)
	}
	return events, nil
}

// storeLocked keeps the events or fails, as planned.
func (j *Journal) storeLocked(b journal.Batch, events [][]byte) error {
	j.counts.Appends++
	fault := j.plan.Appends[j.counts.Appends]
	if j.nextFaultGiven {
		fault, j.nextFaultGiven = j.nextFault, false
	}
	j.counts.Faults[fault]++
	if fault == None || fault == UnknownStored || fault == CrashStored {
		j.events = append(j.events, events...)
		j.forgetLocked(b)
	}
	switch fault {
	case None:
		return nil
	case NotStored:
		j.probesToFail = j.plan.ProbeFailures
		return notStored(b, ErrPlanned)
	case CrashStored, CrashLost:
		j.crashed = true
		return fmt.Errorf("append batch after %d: %w: %w", b.After, journal.ErrUnknown, ErrCrashed)
	}
	j.inDoubt = true
	j.recoverToFail, j.probesToFail = j.plan.RecoverFailures, j.plan.ProbeFailures
	return fmt.Errorf("append batch after %d: %w: %w", b.After, journal.ErrUnknown, ErrPlanned)
}

// Recover is journal.Journal's.
func (j *Journal) Recover(ctx context.Context) (chat.Position, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counts.Recovers++
	if err := j.failureLocked(ctx, &j.recoverToFail); err != nil {
		return 0, fmt.Errorf("recover journal: %w", err)
	}
	j.inDoubt = false
	return chat.Position(len(j.events)), nil
}

// Probe is journal.Journal's.
func (j *Journal) Probe(ctx context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.failureLocked(ctx, &j.probesToFail); err != nil {
		return fmt.Errorf("probe journal: %w", err)
	}
	return nil
}

// failureLocked counts a planned failure down.
func (j *Journal) failureLocked(ctx context.Context, left *int) error {
	if j.crashed {
		return ErrCrashed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if *left > 0 {
		*left--
		return ErrPlanned
	}
	return nil
}

// Read is journal.Journal's. Events are decoded anew for every reader.
func (j *Journal) Read(ctx context.Context, after chat.Position, yield func(chat.Position, chat.Event) bool) error {
	for position := after + 1; ; position++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read journal after %d: %w", position-1, err)
		}
		encoded, err := j.at(position)
		if encoded == nil || err != nil {
			return err
		}
		e, _, err := codec.DecodeEvent(encoded)
		if err != nil {
			return fmt.Errorf("read journal at %d: %w", position, err)
		}
		if !yield(position, e) {
			return nil
		}
	}
}

// at gives the encoded event at a position; nil is the end.
func (j *Journal) at(position chat.Position) ([]byte, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.crashed {
		return nil, fmt.Errorf("read journal at %d: %w", position, ErrCrashed)
	}
	if position > chat.Position(len(j.events)) {
		return nil, nil
	}
	return j.events[position-1], nil
}
