//go:build real && linux

package real

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestColdStart kills a server that has stored many messages, starts it again, looks at
// what it knows and prints how long the starts took: each reads the newest snapshot and
// the events behind it, from a disk whose content the system does not hold in memory.
// The topic is older than the snapshot, the room's last word is in the tail.
func TestColdStart(t *testing.T) {
	const room = "#cold"
	s := start(t, plan{})
	early := s.ircClient("early")
	early.join(room)
	early.send("TOPIC %s :set long ago", room)
	early.say(room, "first words")
	early.sync()
	flood(t, s, *events)
	last := s.ircClient("last") // early answers no PING, and may be gone
	last.join(room)
	last.say(room, "last words")
	last.sync()
	const more = 30_000
	for i := range 4 {
		if i > 0 { // the tail grows
			flood(t, s, more)
		}
		s.kill()
		size := forget(t, s.data)
		begun := time.Now()
		s = start(t, plan{data: s.data})
		t.Logf("start to listening on more than %d events, %d MiB: %v", *events+i*more, size>>20, time.Since(begun).Round(time.Millisecond))
	}
	late := s.ircClient("late")
	late.join(room)
	late.send("TOPIC %s", room)
	late.awaitText("set long ago")
	history := s.history(room)
	if len(history) != 2 || history[0].Text != "first words" || history[1].Text != "last words" {
		t.Fatalf("history is %+v", history)
	}
	if between := history[1].Position - history[0].Position; between < uint64(*events) {
		t.Errorf("%d events lie between the two, want at least %d", between, *events)
	}
	s.stop()
}

// forget has the system drop what it holds of the files in a folder, and gives their
// length in bytes.
func forget(t *testing.T, folder string) (bytes int64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		err = f.Sync() // what is not on disk cannot be dropped
		if stat, statErr := f.Stat(); err == nil && statErr == nil {
			bytes += stat.Size()
			err = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
		}
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return bytes
}

// flood has people say so many messages as fast as they are stored.
func flood(t *testing.T, s *server, messages int) {
	t.Helper()
	within := patience + time.Duration(messages)*100*time.Microsecond
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	out, err := exec.CommandContext(ctx, *binary, strings.Fields(fmt.Sprintf(
		"bench fanout custom --addr %s --rooms 1 --members 9 --senders 8 --window 64 --duration %s --messages %s",
		s.irc, within, strconv.Itoa(messages)))...).CombinedOutput()
	if err != nil {
		t.Fatalf("madang bench: %v\n%s", err, out)
	}
}
