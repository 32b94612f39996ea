package irc

import "testing"

// What somebody typed is repeated to him in whole characters.
func TestAnswersCutNoCharacter(t *testing.T) {
	p := newYard(t).person("p")
	together("#x", p)
	p.asks("STATS 한", ":irc.test 219 p 한 :End of /STATS report")
	p.asks("MODE #x +한", ":irc.test 472 p 한 :is unknown mode char to me")
}

// JOIN 0 is answered under its label.
func TestLabelledPartAll(t *testing.T) {
	p := newYard(t).person("p", "labeled-response", "batch")
	together("#x", p)
	p.asks("@label=1 JOIN 0", "@label=1 :p!p@host.cloak PART #x")
}

// A limit that no number holds is refused, not taken for the largest.
func TestLimitOutOfRange(t *testing.T) {
	p := newYard(t).person("p")
	together("#x", p)
	p.asks("MODE #x +l 99999999999999999999", ":irc.test 696 p #x l 99999999999999999999 :a limit is a number above zero")
}
