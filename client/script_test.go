package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/client"
	"madang/engine/sequencer"
)

func speaker(t *testing.T, o client.Options) *client.Speaker {
	t.Helper()
	s := client.NewSpeaker(o)
	t.Cleanup(s.Close)
	return s
}

func say(t *testing.T, s *client.Speaker, text string) client.Stored {
	t.Helper()
	stored, err := s.Say(context.Background(), text)
	if err != nil {
		t.Errorf("say %q: %v", text, err)
	}
	return stored
}

// collect tails until n messages came. Begun runs beside it; done says that they came.
func collect(t *testing.T, o client.Options, n int, begun func(done <-chan struct{})) []client.Message {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var got []client.Message
	var beside sync.WaitGroup
	err := client.Tail(ctx, o, func(string) { beside.Go(func() { begun(ctx.Done()) }) }, func(m *client.Message) error {
		if got = append(got, *m); len(got) == n {
			cancel()
		}
		return nil
	})
	cancel()
	beside.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestSayAndTail(t *testing.T) {
	y := newYard(t, sequencer.Commit)
	for _, room := range []string{"#lobby", "dev", "#LOBBY"} {
		t.Run(room, func(t *testing.T) {
			o := client.Options{Server: y.address, Room: room}
			var first client.Stored
			got := collect(t, o, 2, func(<-chan struct{}) {
				named := o
				named.Nick = "alice" + room[1:2]
				s := speaker(t, named)
				elsewhere := speaker(t, client.Options{Server: y.address, Room: "#elsewhere"})
				say(t, elsewhere, "not shown")
				first = say(t, s, "안녕 \x1b[2J")
				say(t, s, "/quit is a text here")
			})
			if got[0].Text != "안녕 \x1b[2J" || got[1].Text != "/quit is a text here" || got[0].ID != first.ID || got[0].Position != first.Position || got[0].Number != first.Number {
				t.Errorf("got %+v, stored %+v", got, first)
			}
			want := fmt.Sprintf("[%s] alice%s: 안녕 ^[[2J\n", strings.ToLower(got[0].Room), room[1:2])
			if text := string(got[0].AppendText(nil)); strings.ToLower(text[:8])+text[8:] != strings.ToLower(want[:8])+want[8:] {
				t.Errorf("got %q, want %q", text, want)
			}
			var object struct{ Type, Text string }
			if err := json.Unmarshal(got[0].JSON, &object); err != nil || object.Type != "message" || object.Text != got[0].Text || !bytes.HasSuffix(got[0].JSON, []byte("}\n")) {
				t.Errorf("JSON %q", got[0].JSON)
			}
		})
	}
}

func TestSayIsRefused(t *testing.T) {
	y := newYard(t, sequencer.Commit)
	for name, test := range map[string]struct {
		o    client.Options
		text string
		code string
	}{
		"a room that cannot be": {client.Options{Room: "#a b"}, "x", "room-invalid"},
		"a nick that cannot be": {client.Options{Room: "#lobby", Nick: "a b"}, "x", "nick-invalid"},
		"no text":               {client.Options{Room: "#lobby"}, "", "bad-request"},
		"long":                  {client.Options{Room: "#lobby"}, strings.Repeat("x", 15<<10), ""},
		"too long":              {client.Options{Room: "#lobby"}, strings.Repeat("x", 17<<10), "line-too-long"},
	} {
		t.Run(name, func(t *testing.T) {
			test.o.Server = y.address
			_, err := speaker(t, test.o).Say(context.Background(), test.text)
			var r *client.Refusal
			if errors.As(err, &r) != (test.code != "") || r != nil && r.Code != test.code {
				t.Errorf("got %v, want %s", err, test.code)
			}
		})
	}
	if _, err := speaker(t, client.Options{Server: "127.0.0.1:1", Room: "#a"}).Say(context.Background(), "x"); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("nobody listens: %v", err)
	}
}

// TestSayOnce loses the acknowledgement of a message that is stored.
func TestSayOnce(t *testing.T) {
	y := newYard(t, sequencer.Commit)
	w := newWire(t, y.address, onceAfter(1, `"message":`))
	got := collect(t, client.Options{Server: y.address, Room: "#a"}, 2, func(<-chan struct{}) {
		s := speaker(t, client.Options{Server: w.address, Room: "#a"})
		if stored := say(t, s, "one"); !stored.Again {
			t.Errorf("the first message was stored once: %+v", stored)
		}
		if stored := say(t, s, "two"); stored.Again {
			t.Errorf("the second was stored twice: %+v", stored)
		}
	})
	if got[0].Text != "one" || got[1].Text != "two" || w.breaks() != 1 {
		t.Errorf("got %+v with %d breaks", got, w.breaks())
	}
}

// TestTailWithoutHoleOrDouble loses every tenth piece of what is said, and the
// connection with it.
func TestTailWithoutHoleOrDouble(t *testing.T) {
	y := newYard(t, sequencer.Commit)
	const n = 300
	pieces := 0
	w := newWire(t, y.address, func(b []byte) bool {
		if bytes.Contains(b, []byte(`"type":"message"`)) {
			pieces++
		}
		if pieces < 10 {
			return false
		}
		pieces = 0
		return true
	})
	got := collect(t, client.Options{Server: w.address, Room: "#a"}, n, func(<-chan struct{}) {
		s := speaker(t, client.Options{Server: y.address, Room: "#a"})
		for i := range n {
			say(t, s, fmt.Sprint(i))
			time.Sleep(2 * time.Millisecond) // or all is said before the connection stands again
		}
	})
	for i, m := range got {
		if m.Text != fmt.Sprint(i) {
			t.Fatalf("message %d is %q", i, m.Text)
		}
	}
	if w.breaks() < 2 {
		t.Errorf("only %d breaks", w.breaks())
	}
}

func TestTailWithoutHistorySaysSo(t *testing.T) {
	y := newYard(t, sequencer.None)
	w := newWire(t, y.address, onceAfter(1, `"text":"lost"`))
	warned := make(chan string, 10)
	o := client.Options{Server: w.address, Room: "#lobby", Warn: func(text string) { warned <- text }}
	got := collect(t, o, 1, func(done <-chan struct{}) {
		s := speaker(t, client.Options{Server: y.address, Room: "#lobby"})
		say(t, s, "lost")
		for !strings.Contains(<-warned, "messages may be missing") {
		}
		// The guest is on its way back in; what is said before that is lost too.
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				say(t, s, fmt.Sprint("kept ", i))
			}
		}
	})
	if !strings.HasPrefix(got[0].Text, "kept") {
		t.Errorf("got %+v", got)
	}
}

func TestTailEndsWhenShowFails(t *testing.T) {
	y := newYard(t, sequencer.None)
	full := errors.New("the pipe is closed")
	var beside sync.WaitGroup
	err := client.Tail(context.Background(), client.Options{Server: y.address, Room: "#lobby"}, func(string) {
		beside.Go(func() { say(t, speaker(t, client.Options{Server: y.address, Room: "#lobby"}), "x") })
	}, func(*client.Message) error { return full })
	beside.Wait()
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}
