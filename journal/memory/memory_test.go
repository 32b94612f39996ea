package memory_test

import (
	"context"
	"errors"
	"testing"

	"madang/chat"
	"madang/journal"
	"madang/journal/journaltest"
	"madang/journal/memory"
)

func TestContract(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journaltest.Subject {
		j := memory.New(memory.Plan{})
		faults := map[journaltest.Fault]memory.Fault{
			journaltest.NotStored:     memory.NotStored,
			journaltest.UnknownStored: memory.UnknownStored,
			journaltest.UnknownLost:   memory.UnknownLost,
		}
		return journaltest.Subject{
			Journal:  j,
			Reopen:   func() journal.Journal { j.Restart(); return j },
			FailNext: func(f journaltest.Fault) { j.FailNext(faults[f]) },
		}
	})
}

func batch(after chat.Position, texts ...string) journal.Batch {
	b := journal.Batch{After: after}
	for _, text := range texts {
		b.Events = append(b.Events, &chat.TopicSet{Room: 1, Text: text})
	}
	return b
}

func TestPlan(t *testing.T) {
	ctx := context.Background()
	j := memory.New(memory.Plan{
		Appends:         map[int]memory.Fault{2: memory.NotStored, 3: memory.UnknownStored, 4: memory.CrashLost, 5: memory.CrashStored},
		RecoverFailures: 2,
		ProbeFailures:   1,
	})
	if err := j.Append(ctx, batch(0, "a")); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(ctx, batch(1, "b")); !errors.Is(err, journal.ErrNotStored) || !errors.Is(err, memory.ErrPlanned) {
		t.Fatalf("second append: %v", err)
	}
	if j.Probe(ctx) == nil || j.Probe(ctx) != nil {
		t.Fatal("the first probe after a failure fails, the second does not")
	}
	if err := j.Append(ctx, batch(1, "b")); !errors.Is(err, journal.ErrUnknown) {
		t.Fatalf("third append: %v", err)
	}
	for range 2 {
		if _, err := j.Recover(ctx); !errors.Is(err, memory.ErrPlanned) {
			t.Fatalf("recover: %v", err)
		}
	}
	if last, err := j.Recover(ctx); last != 2 || err != nil {
		t.Fatalf("recover: %d, %v", last, err)
	}
	if err := j.Append(ctx, batch(2, "c")); !errors.Is(err, memory.ErrCrashed) {
		t.Fatalf("fourth append: %v", err)
	}
	if _, err := j.Recover(ctx); !errors.Is(err, memory.ErrCrashed) {
		t.Fatalf("recover of a crashed journal: %v", err)
	}
	j.Restart()
	if j.Last() != 2 {
		t.Fatalf("after a crash that lost the batch: %d", j.Last())
	}
	if err := j.Append(ctx, batch(2, "c")); !errors.Is(err, journal.ErrUnknown) {
		t.Fatalf("fifth append: %v", err)
	}
	j.Restart()
	if j.Last() != 3 {
		t.Fatalf("after a crash that kept the batch: %d", j.Last())
	}
	want := memory.Counts{Appends: 5, Recovers: 4, Faults: [memory.FaultsEnd]int{1, 1, 1, 0, 1, 1}}
	if got := j.Counts(); got != want {
		t.Fatalf("counts %+v, want %+v", got, want)
	}
}

func TestEventsAreCopied(t *testing.T) {
	ctx := context.Background()
	j := memory.New(memory.Plan{})
	b := batch(0, "before")
	if err := j.Append(ctx, b); err != nil {
		t.Fatal(err)
	}
	b.Events[0].(*chat.TopicSet).Text = "after"
	err := j.Read(ctx, 0, func(_ chat.Position, e chat.Event) bool {
		if text := e.(*chat.TopicSet).Text; text != "before" {
			t.Errorf("the journal holds %q", text)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
}
