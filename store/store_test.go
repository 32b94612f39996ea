package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madang/chat"
	"madang/journal"
	"madang/journal/journaltest"
	"madang/store/record"
	"madang/store/space"

	sqlite3 "modernc.org/sqlite/lib"
)

var bg = context.Background()

// openAt opens a store for a test and closes it after it.
func openAt(t testing.TB, folder string, change ...func(*Config)) *Store {
	t.Helper()
	config := Config{Directory: folder, FreeBytesMin: -1, IndexDelay: time.Millisecond, Program: "test-1"}
	for _, c := range change {
		c(&config)
	}
	s, err := Open(bg, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(bg); err != nil {
			t.Error(err)
		}
	})
	return s
}

// crashCopy copies what a process killed now would leave on disk.
func crashCopy(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{databaseName, databaseName + "-wal", searchName, searchName + "-wal"} {
		content, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// faulty is SQLite whose COMMITs can be made to fail.
type faulty struct{ next atomic.Int32 } // a journaltest.Fault and one, or 0

var errFaulty = errors.New("the disk failed, as planned")

func (f *faulty) open(path string) (driver.Conn, error) {
	c, err := openSQLite(path)
	if err != nil || filepath.Base(path) != databaseName {
		return c, err
	}
	return faultyConn{c, f}, nil
}

type faultyConn struct {
	driver.Conn
	faulty *faulty
}

func (c faultyConn) Prepare(text string) (driver.Stmt, error) {
	s, err := c.Conn.Prepare(text)
	switch {
	case err != nil:
		return nil, err
	case text == "COMMIT":
		return faultyCommit{s, c.faulty}, nil
	case strings.HasPrefix(text, "INSERT INTO journal"):
		return faultyInsert{s, c.faulty}, nil
	}
	return s, nil
}

// faultyCommit commits or not, and says that it failed.
type faultyCommit struct {
	driver.Stmt
	faulty *faulty
}

func (s faultyCommit) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	commit := s.Stmt.(driver.StmtExecContext)
	switch s.faulty.next.Load() {
	case int32(journaltest.UnknownStored) + 1:
		s.faulty.next.Store(0)
		if _, err := commit.ExecContext(ctx, args); err != nil {
			return nil, err
		}
		return nil, errFaulty
	case int32(journaltest.UnknownLost) + 1:
		s.faulty.next.Store(0)
		return nil, errFaulty
	}
	return commit.ExecContext(ctx, args)
}

type faultyInsert struct {
	driver.Stmt
	faulty *faulty
}

func (s faultyInsert) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if s.faulty.next.CompareAndSwap(int32(journaltest.NotStored)+1, 0) {
		return nil, errFaulty
	}
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func TestContract(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journaltest.Subject {
		f := new(faulty)
		folder := t.TempDir()
		withFaults := func(c *Config) { c.connector = f.open }
		return journaltest.Subject{
			Journal: openAt(t, folder, withFaults),
			Reopen: func() journal.Journal {
				folder = crashCopy(t, folder)
				return openAt(t, folder, withFaults)
			},
			FailNext: func(fault journaltest.Fault) { f.next.Store(int32(fault) + 1) },
		}
	})
}

func TestSecondServerIsRefused(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	_, err := Open(bg, Config{Directory: folder})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), folder) {
		t.Fatalf("second open: %v", err)
	}
	if err := s.Close(bg); err != nil {
		t.Fatal(err)
	}
	openAt(t, folder)
}

func TestFolderIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other permissions")
	}
	folder := filepath.Join(t.TempDir(), "new", "folder")
	s := openAt(t, folder)
	say(t, s, 1, "hello")
	for _, name := range []string{"", databaseName, databaseName + "-wal", searchName} {
		stat, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if stat.Mode().Perm()&0o077 != 0 {
			t.Errorf("%q can be read by others: %v", name, stat.Mode())
		}
	}
}

func TestClosedStore(t *testing.T) {
	s := openAt(t, t.TempDir())
	if err := s.Close(bg); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(bg, journal.Batch{Events: []chat.Event{&chat.NodeStarted{}}}); !errors.Is(err, journal.ErrNotStored) || !errors.Is(err, ErrClosed) {
		t.Errorf("append: %v", err)
	}
	if _, err := s.Page(bg, chat.HistoryQuery{Conversation: 1}); !errors.Is(err, ErrClosed) {
		t.Errorf("page: %v", err)
	}
	if err := s.Close(bg); err != nil {
		t.Errorf("second close: %v", err)
	}
}

func TestEpochAndKeys(t *testing.T) {
	folder := t.TempDir()
	random := func(c *Config) { c.Random = strings.NewReader("\x01\x02\x03\x04the key of cloaks") }
	s := openAt(t, folder, random)
	if s.Epoch() != 0x04030201 {
		t.Errorf("epoch %x", s.Epoch())
	}
	key, err := s.Key("cloak", 16)
	if err != nil || string(key) != "the key of cloak" {
		t.Fatalf("key %q, %v", key, err)
	}
	if _, err := s.Key("udp", 16); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a key without randomness: %v", err)
	}
	if _, err := s.Key("cloak", 32); err == nil {
		t.Error("a key of another size was given")
	}
	epoch := s.Epoch()
	s = openAt(t, crashCopy(t, folder))
	again, err := s.Key("cloak", 16)
	if err != nil || string(again) != string(key) || s.Epoch() != epoch {
		t.Errorf("after a crash: key %q, epoch %x, %v", again, s.Epoch(), err)
	}
}

func TestLowDisk(t *testing.T) {
	var free atomic.Int64
	free.Store(100 << 20)
	s := openAt(t, t.TempDir(), func(c *Config) {
		c.FreeBytesMin = 0 // the default
		c.FreeBytes = func() (int64, error) { return free.Load(), nil }
	})
	again := s.space.Forget
	say(t, s, 1, "there is room")
	free.Store(64<<20 - 1)
	again()
	err := s.Append(bg, journal.Batch{After: 1, Events: []chat.Event{&chat.NodeStarted{}}})
	if !errors.Is(err, journal.ErrNotStored) || !errors.Is(err, space.ErrLow) {
		t.Fatalf("append: %v", err)
	}
	if err := s.Probe(bg); !errors.Is(err, space.ErrLow) {
		t.Fatalf("probe: %v", err)
	}
	if page := pageOf(t, s, chat.HistoryQuery{Conversation: 1, UpTo: 9, Limit: 9}); len(page) != 1 {
		t.Fatalf("reading does not go on: %v", page)
	}
	free.Store(64 << 20)
	again()
	if err := s.Probe(bg); err != nil {
		t.Fatal(err)
	}
	say(t, s, 1, "there is room again")
	if n, err := s.FreeBytes(); n != 64<<20 || err != nil {
		t.Fatalf("free bytes %d, %v", n, err)
	}
}

// A file that cannot grow: batches are refused, and accepted again once it can.
func TestFullDisk(t *testing.T) {
	s := openAt(t, t.TempDir())
	say(t, s, 1, "there is room")
	pages, err := s.writer.number("PRAGMA page_count")
	must(t, err)
	must(t, s.writer.script(fmt.Sprint("PRAGMA max_page_count=", pages+2)))
	large := strings.Repeat("x", chat.TextBytesMax)
	for range 3 {
		err := s.Append(bg, journal.Batch{After: 1, Events: []chat.Event{&chat.Said{Conversation: 1, RoomName: "#r", Number: 2, Text: large}}})
		if !errors.Is(err, journal.ErrNotStored) || code(err) != sqlite3.SQLITE_FULL {
			t.Fatalf("append to a full disk: %v", err)
		}
	}
	if page := pageOf(t, s, chat.HistoryQuery{Conversation: 1, UpTo: 9, Limit: 9}); len(page) != 1 {
		t.Fatalf("reading does not go on: %v", page)
	}
	eventually(t, "the log was shortened", func() bool { return s.Stats().Checkpoints > 0 && s.Stats().LogBytes == 0 })
	must(t, s.writer.script("PRAGMA max_page_count=1000000"))
	say(t, s, 1, large)
	if s.Last() != 2 {
		t.Errorf("the journal ends at %d", s.Last())
	}
}

// A crash between a commit and the next: everything accepted is there.
func TestCrash(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	for i := range 20 {
		say(t, s, 1, fmt.Sprint("message ", i))
		if i%5 == 2 {
			if _, err := s.checkpoint("PASSIVE"); err != nil {
				t.Fatal(err)
			}
		}
		after := openAt(t, crashCopy(t, folder))
		page := pageOf(t, after, chat.HistoryQuery{Conversation: 1, UpTo: after.Last(), Limit: 100})
		if len(page) != i+1 || page[i].Text != fmt.Sprint("message ", i) {
			t.Fatalf("after %d messages a crash leaves %d", i+1, len(page))
		}
	}
}

// A journal record whose bytes changed is found, not replayed.
func TestDamagedRecord(t *testing.T) {
	s := openAt(t, t.TempDir())
	say(t, s, 1, "one")
	say(t, s, 1, "two")
	err := s.write(func(c *connection) error {
		return c.exec("UPDATE journal SET record=zeroblob(length(record)) WHERE last=2")
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Read(bg, 0, func(chat.Position, chat.Event) bool { return true })
	if !errors.Is(err, record.ErrDamaged) {
		t.Fatalf("read: %v", err)
	}
	err = s.write(func(c *connection) error { return c.exec("DELETE FROM journal WHERE last=1") })
	if err != nil {
		t.Fatal(err)
	}
	if err = s.Read(bg, 0, func(chat.Position, chat.Event) bool { return true }); !errors.Is(err, record.ErrDamaged) {
		t.Fatalf("read over a hole: %v", err)
	}
}

func TestStats(t *testing.T) {
	s := openAt(t, t.TempDir())
	for range 10 {
		say(t, s, 1, "hello", "there")
	}
	_ = s.Append(bg, journal.Batch{After: 7, Events: []chat.Event{&chat.NodeStarted{}}})
	indexed(t, s)
	if _, err := s.checkpoint("TRUNCATE"); err != nil {
		t.Fatal(err)
	}
	st := s.Stats()
	if st.Appends != 10 || st.Failed != 1 || st.Events != 20 || st.Last != 20 || st.Lag() != 0 || st.Checkpoints != 1 {
		t.Errorf("%+v", st)
	}
	if st.Bytes == 0 || st.CommitP50 <= 0 || st.CommitP99 < st.CommitP50 || st.DatabaseBytes == 0 || st.SearchBytes == 0 || st.LogBytes != 0 {
		t.Errorf("%+v", st)
	}
}

func TestWhenToCheckpoint(t *testing.T) {
	start := time.UnixMilli(0)
	o := outlook{idleSince: start}
	for _, step := range []struct {
		at      time.Duration
		written int64
		want    string
	}{
		{1 * time.Second, 0, ""},
		{9 * time.Second, 0, ""}, // nothing was written
		{10 * time.Second, 100, ""},
		{14 * time.Second, 100, ""},
		{15 * time.Second, 100, "TRUNCATE"},
		{30 * time.Second, 100, ""},
		{31 * time.Second, checkpointBytesMin, ""},
		{32 * time.Second, checkpointBytesMin + 100, "PASSIVE"},
		{33 * time.Second, checkpointBytesMin + 200, ""},
	} {
		if got := o.due(step.written, start.Add(step.at)); got != step.want {
			t.Errorf("after %v: %q, want %q", step.at, got, step.want)
		} else if got != "" {
			o.done = step.written
		}
	}
}

func TestErasedTextLeavesABusyLog(t *testing.T) {
	start := time.UnixMilli(0)
	o := outlook{idleSince: start, wipes: true}
	for _, step := range []struct {
		at   time.Duration
		want string
	}{{time.Second, "TRUNCATE"}, {2 * time.Second, ""}, {9 * time.Second, ""}, {11 * time.Second, "TRUNCATE"}} {
		if got := o.due(step.at.Milliseconds(), start.Add(step.at)); got != step.want {
			t.Errorf("after %v: %q, want %q", step.at, got, step.want)
		}
	}
	folder := t.TempDir()
	s := openAt(t, folder)
	say(t, s, 1, "unmistakable")
	happen(t, s, s.redacted(1, 1))
	eventually(t, "no file holds the text", func() bool {
		happen(t, s, &chat.NodeStarted{Node: 1}) // the server is busy
		return !inFiles(t, folder, "unmistakable")
	})
}

func TestBuckets(t *testing.T) {
	for us := time.Duration(1); us < 100_000_000; us = us*9/8 + 1 {
		took := us * time.Microsecond
		end := bucketEnd(bucket(took))
		if end < took || us > 8 && end > took*5/4+time.Microsecond {
			t.Fatalf("%v is counted below %v", took, end)
		}
	}
}

// say appends one batch of messages to a conversation.
func say(t testing.TB, s *Store, id chat.ConversationID, texts ...string) {
	t.Helper()
	var events []chat.Event
	all, err := s.numbers(bg, id)
	must(t, err)
	for i, text := range texts {
		n := uint64(max(all.high, 1)) + uint64(i)
		events = append(events, &chat.Said{
			Source: chat.Source{User: 1, Nick: "Haneul", Username: "u", Host: "h"}, Conversation: id,
			RoomName: "#room", Number: chat.Number(n), Time: chat.Time(n * 1000), Text: text,
		})
	}
	must(t, s.Append(bg, journal.Batch{After: s.Last(), Events: events}))
}

func happen(t testing.TB, s *Store, events ...chat.Event) {
	t.Helper()
	must(t, s.Append(bg, journal.Batch{After: s.Last(), Events: events}))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func pageOf(t testing.TB, s *Store, q chat.HistoryQuery) []chat.Message {
	t.Helper()
	page, err := s.Page(bg, q)
	must(t, err)
	return page
}

// eventually waits until something in the background has happened.
func eventually(t testing.TB, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// indexed waits until the index has everything.
func indexed(t testing.TB, s *Store) {
	t.Helper()
	eventually(t, "index complete", func() bool { return s.index.upTo() == s.Last() })
}

// logLines collects what is logged.
type logLines struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

func (l *logLines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logLines) config(c *Config) { c.Logger = slog.New(slog.NewTextHandler(l, nil)) }
