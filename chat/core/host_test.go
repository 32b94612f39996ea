package core_test

import (
	"strings"
	"testing"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
)

// hosts gives an account a host, or takes it away with an empty one.
func (p person) hosts(account, host string) deed {
	return p.changes(account, chat.AccountChange{Aspect: chat.ShownHost, Add: host != "", Text: host})
}

// offline makes an account whose user is not here.
func offline(name string) deed {
	return console.with(func(s chat.SessionID) chat.Command {
		return &chat.Register{Session: s, Name: name, Password: "v", Other: true}
	})
}

func TestHostsOfAccounts(t *testing.T) {
	here := given(alice.registers("alice"), alice.joins("#yard"), bob.joins("#yard"))
	shown := also(here, console.hosts("alice", "tea.house"))
	made := given(offline("minji"), console.hosts("minji", "tea.house"), carol.joins("#yard"))
	runScenes(t, []scene{
		{"an operator gives one", here, console.hosts("alice", "Tea.House"), "*madang* changes account alice; alice from tea.house"},
		{"who has it has it", shown, console.hosts("alice", "tea.house"), "*madang* changes account alice"},
		{"another", shown, console.hosts("alice", "tea/room"), "*madang* changes account alice; alice from tea/room"},
		{"it is taken away", shown, console.hosts("alice", ""), "*madang* changes account alice; alice from alice.cloak"},
		{"nobody helps himself", here, alice.hosts("alice", "tea.house"), "no: need operator"},
		{"nor without the power", also(here, bob.granted(chat.MayRule)), bob.hosts("alice", "tea.house"), "no: need operator"},
		{"who has it may", also(here, bob.granted(chat.MayRegister)), bob.hosts("alice", "tea.house"), "bob changes account alice; alice from tea.house"},
		{"no account, no host", here, console.hosts("bob", "tea.house"), "no: no such account"},
		{"who is not here changes nothing yet", given(offline("minji")), console.hosts("minji", "tea.house"), "*madang* changes account minji"},
		{"a guest who signs in changes host", made, carol.signsIn("minji"), "carol from tea.house; carol is minji"},
		{"who is shown with one and gives the account up", shown, console.with(func(s chat.SessionID) chat.Command {
			return &chat.DeleteAccount{Session: s, Account: "alice"}
		}), "*madang* deletes account alice; alice from alice.cloak"},
	})
}

func TestShownHostAndCloak(t *testing.T) {
	w := newWorld(t)
	is := func(p person, host, cloak string) {
		t.Helper()
		u := w.user(p)
		if u.Host() != host || u.Cloak() != cloak || u.Source().Host != host {
			t.Errorf("%s is shown with %s, cloak %s", p, u.Host(), u.Cloak())
		}
	}
	w.must(offline("minji"))
	w.must(console.hosts("minji", "tea.house"))
	is(alice, "alice.cloak", "alice.cloak")
	w.must(late.comesAs("minji"))
	is(late, "tea.house", "late.cloak")
	w.must(console.hosts("minji", "late.cloak"))
	is(late, "late.cloak", "late.cloak")
	w.must(console.hosts("minji", "tea.house"))
	w.must(late.staysOn(true))
	w.must(late.goes())
	w.must(starts(1))
	u := w.state.UserByNick("late")
	if u == nil || u.Host() != "tea.house" || u.Cloak() != "late.cloak" {
		t.Fatalf("after a start he is %+v", u)
	}
	w.must(console.hosts("minji", ""))
	if u.Host() != "late.cloak" {
		t.Errorf("without a host he is shown with %s", u.Host())
	}
}

// What a state learns from the journal alone shows the same hosts.
func TestHostsAreReplayed(t *testing.T) {
	w := newWorld(t)
	replica := core.New(w.state.Limits())
	for _, d := range given(
		starts(1), offline("minji"), console.hosts("minji", "tea.house"), console.changes("minji", chat.AccountChange{Aspect: chat.AlwaysOn, Add: true}),
		late.comesAs("minji"), offline("bora"), console.changes("bora", chat.AccountChange{Aspect: chat.AlwaysOn, Add: true}), console.hosts("bora", "a/b"),
	) {
		for _, e := range w.must(d) {
			if e.Class() == chat.Durable {
				replica.Apply(e)
			}
		}
	}
	guest := person("carol")
	for _, d := range given(guest.comes(), guest.signsIn("bora"), console.hosts("minji", "new.house")) {
		for _, e := range w.must(d) {
			if e.Class() == chat.Durable {
				replica.Apply(e)
			}
		}
	}
	for nick, host := range map[string]string{"late": "new.house", "carol": "a/b"} {
		if u := replica.UserByNick(nick); u == nil || u.Host() != host || u.Cloak() != nick+".cloak" {
			t.Errorf("%s is %+v", nick, u)
		}
	}
}

func TestNoHostPassesForSomethingElse(t *testing.T) {
	w := newWorld(t)
	limits := w.state.Limits()
	limits.ReservedHosts = []string{"irc.example", ".cloak"}
	w.state.SetLimits(limits)
	w.must(alice.registers("alice"))
	for _, host := range []string{
		"irc.example", "IRC.Example", "x.cloak", "alice.cloak", "192.0.2.1", "10.0.0.0/8", "2001:db8::1", "2001:db8::/32", "dead:beef", "1", "1.2",
		"a b", "a@b", "a!b", "a*", "a?b", ":a", "a:", ".a", "a.", "-a", "/a", "에이", "a\nb", strings.Repeat("x", names.HostBytesMax+1), "_a",
	} {
		if d := w.do(console.hosts("alice", host)); d.Refusal == nil || d.Refusal.Code != chat.BadValue && d.Refusal.Code != chat.TextInvalid {
			t.Errorf("%q: %s", host, words(d))
		}
	}
	for _, host := range []string{"a", "staff.irc.example", "user/alice", "a:b:xyz", "dead.beef", "1.2.3.4.example", "cloak", strings.Repeat("x", names.HostBytesMax)} {
		if d := w.do(console.hosts("alice", host)); d.Refusal != nil {
			t.Errorf("%q: %s", host, words(d))
		}
	}
}

// Nobody slips out of a ban by a host, nor into a room.
func TestBansHitHostAndCloak(t *testing.T) {
	shown := given(bob.registers("bob"), console.hosts("bob", "tea.house"), alice.joins("#yard"))
	runScenes(t, []scene{
		{"the cloak is kept out of a room", also(shown, alice.sets("#yard", list(chat.Ban, "*!*@bob.cloak"))), bob.joins("#yard"), "no: banned"},
		{"so is the host", also(shown, alice.sets("#yard", list(chat.Ban, "*!*@tea.*"))), bob.joins("#yard"), "no: banned"},
		{"another is not", also(shown, alice.sets("#yard", list(chat.Ban, "*!*@carol.cloak"))), bob.joins("#yard"), "bob joins #yard"},
		{"an exception of the cloak helps", also(shown, alice.sets("#yard", list(chat.Ban, "*!*@tea.*"), list(chat.BanException, "*!*@bob.cloak"))), bob.joins("#yard"), "bob joins #yard"},
		{"and who is muted by his cloak is", also(shown, alice.sets("#yard", list(chat.Ban, "m:*!*@bob.cloak")), bob.joins("#yard")), bob.says("#yard", "hi"), "no: cannot speak"},
		{"the server bans by cloak", shown, console.bans("*!*@bob.cloak"), "ban on *!*@bob.cloak; bob killed by *madang*"},
		{"and by host", shown, console.bans("*!*@tea.house"), "ban on *!*@tea.house; bob killed by *madang*"},
		{"who comes back by his account is met by both", also(shown, bob.goes(), console.bans("*!*@late.cloak")), late.comesAs("bob"), "no: banned from server"},
		{"also where his user is", also(shown, console.bans("*!*@late.cloak")), late.comesAs("bob"), "no: banned from server"},
		{"and by the host that he would have", also(shown, bob.goes(), console.bans("*!*@tea.house")), carol.signsIn("bob"), "no: banned from server"},
	})
}

// Who sees a host change: those around, also of somebody who is not connected, and in an
// auditorium only those who see him.
func TestWhoSeesAHostChange(t *testing.T) {
	around := given(alice.registers("alice"), alice.joins("#yard"), bob.joins("#yard"))
	for _, c := range []struct {
		rule  string
		given []deed
		sees  bool
	}{
		{"around", around, true},
		{"not connected", also(around, alice.staysOn(true), alice.goes()), true},
		{"elsewhere", given(alice.registers("alice"), alice.joins("#yard")), false},
		{"in an auditorium", given(alice.registers("alice"), carol.joins("#yard"), alice.joins("#yard"), bob.joins("#yard"), carol.sets("#yard", on(chat.Auditorium))), false},
		{"in an auditorium and not connected", given(
			alice.registers("alice"), carol.joins("#yard"), alice.joins("#yard"), bob.joins("#yard"), carol.sets("#yard", on(chat.Auditorium)), alice.staysOn(true), alice.goes(),
		), false},
	} {
		w := newWorld(t)
		for _, d := range c.given {
			w.must(d)
		}
		changed := false
		for _, e := range w.must(console.hosts("alice", "tea.house")) {
			if e, ok := e.(*chat.HostChanged); ok {
				changed = true
				a := chat.AudienceOf(e)
				connected := len(w.state.UserByNick("alice").Sessions()) > 0
				if !connected {
					a.Neighbours = 0 // those who deliver know nobody around him
				}
				if shownTo(w.state, &a, w.user(bob)) != c.sees {
					t.Errorf("%s: seen %v", c.rule, !c.sees)
				}
			}
		}
		if !changed {
			t.Errorf("%s: nothing changed", c.rule)
		}
	}
}

func TestGivenHostsAreAudited(t *testing.T) {
	w := newWorld(t)
	w.must(alice.registers("alice"))
	for host, want := range map[string]string{"tea.house": "host: tea.house", "": "host taken away"} {
		events := w.must(console.hosts("alice", host))
		e, ok := events[len(events)-1].(*chat.Audited)
		if !ok || e.Action != "change-account" || e.Object != "alice" || e.Text != want {
			t.Errorf("recorded is %+v", events[len(events)-1])
		}
	}
}
