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

// format is the shape of the database that this program works with.
type format struct {
	create   string                    // makes the newest version in an empty file
	upgrades []func(*connection) error // the i-th leads from version i to i+1
}

func (f format) version() int { return len(f.upgrades) }

// currentFormat is the format of this program. Version 0 never left the house: its
// upgrade only says that it cannot be read.
func currentFormat() format {
	return format{create: schema1 + schema2 + past.Schema, upgrades: []func(*connection) error{
		func(*connection) error { return errors.New("format 0 was never released") },
		upgradeTo2,
	}}
}

// schema1 is version 1. A message's text is in messages alone; its journal record
// keeps a stub (see record.go).
const schema1 = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE secrets(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE journal(last INTEGER PRIMARY KEY, after INTEGER, record BLOB);
CREATE TABLE messages(position INTEGER PRIMARY KEY, conversation INTEGER, number INTEGER, time INTEGER, body BLOB);
CREATE INDEX messages_place ON messages(conversation, number);
CREATE TABLE rooms(conversation INTEGER PRIMARY KEY, name TEXT, days INTEGER, messages INTEGER, vanished INTEGER);
CREATE TABLE directs(conversation INTEGER PRIMARY KEY);
CREATE TABLE erased(position INTEGER PRIMARY KEY);
CREATE TABLE snapshots(position INTEGER PRIMARY KEY, parts INTEGER);
CREATE TABLE snapshot_parts(position INTEGER, part INTEGER, bytes BLOB, PRIMARY KEY(position, part));
`

// schema2 is what version 2 has beside the tables of package past: why a message is in
// erased, as a position, so that of two changes none is lost.
const schema2 = `
ALTER TABLE erased ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
`

// upgradeTo2 makes the tables of package past from the journal, and lets go of
// conversations of two that are not to be erased any more.
func upgradeTo2(c *connection) error {
	if err := c.script(schema2 + past.Schema); err != nil {
		return err
	}
	return past.Upgrade(c)
}

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
		for _, step := range f.upgrades[from:] {
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
