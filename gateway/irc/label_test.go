package irc

import "testing"

func TestLabels(t *testing.T) {
	y := newYard(t)
	a := y.person("a", "labeled-response", "batch", "echo-message")
	b := y.person("b")
	a.asks("@label=1 PING x", "@label=1 :irc.test PONG irc.test :x")
	a.asks("@label=2 PONG x", "@label=2 :irc.test ACK")
	a.asks("@label=3 NONSENSE", "@label=3 :irc.test 421 a NONSENSE :Unknown command")
	a.asks("@label=4 PRIVMSG b :hi", "@label=4 :a!a@host.cloak PRIVMSG b :hi")
	b.sees(":a!a@host.cloak PRIVMSG b :hi")
	a.asks("@label=5 PRIVMSG a :me", "@label=5 :a!a@host.cloak PRIVMSG a :me", ":a!a@host.cloak PRIVMSG a :me")
	batch := func(label string, lines ...string) []string {
		out := []string{"@label=" + label + " :irc.test BATCH ? labeled-response"}
		return append(append(out, lines...), ":irc.test BATCH ?")
	}
	a.asks("@label=6 JOIN #x", batch("6", "? :a!a@host.cloak JOIN #x", "? :irc.test 353 a = #x :@a", "? :irc.test 366 a #x :End of /NAMES list")...)
	a.asks("@label=7 PRIVMSG b,#x :two", batch("7", "? :a!a@host.cloak PRIVMSG b :two", "? :a!a@host.cloak PRIVMSG #x :two")...)
	a.asks("@label=8 LIST", batch("8", "? :irc.test 321 a Channel :Users  Name", "? :irc.test 322 a #x 1 :", "? :irc.test 323 a :End of /LIST")...)
	a.asks("@label=9 NOTICE nobody :x", "@label=9 :irc.test ACK")
	a.asks("@label=10 MODE a +i", "@label=10 :a!a@host.cloak MODE a +i")
	a.asks("@label=11 MODE b +i", "@label=11 :irc.test 502 a :Can't change or view modes for other users")
	a.asks("@label=12 OPER x y", "@label=12 :irc.test 464 a :Password incorrect")
	a.asks("@label=13 REHASH", "@label=13 :irc.test 481 a :Permission denied: you are no server operator")
	b.says("CAP REQ :message-tags")
	b.until(" ACK ")
	b.asks("@label=1 PING x", ":irc.test PONG irc.test :x")
	a.says("@label=14 QUIT :bye")
	if got := a.ends(); got != "@label=14 ERROR :Closing link: Quit: bye\r\n" {
		t.Errorf("QUIT is answered with %q", got)
	}
}
