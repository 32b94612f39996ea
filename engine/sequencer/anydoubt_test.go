package sequencer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"madang/chat"
	"madang/chat/core"
)

// someCommand draws a command of few people in few rooms, so that they meet.
func someCommand(r *rand.Rand, state *core.State) chat.Command {
	pick := func(l ...string) string { return l[r.IntN(len(l))] }
	s := chat.SessionID{Node: 1, N: 1 + r.Uint64N(4)}
	nick, room, coin := pick("a", "b", "c", "d", "e"), pick("#r", "#s", "#t"), r.IntN(2) == 0
	login := chat.Login{}
	if a := state.AccountByName(nick); a != nil {
		login = chat.Login{Account: a.User(), Serial: a.Record().Serial}
	}
	all := []chat.Command{
		&chat.Attach{Session: s, Nick: nick}, &chat.Attach{Session: s, Nick: nick, Guest: true, Login: login, Host: "h"}, &chat.Detach{Session: s},
		&chat.Join{Session: s, Room: room}, &chat.Join{Session: s, Room: room}, &chat.Part{Session: s, Room: room},
		&chat.ChangeNick{Session: s, Nick: nick}, &chat.ChangeNick{Session: s, Nick: nick}, &chat.SignIn{Session: s, Login: login},
		&chat.Register{Session: s, Name: nick, Password: "v"}, &chat.Register{Session: chat.Console, Other: true, Name: nick, Password: "v"},
		&chat.ChangeAccount{Session: s, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: r.IntN(4) > 0}}},
		&chat.ChangeAccount{Session: chat.Console, Account: nick, Changes: []chat.AccountChange{{Aspect: chat.ShownHost, Add: true, Text: pick("x.y", "z.z")}}},
		&chat.DeleteAccount{Session: chat.Console, Account: nick}, &chat.Kill{Session: chat.Console, Nick: nick}, &chat.Kick{Session: s, Room: room, Nick: nick},
		&chat.RenameRoom{Session: s, Room: room, Name: pick("#r", "#s", "#t")}, &chat.SetAway{Session: s, Text: pick("", "gone")},
		&chat.ChangeRoom{Session: s, Room: room, Changes: []chat.RoomChange{{Aspect: chat.InviteOnly, Add: coin}, {Aspect: chat.Ranks, Add: coin, Text: nick, Rank: chat.Operator}}},
		&chat.Say{Session: s, Room: room, Text: "x"},
	}
	return all[r.IntN(len(all))]
}

// told is what the journal tells: who is always on and where, which accounts and rooms
// there are.
func told(s *core.State) (list []string) {
	for u := range s.Users() {
		if !u.Lasting() {
			continue
		}
		text := fmt.Sprint(u.ID(), u.Nick(), u.Host(), u.Account())
		for r := range u.Rooms() {
			rank, _ := r.RankOf(u)
			text += fmt.Sprint(" ", r.ID(), rank)
		}
		list = append(list, text)
	}
	for a := range s.Accounts() {
		list = append(list, fmt.Sprint("account ", a.User(), a.Name()))
	}
	for r := range s.Rooms() {
		list = append(list, fmt.Sprint("room ", r.ID(), r.Name(), r.Closed()))
	}
	return list
}

// onlooker is who is where by what was delivered, as those who deliver know it.
type onlooker map[chat.UserID]map[chat.ConversationID]bool

func (o onlooker) sees(e Effects) {
	for _, step := range e.Deliver {
		for _, p := range step.Outcome.Events {
			o.event(p.Event)
		}
	}
}

func (o onlooker) event(e chat.Event) {
	switch e := e.(type) {
	case *chat.Attached:
		o[e.Source.User] = map[chat.ConversationID]bool{}
	case *chat.Joined:
		o[e.Source.User][e.Room] = true
	case *chat.Parted:
		delete(o[e.Source.User], e.Room)
	case *chat.Kicked:
		delete(o[e.User], e.Room)
	case *chat.Quit:
		delete(o, e.Source.User)
	case *chat.SignedIn:
		if !e.Present {
			o[e.To.User] = o[e.Source.User]
		}
		delete(o, e.Source.User)
	}
}

// crowd has three people with accounts in a room, two of them always on, and gives what was
// written of it.
func crowd(b *bench, r *rand.Rand, o onlooker) (journal []chat.Event) {
	for i, nick := range []string{"a", "b", "c"} {
		s := chat.SessionID{Node: 1, N: uint64(2 + i)}
		b.ask(&chat.Attach{Session: s, Nick: nick})
		b.ask(&chat.Register{Session: s, Name: nick, Password: "v"})
		if i < 2 {
			b.ask(&chat.ChangeAccount{Session: s, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: true}}})
		}
		b.ask(&chat.Join{Session: s, Room: "#r"})
		if r.IntN(2) == 0 {
			b.ask(&chat.Detach{Session: s})
		}
	}
	for range r.IntN(25) {
		b.ask(someCommand(r, b.State()))
	}
	e := b.Turn()
	if o.sees(e); e.Append != nil {
		journal = e.Append.Events
		o.sees(b.Committed())
	}
	return journal
}

// Whatever happens while a batch is in doubt, what it holds fits when it is confirmed: the
// house is as it would be told by the journal, people are where they were seen to be, and everybody has a number and a name
// of his own.
func TestAnythingMayHappenWhileInDoubt(t *testing.T) {
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := newBench(Commit)
		replica := newBench(Commit).State()
		o := onlooker{}
		for u := range b.State().Users() {
			o[u.ID()] = map[chat.ConversationID]bool{1: true} // alice in #yard
		}
		journal := crowd(b, r, o)
		for range 1 + r.IntN(3) {
			b.ask(someCommand(r, b.State()))
		}
		e := b.Turn()
		if o.sees(e); e.Append == nil {
			continue
		}
		journal = append(journal, e.Append.Events...)
		b.Unknown(b.now)
		b.now += unconfirmedAfter
		o.sees(b.Tick(b.now))
		for range 1 + r.IntN(6) {
			b.ask(someCommand(r, b.State()))
			o.sees(b.Turn())
		}
		o.sees(b.Recovered(b.stored(), true, b.now))
		for _, e := range journal {
			replica.Apply(e)
		}
		if got, want := told(b.State()), told(replica); !slices.Equal(got, want) {
			t.Errorf("seed %d: here it is\n%v, by the journal\n%v", seed, got, want)
		}
		for u := range b.State().Users() {
			for room := range u.Rooms() {
				if len(u.Sessions()) > 0 && !o[u.ID()][room.ID()] {
					t.Errorf("seed %d: nobody saw %s enter %s", seed, u.Nick(), room.Name())
				}
			}
			if len(u.Sessions()) > 0 && len(o[u.ID()]) != u.RoomCount() {
				t.Errorf("seed %d: %s is in %d rooms and was seen in %d", seed, u.Nick(), u.RoomCount(), len(o[u.ID()]))
			}
			if b.State().UserByNick(u.Nick()) != u {
				t.Errorf("seed %d: another is called %s, too", seed, u.Nick())
			}
			if (b.State().AccountByID(u.ID()) != nil) != (u.Account() != "") {
				t.Errorf("seed %d: %s has the number of an account, which is %q", seed, u.Nick(), u.Account())
			}
		}
	}
}
