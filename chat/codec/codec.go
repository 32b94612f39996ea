// Package codec turns the words of package chat (events, commands, answers and
// snapshots) into bytes and back. It promises that what was written once can be read
// for ever: every record carries the version of its shape, a shape only grows at its
// end and under a new version, and testdata/ keeps one example of every shape ever
// written. Equal values give equal bytes, one value has one encoding, and no input
// makes it panic or allocate more than a small multiple of the input's length. It
// refuses to know files, sockets and what any field means.
//
// A record is a kind byte, a version byte, the body's length as an uvarint, and the
// body: the fields in the order of the Go struct, unsigned numbers as uvarints,
// signed ones as zigzag varints, texts and lists behind their length. Whoever adds a
// field, to a struct inside another too, writes it behind all others of each record
// that holds it, under "if c.version >= n", and raises the version there.
package codec

import (
	"errors"
	"fmt"
)

// What decoding can fail with, besides UnknownError; test with errors.Is.
var (
	// ErrTruncated: the bytes end before the record does.
	ErrTruncated = errors.New("record is cut short")
	// ErrMalformed: this package never wrote these bytes.
	ErrMalformed = errors.New("record is malformed")
	// ErrChecksum: the snapshot is not as it was written.
	ErrChecksum = errors.New("checksum does not match")
)

// UnknownError says that a record is of a kind, or its shape of a version, that this
// program does not know: a newer one wrote it. Test with errors.As.
type UnknownError struct {
	What    string // "event", "command", "answer" or "snapshot"
	Kind    uint8  // 0: snapshots have none
	Version uint8
}

// Error is in words for the log.
func (u *UnknownError) Error() string {
	return fmt.Sprintf("%s of kind %d, version %d, is not known to this program", u.What, u.Kind, u.Version)
}
