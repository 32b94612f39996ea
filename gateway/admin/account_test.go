package admin_test

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/admin"
)

// verifiers stands for the server's hasher.
func verifiers() admin.Services {
	return admin.Services{Verifier: func(_ context.Context, password string) (string, error) {
		if password == "" {
			return "", auth.ErrPassword
		}
		return "verifier of " + password, nil
	}}
}

// record is an account as the core has it.
func (w *world) record(name string) (record chat.AccountRecord) {
	w.Helper()
	err := w.engine.Call(context.Background(), func(l engine.Loop) {
		if a := l.State().AccountByName(name); a != nil {
			record = a.Record()
		}
	})
	if err != nil {
		w.Fatal(err)
	}
	return record
}

// signIn opens a session that is signed in to an account; token may be empty.
func (w *world) signIn(address, account, token string) *peer {
	w.Helper()
	p := w.open(address, "")
	r := w.record(account)
	w.way.Session(w.last()).Post(engine.Line, 0, fmt.Appendf(nil, "login %d %d %s", r.User, r.Serial, token))
	w.engine.Wake()
	for range 2 {
		if err := w.engine.Call(context.Background(), func(engine.Loop) {}); err != nil {
			w.Fatal(err)
		}
	}
	return p
}

// last is the session that was opened last.
func (w *world) last() (id chat.SessionID) {
	w.Helper()
	err := w.engine.Call(context.Background(), func(l engine.Loop) {
		l.Sessions(func(s *engine.Session) {
			if s.ID().N > id.N {
				id = s.ID()
			}
		})
	})
	if err != nil {
		w.Fatal(err)
	}
	return id
}

func TestAccountIsMadeShownAndDeleted(t *testing.T) {
	w := newWorld(t, verifiers())
	var mina admin.Account
	w.must(admin.Request{Command: admin.AccountAdd, Account: "Mina", Password: "secret", Email: "mina@example.org"}, &mina)
	if mina.Name != "Mina" || mina.Email != "mina@example.org" || !mina.Confirmed || !mina.Password || mina.Powers != "none" || mina.Sessions != 0 {
		t.Errorf("made %+v", mina)
	}
	if got := w.record("mina").Password; got != "verifier of secret" {
		t.Errorf("kept %q", got)
	}
	w.refused(admin.Request{Command: admin.AccountAdd, Account: "MINA", Password: "x"}, "account-taken", "is taken")
	w.refused(admin.Request{Command: admin.AccountAdd, Account: "rnina", Password: "x"}, "nick-reserved", "looks like one")
	w.refused(admin.Request{Command: admin.AccountAdd, Account: "a b", Password: "x"}, "account-invalid", "a b")
	w.refused(admin.Request{Command: admin.AccountAdd, Account: "bob"}, "bad-value", "1 to 1024 bytes")
	w.refused(admin.Request{Command: admin.AccountShow, Account: "bob"}, "no-such-account", "There is no account bob.")

	w.must(admin.Request{Command: admin.AccountAdd, Account: "bob", Password: "x"}, nil)
	var list []admin.Account
	w.must(admin.Request{Command: admin.AccountList}, &list)
	if len(list) != 2 || list[0].Name != "Mina" || list[1].Name != "bob" {
		t.Errorf("listed %+v", list)
	}
	w.must(admin.Request{Command: admin.AccountDelete, Account: "bob"}, nil)
	w.refused(admin.Request{Command: admin.AccountDelete, Account: "bob"}, "no-such-account", "no account bob")
}

func TestAccountIsChanged(t *testing.T) {
	w := newWorld(t, verifiers())
	w.must(admin.Request{Command: admin.AccountAdd, Account: "mina", Password: "secret"}, nil)
	var a admin.Account
	w.must(admin.Request{Command: admin.AccountPassword, Account: "mina", Password: "other"}, nil)
	if got := w.record("mina").Password; got != "verifier of other" {
		t.Errorf("kept %q", got)
	}
	for _, test := range []struct{ given, want string }{{"moderator", "kill,ban,rule,see,erase"}, {"admin", "all"}, {"audit,kill", "kill,audit"}, {"none", "none"}} {
		w.must(admin.Request{Command: admin.AccountPowers, Account: "mina", Powers: test.given}, &a)
		if a.Powers != test.want {
			t.Errorf("%s became %s", test.given, a.Powers)
		}
	}
	w.refused(admin.Request{Command: admin.AccountPowers, Account: "mina", Powers: "dance"}, "bad-value", `"dance" names no powers`)
	w.refused(admin.Request{Command: admin.AccountSuspend, Account: "mina"}, "bad-value", "Say why")

	p := w.signIn("192.0.2.1:1", "mina", "")
	w.must(admin.Request{Command: admin.AccountSuspend, Account: "mina", Reason: "noise"}, &a)
	<-p.closed
	if a.Suspended != "noise" || a.Sessions != 0 {
		t.Errorf("suspended %+v", a)
	}
	w.must(admin.Request{Command: admin.AccountResume, Account: "mina"}, &a)
	if a.Suspended != "" {
		t.Errorf("resumed %+v", a)
	}
	w.refused(admin.Request{Command: admin.AccountResume}, "bad-value", "Say whose account.")
}

func TestUnconfirmedAccountIsVerified(t *testing.T) {
	w := newWorld(t, verifiers())
	c := &chat.Register{Session: chat.SessionID{Node: 1, N: 99}, Name: "mina", Password: "v", Email: "m@example.org", Code: gateway.DigestOf("x")}
	if o, err := w.engine.Command(t.Context(), c); err != nil || o.Refusal != nil {
		t.Fatal(o, err)
	}
	var a admin.Account
	w.must(admin.Request{Command: admin.AccountShow, Account: "mina"}, &a)
	if a.Confirmed {
		t.Error("confirmed before anybody said so")
	}
	w.must(admin.Request{Command: admin.AccountVerify, Account: "mina"}, &a)
	if !a.Confirmed {
		t.Error("not confirmed")
	}
}

func TestSessionsOfAnAccount(t *testing.T) {
	w := newWorld(t, verifiers())
	w.must(admin.Request{Command: admin.AccountAdd, Account: "mina", Password: "secret"}, nil)
	token := chat.TokenRecord{ID: "tok", Label: "bot", Digest: gateway.DigestOf("x"), Rooms: []string{"#yard"}, ReadOnly: true}
	if o, err := w.engine.Command(t.Context(), &chat.ChangeAccount{Account: "mina", Changes: []chat.AccountChange{
		{Aspect: chat.AppPassword, Add: true, Text: "tok", Token: token},
	}}); err != nil || o.Refusal != nil {
		t.Fatal(o, err)
	}
	w.must(admin.Request{Command: admin.AccountAlwaysOn, Account: "mina", On: true}, nil)
	phone := w.signIn("192.0.2.1:1", "mina", "")
	bot := w.signIn("192.0.2.2:2", "mina", "tok")
	laptop := w.signIn("192.0.2.3:3", "mina", "")

	var sessions []admin.Session
	w.must(admin.Request{Command: admin.AccountSessions, Account: "Mina"}, &sessions)
	at := time.Unix(1060, 0).UTC()
	want := []admin.Session{
		{ID: 1, Gateway: "second", Address: "192.0.2.1", Since: at},
		{ID: 2, Gateway: "second", Address: "192.0.2.2", Token: "bot", Scope: "read-only #yard", Since: at},
		{ID: 3, Gateway: "second", Address: "192.0.2.3", Since: at},
	}
	if fmt.Sprint(sessions) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", sessions, want)
	}
	rows := w.connections()
	if len(rows) != 3 || rows[1].User != "mina" || rows[1].Account != "mina" || rows[1].Token != "bot" || rows[1].Scope != "read-only #yard" || !rows[1].AlwaysOn || rows[0].Token != "" {
		t.Errorf("netstat shows %+v", rows)
	}
	w.refused(admin.Request{Command: admin.AccountEndSession, Account: "mina", Session: 9}, "no-such-connection", "mina has no session 9.")
	w.must(admin.Request{Command: admin.AccountEndSession, Account: "mina", Session: 2, Reason: "tired"}, nil)
	<-bot.closed
	w.must(admin.Request{Command: admin.Kick, Session: 1}, nil)
	<-phone.closed
	if rows := w.connections(); len(rows) != 1 || rows[0].ID != 3 {
		t.Errorf("left are %+v", rows)
	}
	w.must(admin.Request{Command: admin.AccountEndSession, Account: "mina"}, nil)
	<-laptop.closed

	if rows := w.connections(); len(rows) != 0 {
		t.Errorf("left are %+v", rows)
	}
	w.must(admin.Request{Command: admin.Netstat, All: true}, &rows)
	if len(rows) != 1 || rows[0] != (admin.Connection{User: "mina", Account: "mina", AlwaysOn: true}) {
		t.Errorf("netstat --all shows %+v", rows)
	}
	var a admin.Account
	w.must(admin.Request{Command: admin.AccountShow, Account: "mina"}, &a)
	if a.Nick != "mina" || a.Away != chat.NotConnected || a.Sessions != 0 || len(a.AppPasswords) != 1 || a.AppPasswords[0].Scope != "read-only #yard" {
		t.Errorf("shown %+v", a)
	}
	numbers := map[string]float64{}
	var list []admin.Number
	w.must(admin.Request{Command: admin.Stats}, &list)
	for _, n := range list {
		numbers[n.Name] = n.Value
	}
	if numbers["chat.accounts"] != 1 || numbers["chat.always_on"] != 1 || numbers["chat.attached"] != 0 {
		t.Errorf("stats %v", numbers)
	}
	w.must(admin.Request{Command: admin.AccountHost, Account: "mina", Host: "tea.house"}, &a)
	if a.Host != "tea.house" || w.record("mina").Host != "tea.house" {
		t.Errorf("the account has the host %s", a.Host)
	}
	w.must(admin.Request{Command: admin.AccountHost, Account: "mina"}, &a)
	if a.Host != "" {
		t.Errorf("the host stays: %+v", a)
	}
	w.must(admin.Request{Command: admin.AccountAlwaysOn, Account: "mina"}, &a)
	if a.Nick != "" {
		t.Errorf("still here: %+v", a)
	}
}

func TestInvitations(t *testing.T) {
	w := newWorld(t, verifiers())
	var made admin.Invitation
	w.must(admin.Request{Command: admin.AccountInvite, Uses: 3, For: "7d"}, &made)
	at := time.Unix(1060, 0).UTC()
	if len(made.Code) != 19 || made.Uses != 3 || !made.Expires.Equal(at.Add(7*24*time.Hour)) || made.By != chat.ConsoleNick {
		t.Errorf("made %+v", made)
	}
	w.refused(admin.Request{Command: admin.AccountInvite, For: "soon"}, "bad-value", "soon")
	var list []admin.Invitation
	w.must(admin.Request{Command: admin.AccountInvitations}, &list)
	if len(list) != 1 || list[0].Code != "" || list[0].ID != made.ID || list[0].Uses != 3 {
		t.Errorf("listed %+v", list)
	}
	if err := w.engine.Call(t.Context(), func(l engine.Loop) {
		if l.State().Invitations()[0].Digest != gateway.DigestOf(made.Code) {
			t.Error("the code is not that of the invitation")
		}
	}); err != nil {
		t.Fatal(err)
	}
}

func TestWhatTheServerLacks(t *testing.T) {
	w := newWorld(t, admin.Services{})
	w.refused(admin.Request{Command: admin.AccountAdd, Account: "a", Password: "x"}, "no-passwords", "passwords")
	w.refused(admin.Request{Command: admin.AccountCode}, "no-code", "no codes")
	w.refused(admin.Request{Command: admin.Audit}, "nothing-stored", "nothing is known")
	w.refused(admin.Request{Command: admin.Erase, Message: "0-1"}, "nothing-stored", "nothing to erase")
	w.refused(admin.Request{Command: admin.Erase, Message: "hello"}, "no-such-message", "no such message")
}

func TestAudit(t *testing.T) {
	var asked chat.AuditQuery
	w := newWorld(t, admin.Services{Audit: func(_ context.Context, q chat.AuditQuery) ([]chat.AuditLine, error) {
		asked = q
		return []chat.AuditLine{{Position: 7, Audited: chat.Audited{By: "mina", Account: "Mina", Action: "ban", Object: "x", Text: "noise", Time: 1500}}}, nil
	}})
	var deeds []admin.Deed
	w.must(admin.Request{Command: admin.Audit, By: "mina", Since: "1m", Until: "1970-01-02T00:00:00Z", Before: 9, Limit: 5}, &deeds)
	if want := (chat.AuditQuery{By: "mina", Since: 1_000_000, Until: 86_400_000, Before: 9, Limit: 5}); asked != want {
		t.Errorf("asked for %+v", asked)
	}
	want := admin.Deed{Position: 7, Time: time.UnixMilli(1500).UTC(), By: "mina", Account: "Mina", Action: "ban", Object: "x", Text: "noise"}
	if len(deeds) != 1 || deeds[0] != want {
		t.Errorf("got %+v", deeds)
	}
	w.must(admin.Request{Command: admin.Audit}, nil)
	if asked.Limit != 1000 || asked.Since != 0 || asked.Until != 0 {
		t.Errorf("asked for %+v", asked)
	}
	w.refused(admin.Request{Command: admin.Audit, Since: "yesterday"}, "bad-value", "is no time")
}

func TestBanIsTriedBeforeItIsSet(t *testing.T) {
	w := newWorld(t, verifiers())
	w.must(admin.Request{Command: admin.AccountAdd, Account: "mina", Password: "x"}, nil)
	w.must(admin.Request{Command: admin.AccountPowers, Account: "mina", Powers: "moderator"}, nil)
	w.open("192.0.2.1:1", "alice")
	w.open("192.0.2.2:2", "")
	w.signIn("192.0.2.3:3", "mina", "")
	w.open("198.51.100.1:4", "bob")
	var hits admin.Hits
	w.must(admin.Request{Command: admin.BanTry, Target: "192.0.2.99/24"}, &hits)
	if hits.Target != "192.0.2.0/24" || len(hits.Users) != 2 || hits.Strangers != 1 {
		t.Fatalf("hits %+v", hits)
	}
	if want := (admin.Hit{Nick: "alice", Mask: "alice!u@alice.cloak", Sessions: 1}); hits.Users[0] != want && hits.Users[1] != want {
		t.Errorf("hits %+v", hits.Users)
	}
	if want := (admin.Hit{Nick: "mina", Mask: "mina!u@cloak", Account: "mina", Sessions: 1, Operator: true}); hits.Users[0] != want && hits.Users[1] != want {
		t.Errorf("hits %+v", hits.Users)
	}
	w.must(admin.Request{Command: admin.BanTry, Target: "Bob"}, &hits)
	if hits.Target != "bob!*@*" || len(hits.Users) != 1 || hits.Strangers != 0 {
		t.Errorf("hits %+v", hits)
	}
	w.must(admin.Request{Command: admin.BanTry, Target: "account:MINA"}, &hits)
	if hits.Target != "a:mina" || len(hits.Users) != 1 || hits.Users[0].Account != "mina" || hits.Strangers != 0 {
		t.Errorf("hits %+v", hits)
	}
	w.refused(admin.Request{Command: admin.BanTry, Target: "*"}, "bad-value", "everybody")
	var bans []admin.Ban
	w.must(admin.Request{Command: admin.BanList}, &bans)
	if len(bans) != 0 || len(w.connections()) != 4 {
		t.Errorf("trying set %+v", bans)
	}
	if _, refuse := w.engine.Refuse(gateway.CoreAddress(netip.MustParseAddr("192.0.2.1"))); refuse {
		t.Error("trying shut the door")
	}
}

func TestRoomSettings(t *testing.T) {
	w := newWorld(t, admin.Services{})
	w.open("192.0.2.1:1", "alice", "#yard")
	w.must(admin.Request{Command: admin.RoomSet, Room: "#Yard", Name: "moderated", Value: "on"}, nil)
	w.must(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: "key", Value: "sesame"}, nil)
	w.must(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: "limit", Value: "7"}, nil)
	look := func(want string) {
		t.Helper()
		if err := w.engine.Call(t.Context(), func(l engine.Loop) {
			r := l.State().RoomByName("#yard")
			if got := fmt.Sprintf("%t %q %d", r.Has(chat.Moderated), r.Key(), r.Limit()); got != want {
				t.Errorf("the room is %s, not %s", got, want)
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	look(`true "sesame" 7`)
	for _, name := range []string{"moderated", "key", "limit"} {
		w.must(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: name, Value: "off"}, nil)
	}
	look(`false "" 0`)
	w.refused(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: "colour", Value: "red"}, "bad-value", "there are accounts-enter")
	w.refused(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: "moderated", Value: "maybe"}, "bad-value", "on or off")
	w.refused(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: "limit", Value: "many"}, "bad-value", "is a number")
	w.refused(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: "mention-all", Value: "king"}, "bad-value", "is no rank")
	w.refused(admin.Request{Command: admin.RoomSet, Room: "#none", Name: "secret", Value: "on"}, "no-such-room", "#none")
	w.refused(admin.Request{Command: admin.RoomRegister, Room: "#yard"}, "bad-value", "Say whose room")
	w.refused(admin.Request{Command: admin.RoomAccess, Room: "#yard", Rank: "voice"}, "bad-value", "Say which account")
}

func TestAccountIsBanned(t *testing.T) {
	w := newWorld(t, verifiers())
	w.must(admin.Request{Command: admin.AccountAdd, Account: "mina", Password: "x"}, nil)
	p := w.signIn("192.0.2.3:3", "mina", "")
	guest := w.open("192.0.2.3:4", "guest")
	w.must(admin.Request{Command: admin.BanAdd, Target: "account:Mina", Reason: "noise", For: "1d"}, nil)
	<-p.closed
	again := w.signIn("192.0.2.3:5", "mina", "")
	if rows := w.connections(); len(rows) != 2 || rows[1].User != "" {
		t.Errorf("mina is back: %+v", rows)
	}
	w.must(admin.Request{Command: admin.BanRemove, Target: "account:mina"}, nil)
	for _, p := range []*peer{again, guest} {
		select {
		case <-p.closed:
			t.Error("somebody else was hung up")
		default:
		}
	}
}

func TestRegisteredRooms(t *testing.T) {
	w := newWorld(t, verifiers())
	for _, name := range []string{"mina", "bora"} {
		w.must(admin.Request{Command: admin.AccountAdd, Account: name, Password: "x"}, nil)
	}
	mina, bora := w.record("mina").User, w.record("bora").User
	w.open("192.0.2.1:1", "alice", "#yard", "#hall")
	look := func(room, what string, right func(*core.Room) bool) {
		t.Helper()
		if err := w.engine.Call(t.Context(), func(l engine.Loop) {
			if r := l.State().RoomByName(room); r == nil || !right(r) {
				t.Errorf("%s: %s is not so", room, what)
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	w.refused(admin.Request{Command: admin.RoomRegister, Room: "#yard", Account: "nobody"}, "no-such-account", "no account nobody")
	w.must(admin.Request{Command: admin.RoomRegister, Room: "#yard", Account: "Mina"}, nil)
	look("#yard", "mina's", func(r *core.Room) bool { return r.Founder() == mina })
	w.must(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: "successor", Value: "bora"}, nil)
	look("#yard", "bora follows", func(r *core.Room) bool { return r.Successor() == bora })
	w.must(admin.Request{Command: admin.RoomAccess, Room: "#yard", Account: "bora", Rank: "operator"}, nil)
	look("#yard", "bora's rank", func(r *core.Room) bool {
		return len(r.Access()) == 1 && r.Access()[0] == chat.AccessRecord{Account: bora, Rank: chat.Operator}
	})
	w.must(admin.Request{Command: admin.RoomAccess, Room: "#yard", Account: "bora", Rank: "none"}, nil)
	look("#yard", "bora has none", func(r *core.Room) bool { return len(r.Access()) == 0 })
	for _, set := range []struct{ name, value string }{
		{"slow", "30s"}, {"entry", "Take your shoes off."}, {"forward", "#hall"}, {"mention-all", "operator"}, {"auditorium", "on"},
	} {
		w.must(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: set.name, Value: set.value}, nil)
	}
	if err := w.engine.Call(t.Context(), func(l engine.Loop) {
		if s := l.State(); s.ForwardOf(s.RoomByName("#yard")) != s.RoomByName("#hall") {
			t.Error("#yard does not send people to #hall")
		}
	}); err != nil {
		t.Fatal(err)
	}
	look("#yard", "set", func(r *core.Room) bool {
		return r.Slow() == 30 && r.Entry() == "Take your shoes off." && r.MentionAll() == chat.Operator && r.Has(chat.Auditorium)
	})
	w.refused(admin.Request{Command: admin.RoomSet, Room: "#yard", Name: "slow", Value: "99999999"}, "bad-value", "21600")
	w.must(admin.Request{Command: admin.RoomRegister, Room: "#yard", Account: "bora"}, nil)
	look("#yard", "bora's", func(r *core.Room) bool { return r.Founder() == bora })
	w.must(admin.Request{Command: admin.RoomRename, Room: "#yard", Name: "#garden"}, nil)
	look("#garden", "bora's", func(r *core.Room) bool { return r.Founder() == bora })
	w.must(admin.Request{Command: admin.RoomDrop, Room: "#garden"}, nil)
	look("#garden", "nobody's", func(r *core.Room) bool { return !r.Registered() })
}
