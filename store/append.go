package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"madang/chat"
	"madang/journal"
	"madang/store/record"
	"madang/store/space"

	sqlite3 "modernc.org/sqlite/lib"
)

// errDoubt: nothing may be written until Recover has succeeded.
var errDoubt = errors.New("an earlier batch is in doubt: recover first")

// Append stores a batch as package journal says: one transaction, one fsync. It holds
// the journal record, a row for each message and what the other events change.
func (s *Store) Append(ctx context.Context, b journal.Batch) error {
	begun := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.admitLocked(ctx, b)
	if err == nil && len(b.Events) > 0 {
		err = s.storeLocked(b)
	}
	if err == nil {
		s.count.committed(len(b.Events), s.encode.Bytes, time.Since(begun))
		return nil
	}
	s.count.failed.Add(1)
	if code(err) == sqlite3.SQLITE_FULL || errors.Is(err, space.ErrLow) {
		signal(s.pressed)
	}
	if errors.Is(err, errUncertain) {
		s.doubt = true
		return fmt.Errorf("append batch after %d: %w: %w", b.After, journal.ErrUnknown, err)
	}
	return fmt.Errorf("append batch after %d: %w: %w", b.After, journal.ErrNotStored, err)
}

// admitLocked says why a batch cannot even be tried. It encodes the batch.
func (s *Store) admitLocked(ctx context.Context, b journal.Batch) error {
	if s.closed {
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.doubt {
		return errDoubt
	}
	if last := s.Last(); b.After != last {
		return fmt.Errorf("the journal ends at %d", last)
	}
	if err := s.encode.Batch(b); err != nil {
		return err
	}
	return s.space.Refusal()
}

// storeLocked writes the encoded batch and, once it is committed, makes it visible.
func (s *Store) storeLocked(b journal.Batch) error {
	var effects effects
	err := s.transactionLocked(func(c *connection) error {
		if err := s.insertMessages(c, b, &effects); err != nil {
			return err
		}
		last := int64(b.After) + int64(len(b.Events))
		if err := c.exec("INSERT INTO journal VALUES(?, ?, ?)", last, int64(b.After), s.encode.Record); err != nil {
			return err
		}
		return effects.write(c, s.epoch)
	})
	if err != nil {
		return err
	}
	s.shade.apply(&effects)
	s.last.Store(uint64(b.After) + uint64(len(b.Events)))
	if effects.wipes {
		s.wipe.Store(true)
	}
	if effects.erases {
		s.wakeJanitor()
	}
	s.index.wake()
	return nil
}

// insertMessages writes a row for each message and notes what the events change.
func (s *Store) insertMessages(c *connection, b journal.Batch, effects *effects) error {
	var row [6]driver.Value
	bodies := s.encode.Bodies
	for i, e := range b.Events {
		said, ok := e.(*chat.Said)
		if !ok {
			effects.note(b.After+chat.Position(i)+1, e)
			if tags, ok := e.(*chat.Relayed); ok && tags.To != 0 {
				effects.noteDirect(tags.Conversation, tags.Kept, s.shade.knowsDirect(tags.Conversation))
			}
			continue
		}
		if said.To != 0 {
			effects.noteDirect(said.Conversation, said.Kept, s.shade.knowsDirect(said.Conversation))
		}
		row = [6]driver.Value{
			int64(b.After) + int64(i) + 1, int64(said.Conversation), int64(said.Number), int64(said.Time), bodies[0], record.Sum(bodies[0]),
		}
		bodies = bodies[1:]
		if err := c.exec("INSERT INTO messages VALUES(?, ?, ?, ?, ?, ?)", row[:]...); err != nil {
			return err
		}
	}
	return nil
}

// Recover settles what a failed Append left in doubt, and gives the last position on
// disk. It opens a new connection and commits a write of its own: after a failed
// fsync the lost batch may lie complete in the write-ahead log, unseen, and the next
// start would find it; our commit overwrites it.
func (s *Store) Recover(ctx context.Context) (chat.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("recover journal: %w", err)
	}
	s.dropWriterLocked()
	if err := s.transactionLocked(writeProbe); err != nil {
		return 0, fmt.Errorf("recover journal: %w", err)
	}
	if err := s.loadLocked(); err != nil {
		return 0, fmt.Errorf("recover journal: %w", err)
	}
	s.doubt = false
	s.wakeJanitor()
	s.index.wake()
	return s.Last(), nil
}

// Probe commits a small write and says whether that works. It fails also while there
// is too little room on the disk.
func (s *Store) Probe(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := ctx.Err()
	if err == nil {
		err = s.space.Refusal()
	}
	if err == nil {
		err = s.transactionLocked(writeProbe)
	}
	if err != nil {
		return fmt.Errorf("probe journal: %w", err)
	}
	return nil
}

// writeProbe changes a row that means nothing.
func writeProbe(c *connection) error {
	return c.exec("INSERT INTO meta VALUES('probe', 1) ON CONFLICT DO UPDATE SET value=value+1")
}
