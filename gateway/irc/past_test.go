package irc

import (
	"regexp"
	"strings"
	"testing"
)

// pastCaps are those of a client that asks for history itself.
var pastCaps = []string{"message-tags", "server-time", "batch", "echo-message", "labeled-response", "draft/chathistory"}

var idOf = regexp.MustCompile(`msgid=([0-9a-z-]+)`)

// shown says something to a target, and gives its id.
func (p *person) shown(target, text string) string {
	p.t.Helper()
	p.says("PRIVMSG " + target + " :" + text)
	return idOf.FindStringSubmatch(p.until(" PRIVMSG " + target + " :" + text))[1]
}

// shows asks, and gives the texts within the one batch that is the answer, with spaces
// between; or the one line that is no batch.
func (p *person) shows(ask string) string {
	p.t.Helper()
	p.says(ask)
	lines := p.sync()
	if len(lines) == 1 {
		return lines[0]
	}
	if len(lines) < 2 || !strings.Contains(lines[0], " BATCH +") || !strings.Contains(lines[len(lines)-1], " BATCH -") {
		p.t.Fatalf("%q is answered with %q", ask, lines)
	}
	var texts []string
	for _, line := range lines[1 : len(lines)-1] {
		texts = append(texts, line[strings.LastIndex(line, ":")+1:])
	}
	return strings.Join(texts, " ")
}

func TestChathistory(t *testing.T) {
	y := storedYard(t, 0)
	a, b := y.person("a", pastCaps...), y.person("b", pastCaps...)
	together("#x", a, b)
	var ids []string
	for _, text := range []string{"one", "two", "three", "four", "five"} {
		ids = append(ids, a.shown("#x", text))
	}
	b.sync()
	for ask, want := range map[string]string{
		"LATEST #x * 2":                                                        "four five",
		"LATEST #X * 0":                                                        "one two three four five",
		"latest #x msgid=" + ids[2] + " 9":                                     "four five",
		"BEFORE #x msgid=" + ids[2] + " 1":                                     "two",
		"AFTER #x msgid=" + ids[2] + " 1":                                      "four",
		"AROUND #x msgid=" + ids[2] + " 1":                                     "three",
		"AROUND #x msgid=" + ids[2] + " 2":                                     "two three",
		"AROUND #x msgid=" + ids[4] + " 3":                                     "four five",
		"AROUND #x msgid=" + ids[0] + " 3":                                     "one two three",
		"BETWEEN #x msgid=" + ids[0] + " msgid=" + ids[4] + " 2":               "two three",
		"BETWEEN #x msgid=" + ids[4] + " msgid=" + ids[0] + " 2":               "three four",
		"BETWEEN #x msgid=" + ids[3] + " msgid=" + ids[3] + " 9":               "",
		"AFTER #x msgid=" + ids[3] + "-1 9":                                    "five",
		"BEFORE #x msgid=" + ids[1] + "-1 9":                                   "one two",
		"AFTER #x timestamp=1970-01-01T00:00:00.000Z 1":                        "one",
		"BEFORE #x timestamp=1970-01-01T00:00:00.000Z 1":                       "",
		"BEFORE #x timestamp=2100-01-01T00:00:00.000Z 1":                       "five",
		"BETWEEN #x timestamp=1970-01-01T00:00:01.000Z msgid=" + ids[1] + " 9": "one",
		"BETWEEN #x msgid=" + ids[1] + " timestamp=1970-01-01T00:00:01.000Z 9": "one",
		"LATEST nobody * 9":                                                    "",
		"LATEST #x * -1":                                                       ":irc.test FAIL CHATHISTORY INVALID_PARAMS LATEST -1 :Invalid limit",
		"LATEST #x *":                                                          ":irc.test FAIL CHATHISTORY INVALID_PARAMS LATEST :Insufficient parameters",
		"LATEST #x * 1 2":                                                      ":irc.test FAIL CHATHISTORY INVALID_PARAMS LATEST :Too many parameters",
		"BEFORE #x * 1":                                                        ":irc.test FAIL CHATHISTORY INVALID_PARAMS BEFORE * :Invalid reference to a message",
		"BEFORE #x number=3 1":                                                 ":irc.test FAIL CHATHISTORY INVALID_MSGREFTYPE BEFORE #x number=3 :Messages are referred to by msgid= and timestamp=",
		"BEFORE #x msgid=zz-1 1":                                               ":irc.test FAIL CHATHISTORY MESSAGE_ERROR BEFORE #x :The message is not of this server, or none",
		"SIDEWAYS #x * 1":                                                      ":irc.test FAIL CHATHISTORY INVALID_PARAMS SIDEWAYS :Unknown command",
		"TARGETS * * 1":                                                        ":irc.test FAIL CHATHISTORY INVALID_PARAMS TARGETS * :Invalid timestamp",
		"LATEST #nowhere * 1":                                                  ":irc.test FAIL CHATHISTORY INVALID_TARGET LATEST #nowhere :Messages could not be retrieved",
	} {
		if got := b.shows("CHATHISTORY " + ask); got != want {
			t.Errorf("%s shows %q, want %q", ask, got, want)
		}
	}
	stranger := y.person("s", pastCaps...)
	stranger.asks("@label=l CHATHISTORY LATEST #x * 1",
		"@label=l :irc.test FAIL CHATHISTORY INVALID_TARGET LATEST #x :Messages could not be retrieved")
	b.says("@label=l CHATHISTORY LATEST #x * 1")
	lines := b.sync()
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "@label=l :irc.test BATCH +") || strings.Contains(lines[1], "label") {
		t.Errorf("under a label: %q", lines)
	}
}

// Direct messages are found by the name that somebody had who is gone, by the two alone.
func TestPastOfTwo(t *testing.T) {
	y := storedYard(t, 0)
	a, b, c := y.person("a", pastCaps...), y.person("b", pastCaps...), y.person("c", pastCaps...)
	a.shown("b", "hello")
	b.shown("a", "hi")
	a.sync()
	b.says("QUIT")
	b.ends()
	if got := a.shows("CHATHISTORY LATEST B * 9"); got != "hello hi" {
		t.Errorf("a is shown %q", got)
	}
	a.says("CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z 9")
	lines := a.sync()
	if len(lines) != 3 || !strings.Contains(lines[1], " CHATHISTORY TARGETS b 20") {
		t.Errorf("the targets are %q", lines)
	}
	if got := c.shows("CHATHISTORY LATEST b * 9"); got != "" {
		t.Errorf("c is shown %q", got)
	}
	again := y.person("b", pastCaps...)
	if got := again.shows("CHATHISTORY LATEST a * 9"); got != "" {
		t.Errorf("another b is shown %q", got)
	}
}

func TestSearch(t *testing.T) {
	y := storedYard(t, 0)
	a, b, c := y.person("a", pastCaps...), y.person("b", pastCaps...), y.person("c", pastCaps...)
	together("#x", a, b)
	together("#y", a)
	together("#secret", b)
	a.shown("#x", "red apples")
	b.shown("#x", "green apples")
	a.shown("#y", "old apples")
	b.shown("#secret", "secret apples")
	b.shown("c", "sweet apples")
	for _, s := range []struct {
		who        *person
		what, want string
	}{
		{a, "text=apples", "red apples green apples old apples"},
		{a, `text=green\sapples`, "green apples"},
		{a, "text=apples;in=#y", "old apples"},
		{a, "text=apples;in=#secret", ""},
		{a, "text=apples;in=#nowhere", ""},
		{a, "text=apples;from=B", "green apples"},
		{a, "text=apples;limit=1", "old apples"},
		{a, "text=apples;before=2001-01-01T00:00:00.000Z", ""},
		{c, "text=apples", "sweet apples"},
		{c, "text=apples;in=b", "sweet apples"},
		{a, "text=apples;limit=no", ":irc.test FAIL SEARCH INVALID_PARAMS limit :Invalid parameters"},
		{a, "from=B", "green apples"},
		{a, "from=a;in=#x", "red apples"},
		{a, "from=b;in=#secret", ""},
		{a, "in=#x", "red apples green apples"},
		{a, "in=#x;limit=1", "green apples"},
		{a, "in=#secret", ""},
		{a, "after=1970-01-01T00:00:00.000Z;limit=2", "green apples old apples"},
		{a, "before=2100-01-01T00:00:00.000Z", "red apples green apples old apples"},
		{a, "before=2001-01-01T00:00:00.000Z", ""},
		{a, "limit=3", ":irc.test FAIL SEARCH INVALID_PARAMS text :There is nothing to search for"},
		{a, "text=;in=", ":irc.test FAIL SEARCH INVALID_PARAMS text :There is nothing to search for"},
	} {
		s.who.sync()
		if got := s.who.shows("SEARCH " + s.what); got != s.want {
			t.Errorf("%s: %s shows %q, want %q", s.who.nick, s.what, got, s.want)
		}
	}
}
