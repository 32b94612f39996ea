package irc

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseModes(t *testing.T) {
	table := &ModeTable{Lists: "beI", Always: "k", WhenSet: "l", Never: "imnst", Ranks: "qaohv"}
	for _, test := range []struct {
		letters, params, want, unknown string
	}{
		{"+o-v", "alice bob", "+o-v alice bob", ""},
		{"nt", "", "+nt", ""},
		{"+l-l+k", "5 secret", "+l-l+k 5 secret", ""},
		{"+b", "", "+b", ""},
		{"-k", "", "-k", ""},
		{"+XbXy", "*!*@x", "+b *!*@x", "Xy"},
		{"--+i+-s", "", "+i-s", ""},
		{"+i", "left over", "+i", ""},
	} {
		changes, unknown := ParseModes(test.letters, strings.Fields(test.params), table)
		if got := string(AppendModes(nil, changes)); got != test.want || string(unknown) != test.unknown {
			t.Errorf("%s %s: %q, unknown %q", test.letters, test.params, got, unknown)
		}
	}
	changes, _ := ParseModes("bolk", nil, table)
	missing := ""
	for _, change := range changes {
		if change.Missing {
			missing += string(change.Letter)
		}
	}
	if missing != "olk" {
		t.Errorf("parameters missing for %q", missing)
	}
	if changes, _ := ParseModes("-l", []string{"x"}, table); changes[0].HasParam {
		t.Error("-l takes a parameter")
	}
}

func TestParseWho(t *testing.T) {
	w := ParseWho("o%tcX,042")
	if !w.Operators || !w.Extended || w.Token != "042" || !w.Wants('t') || !w.Wants('c') || w.Wants('u') || w.Wants('X') {
		t.Errorf("%+v", w)
	}
	if w := ParseWho("%n,1234"); w.Token != "" || !w.Wants('n') {
		t.Errorf("a token of four digits: %+v", w)
	}
	if w := ParseWho(""); w.Extended || w.Operators {
		t.Errorf("nothing: %+v", w)
	}
}

func TestParseListFilter(t *testing.T) {
	got := ParseListFilter(">3,<10,C>5,c<6,T>7,T<8,#a*,!#b?,#exact,,>x,!")
	want := ListFilter{
		Names: []string{"#exact", ">x", "!"}, Masks: []string{"#a*"}, NotMasks: []string{"#b?"},
		MembersOver: Bound{true, 3}, MembersUnder: Bound{true, 10},
		CreatedOver: Bound{true, 5}, CreatedUnder: Bound{true, 6},
		TopicSetOver: Bound{true, 7}, TopicSetUnder: Bound{true, 8},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestListAndCapabilities(t *testing.T) {
	if got := slices.Collect(List(",a,,b c,")); !slices.Equal(got, []string{"a", "b c"}) {
		t.Errorf("List: %q", got)
	}
	got := slices.Collect(Capabilities(" batch -sasl  cap=1,2=3 - "))
	want := []Capability{{Name: "batch"}, {Name: "sasl", Remove: true}, {Name: "cap", Value: "1,2=3"}}
	if !slices.Equal(got, want) {
		t.Errorf("Capabilities: %+v", got)
	}
}

func TestCTCP(t *testing.T) {
	for text, want := range map[string]string{
		"\x01ACTION waves\x01": "ACTION|waves|true", "\x01version": "VERSION||true", "\x01\x01": "||false",
		"\x01": "||false", "": "||false", "a\x01b\x01": "||false", "\x01A b\x01c\x01": "||false", "\x01 a\x01": "||false",
	} {
		command, args, ok := CTCP(text)
		if got := fmt.Sprintf("%s|%s|%v", command, args, ok); got != want {
			t.Errorf("CTCP(%q) = %s", text, got)
		}
	}
}

func TestParseDCC(t *testing.T) {
	for args, want := range map[string]string{
		"CHAT chat 2130706433 5000":         "{CHAT chat 2130706433 5000 }",
		`send "a b.txt" 2130706433 5000 77`: "{SEND a b.txt 2130706433 5000 77}",
		"SEND f ::1 0 77 9":                 "{SEND f ::1 0 77 9}",
		"RESUME f 5000 100":                 "{RESUME f  5000 100}",
		"CHAT":                              "", "CHAT chat 1": "", "CHAT chat 1 70000": "", `SEND "a 1 2`: "",
	} {
		offer, ok := ParseDCC(args)
		if got := fmt.Sprint(offer); ok != (want != "") || ok && got != want {
			t.Errorf("ParseDCC(%q) = %s, %v", args, got, ok)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		mask, text string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "abc", true}, {"a*", "abc", true},
		{"*c", "abc", true}, {"*b", "abc", false}, {"a?c", "abc", true}, {"?", "가", true}, {"??", "가", false},
		{"*!*@10.*", "n!u@10.1.2.3", true}, {"*a*b*a", "aabba", true}, {"*ab?", "ababx", true}, {"*?", "", false},
		{"a**b", "ab", true}, {"*?b*", "xab", true}, {`\*`, `\x`, true}, {"*ana?", "bananas", true}, {"a*a", "a", false},
	} {
		if got := Match(test.mask, test.text); got != test.want {
			t.Errorf("Match(%q, %q) = %v", test.mask, test.text, got)
		}
	}
	// Exponential backtracking would not come back from this one.
	if Match(strings.Repeat("*a", 250)+"b", strings.Repeat("a", 5000)) {
		t.Error("no b in the text")
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("*a?b*", "xaybz")
	f.Add("*가?", "나가다")
	f.Fuzz(func(t *testing.T, mask, text string) {
		got := Match(mask, text)
		if !utf8.ValidString(mask) || !utf8.ValidString(text) || len(mask) > 100 {
			return
		}
		pattern := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(mask))
		if want := regexp.MustCompile("^(?s:" + pattern + ")$").MatchString(text); got != want {
			t.Fatalf("Match(%q, %q) = %v", mask, text, got)
		}
	})
}

func FuzzWords(f *testing.F) {
	f.Add("+ov-b", "a b c", ">3,C<5,#a*")
	f.Add("\x01DCC SEND x 1 2\x01", `SEND "f" 1 2`, "%tcn,12")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		table := &ModeTable{Lists: "b", Always: "k", WhenSet: "l", Never: "imnst", Ranks: "ov"}
		changes, _ := ParseModes(a, strings.Fields(b), table)
		letters, params, _ := strings.Cut(string(AppendModes(nil, changes)), " ")
		again, unknown := ParseModes(letters, strings.Fields(params), table)
		if len(unknown) > 0 || len(again) != len(changes) {
			t.Fatalf("%+v became %+v", changes, again)
		}
		ParseListFilter(c)
		ParseWho(c)
		ParseDCC(b)
		CTCP(a)
		for capability := range Capabilities(c) {
			if capability.Name == "" {
				t.Fatalf("a capability without a name in %q", c)
			}
		}
		UnescapeToken(a)
		if got := UnescapeToken(string(appendToken(nil, Token{"K", a}))); a != "" && got != "K="+a {
			t.Fatalf("%q came back as %q", a, got)
		}
	})
}
