//go:build real && linux

package real

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fullBytes is the size of the small disk; the server wants 64 MiB of it to be free.
const fullBytes = 100 << 20

// TestFullDisk fills the disk below a running server, at first so that little is free
// and then to the last byte. Messages are refused clearly at both gateways and shown to
// nobody, reading goes on, and once there is room again messages pass without a restart.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	needRoot(t)
	mount := t.TempDir()
	if err := syscall.Mount("madang-real", mount, "tmpfs", 0, fmt.Sprintf("size=%d", fullBytes)); err != nil {
		t.Skipf("tmpfs cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(mount, 0); err != nil {
			_ = syscall.Unmount(mount, syscall.MNT_DETACH)
			t.Errorf("unmount: %v", err)
		}
	})
	data := filepath.Join(mount, "data")
	f := &faulty{t: t}
	f.enter(data)
	for range 20 {
		f.sayLine()
		f.sayIRC()
	}
	if f.refused+f.unconfirmed > 0 {
		t.Fatalf("%d messages were refused on an empty disk", f.refused+f.unconfirmed)
	}
	for _, leave := range []int64{40 << 20, 0} {
		filler := filepath.Join(mount, "filler")
		fill(t, filler, leave)
		f.untilRefused()
		f.reading()
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		f.untilStored()
	}
	t.Logf("%d messages acknowledged, %d refused, %d unconfirmed", len(f.acked), f.refused, f.unconfirmed)
	f.end(data, false)
}

// fill writes a file until so much of its disk is free.
func fill(t *testing.T, file string, leave int64) {
	t.Helper()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(file), &disk); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size := int64(disk.Bavail)*disk.Bsize - leave
	if _, err := io.CopyN(f, zeros{}, size); err != nil && leave > 0 {
		t.Fatal(err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// untilRefused talks until both gateways have refused a message.
func (f *faulty) untilRefused() {
	f.t.Helper()
	deadline := time.Now().Add(patience)
	for before := f.refused; f.refused < before+4 && !f.t.Failed(); {
		f.sayLine()
		f.sayIRC()
		if time.Now().After(deadline) {
			f.t.Fatal("the full disk was not noticed")
		}
	}
}

// untilStored talks until both gateways have accepted messages.
func (f *faulty) untilStored() {
	f.t.Helper()
	deadline := time.Now().Add(patience)
	for before := len(f.acked); len(f.acked) < before+4 && !f.t.Failed(); {
		refused := f.refused
		f.sayLine()
		f.sayIRC()
		if time.Now().After(deadline) {
			f.t.Fatal("service did not resume")
		}
		if f.refused > refused {
			time.Sleep(lookEvery) // as somebody would who tries again
		}
	}
}

// reading looks whether everything that writes nothing goes on.
func (f *faulty) reading() {
	f.t.Helper()
	f.line.send(`{"type":"history","room":%q,"limit":5}`, faultRoom)
	f.line.awaitObject("message")
	f.line.send(`/who %s`, faultRoom)
	f.line.jsonSync()
	f.irc.send("NAMES %s", faultRoom)
	f.irc.awaitText(" 366 ")
	f.irc.sync()
	guest := f.server.ircClient(fmt.Sprintf("visitor%d", f.sent))
	guest.join(faultRoom)
	f.watch.await("the visitor", func(line string) bool {
		return strings.Contains(line, guest.name) && strings.Contains(line, " JOIN ")
	})
	guest.conn.Close()
}
