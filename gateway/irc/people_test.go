package irc

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"madang/auth"
	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/reply"
)

func TestNickChange(t *testing.T) {
	y := newYard(t)
	a, b, c := y.person("a"), y.person("b"), y.person("c")
	together("#x", a, b)
	a.asks("NICK 미나", ":a!a@host.cloak NICK :미나")
	b.sees(":a!a@host.cloak NICK :미나")
	c.sees()
	a.asks("NICK B", ":irc.test 433 미나 B :Nickname is already in use")
	a.asks("NICK a!b", ":irc.test 432 미나 a!b ? ? ? ? ? ? ?")
	a.asks("NICK", ":irc.test 431 미나 :No nickname given")
	b.asks("WHOWAS a", ":irc.test 314 b a a host.cloak * :A", ":irc.test 312 b a irc.test ? ? ? ? ?", ":irc.test 369 b a :End of WHOWAS")
}

func TestQuitIsSeen(t *testing.T) {
	y := newYard(t)
	a, b := y.person("a"), y.person("b")
	together("#x", a, b)
	a.says("QUIT :see you")
	if got := a.ends(); got != ":a!a@host.cloak QUIT :Quit: see you\r\nERROR :Closing link: Quit: see you\r\n" {
		t.Errorf("the last words are %q", got)
	}
	if got := b.line(); got != ":a!a@host.cloak QUIT :Quit: see you" {
		t.Errorf("saw %q", got)
	}
	b.asks("WHOWAS A 1", ":irc.test 314 b a a host.cloak * :A", ":irc.test 312 b a irc.test ? ? ? ? ?", ":irc.test 369 b A :End of WHOWAS")
	b.asks("WHOWAS nobody", ":irc.test 406 b nobody :There was no such nickname", ":irc.test 369 b nobody :End of WHOWAS")
}

func TestMonitor(t *testing.T) {
	y := newYard(t)
	w := y.person("w", "extended-monitor", "away-notify", "setname")
	w.asks("MONITOR + a,b,a,c!d", ":irc.test 731 w :a,b,a")
	w.asks("MONITOR L", ":irc.test 732 w :a,b", ":irc.test 733 w :End of MONITOR list")
	a := y.person("a")
	if got := w.line(); got != ":irc.test 730 w :a!a@host.cloak" {
		t.Errorf("saw %q", got)
	}
	a.says("AWAY :out", "SETNAME :Anna")
	a.sync()
	w.sees(":a!a@host.cloak AWAY :out", ":a!a@host.cloak SETNAME :Anna")
	w.asks("MONITOR S", ":irc.test 730 w :a!a@host.cloak", ":irc.test 731 w :b")
	a.says("NICK b")
	a.sync()
	w.sees(":irc.test 731 w :a", ":irc.test 730 w :b!a@host.cloak")
	w.asks("MONITOR - b")
	a.says("NICK a")
	a.sync()
	w.sees(":irc.test 730 w :a!a@host.cloak")
	w.asks("MONITOR C")
	w.asks("MONITOR L", ":irc.test 733 w :End of MONITOR list")
	a.says("QUIT")
	a.ends()
	w.sees()
	var many []string
	for i := range reply.MonitoredMax + 2 {
		many = append(many, "n"+strings.Repeat("x", i%20)+string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	for i := 0; i < len(many); i += 17 {
		w.says("MONITOR + " + strings.Join(many[i:min(len(many), i+17)], ","))
	}
	if got := w.until(" 734 "); got != ":irc.test 734 w 100 "+many[100]+","+many[101]+" :Monitor list is full" {
		t.Errorf("the list is full: %q", got)
	}
}

func TestWhois(t *testing.T) {
	plainOnly(t)
	y := newYard(t)
	a, b := y.person("a"), y.person("b")
	together("#x", a)
	together("#hidden", a)
	a.says("MODE #hidden +s", "AWAY :out")
	a.sync()
	b.asks("WHOIS A",
		":irc.test 311 b a a host.cloak * :A", ":irc.test 319 b a :@#x", ":irc.test 312 b a irc.test :Madang, through the irc gateway",
		":irc.test 301 b a :out", ":irc.test 317 b a ? ? :seconds idle, signon time", ":irc.test 318 b a :End of /WHOIS list")
	b.asks("WHOIS irc.test nobody", ":irc.test 401 b nobody :No such nick/channel", ":irc.test 318 b nobody :End of /WHOIS list")
	b.asks("WHOIS", ":irc.test 431 b :No nickname given")
	b.asks("WHO a %tuhsnfdar,42", ":irc.test 354 b 42 a host.cloak irc.test a G 0 0 :A", ":irc.test 315 b a :End of WHO list")
	b.asks("WHO a %i", ":irc.test 354 b 255.255.255.255", ":irc.test 315 b a :End of WHO list")
	b.asks("WHO b %i", ":irc.test 354 b 127.0.0.1", ":irc.test 315 b b :End of WHO list")
	b.asks("USERHOST a nobody b", ":irc.test 302 b :a=-a@host.cloak b=+b@host.cloak")
	b.asks("USERIP a b", ":irc.test 340 b :a=-a@255.255.255.255 b=+b@127.0.0.1")
	b.asks("ISON nobody A :b c", ":irc.test 303 b :a b")
}

func TestInvisible(t *testing.T) {
	y := newYard(t)
	a, b := y.person("a"), y.person("b")
	a.asks("MODE a +i", ":a!a@host.cloak MODE a +i")
	a.asks("MODE a", ":irc.test 221 a +i")
	a.asks("MODE a +i")
	a.asks("MODE a +Q", ":irc.test 501 a :Unknown MODE flag")
	a.asks("MODE nobody", ":irc.test 401 a nobody :No such nick/channel")
	a.asks("MODE a +o")
	b.asks("WHO a*", ":irc.test 315 b a* :End of WHO list")
	b.asks("WHO a", ":irc.test 352 b * a host.cloak irc.test a H :0 A", ":irc.test 315 b a :End of WHO list")
	b.says("LUSERS")
	b.until(":irc.test 251 b :There are 1 users and 1 invisible on 1 servers")
	b.sync()
	together("#x", a, b)
	b.asks("WHO a*", ":irc.test 352 b * a host.cloak irc.test a H :0 A", ":irc.test 315 b a* :End of WHO list")
}

// withOperator is a house with an operator called root, whose password is sesame.
func withOperator(t *testing.T, masks ...string) func(*Config) {
	t.Helper()
	hash, err := auth.Hash(rand.Reader, "sesame", auth.Params{MemoryKiB: 8, Passes: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *Config) {
		c.Operators = []Operator{{Name: "root", PasswordHash: auth.NewSecret(hash), Masks: masks, Powers: chat.EveryPermission}}
		c.Rehash = func() error { return errors.New("line 3 is wrong") }
	}
}

func TestOperators(t *testing.T) {
	y := newYard(t, withOperator(t, "op!*@127.0.0.1"))
	op, p, other := y.person("op"), y.person("p"), y.person("other")
	together("#x", p, other)
	op.asks("OPER root wrong", ":irc.test 464 op :Password incorrect")
	op.asks("OPER nobody sesame", ":irc.test 464 op :Password incorrect")
	p.asks("OPER root sesame", ":irc.test 491 p :No O-lines for your host")
	p.asks("KILL op :no", ":irc.test 481 p :Permission denied: you are no server operator")
	p.asks("WALLOPS :no", ":irc.test 481 p :Permission denied: you are no server operator")
	op.asks("OPER root sesame", ":irc.test 381 op :You are now an IRC operator", ":op!op@host.cloak MODE op +o")
	other.asks("MODE other +w", ":other!other@host.cloak MODE other +w")
	op.asks("WALLOPS :hear me")
	other.sees(":op!op@host.cloak WALLOPS :hear me")
	p.sees()
	op.asks("REHASH", ":irc.test 382 op madang.toml :Rehashing", ":irc.test FAIL REHASH CONFIG_BAD :The old settings stay: line 3 is wrong")
	op.asks("STATS o", ":irc.test 243 op O * * root", ":irc.test 219 op o :End of /STATS report")
	op.asks("KILL p :enough", ":p!p@host.cloak QUIT :Killed (op (enough))")
	if got := p.ends(); got != "ERROR :Closing link: Killed (op (enough))\r\n" {
		t.Errorf("the last words are %q", got)
	}
	other.sees(":p!p@host.cloak QUIT :Killed (op (enough))")
	op.asks("MODE op -o", ":op!op@host.cloak MODE op -o")
	op.asks("KILL other", ":irc.test 481 op :Permission denied: you are no server operator")
	y.command(&chat.Broadcast{Text: "restart soon"})
	op.sees(":irc.test NOTICE $$* :restart soon")
}

// A host that an operator gave opens no operator's block, and closes none.
func TestGivenHostsMakeNoOperator(t *testing.T) {
	y := newYard(t, withOperator(t, "*!*@tea.house", "jun!*@host.cloak"))
	for _, name := range []string{"mina", "jun"} {
		y.registers(name, "sesame")
		y.command(&chat.ChangeAccount{Account: name, Changes: []chat.AccountChange{{Aspect: chat.ShownHost, Add: true, Text: "tea.house"}}})
	}
	mina, jun := y.member("mina", "sesame"), y.member("jun", "sesame")
	mina.asks("OPER root sesame", ":irc.test 491 mina :No O-lines for your host")
	jun.asks("OPER root sesame", ":irc.test 381 jun :You are now an IRC operator", ":jun!jun@tea.house MODE jun +o")
}

// Who watches a nick, and shares no room with it, is told of its host too.
func TestHostsAreMonitored(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	w, plainer := y.person("w", "extended-monitor", "chghost"), y.person("p", "chghost")
	mina := y.member("mina", "sesame")
	w.asks("MONITOR + mina", ":irc.test 730 w :mina!mina@host.cloak")
	y.command(&chat.ChangeAccount{Account: "mina", Changes: []chat.AccountChange{{Aspect: chat.ShownHost, Add: true, Text: "tea.house"}}})
	mina.sees(":irc.test 396 mina tea.house :is now your visible host")
	w.sees(":mina!mina@host.cloak CHGHOST mina tea.house")
	plainer.sees()
}

// Guesses at operators' passwords, and at the server's, count like all others.
func TestGuessesOfOperatorsAreCounted(t *testing.T) {
	y := newYard(t, withOperator(t))
	y.counts()
	p := y.person("p")
	for range auth.FailuresMax {
		p.asks("OPER root wrong", ":irc.test 464 p :Password incorrect")
	}
	for _, line := range []string{"OPER root sesame", "OPER nobody sesame", "NS IDENTIFY p sesame"} {
		p.says(line)
		p.until("wait 60 s")
	}
}

func TestOperatorHasThePowersOfHisSettings(t *testing.T) {
	all := withOperator(t)
	y := newYard(t, func(c *Config) { all(c); c.Operators[0].Powers = chat.MayKill })
	op, p := y.person("op"), y.person("p")
	op.asks("OPER root sesame", ":irc.test 381 op :You are now an IRC operator", ":op!op@host.cloak MODE op +o")
	op.says("WALLOPS :hear me")
	op.until(":irc.test 481 op :")
	op.asks("REHASH", ":irc.test 481 op :Permission denied: you are no server operator")
	op.says("WHOIS p")
	for _, line := range op.sync() {
		if strings.Contains(line, "127.0.0.1") {
			t.Errorf("who may only kill is told an address: %s", line)
		}
	}
	op.asks("KILL p :enough", ":p!p@host.cloak QUIT :Killed (op (enough))")
	p.ends()
}

func TestServerQueries(t *testing.T) {
	y := newYard(t, func(c *Config) { c.MOTD, c.Admin = "Hello\nagain\n", []string{"Seoul", "Mina", "mina@example.org"} })
	p := y.person("p")
	p.asks("MOTD", ":irc.test 375 p :- irc.test Message of the day - ", ":irc.test 372 p :- Hello", ":irc.test 372 p :- again", ":irc.test 376 p :End of /MOTD command.")
	p.asks("ADMIN", ":irc.test 256 p irc.test :Administrative info", ":irc.test 257 p :Seoul", ":irc.test 258 p :Mina", ":irc.test 259 p :mina@example.org")
	p.asks("TIME", ":irc.test 391 p irc.test ? ? ? ? ? ? ? ?")
	p.asks("HELP nonsense", ":irc.test 524 p NONSENSE :There is no help for this")
	p.says("HELP")
	p.until(":irc.test 704 p * :")
	p.until(":irc.test 706 p * :")
	for _, verb := range reply.HelpTexts() {
		if _, ok := y.gateway.commands[verb]; !ok {
			t.Errorf("there is help for %s, which is no command", verb)
		}
	}
	p.says("INFO", "VERSION", "STATS u", "STATS l")
	for _, numeric := range []string{" 371 ", " 374 ", " 351 ", " 005 ", " 242 ", " 219 ", " 211 ", " 219 "} {
		p.until(numeric)
	}
	p.asks("SETNAME :"+strings.Repeat("x", 200), ":irc.test FAIL SETNAME INVALID_REALNAME :Realname is longer than 150 bytes")
	p.asks("SETNAME :", ":irc.test FAIL SETNAME INVALID_REALNAME :Realname is not valid: it is empty")
	p.asks("STATS", ":irc.test 461 p STATS :Not enough parameters")
}

// TestLinesOfTheKilled: what somebody asks in the turn in which he is killed is nobody's.
func TestLinesOfTheKilled(t *testing.T) {
	y := newYard(t, withOperator(t))
	p := y.person("p")
	together("#x", p)
	// The console's command is decided between two of his lines, in one turn.
	if err := y.engine.Call(t.Context(), func(l engine.Loop) {
		l.Sessions(func(s *engine.Session) {
			k := s.Protocol().(*connection)
			k.Do(client.Ask{Command: &chat.Kill{Nick: "p", Reason: "enough"}})
			for verb := range k.gateway.commands {
				for _, params := range []string{"", " p", " #x", " p x", " * x", " #x p", " +i p", " p +i", " #x b", " S", " root sesame"} {
					k.handleLine([]byte(verb + params))
				}
			}
		})
	}); err != nil {
		t.Fatal(err)
	}
	if got := p.ends(); strings.Contains(got, "001") {
		t.Errorf("the killed was told %q", got)
	}
}
