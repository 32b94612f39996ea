package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Backup writes a copy of the database to a file while everything goes on. The file
// appears under its name only when it is complete and on disk; it must not exist yet.
// The search index is not in it: it is made anew. Keys are in it: keep it safe.
func (s *Store) Backup(ctx context.Context, file string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	c, err := connect(s.connector, s.path, "busy_timeout=5000")
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	err = copyDatabaseContext(ctx, c, file)
	if err = errors.Join(err, c.close()); err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	return nil
}

func copyDatabase(c *connection, file string) error {
	return copyDatabaseContext(context.Background(), c, file)
}

// copyDatabaseContext copies by VACUUM INTO: one moment's state, without gaps.
func copyDatabaseContext(ctx context.Context, c *connection, file string) error {
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s exists already", file), err)
	}
	partial := file + ".partial"
	if err := removeDatabase(partial); err != nil {
		return err
	}
	if err := createPrivate(partial); err != nil {
		return err
	}
	quoted := "'" + strings.ReplaceAll(fileURI(partial), "'", "''") + "'"
	err := c.each(ctx, "VACUUM INTO "+quoted, noRow)
	if err == nil {
		err = publish(partial, file)
	}
	if err != nil {
		return errors.Join(err, removeDatabase(partial))
	}
	return nil
}

// createPrivate makes an empty file that only its owner can read.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// publish gives a finished file its name, for certain.
func publish(partial, file string) error {
	if err := syncFile(partial); err != nil {
		return err
	}
	if err := os.Rename(partial, file); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(file))
}
