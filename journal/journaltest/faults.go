package journaltest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"madang/chat"
	"madang/journal"
)

// testConcurrent follows the journal while it grows: every Read sees a prefix of the
// whole that is at least what had been accepted before.
func testConcurrent(t *testing.T, s Subject) {
	const batches, size = 40, 9
	var all []chat.Event
	for range batches {
		all = append(all, mixed(len(all), size)...)
	}
	accepted := make(chan int, batches)
	var reader sync.WaitGroup
	reader.Go(func() {
		after := 0
		for floor := range accepted {
			got := collect(t, s.Journal, chat.Position(after))
			if after+len(got) < floor {
				t.Errorf("a read ends at %d though %d was accepted", after+len(got), floor)
			}
			compare(t, after, got, all[after:min(after+len(got), len(all))])
			after += len(got)
		}
		if after != len(all) {
			t.Errorf("the reader got to %d of %d", after, len(all))
		}
	})
	for n := 0; n < len(all); n += size {
		appendEvents(t, s.Journal, all[:n], all[n:n+size])
		accepted <- n + size
	}
	close(accepted)
	reader.Wait()
}

func testNotStored(t *testing.T, s Subject) {
	needFaults(t, s)
	all := appendEvents(t, s.Journal, nil, messages(0, 3))
	s.FailNext(NotStored)
	failAppend(t, s.Journal, all, messages(3, 2), journal.ErrNotStored)
	expect(t, s.Journal, all)
	all = appendEvents(t, s.Journal, all, mixed(3, 4))
	expect(t, s.Reopen(), all)
}

func testUnknown(t *testing.T, s Subject) {
	needFaults(t, s)
	all := appendEvents(t, s.Journal, nil, messages(0, 3))
	for _, fault := range []Fault{UnknownLost, UnknownStored} {
		batch := mixed(len(all), 5)
		s.FailNext(fault)
		failAppend(t, s.Journal, all, batch, journal.ErrUnknown)
		failAppend(t, s.Journal, all, batch, journal.ErrNotStored) // not before Recover
		if fault == UnknownStored {
			all = append(all, batch...)
		}
		expectRecover(t, s.Journal, len(all))
		expect(t, s.Journal, all)
		all = appendEvents(t, s.Journal, all, messages(len(all), 1))
	}
	expect(t, s.Reopen(), all)
}

func testManyFaults(t *testing.T, s Subject) {
	needFaults(t, s)
	var all []chat.Event
	for round := range 30 {
		batch := mixed(len(all), 1+round%5)
		fault := Fault(round % 4)
		if fault > UnknownLost {
			all = appendEvents(t, s.Journal, all, batch)
			continue
		}
		s.FailNext(fault)
		if fault == NotStored {
			failAppend(t, s.Journal, all, batch, journal.ErrNotStored)
			continue
		}
		failAppend(t, s.Journal, all, batch, journal.ErrUnknown)
		if fault == UnknownStored {
			all = append(all, batch...)
		}
		expectRecover(t, s.Journal, len(all))
	}
	expect(t, s.Journal, all)
	expect(t, s.Reopen(), all)
}

func needFaults(t *testing.T, s Subject) {
	t.Helper()
	if s.FailNext == nil {
		t.Skip("this journal cannot be made to fail")
	}
}

func failAppend(t *testing.T, j journal.Journal, all, batch []chat.Event, want error) {
	t.Helper()
	err := j.Append(context.Background(), journal.Batch{After: chat.Position(len(all)), Events: batch})
	if !errors.Is(err, want) {
		t.Fatalf("append after %d: %v, want %v", len(all), err, want)
	}
}

func expectRecover(t *testing.T, j journal.Journal, want int) {
	t.Helper()
	last, err := j.Recover(context.Background())
	if err != nil || last != chat.Position(want) {
		t.Fatalf("recover: %d, %v, want %d", last, err, want)
	}
}
