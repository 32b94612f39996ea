package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"madang/chat"
)

// A snapshot is magic, version byte, body, and the CRC-32C of all that, little endian.
const (
	snapshotMagic    = "MDSN"
	snapshotVersion  = firstVersion
	snapshotBytesMin = len(snapshotMagic) + 1 + crc32.Size
)

// The least that an element of a list takes: one byte for each of its fields.
const (
	userRecordBytesMin       = 17
	roomRecordBytesMin       = 32
	memberRecordBytesMin     = 4
	maskRecordBytesMin       = 4
	directRecordBytesMin     = 8
	accountRecordBytesMin    = 24
	tokenRecordBytesMin      = 7
	markRecordBytesMin       = 4
	invitationRecordBytesMin = 4
	sessionRecordBytesMin    = 8
	membershipRecordBytesMin = 3
	metadataRecordBytesMin   = 2
	accessRecordBytesMin     = 2
	awayRecordBytesMin       = 3
	serverBanBytesMin        = 7
	acceptedRecordBytesMin   = 2
	acceptedIDBytesMin       = 5
)

// AppendSnapshot writes the snapshot behind dst.
func AppendSnapshot(dst []byte, s *chat.Snapshot) []byte {
	c := coder{writing: true, version: snapshotVersion, b: dst}
	c.b = append(c.b, snapshotMagic...)
	c.b = append(c.b, snapshotVersion)
	c.snapshot(s)
	return binary.LittleEndian.AppendUint32(c.b, castagnoli(c.b[len(dst):]))
}

// DecodeSnapshot reads the snapshot that b is, from its first byte to its last. The
// error is ErrTruncated, ErrMalformed, ErrChecksum or an *UnknownError. Nothing in
// the snapshot is part of b.
func DecodeSnapshot(b []byte) (*chat.Snapshot, error) {
	s, err := decodeSnapshot(b)
	var unknown *UnknownError
	if err != nil && !errors.As(err, &unknown) {
		return nil, fmt.Errorf("decode snapshot of %d bytes: %w", len(b), err)
	}
	return s, err
}

func decodeSnapshot(b []byte) (*chat.Snapshot, error) {
	if len(b) < snapshotBytesMin {
		return nil, ErrTruncated
	}
	if string(b[:len(snapshotMagic)]) != snapshotMagic {
		return nil, ErrMalformed
	}
	end := len(b) - crc32.Size
	if binary.LittleEndian.Uint32(b[end:]) != castagnoli(b[:end]) {
		return nil, ErrChecksum
	}
	c := coder{version: b[len(snapshotMagic)], b: b[len(snapshotMagic)+1 : end]}
	if c.version > snapshotVersion {
		return nil, &UnknownError{What: "snapshot", Version: c.version}
	}
	s := new(chat.Snapshot)
	c.snapshot(s)
	if c.err == nil && (len(c.b) > 0 || c.version == 0) {
		c.err = ErrMalformed
	}
	if c.err != nil {
		return nil, c.err
	}
	return s, nil
}

func castagnoli(b []byte) uint32 {
	return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))
}
