package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"madang/chat"
	"madang/store/space"
)

const (
	indexID       = 0x4d444e53       // "MDNS", the application id of search.db
	indexVersion  = 2                // another one: the index is made anew
	indexRowsMax  = 10_000           // messages indexed by one transaction: with fewer more is merged
	indexBytesMax = 8 << 20          // of tokens, about: the same
	indexBusy     = 1000             // events in one delay that mean load
	indexLagMax   = 15 * time.Second // how long indexing is put off under load
	indexRetry    = 5 * time.Second
	indexReaders  = 2
	tokenizerName = "ascii" // our tokens are folded and parted by spaces; it adds nothing
)

const indexSchema = `
CREATE TABLE state(name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(tokens, content='', contentless_delete=1, tokenize='` + tokenizerName + `');
CREATE VIRTUAL TABLE syllables USING fts5(tokens, content='', contentless_delete=1, detail=none, tokenize='` + tokenizerName + `');
`

// index is search.db: which message holds which words. It holds no text, is derived
// from madang.db alone, and remembers how far it came in the transaction that got it
// there. It is behind the journal; who searches looks at the rest himself.
type index struct {
	// Fixed after construction.
	store  *Store
	path   string
	signal chan struct{} // holds a token when there may be something to index

	position atomic.Uint64 // everything up to here is indexed
	broken   atomic.Bool   // it must be made anew

	writer *connection // owned by follow, once that runs

	// The same: whether something was taken out of it since it was written anew, when that
	// was, and whether the next time is arranged.
	stale   bool
	purged  time.Time
	purging bool

	mu      sync.RWMutex // guards readers; read-locked while they are used
	readers *pool
}

// openIndex opens search.db. Whatever is wrong with it, the server starts: the index
// is made anew in the background.
func openIndex(s *Store) (*index, error) {
	x := &index{store: s, path: filepath.Join(s.config.Directory, searchName), signal: make(chan struct{}, 1)}
	if fileSize(x.path) > 0 {
		err := x.open()
		if err == nil {
			return x, nil
		}
		s.log.Info("the search index is made anew", "reason", err)
	}
	if err := x.rebuild(); err != nil {
		s.log.Warn("the search index cannot be made; trying again", "error", err)
		x.broken.Store(true)
	}
	return x, nil
}

// open opens an index that exists and checks that it is of this database.
func (x *index) open() error {
	c, err := connect(x.store.connector, x.path, "busy_timeout=5000", "journal_mode=WAL", "synchronous=NORMAL",
		"secure_delete=ON", "cache_size=-16384", "temp_store=MEMORY")
	if err != nil {
		return err
	}
	position, err := x.check(c)
	var stale int64
	if err == nil {
		stale, err = c.number("SELECT count(*) FROM state WHERE name='stale'")
	}
	if err == nil {
		x.readers, err = openPool(x.store.connector, x.path, indexReaders)
	}
	if err != nil {
		return errors.Join(err, c.close())
	}
	x.writer, x.stale = c, stale > 0
	x.position.Store(uint64(position))
	x.broken.Store(false)
	return nil
}

// check gives the position of a sound index.
func (x *index) check(c *connection) (int64, error) {
	id, err := c.number("PRAGMA application_id")
	if err != nil {
		return 0, err
	}
	version, err := c.number("PRAGMA user_version")
	if err != nil {
		return 0, err
	}
	if id != indexID || version != indexVersion {
		return 0, errors.New("it has another format")
	}
	epoch, err := c.number("SELECT value FROM state WHERE name='epoch'")
	if err != nil {
		return 0, err
	}
	position, err := c.number("SELECT value FROM state WHERE name='position'")
	if err != nil {
		return 0, err
	}
	if chat.Epoch(epoch) != x.store.epoch || uint64(position) > x.store.last.Load() {
		return 0, errors.New("it belongs to another database")
	}
	_, err = c.first("SELECT rowid FROM words WHERE words MATCH 'a' LIMIT 1")
	if err == nil {
		_, err = c.first("SELECT rowid FROM syllables WHERE syllables MATCH 'a' LIMIT 1")
	}
	return position, err
}

// rebuild begins an empty index.
func (x *index) rebuild() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closeLocked()
	x.position.Store(0)
	if err := errors.Join(removeDatabase(x.path), createPrivate(x.path)); err != nil {
		return err
	}
	c, err := connect(x.store.connector, x.path, "journal_mode=WAL")
	if err != nil {
		return err
	}
	err = c.transaction(func() error {
		return errors.Join(
			c.script(indexSchema),
			c.script(fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d", indexID, indexVersion)),
			c.exec("INSERT INTO state VALUES('epoch', ?), ('position', 0)", int64(x.store.epoch)),
		)
	})
	if err = errors.Join(err, c.close()); err != nil {
		return err
	}
	return x.open()
}

// closeLocked closes all connections.
func (x *index) closeLocked() error {
	var errs []error
	if x.readers != nil {
		errs = append(errs, x.readers.close())
	}
	if x.writer != nil {
		errs = append(errs, x.writer.close())
	}
	x.readers, x.writer = nil, nil
	return errors.Join(errs...)
}

func (x *index) close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.closeLocked()
}

// upTo is the position up to which everything is indexed.
func (x *index) upTo() chat.Position { return chat.Position(x.position.Load()) }

// wake says that there may be something to index.
func (x *index) wake() { signal(x.signal) }

// follow indexes until ctx ends.
func (x *index) follow(ctx context.Context) {
	for {
		err := x.catchUp(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			x.failed(err)
			pause(ctx, indexRetry)
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-x.signal:
		}
		x.delay(ctx)
	}
}

// failed notes why indexing stopped for a while.
func (x *index) failed(err error) {
	if damaged(err) {
		x.broken.Store(true)
	}
	if !errors.Is(err, space.ErrLow) { // that one is said elsewhere, and lasts
		x.store.log.Warn("indexing failed; trying again", "error", err)
	}
}

// delay gathers what is said: many messages at once are cheaper to index, and under
// load the processor has better things to do.
func (x *index) delay(ctx context.Context) {
	for waited := time.Duration(0); waited < indexLagMax; waited += x.store.config.IndexDelay {
		before := x.store.last.Load()
		if !pause(ctx, x.store.config.IndexDelay) || x.store.last.Load()-before < indexBusy {
			return
		}
	}
}

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// catchUp indexes all that is committed and forgets all that is erased.
func (x *index) catchUp(ctx context.Context) error {
	if err := x.store.space.Refusal(); err != nil {
		return err
	}
	if x.broken.Load() {
		if err := x.rebuild(); err != nil {
			return err
		}
	}
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if more, err = x.advance(ctx); err != nil {
			return err
		}
	}
	for more := true; more; {
		var err error
		if more, err = x.forget(ctx); err != nil {
			return err
		}
	}
	return x.purge(ctx)
}

// advance indexes the next messages in one transaction.
func (x *index) advance(ctx context.Context) (more bool, err error) {
	from, last := int64(x.position.Load()), int64(x.store.last.Load())
	if from >= last {
		return false, nil
	}
	entries, more, err := x.next(ctx, from)
	if err != nil {
		return false, err
	}
	if more {
		last = entries[len(entries)-1].position
	} else if len(entries) > 0 {
		last = max(last, entries[len(entries)-1].position)
	}
	err = x.writer.transaction(func() error {
		for _, e := range entries {
			if err := x.insert(e); err != nil {
				return err
			}
		}
		return x.writer.exec("UPDATE state SET value=? WHERE name='position'", last)
	})
	if err == nil {
		x.position.Store(uint64(last))
	}
	return more, err
}

func (x *index) insert(e entry) error {
	err := x.writer.exec("INSERT INTO words(rowid, tokens) VALUES(?, ?)", e.position, string(e.words))
	if err != nil || len(e.syllables) == 0 {
		return err
	}
	return x.writer.exec("INSERT INTO syllables(rowid, tokens) VALUES(?, ?)", e.position, string(e.syllables))
}

// next reads the tokens of the messages behind a position; more says that there may be
// others behind them.
func (x *index) next(ctx context.Context, after int64) (entries []entry, more bool, err error) {
	var failure error
	bytes := 0
	err = x.store.readers.use(ctx, func(c *connection) error {
		const rows = "SELECT position, body FROM messages WHERE position > ? ORDER BY position LIMIT ?"
		return c.each(ctx, rows, func(row []driver.Value) bool {
			body, _ := row[1].([]byte)
			m, err := message(position(row[0]), body)
			if failure = err; err != nil {
				return false
			}
			e := newEntry(&m, x.store.config.FoldNick)
			entries = append(entries, e)
			bytes += len(e.words) + len(e.syllables)
			more = len(entries) == indexRowsMax || bytes >= indexBytesMax
			return !more
		}, after, int64(indexRowsMax))
	})
	return entries, more, errorsFirst(err, failure)
}
