// Package sim plays whole worlds from a seed: clients who talk, lose their connections
// and try again, a sequencer, a journal that fails in every way it may, a machine that
// crashes and a clock that jumps. Checkers watch the promises: one order for all, no
// gap, nothing twice, nothing shown before it is committed or lost after, and in the
// end everybody answered. The same seed gives the same world, step by step. It refuses
// to know goroutines, sockets and real time; what it drives is the engine's logic, not
// the engine.
package sim

import "fmt"

// Fault is one kind of misfortune.
type Fault uint8

// The kinds of misfortune.
const (
	NotStored     Fault = iota // a commit failed
	UnknownStored              // a commit's outcome was unknown, and it was there
	UnknownLost                // a commit's outcome was unknown, and it was not
	RecoverFailed              // the journal could not be read again
	ProbeFailed                // a probe of a failing disk failed
	CrashIdle                  // the process died between commits
	CrashStored                // the process died in a commit that was on disk
	CrashLost                  // the process died in a commit that was not
	CrashInDoubt               // the process died before it knew an unknown outcome
	FromSnapshot               // a restart found a snapshot and a tail behind it
	ClockBack                  // the system clock was set back
	ClockAhead                 // the system clock jumped ahead
	Cut                        // a connection was lost, with what was under way to the client
	RequestLost                // a connection was lost, with what was under way to the server
	Slow                       // a session did not read and was hung up
	Unconfirmed                // an asker was told that nobody knows
	AfterAll                   // what nobody knew was on disk after all, and was shown late
	Retried                    // a message was sent again with the same id
	Refused                    // a message was refused as not stored
	Shared                     // two clients are sessions of one account
	Lasted                     // somebody always on was in a room when the node started
	FaultsEnd                  // one more than the last
)

// String is the fault in words.
func (f Fault) String() string {
	names := [FaultsEnd]string{
		"not stored", "unknown, stored", "unknown, lost", "recover failed", "probe failed", "crash, idle", "crash, stored",
		"crash, lost", "crash in doubt", "restart from snapshot", "clock back", "clock ahead", "connection cut",
		"request lost", "slow session", "told unconfirmed", "stored after all", "retried", "refused",
		"shared account", "always on over a restart",
	}
	if f < FaultsEnd {
		return names[f]
	}
	return "no such fault"
}

// Counts says how often each fault occurred.
type Counts [FaultsEnd]int

// Mutation is a fault planted in the driver of the sequencer, which the checkers must
// find.
type Mutation uint8

// The mutations.
const (
	Faithful          Mutation = iota // none
	DeliverEarly                      // deliver a batch before it is committed
	FailureIgnored                    // take a failed commit for a good one
	DoubtIgnored                      // take an unknown outcome for a failed one
	DoubtBelieved                     // take a suspended batch for one that is on disk
	LostUndo                          // keep the events of a failed batch in the state
	LostAnswer                        // forget who asked when a batch failed
	DoubledRetry                      // lose the id of a message sent again
	ForgottenStart                    // do not tell the state that the node starts
	SkippedTail                       // restart from the snapshot alone
	ResumeGap                         // begin history one message late
	ResumeOverlap                     // end history late, in what is delivered live
	SwappedDeliveries                 // give some sessions two messages in the wrong order
	FirstSessionOnly                  // give messages to a user's first session alone
	MutationsEnd                      // one more than the last
)

// String is the mutation in words.
func (m Mutation) String() string {
	names := [MutationsEnd]string{
		"faithful", "deliver early", "failure ignored", "doubt ignored", "doubt believed", "lost undo", "lost answer", "doubled retry",
		"forgotten start", "skipped tail", "resume gap", "resume overlap", "swapped deliveries",
		"first session only",
	}
	if m < MutationsEnd {
		return names[m]
	}
	return "no such mutation"
}

// Report is what became of a world.
type Report struct {
	Seed      uint64
	Steps     int
	Digest    uint64 // of everything that happened, in order
	Faults    Counts
	Messages  int   // in the journal at the end
	Violation error // the first promise broken; nil: none
}

const (
	stormySteps  = 600  // with faults, at least
	calmStepsMax = 4000 // without, until everybody must be answered
)

// Run plays the world of a seed.
func Run(seed uint64) Report { return RunWith(seed, Faithful) }

// RunWith plays the world of a seed with a fault planted.
func RunWith(seed uint64, m Mutation) (report Report) {
	w := newWorld(seed, m)
	defer func() {
		if p := recover(); p != nil {
			w.fail("panic: %v", p)
		}
		report = w.report()
	}()
	for w.violation == nil && w.steps < w.stormy {
		w.step()
	}
	w.calm = true
	for last := w.steps + calmStepsMax; w.violation == nil && !w.settled(); {
		if w.steps == last {
			w.fail("after %d quiet steps somebody still waits: %s", calmStepsMax, w.waiting())
		}
		w.step()
	}
	if w.violation == nil {
		w.checkEnd()
	}
	return report
}

func (w *world) report() Report {
	return Report{
		Seed: w.seed, Steps: w.steps, Digest: w.digest.Sum64(), Faults: w.faults, Messages: len(w.ledger.texts), Violation: w.violation,
	}
}

// fail notes the first violation.
func (w *world) fail(format string, args ...any) {
	if w.violation == nil {
		w.violation = fmt.Errorf("seed %d, step %d: %w", w.seed, w.steps, fmt.Errorf(format, args...))
	}
}
