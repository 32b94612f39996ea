package store

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"madang/chat"
	"madang/store/record"
)

// Report is what a backup held.
type Report struct {
	Format   int
	Position chat.Position // of the last event
	Records  int           // of the journal
	Events   int
	Messages int        // that are not erased
	Epoch    chat.Epoch // the new one
	Verified bool       // all of it was read, not just its head
}

// Restore makes a data folder from a backup. The folder must hold no database, and no
// server may be using it. With verify the whole backup is read and checked first. The
// new database has another epoch, so that ids of messages said after the backup was
// made never come back with other content.
func Restore(ctx context.Context, file, directory string, verify bool) (Report, error) {
	report, err := restore(ctx, file, directory, verify)
	if err != nil {
		return Report{}, fmt.Errorf("restore %s: %w", file, err)
	}
	return report, nil
}

func restore(ctx context.Context, file, directory string, verify bool) (r Report, err error) {
	lock, err := lockFolder(directory)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	target := filepath.Join(directory, databaseName)
	if _, err := os.Lstat(target); !errors.Is(err, os.ErrNotExist) {
		return r, errors.Join(fmt.Errorf("%s exists already: give another folder, or move that one away", target), err)
	}
	partial := target + ".partial"
	if err := errors.Join(removeDatabase(partial), copyFile(ctx, file, partial)); err != nil {
		return r, errors.Join(err, removeDatabase(partial))
	}
	if r, err = prepareRestored(ctx, partial, verify); err == nil {
		err = errors.Join(removeDatabase(filepath.Join(directory, searchName)), publish(partial, target))
	}
	if err != nil {
		return r, errors.Join(err, removeDatabase(partial))
	}
	return r, nil
}

// copyFile copies to a file that only its owner can read.
func copyFile(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for err == nil && ctx.Err() == nil {
		_, err = io.CopyN(out, in, 16<<20)
	}
	if err == io.EOF {
		err = nil
	}
	return errors.Join(err, ctx.Err(), out.Close())
}

// prepareRestored checks the copy and gives it a new epoch.
func prepareRestored(ctx context.Context, path string, verify bool) (r Report, err error) {
	c, err := connect(openSQLite, path, "busy_timeout=5000", "journal_mode=DELETE", "synchronous=FULL")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	id, err := c.number("PRAGMA application_id")
	if err != nil {
		return r, err
	}
	version, err := c.number("PRAGMA user_version")
	if err != nil {
		return r, err
	}
	r.Format = int(version)
	if id != applicationID {
		return r, errors.New("it is not a backup of madang")
	}
	f := currentFormat()
	if r.Format > f.version() {
		return r, f.tooNew(c, path, r.Format)
	}
	if r.Format == f.version() {
		if err := r.inspect(ctx, c, verify); err != nil {
			return r, err
		}
	}
	r.Epoch, err = newEpoch(c, rand.Reader)
	return r, err
}

// inspect counts what there is and, with verify, reads it all.
func (r *Report) inspect(ctx context.Context, c *connection, verify bool) error {
	for _, count := range []struct {
		query string
		into  *int
	}{
		{"SELECT count(*) FROM journal", &r.Records},
		{"SELECT count(*) FROM messages", &r.Messages},
	} {
		n, err := c.number(count.query)
		if err != nil {
			return err
		}
		*count.into = int(n)
	}
	last, err := c.number("SELECT max(last) FROM journal")
	if err != nil {
		return err
	}
	r.Position, r.Events = chat.Position(last), int(last)
	if !verify {
		return nil
	}
	r.Verified = true
	return verifyAll(ctx, c, r.Position)
}

// verifyAll checks SQLite's own structures and reads every record and message.
func verifyAll(ctx context.Context, c *connection, last chat.Position) error {
	var wrong string
	err := c.each(ctx, "PRAGMA integrity_check(1)", func(row []driver.Value) bool {
		wrong = fmt.Sprint(row[0])
		return false
	})
	if err != nil {
		return err
	}
	if wrong != "ok" {
		return fmt.Errorf("the file is damaged: %s", wrong)
	}
	for after := chat.Position(0); after < last; {
		chunk, err := readChunk(ctx, c, after)
		if err != nil {
			return err
		}
		after = chunk.last()
	}
	for _, table := range []string{"messages", "events", "audit"} {
		if err := verifyBodies(ctx, c, table); err != nil {
			return err
		}
	}
	beyond, err := c.number("SELECT count(*) FROM messages WHERE position > ?", int64(last))
	if err == nil && beyond > 0 {
		err = fmt.Errorf("%w: %d messages lie behind its end", record.ErrDamaged, beyond)
	}
	return err
}

// verifyBodies checks that no body of a table has changed since it was written.
func verifyBodies(ctx context.Context, c *connection, table string) error {
	var failure error
	err := c.each(ctx, "SELECT position, body, sum FROM "+table, func(row []driver.Value) bool {
		body, _ := row[1].([]byte)
		if sum, ok := row[2].(int64); !ok || sum != record.Sum(body) {
			failure = fmt.Errorf("%w: what %s has at %d is not what was written", record.ErrDamaged, table, position(row[0]))
		}
		return failure == nil
	})
	return errors.Join(err, failure)
}
