package config

import (
	"slices"
	"testing"

	"madang/chat"
)

func TestReservedNames(t *testing.T) {
	c, err := Parse("[server]\nname = 'chat.example.org'\nnetwork = 'Yard'\nlobby = '#hall'\n[accounts]\nreserved = ['Boss']\n[[operator]]\nname = 'alice'\npassword_hash = '"+hash+"'", "m")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range c.ReservedNames() {
		got = append(got, n.Shown)
	}
	for _, want := range []string{"chat", "Yard", "hall", "Boss", "alice", "NickServ", "ChanServ", "HistServ"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not among %q", want, got)
		}
	}
}

func TestPermission(t *testing.T) {
	for text, want := range map[string]chat.Permission{
		"": chat.EveryPermission, "all": chat.EveryPermission, "none": chat.NoPermission, "kill, ban": chat.MayKill | chat.MayBan,
	} {
		if got := (&Operator{Powers: text}).Permission(); got != want {
			t.Errorf("%q gives %s", text, got)
		}
	}
}
