// Package record is the bytes of a journal record: a batch's events and, apart from
// them, the bodies of its messages. It promises that a damaged record is noticed and
// that no text of a message is in one. It refuses to know where either is kept.
package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"madang/chat"
	"madang/chat/codec"
	"madang/journal"
)

// A journal record is the batch's events in the codec's form, followed by the CRC-32C
// (little endian) of that and of the position before it. A message stands in the
// record as a stub, the message without sender's names and text; the whole message is
// in the row of table messages with its position. So text is stored once, erasing the
// row erases it, and a replay of an erased message still moves numbers, times, marks and
// command ids as the message did. So do edits and reactions, whose rows are in the
// tables of package past.

// ErrDamaged: a journal record, or a body, is not as it was written.
var ErrDamaged = errors.New("what was stored is damaged")

// Encoder turns batches into what is stored. What it gives is valid until its next
// batch.
type Encoder struct {
	Record []byte   // of the last batch
	Bodies [][]byte // of its messages, parts of text
	Bytes  int      // of the batch, stubs aside

	text []byte // all bodies, one after the other
	ends []int
	stub chat.Said
}

// Batch encodes a batch and refuses what does not belong into a journal.
func (e *Encoder) Batch(b journal.Batch) error {
	e.Record, e.text, e.Bodies, e.ends = e.Record[:0], e.text[:0], e.Bodies[:0], e.ends[:0]
	others := 0
	for _, event := range b.Events {
		if event.Class() != chat.Durable {
			return fmt.Errorf("%T is not durable", event)
		}
		before := len(e.Record)
		switch event := event.(type) {
		case *chat.Said:
			e.text = codec.AppendEvent(e.text, event)
			e.ends = append(e.ends, len(e.text))
			e.stub = stubOf(event)
			e.Record = codec.AppendEvent(e.Record, &e.stub)
			continue
		case *chat.Edited: // its text is in the message's row and among the events
			e.Record = codec.AppendEvent(e.Record, event.Erased())
			others += len(event.Text)
		case *chat.Reacted:
			e.Record = codec.AppendEvent(e.Record, event.Erased())
			others += chat.TagBytesMax
		default:
			e.Record = codec.AppendEvent(e.Record, event)
		}
		others += len(e.Record) - before
	}
	e.Bytes = others + len(e.text)
	if e.Bytes > journal.BatchBytesMax {
		return fmt.Errorf("%d bytes are more than a record holds", e.Bytes)
	}
	begin := 0
	for _, end := range e.ends {
		e.Bodies = append(e.Bodies, e.text[begin:end])
		begin = end
	}
	e.Record = binary.LittleEndian.AppendUint32(e.Record, checksum(b.After, e.Record))
	return nil
}

// stubOf is what the journal keeps of a message when it is erased: what State needs.
func stubOf(s *chat.Said) chat.Said {
	stub := chat.Said{
		Conversation: s.Conversation, To: s.To, Number: s.Number, Time: s.Time,
		What: s.What, Scope: s.Scope, ID: s.ID, Kept: s.Kept, Mentions: s.Mentions,
	}
	if s.To != 0 || s.Source.Account != "" { // a pair is found by both, a mark by its account
		stub.Source.User = s.Source.User
	}
	if s.Source.Account != "" {
		stub.Source.Account = someAccount
	}
	return stub
}

// someAccount stands in a stub for the name of an account.
const someAccount = "*"

func checksum(after chat.Position, record []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, table, record)
	return crc32.Update(sum, table, binary.LittleEndian.AppendUint64(nil, uint64(after)))
}

// Sum is the CRC-32C of a body, by which damage to it is noticed.
func Sum(body []byte) int64 { return int64(crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli))) }

// Open checks a record and gives its events; messages are stubs.
func Open(after, last chat.Position, record []byte) ([]chat.Event, error) {
	end := len(record) - crc32.Size
	if end < 0 || checksum(after, record[:end]) != binary.LittleEndian.Uint32(record[end:]) {
		return nil, fmt.Errorf("%w: after %d", ErrDamaged, after)
	}
	events := make([]chat.Event, 0, last-after)
	for rest := record[:end]; len(rest) > 0; {
		e, left, err := codec.DecodeEvent(rest)
		if err != nil {
			return nil, fmt.Errorf("journal record after %d: %w", after, err)
		}
		events, rest = append(events, e), left
	}
	if len(events) != int(last-after) {
		return nil, fmt.Errorf("%w: %d events from %d to %d", ErrDamaged, len(events), after+1, last)
	}
	return events, nil
}
