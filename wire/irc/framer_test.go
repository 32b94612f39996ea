package irc

import (
	"fmt"
	"strings"
	"testing"
)

// lines feeds a stream in pieces of the given sizes, the rest in one, and writes down
// what comes out.
// A message of its own is a line without an end, or with one.
func TestWhole(t *testing.T) {
	tags := "@a=" + strings.Repeat("x", TagsBytesMax-4) + " "
	longest := "PING " + strings.Repeat("x", LineBytesMax-7)
	for _, test := range []struct {
		message, line string
		problem       Problem
	}{
		{"PING x", "PING x", ProblemNone}, {"PING x\r\n", "PING x", ProblemNone}, {"PING x\n", "PING x", ProblemNone},
		{"", "", ProblemNone}, {"\r\n", "", ProblemNone},
		{longest, longest, ProblemNone}, {longest + "x", "", ProblemTooLong},
		{tags + longest, tags + longest, ProblemNone}, {tags + longest + "x", "", ProblemTooLong},
		{"a\nb", "", ProblemLines}, {"a\r\nb\r\n", "", ProblemLines}, {"\n\n", "", ProblemLines},
		{"a\rb", "a\rb", ProblemCR}, {"a\x00b", "a\x00b", ProblemNUL},
	} {
		if line, problem := Whole([]byte(test.message)); string(line) != test.line || problem != test.problem {
			t.Errorf("%.20q: %.20q, %v", test.message, line, problem)
		}
	}
}

func lines(t testing.TB, stream []byte, sizes []byte) []string {
	var framer Framer
	var out []string
	emit := func(line []byte, problem Problem) { out = append(out, fmt.Sprintf("%d%q", problem, line)) }
	for _, size := range sizes {
		n := min(int(size), len(stream))
		framer.Feed(stream[:n:n], emit)
		stream = stream[n:]
		if cap(framer.rest) > 16<<10 {
			t.Fatalf("%d bytes held", cap(framer.rest))
		}
	}
	framer.Feed(stream, emit)
	if line, problem, ok := framer.TakeRest(); ok {
		emit(line, problem)
	}
	return out
}

func TestFramer(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	for _, test := range []struct{ stream, want string }{
		{"", "[]"},
		{"a\r\nb\nc", `[0"a" 0"b" 0"c"]`},
		{"\r\n\n", `[0"" 0""]`},
		{"a\rb\r\n", `[3"a\rb"]`},
		{"a\r\r\n", `[3"a\r"]`},
		{"a\x00b\r\nc\n", `[2"a\x00b" 0"c"]`},
		{x(510) + "\r\n", fmt.Sprintf("[0%q]", x(510))},
		{x(511) + "\r\nb\n", `[1"" 0"b"]`},
		{x(512) + "\nb\n", `[1"" 0"b"]`},
		{x(100000) + "\nb\n" + x(600), `[1"" 0"b" 1""]`},
		{"@" + x(8702) + "\nb\n", `[1"" 0"b"]`},
	} {
		for _, size := range []byte{1, 7, 255} {
			sizes := []byte(strings.Repeat(string([]byte{size}), len(test.stream)/int(size)+1))
			if got := fmt.Sprint(lines(t, []byte(test.stream), sizes)); got != test.want {
				t.Errorf("%.30q in steps of %d: %.200s, want %.200s", test.stream, size, got, test.want)
			}
		}
	}
	if got := lines(t, []byte("@"+x(8701)+"\r\n"), nil); len(got) != 1 || got[0][0] != '1' {
		t.Errorf("8704 bytes with tags: %.20q", got)
	}
	if got := lines(t, []byte("@"+x(8700)+"\r\n"), nil); len(got) != 1 || got[0][0] != '0' {
		t.Errorf("8703 bytes with tags: %.20q", got)
	}
}

func TestFramerSaysTooLongAtOnce(t *testing.T) {
	var framer Framer
	problems := 0
	for range 1000 {
		framer.Feed(make([]byte, 10000), func(_ []byte, problem Problem) {
			if problem == ProblemTooLong {
				problems++
			}
		})
		if framer.Rest() != nil {
			t.Fatal("a dropped line is held")
		}
	}
	if problems != 1 {
		t.Errorf("10 MB without a newline: %d indications", problems)
	}
}

func TestFramerHoldsNothingWhenIdle(t *testing.T) {
	var framer Framer
	framer.Feed([]byte("PI"), func([]byte, Problem) { t.Error("half a line came out") })
	if string(framer.Rest()) != "PI" {
		t.Errorf("rest %q", framer.Rest())
	}
	framer.Feed([]byte("NG\r\n"), func([]byte, Problem) {})
	if framer.rest != nil {
		t.Error("an empty rest keeps memory")
	}
}

func TestFramerNextCanStop(t *testing.T) {
	var framer Framer
	line, _, left, ok := framer.Next([]byte("a\r\nb\r\nc"))
	if !ok || string(line) != "a" || string(left) != "b\r\nc" {
		t.Errorf("%q, left %q, %v", line, left, ok)
	}
}

func FuzzFramer(f *testing.F) {
	f.Add([]byte("PING a\r\nNICK b\n\nX\ry\x00\r\n"), []byte{1, 3, 200})
	f.Add([]byte("@a "+strings.Repeat("x", 9000)+"\r\nPING\r\n"), []byte{250, 250, 250})
	f.Add([]byte(strings.Repeat("x", 511)+"\r\n"+strings.Repeat("y", 511)+"\n"), []byte{255, 255, 1, 1})
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		whole, cut := lines(t, stream, nil), lines(t, stream, sizes)
		if fmt.Sprint(whole) != fmt.Sprint(cut) {
			t.Fatalf("whole %.300q\ncut   %.300q", whole, cut)
		}
	})
}
