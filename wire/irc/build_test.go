package irc

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppend(t *testing.T) {
	for _, test := range []struct {
		source, command string
		params          []string
		want            string
	}{
		{"", "PING", nil, "PING"},
		{"s", "PONG", []string{"s", "token"}, ":s PONG s token"},
		{"s", "PONG", []string{"s", "two words"}, ":s PONG s :two words"},
		{"s", "PONG", []string{"s", ""}, ":s PONG s :"},
		{"s", "PONG", []string{"s", ":x"}, ":s PONG s ::x"},
		{"s", "X", []string{"", "a b", ":c", "d\r\n\x00e"}, ":s X * a_b _c :d   e"},
		{"s", "X", []string{"a\nb", "c"}, ":s X a_b c"},
		{"s", "X", strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"), ":s X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"},
	} {
		if got := string(Append(nil, test.source, test.command, test.params...)); got != test.want+"\r\n" {
			t.Errorf("Append(%q) = %q, want %q", test.params, got, test.want)
		}
	}
	if got := string(AppendText(nil, "n", "PRIVMSG", "#a", "hi")); got != ":n PRIVMSG #a :hi\r\n" {
		t.Errorf("AppendText = %q", got)
	}
	if got := string(AppendNumeric(nil, "s", RPL_WELCOME, "", "Welcome")); got != ":s 001 * :Welcome\r\n" {
		t.Errorf("AppendNumeric = %q", got)
	}
}

func TestAppendCutsAtACharacter(t *testing.T) {
	for lead := range 4 {
		prefix := EndTags(AppendTag(nil, true, "k", strings.Repeat("v", 600)))
		text := strings.Repeat("a", lead) + strings.Repeat("가", 400)
		got := AppendText(prefix, "n", "PRIVMSG", "#a", text)[len(prefix):]
		if len(got) > LineBytesMax || len(got) < LineBytesMax-2 || !utf8.Valid(got) || !strings.HasSuffix(string(got), "\r\n") {
			t.Errorf("lead %d: %d bytes, valid %v", lead, len(got), utf8.Valid(got))
		}
	}
	if got := Append(nil, "", "X", strings.Repeat("\x80", 600)); len(got) != LineBytesMax {
		t.Errorf("bytes that are no UTF-8: cut to %d", len(got))
	}
}

func TestTextBytesMax(t *testing.T) {
	room := TextBytesMax("n!u@h", "PRIVMSG", "#lobby")
	text := strings.Repeat("x", room)
	if got := AppendText(nil, "n!u@h", "PRIVMSG", "#lobby", text); len(got) != LineBytesMax || !strings.Contains(string(got), text) {
		t.Errorf("%d bytes of text make a line of %d", room, len(got))
	}
	if TextBytesMax("", "X", strings.Repeat("x", 600)) >= 0 {
		t.Error("no room is not negative")
	}
}

func TestAppendISupport(t *testing.T) {
	tokens := []Token{{"NETWORK", `My Net=\`}, {"BOT", ""}, {"HUGE", strings.Repeat("x", 600)}}
	for range 30 {
		tokens = append(tokens, Token{"CHANMODES", "beI,k,l,imnst"})
	}
	out := string(AppendISupport(nil, "irc.example", "alice", "are supported by this server", tokens))
	total := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\r\n"), "\r\n") {
		var m Message
		if err := Parse([]byte(line), &m); err != nil || string(m.Command()) != "005" || string(m.Param(0)) != "alice" {
			t.Fatalf("%q: %v", line, err)
		}
		count := m.Len() - 2
		if count < 1 || count > TokensPerLineMax || string(m.Param(m.Len()-1)) != "are supported by this server" {
			t.Errorf("%d tokens in %q", count, line)
		}
		total += count
	}
	if total != 32 || !strings.Contains(out, ` NETWORK=My\x20Net\x3D\x5C BOT `) {
		t.Errorf("%d tokens in %q", total, out)
	}
	if got := UnescapeToken(`My\x20Net\x3D\x5C\x2`); got != `My Net=\\x2` {
		t.Errorf("UnescapeToken = %q", got)
	}
	if got := AppendISupport(nil, "s", "n", "x", tokens[2:3]); len(got) != 0 {
		t.Errorf("an impossible token gives %q", got)
	}
}

func TestAppendNeverBreaksTheLine(t *testing.T) {
	for c := range 256 {
		word := string([]byte{byte(c)})
		got := string(Append(nil, word, word, word, word))
		if strings.ContainsAny(got[:len(got)-2], "\r\n\x00") || !strings.HasSuffix(got, "\r\n") {
			t.Errorf("byte %d gives %q", c, got)
		}
	}
}

func BenchmarkAppendPrivmsg(b *testing.B) {
	dst := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendTag(dst[:0], true, "time", "2026-01-02T03:04:05.678Z")
		dst = EndTags(AppendTag(dst, false, "msgid", "abcdef-123"))
		dst = AppendText(dst, "alice!alice@cloak.example", "PRIVMSG", "#lobby", "안녕하세요, how is the deployment going?")
	}
}
