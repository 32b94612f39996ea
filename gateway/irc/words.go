package irc

import (
	"strconv"
	"time"

	"madang/chat/names"
	"madang/gateway/irc/render"
)

// Small helpers over words, and the way out in CP949.

// fold is how names are compared.
func fold(name string) string { return names.Fold(name) }

// seconds is a duration in whole seconds.
func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

// versionAtLeast reads the version of CAP LS.
func versionAtLeast(word string, least int) bool {
	n, err := strconv.Atoi(word)
	return err == nil && n >= least
}

// encode gives an answer in the client's character set.
func (c *client) encode(b []byte) []byte {
	if c.utf8() || len(b) == 0 {
		return b
	}
	return render.AppendCP949(make([]byte, 0, len(b)), b)
}
