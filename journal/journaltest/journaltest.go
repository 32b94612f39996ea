// Package journaltest is the suite that every journal passes: what package journal
// promises, as tests. It promises to find a journal that loses, doubles, reorders or
// changes an event. It refuses to know how a journal is stored.
package journaltest

import (
	"context"
	"errors"
	"testing"

	"madang/chat"
	"madang/journal"
)

// Fault is how the suite asks a journal to fail.
type Fault uint8

// The faults.
const (
	NotStored     Fault = iota // the batch is refused before anything is certain to stay
	UnknownStored              // the commit reports an error though the batch is kept
	UnknownLost                // the commit reports an error and the batch is gone
)

// Subject is one empty journal under test.
type Subject struct {
	Journal journal.Journal
	// Reopen ends the journal without ceremony, as a crash does, and opens what it
	// left behind.
	Reopen func() journal.Journal
	// FailNext makes the next Append fail. Nil: such tests are skipped.
	FailNext func(Fault)
}

// Run checks the contract. Open is called for each part with that part's t and gives
// a fresh journal; it registers its own cleaning up.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	parts := []struct {
		name string
		test func(*testing.T, Subject)
	}{
		{"empty", testEmpty},
		{"order", testOrder},
		{"every kind of event", testKinds},
		{"any position", testAnyPosition},
		{"wrong place", testWrongPlace},
		{"only durable events", testOnlyDurable},
		{"large batches", testLarge},
		{"reopen", testReopen},
		{"edited", testEdited},
		{"erased", testErased},
		{"read while appending", testConcurrent},
		{"cancelled", testCancelled},
		{"probe", testProbe},
		{"fault: not stored", testNotStored},
		{"fault: unknown", testUnknown},
		{"fault: again and again", testManyFaults},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) { p.test(t, open(t)) })
	}
}

func testEmpty(t *testing.T, s Subject) {
	expect(t, s.Journal, nil)
	if last, err := s.Journal.Recover(context.Background()); last != 0 || err != nil {
		t.Fatalf("recover of an empty journal: %d, %v", last, err)
	}
}

func testOrder(t *testing.T, s Subject) {
	var all []chat.Event
	for size := range 20 {
		all = appendEvents(t, s.Journal, all, messages(len(all), size+1))
	}
	expect(t, s.Journal, all)
}

func testKinds(t *testing.T, s Subject) {
	all := appendEvents(t, s.Journal, nil, oneOfEach())
	expect(t, s.Journal, all)
	for _, e := range oneOfEach() {
		all = appendEvents(t, s.Journal, all, []chat.Event{e})
	}
	expect(t, s.Reopen(), all)
}

func testAnyPosition(t *testing.T, s Subject) {
	var all []chat.Event
	for range 9 {
		all = appendEvents(t, s.Journal, all, mixed(len(all), 7))
	}
	for after := range len(all) + 3 {
		rest := all[min(after, len(all)):]
		expectAfter(t, s.Journal, chat.Position(after), rest)
	}
	var seen int
	err := s.Journal.Read(context.Background(), 3, func(chat.Position, chat.Event) bool {
		seen++
		return seen < 5
	})
	if err != nil || seen != 5 {
		t.Fatalf("a reader that stops at the fifth event saw %d: %v", seen, err)
	}
}

func testWrongPlace(t *testing.T, s Subject) {
	all := appendEvents(t, s.Journal, nil, messages(0, 5))
	for _, after := range []chat.Position{0, 4, 6, 1 << 40} {
		err := s.Journal.Append(context.Background(), journal.Batch{After: after, Events: messages(5, 1)})
		if !errors.Is(err, journal.ErrNotStored) {
			t.Fatalf("append after %d to a journal that ends at 5: %v", after, err)
		}
	}
	all = appendEvents(t, s.Journal, all, messages(5, 1))
	expect(t, s.Journal, all)
}

func testOnlyDurable(t *testing.T, s Subject) {
	presence := journal.Batch{Events: append(messages(0, 2), &chat.AwayChanged{Text: "tea"})}
	if err := s.Journal.Append(context.Background(), presence); !errors.Is(err, journal.ErrNotStored) {
		t.Fatalf("append of a presence event: %v", err)
	}
	expect(t, s.Journal, appendEvents(t, s.Journal, nil, messages(0, 2)))
}

func testLarge(t *testing.T, s Subject) {
	all := appendEvents(t, s.Journal, nil, large(0, journal.BatchBytesMax-24<<10))
	all = appendEvents(t, s.Journal, all, messages(len(all), 3000))
	over := journal.Batch{After: chat.Position(len(all)), Events: large(len(all), journal.BatchBytesMax+32<<10)}
	if err := s.Journal.Append(context.Background(), over); !errors.Is(err, journal.ErrNotStored) {
		t.Fatalf("append of more than a record holds: %v", err)
	}
	all = appendEvents(t, s.Journal, all, messages(len(all), 1))
	expect(t, s.Reopen(), all)
}

func testReopen(t *testing.T, s Subject) {
	var all []chat.Event
	for range 4 {
		all = appendEvents(t, s.Journal, all, mixed(len(all), 13))
		s.Journal = s.Reopen()
		last, err := s.Journal.Recover(context.Background())
		if err != nil || last != chat.Position(len(all)) {
			t.Fatalf("after reopening the journal ends at %d, not %d: %v", last, len(all), err)
		}
		expect(t, s.Journal, all)
	}
}

func testCancelled(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := s.Journal.Append(ctx, journal.Batch{Events: messages(0, 1)})
	if !errors.Is(err, journal.ErrNotStored) {
		t.Fatalf("append with an ended context: %v", err)
	}
	all := appendEvents(t, s.Journal, nil, messages(0, 1))
	if err := s.Journal.Read(ctx, 0, func(chat.Position, chat.Event) bool { return true }); !errors.Is(err, context.Canceled) {
		t.Fatalf("read with an ended context: %v", err)
	}
	expect(t, s.Journal, all)
}

func testProbe(t *testing.T, s Subject) {
	all := appendEvents(t, s.Journal, nil, messages(0, 3))
	for range 3 {
		if err := s.Journal.Probe(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	all = appendEvents(t, s.Journal, all, messages(3, 3))
	expect(t, s.Reopen(), all)
}
