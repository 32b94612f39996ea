package core_test

import (
	"iter"
	"slices"
	"testing"

	"madang/chat"
	"madang/chat/core"
)

// roomNames gives the names of rooms in order.
func roomNames(rooms iter.Seq[*core.Room]) (out []string) {
	for r := range rooms {
		out = append(out, r.Name())
	}
	return out
}

func memberNames(members iter.Seq[core.Member]) (out []string) {
	for m := range members {
		out = append(out, m.User.Nick())
	}
	return out
}

// Who may see what of a room in which alice and the invisible carol are, by the kind
// of room and by who looks: somebody outside, a member, an operator of the server.
// The letters: l the room is listed; a, c alice and carol are named as members; A, C
// the room is named among alice's, among carol's; r its history may be read.
func TestVisibility(t *testing.T) {
	kinds := []struct {
		kind                       string
		given                      []deed
		outsider, member, operator string
	}{
		{"open", nil, "laAr", "lacACr", "lacACr"},
		{"secret", given(alice.sets("#yard", on(chat.Secret))), "", "lacACr", "lacAC"},
		{"locked", given(alice.sets("#yard", key("pear"))), "laA", "lacACr", "lacAC"},
		{"invite-only", given(alice.sets("#yard", on(chat.InviteOnly))), "laA", "lacACr", "lacAC"},
		{"secret once", given(alice.sets("#yard", on(chat.Secret)), alice.sets("#yard", off(chat.Secret))), "laA", "lacACr", "lacAC"},
		{"secret long ago", given(console.retains("#yard", 1), alice.sets("#yard", on(chat.Secret)), alice.sets("#yard", off(chat.Secret)), after(chat.Day)), "laAr", "lacACr", "lacACr"},
		{"keeping out the viewer", given(alice.sets("#yard", list(chat.Ban, "bob"))), "laA", "lacACr", "lacAC"},
	}
	viewers := map[string][]deed{"outsider": nil, "member": {bob.joins("#yard")}, "operator": {bob.becomesOperator()}}
	for _, k := range kinds {
		for viewer, entrance := range viewers {
			t.Run(k.kind+"/"+viewer, func(t *testing.T) {
				w := newWorld(t)
				start := given(alice.joins("#yard"), carol.joins("#yard"), carol.flags(chat.Invisible, 0))
				for _, d := range slices.Concat(start, entrance, k.given) {
					w.must(d)
				}
				want := map[string]string{"outsider": k.outsider, "member": k.member, "operator": k.operator}[viewer]
				if got := w.seenBy(bob, "#yard"); got != want {
					t.Errorf("sees %q, want %q", got, want)
				}
			})
		}
	}
}

// seenBy says in letters what somebody may see of a room.
func (w *world) seenBy(viewer person, room string) (letters string) {
	u, r := w.user(viewer), w.state.RoomByName(room)
	mark := func(letter string, seen bool) {
		if seen {
			letters += letter
		}
	}
	mark("l", slices.Contains(roomNames(w.state.VisibleRooms(u)), r.Name()))
	members := memberNames(w.state.VisibleMembers(u, r))
	mark("a", slices.Contains(members, "alice"))
	mark("c", slices.Contains(members, "carol"))
	mark("A", slices.Contains(roomNames(w.state.VisibleRoomsOf(u, w.user(alice))), r.Name()))
	mark("C", slices.Contains(roomNames(w.state.VisibleRoomsOf(u, w.user(carol))), r.Name()))
	mark("r", w.state.MayRead(w.session(viewer), r.ID(), w.now))
	return letters
}

func TestClosedRoomIsSeenByOperatorsAlone(t *testing.T) {
	w := newWorld(t)
	for _, d := range given(alice.joins("#yard"), alice.sets("#yard", key("pear")), alice.says("#yard", "psst"), alice.parts("#yard"), carol.becomesOperator()) {
		w.must(d)
	}
	id := w.state.RoomByName("#yard").ID()
	for p, sees := range map[person]bool{alice: false, bob: false, carol: true} {
		if got := len(roomNames(w.state.VisibleRooms(w.user(p)))) == 1; got != sees {
			t.Errorf("%s sees the closed room: %v", p, got)
		}
		if w.state.MayRead(w.session(p), id, w.now) {
			t.Errorf("%s reads the closed room", p)
		}
	}
	if !w.state.MayRead(chat.Console, id, w.now) {
		t.Error("the console cannot read")
	}
}

func TestInvisibleUsersAreSeenByThoseWhoShareARoom(t *testing.T) {
	w := newWorld(t)
	for _, d := range given(carol.flags(chat.Invisible, 0), carol.joins("#yard"), bob.joins("#yard")) {
		w.must(d)
	}
	hidden := w.user(carol)
	for p, sees := range map[person]bool{alice: false, bob: true, carol: true} {
		if got := w.state.MaySeeUser(w.user(p), hidden); got != sees {
			t.Errorf("%s sees her: %v, want %v", p, got, sees)
		}
	}
	w.must(bob.parts("#yard"))
	if w.state.MaySeeUser(w.user(bob), hidden) {
		t.Error("who left the room still sees her")
	}
}

func TestDirectMessagesAreReadByTheTwo(t *testing.T) {
	w := newWorld(t)
	w.must(alice.says("bob", "hi"))
	w.must(carol.becomesOperator())
	id, ok := w.state.Direct(w.user(bob).ID(), w.user(alice).ID())
	if !ok {
		t.Fatal("there is no conversation")
	}
	for p, may := range map[person]bool{alice: true, bob: true, carol: false} {
		if got := w.state.MayRead(w.session(p), id, w.now); got != may {
			t.Errorf("%s may read: %v", p, got)
		}
		if got := slices.Contains(w.state.Readable(w.session(p)), id); got != may {
			t.Errorf("%s may search: %v", p, got)
		}
	}
	w.must(bob.goes())
	w.must(bob.comes())
	if w.state.MayRead(w.session(bob), id, w.now) {
		t.Error("who takes a nick reads what its last owner was told")
	}
}

func TestReadable(t *testing.T) {
	w := newWorld(t)
	for _, d := range given(bob.joins("#a"), alice.joins("#b"), alice.says("carol", "hi"), alice.joins("#c")) {
		w.must(d)
	}
	direct, _ := w.state.Direct(w.user(alice).ID(), w.user(carol).ID())
	want := []chat.ConversationID{w.state.RoomByName("#b").ID(), direct, w.state.RoomByName("#c").ID()}
	if got := w.state.Readable(w.session(alice)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := w.state.Readable(w.session(late)); got != nil {
		t.Errorf("who is not there may search %v", got)
	}
}

// Whom an event is shown to.
func TestAudience(t *testing.T) {
	w := newWorld(t)
	w.must(alice.joins("#yard"))
	w.must(bob.joins("#yard"))
	room, a, b := w.state.RoomByName("#yard").ID(), w.user(alice).ID(), w.user(bob).ID()
	cases := []struct {
		deed deed
		want chat.Audience
	}{
		{alice.says("#yard", "hi"), chat.Audience{Room: room}},
		{alice.says("bob", "hi"), chat.Audience{Users: [2]chat.UserID{a, b}}},
		{bob.saysWith(chat.Say{AtLeast: chat.Operator, Text: "hi"}, "#yard"), chat.Audience{Only: []chat.UserID{a}}},
		{alice.saysWith(chat.Say{Kind: chat.Typed}, "#yard"), chat.Audience{Room: room}},
		{alice.saysWith(chat.Say{Kind: chat.Typed}, "bob"), chat.Audience{Users: [2]chat.UserID{a, b}}},
		{alice.invites("carol", "#yard"), chat.Audience{Room: room, Users: [2]chat.UserID{w.user(carol).ID()}}},
		{alice.becomes("liz"), chat.Audience{Neighbours: a}},
		{alice.goes(), chat.Audience{Neighbours: a}},
		{alice.away("lunch"), chat.Audience{Neighbours: a}},
		{alice.flags(chat.Bot, 0), chat.Audience{Users: [2]chat.UserID{a}}},
		{console.tellsAll("tea", false), chat.Audience{Everybody: true}},
		{console.retains("#yard", 1), chat.Audience{}},
	}
	for _, c := range cases {
		events := w.state.Decide(c.deed(w), w.now).Events
		got := chat.AudienceOf(events[0])
		if got.Room != c.want.Room || got.Users != c.want.Users || got.Neighbours != c.want.Neighbours ||
			got.Everybody != c.want.Everybody || !slices.Equal(got.Only, c.want.Only) {
			t.Errorf("%s: %+v, want %+v", eventWords(events[0]), got, c.want)
		}
	}
}
