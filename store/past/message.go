package past

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"fmt"

	"madang/chat"
	"madang/chat/codec"
	"madang/store/record"
)

// A message's row holds the message in the codec's form and, when something became of
// it, a mark behind that: one byte, and when it was as a varint.
const (
	markEdited byte = 1
	markErased byte = 2
)

// Message reads a row's body as history gives it.
func Message(at chat.Position, body []byte) (chat.Message, error) {
	s, rest, err := said(at, body)
	if err != nil {
		return chat.Message{}, err
	}
	m := chat.Message{
		Position: at, Conversation: s.Conversation, Number: s.Number, Time: s.Time,
		Source: s.Source, What: s.What, Text: s.Text, Tags: s.Tags, ReplyTo: s.ReplyTo, Relayer: s.Relayer,
	}
	if len(rest) > 0 {
		time, _ := binary.Varint(rest[1:])
		m.Erased = rest[0] == markErased
		if !m.Erased {
			m.Edited = chat.Time(time)
		}
	}
	return m, nil
}

func said(at chat.Position, body []byte) (s *chat.Said, mark []byte, err error) {
	e, mark, err := codec.DecodeEvent(body)
	if err != nil {
		return nil, nil, fmt.Errorf("message at %d: %w", at, err)
	}
	s, ok := e.(*chat.Said)
	if !ok {
		return nil, nil, fmt.Errorf("message at %d: it is a %T", at, e)
	}
	return s, mark, nil
}

// living is a message that is there and not erased; nil: it is not.
func living(db Database, at chat.Position, id chat.ConversationID) (*chat.Said, error) {
	var body []byte
	err := db.Each(context.Background(), "SELECT body FROM messages WHERE position=? AND conversation=?", func(row []driver.Value) bool {
		body, _ = row[0].([]byte)
		return false
	}, int64(at), int64(id))
	if err != nil || body == nil {
		return nil, err
	}
	s, mark, err := said(at, body)
	if err != nil || len(mark) > 0 && mark[0] == markErased {
		return nil, err
	}
	return s, nil
}

// replace puts a message in the place of what it was, and has the index read it again.
func replace(db Database, message, change chat.Position, s *chat.Said, mark byte, time chat.Time) error {
	body := append(codec.AppendEvent(nil, s), mark)
	body = binary.AppendVarint(body, int64(time))
	if err := db.Exec("UPDATE messages SET body=?, sum=? WHERE position=?", body, record.Sum(body), int64(message)); err != nil {
		return err
	}
	return db.Exec("INSERT OR REPLACE INTO erased VALUES(?, ?)", int64(message), int64(change))
}

// redact erases a message's text and all that was said about it.
func redact(db Database, at chat.Position, e *chat.Redacted) error {
	s, err := living(db, e.Message, e.Conversation)
	if err != nil || s == nil {
		return err
	}
	if err := replace(db, e.Message, at, s.Erased(), markErased, e.Time); err != nil {
		return err
	}
	if err := Forget(db, s.Conversation, s.Number, s.Number, []int64{int64(e.Message)}); err != nil {
		return err
	}
	return keep(db, e.Conversation, at, e.Time, e, e.Message)
}

// edit replaces a message's text. The text of an earlier edit goes too.
func edit(db Database, at chat.Position, e *chat.Edited) error {
	s, err := living(db, e.Message, e.Conversation)
	if err != nil || s == nil {
		return err
	}
	s.Text = e.Text
	if err := replace(db, e.Message, at, s, markEdited, e.Time); err != nil {
		return err
	}
	if err := db.Exec("DELETE FROM events WHERE about=? AND what=?", int64(e.Message), int64(chat.KindEdited)); err != nil {
		return err
	}
	return keep(db, e.Conversation, at, e.Time, e, e.Message)
}

// signsMax bounds the different signs that one message is answered with.
const signsMax = 50

// react counts a sign, once for each user. One that answers a message elsewhere, or that
// is one too many, is not kept.
func react(db Database, epoch chat.Epoch, at chat.Position, e *chat.Reacted) error {
	ours, message, ok := chat.ParseMessageID(e.ReplyTo)
	if !ok || ours != epoch || message != e.Message {
		return nil
	}
	s, err := living(db, e.Message, e.Conversation)
	if err != nil || s == nil {
		return err
	}
	id, number, user := int64(s.Conversation), int64(s.Number), int64(e.Source.User)
	if e.Remove {
		err = db.Exec("DELETE FROM reactions WHERE conversation=? AND number=? AND sign=? AND user=?", id, number, e.Sign, user)
	} else {
		const others = "SELECT count(DISTINCT sign) FROM reactions WHERE conversation=? AND number=? AND sign<>?"
		var signs []int64
		if signs, err = integers(db, others, id, number, e.Sign); err != nil || signs[0] >= signsMax {
			return err
		}
		err = db.Exec("INSERT OR IGNORE INTO reactions VALUES(?, ?, ?, ?, ?, ?)", id, number, e.Sign, user, int64(at), e.Source.Nick)
	}
	if err != nil {
		return err
	}
	return keep(db, e.Conversation, at, e.Time, e, e.Message)
}

// Forget erases what is kept of messages that are erased themselves: those of these
// positions, which have the numbers from low to high.
func Forget(db Database, id chat.ConversationID, low, high chat.Number, positions []int64) error {
	for _, at := range positions {
		if err := db.Exec("DELETE FROM events WHERE about=?", at); err != nil {
			return err
		}
	}
	return db.Exec("DELETE FROM reactions WHERE conversation=? AND number>=? AND number<=?", int64(id), int64(low), int64(high))
}

// nicksMax is how many of those who reacted with a sign are named.
const nicksMax = 10

// Reactions completes messages of one conversation, in ascending order, by what they
// were answered with.
func Reactions(ctx context.Context, db Database, page []chat.Message) error {
	if len(page) == 0 {
		return nil
	}
	const rows = "SELECT number, sign, nick FROM reactions WHERE conversation=? AND number>=? AND number<=? ORDER BY number, position"
	first, last, i := &page[0], &page[len(page)-1], 0
	return db.Each(ctx, rows, func(row []driver.Value) bool {
		number := chat.Number(integer(row[0]))
		for i < len(page) && page[i].Number < number {
			i++
		}
		if i < len(page) && page[i].Number == number {
			sign, _ := row[1].(string)
			nick, _ := row[2].(string)
			count(&page[i], sign, nick)
		}
		return true
	}, int64(first.Conversation), int64(first.Number), int64(last.Number))
}

// count adds one reaction to a message.
func count(m *chat.Message, sign, nick string) {
	for i := range m.Reactions {
		if r := &m.Reactions[i]; r.Sign == sign {
			r.Count++
			if len(r.Users) < nicksMax {
				r.Users = append(r.Users, nick)
			}
			return
		}
	}
	m.Reactions = append(m.Reactions, chat.Reaction{Sign: sign, Users: []string{nick}, Count: 1})
}
