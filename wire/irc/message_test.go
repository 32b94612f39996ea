package irc

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// show writes a message so that a test can compare it at a glance.
func show(m *Message) string {
	var b strings.Builder
	b.WriteString(string(m.Tags) + "|" + string(m.Source) + "|" + string(m.Command()))
	for _, param := range m.Params() {
		b.WriteString("|" + string(param))
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"PING", "||PING"},
		{"privmsg #a :hello there", "||PRIVMSG|#a|hello there"},
		{"  PRIVMSG   #a   hello  ", "||PRIVMSG|#a|hello"},
		{"PRIVMSG #a :", "||PRIVMSG|#a|"},
		{"PRIVMSG #a ::)", "||PRIVMSG|#a|:)"},
		{"PRIVMSG #a a:b", "||PRIVMSG|#a|a:b"},
		{"PRIVMSG #a\ttab", "||PRIVMSG|#a\ttab"},
		{":nick!u@h PRIVMSG #a :x", "|nick!u@h|PRIVMSG|#a|x"},
		{"@a=b;+c :n  005 x", "a=b;+c|n|005|x"},
		{"@ PING", "||PING"},
		{"@a   PING :b c", "a||PING|b c"},
		{"C 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16", "||C|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15 16"},
		{"C 1 2 3 4 5 6 7 8 9 10 11 12 13 14 :15 16", "||C|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15 16"},
	} {
		var m Message
		if err := Parse([]byte(test.line), &m); err != nil || show(&m) != test.want {
			t.Errorf("Parse(%q) = %q, %v; want %q", test.line, show(&m), err, test.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	long := strings.Repeat("x", 600)
	for _, test := range []struct {
		line string
		want error
	}{
		{"", ErrEmpty}, {"   ", ErrEmpty}, {":source", ErrEmpty}, {"@tags", ErrEmpty}, {"@a :b ", ErrEmpty},
		{"PING a\x00b", ErrNUL}, {"PING a\rb", ErrLineBreak}, {"PING a\nb", ErrLineBreak},
		{"PI-NG", ErrBadCommand}, {"12", ErrBadCommand}, {"1234", ErrBadCommand}, {"A12", ErrBadCommand},
		{strings.Repeat("A", 25), ErrBadCommand},
		{"PRIVMSG #a :" + long, ErrLineTooLong},
		{"PRIVMSG #a :" + long[:510-12], nil}, {"PRIVMSG #a :" + long[:511-12], ErrLineTooLong},
		{"@" + strings.Repeat("x", 4094) + " PRIVMSG #a :" + long[:510-12], nil},
		{"@" + strings.Repeat("x", 4095) + " PING", ErrTagsTooLong},
	} {
		var m Message
		if err := Parse([]byte(test.line), &m); !errors.Is(err, test.want) {
			t.Errorf("Parse(%.40q…) = %v, want %v", test.line, err, test.want)
		}
	}
	var m Message
	if err := ParseServer([]byte("@"+strings.Repeat("x", 8189)+" PING"), &m); err != nil {
		t.Errorf("8191 bytes of tags from a server: %v", err)
	}
	if err := ParseServer([]byte("@"+strings.Repeat("x", 8190)+" PING"), &m); err != ErrTagsTooLong {
		t.Errorf("8192 bytes of tags from a server: %v", err)
	}
	if err := Parse([]byte("no-good a b"), &m); err != ErrBadCommand || show(&m) != "||no-good|a|b" {
		t.Errorf("a bad command is not kept: %q, %v", show(&m), err)
	}
}

func TestParseReusesMessage(t *testing.T) {
	var m Message
	for _, line := range []string{"@a :b c d e f", "PING", "ping x"} {
		if err := Parse([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
	}
	if show(&m) != "||PING|x" || m.Param(1) != nil || m.Param(-1) != nil || m.Len() != 1 {
		t.Errorf("a reused message keeps %q", show(&m))
	}
	if got := m.Strings(0); len(got) != 1 || got[0] != "x" || m.Strings(1) != nil {
		t.Errorf("Strings(0) = %q", got)
	}
	if m.ValidUTF8(); Parse([]byte("PING \xff"), &m) != nil || m.ValidUTF8() {
		t.Error("invalid UTF-8 is not noticed")
	}
}

func TestTags(t *testing.T) {
	var m Message
	line := "@+typing=active;id=a\\sb\\:c\\\\\\r\\n\\x\\;;empty=;bare;+draft/reply=7;+bad_key=1;+x=\xff;id2=1;id2=2 TAGMSG #a"
	if err := Parse([]byte(line), &m); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"id": "a b;c\\\r\nx", "empty": "", "bare": "", "+typing": "active", "id2": "2", "+draft/reply": "7",
	} {
		if got, ok := m.TagValue(key); !ok || got != want {
			t.Errorf("TagValue(%q) = %q, %v; want %q", key, got, ok, want)
		}
	}
	if _, ok := m.Tag("typing"); ok {
		t.Error("a tag that is not there was found")
	}
	var raw []byte
	for tag := range m.ClientTags() {
		raw = AppendRawTag(raw, len(raw) == 0, tag.Raw)
	}
	if string(raw) != "@+typing=active;+draft/reply=7" {
		t.Errorf("client tags %q", raw)
	}
}

func TestValidTagKey(t *testing.T) {
	for key, want := range map[string]bool{
		"a": true, "+a": true, "example.com/a-b": true, "+draft/react": true, "": false, "+": false,
		"/a": false, "a/": false, "a.b": false, "a_b": false, "a/b/c": false, "++a": false,
	} {
		if ValidTagKey([]byte(key)) != want {
			t.Errorf("ValidTagKey(%q) = %v", key, !want)
		}
	}
}

func TestAppendTag(t *testing.T) {
	dst := AppendTag(nil, true, "time", "2026-01-02T03:04:05.678Z")
	dst = AppendTag(dst, false, "x", "; \\\r\n\x00=")
	dst = EndTags(AppendTag(dst, false, "bot", ""))
	dst = Append(dst, "n!u@h", "PING", "a")
	want := `@time=2026-01-02T03:04:05.678Z;x=\:\s\\\r\n=;bot :n!u@h PING a` + "\r\n"
	if string(dst) != want {
		t.Errorf("got  %q\nwant %q", dst, want)
	}
	var m Message
	if err := Parse(bytes.TrimSuffix(dst, []byte("\r\n")), &m); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.TagValue("x"); got != "; \\\r\n=" {
		t.Errorf("a value comes back as %q", got)
	}
}

// rebuild writes a parsed message again.
func rebuild(m *Message) []byte {
	var dst []byte
	for tag := range m.AllTags() {
		dst = AppendRawTag(dst, len(dst) == 0, tag.Raw)
	}
	if len(dst) > 0 {
		dst = EndTags(dst)
	}
	return Append(dst, string(m.Source), string(m.Command()), m.Strings(0)...)
}

func FuzzParse(f *testing.F) {
	for _, line := range []string{
		"PRIVMSG #a :hello", "@a=b;+c=d\\s :n!u@h 005 x y :z", "  @;; : ping", "c 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var m, again Message
		if Parse(line, &m) != nil || len(line) >= LineBytesMax-2 && m.Len() == ParamsMax {
			return // a fifteenth parameter without ':' grows by one byte
		}
		if len(m.Source) > 0 && m.Source[0] == ':' {
			return // no source begins with a colon: the builder replaces it
		}
		out := rebuild(&m)
		if err := Parse(bytes.TrimSuffix(out, []byte("\r\n")), &again); err != nil {
			t.Fatalf("%q became %q: %v", line, out, err)
		}
		tags, tagsAgain := []string{}, []string{}
		for tag := range m.AllTags() {
			tags = append(tags, string(tag.Raw))
		}
		for tag := range again.AllTags() {
			tagsAgain = append(tagsAgain, string(tag.Raw))
		}
		m.Tags, again.Tags = nil, nil
		if show(&m) != show(&again) || strings.Join(tags, ";") != strings.Join(tagsAgain, ";") {
			t.Fatalf("%q became %q", line, out)
		}
		for range m.ClientTags() {
			continue
		}
	})
}

func BenchmarkParsePrivmsg(b *testing.B) {
	line, m := []byte("@+typing=done;id=abc PRIVMSG #lobby :안녕하세요, how is the deployment going?"), Message{}
	b.ReportAllocs()
	for b.Loop() {
		if err := Parse(line, &m); err != nil {
			b.Fatal(err)
		}
		if _, ok := m.Tag("id"); !ok {
			b.Fatal("no tag")
		}
	}
}

func TestHotPathAllocatesNothing(t *testing.T) {
	stream := []byte("@+a=b;id=x privmsg #lobby :one\r\nPRIVMSG #lobby :two\r\n")
	out, lines := make([]byte, 0, 1024), 0
	var framer Framer
	var m Message
	allocs := testing.AllocsPerRun(100, func() {
		framer.Feed(stream, func(line []byte, problem Problem) {
			if problem != ProblemNone || Parse(line, &m) != nil {
				t.Error("a good line is refused")
			}
			m.Tag("id")
			out = out[:0]
			for tag := range m.ClientTags() {
				out = AppendRawTag(out, len(out) == 0, tag.Raw)
			}
			out = AppendText(out, "n!u@h", "PRIVMSG", "#lobby", "text")
			lines++
		})
	})
	if allocs != 0 || lines == 0 {
		t.Errorf("%v allocations for %d lines", allocs, lines)
	}
}
