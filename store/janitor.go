package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"madang/chat"
	"madang/store/past"
)

const (
	eraseRowsMax = 500                  // rows erased by one transaction
	erasePause   = 2 * time.Millisecond // between two, for batches that wait
	eraseEvery   = time.Minute          // how often retention in days is looked at
)

// wakeJanitor says that there may be something to erase.
func (s *Store) wakeJanitor() { signal(s.janitor) }

// signal leaves a token for whoever waits, unless one is there already.
func signal(token chan struct{}) {
	select {
	case token <- struct{}{}:
	default:
	}
}

// erase runs the janitor until ctx ends.
func (s *Store) erase(ctx context.Context) {
	every := time.NewTicker(eraseEvery)
	defer every.Stop()
	for {
		if err := s.eraseAll(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("erasing old messages failed; trying again in a minute", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.janitor:
		case <-every.C:
		}
	}
}

// eraseAll erases all that is to be erased now, in small steps between batches.
func (s *Store) eraseAll(ctx context.Context) error {
	gone, retained, directs, from := s.shade.duties()
	for _, id := range gone {
		if err := s.eraseBelow(ctx, id, math.MaxInt64); err != nil {
			return err
		}
		if err := s.eraseEvents(ctx, id, math.MaxInt64, 0); err != nil {
			return err
		}
		if err := s.forgetRoom(id); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(retained)) {
		if err := s.retain(ctx, id, retained[id]); err != nil {
			return err
		}
	}
	for _, id := range directs {
		if err := s.eraseDirect(ctx, id, from); err != nil {
			return err
		}
	}
	s.shade.erased(from)
	return nil
}

// duties is a copy of what is to be erased; conversations of two only when there is
// more to erase in them than before done.
func (s *shade) duties() (gone []chat.ConversationID, retained map[chat.ConversationID]retention, directs []chat.ConversationID, from chat.Time) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	gone = slices.Sorted(maps.Keys(s.vanished))
	if s.directFrom > s.directsErased {
		directs = slices.Sorted(maps.Keys(s.directs))
	}
	return gone, maps.Clone(s.retained), directs, s.directFrom
}

// erased notes how far messages of two are erased.
func (s *shade) erased(from chat.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.directsErased = max(s.directsErased, from)
}

// retain erases what a room need not remember.
func (s *Store) retain(ctx context.Context, id chat.ConversationID, r retention) error {
	var below int64
	var horizon chat.Time
	if r.days > 0 {
		horizon = chat.Time(s.config.Now().UnixMilli()) - chat.Time(r.days)*chat.Day
		n, err := s.firstNumberSince(ctx, id, horizon)
		if err != nil {
			return err
		}
		below = n
	}
	if r.messages > 0 {
		all, err := s.numbers(ctx, id)
		if err != nil {
			return err
		}
		below = max(below, all.high-r.messages)
	}
	if err := s.eraseBelow(ctx, id, below); err != nil {
		return err
	}
	var first chat.Position
	if r.messages > 0 {
		err := s.readers.use(ctx, func(c *connection) error {
			n, err := c.number("SELECT position FROM messages WHERE conversation=? ORDER BY number LIMIT 1", int64(id))
			first = chat.Position(n)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.eraseEvents(ctx, id, horizon, first)
}

// eraseEvents erases what happened in a conversation before a time, or below a position.
func (s *Store) eraseEvents(ctx context.Context, id chat.ConversationID, before chat.Time, below chat.Position) error {
	for {
		var old []int64
		err := s.readers.use(ctx, func(c *connection) (err error) {
			old, err = past.Old(ctx, c, id, before, below, eraseRowsMax)
			return err
		})
		if err != nil || len(old) == 0 {
			return err
		}
		if err := s.write(func(c *connection) error { return past.EraseEvents(c, id, old) }); err != nil {
			return err
		}
		time.Sleep(erasePause)
	}
}

// eraseDirect erases old messages of two, and forgets a conversation without any.
func (s *Store) eraseDirect(ctx context.Context, id chat.ConversationID, from chat.Time) error {
	below, err := s.firstNumberSince(ctx, id, from)
	if err != nil {
		return err
	}
	if err := s.eraseBelow(ctx, id, below); err != nil {
		return err
	}
	if all, err := s.numbers(ctx, id); err != nil || all.low < all.high {
		return err
	}
	return s.housekeep(func(c *connection) error {
		left, err := c.first("SELECT 1 FROM messages WHERE conversation=? LIMIT 1", int64(id))
		if err != nil || left != nil {
			return errorsFirst(err, errNothingToDo)
		}
		return c.exec("DELETE FROM directs WHERE conversation=?", int64(id))
	}, func() { delete(s.shade.directs, id) })
}

// errNothingToDo ends a transaction of housekeeping without a commit.
var errNothingToDo = errors.New("nothing to do")

// housekeep runs one transaction and, once it is committed and before the next batch,
// the change of shade that goes with it.
func (s *Store) housekeep(body func(*connection) error, then func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.doubt {
		return errDoubt
	}
	err := s.transactionLocked(body)
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	if err == nil {
		s.shade.mu.Lock()
		defer s.shade.mu.Unlock()
		then()
	}
	return err
}

// forgetRoom removes a room whose messages are erased.
func (s *Store) forgetRoom(id chat.ConversationID) error {
	return s.housekeep(func(c *connection) error {
		return c.exec("DELETE FROM rooms WHERE conversation=? AND vanished", int64(id))
	}, func() { delete(s.shade.vanished, id) })
}

// numbers is the numbers that a conversation has, read beside the writer.
func (s *Store) numbers(ctx context.Context, id chat.ConversationID) (all stretch, err error) {
	err = s.readers.use(ctx, func(c *connection) (err error) {
		all, err = numbersOf(c, id)
		return err
	})
	return all, err
}

// firstNumberSince is the first number of a conversation said at a time or later.
func (s *Store) firstNumberSince(ctx context.Context, id chat.ConversationID, since chat.Time) (number int64, err error) {
	err = s.readers.use(ctx, func(c *connection) error {
		all, err := numbersOf(c, id)
		if err != nil {
			return err
		}
		number, err = all.bound(c, id, chat.Bound{Time: since}, false)
		return err
	})
	return number, err
}

// eraseBelow erases a conversation's messages with smaller numbers, at most
// eraseRowsMax in one transaction.
func (s *Store) eraseBelow(ctx context.Context, id chat.ConversationID, number int64) error {
	all, err := s.numbers(ctx, id)
	for more := all.low < min(number, all.high); more && err == nil; {
		if err = ctx.Err(); err != nil {
			break
		}
		err = s.write(func(c *connection) error {
			more, err = eraseStep(c, id, number)
			return err
		})
		s.index.wake()
		time.Sleep(erasePause)
	}
	return err
}

// eraseStep erases some messages and notes them for the index.
func eraseStep(c *connection, id chat.ConversationID, number int64) (more bool, err error) {
	const some = "SELECT position, number FROM messages WHERE conversation=? AND number<? ORDER BY number LIMIT ?"
	var positions []int64
	var last int64
	err = c.each(context.Background(), some, func(row []driver.Value) bool {
		positions = append(positions, int64(position(row[0])))
		last, _ = row[1].(int64)
		return true
	}, int64(id), number, int64(eraseRowsMax))
	if err == nil {
		err = past.Forget(c, id, 0, chat.Number(last), positions)
	}
	for _, at := range positions {
		if err == nil {
			err = c.exec("INSERT OR REPLACE INTO erased VALUES(?, 0)", at)
		}
		if err == nil {
			err = c.exec("DELETE FROM messages WHERE position=?", at)
		}
	}
	return len(positions) == eraseRowsMax, err
}
