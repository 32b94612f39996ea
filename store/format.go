package store

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"madang/store/past"
)

// applicationID marks our database files: "MDNG".
const applicationID = 0x4d444e47

// ErrTooNew: a newer madang wrote the database.
var ErrTooNew = errors.New("the database was written by a newer madang")

// ErrTooOld: a madang that cannot be upgraded from wrote the database.
var ErrTooOld = errors.New("the database was written by a madang too old to upgrade from")

// format is the shape of the database that this program works with.
type format struct {
	create   string                    // makes the newest version in an empty file
	oldest   int                       // the oldest version that can be read
	upgrades []func(*connection) error // the i-th leads from version oldest+i to the next
}

func (f format) version() int { return f.oldest + len(f.upgrades) }

// currentFormat is the format of this program. Versions before 3 never left the house.
func currentFormat() format { return format{create: schema + past.Schema, oldest: 3} }

// schema is version 3. A message's text is in messages alone; its journal record keeps a
// stub (see record.go). sum is record.Sum of the body beside it. Why a message is in erased is a position, so that of two changes
// none is lost.
const schema = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE secrets(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE journal(last INTEGER PRIMARY KEY, after INTEGER, record BLOB);
CREATE TABLE messages(position INTEGER PRIMARY KEY, conversation INTEGER, number INTEGER, time INTEGER, body BLOB, sum INTEGER);
CREATE INDEX messages_place ON messages(conversation, number);
CREATE TABLE rooms(conversation INTEGER PRIMARY KEY, name TEXT, days INTEGER, messages INTEGER, vanished INTEGER);
CREATE TABLE directs(conversation INTEGER PRIMARY KEY);
CREATE TABLE erased(position INTEGER PRIMARY KEY, change INTEGER NOT NULL DEFAULT 0);
CREATE TABLE snapshots(position INTEGER PRIMARY KEY, parts INTEGER);
CREATE TABLE snapshot_parts(position INTEGER, part INTEGER, bytes BLOB, PRIMARY KEY(position, part));
`

// bring makes the database at c have this format: an empty file is filled, an older
// one is copied beside itself and upgraded, a newer one is refused.
func (f format) bring(c *connection, path, program string, log *slog.Logger) error {
	version, err := c.number("PRAGMA user_version")
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	id, err := c.number("PRAGMA application_id")
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	tables, err := c.number("SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	switch {
	case id == 0 && tables == 0:
		return f.fill(c, program)
	case id != applicationID:
		return fmt.Errorf("%s is not a database of madang: give another folder with --data", path)
	case int(version) == f.version():
		return nil
	case int(version) > f.version():
		return f.tooNew(c, path, int(version))
	case int(version) < f.oldest:
		return fmt.Errorf("%w: %s has format %d, of a madang that was never released; it stays as it is: give another folder with --data",
			ErrTooOld, path, version)
	}
	return f.upgrade(c, path, program, int(version), log)
}

func (f format) tooNew(c *connection, path string, version int) error {
	row, err := c.first("SELECT value FROM meta WHERE name='program'")
	program := "a newer version"
	if err == nil && row != nil {
		program = fmt.Sprint("version ", row[0])
	}
	return fmt.Errorf("%w: %s has format %d and this madang knows formats up to %d; install %s or later",
		ErrTooNew, path, version, f.version(), program)
}

// fill makes the tables in an empty file.
func (f format) fill(c *connection, program string) error {
	err := c.transaction(func() error {
		if err := c.script(f.create); err != nil {
			return err
		}
		return f.mark(c, program)
	})
	if err != nil {
		return fmt.Errorf("make database: %w", err)
	}
	return nil
}

// mark writes the version and the program that others would need.
func (f format) mark(c *connection, program string) error {
	return errors.Join(
		c.script(fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d", applicationID, f.version())),
		c.exec("INSERT OR REPLACE INTO meta VALUES('program', ?)", program),
	)
}

// upgrade keeps a copy named after the old format and then runs what leads from it to
// ours, all or nothing.
func (f format) upgrade(c *connection, path, program string, from int, log *slog.Logger) error {
	kept := fmt.Sprintf("%s.format%d.backup", path, from)
	if err := copyDatabase(c, kept); err != nil {
		return fmt.Errorf("keep a copy before the upgrade: %w", err)
	}
	err := c.transaction(func() error {
		for _, step := range f.upgrades[from-f.oldest:] {
			if err := step(c); err != nil {
				return err
			}
		}
		return f.mark(c, program)
	})
	if err != nil {
		return fmt.Errorf("upgrade %s from format %d to %d (the old one is %s): %w", path, from, f.version(), kept, err)
	}
	log.Info("database upgraded", "from", from, "to", f.version(), "kept", filepath.Base(kept))
	return nil
}
