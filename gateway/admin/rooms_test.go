package admin_test

import (
	"slices"
	"testing"

	"madang/gateway/admin"
)

// The console shows rooms as they are.
func TestRoomsAreShown(t *testing.T) {
	w := newWorld(t, verifiers())
	w.must(admin.Request{Command: admin.AccountAdd, Account: "mina", Password: "sesame-7-door"}, nil)
	w.must(admin.Request{Command: admin.AccountAdd, Account: "bora", Password: "sesame-7-door"}, nil)
	w.must(admin.Request{Command: admin.RoomOpen, Room: "#yard"}, nil)
	w.must(admin.Request{Command: admin.RoomOpen, Room: "#hall", Permanent: true}, nil)
	w.must(admin.Request{Command: admin.RoomRegister, Room: "#yard", Account: "mina"}, nil)
	w.must(admin.Request{Command: admin.RoomAccess, Room: "#yard", Account: "bora", Rank: "operator"}, nil)
	for name, value := range map[string]string{"secret": "on", "slow": "10", "forward": "#hall", "successor": "bora"} {
		w.must(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: name, Value: value}, nil)
	}
	var rooms []admin.Room
	w.must(admin.Request{Command: admin.RoomList}, &rooms)
	if len(rooms) != 2 || rooms[0].Name != "#hall" || !rooms[0].Permanent || rooms[1].Founder != "mina" || rooms[1].Access != nil {
		t.Errorf("the rooms are %+v", rooms)
	}
	var yard admin.Room
	w.must(admin.Request{Command: admin.RoomShow, Room: "#YARD"}, &yard)
	for name, want := range map[string]string{"secret": "on", "slow": "10", "forward": "#hall", "successor": "bora", "key": "", "limit": ""} {
		if got := yard.Settings[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if want := []admin.Access{{Account: "bora", Rank: "operator"}}; !slices.Equal(yard.Access, want) {
		t.Errorf("access is %v", yard.Access)
	}
	w.refused(admin.Request{Command: admin.RoomShow, Room: "#nowhere"}, "no-such-room", "#nowhere")
}
