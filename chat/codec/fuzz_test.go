package codec

import (
	"bytes"
	"reflect"
	"testing"

	"madang/chat"
)

func FuzzDecodeEvent(f *testing.F) {
	for _, b := range goldenBytes(f, "event") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, rest, err := DecodeEvent(b)
		if err != nil {
			return
		}
		again := AppendEvent(nil, e)
		if b[1] == eventVersion(e.Kind()) && !bytes.Equal(again, b[:len(b)-len(rest)]) {
			t.Errorf("%x\nbecomes %x", b, again)
		}
		same, rest, err := DecodeEvent(again)
		if err != nil || len(rest) > 0 || !reflect.DeepEqual(same, e) {
			t.Errorf("%+v\nbecomes %+v, %v", e, same, err)
		}
	})
}

func FuzzDecodeCommand(f *testing.F) {
	for _, b := range goldenBytes(f, "command") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		x, rest, err := DecodeCommand(b)
		if err != nil {
			return
		}
		again := AppendCommand(nil, x)
		if b[1] == commandVersion(b[0]) && !bytes.Equal(again, b[:len(b)-len(rest)]) {
			t.Errorf("%x\nbecomes %x", b, again)
		}
		same, rest, err := DecodeCommand(again)
		if err != nil || len(rest) > 0 || !reflect.DeepEqual(same, x) {
			t.Errorf("%+v\nbecomes %+v, %v", x, same, err)
		}
	})
}

// The bytes are tried as they are and, because no checksum would match, as the body
// of a snapshot.
func FuzzDecodeSnapshot(f *testing.F) {
	for _, b := range goldenBytes(f, "snapshot") {
		f.Add(b)
		f.Add(b[len(snapshotMagic)+1 : len(b)-4])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, whole := range [][]byte{b, seal(snapshotVersion, b)} {
			s, err := DecodeSnapshot(whole)
			if err == nil {
				checkSnapshot(t, whole, s)
			}
		}
	})
}

func checkSnapshot(t *testing.T, b []byte, s *chat.Snapshot) {
	again := AppendSnapshot(nil, s)
	if b[len(snapshotMagic)] == snapshotVersion && !bytes.Equal(again, b) {
		t.Errorf("%x\nbecomes %x", b, again)
	}
	same, err := DecodeSnapshot(again)
	if err != nil || !reflect.DeepEqual(same, s) {
		t.Errorf("%+v\nbecomes %+v, %v", s, same, err)
	}
}
