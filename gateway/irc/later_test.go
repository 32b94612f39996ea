package irc

import (
	"strings"
	"testing"
)

// account makes an account, and registers with it.
func (y *yard) account(name string, capabilities ...string) *person {
	y.t.Helper()
	p := y.person(name, capabilities...)
	p.says("NS REGISTER sesame-9-street")
	p.until("Account created")
	p.sync()
	return p
}

// back registers another session of an account.
func (y *yard) back(name string, capabilities ...string) *person {
	y.t.Helper()
	p := y.dial()
	p.nick = name
	p.says("CAP REQ :"+strings.Join(capabilities, " "), "PASS "+name+":sesame-9-street", "NICK "+name, "USER "+name+" 0 * :x", "CAP END")
	p.until(" 001 " + name + " ")
	return p
}

func TestBatches(t *testing.T) {
	y := newYard(t, func(c *Config) { c.MultilineBytes, c.MultilineLines = 40, 4 })
	a := y.person("a", "batch", "message-tags", "echo-message", "labeled-response", "draft/multiline")
	b, plain := y.person("b", "batch", "draft/multiline"), y.person("plain")
	together("#x", a, b, plain)
	a.sync()
	b.sync()
	const sent = "@batch=1 PRIVMSG #x :"
	for _, c := range []struct{ what, lines, want string }{
		{"another type", "BATCH +1 netsplit #x", "FAIL BATCH UNKNOWN_TYPE 1 netsplit :The type of batch is not known, or not negotiated"},
		{"what is left of it", sent + "x|BATCH -1", ""},
		{"no name", "BATCH + draft/multiline #x", "FAIL BATCH INVALID_REFTAG * :The name of a batch is of up to 64 letters and digits"},
		{"no such", "BATCH -9", "FAIL BATCH INVALID_REFTAG 9 :There is no such batch"},
		{"no batch", sent + "x", "FAIL BATCH MULTILINE_INVALID :The line is part of no open batch"},
		{"no target", "BATCH +1 draft/multiline|BATCH -1", "FAIL BATCH MULTILINE_INVALID :The batch has no target"},
		{"within another", "BATCH +1 draft/multiline #x|BATCH +2 draft/multiline #x|BATCH -1", "FAIL BATCH MULTILINE_INVALID :Batches cannot be nested"},
		{"another target", "BATCH +1 draft/multiline #x|@batch=1 PRIVMSG #y :x|BATCH -1", "FAIL BATCH MULTILINE_INVALID_TARGET #x #y :Invalid multiline target"},
		{"two verbs", "BATCH +1 draft/multiline #x|" + sent + "x|@batch=1 NOTICE #x :x|BATCH -1", "FAIL BATCH MULTILINE_INVALID :A batch is of PRIVMSG or of NOTICE"},
		{"blank", "BATCH +1 draft/multiline #x|" + sent + "|" + sent + "|BATCH -1", "FAIL BATCH MULTILINE_INVALID :The batch is blank, or no text"},
		{"empty", "BATCH +1 draft/multiline #x|BATCH -1", "FAIL BATCH MULTILINE_INVALID :The batch is blank, or no text"},
		{"lines", "BATCH +1 draft/multiline #x" + strings.Repeat("|"+sent+"x", 5) + "|BATCH -1", "FAIL BATCH MULTILINE_MAX_LINES 4 :Multiline batch max-lines exceeded"},
		{"bytes", "BATCH +1 draft/multiline #x|" + sent + strings.Repeat("x", 30) + "|" + sent + strings.Repeat("x", 10) + "|BATCH -1", "FAIL BATCH MULTILINE_MAX_BYTES 40 :Multiline batch max-bytes exceeded"},
		{"typed between", "BATCH +1 draft/multiline #x|@+typing=active TAGMSG #x|BATCH -1", "FAIL BATCH MULTILINE_INVALID :The line is no part of the open batch"},
	} {
		a.says(strings.Split(c.lines, "|")...)
		got := a.sync()
		if c.want == "" && len(got) == 0 {
			continue
		}
		if len(got) != 1 || got[0] != ":irc.test "+c.want {
			t.Errorf("%s: %q", c.what, got)
		}
	}
	plain.sees()
	a.says("BATCH +1 draft/multiline #x", "@batch=1 PRIVMSG #x :one ", "PING between", "@batch=1;draft/multiline-concat PRIVMSG #x :line", "@batch=1 PRIVMSG #x :", "@batch=1 PRIVMSG #x :two", "BATCH -1")
	a.until(" BATCH -m")
	plain.sees(":a!a@host.cloak PRIVMSG #x :one ", ":a!a@host.cloak PRIVMSG #x :line", ":a!a@host.cloak PRIVMSG #x :two")
	lines := b.sync()
	if len(lines) != 6 || !strings.Contains(lines[2], ";draft/multiline-concat :a!a@host.cloak PRIVMSG #x :line") || !strings.HasSuffix(lines[3], " PRIVMSG #x :") {
		t.Errorf("b saw %q", lines)
	}
}

func TestMarks(t *testing.T) {
	y := storedYard(t, 0)
	y.account("ann").says("QUIT")
	one := y.back("ann", "draft/read-marker", "message-tags", "server-time", "echo-message", "batch")
	one.says("JOIN #x")
	if got := one.until(" MARKREAD "); got != ":irc.test MARKREAD #x *" {
		t.Errorf("on JOIN: %q", got)
	}
	one.sync()
	one.shown("#x", "hello")
	two := y.back("ann", "draft/read-marker")
	two.until(" MARKREAD #x *")
	two.sync()
	const early, late = "timestamp=2020-01-01T00:00:00.000Z", "timestamp=2021-01-01T00:00:00.000Z"
	one.asks("MARKREAD #x "+late, ":irc.test MARKREAD #x "+late)
	two.sees(":irc.test MARKREAD #x " + late)
	two.asks("MARKREAD #x "+early, ":irc.test MARKREAD #x "+late)
	one.sees()
	two.asks("MARKREAD nobody "+early, ":irc.test MARKREAD nobody "+early)
	two.asks("MARKREAD #x yesterday", ":irc.test FAIL MARKREAD INVALID_PARAMS yesterday :Invalid parameters")
	two.asks("MARKREAD", ":irc.test FAIL MARKREAD NEED_MORE_PARAMS :Missing parameters")
	guest := y.person("g", "draft/read-marker", "labeled-response")
	guest.asks("@label=l MARKREAD #x "+late, "@label=l :irc.test MARKREAD #x "+late)
	guest.asks("MARKREAD #x "+early, ":irc.test MARKREAD #x "+late)
}

func TestAmendments(t *testing.T) {
	y := storedYard(t, 0)
	caps := append([]string{"draft/message-redaction", "draft/message-edit"}, pastCaps...)
	a, b := y.person("a", caps...), y.person("b", caps...)
	old := y.person("old")
	together("#x", a, b, old)
	first, second := b.shown("#x", "one"), b.shown("#x", "two")
	a.sync()
	old.sync()
	changed := ":b!b@host.cloak EDIT #x " + second + " :changed"
	b.says("EDIT #x " + second + " :changed")
	if got := untagged(b.line()); got != changed || untagged(a.line()) != changed {
		t.Errorf("the change is shown as %q", got)
	}
	b.says("REDACT #x " + first + " :oops")
	b.until(" REDACT #x " + first + " :oops")
	a.until(" REDACT #x " + first + " :oops")
	old.sees()
	if got := a.shows("CHATHISTORY LATEST #x * 9"); got != "changed" {
		t.Errorf("what is left is %q", got)
	}
	for ask, want := range map[string]string{
		"EDIT #x " + second + " :mine": "EDIT EDIT_FORBIDDEN #x " + second + " :You are not authorised to change this message",
		"REDACT #x " + first:           "REDACT UNKNOWN_MSGID #x " + first + " :This message does not exist or is too old",
		"REDACT #x 0-0":                "REDACT UNKNOWN_MSGID #x 0-0 :This message does not exist or is too old",
		"REDACT b " + second:           "REDACT UNKNOWN_MSGID b " + second + " :This message does not exist or is too old",
		"REDACT #nowhere " + second:    "REDACT INVALID_TARGET #nowhere :There are no such messages",
		"@label=l REDACT #nowhere x":   "",
	} {
		got := a.shows(ask)
		if want != "" && got != ":irc.test FAIL "+want || !strings.HasPrefix(ask, got[:min(len(got), 8)]) && want == "" {
			t.Errorf("%s is answered with %q", ask, got)
		}
	}
	b.says("RENAME #x #y :moved")
	b.until(" 482 b #x ")
	a.says("RENAME #x #y :moved")
	old.until(":old!old@host.cloak PART #x :moved")
	old.until(":old!old@host.cloak JOIN #y")
	old.until(" 366 old #y ")
}

func TestMetadata(t *testing.T) {
	y := newYard(t)
	p := y.dial()
	p.nick = "p"
	p.says("CAP REQ :batch draft/metadata-2")
	p.until(" ACK ")
	p.asks("METADATA * SET color :red", ":irc.test 761 * * color * :red")
	p.asks("METADATA #x LIST", ":irc.test FAIL METADATA INVALID_TARGET #x :Before the welcome the target is *")
	p.says("METADATA * SET Color :red")
	if got := p.line(); !strings.HasPrefix(got, ":irc.test FAIL METADATA KEY_INVALID Color :") {
		t.Errorf("an invalid key: %q", got)
	}
	p.says("NICK p", "USER p 0 * :p", "CAP END")
	p.until(" METADATA p color * :red")
	p.until(" 422 p ")
	p.sync()
	p.asks("METADATA * LIST", ":irc.test BATCH ? metadata p", "? :irc.test 761 p p color * :red", ":irc.test BATCH ?")
	q := y.person("q", "batch", "draft/metadata-2")
	together("#x", p, q)
	q.asks("METADATA * SUB color mood", ":irc.test 770 q color mood", ":irc.test 774 q #x")
	q.asks("METADATA #x SYNC", ":irc.test BATCH ? metadata #x", "? :irc.test METADATA p color * :red", ":irc.test BATCH ?")
	p.asks("METADATA #x SET mood good", ":irc.test 761 p #x mood * :good")
	q.sees(":irc.test METADATA #x mood * :good")
	p.asks("METADATA * SET color", ":irc.test 766 p p color :key not set")
	q.sees(":irc.test METADATA p color *")
	p.asks("METADATA * SET color", ":irc.test FAIL METADATA KEY_NOT_SET p color :Key not set")
	q.asks("METADATA #x CLEAR", ":irc.test FAIL METADATA KEY_NO_PERMISSION #x * :You do not have permission to do that")
	p.asks("METADATA #x CLEAR", ":irc.test BATCH ? metadata #x", "? :irc.test 766 p #x mood :key not set", ":irc.test BATCH ?")
	q.sees(":irc.test METADATA #x mood *")
	q.asks("METADATA * UNSUB mood", ":irc.test 771 q mood")
	q.asks("METADATA * SUBS", ":irc.test BATCH ? metadata-subs", "? :irc.test 772 q color", ":irc.test BATCH ?")
	p.asks("METADATA * NONSENSE", ":irc.test FAIL METADATA SUBCOMMAND_INVALID NONSENSE :Invalid subcommand")
}
