package census

import (
	"strconv"
	"strings"
	"testing"

	"madang/chat"
)

// The memory of names is a ring: the latest stay.
func TestCensusForgets(t *testing.T) {
	c := New()
	for i := range whowasMax + 10 {
		nick := "n" + strconv.Itoa(i%(whowasMax/2))
		src := chat.Source{User: chat.UserID(i), Nick: nick}
		c.Came(&src, strconv.Itoa(i), 0)
		c.Went(&src, 0)
	}
	var got []string
	for _, d := range append(c.Were("n9", 50), c.Were("n10", 50)...) {
		got = append(got, d.Realname)
	}
	if want := "1009 509 510 10"; strings.Join(got, " ") != want {
		t.Errorf("of n9 and n10 is known %q, want %s", got, want)
	}
	if len(c.gone) != whowasMax || len(c.Were("n0", 1)) != 1 {
		t.Errorf("%d names are remembered", len(c.gone))
	}
}

// Whoever is told of twice counts once; a guest who signs in takes his entry along, or is
// remembered as gone.
func TestWhoIsCounted(t *testing.T) {
	c := New()
	guest, member := chat.Source{User: 1, Nick: "mina"}, chat.Source{User: 9, Nick: "mina", Account: "mina"}
	for range 2 {
		c.Came(&guest, "Mina", chat.Invisible)
	}
	if c.Here() != 1 || c.Most() != 1 || c.Invisible() != 1 {
		t.Fatalf("%d here, %d at most, %d invisible", c.Here(), c.Most(), c.Invisible())
	}
	c.SignedIn(&chat.SignedIn{Source: guest, To: member, Powers: chat.MayKill})
	if c.SourceBytes(1) != 0 || c.SourceBytes(9) != len("mina!@") || c.Operators() != 1 || c.Invisible() != 1 {
		t.Errorf("after signing in: %d, %d bytes, %d operators", c.SourceBytes(1), c.SourceBytes(9), c.Operators())
	}
	c.Rehosted(&chat.HostChanged{Source: member, Host: "tea.house"})
	c.Rehosted(&chat.HostChanged{Source: chat.Source{User: 7}, Host: "tea.house"})
	if c.SourceBytes(9) != len("mina!@tea.house") || c.SourceBytes(7) != 0 {
		t.Errorf("with another host: %d bytes, and %d of nobody", c.SourceBytes(9), c.SourceBytes(7))
	}
	c.Powerless(9)
	other := chat.Source{User: 2, Nick: "jun"}
	c.Came(&other, "Jun", 0)
	c.SignedIn(&chat.SignedIn{Source: other, To: member, Present: true})
	if c.Here() != 1 || c.Operators() != 0 || len(c.Were("jun", 5)) != 1 {
		t.Errorf("%d here, %d operators", c.Here(), c.Operators())
	}
}
