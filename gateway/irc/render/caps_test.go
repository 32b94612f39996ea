package render

import (
	"strings"
	"testing"

	"madang/chat"
	"madang/engine"
)

// clients is what well-known clients ask for of what is on offer, roughly, and whether
// people in Korea run them in CP949.
func clients() []struct {
	name, caps string
	cp949      bool
} {
	return []struct {
		name, caps string
		cp949      bool
	}{
		{"gamja over WebSocket", "away-notify batch cap-notify chghost draft/chathistory draft/read-marker echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix server-time setname userhost-in-names", false},
		{"none at all", "", true},
		{"irssi", "cap-notify multi-prefix extended-join setname invite-notify away-notify chghost server-time userhost-in-names", true},
		{"WeeChat", "away-notify batch cap-notify chghost echo-message extended-join invite-notify message-tags multi-prefix server-time setname userhost-in-names", true},
		{"HexChat", "away-notify cap-notify chghost extended-join extended-monitor invite-notify message-tags multi-prefix server-time setname userhost-in-names", true},
		{"mIRC", "away-notify chghost extended-join invite-notify multi-prefix server-time userhost-in-names", true},
		{"The Lounge", "away-notify batch cap-notify chghost echo-message extended-join extended-monitor invite-notify message-tags multi-prefix server-time setname userhost-in-names", false},
		{"Halloy", "away-notify batch chghost echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix server-time setname userhost-in-names", false},
		{"goguma", "away-notify batch chghost draft/pre-away echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names server-time setname", false},
		{"Konversation", "away-notify cap-notify chghost extended-join multi-prefix server-time userhost-in-names", false},
	}
}

// capsNamed reads a list of capabilities, all of which must be on offer.
func capsNamed(t *testing.T, list string) (set Caps) {
	t.Helper()
	for _, name := range strings.Fields(list) {
		before := set
		for _, o := range offers {
			if o.name == name {
				set |= o.bit
			}
		}
		if set == before {
			t.Fatalf("%s is not on offer", name)
		}
	}
	return set
}

// However the clients in a room differ, what is said is rendered at most eight times.
func TestFormsOfARoom(t *testing.T) {
	const most = 8
	forms := map[engine.Form]int{}
	kinds := clients()
	for member := range 1000 {
		k := kinds[member%len(kinds)]
		form := capsNamed(t, k.caps).Form(k.cp949 && member%2 == 0)
		if strings.HasSuffix(k.name, "WebSocket") {
			form |= FormText
		}
		forms[form]++
	}
	if len(forms) < len(kinds)/2 {
		t.Fatalf("only %d forms: nothing is mixed", len(forms))
	}
	for k := chat.Kind(1); k < chat.KindsEnd; k++ {
		live := map[engine.Form]bool{}
		for form := range forms {
			live[form&Mask(k)] = true
		}
		if len(live) > most {
			t.Errorf("kind %d is rendered in %d forms", k, len(live))
		}
	}
}

// Only capabilities that change events are part of a form.
func TestFormOfCapabilities(t *testing.T) {
	plain := AllCaps().Form(false)
	if want := fTags | fTime | fJoin | fAway | fName | fGuest | fAccount | fTag | fOper | fHost | fSeveral | fRedact | fEdit | fRename | fRead | fRelay; plain != want {
		t.Errorf("with all capabilities the form is %x, want %x", plain, want)
	}
}

// Offers are listed by name, as clients are told them.
func TestOffersAreInOrder(t *testing.T) {
	for i := range offers[1:] {
		if offers[i].name >= offers[i+1].name {
			t.Errorf("%s stands before %s", offers[i].name, offers[i+1].name)
		}
	}
}
