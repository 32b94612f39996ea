//go:build real && linux

package real

import (
	"strings"
	"testing"
)

// checkNames replays NAMES and JOINs of one client that has asked once.
func checkNames(t *testing.T, c *client, room string) {
	t.Helper()
	lines, _, _ := c.now()
	present, listed := map[string]bool{}, false
	for _, line := range lines {
		words := strings.Fields(line)
		switch {
		case len(words) > 5 && words[1] == "353" && words[4] == room:
			for _, nick := range words[5:] {
				present[strings.TrimLeft(nick, ":~&@%+")] = true
			}
		case len(words) > 3 && words[1] == "366":
			listed = true
		case len(words) > 2 && words[1] == "JOIN" && listed:
			nick, _, _ := strings.Cut(words[0][1:], "!")
			if present[nick] {
				t.Errorf("%s was shown the JOIN of %s, whom NAMES had", c.name, nick)
			}
			present[nick] = true
		}
	}
	if !listed || len(present) != 40 {
		t.Errorf("%s knows of %d members, not 40 (NAMES ended: %v)", c.name, len(present), listed)
	}
}
