package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"

	"madang/chat"
)

// note is a message that the index is to forget or, when it is still there, to learn
// anew.
type note struct {
	entry
	change int64 // position of the change that it is about; 0: the message is no more
	there  bool
}

// forget removes some erased messages from the index, learns edited ones anew, and then
// removes their notes. The index is brought to disk between the two.
func (x *index) forget(ctx context.Context) (more bool, err error) {
	notes, err := x.notes(ctx)
	if err != nil || len(notes) == 0 {
		return false, err
	}
	err = x.writer.transaction(func() error {
		for i := range notes {
			if err := x.replace(&notes[i]); err != nil {
				return err
			}
		}
		return x.writer.exec("INSERT OR IGNORE INTO state VALUES('stale', 1)")
	})
	if err != nil {
		return false, err
	}
	x.stale = true
	if _, err := x.writer.first("PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return false, err
	}
	err = x.store.write(func(c *connection) error {
		for _, n := range notes {
			if err := c.exec("DELETE FROM erased WHERE position=? AND change=?", n.position, n.change); err != nil {
				return err
			}
		}
		return nil
	})
	return len(notes) == eraseRowsMax, err
}

// replace takes a message out of the index and puts it back as it is now.
func (x *index) replace(n *note) error {
	err := errorsFirst(x.writer.exec("DELETE FROM words WHERE rowid=?", n.position),
		x.writer.exec("DELETE FROM syllables WHERE rowid=?", n.position))
	if err != nil || !n.there {
		return err
	}
	return x.insert(n.entry)
}

// notes reads some of the notes, with the words of those messages that were edited.
func (x *index) notes(ctx context.Context) (notes []note, err error) {
	const rows = "SELECT erased.position, erased.change, messages.body FROM erased LEFT JOIN messages USING(position) LIMIT ?"
	var failure error
	err = x.store.readers.use(ctx, func(c *connection) error {
		return c.each(ctx, rows, func(row []driver.Value) bool {
			n := note{entry: entry{position: int64(position(row[0]))}}
			n.change, _ = row[1].(int64)
			if body, ok := row[2].([]byte); ok {
				var m chat.Message
				m, failure = message(position(row[0]), body)
				if n.there = failure == nil && !m.Erased; n.there {
					n.entry = newEntry(&m, x.store.config.FoldNick)
				}
			}
			notes = append(notes, n)
			return failure == nil
		}, int64(eraseRowsMax))
	})
	return notes, errorsFirst(err, failure)
}

// editedMax bounds the edited messages that a search reads because the index has not.
const editedMax = 1000

// findEdited adds messages of a stretch of positions that were edited just now, so that
// the index does not know their words yet.
func (h *hunt) findEdited(ctx context.Context, c *connection, low, high int64) error {
	const rows = "SELECT position FROM erased WHERE change<>0 AND position>=? AND position<? ORDER BY position DESC LIMIT ?"
	var edited []chat.Position
	err := c.each(ctx, rows, func(row []driver.Value) bool {
		edited = append(edited, position(row[0]))
		return true
	}, low, high, int64(editedMax))
	for _, at := range edited {
		known := slices.ContainsFunc(h.result.Messages, func(m chat.Message) bool { return m.Position == at })
		if err == nil && !known {
			err = h.look(c, at)
		}
	}
	if err != nil || len(edited) == 0 {
		return err
	}
	slices.SortFunc(h.result.Messages, func(a, b chat.Message) int { return cmp.Compare(b.Position, a.Position) })
	h.result.Messages = h.result.Messages[:min(len(h.result.Messages), h.limit)]
	return nil
}
