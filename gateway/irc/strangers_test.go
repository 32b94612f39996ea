package irc

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"madang/chat"
	"madang/engine"
)

// strangeLine is what somebody may send before he is welcome, in any order.
func strangeLine(r *rand.Rand) string {
	lines := []string{
		"NICK a", "NICK b", "NICK 미나", "NICK", "NICK :", "NICK a!b", "USER u 0 * :Real Name", "USER 한 0 * :한", "USER u", "USER : 0 * :", "PASS x", "PASS",
		"CAP LS 302", "CAP LS", "CAP LIST", "CAP END", "CAP REQ :labeled-response batch", "CAP REQ :-batch draft/pre-away", "CAP REQ", "CAP REQ :nothing",
		"CAP", "AWAY :out", "AWAY", "PONG x", "JOIN #x", "PRIVMSG b :hi", "NOTICE b :hi", "WHOIS b", "NONSENSE", "421 x", ": :", "@label=1 PING x",
	}
	return lines[r.IntN(len(lines))]
}

// Strangers may do things in any order: they are answered, and become somebody once all
// is said.
func TestStrangersInAnyOrder(t *testing.T) {
	y := newYard(t)
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := y.dial()
		for range 30 {
			line := strangeLine(r)
			if wrong := readable(p.asksAny(line)); wrong != "" {
				t.Errorf("seed %d: %q: %s", seed, line, wrong)
			}
		}
		p.says("NICK c", "USER c 0 * :c", "CAP END")
		p.sync()
		if got := strings.Join(p.asksAny("MOTD"), "\n"); !strings.Contains(got, " 422 ") {
			t.Errorf("seed %d: not welcome: %q", seed, got)
		}
		p.says("QUIT")
		if got := p.ends(); got != "ERROR :Closing link: Quit\r\n" {
			t.Errorf("seed %d: the last words are %q", seed, got)
		}
	}
}

// Of those who are gone nothing is left but a bounded memory of names.
func TestNothingIsLeftBehind(t *testing.T) {
	y := newYard(t)
	for _, lines := range [][]string{
		{},
		{"NICK a"},
		{"CAP LS 302", "NICK a", "USER a 0 * :a"},
		{"NICK a", "USER a 0 * :a"},
		{"NICK a", "USER a 0 * :a", "MONITOR + a,b,c", "MODE a +i", "MONITOR + d", "MONITOR - b", "NICK b", "JOIN #x"},
	} {
		p := y.dial()
		if len(lines) > 0 {
			p.says(lines...)
			p.sync()
		}
		p.says("QUIT")
		p.ends()
		err := y.engine.Call(t.Context(), func(engine.Loop) {
			g := y.gateway
			if g.strangers != 0 || len(g.monitors) != 0 || len(g.people.present) != 0 || g.people.invisible != 0 || g.labelled != nil {
				t.Errorf("after %q: %d strangers, %v watched, %v present", lines, g.strangers, g.monitors, g.people.present)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The memory of names is a ring: the latest stay.
func TestCensusForgets(t *testing.T) {
	c := newCensus()
	for i := range whowasMax + 10 {
		nick := "n" + strconv.Itoa(i%(whowasMax/2))
		src := chat.Source{User: chat.UserID(i), Nick: nick}
		c.came(&src, strconv.Itoa(i), 0)
		c.went(&src, 0)
	}
	var got []string
	for _, d := range append(c.were("n9", 50), c.were("n10", 50)...) {
		got = append(got, d.realname)
	}
	if want := "1009 509 510 10"; strings.Join(got, " ") != want {
		t.Errorf("of n9 and n10 is known %q, want %s", got, want)
	}
	if len(c.gone) != whowasMax || len(c.were("n0", 1)) != 1 {
		t.Errorf("%d names are remembered", len(c.gone))
	}
}
