package irc

import "testing"

// Saying something to a room costs few allocations from the bytes that came to the lines
// that others are sent: the text, the command, what becomes of it.
func TestPrivmsgIsCheap(t *testing.T) {
	plainOnly(t)
	const most, lines = 20, 50
	y := newYard(t)
	a, b := y.person("a"), y.person("b")
	together("#x", a, b)
	burst := make([]byte, 0, 4096)
	for range lines {
		burst = append(burst, "PRIVMSG #x :hello\r\n"...)
	}
	n := testing.AllocsPerRun(20, func() {
		if _, err := a.conn.Write(burst); err != nil {
			t.Error(err)
		}
		for seen := 0; seen < lines; {
			line, err := b.in.ReadSlice('\n')
			if err != nil {
				t.Fatal(err)
			}
			if string(line) == ":a!a@host.cloak PRIVMSG #x :hello\r\n" {
				seen++
			}
		}
	})
	if n > most*lines {
		t.Errorf("%.1f allocations for a message, more than %d", n/lines, most)
	}
}
