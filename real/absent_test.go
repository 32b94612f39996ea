//go:build real && linux

package real

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What TestKillAccounts has.
const (
	absentRoom   = "#absent"
	absentRounds = 6
	absentSend   = 4  // who talk in every life
	absentAway   = 4  // who are there in every second life only, and listen
	absentWindow = 16 // unanswered messages of each
)

// member is an account that is always on, over all lives of the server. One goroutine at
// a time owns it.
type member struct {
	name, app string
	sends     bool

	visitor *visitor       // of this life; nil: away
	taken   int            // how many of its messages are noted
	next    int            // number of the next message
	pending []sent         // not answered, oldest first
	known   map[string]int // ids that it was shown: how often
	texts   map[string]string
	last    string // the newest of them
	mark    string // up to when it has read, as the server confirmed
	again   int    // messages said again that were stored before
}

// TestKillAccounts kills the server while accounts that are always on talk, and others of
// them are away. In the next life they sign in with an app password that is older than
// all kills, are in their room without a word, ask by CHATHISTORY for what they do not
// have, and say again under the same ids what was not answered. In the end everybody was
// shown everything once, and what he had read is known.
func TestKillAccounts(t *testing.T) {
	t.Logf("-seed %d", *seed)
	random := rand.New(rand.NewPCG(*seed, 2))
	data := t.TempDir()
	members := makeMembers(t, data)
	flying := 0
	for round := range absentRounds {
		s := start(t, plan{data: data})
		var here []*member
		for i, m := range members {
			if m.sends || i%2 == round%2 {
				m.comeBack(t, s)
				here = append(here, m)
			}
		}
		flying += absentRound(t, s, here, 200+random.IntN(600), time.Duration(random.IntN(3000))*time.Microsecond)
		if t.Failed() {
			t.Fatalf("round %d failed", round)
		}
	}
	s := start(t, plan{data: data})
	for _, m := range members { // those who come later are behind all that these say again
		m.sends = false
		m.comeBack(t, s)
		m.visitor.close()
	}
	for _, m := range members {
		m.comeBack(t, s)
	}
	history := s.history(absentRoom)
	checkHistory(t, history)
	again := 0
	for _, m := range members {
		m.check(t, history)
		again += m.again
	}
	t.Logf("%d kills, %d messages in history, %d in flight at the kills, %d of those stored before anybody knew", absentRounds, len(history), flying, again)
	if flying == 0 {
		t.Error("no message was in flight at any kill")
	}
	s.stop()
}

// makeMembers makes the accounts in a life of its own, which is killed too.
func makeMembers(t *testing.T, data string) []*member {
	t.Helper()
	s := start(t, plan{data: data, config: stayingOn})
	var members []*member
	for i := range absentSend + absentAway {
		o := owner{Name: fmt.Sprintf("member%d", i), Room: absentRoom}
		if err := o.signUp(s.irc); err != nil {
			t.Fatal(err)
		}
		members = append(members, &member{name: o.Name, app: o.App, sends: i < absentSend, known: map[string]int{}, texts: map[string]string{}})
	}
	s.kill()
	return members
}

// comeBack signs in, asks for what it does not have, and says again what was not answered.
func (m *member) comeBack(t *testing.T, s *server) {
	t.Helper()
	if err := m.signIn(t, s); err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	if err := m.catchUp(); err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	if err := m.sayAgain(); err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	if err := m.markRead(); err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
}

func (m *member) signIn(t *testing.T, s *server) error {
	v, err := visit(m.name, s.irc, patience)
	if err != nil {
		return err
	}
	t.Cleanup(v.close)
	m.visitor, m.taken = v, 0
	if err := v.begin("sasl batch server-time message-tags echo-message draft/chathistory draft/read-marker"); err != nil {
		return err
	}
	if err := v.plain(m.app); err != nil {
		return err
	}
	v.send("CAP END")
	if _, err := v.until(" JOIN " + absentRoom); err != nil {
		return err
	}
	line, err := v.until(" MARKREAD " + absentRoom)
	if err == nil && m.mark != "" && !strings.HasSuffix(line, m.mark) {
		err = fmt.Errorf("it had read up to %s and is told %q", m.mark, line)
	}
	if err != nil {
		return err
	}
	return v.sync()
}

// catchUp asks for everything behind the newest message that it has.
func (m *member) catchUp() error {
	for {
		from := "timestamp=2000-01-01T00:00:00.000Z"
		if m.last != "" {
			from = "msgid=" + m.last
		}
		m.visitor.send("CHATHISTORY AFTER %s %s 500", absentRoom, from)
		before := len(m.visitor.said)
		if err := m.visitor.sync(); err != nil {
			return err
		}
		m.note()
		if len(m.visitor.said) == before {
			return nil
		}
	}
}

// sayAgain says what was not answered under its old ids, and waits for the answers.
func (m *member) sayAgain() error {
	for _, p := range m.pending {
		m.post(p)
	}
	if err := m.visitor.sync(); err != nil {
		return err
	}
	m.note()
	if len(m.pending) > 0 {
		return fmt.Errorf("%d messages said again were not answered", len(m.pending))
	}
	return nil
}

// markRead confirms everything as read, for those who do not speak: who speaks has read.
func (m *member) markRead() error {
	v := m.visitor
	if m.sends || len(v.said) == 0 {
		return nil
	}
	v.send("MARKREAD %s timestamp=%s", absentRoom, v.said[len(v.said)-1].tag("time"))
	line, err := v.until(" MARKREAD " + absentRoom)
	if err == nil {
		m.mark = line[strings.LastIndexByte(line, ' ')+1:]
	}
	return err
}

func (m *member) post(p sent) {
	m.visitor.send("@+madang/id=%s PRIVMSG %s :%s", p.id, absentRoom, p.text)
}

// note takes in what was said since it was called last, and says how much of it answers
// own messages. An own message said again that was stored before is shown with its first
// id, which may be known from history.
func (m *member) note() (answered int) {
	for _, line := range m.visitor.said[m.taken:] {
		m.taken++
		id := line.tag("msgid")
		answers := line.tag("batch") == "" && line.nick == m.name && m.settle(line.text)
		if answers {
			answered++
		}
		if answers && m.known[id] > 0 {
			m.again++
			continue
		}
		m.known[id]++
		m.texts[id] = line.text
		m.last = id
	}
	return answered
}

func (m *member) settle(text string) bool {
	for i, p := range m.pending {
		if p.text == text {
			m.pending = append(m.pending[:i:i], m.pending[i+1:]...)
			return true
		}
	}
	return false
}

// absentRound lets those who are there talk until so many messages are answered, kills
// the server a moment later, and says how many were in flight.
func absentRound(t *testing.T, s *server, here []*member, enough int, later time.Duration) (flying int) {
	t.Helper()
	var answered atomic.Int64
	reached, done := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var talking sync.WaitGroup
	for _, m := range here {
		talking.Go(func() {
			m.talk(func(n int) {
				if answered.Add(int64(n)) >= int64(enough) {
					once.Do(func() { close(reached) })
				}
			})
		})
	}
	go func() { talking.Wait(); close(done) }()
	s.killWhen(t, reached, done, later, func() string { return fmt.Sprintf("%d of %d messages were answered", answered.Load(), enough) })
	for _, m := range here {
		flying += len(m.pending)
	}
	return flying
}

// talk keeps its window full, if it sends, until the connection ends.
func (m *member) talk(answered func(n int)) {
	for {
		for m.sends && len(m.pending) < absentWindow {
			m.next++
			p := sent{fmt.Sprintf("%s-%d", m.name, m.next), fmt.Sprintf("%s says %d", m.name, m.next)}
			m.pending = append(m.pending, p)
			m.post(p)
		}
		if _, err := m.visitor.line(); err != nil {
			m.visitor.close()
			return
		}
		answered(m.note())
	}
}

// check compares what the member was shown with history.
func (m *member) check(t *testing.T, history []object) {
	t.Helper()
	for _, said := range history {
		if n := m.known[said.ID]; n != 1 || m.texts[said.ID] != said.Text {
			t.Errorf("%s was shown %d times, as %q: %+v", m.name, n, m.texts[said.ID], said)
			return
		}
	}
	if len(m.known) != len(history) {
		t.Errorf("%s was shown %d messages, history has %d", m.name, len(m.known), len(history))
	}
	if texts := texts(history); len(texts) != len(history) {
		t.Errorf("history has %d messages with %d texts", len(history), len(texts))
	}
}
