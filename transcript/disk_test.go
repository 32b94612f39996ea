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
	dead  bool       // its server is no more
}

func newDisk() *disk { return &disk{Journal: memory.New(memory.Plan{})} }

// dies lets nothing be written any more.
func (d *disk) dies() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead, d.full = true, true
}

// again is what the next server finds.
func (d *disk) again() *disk {
	d.dies()
	d.Restart()
	return &disk{Journal: d.Journal}
}

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
	d.full, d.doubt, d.mute = d.dead, false, false
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

// messages are those in the journal that somebody wants, in order. Nothing is erased
// because it is old: no script is a day long.
func (d *disk) messages(ctx context.Context, want func(*chat.Message) bool) ([]chat.Message, error) {
	var all []chat.Message
	err := d.Read(ctx, 0, func(at chat.Position, e chat.Event) bool {
		switch e := e.(type) {
		case *chat.Said:
			all = append(all, chat.Message{
				Position: at, Conversation: e.Conversation, Number: e.Number, Time: e.Time, Source: e.Source,
				What: e.What, Text: e.Text, Tags: e.Tags, ReplyTo: e.ReplyTo, Relayer: e.Relayer,
			})
		case *chat.Edited:
			all = altered(all, at, e.Message, e.Conversation, e.Time, e, func(m *chat.Message) { m.Edited = e.Time })
		case *chat.Redacted:
			all = altered(all, at, e.Message, e.Conversation, e.Time, e, func(m *chat.Message) {
				m.Erased, m.Edited, m.Reactions = true, 0, nil
			})
		case *chat.Reacted:
			all = altered(all, at, e.Message, e.Conversation, e.Time, e, func(m *chat.Message) { react(m, e) })
		case *chat.TopicSet:
			all = append(all, chat.Message{Position: at, Conversation: e.Room, Time: e.Time, Event: e})
		case *chat.RoomChanged:
			all = append(all, chat.Message{Position: at, Conversation: e.Room, Time: e.Time, Event: e})
		case *chat.RoomRenamed:
			all = append(all, chat.Message{Position: at, Conversation: e.Room, Time: e.Time, Event: e})
		}
		return true
	})
	return slices.DeleteFunc(all, func(m chat.Message) bool { return !want(&m) }), err
}

// altered changes a message, if it is there, and adds the event that changed it.
func altered(all []chat.Message, at, message chat.Position, id chat.ConversationID, time chat.Time, e chat.Event, change func(*chat.Message)) []chat.Message {
	for i := range all {
		if m := &all[i]; m.Position == message && m.Conversation == id && !m.Erased {
			change(m)
			return append(all, chat.Message{Position: at, Conversation: id, Time: time, Event: e})
		}
	}
	return all
}

// react counts a reaction.
func react(m *chat.Message, e *chat.Reacted) {
	i := slices.IndexFunc(m.Reactions, func(r chat.Reaction) bool { return r.Sign == e.Sign })
	if i < 0 && e.Remove {
		return
	}
	if i < 0 {
		m.Reactions = append(m.Reactions, chat.Reaction{Sign: e.Sign})
		i = len(m.Reactions) - 1
	}
	r := &m.Reactions[i]
	known := slices.Index(r.Users, e.Source.Nick)
	switch {
	case known < 0 && !e.Remove:
		r.Users, r.Count = append(r.Users, e.Source.Nick), r.Count+1
	case known >= 0 && e.Remove:
		r.Users, r.Count = slices.Delete(r.Users, known, known+1), r.Count-1
	}
	if r.Count == 0 {
		m.Reactions = slices.Delete(m.Reactions, i, i+1)
	}
}

// Page is engine.History's.
func (d *disk) Page(ctx context.Context, q chat.HistoryQuery) ([]chat.Message, error) {
	found, err := d.messages(ctx, func(m *chat.Message) bool {
		return m.Conversation == q.Conversation && (q.Events || m.Event == nil) && within(m, q.After, q.Before, q.UpTo)
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
		if m.Event != nil || m.Erased || !slices.Contains(q.Conversations, m.Conversation) || !within(m, q.After, q.Before, q.UpTo) {
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
	found, err := d.messages(ctx, func(m *chat.Message) bool { return m.Position == at && m.Event == nil })
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
