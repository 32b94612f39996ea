package irc

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"madang/chat"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// words are parameters that lines of these tests are made of.
func words() []string {
	return []string{
		"#x", "#마당", "#nowhere", "#", "#x,#마당", "a", "b", "미나", "nobody", "a,b,a,b,a", "*", "?", "0", "1", ",", "+", "-", "S", "L", "C",
		"LS", "LIST", "302", "+o", "-o", "+v-v", "+b", "+bbb", "-k", "+l", "+imnst", "-imnst", "beI", "+i", "-i", "+B", "o", "u", "m", "l",
		"%tcuihsnfdlaor,42", "%", ">0", "<1", "C>1", "T<9", "!*x*", "@#x", "+#x", "*!*@*", "x!y@z", "세종대왕", "😀", "\x01ACTION", "\x01",
		strings.Repeat("x", 100), strings.Repeat("한", 60), ":", ":two words", ": ", ":열쇠 두 개",
	}
}

// anyLine is a command with parameters, most of them wrong.
func anyLine(r *rand.Rand) string {
	verbs := slices.Sorted(maps.Keys((&Gateway{}).table(nil)))
	verbs = slices.DeleteFunc(verbs, func(verb string) bool { return verb == "QUIT" })
	line := []string{verbs[r.IntN(len(verbs))]}
	for range r.IntN(4) {
		word := words()[r.IntN(len(words()))]
		line = append(line, word)
		if word[0] == ':' {
			break
		}
	}
	return strings.Join(line, " ")
}

// readable says what is wrong with lines: what no client could read, or a batch that is
// not closed, or not open.
func readable(lines []string) string {
	open := map[string]bool{}
	for _, line := range lines {
		m := irc.Message{}
		if err := irc.ParseServer([]byte(line), &m); err != nil || !utf8.ValidString(line) || len(untagged(line)) > irc.LineBytesMax-2 {
			return "no client reads " + strconv.Quote(line)
		}
		if id, ok := m.Tag("batch"); ok && !open[string(id)] {
			return "no batch is open for " + line
		}
		if string(m.Command()) != "BATCH" {
			continue
		}
		id := string(m.Param(0))
		if open[id[1:]] == (id[0] == '+') {
			return "opened or closed twice: " + line
		}
		if open[id[1:]] = true; id[0] == '-' {
			delete(open, id[1:])
		}
	}
	if len(open) > 0 {
		return "a batch stays open"
	}
	return ""
}

// Whatever is sent is answered in lines that can be read, and a label exactly once.
func TestEveryLineIsAnswered(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		y := newYard(t)
		people := []*person{
			y.person("a", render.AllCaps().Names()),
			y.person("b", "labeled-response", "batch"),
			y.person("c", "echo-message"),
		}
		for i := range 400 {
			p, line := people[r.IntN(len(people))], anyLine(r)
			label, labels := "label="+strconv.Itoa(i), 0
			got := p.asksAny("@" + label + " " + line)
			for _, line := range got {
				tags, _, _ := strings.Cut(strings.TrimPrefix(line, "@"), " ")
				if line[0] == '@' && slices.Contains(strings.Split(tags, ";"), label) {
					labels++
				}
			}
			if wrong := readable(got); wrong != "" || labels != 1 && p != people[2] {
				t.Errorf("seed %d: %q is answered %d times, %s, by\n%s", seed, line, labels, wrong, strings.Join(got, "\n"))
			}
		}
	}
}

// asksAny sends a line and gives all that came.
func (p *person) asksAny(line string) []string {
	p.t.Helper()
	p.says(line)
	return p.sync()
}

// A long answer under a label is one batch, though it comes in pages.
func TestLabelledPages(t *testing.T) {
	const crowd = reply.NamesAtOnce + reply.NamesPerPage
	y := newYard(t)
	for i := range crowd {
		y.attach("guest"+strconv.Itoa(i), 1_000_000+uint64(i), "#x")
	}
	p := y.person("p", "labeled-response", "batch")
	for _, line := range []string{"JOIN #x", "NAMES #x", "WHO #x", "WHO guest*"} {
		lines := p.asksAny("@label=7 " + line)
		last := len(lines) - 1
		if wrong := readable(lines); wrong != "" {
			t.Errorf("%s: %s", line, wrong)
		}
		id, ok := strings.CutPrefix(lines[0], "@label=7 :irc.test BATCH +")
		id, _, _ = strings.Cut(id, " ")
		if !ok || lines[last] != ":irc.test BATCH -"+id || len(lines) < 10 {
			t.Fatalf("%s is answered from %q to %q", line, lines[0], lines[last])
		}
		for _, l := range lines[1:last] {
			if !strings.HasPrefix(l, "@batch="+id+" ") {
				t.Errorf("not in the batch: %s", l)
			}
		}
	}
}

// What is said elsewhere, or in another charset, may be longer than a line here. It is
// split, and so is its echo.
func TestLongTextFromElsewhere(t *testing.T) {
	plainOnly(t)
	y := newYard(t)
	old, p := y.person("old", "echo-message"), y.person("p")
	together("#x", old, p)
	text := strings.Repeat("한", 200) // 600 bytes, and 400 in CP949
	old.says("PRIVMSG #x :" + strings.Repeat("\xc7\xd1", 200))
	if got := spoken(p.sync(), ":old!old@host.cloak PRIVMSG #x :"); got != text {
		t.Errorf("others are shown %q", got)
	}
	echo := slices.DeleteFunc(old.sync(), func(line string) bool { return strings.Contains(line, " NOTICE ") })
	if got := spoken(echo, ":old!old@host.cloak PRIVMSG #x :"); got != strings.Repeat("\xc7\xd1", 200) {
		t.Errorf("the echo is %q", got)
	}
	y.says("#x", strings.Repeat("한글 ", 2000))
	if got := spoken(p.sync(), ":elsewhere!u@h.cloak PRIVMSG #x :"); got != strings.Repeat("한글 ", 2000) {
		t.Errorf("of 14000 bytes %d are shown", len(got))
	}
}

// says has somebody who has no connection here say something in a room.
func (y *yard) says(room, text string) {
	y.t.Helper()
	y.attach("elsewhere", 2_000_000, room)
	y.command(&chat.Say{Session: chat.SessionID{Node: 1, N: 2_000_000}, Room: room, Text: text})
}

// spoken is what several lines say together, but for those that say nothing.
func spoken(lines []string, head string) (text string) {
	for _, line := range lines {
		part, ok := strings.CutPrefix(line, head)
		if ok && len(line) <= irc.LineBytesMax-2 {
			text += part
		}
	}
	return text
}

// untagged is a line without its tags.
func untagged(line string) string {
	if strings.HasPrefix(line, "@") {
		_, line, _ = strings.Cut(line, " ")
	}
	return line
}

// CAP LS names everything on offer, in lines that are not too long; who does not say that
// he knows lists of several lines is told what is ratified, in one.
func TestEveryOfferIsListed(t *testing.T) {
	y := newYard(t)
	p := y.person("p")
	all := render.AllCaps().Names()
	ratified := strings.Join(slices.DeleteFunc(strings.Fields(all), func(name string) bool { return strings.Contains(name, "/") }), " ")
	for _, ask := range []struct{ line, want string }{
		{"CAP LS", ratified}, {"CAP LS 301", ratified}, {"CAP LS 999999999999999999999", ratified}, {"CAP LS x", ratified},
		{"CAP LS 302", all}, {"cap ls", all}, // cap-notify stays
	} {
		if got := capList(t, p, ask.line); strings.Join(got, " ") != ask.want {
			t.Errorf("%s names %q", ask.line, got)
		}
	}
	for _, o := range strings.Fields(render.AllCaps().Names()) {
		p.asks("CAP REQ :"+o, ":irc.test CAP p ACK :"+o)
	}
	if got := capList(t, p, "CAP LIST"); strings.Join(got, " ") != render.AllCaps().Names() {
		t.Errorf("CAP LIST names %q", got)
	}
}

// capList asks for a list of capabilities, and gives the names in it.
func capList(t *testing.T, p *person, ask string) (names []string) {
	t.Helper()
	p.says(ask)
	for _, line := range p.sync() {
		if len(line) > irc.LineBytesMax-2 {
			t.Errorf("%d bytes: %s", len(line), line)
		}
		_, list, _ := strings.Cut(line, " :")
		for _, word := range strings.Fields(list) {
			name, _, _ := strings.Cut(word, "=")
			names = append(names, name)
		}
	}
	return names
}
