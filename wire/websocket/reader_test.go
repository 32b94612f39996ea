package websocket

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/gobwas/ws"
)

// frame is what a client sends: masked, if mask is not zero.
func frame(fin bool, op ws.OpCode, payload string) []byte {
	return ws.MustCompileFrame(ws.MaskFrameWith(ws.NewFrame(op, fin, []byte(payload)), [4]byte{1, 2, 3, 4}))
}

// heard reads everything, some bytes at a time.
func heard(stream []byte, step int) (events []string, r Reader) {
	for stream = bytes.Clone(stream); len(stream) > 0; {
		n := min(step, len(stream))
		part := stream[:n]
		stream = stream[n:]
		for {
			e, left, ok := r.Next(part)
			if !ok {
				break
			}
			events = append(events, strings.TrimSpace(fmt.Sprint([...]string{"", "message", "too long", "ping", "bye", "broken"}[e.Kind], " ", e.Code, " ", clip(string(e.Data)))))
			part = left
		}
	}
	return events, r
}

func clip(s string) string {
	if len(s) > 40 {
		return fmt.Sprint(len(s), " bytes")
	}
	return s
}

func TestReader(t *testing.T) {
	long := strings.Repeat("가", MessageBytesMax/3)
	for _, test := range []struct {
		name   string
		frames [][]byte
		want   string // events with | between
	}{
		{"text", [][]byte{frame(true, ws.OpText, "안녕")}, "message 0 안녕"},
		{"binary", [][]byte{frame(true, ws.OpBinary, "\xff\x00")}, "message 0 \xff\x00"},
		{"nothing", [][]byte{frame(true, ws.OpText, ""), frame(true, ws.OpBinary, "")}, "message 0|message 0"},
		{"two", [][]byte{frame(true, ws.OpText, "a"), frame(true, ws.OpText, "b")}, "message 0 a|message 0 b"},
		{"fragments", [][]byte{frame(false, ws.OpText, "안\xeb"), frame(false, ws.OpContinuation, ""), frame(false, ws.OpContinuation, "\x85"),
			frame(true, ws.OpContinuation, "\x95!"), frame(true, ws.OpText, "b")}, "message 0 안녕!|message 0 b"},
		{"empty fragments", [][]byte{frame(false, ws.OpText, ""), frame(true, ws.OpContinuation, "")}, "message 0"},
		{"a ping within", [][]byte{frame(false, ws.OpText, "a"), frame(true, ws.OpPing, "p"), frame(true, ws.OpContinuation, "b")}, "ping 0 p|message 0 ab"},
		{"a pong", [][]byte{frame(true, ws.OpPong, "x"), frame(true, ws.OpPing, "")}, "ping 0"},
		{"the longest ping", [][]byte{frame(true, ws.OpPing, strings.Repeat("p", 125))}, "ping 0 125 bytes"},
		{"16 bits of length", [][]byte{frame(true, ws.OpText, long)}, "message 0 9216 bytes"},
		{"a goodbye", [][]byte{frame(true, ws.OpClose, "\x03\xe8bye"), frame(true, ws.OpText, "x")}, "bye 1000 "},
		{"a goodbye without a word", [][]byte{frame(true, ws.OpClose, "")}, "bye 0"},
		{"a goodbye with a code of its own", [][]byte{frame(true, ws.OpClose, "\x0f\xa0")}, "bye 4000"},
		{"a goodbye within", [][]byte{frame(false, ws.OpText, "a"), frame(true, ws.OpClose, "")}, "bye 0"},
		{"half a code", [][]byte{frame(true, ws.OpClose, "\x03")}, "broken 1002"},
		{"a code that is none", [][]byte{frame(true, ws.OpClose, "\x03\xed")}, "broken 1002"},
		{"a code of nobody", [][]byte{frame(true, ws.OpClose, "\x00\x01")}, "broken 1002"},
		{"a reason that is no text", [][]byte{frame(true, ws.OpClose, "\x03\xe8\xff")}, "broken 1007"},
		{"no UTF-8", [][]byte{frame(true, ws.OpText, "caf\xe9"), frame(true, ws.OpText, "x")}, "broken 1007"},
		{"half a character", [][]byte{frame(false, ws.OpText, "\xec"), frame(true, ws.OpContinuation, "\x95")}, "broken 1007"},
		{"too long", [][]byte{frame(true, ws.OpText, long+"x"), frame(true, ws.OpText, "b")}, "too long 0|message 0 b"},
		{"too long in parts", [][]byte{frame(false, ws.OpText, long), frame(false, ws.OpContinuation, "x"), frame(true, ws.OpPing, "p"),
			frame(true, ws.OpContinuation, "y"), frame(true, ws.OpText, "b")}, "ping 0 p|too long 0|message 0 b"},
		{"far too long", [][]byte{frame(true, ws.OpText, strings.Repeat("x", LongestBytesMax+1))}, "broken 1009"},
		{"far too long in parts", [][]byte{frame(false, ws.OpBinary, strings.Repeat("x", LongestBytesMax)), frame(false, ws.OpContinuation, "x")}, "broken 1009"},
		{"just not", [][]byte{frame(true, ws.OpBinary, strings.Repeat("x", LongestBytesMax))}, "too long 0"},
		{"not masked", [][]byte{{0x81, 1, 'a'}}, "broken 1002"},
		{"a reserved bit", [][]byte{{0xC1, 0x81, 0, 0, 0, 0, 'a'}}, "broken 1002"},
		{"a reserved kind", [][]byte{{0x83, 0x80, 0, 0, 0, 0}}, "broken 1002"},
		{"a reserved kind of control", [][]byte{{0x8B, 0x80, 0, 0, 0, 0}}, "broken 1002"},
		{"a length over 63 bits", [][]byte{{0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}, "broken 1002"},
		{"a length of 2^63-1", [][]byte{{0x81, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0}}, "broken 1009"},
		{"a ping in parts", [][]byte{frame(false, ws.OpPing, "p")}, "broken 1002"},
		{"a long ping", [][]byte{frame(true, ws.OpPing, strings.Repeat("p", 126))}, "broken 1002"},
		{"goes on with nothing", [][]byte{frame(true, ws.OpContinuation, "x")}, "broken 1002"},
		{"begins within", [][]byte{frame(false, ws.OpText, "a"), frame(true, ws.OpText, "b")}, "broken 1002"},
		{"half a header", [][]byte{{0x81}}, ""},
		{"half a payload", [][]byte{frame(true, ws.OpText, "abc")[:8]}, ""},
	} {
		stream := bytes.Join(test.frames, nil)
		for _, step := range []int{len(stream), 1, 3, 1000} {
			events, r := heard(stream, step)
			if got := strings.Join(events, "|"); strings.TrimSpace(got) != strings.TrimSpace(test.want) {
				t.Errorf("%s, %d at a time: %q, want %q", test.name, step, got, test.want)
			}
			if cap(r.message) > 0 && !strings.HasPrefix(test.name, "half") && !r.over {
				t.Errorf("%s: %d bytes are kept", test.name, cap(r.message))
			}
		}
	}
}

// A message that comes in one read is not copied.
func TestReaderAllocatesNothing(t *testing.T) {
	stream := append(frame(true, ws.OpText, strings.Repeat("안녕 ", 20)), frame(true, ws.OpPing, "p")...)
	buffer := make([]byte, len(stream))
	var r Reader
	allocs := testing.AllocsPerRun(100, func() {
		copy(buffer, stream)
		for data, n := buffer, 0; ; n++ {
			_, left, ok := r.Next(data)
			if !ok {
				if n != 2 {
					t.Errorf("%d events", n)
				}
				return
			}
			data = left
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestWriter(t *testing.T) {
	for _, n := range []int{0, 125, 126, 0xFFFF, 0x10000} {
		want := ws.MustCompileFrame(ws.NewTextFrame(bytes.Repeat([]byte("x"), n)))
		if got := AppendMessage([]byte("-"), bytes.Repeat([]byte("x"), n), Text); string(got) != "-"+string(want) {
			t.Errorf("%d bytes are framed % x", n, got[:min(len(got), 20)])
		}
	}
	for got, want := range map[string]string{
		string(AppendLines(nil, []byte("a\r\n\r\nb\nc"), Text)): "\x81\x01a\x81\x00\x81\x01b\x81\x01c",
		string(AppendLines(nil, []byte("caf\xe9\r\n"), Text)):   "\x81\x06caf\uFFFD",
		string(AppendLines(nil, []byte("caf\xe9\r\n"), Binary)): "\x82\x04caf\xe9",
		string(AppendPong(nil, []byte("p"))):                    "\x8a\x01p",
		string(AppendClose(nil, CodeTooBig)):                    "\x88\x02\x03\xf1",
		string(AppendClose(nil, CodeNone)):                      "\x88\x00",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// However a stream is cut, it says the same; what is handed over is bounded.
func FuzzReader(f *testing.F) {
	f.Add(frame(true, ws.OpText, "안녕"), 3)
	f.Add(append(frame(false, ws.OpText, "a"), append(frame(true, ws.OpPing, "p"), frame(true, ws.OpContinuation, "b")...)...), 1)
	f.Add(frame(true, ws.OpClose, "\x03\xe8bye"), 2)
	f.Add([]byte{0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}, 9)
	f.Fuzz(func(t *testing.T, stream []byte, step int) {
		whole, _ := heard(stream, max(1, len(stream)))
		parts, r := heard(stream, max(1, step))
		if strings.Join(whole, "|") != strings.Join(parts, "|") {
			t.Fatalf("whole it says %q, in parts %q", whole, parts)
		}
		if len(r.message) > MessageBytesMax || len(r.control) > 125 {
			t.Fatalf("%d and %d bytes are kept", len(r.message), len(r.control))
		}
		// The header is read as the library reads it.
		if h, err := ws.ReadHeader(bytes.NewReader(stream)); err == nil {
			var one Reader
			if one.header(bytes.Clone(stream)); !one.inside || one.frame != h {
				t.Fatalf("header %+v, want %+v", one.frame, h)
			}
		}
	})
}
