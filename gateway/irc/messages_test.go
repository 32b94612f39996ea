package irc

import (
	"strings"
	"testing"
)

func TestTalkInARoom(t *testing.T) {
	y := newYard(t)
	mina, jun := y.person("mina"), y.person("jun")
	mina.asks("JOIN #마당",
		":mina!mina@host.cloak JOIN #마당", ":irc.test 353 mina = #마당 :@mina", ":irc.test 366 mina #마당 :End of /NAMES list")
	jun.asks("JOIN #마당",
		":jun!jun@host.cloak JOIN #마당", ":irc.test 353 jun = #마당 :@mina jun", ":irc.test 366 jun #마당 :End of /NAMES list")
	mina.sees(":jun!jun@host.cloak JOIN #마당")
	mina.asks("PRIVMSG #마당 :안녕하세요 여러분")
	jun.sees(":mina!mina@host.cloak PRIVMSG #마당 :안녕하세요 여러분")
	jun.asks("NOTICE #마당 hi")
	mina.sees(":jun!jun@host.cloak NOTICE #마당 :hi")
	jun.asks("PRIVMSG #마당 :\x01ACTION waves\x01")
	mina.sees(":jun!jun@host.cloak PRIVMSG #마당 :\x01ACTION waves\x01")
	jun.asks("PART #마당 :bye now", ":jun!jun@host.cloak PART #마당 :bye now")
	mina.sees(":jun!jun@host.cloak PART #마당 :bye now")
	jun.asks("PRIVMSG #마당 :hello?", ":irc.test 404 jun #마당 :Cannot send to channel: no messages from outside the room")
	jun.asks("NOTICE #마당 :hello?")
	jun.asks("PRIVMSG #nowhere :hello?", ":irc.test 403 jun #nowhere :No such channel")
	jun.asks("PRIVMSG nobody :hello?", ":irc.test 401 jun nobody :No such nick/channel")
	jun.asks("PRIVMSG", ":irc.test 411 jun :No recipient given (PRIVMSG)")
	jun.asks("PRIVMSG mina", ":irc.test 412 jun :No text to send")
	mina.sees()
}

func TestSeveralTargets(t *testing.T) {
	y := newYard(t)
	a, b, c := y.person("a"), y.person("b"), y.person("c")
	a.asks("PRIVMSG b,c :both")
	b.sees(":a!a@host.cloak PRIVMSG b :both")
	c.sees(":a!a@host.cloak PRIVMSG c :both")
	a.asks("PRIVMSG b,c,b,c,b :many", ":irc.test 407 a b :Too many targets; nobody from here on was sent it")
}

func TestDCCPassesUnchanged(t *testing.T) {
	y := newYard(t)
	a, b := y.person("a"), y.person("b")
	for _, offer := range []string{
		"\x01DCC CHAT chat 2130706433 4711\x01", "\x01DCC SEND \"my file.bin\" 2130706433 4712 300000\x01", "\x01VERSION\x01",
	} {
		a.asks("PRIVMSG b :" + offer)
		b.sees(":a!a@host.cloak PRIVMSG b :" + offer)
	}
	b.asks("NOTICE a :\x01VERSION a client\x01")
	a.sees(":b!b@host.cloak NOTICE a :\x01VERSION a client\x01")
}

func TestAwayIsTold(t *testing.T) {
	y := newYard(t)
	a, b := y.person("a"), y.person("b")
	b.asks("AWAY :at lunch", ":irc.test 306 b :You have been marked as being away")
	a.asks("PRIVMSG b :hi", ":irc.test 301 a b :at lunch")
	a.asks("NOTICE b :hi")
	b.asks("AWAY", ":a!a@host.cloak PRIVMSG b :hi", ":a!a@host.cloak NOTICE b :hi", ":irc.test 305 b :You are no longer marked as being away")
	a.asks("PRIVMSG b :hi")
}

func TestTags(t *testing.T) {
	y := newYard(t)
	a, b := y.person("a", "message-tags", "echo-message"), y.person("b", "message-tags")
	c, d := y.person("c"), y.person("d", "server-time")
	for _, p := range []*person{a, b, c, d} {
		p.says("JOIN #x")
		p.until(" 366 ")
	}
	for _, p := range []*person{a, b, c, d} {
		p.sync()
	}
	a.says(`@+draft/react=\:);secret=1;+madang/id=k1 PRIVMSG #x :hi`)
	echo := a.until("PRIVMSG")
	id := strings.TrimPrefix(strings.SplitN(echo, ";", 2)[0], "@msgid=")
	if want := `@msgid=` + id + `;+draft/react=\:);+madang/id=k1 :a!a@host.cloak PRIVMSG #x :hi`; echo != want {
		t.Fatalf("the echo is %q, want %q", echo, want)
	}
	b.sees(`@msgid=` + id + `;+draft/react=\:) :a!a@host.cloak PRIVMSG #x :hi`)
	c.sees(":a!a@host.cloak PRIVMSG #x :hi")
	if got := d.until("PRIVMSG"); !strings.HasPrefix(got, "@time=20") || !strings.HasSuffix(got, "Z :a!a@host.cloak PRIVMSG #x :hi") {
		t.Errorf("with server-time: %q", got)
	}
	// The same id again is the same message.
	a.asks(`@+madang/id=k1 PRIVMSG #x :hi`, `@msgid=`+id+`;+madang/id=k1 :a!a@host.cloak PRIVMSG #x :hi`)
	b.sees()
	a.says("@+typing=active TAGMSG #x")
	if got := b.until("TAGMSG"); !strings.HasSuffix(got, ";+typing=active :a!a@host.cloak TAGMSG #x") {
		t.Errorf("TAGMSG came as %q", got)
	}
	c.sees()
	d.sees()
	c.asks("@+typing=active PRIVMSG #x :from c")
	if got := b.until("from c"); strings.Contains(got, "typing") {
		t.Errorf("tags of a client that has not negotiated them were passed on: %q", got)
	}
}

func TestStatusMessages(t *testing.T) {
	y := newYard(t)
	op, voice, none := y.person("op"), y.person("voice"), y.person("none")
	for _, p := range []*person{op, voice, none} {
		p.says("JOIN #x")
		p.until(" 366 ")
	}
	op.says("MODE #x +v voice")
	op.sync()
	voice.sync()
	none.sync()
	none.asks("PRIVMSG @#x :ops")
	op.sees(":none!none@host.cloak PRIVMSG @#x :ops")
	voice.sees()
	none.asks("PRIVMSG +#x :voiced")
	op.sees(":none!none@host.cloak PRIVMSG +#x :voiced")
	voice.sees(":none!none@host.cloak PRIVMSG +#x :voiced")
}

func TestLongLines(t *testing.T) {
	y := newYard(t)
	a, b := y.person("a", "message-tags"), y.person("b")
	tooLong := ":irc.test 417 a :The line was dropped: it is longer than 512 bytes, or its tags than 4094"
	a.asks("PRIVMSG b :"+strings.Repeat("x", 600), tooLong)
	a.asks("@+x="+strings.Repeat("y", 5000)+" PRIVMSG b :hi", tooLong)
	a.asks(strings.Repeat("z", 20000), tooLong)
	a.asks("PRIVMSG b :"+strings.Repeat("x", 495),
		":irc.test 417 a :The message was not sent: with your name before it, it is longer than 512 bytes")
	fitting := strings.Repeat("x", 512-len(":a!a@host.cloak PRIVMSG b :\r\n"))
	a.asks("PRIVMSG b :" + fitting)
	b.sees(":a!a@host.cloak PRIVMSG b :" + fitting)
	a.asks("PRIVMSG b :nul\x00", ":irc.test FAIL * INVALID_LINE :The line was dropped: it contains a NUL")
	a.asks("PRIVMSG b :cr\rcr", ":irc.test FAIL * INVALID_LINE :The line was dropped: it contains a lone CR")
	b.sees()
}

func TestBytesThatAreNoText(t *testing.T) {
	plainOnly(t)
	y := newYard(t)
	a, b := y.person("a", "labeled-response"), y.person("b")
	const refused = "FAIL PRIVMSG INVALID_UTF8 :The line was not sent: it is not UTF-8. Set your client's encoding to UTF-8"
	a.asks("PRIVMSG b :hi\xaa", ":irc.test "+refused)
	a.asks("@label=7 PRIVMSG b :hi\xaa", "@label=7 :irc.test "+refused)
	b.sees()
}

func TestCP949(t *testing.T) {
	plainOnly(t)
	y := newYard(t)
	old, utf := y.person("old"), y.person("utf")
	utf.says("JOIN #x")
	utf.until(" 366 ")
	old.says("JOIN #x")
	old.until(" 366 ")
	utf.sync()
	// "안녕" in CP949.
	old.says("PRIVMSG #x :\xbe\xc8\xb3\xe7")
	old.until(" NOTICE old :Your client writes CP949")
	old.sees()
	utf.sees(":old!old@host.cloak PRIVMSG #x :안녕")
	utf.asks("PRIVMSG #x :안녕 😀")
	old.sees(":utf!utf@host.cloak PRIVMSG #x :\xbe\xc8\xb3\xe7 <U+1F600>")
	utf.asks("PRIVMSG #x :" + strings.Repeat("가", 10) + strings.Repeat("😀", 100))
	if got := old.line(); len(got) > 510 || !strings.HasPrefix(got, ":utf!utf@host.cloak PRIVMSG #x :"+strings.Repeat("\xb0\xa1", 10)+"<U+1F600>") {
		t.Errorf("a line that grew in CP949 has %d bytes: %q", len(got), got)
	}
	utf.asks("TOPIC #x :안녕", ":utf!utf@host.cloak TOPIC #x :안녕")
	old.sees(":utf!utf@host.cloak TOPIC #x :\xbe\xc8\xb3\xe7")
	old.asks("TOPIC #x", ":irc.test 332 old #x :\xbe\xc8\xb3\xe7", ":irc.test 333 old #x utf!utf@host.cloak ?")
	// A client that has shown that it writes UTF-8 is not taken for an old one.
	utf.asks("PRIVMSG #x :\xbe\xc8\xb3\xe7",
		":irc.test FAIL PRIVMSG INVALID_UTF8 :The line was not sent: it is not UTF-8. Set your client's encoding to UTF-8")
}

func TestBots(t *testing.T) {
	y := newYard(t)
	bot, p := y.person("robot"), y.person("p", "message-tags")
	bot.asks("MODE robot +B", ":robot!robot@host.cloak MODE robot +B")
	bot.asks("PRIVMSG p :beep")
	if got := p.until("beep"); !strings.Contains(got, ";bot :robot!") {
		t.Errorf("a bot's message came as %q", got)
	}
	p.says("WHOIS robot")
	p.until(":irc.test 335 p robot :is a bot")
	p.until(" 318 ")
	p.asks("WHO robot", ":irc.test 352 p * robot host.cloak irc.test robot HB :0 ROBOT", ":irc.test 315 p robot :End of WHO list")
}
