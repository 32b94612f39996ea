//go:build real && linux

package real

import (
	"fmt"
	"strings"
	"testing"
)

// TestLongHistory asks for far more of history than a queue holds. Nobody is hung up by
// his own question, and all of it comes, in order.
func TestLongHistory(t *testing.T) {
	t.Parallel()
	const room, said = "#long", 8000
	s := start(t, plan{})
	c, _ := s.jsonClient("sender")
	c.jsonJoin(room)
	padding := strings.Repeat("가나다", 30)
	for i := range said {
		c.jsonSay(room, fmt.Sprintf("%d %s", i, padding), "")
	}
	c.jsonSync()
	plain := dial(t, "plain", s.line)
	plain.send("/join %s", room)
	plain.awaitText("You are in " + room)
	plain.send("/topic") // behind whatever the newcomer is shown
	plain.awaitText("no topic")
	shown := plain.cursor
	plain.send("/history 1000000")
	plain.send("and this comes after it")
	plain.awaitText("End of the history of " + room)
	c.awaitText("and this comes after it")
	next := 0
	lines, _, _ := plain.now()
	for _, line := range lines[shown:] {
		if !strings.Contains(line, padding) {
			continue
		}
		if !strings.Contains(line, fmt.Sprintf(": %d ", next)) {
			t.Fatalf("%.80q instead of number %d", line, next)
		}
		next++
	}
	if next != said {
		t.Errorf("%d of %d messages came", next, said)
	}
	plain.send("/who")
	plain.awaitText("-- " + room)
}

// TestManyRooms has one user join 10,000 rooms: he gets what the limit allows, is told
// so for each of the others, and stays.
func TestManyRooms(t *testing.T) {
	t.Parallel()
	const rooms, allowed = 10_000, 100
	s := start(t, plan{})
	c := s.ircClient("collector")
	for i := range rooms {
		c.send("JOIN #room%d", i)
	}
	c.sync()
	lines, _, _ := c.now()
	joined, refused := count(lines, " JOIN "), count(lines, " 405 ")
	if joined != allowed || refused != rooms-allowed {
		t.Errorf("%d rooms were joined and %d refused", joined, refused)
	}
	c.say("#room0", "still here")
	c.sync()
	c.alive()
}
