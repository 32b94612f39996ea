package line

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// lines feeds a stream in pieces of the given sizes, the rest in one, and writes down
// what comes out.
func lines(t testing.TB, bytesMax int, stream, sizes []byte) []string {
	framer := Framer{BytesMax: int32(bytesMax)}
	var out []string
	emit := func(line []byte, problem Problem) { out = append(out, fmt.Sprintf("%d%q", problem, line)) }
	for _, size := range sizes {
		n := min(int(size), len(stream))
		framer.Feed(stream[:n:n], emit)
		stream = stream[n:]
		if cap(framer.rest) > bytesMax {
			t.Fatalf("%d bytes held, limit %d", cap(framer.rest), bytesMax)
		}
	}
	framer.Feed(stream, emit)
	if line, problem, ok := framer.TakeRest(); ok {
		emit(line, problem)
	}
	return out
}

func TestFramer(t *testing.T) {
	x := strings.Repeat("x", 20)
	for _, test := range []struct{ stream, want string }{
		{"", "[]"},
		{"a\r\nb\nc", `[0"a" 0"b" 0"c"]`},
		{"a\rb\r\n\n", `[0"ab" 0""]`},
		{"a\bb\x7fc\n", `[0"abc"]`},
		{"a\x00b\nc\n", `[2"a\x00b" 0"c"]`},
		{x + "\r\n" + x + "y\r\nz\n", `[0"` + x + `" 1"" 0"z"]`},
		{strings.Repeat("y", 1000) + "\nz", `[1"" 0"z"]`},
		{"a\xff\xfd\x0ab\xff\xfb\xffc\n", `[0"abc"]`},
		{"a\xff\xfa\x18\x00\n\xff\xff\xff\xf0b\n", `[0"ab"]`},
		{"a\xff\xffb\n", `[0"a\xffb"]`},
		{"a\xff\xf6b\xff\nc\n", `[0"ab" 0"c"]`},
		{"\xff\xfa" + strings.Repeat("s", 1024) + "end\n", `[0"end"]`},
		{"\xb0\xfe\n", `[0"\xb0\xfe"]`},
	} {
		for _, size := range []int{1, 3, 250} {
			sizes := []byte(strings.Repeat(string([]byte{byte(size)}), len(test.stream)/size+1))
			if got := fmt.Sprint(lines(t, 20, []byte(test.stream), sizes)); got != test.want {
				t.Errorf("%.40q in steps of %d: %.200s, want %s", test.stream, size, got, test.want)
			}
		}
	}
}

func TestFramerBoundsMemory(t *testing.T) {
	var framer Framer
	problems := 0
	for range 100 {
		framer.Feed([]byte(strings.Repeat("x", 100_000)), func(line []byte, problem Problem) {
			if problem == ProblemTooLong && line == nil {
				problems++
			}
		})
	}
	if problems != 1 || framer.rest != nil {
		t.Errorf("10 MB without a newline: %d indications, %d bytes held", problems, cap(framer.rest))
	}
}

func TestFramerRest(t *testing.T) {
	var framer Framer
	emit := func([]byte, Problem) { t.Error("a line came out") }
	framer.Feed([]byte("hel"), emit)
	framer.Feed([]byte("lo"), emit)
	if string(framer.Rest()) != "hello" {
		t.Errorf("rest %q", framer.Rest())
	}
	if line, problem, ok := framer.TakeRest(); string(line) != "hello" || problem != ProblemNone || !ok || framer.rest != nil {
		t.Errorf("TakeRest = %q, %v, %v", line, problem, ok)
	}
	if _, _, ok := framer.TakeRest(); ok {
		t.Error("an empty rest is a line")
	}
	framer.Feed([]byte("a\x00"), emit)
	if _, problem, _ := framer.TakeRest(); problem != ProblemNUL {
		t.Error("a NUL in the rest is not noticed")
	}
}

func TestFramerWholeLinesAllocateNothing(t *testing.T) {
	var framer Framer
	stream, count := []byte("hello there\r\n안녕하세요\n"), 0
	allocs := testing.AllocsPerRun(100, func() {
		framer.Feed(stream, func([]byte, Problem) { count++ })
	})
	if allocs != 0 || count == 0 {
		t.Errorf("%v allocations, %d lines", allocs, count)
	}
}

func TestRestEndsMessage(t *testing.T) {
	unfinished := func(rest []byte) bool { return rest[len(rest)-1] == 0xEC || !utf8.Valid(rest) && rest[0] == 0xB0 }
	for rest, want := range map[string]bool{
		"": false, "a": false, "ab": true, "가": false, "가나": true, "ab\xec": false,
		"\xc7\xcf": false, "\xc7\xcf\xc7\xcf": true, "\xb0\xa1\xb0": false,
	} {
		if RestEndsMessage([]byte(rest), unfinished) != want {
			t.Errorf("RestEndsMessage(%q) = %v", rest, !want)
		}
	}
}

func FuzzFramer(f *testing.F) {
	f.Add([]byte("hello\r\nb\xff\xfb\x01\xff\xfa\x18\xff\xf0c\b\x00\n"), []byte{1, 2, 9})
	f.Add([]byte(strings.Repeat("x", 70)+"\n"+strings.Repeat("y", 64)+"\n"), []byte{63, 1, 1})
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		whole, cut := lines(t, 64, stream, nil), lines(t, 64, stream, sizes)
		if fmt.Sprint(whole) != fmt.Sprint(cut) {
			t.Fatalf("whole %.300q\ncut   %.300q", whole, cut)
		}
	})
}

func TestVerdict(t *testing.T) {
	x := strings.Repeat("x", 100)
	for _, test := range []struct {
		first    string
		complete bool
		want     Kind
	}{
		{"", false, Undecided}, {"", true, Chat}, {"hello", false, Undecided}, {"hello", true, Chat},
		{"GET / HTTP/1.1", true, HTTP}, {"GET / HTTP/", false, HTTP}, {"GET / HTTP", false, Undecided},
		{"GET / HTTP", true, Chat}, {"M-SEARCH * HTTP/1.1", true, HTTP}, {"x!#$%&'*+-.^_`|~1 /a?b HTTP/9", true, HTTP},
		{"get / HTTP/1.0", true, HTTP}, {"GET  / HTTP/1.0", true, Chat}, {"G(T / HTTP/1.0", true, Chat},
		{" GET / HTTP/1.0", true, Chat}, {"가 / HTTP/1.0", true, Chat}, {"PRI * HTTP/2.0", true, HTTP},
		{"\x16", false, Undecided}, {"\x16\x03", false, Undecided}, {"\x16\x03\x01\x00\x05", false, TLS},
		{"\x16\x03\x04", true, TLS}, {"\x16\x03\x05", true, Chat}, {"\x16\x03", true, Chat},
		{"a\x00", false, NUL}, {"a\x00", true, NUL}, {x, true, TooLong}, {x, false, TooLong},
		{"GET /" + x + " HTTP/1.1", false, TooLong}, {x[:50], true, Chat}, {x[:51], true, TooLong},
	} {
		if got := Verdict([]byte(test.first), test.complete, 50); got != test.want {
			t.Errorf("Verdict(%.20q, %v) = %v, want %v", test.first, test.complete, got, test.want)
		}
	}
}

// What was decided on some bytes is decided on more of them.
func FuzzVerdict(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1"))
	f.Add([]byte("\x16\x03\x01\x00"))
	f.Add([]byte("a\x00b"))
	f.Add([]byte("GET \x00 HTTP/1.1"))
	f.Fuzz(func(t *testing.T, first []byte) {
		decided := Undecided
		for n := range len(first) + 1 {
			got := Verdict(first[:n], false, 20)
			if decided != Undecided && got != decided || got == Chat {
				t.Fatalf("%q: %v, then %v at %d bytes", first, decided, got, n)
			}
			decided = got
		}
		if got := Verdict(first, true, 20); got == Undecided || decided != Undecided && got != decided {
			t.Fatalf("%q: %v, complete %v", first, decided, got)
		}
	})
}
