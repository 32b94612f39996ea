package line

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		line, name, args string
		isCommand        bool
	}{
		{"hello /there", "", "hello /there", false},
		{"", "", "", false},
		{" /nick x", "", " /nick x", false},
		{"//usr/bin", "", "/usr/bin", false},
		{"///x", "", "//x", false},
		{"/nick alice", Nick, "alice", true},
		{"/NICK   alice b", Nick, "alice b", true},
		{"/msg\tbob  two  words ", Msg, "bob  two  words ", true},
		{"/별명 철수", Nick, "철수", true},
		{"/귓속말 영희 안녕", Msg, "영희 안녕", true},
		{"/검색 배포", Search, "배포", true},
		{"/끝", Quit, "", true},
		{"/frobnicate x", "frobnicate", "x", true},
		{"/", "", "", true},
		{"/ x", "", "x", true},
	} {
		command, isCommand := Parse(test.line)
		if command.Name != test.name || command.Args != test.args || isCommand != test.isCommand {
			t.Errorf("Parse(%q) = %+v, %v", test.line, command, isCommand)
		}
	}
}

func TestSpellings(t *testing.T) {
	seen := map[string]bool{}
	for _, spelling := range Spellings() {
		for _, word := range append([]string{spelling.Name}, spelling.Korean...) {
			if seen[word] {
				t.Errorf("%q means two things", word)
			}
			seen[word] = true
			if command, ok := Parse("/" + word + " x"); !ok || command.Name != spelling.Name || command.Args != "x" {
				t.Errorf("/%s is %+v", word, command)
			}
		}
		if len(spelling.Korean) == 0 || !Known(spelling.Name) {
			t.Errorf("/%s has no Korean word or is not known", spelling.Name)
		}
	}
	for name := range strings.FieldsSeq("nick join part msg me who rooms topic history search charset lang quiet json help quit") {
		if !seen[name] {
			t.Errorf("/%s is missing", name)
		}
	}
	if Known("frobnicate") || Known("") {
		t.Error("what is no command is known")
	}
}
