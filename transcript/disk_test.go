package transcript

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"madang/chat"
	"madang/chat/names"
	"madang/journal"
	"madang/journal/memory"
)

// errDisk is the cause of every failure that a script orders.
var errDisk = errors.New("the script says so")

// disk is the journal, and the history that is read from it. It fails when told to.
type disk struct {
	*memory.Journal

	mu    sync.Mutex // guards what follows
	full  bool       // nothing can be written
	doubt bool       // the next batch's outcome is not told
	mute  bool       // and is not until the disk works again
}

func newDisk() *disk { return &disk{Journal: memory.New(memory.Plan{})} }

func (d *disk) fills() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = true
}

func (d *disk) doubts(stored bool) {
	fault := memory.UnknownLost
	if stored {
		fault = memory.UnknownStored
	}
	d.FailNext(fault)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.doubt = true
}

func (d *disk) works() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full, d.doubt, d.mute = false, false, false
}

// Append is journal.Journal's.
func (d *disk) Append(ctx context.Context, b journal.Batch) error {
	d.mu.Lock()
	full := d.full
	d.mute = d.mute || d.doubt
	d.doubt = false
	d.mu.Unlock()
	if full {
		return fmt.Errorf("append batch after %d: %w: %w", b.After, journal.ErrNotStored, errDisk)
	}
	return d.Journal.Append(ctx, b)
}

// Recover is journal.Journal's.
func (d *disk) Recover(ctx context.Context) (chat.Position, error) {
	d.mu.Lock()
	mute := d.mute
	d.mu.Unlock()
	if mute {
		return 0, fmt.Errorf("recover journal: %w", errDisk)
	}
	return d.Journal.Recover(ctx)
}

// Probe is journal.Journal's.
func (d *disk) Probe(ctx context.Context) error {
	d.mu.Lock()
	failing := d.full || d.mute
	d.mu.Unlock()
	if failing {
		return fmt.Errorf("probe journal: %w", errDisk)
	}
	return d.Journal.Probe(ctx)
}

// messages are those in the journal that somebody wants, in order. Nothing is ever
// erased: no script is a day long.
func (d *disk) messages(ctx context.Context, want func(*chat.Message) bool) ([]chat.Message, error) {
	var found []chat.Message
	err := d.Read(ctx, 0, func(at chat.Position, e chat.Event) bool {
		if e, ok := e.(*chat.Said); ok {
			m := chat.Message{
				Position: at, Conversation: e.Conversation, Number: e.Number, Time: e.Time, Source: e.Source,
				What: e.What, Text: e.Text, Tags: e.Tags, ReplyTo: e.ReplyTo,
			}
			if want(&m) {
				found = append(found, m)
			}
		}
		return true
	})
	return found, err
}

// Page is engine.History's.
func (d *disk) Page(ctx context.Context, q chat.HistoryQuery) ([]chat.Message, error) {
	found, err := d.messages(ctx, func(m *chat.Message) bool {
		return m.Conversation == q.Conversation && within(m, q.After, q.Before, q.UpTo)
	})
	if extra := len(found) - q.Limit; extra > 0 && q.Newest {
		found = found[extra:]
	} else if extra > 0 {
		found = found[:q.Limit]
	}
	return found, err
}

// Search is engine.History's.
func (d *disk) Search(ctx context.Context, q chat.SearchQuery) (chat.SearchResult, error) {
	found, err := d.messages(ctx, func(m *chat.Message) bool {
		if !slices.Contains(q.Conversations, m.Conversation) || !within(m, q.After, q.Before, q.UpTo) {
			return false
		}
		if q.From != "" && names.Fold(m.Source.Nick) != q.From {
			return false
		}
		for _, word := range strings.Fields(q.Text) {
			if !strings.Contains(strings.ToLower(m.Text), strings.ToLower(word)) {
				return false
			}
		}
		return true
	})
	slices.Reverse(found)
	return chat.SearchResult{Messages: found[:min(len(found), q.Limit)], UpTo: q.UpTo}, err
}

// MessageAt is engine.History's.
func (d *disk) MessageAt(ctx context.Context, at chat.Position) (chat.Message, bool, error) {
	found, err := d.messages(ctx, func(m *chat.Message) bool { return m.Position == at })
	if len(found) == 0 {
		return chat.Message{}, false, err
	}
	return found[0], true, err
}

// Audit is engine.History's.
func (d *disk) Audit(ctx context.Context, q chat.AuditQuery) ([]chat.AuditLine, error) {
	var lines []chat.AuditLine
	err := d.Read(ctx, 0, func(at chat.Position, e chat.Event) bool {
		if a, ok := e.(*chat.Audited); ok && (q.By == "" || names.Fold(q.By) == names.Fold(a.By)) {
			lines = append(lines, chat.AuditLine{Position: at, Audited: *a})
		}
		return true
	})
	slices.Reverse(lines)
	return lines[:min(len(lines), q.Limit)], err
}

// within says whether a message lies between two bounds, at most at upTo.
func within(m *chat.Message, after, before chat.Bound, upTo chat.Position) bool {
	behind := after == (chat.Bound{}) || side(m, after) > 0
	ahead := before == (chat.Bound{}) || side(m, before) < 0
	return behind && ahead && m.Position <= upTo
}

// side is where a message lies: negative before the bound, positive behind it.
func side(m *chat.Message, b chat.Bound) int64 {
	switch {
	case b.Position != 0:
		return int64(m.Position) - int64(b.Position)
	case b.Number != 0:
		return int64(m.Number) - int64(b.Number)
	}
	return int64(m.Time) - int64(b.Time)
}
