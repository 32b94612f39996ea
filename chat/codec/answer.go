package codec

import (
	"fmt"

	"madang/chat"
)

// The numbers of the answers to a command. Never renumber: other versions of the
// program read them.
const (
	numberRefusal   uint8 = 1
	numberDuplicate uint8 = 2
)

const (
	refusalVersion   = firstVersion
	duplicateVersion = firstVersion
)

// AppendRefusal writes the refusal behind dst. It allocates nothing but room in dst.
func AppendRefusal(dst []byte, r *chat.Refusal) []byte {
	c := coder{b: dst}
	body := c.begin(numberRefusal, refusalVersion)
	c.refusal(r)
	return c.end(body)
}

// DecodeRefusal reads the refusal at the beginning of b; all that is said of
// DecodeEvent is true here. Any other answer is an *UnknownError.
func DecodeRefusal(b []byte) (r *chat.Refusal, rest []byte, err error) {
	record, rest, err := splitAnswer(b, numberRefusal, refusalVersion)
	if err != nil {
		return nil, rest, err
	}
	r = new(chat.Refusal)
	c := record.reader()
	c.refusal(r)
	if err := record.finish(&c, "answer"); err != nil {
		return nil, rest, err
	}
	return r, rest, nil
}

// AppendDuplicate writes the answer behind dst. It allocates nothing but room in dst.
func AppendDuplicate(dst []byte, d *chat.Duplicate) []byte {
	c := coder{b: dst}
	body := c.begin(numberDuplicate, duplicateVersion)
	c.duplicate(d)
	return c.end(body)
}

// DecodeDuplicate reads the answer at the beginning of b; all that is said of
// DecodeEvent is true here. Any other answer is an *UnknownError.
func DecodeDuplicate(b []byte) (d *chat.Duplicate, rest []byte, err error) {
	record, rest, err := splitAnswer(b, numberDuplicate, duplicateVersion)
	if err != nil {
		return nil, rest, err
	}
	d = new(chat.Duplicate)
	c := record.reader()
	c.duplicate(d)
	if err := record.finish(&c, "answer"); err != nil {
		return nil, rest, err
	}
	return d, rest, nil
}

// splitAnswer takes an answer of one kind off b.
func splitAnswer(b []byte, number, version uint8) (r record, rest []byte, err error) {
	r, rest, err = split(b)
	if err != nil {
		return record{}, rest, fmt.Errorf("decode answer: %w", err)
	}
	if r.kind != number || r.version > version {
		return record{}, rest, r.unknown("answer")
	}
	return r, rest, nil
}

func (c *coder) refusal(r *chat.Refusal) {
	uvarint(c, &r.Code)
	c.text(&r.Room)
	c.text(&r.Nick)
	c.text(&r.Text)
	uvarint(c, &r.Rank)
	varint(c, &r.Limit)
	uvarint(c, &r.Powers)
}
