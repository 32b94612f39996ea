package past

import (
	"context"
	"database/sql/driver"

	"madang/chat"
	"madang/chat/codec"
	"madang/store/record"
)

// Upgrade fills the tables, which are new and empty, from the journal, and takes those
// conversations out of the table directs that are not to be erased any more.
func Upgrade(db Database) error {
	epoch, err := integers(db, "SELECT value FROM meta WHERE name='epoch'")
	if err != nil {
		return err
	}
	var failure error
	err = db.Each(context.Background(), "SELECT last, after, record FROM journal ORDER BY last", func(row []driver.Value) bool {
		encoded, _ := row[2].([]byte)
		after := chat.Position(integer(row[1]))
		events, err := record.Open(after, chat.Position(integer(row[0])), encoded)
		for i, e := range events {
			if err == nil && Matters(e) {
				err = Keep(db, chat.Epoch(append(epoch, 0)[0]), after+chat.Position(i)+1, e)
			}
		}
		failure = err
		return err == nil
	})
	if err != nil {
		return err
	}
	if failure != nil {
		return failure
	}
	return keepDirects(db)
}

// keepDirects finds the conversations of two of whom one is an account.
func keepDirects(db Database) error {
	const last = "SELECT (SELECT body FROM messages WHERE messages.conversation=directs.conversation ORDER BY number DESC LIMIT 1) FROM directs"
	var kept []chat.ConversationID
	var failure error
	err := db.Each(context.Background(), last, func(row []driver.Value) bool {
		body, ok := row[0].([]byte)
		if !ok {
			return true
		}
		var e chat.Event
		e, _, failure = codec.DecodeEvent(body)
		if said, ok := e.(*chat.Said); ok && said.Kept {
			kept = append(kept, said.Conversation)
		}
		return failure == nil
	})
	if err == nil {
		err = failure
	}
	for _, id := range kept {
		if err == nil {
			err = db.Exec("DELETE FROM directs WHERE conversation=?", int64(id))
		}
	}
	return err
}
