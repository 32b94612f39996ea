package past

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math"

	"madang/chat"
	"madang/chat/codec"
)

// Event gives an event of a conversation whose text the journal lacks; nil: it is gone.
func Event(ctx context.Context, db Database, id chat.ConversationID, at chat.Position) (chat.Event, error) {
	var e chat.Event
	var failure error
	err := db.Each(ctx, "SELECT body FROM events WHERE conversation=? AND position=?", func(row []driver.Value) bool {
		body, _ := row[0].([]byte)
		e, _, failure = codec.DecodeEvent(body)
		return false
	}, int64(id), int64(at))
	if err == nil && failure != nil {
		err = fmt.Errorf("event at %d: %w", at, failure)
	}
	return e, err
}

// Events gives what happened in a conversation and is no message, at most limit of it,
// in the order that the query asks for: the newest first with Newest.
func Events(ctx context.Context, db Database, q chat.HistoryQuery, limit int) ([]chat.Message, error) {
	low, high, err := positions(db, q)
	if err != nil {
		return nil, err
	}
	since, until := int64(q.After.Time), int64(q.Before.Time)
	if until == 0 {
		until = math.MaxInt64
	}
	rows := "SELECT position, time, body FROM events WHERE conversation=? AND position>? AND position<? AND time>? AND time<? ORDER BY position"
	if q.Newest {
		rows += " DESC"
	}
	var events []chat.Message
	var failure error
	err = db.Each(ctx, rows+" LIMIT ?", func(row []driver.Value) bool {
		m := chat.Message{Position: chat.Position(integer(row[0])), Conversation: q.Conversation, Time: chat.Time(integer(row[1]))}
		body, _ := row[2].([]byte)
		if m.Event, _, failure = codec.DecodeEvent(body); failure != nil {
			failure = fmt.Errorf("event at %d: %w", m.Position, failure)
			return false
		}
		events = append(events, m)
		return true
	}, int64(q.Conversation), low, high, since, until, int64(limit))
	if err == nil {
		err = failure
	}
	return events, err
}

// positions turns the bounds of a query by position or number into positions; both lie
// outside.
func positions(db Database, q chat.HistoryQuery) (low, high int64, err error) {
	low, high = int64(q.After.Position), int64(q.UpTo)+1
	if n := q.After.Number; n != 0 {
		const last = "SELECT position FROM messages WHERE conversation=? AND number<=? ORDER BY number DESC LIMIT 1"
		found, err := integers(db, last, int64(q.Conversation), int64(n))
		if err != nil {
			return 0, 0, err
		}
		if len(found) > 0 {
			low = found[0]
		}
	}
	if p := q.Before.Position; p != 0 {
		high = min(high, int64(p))
	}
	if n := q.Before.Number; n != 0 {
		const first = "SELECT position FROM messages WHERE conversation=? AND number>=? ORDER BY number LIMIT 1"
		found, err := integers(db, first, int64(q.Conversation), int64(n))
		if err != nil {
			return 0, 0, err
		}
		if len(found) > 0 {
			high = min(high, found[0])
		}
	}
	return low, high, nil
}

// Old gives the positions of a conversation's first events, at most limit of them, that
// happened before a time or stand below a position.
func Old(ctx context.Context, db Database, id chat.ConversationID, before chat.Time, below chat.Position, limit int) (old []int64, err error) {
	err = db.Each(ctx, "SELECT position, time FROM events WHERE conversation=? ORDER BY position LIMIT ?", func(row []driver.Value) bool {
		at, time := integer(row[0]), chat.Time(integer(row[1]))
		if time >= before && chat.Position(at) >= below {
			return false
		}
		old = append(old, at)
		return true
	}, int64(id), int64(limit))
	return old, err
}

// EraseEvents erases events of a conversation.
func EraseEvents(db Database, id chat.ConversationID, positions []int64) error {
	for _, at := range positions {
		if err := db.Exec("DELETE FROM events WHERE conversation=? AND position=?", int64(id), at); err != nil {
			return err
		}
	}
	return nil
}

// auditMax is how many lines one answer has at most.
const auditMax = 1000

// Audit gives what operators did, newest first. Names are compared folded.
func Audit(ctx context.Context, db Database, q chat.AuditQuery, fold func(string) string) ([]chat.AuditLine, error) {
	until, before := int64(q.Until), int64(q.Before)
	if until == 0 {
		until = math.MaxInt64
	}
	if before == 0 {
		before = math.MaxInt64
	}
	limit := min(max(q.Limit, 1), auditMax)
	by := fold(q.By)
	var lines []chat.AuditLine
	var failure error
	const rows = "SELECT position, body FROM audit WHERE position<? AND time>=? AND time<? ORDER BY position DESC"
	err := db.Each(ctx, rows, func(row []driver.Value) bool {
		at := chat.Position(integer(row[0]))
		body, _ := row[1].([]byte)
		e, _, err := codec.DecodeEvent(body)
		a, ok := e.(*chat.Audited)
		if err != nil || !ok {
			failure = fmt.Errorf("audit at %d: %T: %w", at, e, err)
			return false
		}
		if q.By == "" || fold(a.By) == by || a.Account != "" && fold(a.Account) == by {
			lines = append(lines, chat.AuditLine{Position: at, Audited: *a})
		}
		return len(lines) < limit
	}, before, int64(q.Since), until)
	if err == nil {
		err = failure
	}
	return lines, err
}
