//go:build real && linux

package real

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSystemd boots systemd in namespaces of its own, where the unit that the project
// ships is started, reloaded with a wrong file, killed, stopped and started with a wrong
// file; and judges what an administrator sees of it. See testdata/systemd.
func TestSystemd(t *testing.T) {
	needRoot(t)
	for _, program := range []string{"unshare", "systemctl", "ip", "nc"} {
		need(t, program)
	}
	folder := t.TempDir()
	for _, name := range []string{"layers", "said"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	said := bootSystemd(t, folder)
	if said == "" {
		return
	}
	want := []string{
		"start 0 active notify",
		"user own", "CapEff: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2",
		"data 700 600",
		"Hello, Client!",
		"said 0",
		"Backed up to /var/lib/madang/backup.db",
		"reload 0 active", "\n1\n",
		"again active 1", "from a service",
		"stop 0 success 0",
		"wrong failed 2 0",
		"end",
	}
	rest := said
	for _, w := range want {
		_, after, ok := strings.Cut(rest, w)
		if !ok {
			t.Fatalf("there is no %q at its place in:\n%s", w, said)
		}
		rest = after
	}
}

// bootSystemd gives what the proof said, or skips where systemd cannot run at all.
func bootSystemd(t *testing.T, folder string) string {
	t.Helper()
	boot := exec.Command("unshare", "--pid", "--mount", "--uts", "--ipc", "--net", "--fork", "--kill-child",
		absolute(t, "testdata/systemd/boot.sh"), folder, *binary,
		absolute(t, "../packaging/madang.service"), absolute(t, "testdata/systemd/proof.sh"))
	var console bytes.Buffer
	boot.Stdout, boot.Stderr = &console, &console
	if err := boot.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = boot.Wait() }()
	defer func() { _ = boot.Process.Kill(); <-ended }()

	proof := filepath.Join(folder, "said", "proof.txt")
	for over := time.After(2 * patience); ; {
		said, _ := os.ReadFile(proof)
		if strings.HasSuffix(string(said), "end\n") {
			return string(said)
		}
		select {
		case <-over:
			_ = boot.Process.Kill()
			<-ended
			t.Fatalf("the proof does not end. It said:\n%s\nsystemd said:\n%s", said, console.String())
		case <-ended:
			if len(said) == 0 {
				t.Skipf("systemd does not start here: %s", console.String())
			}
			t.Fatalf("systemd ended. The proof said:\n%s", said)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	whole, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}
