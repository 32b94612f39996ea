package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// connection is one connection to SQLite with its prepared statements. It is used
// by one goroutine at a time. It goes below database/sql because that costs more
// than a third of what inserting a message costs.
type connection struct {
	driver     driver.Conn
	statements map[string]driver.Stmt
	args       []driver.NamedValue
}

// connector opens a connection to the database file at a path. Tests put one that
// fails in its place.
type connector func(path string) (driver.Conn, error)

func openSQLite(path string) (driver.Conn, error) {
	return new(sqlite.Driver).Open(fileURI(path))
}

// fileURI names a file as SQLite wants it, whatever characters are in its path.
func fileURI(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/folder
		path = "/" + path
	}
	return "file://" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// connect opens the file, which is made when missing, and runs the pragmas.
func connect(open connector, path string, pragmas ...string) (*connection, error) {
	d, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	c := &connection{driver: d, statements: map[string]driver.Stmt{}}
	for _, pragma := range pragmas {
		if err := c.script("PRAGMA " + pragma); err != nil {
			c.close()
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
	}
	return c, nil
}

// close ends the connection; its statements go first.
func (c *connection) close() error {
	var errs []error
	for _, s := range c.statements {
		errs = append(errs, s.Close())
	}
	clear(c.statements)
	return errors.Join(append(errs, c.driver.Close())...)
}

// prepared gives the statement for the text, which is prepared at its first use.
func (c *connection) prepared(text string) (driver.Stmt, error) {
	if s := c.statements[text]; s != nil {
		return s, nil
	}
	s, err := c.driver.Prepare(text)
	if err != nil {
		return nil, err
	}
	c.statements[text] = s
	return s, nil
}

// named lends the arguments in the driver's form until the next call.
func (c *connection) named(values []driver.Value) []driver.NamedValue {
	c.args = c.args[:0]
	for i, v := range values {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return c.args
}

// exec runs one statement that gives no rows. It is never interrupted.
func (c *connection) exec(text string, values ...driver.Value) error {
	s, err := c.prepared(text)
	if err != nil {
		return err
	}
	_, err = s.(driver.StmtExecContext).ExecContext(context.Background(), c.named(values))
	return err
}

// script runs statements once, without keeping them prepared.
func (c *connection) script(text string) error {
	s, err := c.driver.Prepare(text)
	if err != nil {
		return err
	}
	_, err = s.(driver.StmtExecContext).ExecContext(context.Background(), nil)
	return errors.Join(err, s.Close())
}

// each gives the rows of a query in turn, until row returns false. A row is valid
// only during the call, but its texts and bytes may be kept.
func (c *connection) each(ctx context.Context, text string, row func([]driver.Value) bool, values ...driver.Value) error {
	s, err := c.prepared(text)
	if err != nil {
		return err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, c.named(values))
	if err != nil {
		return err
	}
	columns := make([]driver.Value, len(rows.Columns()))
	for {
		err = rows.Next(columns)
		if err != nil || !row(columns) {
			break
		}
	}
	if err == io.EOF {
		err = nil
	}
	return errors.Join(err, rows.Close())
}

// first gives a copy of the first row; nil when there is none.
func (c *connection) first(text string, values ...driver.Value) ([]driver.Value, error) {
	var first []driver.Value
	err := c.each(context.Background(), text, func(row []driver.Value) bool {
		first = append(first, row...)
		return false
	}, values...)
	return first, err
}

// Exec and Each lend the connection to package past.
func (c *connection) Exec(text string, values ...driver.Value) error { return c.exec(text, values...) }

// Each is each.
func (c *connection) Each(ctx context.Context, text string, row func([]driver.Value) bool, values ...driver.Value) error {
	return c.each(ctx, text, row, values...)
}

// number gives the integer in the first row; 0 when there is no row or it is NULL.
func (c *connection) number(text string, values ...driver.Value) (int64, error) {
	row, err := c.first(text, values...)
	if err != nil || row == nil {
		return 0, err
	}
	n, _ := row[0].(int64)
	return n, nil
}

// transaction runs body between BEGIN IMMEDIATE and COMMIT. When the outcome is not
// certain the error wraps errUncertain; with any other error nothing was stored.
func (c *connection) transaction(body func() error) error {
	if err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := body()
	if err == nil {
		if err = c.exec("COMMIT"); err == nil {
			return nil
		}
		if !neverCommitted(err) {
			return fmt.Errorf("%w: %w", errUncertain, err)
		}
	}
	if undo := c.exec("ROLLBACK"); undo != nil && !strings.Contains(undo.Error(), "no transaction is active") {
		return fmt.Errorf("%w: %w", errUncertain, errors.Join(err, undo))
	}
	return err
}

// errUncertain: a transaction may or may not be on disk, and the connection must be
// opened anew.
var errUncertain = errors.New("transaction in doubt")

// neverCommitted says whether a failed COMMIT certainly left nothing: the frame that
// ends a transaction is written last, so when a write failed it is not in the file.
// After a failed fsync nobody knows.
func neverCommitted(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE:
		return true
	}
	return false
}

// code is SQLite's extended result code in an error, or 0.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// damaged says whether an error means that a database file is not sound.
func damaged(err error) bool {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT:
		return true
	}
	return false
}

// noRow takes rows that mean nothing.
func noRow([]driver.Value) bool { return true }
