package codec

import (
	"encoding/binary"
	"fmt"
)

// firstVersion is the version of every shape that has not grown yet.
const firstVersion = 1

// begin writes a record's head and leaves one byte for its length; the body starts
// at the offset that it returns.
func (c *coder) begin(kind, version uint8) (body int) {
	c.writing = true
	c.version = version
	c.b = append(c.b, kind, version, 0)
	return len(c.b)
}

// end writes the length of the body that starts at the offset, and moves the body
// when that takes more than a byte.
func (c *coder) end(body int) []byte {
	n := len(c.b) - body
	if n < 0x80 {
		c.b[body-1] = byte(n)
		return c.b
	}
	var length [binary.MaxVarintLen64]byte
	size := binary.PutUvarint(length[:], uint64(n))
	c.b = append(c.b, length[1:size]...)
	copy(c.b[body-1+size:], c.b[body:body+n])
	copy(c.b[body-1:], length[:size])
	return c.b
}

// record is a record's parts before anybody knows its shape.
type record struct {
	kind    uint8
	version uint8
	body    []byte
}

// split takes the first record off b. With an error rest is b.
func split(b []byte) (r record, rest []byte, err error) {
	if len(b) < 3 {
		return record{}, b, ErrTruncated
	}
	c := coder{b: b[2:]}
	n := c.get()
	if c.err == nil && n > uint64(len(c.b)) {
		c.err = ErrTruncated
	}
	if c.err == nil && (b[0] == 0 || b[1] == 0) {
		c.err = ErrMalformed
	}
	if c.err != nil {
		return record{}, b, c.err
	}
	return record{kind: b[0], version: b[1], body: c.b[:n]}, c.b[n:], nil
}

// unknown is the error for a record of a newer program.
func (r record) unknown(what string) error {
	return &UnknownError{What: what, Kind: r.kind, Version: r.version}
}

// reader visits the record's body.
func (r record) reader() coder {
	return coder{version: r.version, b: r.body, shared: true}
}

// finish is the reader's verdict after the last field.
func (r record) finish(c *coder, what string) error {
	if c.err == nil && len(c.b) > 0 {
		c.err = ErrMalformed
	}
	if c.err != nil {
		return fmt.Errorf("decode %s of kind %d, version %d: %w", what, r.kind, r.version, c.err)
	}
	return nil
}
