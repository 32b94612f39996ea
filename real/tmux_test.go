//go:build real && linux

package real

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// terminal is a program in a tmux window that nobody looks at.
type terminal struct {
	t      testing.TB
	socket string // of a tmux server of its own
	name   string
}

// lookEvery is how often the window of a terminal is read until it shows something.
const lookEvery = 50 * time.Millisecond

// open runs a program in a window of its own.
func open(t testing.TB, name string, command ...string) *terminal {
	t.Helper()
	w := &terminal{t: t, socket: filepath.Join(t.TempDir(), "tmux"), name: name}
	args := append([]string{"-f", "/dev/null", "-u", "new-session", "-d", "-s", "main", "-x", "160", "-y", "48"}, command...)
	if out, err := w.tmux(args...); err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("what %s showed last:\n%s", name, w.screen())
		}
		w.close()
	})
	return w
}

// close ends the program and waits until it has written its last file.
func (w *terminal) close() {
	pid, err := w.tmux("list-panes", "-t", "main", "-F", "#{pane_pid}")
	if err != nil {
		return // it has ended by itself
	}
	_, _ = w.tmux("kill-server")
	process := filepath.Join("/proc", strings.TrimSpace(pid), "stat")
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(lookEvery) {
		if _, err := os.Stat(process); err != nil {
			return
		}
	}
	w.t.Errorf("%s did not end", w.name)
}

func (w *terminal) tmux(args ...string) (string, error) {
	command := exec.Command("tmux", append([]string{"-S", w.socket}, args...)...)
	command.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "LANG=C.UTF-8", "TERM=screen-256color", "TMUX=")
	out, err := command.CombinedOutput()
	return string(out), err
}

// screen is what the window shows, with what scrolled out of it.
func (w *terminal) screen() string {
	out, _ := w.tmux("capture-pane", "-p", "-J", "-S", "-500", "-t", "main")
	return out
}

// shows waits until the window shows every one of these texts.
func (w *terminal) shows(texts ...string) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		screen, missing := w.screen(), ""
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("%s does not show %q but:\n%s", w.name, missing, strings.TrimSpace(screen))
		}
		time.Sleep(lookEvery)
	}
}

// types enters a line.
func (w *terminal) types(format string, args ...any) {
	w.t.Helper()
	text := fmt.Sprintf(format, args...)
	if out, err := w.tmux("send-keys", "-t", "main", "-l", text); err != nil {
		w.t.Fatalf("%s: %v: %s", w.name, err, out)
	}
	if out, err := w.tmux("send-keys", "-t", "main", "Enter"); err != nil {
		w.t.Fatalf("%s: %v: %s", w.name, err, out)
	}
}
