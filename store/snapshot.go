package store

import (
	"context"
	"database/sql/driver"
	"fmt"

	"madang/chat"
	"madang/chat/codec"
)

const (
	snapshotsKept     = 2
	snapshotPartBytes = 256 << 10 // written by one transaction
)

// SaveSnapshot keeps a snapshot. It is written in parts between batches, so that none
// waits long; the row that makes it count comes last. The two newest are kept.
func (s *Store) SaveSnapshot(ctx context.Context, snapshot *chat.Snapshot) error {
	if err := s.saveSnapshot(ctx, snapshot); err != nil {
		return fmt.Errorf("save snapshot at %d: %w", snapshot.Position, err)
	}
	return nil
}

func (s *Store) saveSnapshot(ctx context.Context, snapshot *chat.Snapshot) error {
	if last := s.Last(); snapshot.Position > last {
		return fmt.Errorf("the journal ends at %d", last)
	}
	at := int64(snapshot.Position)
	err := s.write(func(c *connection) error { return removeSnapshot(c, at) })
	if err != nil {
		return err
	}
	parts := int64(0)
	for rest := codec.AppendSnapshot(nil, snapshot); len(rest) > 0; parts++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := rest[:min(len(rest), snapshotPartBytes)]
		rest = rest[len(part):]
		err := s.write(func(c *connection) error {
			return c.exec("INSERT INTO snapshot_parts VALUES(?, ?, ?)", at, parts, part)
		})
		if err != nil {
			return err
		}
	}
	return s.write(func(c *connection) error { return finishSnapshot(c, at, parts) })
}

// finishSnapshot makes a snapshot count and removes those that are too many.
func finishSnapshot(c *connection, at, parts int64) error {
	if err := c.exec("INSERT INTO snapshots VALUES(?, ?)", at, parts); err != nil {
		return err
	}
	oldest, err := c.number("SELECT position FROM snapshots ORDER BY position DESC LIMIT 1 OFFSET ?", int64(snapshotsKept-1))
	if err != nil {
		return err
	}
	if err := c.exec("DELETE FROM snapshot_parts WHERE position < ?", oldest); err != nil {
		return err
	}
	return c.exec("DELETE FROM snapshots WHERE position < ?", oldest)
}

func removeSnapshot(c *connection, at int64) error {
	if err := c.exec("DELETE FROM snapshots WHERE position=?", at); err != nil {
		return err
	}
	return c.exec("DELETE FROM snapshot_parts WHERE position=?", at)
}

// LoadSnapshot gives the newest snapshot that can be read, or nil when there is none:
// then a replay begins at the journal's beginning. One that cannot be read is logged.
func (s *Store) LoadSnapshot(ctx context.Context) (*chat.Snapshot, error) {
	var positions []chat.Position
	err := s.readers.use(ctx, func(c *connection) error {
		return c.each(ctx, "SELECT position FROM snapshots ORDER BY position DESC", func(row []driver.Value) bool {
			positions = append(positions, position(row[0]))
			return true
		})
	})
	if err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	for _, at := range positions {
		snapshot, err := s.loadSnapshot(ctx, at)
		if err == nil {
			return snapshot, nil
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("load snapshot: %w", err)
		}
		s.log.Warn("snapshot skipped; starting takes longer", "position", uint64(at), "error", err)
	}
	return nil, nil
}

func (s *Store) loadSnapshot(ctx context.Context, at chat.Position) (*chat.Snapshot, error) {
	var encoded []byte
	var found, parts int64
	err := s.readers.use(ctx, func(c *connection) (err error) {
		if parts, err = c.number("SELECT parts FROM snapshots WHERE position=?", int64(at)); err != nil {
			return err
		}
		return c.each(ctx, "SELECT bytes FROM snapshot_parts WHERE position=? ORDER BY part", func(row []driver.Value) bool {
			part, _ := row[0].([]byte)
			encoded = append(encoded, part...)
			found++
			return true
		}, int64(at))
	})
	if err != nil {
		return nil, err
	}
	if found != parts {
		return nil, fmt.Errorf("%d of %d parts are there", found, parts)
	}
	snapshot, err := codec.DecodeSnapshot(encoded)
	if err == nil && (snapshot.Position != at || at > s.Last()) {
		err = fmt.Errorf("it is of position %d", snapshot.Position)
	}
	return snapshot, err
}
