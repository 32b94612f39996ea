//go:build real && linux

package real

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// The helpers of this file speak the protocols; each ends with a barrier, so that what
// they asked for has happened when they return.

// irc registers at the IRC port.
func (s *server) ircClient(nick string, caps ...string) *client {
	s.t.Helper()
	c := dial(s.t, nick, s.irc)
	c.register(caps...)
	return c
}

func (c *client) register(caps ...string) {
	c.t.Helper()
	if len(caps) > 0 {
		c.send("CAP REQ :%s", strings.Join(caps, " "))
	}
	c.send("NICK %s", c.name)
	c.send("USER %s 0 * :%s", strings.ToLower(c.name), c.name)
	if len(caps) > 0 {
		c.send("CAP END")
	}
	c.awaitText(" 001 " + c.name + " ")
	c.sync()
}

// sync waits until everything sent before is answered.
func (c *client) sync() {
	c.t.Helper()
	token := fmt.Sprintf("sync-%d", time.Now().UnixNano())
	c.send("PING %s", token)
	c.await("PONG", func(line string) bool {
		return strings.Contains(line, " PONG ") && strings.HasSuffix(line, token)
	})
}

func (c *client) join(room string) {
	c.t.Helper()
	c.send("JOIN %s", room)
	c.await("the end of NAMES of "+room, func(line string) bool {
		return strings.Contains(line, " 366 ") && strings.Contains(line, " "+room+" ")
	})
}

func (c *client) say(room, text string) { c.send("PRIVMSG %s :%s", room, text) }

// said is what an IRC line says in a room; ok tells whether it is a PRIVMSG.
type saidLine struct{ tags, nick, room, text string }

func parseSaid(line string) (m saidLine, ok bool) {
	if strings.HasPrefix(line, "@") {
		m.tags, line, _ = strings.Cut(line[1:], " ")
	}
	source, rest, _ := strings.Cut(strings.TrimPrefix(line, ":"), " ")
	m.nick, _, _ = strings.Cut(source, "!")
	rest, ok = strings.CutPrefix(rest, "PRIVMSG ")
	m.room, m.text, _ = strings.Cut(rest, " ")
	m.text = strings.TrimPrefix(m.text, ":")
	return m, ok
}

// tag is the value of a tag of a line, empty if it has none.
func (m saidLine) tag(key string) string {
	for part := range strings.SplitSeq(m.tags, ";") {
		if value, found := strings.CutPrefix(part, key+"="); found {
			return value
		}
	}
	return ""
}

// object is a JSON line. The keys are those of docs/protocol-line.md.
type object struct {
	Type      string `json:"type"`
	Room      string `json:"room"`
	Nick      string `json:"nick"`
	Text      string `json:"text"`
	ID        string `json:"id"`
	Position  uint64 `json:"position"`
	Number    uint64 `json:"number"`
	Time      string `json:"time"`
	Token     string `json:"token"`
	Code      string `json:"code"`
	Duplicate bool   `json:"duplicate"`
}

// parseObject gives the zero object for what is no JSON line.
func parseObject(line string) (o object) {
	if strings.HasPrefix(line, "{") {
		_ = json.Unmarshal([]byte(line), &o)
	}
	return o
}

// acknowledges is the id of the command that an object says is done, and whether that
// was known before.
func acknowledges(o object) (id string, before bool) {
	if o.Type != "ok" {
		return "", false
	}
	return o.ID, o.Duplicate
}

// quoted is a text as a JSON string.
func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// jsonClient begins a JSON session as a new guest.
func (s *server) jsonClient(name string) (*client, object) {
	s.t.Helper()
	c := dial(s.t, name, s.line)
	c.send(`{"type":"ping","text":"begin"}`)
	welcome := c.awaitObject("welcome")
	c.awaitObject("pong")
	return c, welcome
}

func (c *client) awaitObject(kind string) object {
	c.t.Helper()
	return parseObject(c.await("an object "+kind, func(line string) bool { return parseObject(line).Type == kind }))
}

// jsonSync waits until everything sent before is answered.
func (c *client) jsonSync() {
	c.t.Helper()
	token := fmt.Sprintf("sync-%d", time.Now().UnixNano())
	c.send(`{"type":"ping","text":%s}`, quoted(token))
	c.await("pong", func(line string) bool {
		o := parseObject(line)
		return o.Type == "pong" && strings.Contains(line, token)
	})
}

func (c *client) jsonJoin(room string) {
	c.t.Helper()
	c.send(`{"type":"join","room":%s}`, quoted(room))
	c.jsonSync()
}

func (c *client) jsonSay(room, text, id string) {
	if id != "" {
		id = `,"id":` + quoted(id)
	}
	c.send(`{"type":"say","room":%s,"text":%s%s}`, quoted(room), quoted(text), id)
}

// messages are the messages among the lines of a JSON session.
func messages(lines []string) []object {
	var out []object
	for _, line := range lines {
		if o := parseObject(line); o.Type == "message" {
			out = append(out, o)
		}
	}
	return out
}

// history reads all of a room in pages, as a new guest, oldest first.
func (s *server) history(room string) []object {
	s.t.Helper()
	c, _ := s.jsonClient("historian")
	c.jsonJoin(room)
	var all []object
	after := uint64(0)
	for {
		before, _, _ := c.now()
		c.cursor = len(before)
		c.send(`{"type":"history","room":%s,"after":%d,"limit":500}`, quoted(room), after)
		c.jsonSync()
		lines, _, _ := c.now()
		page := messages(lines[len(before):])
		if len(page) == 0 {
			c.conn.Close()
			return all
		}
		all = append(all, page...)
		after = page[len(page)-1].Position
	}
}

// checkHistory fails unless the messages of a room are in order, dense and each there
// once.
func checkHistory(t testing.TB, history []object) {
	t.Helper()
	ids := map[string]bool{}
	for i, m := range history {
		if m.Number != uint64(i)+1 {
			t.Fatalf("message %d of history has number %d: %+v", i+1, m.Number, m)
		}
		if i > 0 && m.Position <= history[i-1].Position {
			t.Fatalf("positions do not rise: %+v after %+v", m, history[i-1])
		}
		if i > 0 && m.Time < history[i-1].Time {
			t.Fatalf("time runs backwards: %+v after %+v", m, history[i-1])
		}
		if ids[m.ID] {
			t.Fatalf("id %s is there twice", m.ID)
		}
		ids[m.ID] = true
	}
}

// texts counts how often each text stands in history.
func texts(history []object) map[string]int {
	n := map[string]int{}
	for _, m := range history {
		n[m.Text]++
	}
	return n
}
