package store

import (
	"context"
	"database/sql/driver"
	"fmt"

	"madang/chat"
	"madang/chat/codec"
	"madang/store/past"
	"madang/store/record"
)

// A chunk is what Read holds in memory at a time, and how long it keeps a connection.
const (
	chunkRecordsMax = 256
	chunkEventsMax  = 2000
	chunkBytesMax   = 1 << 20
)

// chunk is a stretch of the journal.
type chunk struct {
	after  chat.Position // the first event's, less one
	events []chat.Event
	bytes  int
}

func (c *chunk) last() chat.Position { return c.after + chat.Position(len(c.events)) }

// Read is journal.Journal's. The text of an erased message is gone: its event comes
// without text, and without names when its row is gone; an edited one has its new text.
func (s *Store) Read(ctx context.Context, after chat.Position, yield func(chat.Position, chat.Event) bool) error {
	for {
		var c *chunk
		err := s.readers.use(ctx, func(conn *connection) (err error) {
			c, err = readChunk(ctx, conn, after)
			return err
		})
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("read journal after %d: %w", after, err)
		}
		if len(c.events) == 0 || c.last() <= after {
			return nil
		}
		for position := after + 1; position <= c.last(); position++ {
			if !yield(position, c.events[position-c.after-1]) {
				return nil
			}
		}
		after = c.last()
	}
}

// readChunk reads some records with events behind a position, texts included.
func readChunk(ctx context.Context, c *connection, after chat.Position) (*chunk, error) {
	var found *chunk
	var failure error
	err := c.each(ctx, "SELECT last, after, record FROM journal WHERE last > ? ORDER BY last LIMIT ?", func(row []driver.Value) bool {
		last, before := position(row[0]), position(row[1])
		encoded, _ := row[2].([]byte)
		if found == nil {
			found = &chunk{after: before}
		}
		if failure = found.add(before, last, encoded); failure != nil {
			return false
		}
		return len(found.events) < chunkEventsMax && found.bytes < chunkBytesMax
	}, int64(after), int64(chunkRecordsMax))
	if err == nil {
		err = failure
	}
	if err != nil || found == nil {
		return &chunk{after: after}, err
	}
	if found.after > after {
		return nil, fmt.Errorf("%w: nothing between %d and %d", record.ErrDamaged, after, found.after)
	}
	if err := found.fill(ctx, c); err != nil {
		return found, err
	}
	return found, found.fillOthers(ctx, c)
}

// add puts a record's events behind those that are there.
func (c *chunk) add(after, last chat.Position, encoded []byte) error {
	if after != c.last() {
		return fmt.Errorf("%w: nothing between %d and %d", record.ErrDamaged, c.last(), after)
	}
	events, err := record.Open(after, last, encoded)
	c.events = append(c.events, events...)
	c.bytes += len(encoded)
	return err
}

// fill puts the messages in the place of their stubs. A message without a row was
// erased.
func (c *chunk) fill(ctx context.Context, conn *connection) error {
	const rows = "SELECT position, body FROM messages WHERE position > ? AND position <= ?"
	var failure error
	err := conn.each(ctx, rows, func(row []driver.Value) bool {
		at := position(row[0])
		body, _ := row[1].([]byte)
		e, _, err := codec.DecodeEvent(body)
		if err != nil {
			failure = fmt.Errorf("message at %d: %w", at, err)
			return false
		}
		if e.Kind() != chat.KindSaid || c.events[at-c.after-1].Kind() != chat.KindSaid {
			failure = fmt.Errorf("%w: no message belongs at %d", record.ErrDamaged, at)
			return false
		}
		c.events[at-c.after-1] = e
		return true
	}, int64(c.after), int64(c.last()))
	if err == nil {
		err = failure
	}
	return err
}

// fillOthers puts edits and reactions in the place of their stubs, those whose message
// still has them.
func (c *chunk) fillOthers(ctx context.Context, conn *connection) error {
	for i, e := range c.events {
		var in chat.ConversationID
		switch e := e.(type) {
		case *chat.Edited:
			in = e.Conversation
		case *chat.Reacted:
			in = e.Conversation
		default:
			continue
		}
		at := c.after + chat.Position(i) + 1
		found, err := past.Event(ctx, conn, in, at)
		switch {
		case err != nil:
			return err
		case found != nil && found.Kind() != e.Kind():
			return fmt.Errorf("%w: no %T belongs at %d", record.ErrDamaged, found, at)
		case found != nil:
			c.events[i] = found
		}
	}
	return nil
}

// position reads a column that holds one.
func position(v driver.Value) chat.Position {
	n, _ := v.(int64)
	return chat.Position(n)
}
