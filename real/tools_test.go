//go:build real && linux

package real

import (
	"crypto/tls"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// TestTLS: the certificate is made at the first start and stays the same.
func TestTLS(t *testing.T) {
	t.Parallel()
	data, seen := t.TempDir(), ""
	for life := range 2 {
		s := start(t, plan{data: data, ircs: "127.0.0.1:0"})
		dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: patience}, Config: &tls.Config{InsecureSkipVerify: true}}
		conn, err := dialer.DialContext(t.Context(), "tcp", s.ircs)
		if err != nil {
			t.Fatal(err)
		}
		certificate := string(conn.(*tls.Conn).ConnectionState().PeerCertificates[0].Raw)
		if life > 0 && certificate != seen {
			t.Error("the second start has another certificate")
		}
		seen = certificate
		secret := newClient(t, fmt.Sprintf("secret%d", life), conn)
		secret.register()
		secret.join("#tls")
		clear := s.ircClient("clear")
		clear.join("#tls")
		secret.say("#tls", "비밀입니다")
		clear.awaitText("PRIVMSG #tls :비밀입니다")
		clear.say("#tls", "clear text")
		secret.awaitText("PRIVMSG #tls :clear text")
		s.stop()
	}
}

// TestBackup copies a database while people talk, and starts a server on the copy.
func TestBackup(t *testing.T) {
	t.Parallel()
	const room = "#backup"
	s := start(t, plan{})
	c, _ := s.jsonClient("sender")
	c.jsonJoin(room)
	said := 0
	say := func(n int) {
		for range n {
			said++
			c.jsonSay(room, fmt.Sprintf("message %d", said), fmt.Sprint(said))
		}
	}
	say(500)
	c.jsonSync()
	say(500) // on their way during the backup
	folder := t.TempDir()
	file, copied := filepath.Join(folder, "backup.db"), filepath.Join(folder, "copy")
	if out, code := madang(t, "backup", file, "--data", s.data); code != 0 {
		t.Fatalf("backup exited with %d:\n%s", code, out)
	}
	c.jsonSync()
	original := s.history(room)
	s.stop()
	if out, code := madang(t, "restore", file, "--verify", "--data", copied); code != 0 {
		t.Fatalf("restore exited with %d:\n%s", code, out)
	}
	s = start(t, plan{data: copied})
	restored := s.history(room)
	checkHistory(t, restored)
	if len(restored) < 500 || len(restored) > len(original) {
		t.Fatalf("the copy has %d messages of %d", len(restored), len(original))
	}
	for i, m := range restored {
		if m.Text != original[i].Text || m.Number != original[i].Number || m.Position != original[i].Position {
			t.Fatalf("the copy has %+v instead of %+v", m, original[i])
		}
		if m.ID == original[i].ID {
			t.Fatalf("the copy uses the id %s again", m.ID)
		}
	}
}

// TestSayAndTail runs the scriptable clients against a server that is killed between two
// lines, and looks at their exit codes.
func TestSayAndTail(t *testing.T) {
	t.Parallel()
	address := "127.0.0.1:" + freePort(t)
	s := start(t, plan{flags: []string{"--line", address}})
	tail := runProgram(t, *binary, "tail", "yard", "--server", address)
	tail.output.awaitText(t, "following #yard")
	speaker := runProgram(t, *binary, "say", "#yard", "--server", address, "--nick", "script")
	speaker.types("before the end")
	tail.output.awaitText(t, "before the end")
	s.kill()
	start(t, plan{data: s.data, flags: []string{"--line", address}})
	speaker.types("after the end")
	_ = speaker.input.Close()
	if out, code := speaker.ends(); code != 0 {
		t.Errorf("say exited with %d and printed %q", code, out)
	}
	heard := tail.output.awaitText(t, "after the end")
	if strings.Count(heard, "before the end") != 1 || strings.Count(heard, "after the end") != 1 {
		t.Errorf("tail printed:\n%s", heard)
	}
	if out, code := madang(t, "say", "#yard", "to nobody", "--server", "127.0.0.1:"+freePort(t), "--patience", "1s"); code != 1 || out == "" {
		t.Errorf("say without a server exited with %d and printed %q", code, out)
	}
}
