package irc

import "testing"

// Every verb is carried out by one package.
func TestVerbsAreInOnePart(t *testing.T) {
	g, n := &Gateway{}, 0
	for _, part := range g.parts(nil) {
		n += len(part)
	}
	if verbs := len(g.table(nil)); verbs != n || verbs == 0 {
		t.Errorf("%d verbs in parts are %d in the table", n, verbs)
	}
}
