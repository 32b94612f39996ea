package reply

import (
	"strings"
	"testing"
)

// crlf makes lines of words, as they are on the way.
func crlf(lines ...string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

// An answer of no line is acknowledged, one line bears the label, several are a batch;
// so are the answers of several asks to one line, and pages.
func TestLabelsOnLines(t *testing.T) {
	const open, shut = "@label=7 :irc.test BATCH +r1 labeled-response", ":irc.test BATCH -r1"
	alone, first, middle, last := Part{First: true, Last: true}, Part{First: true}, Part{}, Part{Last: true}
	for _, test := range []struct {
		what  string
		part  Part
		paged bool
		lines []string
		want  []string
	}{
		{"nothing", alone, false, nil, []string{"@label=7 :irc.test ACK"}},
		{"one line", alone, false, []string{":a A"}, []string{"@label=7 :a A"}},
		{"one with tags", alone, false, []string{"@time=x :a A"}, []string{"@label=7;time=x :a A"}},
		{"two", alone, false, []string{":a A", "@time=x :b B"}, []string{open, "@batch=r1 :a A", "@batch=r1;time=x :b B", shut}},
		{"the first of several asks", first, false, []string{":a A"}, []string{open, "@batch=r1 :a A"}},
		{"the first, silent", first, false, nil, []string{open}},
		{"one between", middle, false, []string{":a A"}, []string{"@batch=r1 :a A"}},
		{"one between, silent", middle, false, nil, nil},
		{"the last", last, false, []string{":a A"}, []string{"@batch=r1 :a A", shut}},
		{"the last, silent", last, false, nil, []string{shut}},
		{"before pages", alone, true, nil, []string{open}},
		{"a line before pages", alone, true, []string{":a A"}, []string{open, "@batch=r1 :a A"}},
		{"the last, before pages", last, true, []string{":a A"}, []string{"@batch=r1 :a A"}},
	} {
		p := test.part
		p.Source, p.Label, p.Batch = "irc.test", "7", "r1"
		if got := string(p.Wrap([]byte(crlf(test.lines...)), test.paged)); got != crlf(test.want...) {
			t.Errorf("%s: %q, want %q", test.what, got, crlf(test.want...))
		}
	}
}

// Pages go on within their batch, and the last of them ends it.
func TestLabelsOnPages(t *testing.T) {
	p := Part{Source: "irc.test", Label: "7", Batch: "r1", First: true, Last: true}
	if got, want := string(p.Continued([]byte(crlf(":a A", ":b B")), true)), crlf("@batch=r1 :a A", "@batch=r1 :b B"); got != want {
		t.Errorf("a page is %q, want %q", got, want)
	}
	if got, want := string(p.Continued([]byte(crlf(":a A")), false)), crlf("@batch=r1 :a A", ":irc.test BATCH -r1"); got != want {
		t.Errorf("the last page is %q, want %q", got, want)
	}
	p.Last = false
	if got, want := string(p.Continued(nil, false)), ""; got != want {
		t.Errorf("the last page of an ask before the last is %q", got)
	}
}
