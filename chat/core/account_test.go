package core_test

import (
	"fmt"
	"strings"
	"testing"

	"madang/chat"
	"madang/chat/core"
)

// accountWords are the words of events of accounts and sessions.
func accountWords(e chat.Event) string {
	switch e := e.(type) {
	case *chat.SessionAdded:
		return fmt.Sprintf("%s comes again, to %d rooms", e.Source.Nick, len(e.Rooms)) + strings.Repeat(", back", count(e.Back))
	case *chat.SessionEnded:
		return e.Source.Nick + " leaves one session" + strings.Repeat(", the last", count(e.Last)) + strings.Repeat(", killed by "+e.By, count(e.Killed))
	case *chat.AccountMade:
		return "account " + e.Account.Name + strings.Repeat(" is "+e.Source.Nick, count(e.Became))
	case *chat.AccountChanged:
		return e.Source.Nick + " changes account " + e.Name
	case *chat.AccountDeleted:
		return e.Source.Nick + " deletes account " + e.Name
	case *chat.SignedIn:
		return e.Source.Nick + " is " + e.To.Account + strings.Repeat(", who is here", count(e.Present))
	case *chat.Stayed:
		return e.User.Nick + map[bool]string{true: " stays", false: " stays no more"}[e.On] + fmt.Sprintf(" in %d rooms", len(e.Rooms))
	case *chat.InvitationMade:
		return "an invitation"
	case *chat.MarkSet:
		return fmt.Sprintf("%s has read %s%s to %d", e.Source.Nick, e.RoomName, e.Nick, e.Number)
	}
	return fmt.Sprintf("%T?", e)
}

func (p person) registers(name string) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.Register{Session: s, Name: name, Password: "verifier"}
	})
}

// login is a checked credential of an account as it is now.
func (w *world) login(name string) chat.Login {
	w.t.Helper()
	a := w.state.AccountByName(name)
	if a == nil {
		return chat.Login{Account: 1 << 40}
	}
	return chat.Login{Account: a.User(), Serial: a.Record().Serial}
}

func (p person) signsIn(name string) deed {
	return func(w *world) chat.Command { return &chat.SignIn{Session: w.session(p), Login: w.login(name)} }
}

// comesAs is a session that signs in before it comes.
func (p person) comesAs(name string) deed {
	return func(w *world) chat.Command {
		attach := p.comes()(w).(*chat.Attach)
		attach.Login = w.login(name)
		return attach
	}
}

func (p person) changes(account string, changes ...chat.AccountChange) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.ChangeAccount{Session: s, Account: account, Changes: changes}
	})
}

func (p person) staysOn(on bool) deed {
	return p.changes("", chat.AccountChange{Aspect: chat.AlwaysOn, Add: on})
}

func (p person) claims() deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.ClaimServer{Session: s} })
}

func TestRegister(t *testing.T) {
	runScenes(t, []scene{
		{"a guest becomes the account", nil, alice.registers("alice"), "account alice is alice"},
		{"once", given(alice.registers("alice")), alice.registers("other"), "no: already signed in"},
		{"under another name than the nick", nil, alice.registers("minji"), "account minji is alice"},
		{"not under the nick of another", nil, alice.registers("Bob"), "no: account taken"},
		{"not under an account's name", given(alice.registers("minji")), bob.registers("Minji"), "no: account taken"},
		{"not under one that looks like it", given(alice.registers("minji")), bob.registers("rninji"), "no: nick reserved"},
		{"nor with a zero for an o", given(alice.registers("rob")), bob.registers("r0b"), "no: nick reserved"},
		{"and nobody may be called so", given(alice.registers("minji")), bob.becomes("rninji"), "no: nick reserved"},
		{"but the account's user", given(alice.registers("minji")), alice.becomes("Minji"), "alice becomes Minji"},
		{"no legal name", nil, alice.registers("a b"), "no: account invalid"},
		{"somebody who is not here yet", nil, late.registers("late"), "account late"},
	})
}

func TestRegistrationPolicies(t *testing.T) {
	w := newWorld(t)
	limits := w.state.Limits()
	limits.Registration = chat.ByOperators
	w.state.SetLimits(limits)
	if d := w.do(alice.registers("alice")); d.Refusal == nil || d.Refusal.Code != chat.RegistrationClosed {
		t.Errorf("got %s", words(d))
	}
	other := console.with(func(s chat.SessionID) chat.Command {
		return &chat.Register{Session: s, Name: "minji", Password: "v", Other: true}
	})
	if got := words(w.do(other)); got != "account minji" {
		t.Errorf("the console: %s", got)
	}
	limits.Registration = chat.ByInvitation
	w.state.SetLimits(limits)
	code := chat.Digest{1}
	w.must(console.with(func(s chat.SessionID) chat.Command { return &chat.MakeInvitation{Session: s, Digest: code, Uses: 1} }))
	invited := func(p person, name string, code chat.Digest) deed {
		return p.with(func(s chat.SessionID) chat.Command {
			return &chat.Register{Session: s, Name: name, Password: "v", Invitation: code}
		})
	}
	for _, step := range []struct {
		deed deed
		want string
	}{
		{alice.registers("alice"), "no: need invitation code"},
		{invited(alice, "alice", chat.Digest{2}), "no: wrong code"},
		{invited(alice, "alice", code), "account alice is alice"},
		{invited(bob, "bob", code), "no: wrong code"},
	} {
		if got := words(w.do(step.deed)); !strings.HasPrefix(got, step.want) {
			t.Errorf("got %s, want %s", got, step.want)
		}
	}
}

func TestSignIn(t *testing.T) {
	gone := given(alice.registers("minji"), alice.joins("#yard"), bob.joins("#yard"), alice.goes())
	here := given(alice.registers("minji"), alice.joins("#yard"), bob.joins("#bobs"))
	runScenes(t, []scene{
		{"the guest goes on as the account", gone, bob.signsIn("minji"), "bob is minji"},
		{"or his session enters the user who is here", here, carol.signsIn("minji"), "carol is minji, who is here"},
		{"and his own room vanishes", here, bob.signsIn("minji"), "bob is minji, who is here; #bobs vanishes"},
		{"to sign in again says nothing new", here, alice.signsIn("minji"), ""},
		{"nobody", nil, bob.signsIn("nobody"), "no: wrong credentials"},
		{"before coming", gone, late.comesAs("minji"), "late comes"},
		{"before coming, to a user who is here", here, late.comesAs("minji"), "alice comes again, to 1 rooms"},
	})
}

func TestSignedInGuestKeepsHisRoomsAndRanks(t *testing.T) {
	w := newWorld(t)
	for _, d := range given(alice.registers("minji"), alice.goes(), bob.joins("#yard"), carol.joins("#yard"), bob.signsIn("minji")) {
		w.must(d)
	}
	u, a := w.user(bob), w.state.AccountByName("minji")
	room := w.state.RoomByName("#yard")
	rank, member := room.RankOf(u)
	if u.ID() != a.User() || !member || rank != chat.Operator || room.Size() != 2 || u.Account() != "minji" {
		t.Errorf("he is %d (account %d), member %v, rank %v of %d", u.ID(), a.User(), member, rank, room.Size())
	}
}

func TestSessions(t *testing.T) {
	two := given(alice.registers("minji"), alice.joins("#yard"), late.comesAs("minji"))
	stays := given(alice.registers("minji"), alice.joins("#yard"), alice.staysOn(true))
	runScenes(t, []scene{
		{"one of two ends", two, alice.goes(), "alice leaves one session"},
		{"then the last", also(two, alice.goes()), late.goes(), "alice goes; #yard vanishes"},
		{"both in one name", two, late.says("#yard", "hi"), "alice to #yard 1: hi"},
		{"the last of somebody who stays", stays, alice.goes(), "alice away: not connected; alice leaves one session, the last"},
		{"who comes back", also(stays, alice.goes()), late.comesAs("minji"), "alice comes again, to 1 rooms, back; alice away: "},
		{"and is there for others meanwhile", also(stays, alice.goes()), bob.says("alice", "hi"), "bob to alice 1: hi"},
		{"who wants to stay", given(alice.registers("minji"), alice.joins("#yard")), alice.staysOn(true), "alice changes account minji; alice stays in 1 rooms"},
		{"or not any more", stays, alice.staysOn(false), "alice changes account minji; alice stays no more in 1 rooms"},
		{"an operator ends it without a session", also(stays, alice.goes()),
			console.changes("minji", chat.AccountChange{Aspect: chat.AlwaysOn}), "*madang* changes account minji; alice stays no more in 1 rooms; alice parts #yard; alice goes; #yard vanishes"},
		{"killed, he stays", stays, console.with(func(s chat.SessionID) chat.Command { return &chat.Kill{Session: s, Nick: "alice", Reason: "enough"} }),
			"alice away: not connected; alice leaves one session, the last, killed by *madang*"},
		{"suspended, he goes", stays, console.changes("minji", chat.AccountChange{Aspect: chat.Suspended, Text: "spam"}),
			"*madang* changes account minji; alice killed by *madang*; #yard vanishes"},
		{"and comes no more", also(stays, console.changes("minji", chat.AccountChange{Aspect: chat.Suspended, Text: "spam"})), late.comesAs("minji"),
			"no: account suspended"},
		{"one session at a time", given(alice.registers("minji"), alice.changes("", chat.AccountChange{Aspect: chat.OneSession, Add: true})), late.comesAs("minji"),
			"no: only session"},
		{"all others ended", two, alice.with(func(s chat.SessionID) chat.Command { return &chat.EndSession{Session: s} }), "alice leaves one session, killed by alice"},
		{"the account deleted", stays, alice.with(func(s chat.SessionID) chat.Command { return &chat.DeleteAccount{Session: s} }),
			"alice stays no more in 1 rooms; alice deletes account minji"},
	})
}

// Who is always on is there after a crash; everybody else is not.
func TestAlwaysOnOutlivesTheNode(t *testing.T) {
	w := newWorld(t)
	for _, d := range given(alice.registers("minji"), alice.joins("#yard"), bob.joins("#yard"), alice.staysOn(true), bob.registers("bob"), starts(1)) {
		w.must(d)
	}
	room := w.state.RoomByName("#yard")
	if room.Size() != 1 || w.state.UserByNick("bob") != nil {
		t.Errorf("%d are in the room", room.Size())
	}
	u := w.state.UserByNick("alice")
	if u == nil || u.Away() != chat.NotConnected {
		t.Fatalf("alice is %+v", u)
	}
	w.must(late.comesAs("minji"))
	if u.Away() != "" || len(u.Sessions()) != 1 {
		t.Errorf("back, she is away %q with %d sessions", u.Away(), len(u.Sessions()))
	}
}

// The journal holds durable events alone; who is always on is the same in a state that
// was made from them.
func TestAlwaysOnIsReplayed(t *testing.T) {
	w := newWorld(t)
	replica := core.New(w.state.Limits())
	follow := func(events []chat.Event) {
		for _, e := range events {
			if e.Class() == chat.Durable {
				replica.Apply(e)
			}
		}
	}
	follow([]chat.Event{&chat.NodeStarted{Node: 1, Time: noon}})
	for _, d := range given(
		alice.registers("minji"), alice.joins("#before"), bob.joins("#before"), alice.staysOn(true), alice.joins("#yard"), bob.joins("#yard"),
		alice.becomes("민지"), alice.says("#yard", "hi bob"), bob.says("#yard", "민지: hello"), alice.parts("#before"),
		bob.registers("bob"), bob.staysOn(true), bob.kicks("민지", "#before"), bob.goes(), starts(1),
	) {
		decision := w.do(d)
		follow(decision.Events)
	}
	if got, want := membersOf(replica), membersOf(w.state); got != want {
		t.Errorf("replayed %s, want %s", got, want)
	}
	a, b := replica.AccountByName("minji").Record(), w.state.AccountByName("minji").Record()
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("replayed account\n%v\nwant\n%v", a, b)
	}
}

func membersOf(s *core.State) string {
	var out []string
	for r := range s.Rooms() {
		for m := range r.Members() {
			out = append(out, r.Name()+"/"+rankWords(m.Rank)+m.User.Nick())
		}
	}
	return strings.Join(out, " ")
}

func TestUnread(t *testing.T) {
	w := newWorld(t)
	check := func(when string, messages, mentions int) {
		t.Helper()
		a := w.state.AccountByName("minji")
		n, m := w.state.Unread(a, w.state.RoomByName("#yard").ID())
		if n != messages || m != mentions {
			t.Errorf("%s: %d unread, %d mention her; want %d and %d", when, n, m, messages, mentions)
		}
	}
	for _, d := range given(bob.joins("#yard"), bob.says("#yard", "before"), alice.registers("minji"), alice.staysOn(true), alice.joins("#yard")) {
		w.must(d)
	}
	check("on joining", 0, 0)
	w.must(alice.says("#yard", "hi"))
	check("after her own word", 0, 0)
	w.must(bob.says("#yard", "ALICE, look"))
	w.must(bob.says("#yard", "malice"))
	check("after two words", 2, 1)
	w.must(alice.with(func(s chat.SessionID) chat.Command {
		return &chat.SetMark{Session: s, Conversation: w.state.RoomByName("#yard").ID(), Number: 3, Time: w.now}
	}))
	check("one read", 1, 0)
	w.must(alice.with(func(s chat.SessionID) chat.Command {
		return &chat.SetMark{Session: s, Conversation: w.state.RoomByName("#yard").ID(), Number: 99, Time: w.now + 1}
	}))
	check("all read", 0, 0)
}

func TestAppPasswords(t *testing.T) {
	token := func(rooms []string, readOnly bool) deed {
		return alice.changes("", chat.AccountChange{Aspect: chat.AppPassword, Add: true, Text: "t",
			Token: chat.TokenRecord{ID: "t", Digest: chat.Digest{1}, Rooms: rooms, ReadOnly: readOnly, Expires: noon + chat.Day}})
	}
	bot := func(next ...deed) []deed {
		return append(next, func(w *world) chat.Command {
			attach := late.comesAs("minji")(w).(*chat.Attach)
			attach.Login.Token = "t"
			return attach
		})
	}
	registered := given(alice.registers("minji"), alice.joins("#yard"), alice.joins("#other"))
	runScenes(t, []scene{
		{"speaks where it may", bot(also(registered, token([]string{"#Yard"}, false))...), late.says("#yard", "hi"), "alice to #yard 1: hi"},
		{"not elsewhere", bot(also(registered, token([]string{"#yard"}, false))...), late.says("#other", "hi"), "no: out of scope"},
		{"not to people", bot(also(registered, token([]string{"#yard"}, false))...), late.says("bob", "hi"), "no: out of scope"},
		{"nor at all when it only reads", bot(also(registered, token(nil, true))...), late.says("#yard", "hi"), "no: out of scope"},
		{"nor when it was taken away", append(bot(also(registered, token(nil, false))...), alice.changes("", chat.AccountChange{Aspect: chat.AppPassword, Text: "t"})),
			late.says("#yard", "hi"), "no: no such session"},
		{"nor changes the account", bot(also(registered, token(nil, false))...), late.staysOn(true), "no: out of scope"},
		{"nor uses its powers", bot(also(registered, alice.claims(), token(nil, false))...),
			late.with(func(s chat.SessionID) chat.Command { return &chat.Kill{Session: s, Nick: "bob"} }), "no: need operator"},
		{"expires", also(registered, token(nil, false), after(2*chat.Day)), bot()[0], "no: wrong credentials"},
	})
}

func TestPowers(t *testing.T) {
	kill := func(p person) deed {
		return p.with(func(s chat.SessionID) chat.Command { return &chat.Kill{Session: s, Nick: "bob", Reason: "enough"} })
	}
	operator := given(alice.registers("alice"), alice.claims())
	powers := func(p chat.Permission) chat.AccountChange { return chat.AccountChange{Aspect: chat.Powers, Powers: p} }
	runScenes(t, []scene{
		{"the first operator has them", operator, kill(alice), "bob killed by alice"},
		{"and is the only one who can claim them", also(operator, carol.registers("carol")), carol.claims(), "no: wrong code"},
		{"a guest cannot", nil, alice.claims(), "no: need account"},
		{"they can be given on", also(operator, carol.registers("carol"), alice.changes("carol", powers(chat.MayKill))), kill(carol), "bob killed by carol"},
		{"but not beyond one's own", also(operator, carol.registers("carol"), bob.registers("bob"), alice.changes("carol", powers(chat.MayRegister))),
			carol.changes("bob", powers(chat.MayBan)), "no: need operator"},
		{"nor to oneself", given(carol.registers("carol")), carol.changes("", powers(chat.MayBan)), "no: need account"},
		{"nor taken by who has fewer, with the account", also(operator, carol.registers("carol"), alice.changes("carol", powers(chat.MayRegister))),
			carol.changes("alice", chat.AccountChange{Aspect: chat.Password, Text: "mine"}), "no: need operator"},
		{"nor ended", also(operator, carol.registers("carol"), alice.changes("carol", powers(chat.MayRegister))),
			carol.with(func(s chat.SessionID) chat.Command { return &chat.DeleteAccount{Session: s, Account: "alice"} }), "no: need operator"},
		{"nor by name", given(carol.registers("carol")), carol.changes("carol", powers(chat.MayBan)), "no: need operator"},
		{"they can be taken", also(operator, console.changes("alice", powers(chat.NoPermission))), kill(alice), "no: need operator"},
		{"a password outdates what was checked before", nil, func(w *world) chat.Command {
			w.must(alice.registers("minji"))
			login := w.login("minji")
			w.must(alice.changes("", chat.AccountChange{Aspect: chat.Password, Text: "other"}))
			return &chat.SignIn{Session: w.session(bob), Login: login}
		}, "no: credentials changed"},
	})
}

func TestAudit(t *testing.T) {
	w := newWorld(t)
	last := func(d deed) *chat.Audited {
		t.Helper()
		for _, e := range w.must(d) {
			if note, ok := e.(*chat.Audited); ok {
				return note
			}
		}
		return nil
	}
	w.must(alice.joins("#yard"))
	if note := last(alice.kicks("alice", "#yard")); note != nil {
		t.Errorf("an operator of a room was recorded: %+v", note)
	}
	w.must(alice.registers("alice"))
	if note := last(alice.claims()); note == nil || note.Action != "claim" || note.Account != "alice" {
		t.Errorf("claim: %+v", note)
	}
	lobby := &chat.OpenRoom{Room: "#lobby", Permanent: true, Lobby: true}
	if note := last(func(*world) chat.Command { return lobby }); note != nil {
		t.Errorf("the server's lobby: %+v", note)
	}
	if note := last(console.opens("#hall", true)); note == nil || note.Action != "open-room" || note.Text != "permanent" {
		t.Errorf("a permanent room: %+v", note)
	}
	w.must(bob.joins("#bobs"))
	if note := last(alice.kicks("bob", "#bobs")); note == nil || note.Action != "kick" || note.Object != "#bobs" {
		t.Errorf("a kick by power alone: %+v", note)
	}
	note := last(console.changes("alice", chat.AccountChange{Aspect: chat.Password, Text: "SECRET"}))
	if note == nil || note.By != chat.ConsoleNick || strings.Contains(fmt.Sprint(note), "SECRET") {
		t.Errorf("a change by the console: %+v", note)
	}
}

// Invitations that are over make room for new ones, and leave no trace in snapshots then.
func TestExpiredInvitationsMakeRoom(t *testing.T) {
	w := newWorld(t)
	limits := w.state.Limits()
	limits.ListEntries = 2
	w.state.SetLimits(limits)
	n := byte(0)
	invites := func(expires chat.Time) deed {
		n++
		c := &chat.MakeInvitation{Digest: chat.Digest{n}, Uses: 1, Expires: expires}
		return func(*world) chat.Command { return c }
	}
	w.must(invites(noon + chat.Hour))
	w.must(invites(0))
	if d := w.do(invites(0)); d.Refusal == nil || d.Refusal.Code != chat.ListFull {
		t.Errorf("one too many: %s", words(d))
	}
	w.must(later(chat.Hour, invites(noon+chat.Day)))
	if got := w.state.Snapshot().Invitations; len(got) != 2 || got[0].Digest[0] != 2 || got[1].Digest[0] != 4 {
		t.Errorf("the snapshot has %+v", got)
	}
	w.must(later(chat.Day, alice.joins("#yard")))
	if got := w.state.Snapshot().Invitations; len(got) != 1 {
		t.Errorf("a day later the snapshot has %+v", got)
	}
}

// Where somebody who is always on left off is known after a crash, as far as it was
// written down; who was connected left off at the crash.
func TestWhereSomebodyLeftOff(t *testing.T) {
	attends := func(w *world) chat.Command { return &chat.Attend{User: w.state.AccountByName("minji").User()} }
	for _, play := range []struct {
		name  string
		given []deed
		left  func(w *world, away, crash chat.Position) chat.Position
	}{
		{"away since before", given(alice.goes(), attends), func(_ *world, away, _ chat.Position) chat.Position { return away }},
		{"connected till the end", nil, func(_ *world, _, crash chat.Position) chat.Position { return crash }},
		{"came back in time", given(alice.goes(), attends, late.comesAs("minji"), attends), func(_ *world, _, crash chat.Position) chat.Position { return crash }},
	} {
		t.Run(play.name, func(t *testing.T) {
			w := newWorld(t)
			for _, d := range given(alice.registers("minji"), alice.staysOn(true), alice.joins("#yard"), bob.joins("#yard")) {
				w.must(d)
			}
			away := w.state.Position()
			for _, d := range play.given {
				w.must(d)
			}
			w.must(bob.says("#yard", "hi"))
			w.must(starts(1))
			crash := w.state.Position()
			events := w.must(console.with(func(chat.SessionID) chat.Command { return carol.comesAs("minji")(w) }))
			added, ok := events[0].(*chat.SessionAdded)
			if want := play.left(w, away, crash); !ok || added.Left != want {
				t.Errorf("she left off at %+v, want %d", events[0], want)
			}
		})
	}
}

// A guest who signs in to an operator's account is one, whether he stays from then on or not.
func TestOperatorsSignIn(t *testing.T) {
	for _, always := range []bool{false, true} {
		w := newWorld(t)
		w.must(offline("minji"))
		w.must(console.changes("minji", chat.AccountChange{Aspect: chat.Powers, Add: true, Powers: chat.MayRule}))
		if always {
			w.must(console.changes("minji", chat.AccountChange{Aspect: chat.AlwaysOn, Add: true}))
		}
		w.must(carol.joins("#yard"))
		w.must(carol.signsIn("minji"))
		u := w.user(carol)
		if !u.Has(chat.ServerOperator) || !u.May(chat.MayRule) || !u.Source().Operator {
			t.Errorf("always %v: %v %v", always, u.Flags(), u.May(chat.MayRule))
		}
	}
}
