package store

import (
	"context"
	"time"
)

const (
	purgePages = 100       // written by one step of a merge
	purgeRate  = 256 << 10 // bytes of search.db for each second between two purges
	purgeSmall = 16 << 20  // bytes of search.db up to which nothing is waited for
)

// purge rewrites the index when something was taken out of it. Until then SQLite
// only marks an entry as deleted: no search finds it, but its words are still in the file.
// It goes in steps, and new messages are indexed between them. A big index is rewritten the
// more rarely the bigger it is: at most every 64 minutes with one of 1 GB.
func (x *index) purge(ctx context.Context) error {
	if !x.stale {
		return nil
	}
	if wait := x.purgeWait(); wait > 0 {
		if !x.purging {
			x.purging = true
			time.AfterFunc(wait, x.wake)
		}
		return nil
	}
	x.purging = false
	for _, table := range []string{"words", "syllables"} {
		if err := x.merge(ctx, table); err != nil {
			return err
		}
	}
	x.purged = time.Now()
	row, err := x.writer.first("PRAGMA wal_checkpoint(TRUNCATE)")
	if err != nil {
		return err
	}
	if busy, _ := row[0].(int64); busy != 0 { // somebody searches all the while: the next time
		return nil
	}
	if err := x.writer.exec("DELETE FROM state WHERE name='stale'"); err != nil {
		return err
	}
	x.stale = false
	return nil
}

// purgeWait is how long the next purge has still to wait.
func (x *index) purgeWait() time.Duration {
	size := fileSize(x.path)
	if size <= purgeSmall || x.purged.IsZero() {
		return 0
	}
	return time.Until(x.purged.Add(time.Duration(size/purgeRate) * time.Second))
}

// merge writes a table's segments anew as one, without what was deleted: the first step
// chooses the segments, the others go on until nothing is left to do.
func (x *index) merge(ctx context.Context, table string) error {
	for pages := -purgePages; ; pages = purgePages {
		before, err := x.writer.number("SELECT total_changes()")
		if err != nil {
			return err
		}
		if err := x.writer.exec("INSERT INTO "+table+"("+table+", rank) VALUES('merge', ?)", int64(pages)); err != nil {
			return err
		}
		after, err := x.writer.number("SELECT total_changes()")
		if err != nil || after-before < 2 { // documented: fewer than two changes are none
			return err
		}
		if !pause(ctx, erasePause) {
			return ctx.Err()
		}
		if _, err := x.advance(ctx); err != nil {
			return err
		}
	}
}
