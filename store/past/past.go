// Package past keeps, in tables of its own beside the messages, what became of messages
// (erased, edited, reacted to), what else happened in conversations, and what operators
// did. It promises that a text erased or replaced is in none of its rows any more, and
// that what it keeps of a message goes with the message. It refuses to know how
// transactions, connections and the journal work: it is handed an open database.
package past

import (
	"context"
	"database/sql/driver"

	"madang/chat"
	"madang/chat/codec"
	"madang/store/record"
)

// Database is a connection with an open transaction, or for reading.
type Database interface {
	// Exec runs one statement that gives no rows.
	Exec(text string, values ...driver.Value) error
	// Each gives the rows of a query in turn, until row returns false. A row is valid
	// only during the call, but its texts and bytes may be kept.
	Each(ctx context.Context, text string, row func([]driver.Value) bool, values ...driver.Value) error
}

// Schema makes the tables. The table erased, of messages that the search index is to
// forget or to read again, is the store's.
//
// events: about is the message that an event is about, and what (the event's kind) lets
// a later edit take the place of an earlier one. stays: the rooms of users who are
// always on, for events that name no room. sum is record.Sum of the body beside it.
const Schema = `
CREATE TABLE events(conversation INTEGER, position INTEGER, time INTEGER, what INTEGER, about INTEGER, body BLOB, sum INTEGER,
	PRIMARY KEY(conversation, position)) WITHOUT ROWID;
CREATE INDEX events_about ON events(about) WHERE about IS NOT NULL;
CREATE TABLE reactions(conversation INTEGER, number INTEGER, sign TEXT, user INTEGER, position INTEGER, nick TEXT,
	PRIMARY KEY(conversation, number, sign, user)) WITHOUT ROWID;
CREATE TABLE stays(user INTEGER, conversation INTEGER, PRIMARY KEY(user, conversation)) WITHOUT ROWID;
CREATE TABLE audit(position INTEGER PRIMARY KEY, time INTEGER, body BLOB, sum INTEGER);
`

// Matters says whether Keep would keep something of an event.
func Matters(e chat.Event) bool {
	switch e.(type) {
	case *chat.Redacted, *chat.Edited, *chat.Reacted, *chat.Relayed, *chat.Audited, *chat.Stayed, *chat.Joined, *chat.Parted,
		*chat.Kicked, *chat.Quit, *chat.NickChanged, *chat.TopicSet, *chat.RoomChanged, *chat.RoomRenamed:
		return true
	}
	return false
}

// Keep writes what an event at a position changes, in its batch's transaction and
// behind the rows of the batch's messages. Ids of messages are of this epoch.
func Keep(db Database, epoch chat.Epoch, at chat.Position, e chat.Event) error {
	switch e := e.(type) {
	case *chat.Redacted:
		return redact(db, at, e)
	case *chat.Edited:
		return edit(db, at, e)
	case *chat.Reacted:
		return react(db, epoch, at, e)
	case *chat.Audited:
		body := codec.AppendEvent(nil, e)
		return db.Exec("INSERT INTO audit VALUES(?, ?, ?, ?)", int64(at), int64(e.Time), body, record.Sum(body))
	case *chat.Relayed:
		return keep(db, e.Conversation, at, e.Time, e, 0)
	case *chat.TopicSet:
		return keep(db, e.Room, at, e.Time, e, 0)
	case *chat.RoomChanged:
		return keep(db, e.Room, at, e.Time, e, 0)
	case *chat.RoomRenamed:
		return keep(db, e.Room, at, e.Time, e, 0)
	}
	return keepPresence(db, at, e)
}

// keep writes an event of a conversation; about is the message that it is about, or 0.
func keep(db Database, id chat.ConversationID, at chat.Position, time chat.Time, e chat.Event, about chat.Position) error {
	var message driver.Value
	if about != 0 {
		message = int64(about)
	}
	body := codec.AppendEvent(nil, e)
	return db.Exec("INSERT INTO events VALUES(?, ?, ?, ?, ?, ?, ?)",
		int64(id), int64(at), int64(time), int64(e.Kind()), message, body, record.Sum(body))
}

// keepPresence follows where those are who are always on.
func keepPresence(db Database, at chat.Position, e chat.Event) error {
	switch e := e.(type) {
	case *chat.Stayed:
		if err := db.Exec("DELETE FROM stays WHERE user=?", int64(e.User.ID)); err != nil || !e.On {
			return err
		}
		for _, m := range e.Rooms {
			if err := enter(db, e.User.ID, m.Room); err != nil {
				return err
			}
		}
	case *chat.Joined:
		if err := enter(db, e.Source.User, e.Room); err != nil {
			return err
		}
		return keep(db, e.Room, at, e.Time, e, 0)
	case *chat.Parted:
		if err := leave(db, e.Source.User, e.Room); err != nil {
			return err
		}
		return keep(db, e.Room, at, e.Time, e, 0)
	case *chat.Kicked:
		if err := leave(db, e.User, e.Room); err != nil {
			return err
		}
		return keep(db, e.Room, at, e.Time, e, 0)
	case *chat.NickChanged:
		return keepEverywhere(db, e.Source.User, at, e.Time, e)
	case *chat.Quit:
		if err := keepEverywhere(db, e.Source.User, at, e.Time, e); err != nil {
			return err
		}
		return db.Exec("DELETE FROM stays WHERE user=?", int64(e.Source.User))
	}
	return nil
}

func enter(db Database, user chat.UserID, room chat.ConversationID) error {
	return db.Exec("INSERT OR IGNORE INTO stays VALUES(?, ?)", int64(user), int64(room))
}

func leave(db Database, user chat.UserID, room chat.ConversationID) error {
	return db.Exec("DELETE FROM stays WHERE user=? AND conversation=?", int64(user), int64(room))
}

// keepEverywhere writes an event that names no room into all that its user is in.
func keepEverywhere(db Database, user chat.UserID, at chat.Position, time chat.Time, e chat.Event) error {
	rooms, err := integers(db, "SELECT conversation FROM stays WHERE user=?", int64(user))
	for _, room := range rooms {
		if err == nil {
			err = keep(db, chat.ConversationID(room), at, time, e, 0)
		}
	}
	return err
}

// integers gives the first column of a query.
func integers(db Database, text string, values ...driver.Value) (all []int64, err error) {
	err = db.Each(context.Background(), text, func(row []driver.Value) bool {
		all = append(all, integer(row[0]))
		return true
	}, values...)
	return all, err
}

// integer reads a column; NULL is 0.
func integer(v driver.Value) int64 {
	n, _ := v.(int64)
	return n
}
