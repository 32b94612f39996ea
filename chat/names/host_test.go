package names

import (
	"strings"
	"testing"
)

func TestHost(t *testing.T) {
	for raw, want := range map[string]string{
		"Tea.House": "tea.house", "user/mina": "user/mina", "a": "a", "1.2.3.4.example": "1.2.3.4.example", "a:b:xyz": "a:b:xyz",
		strings.Repeat("x", HostBytesMax): strings.Repeat("x", HostBytesMax),
		"":                                "", "192.0.2.1": "", "10.0.0.0/8": "", "2001:db8::1": "", "dead:beef": "", ".a": "", "a.": "", ":a": "", "a b": "", "a@b": "", "a*": "", "한": "",
		strings.Repeat("x", HostBytesMax+1): "",
	} {
		if got, err := Host(raw); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v", raw, got, err)
		}
	}
}
