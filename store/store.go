// Package store keeps everything that outlives the process in one folder: madang.db
// is the journal of one machine with the messages, snapshots and keys, written in one
// transaction with one fsync a batch; search.db is an index derived from it. It
// promises that what Append accepted is read back, that nothing is shown which is not
// committed, that erased text leaves madang.db (and its words the index, when that
// next merges), and that a lost or damaged search.db is made anew. It refuses to know
// sessions, permissions and protocols.
package store

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"madang/chat"
	"madang/journal"
	"madang/store/record"
	"madang/store/space"
)

// Config is what a store needs to know. Only Directory must be set.
type Config struct {
	Directory    string                            // made when missing, readable by its owner alone
	Logger       *slog.Logger                      // nil: nothing is logged
	Program      string                            // version of this program, for whoever finds the file too new
	FreeBytesMin int64                             // below this Append refuses; 0: 64 MiB, negative: never
	Readers      int                               // read-only connections; 0: 4
	Random       io.Reader                         // nil: crypto/rand
	Now          func() time.Time                  // nil: time.Now; for retention in days
	FreeBytes    func() (int64, error)             // nil: asks the system
	FoldNick     func(nick string) string          // as SearchQuery.From is folded; nil: lower case
	IndexDelay   time.Duration                     // how long the index may lag when little is said; 0: half a second
	connector    func(string) (driver.Conn, error) // nil: SQLite
	format       *format                           // nil: the current one
}

const (
	freeBytesMinDefault = 64 << 20
	readersDefault      = 4
	indexDelayDefault   = 500 * time.Millisecond
)

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.FreeBytesMin == 0 {
		c.FreeBytesMin = freeBytesMinDefault
	}
	if c.Readers <= 0 {
		c.Readers = readersDefault
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.FreeBytes == nil {
		folder := c.Directory
		c.FreeBytes = func() (int64, error) { return space.Free(folder) }
	}
	if c.FoldNick == nil {
		c.FoldNick = fold
	}
	if c.IndexDelay <= 0 {
		c.IndexDelay = indexDelayDefault
	}
	if c.connector == nil {
		c.connector = openSQLite
	}
	if c.format == nil {
		f := currentFormat()
		c.format = &f
	}
	return c
}

// Store is an open data folder. Its methods may be called by any goroutine, but
// Append and Recover only as package journal says.
type Store struct {
	// Fixed after construction.
	config    Config
	log       *slog.Logger
	connector connector
	path      string // of madang.db
	lock      *os.File
	readers   *pool
	space     *space.Watch
	index     *index
	epoch     chat.Epoch
	cancel    context.CancelFunc // ends the background work
	work      sync.WaitGroup
	janitor   chan struct{} // holds a token when there may be something to erase
	pressed   chan struct{} // holds a token when the disk is full: the log may be shortened

	last  atomic.Uint64 // position of the last committed event
	shade shade         // what may no longer be shown
	wipe  atomic.Bool   // a text was erased or replaced that the log may still hold
	count counters

	mu     sync.Mutex  // guards what follows; held for one transaction
	writer *connection // nil: must be opened before it is used
	doubt  bool        // Recover must succeed before the next Append
	encode record.Encoder
	closed bool
}

var _ journal.Journal = (*Store)(nil)

// ErrClosed: the store was closed.
var ErrClosed = errors.New("the store is closed")

// Open opens a data folder, and makes what is missing in it. It fails with ErrInUse
// when another process has it and with ErrTooNew when a newer program wrote it.
func Open(ctx context.Context, config Config) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{config: config.withDefaults(), janitor: make(chan struct{}, 1), pressed: make(chan struct{}, 1)}
	s.log, s.connector = s.config.Logger, s.config.connector
	s.path = filepath.Join(config.Directory, databaseName)
	s.space = space.New(s.config.FreeBytes, s.config.FreeBytesMin)
	lock, err := lockFolder(config.Directory)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s.lock = lock
	if err := s.openDatabase(); err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", err), s.release())
	}
	background, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.start(background)
	return s, nil
}

// openDatabase opens madang.db and reads what is kept in memory of it.
func (s *Store) openDatabase() (err error) {
	if fileSize(s.path) == 0 {
		if err := errors.Join(removeDatabase(s.path), createPrivate(s.path)); err != nil {
			return err
		}
	}
	if err := s.openWriterLocked(); err != nil {
		return err
	}
	if err := s.config.format.bring(s.writer, s.path, s.config.Program, s.log); err != nil {
		return err
	}
	if s.epoch, err = readEpoch(s.writer, s.config.Random); err != nil {
		return err
	}
	if err := s.loadLocked(); err != nil {
		return err
	}
	if s.readers, err = openPool(s.connector, s.path, s.config.Readers); err != nil {
		return err
	}
	s.index, err = openIndex(s)
	return err
}

// openWriterLocked opens the connection that writes.
func (s *Store) openWriterLocked() error {
	c, err := connect(s.connector, s.path, "busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL",
		"wal_autocheckpoint=0", "secure_delete=ON", "cache_size=-16384", "temp_store=MEMORY")
	if err != nil {
		return err
	}
	s.writer = c
	return nil
}

// loadLocked reads the last position and what is erased or kept for a while.
func (s *Store) loadLocked() error {
	last, err := s.writer.number("SELECT max(last) FROM journal")
	if err != nil {
		return fmt.Errorf("read last position: %w", err)
	}
	if err := s.shade.load(s.writer); err != nil {
		return fmt.Errorf("read rooms: %w", err)
	}
	s.last.Store(uint64(last))
	return nil
}

// readEpoch gives the database's epoch and makes it at first.
func readEpoch(c *connection, random io.Reader) (chat.Epoch, error) {
	epoch, err := c.number("SELECT value FROM meta WHERE name='epoch'")
	if err != nil || epoch != 0 {
		return chat.Epoch(epoch), err
	}
	return newEpoch(c, random)
}

// newEpoch gives the database another epoch. It is never zero.
func newEpoch(c *connection, random io.Reader) (chat.Epoch, error) {
	var b [4]byte
	for binary.LittleEndian.Uint32(b[:]) == 0 {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, fmt.Errorf("make epoch: %w", err)
		}
	}
	epoch := binary.LittleEndian.Uint32(b[:])
	if err := c.exec("INSERT OR REPLACE INTO meta VALUES('epoch', ?)", int64(epoch)); err != nil {
		return 0, fmt.Errorf("keep epoch: %w", err)
	}
	return chat.Epoch(epoch), nil
}

// start begins the work in the background.
func (s *Store) start(ctx context.Context) {
	s.work.Go(func() { s.checkpoints(ctx) })
	s.work.Go(func() { s.erase(ctx) })
	s.work.Go(func() { s.index.follow(ctx) })
}

// Epoch is the random number that is part of every message id. It is made with the
// database and changed by Restore.
func (s *Store) Epoch() chat.Epoch { return s.epoch }

// Last is the position of the last committed event.
func (s *Store) Last() chat.Position { return chat.Position(s.last.Load()) }

// Key gives a secret of so many random bytes that is kept in the database under the
// name, and makes it at its first use.
func (s *Store) Key(name string, size int) ([]byte, error) {
	var key []byte
	err := s.write(func(c *connection) error {
		row, err := c.first("SELECT value FROM secrets WHERE name=?", name)
		if err != nil {
			return err
		}
		if row != nil {
			key, _ = row[0].([]byte)
			return nil
		}
		key = make([]byte, size)
		if _, err := io.ReadFull(s.config.Random, key); err != nil {
			return err
		}
		return c.exec("INSERT INTO secrets VALUES(?, ?)", name, key)
	})
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", name, err)
	}
	if len(key) != size {
		return nil, fmt.Errorf("key %s: it has %d bytes, not %d", name, len(key), size)
	}
	return key, nil
}

// write runs one transaction of housekeeping between two batches.
func (s *Store) write(body func(*connection) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.doubt {
		return errDoubt
	}
	return s.transactionLocked(body)
}

// transactionLocked runs one transaction. After an outcome in doubt the connection is
// closed; the next transaction opens another.
func (s *Store) transactionLocked(body func(*connection) error) error {
	if s.closed {
		return ErrClosed
	}
	if s.writer == nil {
		if err := s.openWriterLocked(); err != nil {
			return err
		}
	}
	err := s.writer.transaction(func() error { return body(s.writer) })
	if errors.Is(err, errUncertain) {
		s.dropWriterLocked()
	}
	return err
}

// dropWriterLocked closes a connection that can no longer be trusted.
func (s *Store) dropWriterLocked() {
	if s.writer == nil {
		return
	}
	if err := s.writer.close(); err != nil {
		s.log.Warn("closing the database connection failed", "error", err)
	}
	s.writer = nil
}

// Close ends the work in the background, brings the write-ahead log into the database
// and gives the folder free. Calls that are under way are waited for, until ctx ends.
func (s *Store) Close(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- s.close() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("close store: %w", ctx.Err())
	}
}

func (s *Store) close() error {
	s.cancel()
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		return nil
	}
	s.work.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.release(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// release closes whatever is open, the writer last: closing the last connection
// brings the write-ahead log into the database.
func (s *Store) release() error {
	var errs []error
	if s.index != nil {
		errs = append(errs, s.index.close())
	}
	if s.readers != nil {
		errs = append(errs, s.readers.close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close())
		s.writer = nil
	}
	return errors.Join(append(errs, s.lock.Close())...)
}

// FreeBytes is the room left on the disk that holds the database, at most a second old.
func (s *Store) FreeBytes() (int64, error) {
	free, err := s.space.Bytes()
	if err != nil {
		return 0, fmt.Errorf("ask for free space in %s: %w", s.config.Directory, err)
	}
	return free, nil
}
