package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"strings"

	"madang/chat"
)

const (
	tailRowsMax     = 20_000 // unindexed messages that a search reads itself
	anywhereRowsMax = 1_000  // messages that a question without rooms may name
	searchMax       = 1000   // messages in one answer
)

// errIndexLost: the index is being made anew; the search may be tried again.
var errIndexLost = errors.New("the search index is being made anew")

// Search finds messages, newest first. Without a text it finds all that somebody said, or
// that was said between bounds or at all; with one that has no words it finds nothing.
// Those that are not indexed yet are read, newest
// first, so that a word just said is found; when they are too many UpTo says how far
// the answer is complete. Bounds by number need a query for one conversation.
func (s *Store) Search(ctx context.Context, q chat.SearchQuery) (chat.SearchResult, error) {
	h := hunt{store: s, query: q, wanted: s.wanted(q), limit: min(max(q.Limit, 1), searchMax)}
	h.result.UpTo = min(q.UpTo, s.Last())
	if len(q.Conversations) == 0 || len(h.wanted.runs) == 0 && !wordless(q) {
		return h.result, nil
	}
	err := s.readers.use(ctx, func(c *connection) error { return h.run(ctx, c) })
	if err != nil {
		return chat.SearchResult{}, fmt.Errorf("search: %w", err)
	}
	return h.result, nil
}

// wordless says whether a query asks for something without words.
func wordless(q chat.SearchQuery) bool { return strings.TrimSpace(q.Text) == "" }

// hunt is one search on its way.
type hunt struct {
	store  *Store
	query  chat.SearchQuery
	wanted wanted
	limit  int
	low    int64 // no position below
	high   int64 // no position at or behind
	result chat.SearchResult
}

func (h *hunt) full() bool { return len(h.result.Messages) >= h.limit }

func (h *hunt) run(ctx context.Context, c *connection) error {
	if err := h.bounds(c); err != nil {
		return err
	}
	low, high := h.low, h.high
	if err := h.find(ctx, c); err != nil {
		return err
	}
	return h.findEdited(ctx, c, low, high)
}

// find finds messages newest first, in what is not indexed and then by the index.
func (h *hunt) find(ctx context.Context, c *connection) error {
	indexed := int64(h.store.index.upTo())
	reached, err := h.scan(ctx, c, max(indexed+1, h.low), tailRowsMax)
	if err != nil || h.full() {
		return err
	}
	if reached > indexed+1 && reached > h.low {
		h.result.UpTo = min(h.result.UpTo, chat.Position(indexed))
	}
	h.high = min(h.high, reached, indexed+1)
	if h.high <= h.low {
		return nil
	}
	return h.lookUp(ctx, c)
}

// bounds turns the bounds of the query into positions.
func (h *hunt) bounds(c *connection) error {
	h.low, h.high = 1, int64(h.result.UpTo)+1
	if a := h.query.After; a != (chat.Bound{}) {
		p, err := h.position(c, a, true)
		if err != nil {
			return err
		}
		h.low = max(h.low, p)
	}
	if b := h.query.Before; b != (chat.Bound{}) {
		p, err := h.position(c, b, false)
		if err != nil {
			return err
		}
		h.high = min(h.high, p)
	}
	return nil
}

// position is the first position at (or, when behind is set, behind) a bound.
func (h *hunt) position(c *connection, b chat.Bound, behind bool) (int64, error) {
	var step int64
	if behind {
		step = 1
	}
	switch {
	case b.Position != 0:
		return int64(b.Position) + step, nil
	case b.Time != 0:
		return positionSince(c, b.Time+chat.Time(step), h.high)
	case len(h.query.Conversations) != 1:
		return 0, errors.New("a number bounds a search in one conversation only")
	}
	const place = "SELECT position FROM messages WHERE conversation=? AND number>=? ORDER BY number LIMIT 1"
	p, err := c.number(place, int64(h.query.Conversations[0]), int64(b.Number)+step)
	if p == 0 {
		p = math.MaxInt64
	}
	return p, err
}

// positionSince is the first position below end that was said at a time or later.
func positionSince(c *connection, since chat.Time, end int64) (int64, error) {
	low, high := int64(1), end
	for low < high {
		middle := low + (high-low)/2
		row, err := c.first("SELECT position, time FROM messages WHERE position>=? ORDER BY position LIMIT 1", middle)
		if err != nil {
			return 0, err
		}
		if row == nil || moment(row[1]) >= since {
			high = middle
			continue
		}
		low = int64(position(row[0])) + 1
	}
	return low, nil
}

// scan reads messages from the newest down to a position and at most so many, and
// gives the position from which it has seen everything.
func (h *hunt) scan(ctx context.Context, c *connection, down int64, rowsMax int) (int64, error) {
	if down >= h.high {
		return h.high, nil
	}
	rows := "SELECT position, conversation, body FROM messages WHERE position>=? AND position<? ORDER BY position DESC"
	values := []driver.Value{down, h.high}
	if len(h.query.Conversations) == 1 { // by the room's own index
		rows = "SELECT position, conversation, body FROM messages WHERE conversation=? AND number<? ORDER BY number DESC"
		end, err := h.store.firstNumberAt(c, h.query.Conversations[0], h.high)
		if err != nil {
			return 0, err
		}
		values = []driver.Value{int64(h.query.Conversations[0]), end}
	}
	var failure error
	reached, seen := down, 0
	err := c.each(ctx, rows, func(row []driver.Value) bool {
		at := int64(position(row[0]))
		if at < down {
			return false
		}
		if seen++; seen > rowsMax {
			reached = at + 1
			return false
		}
		if _, ok := h.wanted.conversations[conversation(row[1])]; !ok {
			return true
		}
		body, _ := row[2].([]byte)
		m, err := message(position(row[0]), body)
		failure = err
		h.consider(&m)
		return err == nil && !h.full()
	}, values...)
	return reached, errorsFirst(err, failure)
}

// firstNumberAt is the first number of a room at a position or behind it.
func (s *Store) firstNumberAt(c *connection, id chat.ConversationID, at int64) (int64, error) {
	all, err := numbersOf(c, id)
	if err != nil || at > int64(s.Last()) {
		return math.MaxInt64, err
	}
	return all.bound(c, id, chat.Bound{Position: chat.Position(at)}, false)
}

// consider adds a message to the answer if it belongs there.
func (h *hunt) consider(m *chat.Message) {
	if h.wanted.match(m) && !h.store.shade.hides(m.Conversation, m.Time) {
		h.result.Messages = append(h.result.Messages, *m)
	}
}

// lookUp asks the index, and looks at each message that it names. The first question
// leaves the rooms out: that is quick for rare words, and for common ones in rooms
// where much is said. When it takes too long, or rooms are all there is to ask for, they come
// into the question.
func (h *hunt) lookUp(ctx context.Context, c *connection) error {
	x := h.store.index
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.readers == nil {
		return errIndexLost
	}
	err := x.readers.use(ctx, func(words *connection) error {
		more, err := true, error(nil)
		if !h.wanted.anything() {
			more, err = h.ask(ctx, c, words, nil, anywhereRowsMax)
		}
		if more && err == nil {
			_, err = h.ask(ctx, c, words, h.query.Conversations, math.MaxInt)
		}
		return err
	})
	if damaged(err) {
		x.broken.Store(true)
		x.wake()
		return fmt.Errorf("%w: %w", errIndexLost, err)
	}
	return err
}

// ask puts one question to the index and considers at most so many of the messages
// that it names; more says that there are others, below the new h.high.
func (h *hunt) ask(ctx context.Context, c, words *connection, rooms []chat.ConversationID, rowsMax int) (more bool, err error) {
	rows := "SELECT rowid FROM words WHERE words MATCH ? AND rowid>=? AND rowid<? ORDER BY rowid DESC"
	if h.wanted.syllables() {
		rows = "SELECT rowid FROM syllables WHERE syllables MATCH ? AND rowid>=? AND rowid<? ORDER BY rowid DESC"
	}
	var failure error
	seen := 0
	err = words.each(ctx, rows, func(row []driver.Value) bool {
		at := position(row[0])
		if failure = errorsFirst(h.look(c, at), ctx.Err()); failure != nil || h.full() {
			return false
		}
		seen++
		more = seen == rowsMax
		h.high = int64(at)
		return !more
	}, h.wanted.expression(rooms), h.low, h.high)
	return more, errorsFirst(err, failure)
}

// look considers the message at a position.
func (h *hunt) look(c *connection, at chat.Position) error {
	row, err := c.first("SELECT conversation, body FROM messages WHERE position=?", int64(at))
	if err != nil || row == nil {
		return err
	}
	if _, ok := h.wanted.conversations[conversation(row[0])]; !ok {
		return nil
	}
	body, _ := row[1].([]byte)
	m, err := message(at, body)
	if err == nil {
		h.consider(&m)
	}
	return err
}
