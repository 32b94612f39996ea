package irc

import (
	"net/netip"
	"strings"
	"testing"

	"madang/auth"
	"madang/engine"
)

// webYard trusts a web gateway on this machine.
func webYard(t *testing.T) *yard {
	return openYard(t, engine.Config{}, func(c *Config) {
		c.WebIRC = WebIRC{Password: auth.NewSecret("swordfish"), Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	})
}

func TestWebIRCNamesTheRealAddress(t *testing.T) {
	y := webYard(t)
	for _, address := range []struct{ given, want string }{
		{"192.0.2.7", "192.0.2.7"}, {"2001:db8::7", "2001:db8::7"}, {"0::ffff:192.0.2.8", "192.0.2.8"},
	} {
		p := y.dial()
		p.nick = "web"
		p.says("WEBIRC swordfish kiwi some.host "+address.given+" :secure", "NICK web", "USER web 0 * :Web")
		p.until(" 001 web ")
		p.sync()
		p.says("USERIP web")
		if line := strings.Join(p.sync(), "\n"); !strings.Contains(line, "@"+address.want) {
			t.Errorf("%s is shown as %q", address.given, line)
		}
		p.says("QUIT")
		p.until("ERROR")
	}
}

func TestWebIRCIsForTheTrusted(t *testing.T) {
	for _, test := range []struct{ lines, want string }{
		{"WEBIRC wrong kiwi some.host 192.0.2.7", "wrong password"},
		{"WEBIRC swordfish kiwi some.host nowhere", "no address"},
		{"NICK early\r\nWEBIRC swordfish kiwi some.host 192.0.2.7", "comes first"},
		{"WEBIRC swordfish kiwi some.host 192.0.2.7\r\nWEBIRC swordfish kiwi some.host 192.0.2.8", "once"},
	} {
		y := webYard(t)
		p := y.dial()
		p.says(test.lines)
		if line := p.line(); !strings.HasPrefix(line, "ERROR") || !strings.Contains(line, test.want) {
			t.Errorf("%q is answered with %q", test.lines, line)
		}
	}
	p := newYard(t).dial() // trusts nobody
	p.says("WEBIRC swordfish kiwi some.host 192.0.2.7")
	if line := p.line(); !strings.Contains(line, "not for you") {
		t.Errorf("a stranger is answered with %q", line)
	}
}

func TestSTSIsTold(t *testing.T) {
	y := openYard(t, engine.Config{}, func(c *Config) {
		c.STS = func(secure bool) string {
			if secure {
				return "duration=60"
			}
			return "port=6697"
		}
	})
	p := y.dial()
	p.nick = "sts"
	p.says("CAP LS 302")
	for line := p.line(); !strings.Contains(line, " sts=port=6697"); line = p.line() {
		if !strings.Contains(line, " LS * :") {
			t.Fatalf("the policy is not in the list; its end is %q", line)
		}
	}
	p.says("CAP REQ :sts")
	if line := p.line(); !strings.Contains(line, "NAK") {
		t.Errorf("asked for, it is answered with %q", line)
	}
}
