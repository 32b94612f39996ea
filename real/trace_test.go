//go:build real && linux

package real

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOneSyncPerBatch counts the fsyncs of the database's log with strace while messages
// are said one after another, and then many at once: one for each batch, and none of a
// message that is shown without.
func TestOneSyncPerBatch(t *testing.T) {
	t.Parallel()
	need(t, "strace")
	const room, alone, together = "#trace", 100, 400
	trace := filepath.Join(t.TempDir(), "trace")
	// To its standard error strace writes line by line; a file given with -o it fills late.
	s := start(t, plan{wrap: []string{"sh", "-c",
		`exec strace -f -y -qq -e trace=fsync,fdatasync -e signal=none "$@" 2>"$0"`, trace}})
	s.pid = childOf(t, s.pid)
	c, _ := s.jsonClient("sender")
	c.jsonJoin(room)

	syncs, batches := s.syncs(trace), s.number("store.appends")
	for i := range alone {
		id := fmt.Sprintf("alone-%d", i)
		c.jsonSay(room, id, id)
		c.await("ok", func(line string) bool { o := parseObject(line); return o.Type == "ok" && o.ID == id })
	}
	syncs, batches = s.syncs(trace)-syncs, s.number("store.appends")-batches
	t.Logf("%d messages one after another: %d batches, %d fsyncs", alone, batches, syncs)
	// The server's own housekeeping may add a batch or two.
	if batches < alone || batches > alone+2 || syncs != batches {
		t.Errorf("%d messages one after another made %d batches and %d fsyncs", alone, batches, syncs)
	}

	syncs, batches = s.syncs(trace), s.number("store.appends")
	for i := range together {
		c.jsonSay(room, fmt.Sprintf("together %d", i), "")
	}
	c.jsonSync()
	syncs, batches = s.syncs(trace)-syncs, s.number("store.appends")-batches
	t.Logf("%d messages at once: %d batches, %d fsyncs", together, batches, syncs)
	if syncs != batches || batches == 0 || batches >= together {
		t.Errorf("%d messages at once made %d batches and %d fsyncs", together, batches, syncs)
	}
	s.stop()
}

// syncs counts the fsyncs of the write-ahead log so far. Those of checkpoints, which
// also concern the database itself, are not told apart: with so few bytes there are none.
func (s *server) syncs(trace string) int {
	s.t.Helper()
	text, err := os.ReadFile(trace)
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "sync(") && strings.Contains(line, "/madang.db-wal>") {
			n++
		}
	}
	return n
}

// number is one of the server's own numbers.
func (s *server) number(name string) int {
	s.t.Helper()
	out, code := madang(s.t, "stats", "--data", s.data, "--json")
	var numbers []struct {
		Name  string
		Value float64
	}
	if err := json.Unmarshal([]byte(out), &numbers); err != nil || code != 0 {
		s.t.Fatalf("madang stats exited with %d and printed (%v):\n%s", code, err, out)
	}
	for _, n := range numbers {
		if n.Name == name {
			return int(n.Value)
		}
	}
	s.t.Fatalf("madang stats has no %s:\n%s", name, out)
	return 0
}

// childOf is the one child of a process.
func childOf(t testing.TB, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		t.Fatal(err)
	}
	child := 0
	if _, err := fmt.Sscan(string(text), &child); err != nil {
		t.Fatalf("the children of %d are %q: %v", pid, text, err)
	}
	return child
}
