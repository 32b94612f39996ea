package client_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"madang/chat"
	"madang/client"
	"madang/engine/sequencer"
)

// account makes one, by hand.
func (y *yard) account(t *testing.T, name, password string, more ...string) {
	t.Helper()
	c, err := net.Dial("tcp", y.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	lines := append([]string{"/register " + name + " " + password}, append(more, "/quit")...)
	if _, err := c.Write([]byte(strings.Join(lines, "\n") + "\n")); err != nil {
		t.Fatal(err)
	}
	all := make([]byte, 0, 4096)
	for {
		b := make([]byte, 4096)
		n, err := c.Read(b)
		if all = append(all, b[:n]...); err != nil {
			break
		}
	}
	if !strings.Contains(string(all), "The account "+name+" is yours.") {
		t.Fatalf("no account: %s", all)
	}
}

// An account says what it has to say once, in a room with a key, whatever breaks.
func TestSayAndTailAsAccount(t *testing.T) {
	y := newYard(t, sequencer.Commit)
	y.account(t, "minji", "hush", "/account always-on on", "/join #dev")
	o := client.Options{Room: "dev", Account: "minji", Password: "hush"}
	w := newWire(t, y.address, onceAfter(2, `"type":"ok"`))
	const n = 10
	tail := o
	tail.Server = newWire(t, y.address, onceAfter(3, `"type":"message"`)).address
	got := collect(t, tail, n, func(<-chan struct{}) {
		say := o
		say.Server = w.address
		s := speaker(t, say)
		for i := range n {
			if _, err := s.Say(context.Background(), fmt.Sprintf("message %d", i)); err != nil {
				t.Error(err)
			}
		}
	})
	for i, m := range got {
		if m.Text != fmt.Sprintf("message %d", i) || m.Nick != "minji" || m.Room != "#dev" {
			t.Errorf("message %d is %+v", i, m)
		}
	}
	if w.breaks() == 0 {
		t.Error("nothing broke")
	}
}

func TestKeyAndWrongPassword(t *testing.T) {
	y := newYard(t, sequencer.Commit)
	guard := speaker(t, client.Options{Server: y.address, Room: "#den"})
	say(t, guard, "first")
	lock := &chat.ChangeRoom{Room: "#den", Changes: []chat.RoomChange{{Aspect: chat.Key, Add: true, Text: "sesame"}}}
	if o, err := y.engine.Command(context.Background(), lock); err != nil || o.Refusal != nil {
		t.Fatal(o.Refusal, err)
	}
	w := newWire(t, y.address, onceAfter(2, `"type":"ok"`))
	with := speaker(t, client.Options{Server: w.address, Room: "#den", Key: "sesame"})
	say(t, with, "second")
	say(t, with, "third")
	if w.breaks() == 0 {
		t.Error("nothing broke")
	}
	_, err := client.NewSpeaker(client.Options{Server: y.address, Room: "#den"}).Say(context.Background(), "x")
	var r *client.Refusal
	if !errors.As(err, &r) || r.Code != "wrong-key" {
		t.Errorf("without the key: %v", err)
	}
	y.account(t, "minji", "hush")
	_, err = client.NewSpeaker(client.Options{Server: y.address, Room: "#den", Account: "minji", Password: "no"}).Say(context.Background(), "x")
	if !errors.As(err, &r) || r.Code != "wrong-credentials" {
		t.Errorf("got %v", err)
	}
}

func TestTextOfSeveralLines(t *testing.T) {
	m := client.Message{Room: "#a", Nick: "bob", Text: "one\ntwo\x1b"}
	if got := string(m.AppendText(nil)); got != "[#a] bob: one\n[#a] bob: two^[\n" {
		t.Errorf("shown as %q", got)
	}
}
