package irc

import (
	"math/rand/v2"
	"strings"
	"testing"

	"madang/engine"
	"madang/gateway/irc/client"
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
		if got := p.ends(); !strings.HasSuffix(got, "ERROR :Closing link: Quit\r\n") {
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
			h := g.hall
			if h.Strangers != 0 || !g.followers.None() || len(g.batches) != 0 || h.People.Here() != 0 || h.People.Invisible() != 0 || (&client.Client{Hall: h}).Label() != "" {
				t.Errorf("after %q: %d strangers, %v watched, %v present", lines, h.Strangers, g.followers, h.People.Here())
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
