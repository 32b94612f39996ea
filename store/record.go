package store

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
// row erases it, and a replay of an erased message still moves numbers, times and
// command ids as the message did.

// errDamagedRecord: a journal record is not as it was written.
var errDamagedRecord = errors.New("journal record is damaged")

// encoder turns batches into what is stored. Its memory is used again.
type encoder struct {
	record []byte
	text   []byte   // all bodies, one after the other
	bodies [][]byte // of the batch's messages, parts of text
	ends   []int
	bytes  int // of the batch, stubs aside
	stub   chat.Said
}

// batch encodes a batch and refuses what does not belong into a journal.
func (e *encoder) batch(b journal.Batch) error {
	e.record, e.text, e.bodies, e.ends = e.record[:0], e.text[:0], e.bodies[:0], e.ends[:0]
	others := 0
	for _, event := range b.Events {
		if event.Class() != chat.Durable {
			return fmt.Errorf("%T is not durable", event)
		}
		before := len(e.record)
		if said, ok := event.(*chat.Said); ok {
			e.text = codec.AppendEvent(e.text, said)
			e.ends = append(e.ends, len(e.text))
			e.stub = stubOf(said)
			e.record = codec.AppendEvent(e.record, &e.stub)
			continue
		}
		e.record = codec.AppendEvent(e.record, event)
		others += len(e.record) - before
	}
	e.bytes = others + len(e.text)
	if e.bytes > journal.BatchBytesMax {
		return fmt.Errorf("%d bytes are more than a record holds", e.bytes)
	}
	begin := 0
	for _, end := range e.ends {
		e.bodies = append(e.bodies, e.text[begin:end])
		begin = end
	}
	e.record = binary.LittleEndian.AppendUint32(e.record, checksum(b.After, e.record))
	return nil
}

// stubOf is what the journal keeps of a message when it is erased: what State needs.
func stubOf(s *chat.Said) chat.Said {
	stub := chat.Said{
		Conversation: s.Conversation, To: s.To, Number: s.Number, Time: s.Time,
		What: s.What, Scope: s.Scope, ID: s.ID,
	}
	if s.To != 0 { // a pair's conversation is found by both
		stub.Source.User = s.Source.User
	}
	return stub
}

func checksum(after chat.Position, record []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, table, record)
	return crc32.Update(sum, table, binary.LittleEndian.AppendUint64(nil, uint64(after)))
}

// openRecord checks a record and gives its events; messages are stubs.
func openRecord(after, last chat.Position, record []byte) ([]chat.Event, error) {
	end := len(record) - crc32.Size
	if end < 0 || checksum(after, record[:end]) != binary.LittleEndian.Uint32(record[end:]) {
		return nil, fmt.Errorf("%w: after %d", errDamagedRecord, after)
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
		return nil, fmt.Errorf("%w: %d events from %d to %d", errDamagedRecord, len(events), after+1, last)
	}
	return events, nil
}

// message reads a row's body as history gives it.
func message(position chat.Position, body []byte) (chat.Message, error) {
	e, _, err := codec.DecodeEvent(body)
	if err != nil {
		return chat.Message{}, fmt.Errorf("message at %d: %w", position, err)
	}
	s, ok := e.(*chat.Said)
	if !ok {
		return chat.Message{}, fmt.Errorf("message at %d: it is a %T", position, e)
	}
	return chat.Message{
		Position: position, Conversation: s.Conversation, Number: s.Number, Time: s.Time,
		Source: s.Source, What: s.What, Text: s.Text, Tags: s.Tags, ReplyTo: s.ReplyTo,
	}, nil
}
