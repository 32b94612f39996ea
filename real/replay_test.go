//go:build real && linux

package real

import (
	"fmt"
	"testing"
)

// TestReplayAfterKill has an account that is always on come back, with a client that
// cannot ask for history, after the server was killed: it is shown all that was said
// since it was last there, and nothing that it saw.
func TestReplayAfterKill(t *testing.T) {
	t.Parallel()
	const seen, missed = 5, 30
	data := t.TempDir()
	s := start(t, plan{data: data})
	s.account("mina")
	there := &owner{Name: "mina", Room: accountRoom}
	v := there.old(t, s)
	raw := s.ircClient("raw")
	raw.join(accountRoom)
	for i := range seen {
		raw.say(accountRoom, fmt.Sprintf("seen %d", i))
	}
	raw.sync()
	if err := v.hearAll("seen", seen); err != nil {
		t.Fatal(err)
	}
	s.kill()

	s = start(t, plan{data: data})
	raw = s.ircClient("raw")
	raw.join(accountRoom)
	for i := range missed {
		raw.say(accountRoom, fmt.Sprintf("missed %d", i))
	}
	raw.sync()
	v = there.old(t, s)
	if n := v.heardOf("missed"); n != missed {
		t.Errorf("it was shown %d of the %d messages that it missed", n, missed)
	}
	if n := v.heardOf("seen"); n != 0 {
		t.Errorf("it was shown %d messages again that it had seen", n)
	}
}

// TestReplayToNickServ signs in by NickServ, as old clients do, and is shown what was
// missed as those are who sign in before they are welcomed.
func TestReplayToNickServ(t *testing.T) {
	t.Parallel()
	s := start(t, plan{})
	s.account("mina")
	raw := s.ircClient("raw")
	raw.join(accountRoom)
	raw.say(accountRoom, "missed 0")
	raw.sync()
	v := (&owner{Name: "comer", Room: accountRoom}).old(t, s)
	v.send("NICKSERV IDENTIFY mina %s", accountPassword)
	if _, err := v.until(" JOIN " + accountRoom); err != nil {
		t.Fatal(err)
	}
	if err := v.sync(); err != nil {
		t.Fatal(err)
	}
	if n := v.heardOf("missed"); n != 1 {
		t.Errorf("it was shown %d of 1 message that it missed", n)
	}
}

// old connects with a client that knows no capabilities: the owner of an account by
// PASS, anybody else as a guest.
func (o *owner) old(t *testing.T, s *server) *visitor {
	t.Helper()
	v, err := visit(o.Name, s.irc, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.close)
	if o.Name == "mina" {
		v.send("PASS mina:%s", accountPassword)
	}
	v.send("NICK %s", o.Name)
	v.send("USER %s 0 * :%s", o.Name, o.Name)
	if _, err := v.until(" 001 "); err != nil {
		t.Fatal(err)
	}
	if err := v.sync(); err != nil {
		t.Fatal(err)
	}
	return v
}
