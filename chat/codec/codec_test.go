package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"madang/chat"
)

func TestRoundTrip(t *testing.T) {
	for _, s := range shapes() {
		t.Run(s.name, func(t *testing.T) {
			for _, want := range []any{s.full(), s.blank()} {
				b := s.encode(want)
				behind := []byte("behind")
				if !s.framed {
					behind = nil
				}
				got, rest, err := s.decode(append(b, behind...))
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("got  %+v\nwant %+v", got, want)
				}
				if !bytes.Equal(rest, behind) {
					t.Errorf("rest is %q, want %q", rest, behind)
				}
			}
		})
	}
}

func TestFullLeavesNothingZero(t *testing.T) {
	for _, s := range shapes() {
		noZero(t, s.name, reflect.ValueOf(s.full()).Elem())
	}
}

func noZero(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	if v.IsZero() && v.Type().Size() > 0 {
		t.Errorf("%s is zero", path)
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			noZero(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Pointer:
		noZero(t, path, v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			noZero(t, path+"[]", v.Index(i))
		}
	}
}

func TestNilAndEmptyListsAreEqualBytes(t *testing.T) {
	for _, s := range shapes() {
		with, without := s.blank(), s.blank()
		empty(reflect.ValueOf(with).Elem())
		if !bytes.Equal(s.encode(with), s.encode(without)) {
			t.Errorf("%s: an empty list is written differently from none", s.name)
		}
	}
	rooms := &chat.Snapshot{Rooms: []chat.RoomRecord{{ID: 1}}, Accepted: []chat.AcceptedRecord{{}}}
	want := AppendSnapshot(nil, rooms)
	empty(reflect.ValueOf(rooms).Elem())
	if !bytes.Equal(AppendSnapshot(nil, rooms), want) {
		t.Error("snapshot: an empty list inside a room is written differently from none")
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	said := &chat.Said{Text: "hello"}
	before := []byte("before")
	for name, b := range map[string][]byte{
		"event":    AppendEvent(before, said),
		"snapshot": AppendSnapshot(before, &chat.Snapshot{Run: 7}),
	} {
		if !bytes.HasPrefix(b, before) {
			t.Fatalf("%s: %q lost what was there", name, b)
		}
		var err error
		if name == "event" {
			_, _, err = DecodeEvent(b[len(before):])
		} else {
			_, err = DecodeSnapshot(b[len(before):])
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Lengths around the steps of the uvarint in front of the body.
func TestBodiesOfEveryLengthClass(t *testing.T) {
	for _, around := range []int{1 << 7, 1 << 14, 1 << 21} {
		for n := around - 20; n < around+20; n++ {
			want := &chat.BanRemoved{Target: strings.Repeat("x", n)}
			b := AppendEvent([]byte("before"), want)[len("before"):]
			got, rest, err := DecodeEvent(b)
			if err != nil || len(rest) > 0 || !reflect.DeepEqual(got, want) {
				t.Fatalf("target of %d bytes: error %v, %d bytes left", n, err, len(rest))
			}
		}
	}
}

func TestTruncated(t *testing.T) {
	for _, s := range shapes() {
		for _, v := range []any{s.full(), s.blank()} {
			b := s.encode(v)
			for n := range b {
				got, rest, err := s.decode(b[:n:n])
				if err == nil || reflect.ValueOf(got).IsValid() && !reflect.ValueOf(got).IsNil() {
					t.Fatalf("%s: the first %d of %d bytes decode to %v", s.name, n, len(b), got)
				}
				if s.framed && (!errors.Is(err, ErrTruncated) || len(rest) != n) {
					t.Fatalf("%s: the first %d of %d bytes: %v, %d bytes left", s.name, n, len(b), err, len(rest))
				}
			}
		}
	}
}

// A body that is cut short inside its record is an error too, and what follows the
// record is still found.
func TestTruncatedBody(t *testing.T) {
	for _, s := range shapes() {
		if !s.framed {
			continue
		}
		r, _, err := split(s.encode(s.full()))
		if err != nil {
			t.Fatal(err)
		}
		for n := range r.body {
			b := frame(r.kind, r.version, r.body[:n])
			_, rest, err := s.decode(append(b, "next"...))
			if !errors.Is(err, ErrTruncated) || string(rest) != "next" {
				t.Fatalf("%s with %d of %d bytes: %v, rest %q", s.name, n, len(r.body), err, rest)
			}
		}
	}
}

// Whatever byte is wrong, decoding does not panic, and what decodes encodes to the
// same bytes: one value has one encoding.
func TestDamaged(t *testing.T) {
	for _, s := range shapes() {
		b := s.encode(s.full())
		for i := range b {
			for _, x := range []byte{0, 1, 2, 0x7f, 0x80, 0xff} {
				damaged := bytes.Clone(b)
				damaged[i] = x
				v, rest, err := s.decode(damaged)
				if err == nil && !bytes.Equal(s.encode(v), damaged[:len(damaged)-len(rest)]) {
					t.Fatalf("%s with %#x at %d decodes, and encodes differently", s.name, x, i)
				}
			}
		}
	}
}

// frame makes a record of any body.
func frame(kind, version uint8, body []byte) []byte {
	b := []byte{kind, version}
	b = binary.AppendUvarint(b, uint64(len(body)))
	return append(b, body...)
}

// seal makes a snapshot of any body.
func seal(version uint8, body []byte) []byte {
	b := append([]byte(snapshotMagic), version)
	b = append(b, body...)
	return binary.LittleEndian.AppendUint32(b, castagnoli(b))
}

func TestUnknown(t *testing.T) {
	for _, s := range shapes() {
		if !s.framed {
			continue
		}
		kind := s.encode(s.blank())[0]
		what, _, _ := strings.Cut(s.name, "-")
		for _, want := range []UnknownError{{what, kind, s.version + 1}, {what, 0xff, 1}} {
			b := append(frame(want.Kind, want.Version, []byte("??")), "next"...)
			_, rest, err := s.decode(b)
			var unknown *UnknownError
			if !errors.As(err, &unknown) || *unknown != want {
				t.Errorf("%s: error is %v, want %v", s.name, err, &want)
			}
			if string(rest) != "next" {
				t.Errorf("%s: rest is %q, want what follows the unknown record", s.name, rest)
			}
		}
	}
}

func TestUnknownSnapshot(t *testing.T) {
	_, err := DecodeSnapshot(seal(snapshotVersion+1, []byte("??")))
	var unknown *UnknownError
	if want := (UnknownError{What: "snapshot", Version: snapshotVersion + 1}); !errors.As(err, &unknown) || *unknown != want {
		t.Errorf("error is %v, want %v", err, &want)
	}
}

func TestWrongAnswer(t *testing.T) {
	var unknown *UnknownError
	if _, _, err := DecodeRefusal(AppendDuplicate(nil, &chat.Duplicate{})); !errors.As(err, &unknown) {
		t.Errorf("a duplicate decodes as a refusal: %v", err)
	}
	if _, _, err := DecodeDuplicate(AppendRefusal(nil, &chat.Refusal{})); !errors.As(err, &unknown) {
		t.Errorf("a refusal decodes as a duplicate: %v", err)
	}
}

func TestMalformedEvents(t *testing.T) {
	node := uint8(chat.KindNodeStarted) // node, time
	for name, b := range map[string][]byte{
		"kind zero":             frame(0, 1, nil),
		"version zero":          frame(node, 0, []byte{0, 0}),
		"body goes on":          frame(node, 1, []byte{1, 1, 0}),
		"node over 32 bits":     frame(node, 1, []byte{0x80, 0x80, 0x80, 0x80, 0x10, 0}),
		"number over 64 bits":   frame(node, 1, []byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}),
		"number longer than so": frame(node, 1, []byte{0x81, 0x00, 0}),
		"length longer than so": {node, 1, 0x82, 0x00, 0, 0},
		"flag of two":           frame(uint8(chat.KindRoomOpened), 1, []byte{1, 0, 0, 0, 2, 0, 0}),
		"zero written as set":   frame(uint8(chat.KindBanAdded), 1, append([]byte{0, 1}, make([]byte, 16+5)...)),
	} {
		if e, _, err := DecodeEvent(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %+v, %v; want ErrMalformed", name, e, err)
		}
	}
}

func TestBadSnapshots(t *testing.T) {
	good := AppendSnapshot(nil, &chat.Snapshot{Run: 1})
	body := good[len(snapshotMagic)+1 : len(good)-4]
	magic := append([]byte("MDSX"), good[4:]...)
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"nothing":      {nil, ErrTruncated},
		"other magic":  {magic, ErrMalformed},
		"flipped bit":  {flipped, ErrChecksum},
		"goes on":      {append(bytes.Clone(good), 0), ErrChecksum},
		"version zero": {seal(0, body), ErrMalformed},
		"long body":    {seal(1, append(bytes.Clone(body), 0)), ErrMalformed},
		"short body":   {seal(1, body[:len(body)-1]), ErrTruncated},
	} {
		if _, err := DecodeSnapshot(c.b); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// A list that claims more elements than bytes follow is refused before room is made.
func TestHostileListAllocatesNothing(t *testing.T) {
	changed := AppendEvent(nil, &chat.RoomChanged{})
	r, _, err := split(changed)
	if err != nil {
		t.Fatal(err)
	}
	head := r.body[:len(r.body)-2] // without count and time
	for _, n := range []uint64{1 << 16, 1 << 26, 1 << 40, 1<<64 - 1} {
		body := binary.AppendUvarint(bytes.Clone(head), n)
		body = append(body, make([]byte, 1<<10)...)
		b := frame(r.kind, r.version, body)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := DecodeEvent(b)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrTruncated) {
			t.Errorf("list of %d: %v, want ErrTruncated", n, err)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<10 {
			t.Errorf("list of %d: %d bytes allocated for %d", n, grown, len(b))
		}
	}
}

// The bounds on lists are what an element takes at least: that of a zero element.
func TestElementBytesMin(t *testing.T) {
	for _, e := range []struct {
		name  string
		min   int
		write func(*coder)
	}{
		{"UserID", userIDBytesMin, func(c *coder) { c.users(&[]chat.UserID{0}) }},
		{"Tag", tagBytesMin, func(c *coder) { c.tags(&[]chat.Tag{{}}) }},
		{"RoomChange", roomChangeBytesMin, func(c *coder) { c.roomChanges(&[]chat.RoomChange{{}}) }},
		{"MaskRecord", maskRecordBytesMin, func(c *coder) { c.masks(&[]chat.MaskRecord{{}}) }},
	} {
		checkMin(t, e.name, e.min, 1, e.write)
	}
	for _, e := range []struct {
		name  string
		min   int
		write func(*coder)
	}{
		{"UserRecord", userRecordBytesMin, func(c *coder) { c.userRecord(&chat.UserRecord{}) }},
		{"RoomRecord", roomRecordBytesMin, func(c *coder) { c.roomRecord(&chat.RoomRecord{}) }},
		{"MemberRecord", memberRecordBytesMin, func(c *coder) { c.memberRecord(&chat.MemberRecord{}) }},
		{"DirectRecord", directRecordBytesMin, func(c *coder) { c.directRecord(&chat.DirectRecord{}) }},
		{"ServerBan", serverBanBytesMin, func(c *coder) { c.serverBan(&chat.ServerBan{}) }},
		{"AccountRecord", accountRecordBytesMin, func(c *coder) { c.accountRecord(&chat.AccountRecord{}) }},
		{"TokenRecord", tokenRecordBytesMin, func(c *coder) { c.tokenRecord(&chat.TokenRecord{}) }},
		{"MarkRecord", markRecordBytesMin, func(c *coder) { c.markRecord(&chat.MarkRecord{}) }},
		{"InvitationRecord", invitationRecordBytesMin, func(c *coder) { c.invitationRecord(&chat.InvitationRecord{}) }},
		{"SessionRecord", sessionRecordBytesMin, func(c *coder) { c.sessionRecord(&chat.SessionRecord{}) }},
		{"MembershipRecord", membershipRecordBytesMin, func(c *coder) { c.membershipRecord(&chat.MembershipRecord{}) }},
		{"MetadataRecord", metadataRecordBytesMin, func(c *coder) { c.metadataRecord(&chat.MetadataRecord{}) }},
		{"AccessRecord", accessRecordBytesMin, func(c *coder) { c.accessRecord(&chat.AccessRecord{}) }},
		{"AwayRecord", awayRecordBytesMin, func(c *coder) { c.awayRecord(&chat.AwayRecord{}) }},
		{"AccountChange", accountChangeBytesMin, func(c *coder) { c.accountChange(&chat.AccountChange{}) }},
		{"AcceptedRecord", acceptedRecordBytesMin, func(c *coder) { c.acceptedRecord(&chat.AcceptedRecord{}) }},
		{"AcceptedID", acceptedIDBytesMin, func(c *coder) { c.acceptedID(&chat.AcceptedID{}) }},
	} {
		checkMin(t, e.name, e.min, 0, e.write)
	}
}

func checkMin(t *testing.T, name string, min, around int, write func(*coder)) {
	t.Helper()
	c := coder{writing: true, version: firstVersion}
	write(&c)
	if got := len(c.b) - around; got != min {
		t.Errorf("a zero %s takes %d bytes, the bound says %d", name, got, min)
	}
}

func TestTextsOfSnapshotAreTheirOwn(t *testing.T) {
	b := AppendSnapshot(nil, snapshotShape().full().(*chat.Snapshot))
	got, err := DecodeSnapshot(b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if want := snapshotShape().full(); !reflect.DeepEqual(got, want) {
		t.Error("the snapshot changed with the bytes that it was read from")
	}
}
