package irc

import (
	"strings"
	"testing"
	"time"

	"madang/auth"
)

func TestWelcome(t *testing.T) {
	y := newYard(t)
	p := y.dial()
	p.says("NICK mina", "USER mina 0 * :Mina Kim")
	lines := p.sync()
	for i, numeric := range []string{"001", "002", "003", "004", "005", "005", "005", "251", "252", "253", "254", "255", "265", "266", "422"} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], ":irc.test "+numeric+" mina ") {
			t.Fatalf("line %d is no %s: %q", i, numeric, lines)
		}
	}
	if got := lines[0]; got != ":irc.test 001 mina :Welcome to the Yard Network, mina!mina@host.cloak" {
		t.Errorf("welcomed with %q", got)
	}
	all := strings.Join(lines, "\n")
	for _, token := range []string{
		"CASEMAPPING=ascii", "CHANMODES=beI,k,fl,CKMRUimnstu", "PREFIX=(qaohv)~&@%+", "STATUSMSG=~&@%+", "BOT=B", "UTF8ONLY", "WHOX",
		"NICKLEN=32", "CHANNELLEN=64", "TOPICLEN=390", "NETWORK=Yard", "CHANLIMIT=#:100", "MAXLIST=beI:100", "EXCEPTS", "INVEX", "ELIST=CMNTU",
	} {
		if !strings.Contains(all, " "+token+" ") {
			t.Errorf("ISUPPORT lacks %s", token)
		}
	}
}

func TestBeforeTheWelcome(t *testing.T) {
	y := newYard(t)
	y.person("mina")
	p := y.dial()
	p.asks("JOIN #a", ":irc.test 451 * :You have not registered")
	p.asks("NICK", ":irc.test 431 * :No nickname given")
	p.asks("NICK 9lives", ":irc.test 432 * 9lives :a nick may not begin with ‘9’ (U+0039)")
	p.asks("NICK Mina", ":irc.test 433 * Mina :Nickname is already in use")
	p.asks("USER x", ":irc.test 461 * USER :Not enough parameters")
	p.asks("NONSENSE", ":irc.test 451 * :You have not registered")
	p.asks("AWAY :gone", ":irc.test 451 * :You have not registered")
	p.says("NICK jun", "USER jun 0 * :Jun")
	p.until(" 001 jun ")
	p.sync()
	p.asks("USER x 0 * :x", ":irc.test 462 jun :You are registered already")
	p.asks("PASS x", ":irc.test 462 jun :You are registered already")
}

func TestCapabilityNegotiation(t *testing.T) {
	y := newYard(t)
	p := y.dial()
	p.says("CAP LS 302", "NICK mina", "USER mina 0 * :Mina")
	if got := p.line(); !strings.HasPrefix(got, ":irc.test CAP * LS * :account-notify account-tag away-notify batch cap-notify ") {
		t.Fatalf("CAP LS is answered with %q", got)
	}
	p.until(":irc.test CAP * LS :")
	p.sees()
	p.asks("CAP REQ :multi-prefix nonsense", ":irc.test CAP mina NAK :multi-prefix nonsense")
	p.asks("CAP LIST", ":irc.test CAP mina LIST :cap-notify")
	p.asks("CAP REQ :multi-prefix batch", ":irc.test CAP mina ACK :multi-prefix batch")
	p.asks("CAP LIST", ":irc.test CAP mina LIST :batch cap-notify multi-prefix")
	p.asks("CAP REQ :-batch", ":irc.test CAP mina ACK :-batch")
	p.asks("CAP REQ :-cap-notify", ":irc.test CAP mina NAK :-cap-notify")
	p.asks("CAP NONSENSE", ":irc.test 410 mina NONSENSE :There is no such CAP subcommand")
	p.says("CAP END")
	p.until(" 001 mina ")
	p.sync()
	p.asks("CAP LIST", ":irc.test CAP mina LIST :cap-notify multi-prefix")
	p.asks("CAP END")
}

func TestTheSecondOfTwoStrangers(t *testing.T) {
	y := newYard(t)
	a, b := y.dial(), y.dial()
	a.says("CAP LS 302", "NICK mina")
	a.until(" LS :")
	b.asks("NICK mina")
	b.says("USER b 0 * :b")
	b.until(" 001 mina ")
	a.asks("USER a 0 * :a")
	a.says("CAP END")
	a.sees(":irc.test 433 ? mina :Nickname is already in use")
	a.says("NICK jun")
	a.until(" 001 jun ")
}

func TestServerPassword(t *testing.T) {
	y := newYard(t, func(c *Config) { c.Password = auth.NewSecret("sesame") })
	for _, pass := range []string{"", "PASS wrong\r\n"} {
		p := y.dial()
		p.says(pass + "NICK mina\r\nUSER mina 0 * :Mina")
		if got := p.ends(); got != ":irc.test 464 mina :Password incorrect\r\nERROR :Closing link: Password incorrect\r\n" {
			t.Errorf("%q is answered with %q", pass, got)
		}
	}
	p := y.dial()
	p.says("PASS sesame", "NICK mina", "USER mina 0 * :Mina")
	p.until(" 001 mina ")
}

func TestQuitBeforeTheWelcome(t *testing.T) {
	p := newYard(t).dial()
	p.says("QUIT :chkport")
	if got := p.ends(); got != "ERROR :Closing link: Quit: chkport\r\n" {
		t.Errorf("answered with %q", got)
	}
}

func TestNeverRegisters(t *testing.T) {
	y := newYard(t, func(c *Config) { c.RegisterWithin = 50 * time.Millisecond })
	p := y.dial()
	p.says("NICK mina")
	if got := p.ends(); got != "ERROR :Closing link: Registration timed out\r\n" {
		t.Errorf("hung up with %q", got)
	}
}

func TestSilence(t *testing.T) {
	y := newYard(t, func(c *Config) { c.PingEvery, c.SilenceMax = 100*time.Millisecond, 200*time.Millisecond })
	p := y.dial()
	p.says("NICK mina", "USER mina 0 * :Mina")
	p.until("PING :irc.test")
	if got := p.ends(); got != "ERROR :Closing link: Ping timeout: 0 seconds\r\n" {
		t.Errorf("hung up with %q", got)
	}
}

func TestNotIRC(t *testing.T) {
	plainOnly(t)
	y := newYard(t)
	const bad = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
	tests := []struct{ sent, want string }{
		{"GET / HTTP/1.1\r\nNICK evil\r\nUSER e 0 * :e\r\n", bad},
		{"NICK /evil HTTP/1.1\r\nUSER e 0 * :e\r\n", bad},
		{"GET /" + strings.Repeat("evil", 5000) + " HTTP/1.1\r\n", bad},
		{"\x16\x03\x01\x02\x00", "\x15\x03\x01\x00\x02\x02\x0a"},
		{"NICK e\x00vil\r\n", "ERROR :Closing link: The first line contains a NUL: this is IRC\r\n"},
	}
	for _, test := range tests {
		p := y.dial()
		p.says(test.sent)
		if got := p.ends(); got != test.want {
			t.Errorf("%.30q is answered with %q", test.sent, got)
		}
	}
	if got := y.users(); len(got) != 0 {
		t.Errorf("came in: %q", got)
	}
}

func TestPreAway(t *testing.T) {
	y := newYard(t)
	p := y.dial()
	p.says("CAP REQ :draft/pre-away", "AWAY :later", "NICK mina", "USER mina 0 * :Mina", "CAP END")
	p.until(" 306 * :You have been marked as being away")
	p.until(" 001 mina ")
	p.sync()
	q := y.person("jun")
	q.asks("PRIVMSG mina :there?", ":irc.test 301 jun mina :later")
}
