package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"slices"

	"madang/chat"
	"madang/store/past"
)

// pageMax is how many messages one page holds at most.
const pageMax = 1000

// Within a conversation numbers, positions and times all rise together. There is one
// index, by number; bounds by position or time are turned into numbers by bisection,
// some twenty steps of microseconds, which is cheaper than more indexes to write.

// stretch is the numbers from low to below high.
type stretch struct{ low, high int64 }

// Page gives messages of one conversation in ascending order. What was erased, or is
// about to be, is not among them.
func (s *Store) Page(ctx context.Context, q chat.HistoryQuery) ([]chat.Message, error) {
	var page []chat.Message
	err := s.readers.use(ctx, func(c *connection) (err error) {
		page, err = s.page(ctx, c, q)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("page of conversation %d: %w", q.Conversation, err)
	}
	return page, nil
}

func (s *Store) page(ctx context.Context, c *connection, q chat.HistoryQuery) ([]chat.Message, error) {
	if s.shade.hides(q.Conversation, math.MaxInt64) {
		return nil, nil
	}
	part, err := s.stretch(c, q)
	if err != nil {
		return nil, err
	}
	rows := "SELECT position, time, body FROM messages WHERE conversation=? AND number>=? AND number<? ORDER BY number"
	if q.Newest {
		rows += " DESC"
	}
	limit := min(max(q.Limit, 1), pageMax)
	page := make([]chat.Message, 0, min(limit, 100))
	var failure error
	err = c.each(ctx, rows, func(row []driver.Value) bool {
		at := position(row[0])
		if at > q.UpTo || s.shade.hides(q.Conversation, moment(row[1])) {
			return true
		}
		body, _ := row[2].([]byte)
		m, err := past.Message(at, body)
		page, failure = append(page, m), err
		return err == nil && len(page) < limit
	}, int64(q.Conversation), part.low, part.high)
	if err == nil {
		err = failure
	}
	if q.Newest {
		slices.Reverse(page)
	}
	if err == nil {
		err = past.Reactions(ctx, c, page)
	}
	if err == nil && q.Events {
		page, err = s.withEvents(ctx, c, q, page, limit)
	}
	return page, err
}

// withEvents puts what else happened among a page's messages.
func (s *Store) withEvents(ctx context.Context, c *connection, q chat.HistoryQuery, page []chat.Message, limit int) ([]chat.Message, error) {
	events, err := past.Events(ctx, c, q, limit)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if !s.shade.hides(e.Conversation, e.Time) {
			page = append(page, e)
		}
	}
	slices.SortFunc(page, func(a, b chat.Message) int { return cmp.Compare(a.Position, b.Position) })
	if q.Newest {
		return page[max(0, len(page)-limit):], nil
	}
	return page[:min(len(page), limit)], nil
}

// message reads a row's body, for the index and for searches.
func message(at chat.Position, body []byte) (chat.Message, error) { return past.Message(at, body) }

// Audit gives what operators did, newest first.
func (s *Store) Audit(ctx context.Context, q chat.AuditQuery) ([]chat.AuditLine, error) {
	var lines []chat.AuditLine
	err := s.readers.use(ctx, func(c *connection) (err error) {
		lines, err = past.Audit(ctx, c, q, s.config.FoldNick)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return lines, nil
}

// stretch turns the bounds of a query into numbers.
func (s *Store) stretch(c *connection, q chat.HistoryQuery) (stretch, error) {
	all, err := numbersOf(c, q.Conversation)
	if err != nil || all.low == all.high {
		return all, err
	}
	part := all
	narrow := func(low bool, bound int64, err2 error) {
		if err = errorsFirst(err, err2); low {
			part.low = max(part.low, bound)
		} else {
			part.high = min(part.high, bound)
		}
	}
	if a := q.After; a != (chat.Bound{}) {
		n, err := all.bound(c, q.Conversation, a, true)
		narrow(true, n, err)
	}
	if b := q.Before; b != (chat.Bound{}) {
		n, err := all.bound(c, q.Conversation, b, false)
		narrow(false, n, err)
	}
	if q.UpTo < s.Last() {
		n, err := all.bound(c, q.Conversation, chat.Bound{Position: q.UpTo + 1}, false)
		narrow(false, n, err)
	}
	return part, err
}

func errorsFirst(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// numbersOf is the numbers of all messages that a conversation has.
func numbersOf(c *connection, id chat.ConversationID) (stretch, error) {
	low, err := c.number("SELECT min(number) FROM messages WHERE conversation=?", int64(id))
	if err != nil || low == 0 {
		return stretch{}, err
	}
	high, err := c.number("SELECT max(number) FROM messages WHERE conversation=?", int64(id))
	return stretch{low, high + 1}, err
}

// bound is the first number at (or, when behind is set, behind) a bound. The result
// may lie outside the stretch.
func (s stretch) bound(c *connection, id chat.ConversationID, b chat.Bound, behind bool) (int64, error) {
	var step int64
	if behind {
		step = 1
	}
	if b.Number != 0 {
		return int64(b.Number) + step, nil
	}
	return s.search(c, id, func(at chat.Position, time chat.Time) bool {
		if b.Position != 0 {
			return int64(at) >= int64(b.Position)+step
		}
		return int64(time) >= int64(b.Time)+step
	})
}

// search is the first number whose message has what all later ones have too.
func (s stretch) search(c *connection, id chat.ConversationID, has func(chat.Position, chat.Time) bool) (int64, error) {
	const next = "SELECT number, position, time FROM messages WHERE conversation=? AND number>=? ORDER BY number LIMIT 1"
	for s.low < s.high {
		middle := s.low + (s.high-s.low)/2
		row, err := c.first(next, int64(id), middle)
		if err != nil {
			return 0, err
		}
		if row == nil || has(position(row[1]), moment(row[2])) {
			s.high = middle
			continue
		}
		number, _ := row[0].(int64)
		s.low = number + 1
	}
	return s.low, nil
}

// MessageAt gives the message at a position; false when there is none, or none any more.
func (s *Store) MessageAt(ctx context.Context, at chat.Position) (chat.Message, bool, error) {
	var m chat.Message
	var found bool
	err := s.readers.use(ctx, func(c *connection) (err error) {
		m, found, err = s.messageAt(c, at)
		if found {
			one := []chat.Message{m}
			err = past.Reactions(ctx, c, one)
			m = one[0]
		}
		return err
	})
	if err != nil {
		return chat.Message{}, false, fmt.Errorf("message at %d: %w", at, err)
	}
	return m, found, nil
}

func (s *Store) messageAt(c *connection, at chat.Position) (chat.Message, bool, error) {
	row, err := c.first("SELECT conversation, time, body FROM messages WHERE position=?", int64(at))
	if err != nil || row == nil || s.shade.hides(conversation(row[0]), moment(row[1])) {
		return chat.Message{}, false, err
	}
	body, _ := row[2].([]byte)
	m, err := message(at, body)
	return m, err == nil, err
}

// moment reads a column that holds a time.
func moment(v driver.Value) chat.Time {
	n, _ := v.(int64)
	return chat.Time(n)
}
