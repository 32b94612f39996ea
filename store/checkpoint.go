package store

import (
	"context"
	"time"
)

const (
	checkpointEvery     = 250 * time.Millisecond // how often the log's length is looked at
	checkpointBytesMin  = 16 << 20               // written since the last checkpoint
	checkpointIdleAfter = 5 * time.Second        // without a batch: empty the log
	checkpointRetry     = time.Second
	checkpointWipeEvery = 10 * time.Second // how often at most a busy log is emptied of erased texts
)

// checkpoints copies the write-ahead log into the database until ctx ends. The bulk is
// copied beside the writer; only the rest, written meanwhile, is copied between two
// batches, so that the next one can begin the log anew.
func (s *Store) checkpoints(ctx context.Context) {
	every := time.NewTicker(checkpointEvery)
	defer every.Stop()
	look := outlook{idleSince: time.Now()}
	for {
		mode := ""
		select {
		case <-ctx.Done():
			return
		case <-s.pressed:
			mode = "TRUNCATE"
		case now := <-every.C:
			look.wipes = look.wipes || s.wipe.Swap(false)
			mode = look.due(s.count.written.Load(), now)
		}
		if mode == "" {
			continue
		}
		look.done = s.count.written.Load()
		whole, err := s.checkpoint(mode)
		if !whole {
			look.done = 0
		} else if mode == "TRUNCATE" {
			look.wipes = false
		}
		if err != nil {
			s.log.Warn("checkpoint failed; it will be tried again", "error", err)
		}
		if !whole || s.space.Refusal() != nil {
			pause(ctx, checkpointRetry)
		}
	}
}

// outlook remembers what was written when.
type outlook struct {
	done, seen int64 // bytes written at the last checkpoint, at the last look
	idleSince  time.Time
	wipes      bool      // the log may hold a text that was erased or replaced
	wiped      time.Time // when the log was last emptied for that
}

// due says which checkpoint it is time for; empty: none.
func (o *outlook) due(written int64, now time.Time) string {
	if written != o.seen {
		o.seen, o.idleSince = written, now
	}
	switch {
	case o.wipes && now.Sub(o.wiped) >= checkpointWipeEvery:
		o.wiped = now
		return "TRUNCATE"
	case written == o.done:
		return ""
	case now.Sub(o.idleSince) >= checkpointIdleAfter:
		return "TRUNCATE"
	case written-o.done >= checkpointBytesMin:
		return "PASSIVE"
	}
	return ""
}

// checkpoint copies the log, the bulk first. It waits for no reader: what one still
// needs is left, and whole is false.
func (s *Store) checkpoint(mode string) (whole bool, err error) {
	c, err := connect(s.connector, s.path, "busy_timeout=0", "synchronous=FULL")
	if err != nil {
		return false, err
	}
	defer c.close()
	for range 2 { // the second copies what was written during the first
		if _, err := c.first("PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
			return false, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return true, nil
	}
	begun := time.Now()
	row, err := c.first("PRAGMA wal_checkpoint(" + mode + ")")
	s.count.checkpointed(time.Since(begun))
	if err != nil {
		return false, err
	}
	// SQLite's answer is busy, pages in the log, pages copied.
	return len(row) > 0 && row[0] == int64(0), nil
}
