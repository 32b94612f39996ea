package core_test

import (
	"testing"

	"madang/chat"
	"madang/chat/core"
)

// tokened is a world where late is a session of alice, who is minji, by an app password
// for rooms; minji has every power, and is in #yard and #other.
func tokened(t *testing.T, token chat.TokenRecord) *world {
	t.Helper()
	w := newWorld(t)
	token.ID, token.Digest = "t", chat.Digest{1}
	for _, d := range given(
		alice.registers("minji"), alice.claims(), bob.joins("#other"), alice.joins("#yard"), alice.joins("#other"), bob.says("alice", "psst"),
		alice.changes("", chat.AccountChange{Aspect: chat.AppPassword, Add: true, Text: "t", Token: token}),
	) {
		w.must(d)
	}
	attach := late.comesAs("minji")(w).(*chat.Attach)
	attach.Login.Token = "t"
	w.must(func(*world) chat.Command { return attach })
	return w
}

// deeds are what a session may try beside speaking, by name.
func deeds(p person) map[string]deed {
	as := func(f func(s chat.SessionID) chat.Command) deed { return p.with(f) }
	return map[string]deed{
		"part":     p.parts("#other"),
		"nick":     p.becomes("other"),
		"away":     as(func(s chat.SessionID) chat.Command { return &chat.SetAway{Session: s, Text: "gone"} }),
		"realname": as(func(s chat.SessionID) chat.Command { return &chat.ChangeRealname{Session: s, Realname: "x"} }),
		"flags":    p.flags(chat.Bot, 0),
		"oper":     p.becomesOperator(),
		"claim":    p.claims(),
		"invite":   p.invites("carol", "#other"),
		"kick":     p.kicks("bob", "#other"),
		"topic":    p.topics("#other", "x"),
		"mode":     p.sets("#other", on(chat.Secret)),
		"join":     p.joins("#third"),
		"knock":    as(func(s chat.SessionID) chat.Command { return &chat.Knock{Session: s, Room: "#other"} }),
		"rename":   as(func(s chat.SessionID) chat.Command { return &chat.RenameRoom{Session: s, Room: "#other", Name: "#x"} }),
		"trust":    as(func(s chat.SessionID) chat.Command { return &chat.Trust{Session: s, Nick: "bob"} }),
		"describe": as(func(s chat.SessionID) chat.Command { return &chat.SetMetadata{Session: s, Key: "url", Value: "x"} }),
		"sign":     as(func(s chat.SessionID) chat.Command { return &chat.EndSession{Session: s} }),
		"delete":   as(func(s chat.SessionID) chat.Command { return &chat.DeleteAccount{Session: s} }),
		"mark": func(w *world) chat.Command {
			return &chat.SetMark{Session: w.session(p), Conversation: w.state.RoomByName("#other").ID(), Number: 1, Time: 1}
		},
	}
}

func TestAppPasswordsActInTheirRoomsOnly(t *testing.T) {
	for name, d := range deeds(late) {
		if got := tokened(t, chat.TokenRecord{Rooms: []string{"#yard"}}).do(d); got.Refusal == nil {
			t.Errorf("%s: %s", name, words(got))
		}
	}
}

func TestAppPasswordsReadInTheirRoomsOnly(t *testing.T) {
	w := tokened(t, chat.TokenRecord{Rooms: []string{"#yard"}})
	yard, other := w.state.RoomByName("#yard").ID(), w.state.RoomByName("#other").ID()
	direct, ok := w.state.Direct(w.user(alice).ID(), w.user(bob).ID())
	id := w.session(late)
	if !ok || !w.state.MayRead(id, yard, w.now) || w.state.MayRead(id, other, w.now) || w.state.MayRead(id, direct, w.now) {
		t.Error("MayRead does not look at the rooms of an app password")
	}
	if got := w.state.Readable(id); len(got) != 1 || got[0] != yard {
		t.Errorf("Readable: %d", got)
	}
	if got := w.state.Readable(w.session(alice)); len(got) != 3 {
		t.Errorf("Readable by the account itself: %d", got)
	}
}

// Who may only read takes his account out of no room.
func TestReadOnlyAppPasswordsLeaveNoRoom(t *testing.T) {
	w := tokened(t, chat.TokenRecord{ReadOnly: true})
	if got := w.do(late.parts("#yard")); got.Refusal == nil || got.Refusal.Code != chat.OutOfScope {
		t.Error(words(got))
	}
	w.must(alice.parts("#yard"))
}

// An app password never carries powers, not even where its session may act.
func TestAppPasswordsCarryNoPowers(t *testing.T) {
	w := tokened(t, chat.TokenRecord{})
	for name, d := range map[string]deed{
		"mode": late.sets("#other", on(chat.Secret)), "give": late.sets("#other", raise("alice", chat.Owner)),
		"kick": late.kicks("bob", "#other"), "topic": late.topics("#other", "x"), "oper": late.becomesOperator(),
		"relay": late.saysWith(chat.Say{Text: "hi", As: "x/y"}, "#other"),
	} {
		if got := w.do(d); got.Refusal == nil && len(got.Events) > 0 {
			t.Errorf("%s: %s", name, words(got))
		}
	}
	w.must(carol.joins("#hidden"))
	w.must(carol.sets("#hidden", on(chat.Secret)))
	hidden := w.state.RoomByName("#hidden")
	if !w.state.MaySeeRoom(w.user(alice), hidden) || w.state.MaySeeRoom(w.user(late), hidden) {
		t.Error("who came with an app password sees what its account may see by its powers")
	}
	if u := w.user(late); u.Has(chat.ServerOperator) || !u.Is(w.user(alice)) || !w.state.MaySeeUser(u, w.user(alice)) {
		t.Error("who came with an app password is another, or an operator")
	}
}

// Who had an app password that was taken away, or is over, does not go on listening.
func TestAppPasswordsEndWithTheirSessions(t *testing.T) {
	w := tokened(t, chat.TokenRecord{})
	w.must(alice.changes("", chat.AccountChange{Aspect: chat.AppPassword, Text: "t"}))
	if w.state.UserOf(w.session(late)) != nil || w.state.UserOf(w.session(alice)) == nil {
		t.Error("revoked: not exactly the app's session ended")
	}
	w = tokened(t, chat.TokenRecord{Expires: noon + chat.Day})
	w.must(after(chat.Day / 2))
	if w.state.UserOf(w.session(late)) == nil {
		t.Error("half a day early")
	}
	w.must(after(chat.Day))
	if w.state.UserOf(w.session(late)) != nil || w.state.UserOf(w.session(alice)) == nil {
		t.Error("expired: not exactly the app's session ended")
	}
}

// Of rooms that an app password is not for its session is told nothing, whoever is in
// them: they look as if they were not there.
func TestAppPasswordsAreToldOfTheirRoomsOnly(t *testing.T) {
	w := tokened(t, chat.TokenRecord{Rooms: []string{"#yard"}})
	viewer, all := w.user(late), w.user(alice)
	yard, other := w.state.RoomByName("#yard"), w.state.RoomByName("#other")
	if !w.state.MaySeeRoom(viewer, yard) || w.state.MaySeeRoom(viewer, other) || !w.state.MaySeeRoom(all, other) {
		t.Error("MaySeeRoom")
	}
	names := func(v *core.User) (text string) {
		for r := range w.state.VisibleRooms(v) {
			text += r.Name()
		}
		text += " of"
		for r := range w.state.VisibleRoomsOf(v, all) {
			text += " " + r.Name()
		}
		text += " in"
		for r := range v.Rooms() {
			text += " " + r.Name()
		}
		for m := range w.state.VisibleMembers(v, other) {
			text += " " + m.User.Nick()
		}
		return text
	}
	if got := names(viewer); got != "#yard of #yard in #yard" {
		t.Error(got)
	}
	if got := names(all); got != "#yard#other of #yard #other in #yard #other bob alice" && got != "#other#yard of #other #yard in #other #yard alice bob" {
		t.Error(got)
	}
	if _, in := other.RankOf(viewer); in || other.Standing(viewer) != chat.NoRank {
		t.Error("RankOf, Standing")
	}
	w.must(carol.joins("#third"))
	w.must(carol.invites("alice", "#third"))
	for r := range w.state.InvitedTo(viewer) {
		t.Errorf("invited to %s", r.Name())
	}
	w.must(bob.flags(chat.Invisible, 0))
	if w.state.MaySeeUser(viewer, w.user(bob)) || !w.state.MaySeeUser(all, w.user(bob)) {
		t.Error("MaySeeUser looks at rooms that the app password is not for")
	}
	for _, room := range []string{"#other", "#nowhere"} {
		for name, d := range map[string]deed{
			"join": late.joins(room), "part": late.parts(room), "topic": late.topics(room, "x"), "kick": late.kicks("bob", room),
			"knock":  late.with(func(s chat.SessionID) chat.Command { return &chat.Knock{Session: s, Room: room} }),
			"rename": late.with(func(s chat.SessionID) chat.Command { return &chat.RenameRoom{Session: s, Room: room, Name: "#x"} }),
		} {
			if got := w.do(d); got.Refusal == nil || got.Refusal.Code != chat.OutOfScope {
				t.Errorf("%s of %s tells whether there is such a room: %s", name, room, words(got))
			}
		}
	}
}

// A comma too many in the list of rooms does not make an app password one for all that is
// outside rooms.
func TestRoomsOfAppPasswordsHaveNames(t *testing.T) {
	w := newWorld(t)
	w.must(alice.registers("minji"))
	token := chat.TokenRecord{ID: "t", Digest: chat.Digest{1}, Rooms: []string{"#yard", ""}}
	d := w.do(alice.changes("", chat.AccountChange{Aspect: chat.AppPassword, Add: true, Text: "t", Token: token}))
	if d.Refusal == nil || d.Refusal.Code != chat.BadValue {
		t.Error(words(d))
	}
}
