package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madang/chat"
)

// nextFormat is a format that will be: this one with a column more.
func nextFormat() *format {
	f := currentFormat()
	f.create += "ALTER TABLE rooms ADD COLUMN colour TEXT;"
	f.upgrades = append(f.upgrades, func(c *connection) error { return c.script("ALTER TABLE rooms ADD COLUMN colour TEXT") })
	return &f
}

func withFormat(f *format) func(*Config) {
	return func(c *Config) { c.format, c.Program = f, "test-2" }
}

func TestOlderFormatIsUpgraded(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	say(t, s, 1, "from before")
	epoch := s.Epoch()
	must(t, s.Close(bg))

	s = openAt(t, folder, withFormat(nextFormat()))
	if page := pageOf(t, s, chat.HistoryQuery{Conversation: 1, UpTo: 1, Limit: 1}); len(page) != 1 || page[0].Text != "from before" {
		t.Errorf("after the upgrade: %v", page)
	}
	must(t, s.write(func(c *connection) error { return c.exec("INSERT INTO rooms VALUES(1, '#r', 0, 0, 0, 'red')") }))
	must(t, s.Close(bg))

	// The copy from before opens with the old program.
	kept := t.TempDir()
	content, err := os.ReadFile(filepath.Join(folder, databaseName+".format3.backup"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(kept, databaseName), content, 0o600))
	old := openAt(t, kept)
	if old.Last() != 1 || old.Epoch() != epoch {
		t.Errorf("the copy ends at %d with epoch %d", old.Last(), old.Epoch())
	}
}

func TestNewerFormatIsRefused(t *testing.T) {
	folder := t.TempDir()
	must(t, openAt(t, folder, withFormat(nextFormat())).Close(bg))
	before, err := os.ReadFile(filepath.Join(folder, databaseName))
	must(t, err)
	_, err = Open(bg, Config{Directory: folder})
	if !errors.Is(err, ErrTooNew) || !strings.Contains(err.Error(), "test-2") || !strings.Contains(err.Error(), "format 4") {
		t.Fatalf("open: %v", err)
	}
	after, err := os.ReadFile(filepath.Join(folder, databaseName))
	must(t, err)
	if string(before) != string(after) {
		t.Error("the refused database was changed")
	}
}

func TestFormatThatWasNeverReleasedIsRefused(t *testing.T) {
	folder := t.TempDir()
	must(t, openAt(t, folder).Close(bg))
	path := filepath.Join(folder, databaseName)
	c, err := connect(openSQLite, path)
	must(t, err)
	must(t, errors.Join(c.script("PRAGMA user_version=2"), c.close()))
	before, err := os.ReadFile(path)
	must(t, err)
	if _, err := Open(bg, Config{Directory: folder}); !errors.Is(err, ErrTooOld) || !strings.Contains(err.Error(), "--data") {
		t.Fatalf("open: %v", err)
	}
	after, err := os.ReadFile(path)
	must(t, err)
	if string(before) != string(after) {
		t.Error("the refused database was changed")
	}
}

func TestFailedUpgradeChangesNothing(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	say(t, s, 1, "from before")
	must(t, s.Close(bg))
	failing := nextFormat()
	reason := errors.New("no colours here")
	failing.upgrades = append(failing.upgrades, func(*connection) error { return reason })
	if _, err := Open(bg, Config{Directory: folder, format: failing}); !errors.Is(err, reason) {
		t.Fatalf("open: %v", err)
	}
	s = openAt(t, folder)
	if s.Last() != 1 {
		t.Errorf("after a failed upgrade the journal ends at %d", s.Last())
	}
}

func TestForeignDatabaseIsRefused(t *testing.T) {
	folder := t.TempDir()
	c, err := connect(openSQLite, filepath.Join(folder, databaseName))
	must(t, err)
	must(t, errors.Join(c.script("CREATE TABLE recipes(name)"), c.close()))
	if _, err := Open(bg, Config{Directory: folder}); err == nil || !strings.Contains(err.Error(), "not a database of madang") {
		t.Errorf("open: %v", err)
	}
}
