//go:build real && linux

package real

import (
	"fmt"
	"sync"
	"testing"
)

// orderEach is how many messages each of the eight senders of TestOrder sends.
const orderEach = 250

// TestOrder has eight people talk in one room as fast as they can, half of them by
// IRC. Everybody must see one order, that of history, and time must not run backwards.
func TestOrder(t *testing.T) {
	t.Parallel()
	const room = "#order"
	s := start(t, plan{})
	var people []*client
	for i := range 8 {
		name := fmt.Sprintf("p%d", i)
		if i%2 == 0 {
			c := s.ircClient(name, "echo-message", "message-tags", "server-time")
			c.join(room)
			people = append(people, c)
			continue
		}
		c, _ := s.jsonClient(name)
		c.jsonJoin(room)
		people = append(people, c)
	}
	var sending sync.WaitGroup
	for i, c := range people {
		sending.Go(func() {
			for n := range orderEach {
				text := fmt.Sprintf("p%d %d", i, n)
				if i%2 == 0 {
					c.say(room, text)
				} else {
					c.jsonSay(room, text, text)
				}
			}
		})
	}
	sending.Wait()
	for i, c := range people {
		if i%2 == 0 {
			c.sync()
		} else {
			c.jsonSync()
		}
	}
	// Whoever was answered last has made everybody else's messages final.
	for i, c := range people {
		if i%2 == 0 {
			c.sync()
		} else {
			c.jsonSync()
		}
	}
	history := s.history(room)
	checkHistory(t, history)
	if len(history) != 8*orderEach {
		t.Fatalf("history has %d messages of %d", len(history), 8*orderEach)
	}
	for i, c := range people {
		compareOrder(t, c.name, seenIn(c, room, i%2 == 0), history)
	}
	nextOf := map[byte]int{}
	for _, m := range history {
		var who byte
		var n int
		if _, err := fmt.Sscanf(m.Text, "p%c %d", &who, &n); err != nil || n != nextOf[who] {
			t.Fatalf("%q is out of its sender's order (%v)", m.Text, err)
		}
		nextOf[who]++
	}
}

// seenIn is what a client saw said in a room, in order.
func seenIn(c *client, room string, irc bool) []object {
	lines, _, _ := c.now()
	if !irc {
		return messages(lines)
	}
	var out []object
	for _, line := range lines {
		if m, ok := parseSaid(line); ok && m.room == room {
			out = append(out, object{Text: m.text, ID: m.tag("msgid"), Time: m.tag("time")})
		}
	}
	return out
}

// compareOrder fails unless somebody saw what history has, in its order.
func compareOrder(t *testing.T, name string, seen, history []object) {
	t.Helper()
	if len(seen) != len(history) {
		t.Errorf("%s saw %d messages of %d", name, len(seen), len(history))
		return
	}
	for i, m := range seen {
		if m.ID != history[i].ID || m.Text != history[i].Text || m.Time != history[i].Time {
			t.Errorf("%s saw as message %d %+v, history has %+v", name, i+1, m, history[i])
			return
		}
	}
}

// TestJoinIsNotInNames: nobody is shown the JOIN of somebody whom NAMES had already,
// however the two fall together.
func TestJoinIsNotInNames(t *testing.T) {
	t.Parallel()
	const room = "#names"
	s := start(t, plan{})
	var coming sync.WaitGroup
	people := make([]*client, 40)
	for i := range people {
		people[i] = s.ircClient(fmt.Sprintf("comer%d", i))
	}
	for _, c := range people {
		coming.Go(func() { c.send("JOIN %s", room) })
	}
	coming.Wait()
	for range 2 {
		for _, c := range people {
			c.sync()
		}
	}
	for _, c := range people {
		checkNames(t, c, room)
	}
}
