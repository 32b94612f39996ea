package store

import (
	"context"
	"database/sql/driver"
	"slices"
	"sync"

	"madang/chat"
	"madang/store/past"
)

// retention bounds what a room remembers; zero is no bound.
type retention struct{ days, messages int64 }

// effects is what the events of a batch change beside the messages.
type effects struct {
	events  []effect              // those that change a table, in order
	directs []chat.ConversationID // new conversations of two that are erased after a day
	kept    []chat.ConversationID // some that are not any more
	erases  bool                  // messages must go
	wipes   bool                  // a text went
}

// effect is an event that changes a table, at its place.
type effect struct {
	at    chat.Position
	event chat.Event
}

// note remembers an event that changes a table.
func (e *effects) note(at chat.Position, event chat.Event) {
	switch event.(type) {
	case *chat.RoomOpened:
	case *chat.RoomVanished, *chat.RetentionSet, *chat.DirectErased:
		e.erases = true
	case *chat.Redacted, *chat.Edited:
		e.wipes = true
	default:
		if !past.Matters(event) {
			return
		}
	}
	e.events = append(e.events, effect{at, event})
}

// noteDirect remembers that a conversation of two is to be erased after a day, or, once
// one of the two is an account, not any more.
func (e *effects) noteDirect(id chat.ConversationID, kept, known bool) {
	known = known || slices.Contains(e.directs, id)
	switch {
	case !kept && !known:
		e.directs = append(e.directs, id)
	case kept && known && !slices.Contains(e.kept, id):
		e.kept = append(e.kept, id)
	}
}

// write changes the tables, in the batch's transaction.
func (e *effects) write(c *connection, epoch chat.Epoch) error {
	for _, id := range e.directs {
		if err := c.exec("INSERT OR IGNORE INTO directs VALUES(?)", int64(id)); err != nil {
			return err
		}
	}
	for _, id := range e.kept {
		if err := c.exec("DELETE FROM directs WHERE conversation=?", int64(id)); err != nil {
			return err
		}
	}
	for _, effect := range e.events {
		if err := writeEffect(c, effect.event); err != nil {
			return err
		}
		if err := past.Keep(c, epoch, effect.at, effect.event); err != nil {
			return err
		}
	}
	return nil
}

func writeEffect(c *connection, event chat.Event) error {
	switch e := event.(type) {
	case *chat.RoomOpened:
		return c.exec("INSERT INTO rooms VALUES(?, ?, 0, 0, 0) ON CONFLICT DO UPDATE SET name=excluded.name, vanished=0",
			int64(e.Room), e.RoomName)
	case *chat.RoomRenamed:
		return c.exec("UPDATE rooms SET name=? WHERE conversation=?", e.Name, int64(e.Room))
	case *chat.RoomVanished:
		return c.exec("INSERT INTO rooms VALUES(?, ?, 0, 0, 1) ON CONFLICT DO UPDATE SET vanished=1", int64(e.Room), e.RoomName)
	case *chat.RetentionSet:
		return c.exec("INSERT INTO rooms VALUES(?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET days=excluded.days, messages=excluded.messages",
			int64(e.Room), e.RoomName, int64(e.Days), int64(e.Messages))
	case *chat.DirectErased:
		return c.exec("INSERT INTO meta VALUES('direct_from', ?) ON CONFLICT DO UPDATE SET value=max(value, excluded.value)", int64(e.Before))
	}
	return nil
}

// shade is what may no longer be shown though its rows may not be erased yet, and
// what is to be erased. It mirrors the tables rooms and directs.
type shade struct {
	mu         sync.RWMutex // guards what follows
	vanished   map[chat.ConversationID]struct{}
	retained   map[chat.ConversationID]retention
	directs    map[chat.ConversationID]struct{} // of guests
	directFrom chat.Time                        // messages of two before this are erased

	directsErased chat.Time // up to here their rows are gone; <= directFrom
}

// load reads the tables.
func (s *shade) load(c *connection) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vanished = map[chat.ConversationID]struct{}{}
	s.retained = map[chat.ConversationID]retention{}
	s.directs = map[chat.ConversationID]struct{}{}
	ctx := context.Background()
	const rooms = "SELECT conversation, days, messages, vanished FROM rooms WHERE days > 0 OR messages > 0 OR vanished"
	err := c.each(ctx, rooms, func(row []driver.Value) bool {
		id := conversation(row[0])
		days, _ := row[1].(int64)
		messages, _ := row[2].(int64)
		if gone, _ := row[3].(int64); gone != 0 {
			s.vanished[id] = struct{}{}
		} else {
			s.retained[id] = retention{days, messages}
		}
		return true
	})
	if err != nil {
		return err
	}
	err = c.each(ctx, "SELECT conversation FROM directs", func(row []driver.Value) bool {
		s.directs[conversation(row[0])] = struct{}{}
		return true
	})
	if err != nil {
		return err
	}
	from, err := c.number("SELECT value FROM meta WHERE name='direct_from'")
	s.directFrom = chat.Time(from)
	return err
}

// apply follows a committed batch.
func (s *shade) apply(e *effects) {
	if len(e.events) == 0 && len(e.directs) == 0 && len(e.kept) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range e.directs {
		s.directs[id] = struct{}{}
	}
	for _, id := range e.kept {
		delete(s.directs, id)
	}
	for _, effect := range e.events {
		switch event := effect.event.(type) {
		case *chat.RoomOpened:
			delete(s.vanished, event.Room)
		case *chat.RoomVanished:
			s.vanished[event.Room] = struct{}{}
			delete(s.retained, event.Room)
		case *chat.RetentionSet:
			s.retained[event.Room] = retention{int64(event.Days), int64(event.Messages)}
			if event.Days == 0 && event.Messages == 0 {
				delete(s.retained, event.Room)
			}
		case *chat.DirectErased:
			s.directFrom = max(s.directFrom, event.Before)
		}
	}
}

// knowsDirect says whether the conversation is known to be one of two.
func (s *shade) knowsDirect(id chat.ConversationID) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, known := s.directs[id]
	return known
}

// hides says whether a message may no longer be shown.
func (s *shade) hides(id chat.ConversationID, at chat.Time) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if _, gone := s.vanished[id]; gone {
		return true
	}
	_, direct := s.directs[id]
	return direct && at < s.directFrom
}

// conversation reads a column that holds one.
func conversation(v driver.Value) chat.ConversationID {
	n, _ := v.(int64)
	return chat.ConversationID(n)
}
