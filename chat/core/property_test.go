package core_test

import (
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"madang/chat"
	"madang/chat/codec"
	"madang/chat/core"
)

// The properties hold for any sequence of commands. The alphabet is small, so that
// names collide, rooms empty and ids come again.
var (
	someNicks = rapid.SampledFrom([]string{"a", "A", "а", "b", "c", "guest-2", "ㅋ", "", "no nick"})
	someRooms = rapid.SampledFrom([]string{"#r", "#R", "#s", "#ѕ", "#t", "none"})
	someTexts = rapid.SampledFrom([]string{"", "x", "한글", "@all a", "\xff", "line\nbreak", "\n"})
	someIDs   = rapid.SampledFrom([]string{"", "1", "2", "3"})
	someMasks = rapid.SampledFrom([]string{"a", "*!*@host", "b!*@*", "", "c", "a:a", "account:B", "m:a:*", "m:b", "r:*", "c:#s", "m:m:a"})
	someRanks = rapid.SampledFrom([]chat.Rank{chat.NoRank, chat.Voice, chat.HalfOperator, chat.Operator, chat.Admin, chat.Owner, 3})
	someFlags = rapid.SampledFrom([]chat.UserFlags{0, chat.Invisible, chat.AccountsOnly, chat.AccountsOnly, chat.Bot, chat.Wallops, chat.ServerOperator})
	someKinds = rapid.SampledFrom([]chat.MessageKind{chat.Text, chat.Text, chat.Text, chat.Action, chat.Typed, chat.CTCP})
	// Clocks stand still, run, jump ahead by days, and jump back.
	somePauses = rapid.SampledFrom([]chat.Time{0, 0, 1, chat.Second, chat.Minute, -chat.Hour, chat.Hour, chat.Day})
)

func someSession(t *rapid.T, nodes uint32) chat.SessionID {
	if rapid.IntRange(0, 9).Draw(t, "console") == 0 {
		return chat.Console
	}
	return chat.SessionID{Node: rapid.Uint32Range(1, nodes).Draw(t, "node"), N: rapid.Uint64Range(1, 3).Draw(t, "session")}
}

func someChanges(t *rapid.T) []chat.RoomChange {
	aspects := []chat.RoomAspect{
		chat.Moderated, chat.InviteOnly, chat.Secret, chat.NoOutside, chat.Key, chat.Limit,
		chat.Ban, chat.BanException, chat.InviteMask, chat.Ranks, chat.Ranks, chat.SwitchesEnd,
		chat.Auditorium, chat.Auditorium, chat.Screened, chat.AccountsEnter, chat.AccountsSpeak, chat.NoKnock,
		chat.Founder, chat.Founder, chat.Founder, chat.Successor, chat.Access, chat.Access, chat.Forward, chat.Slow, chat.Entry, chat.MentionAll,
	}
	one := rapid.Custom(func(t *rapid.T) chat.RoomChange {
		c := chat.RoomChange{Aspect: rapid.SampledFrom(aspects).Draw(t, "aspect"), Add: rapid.Bool().Draw(t, "add")}
		c.Number, c.Rank = rapid.IntRange(-1, 2).Draw(t, "limit"), someRanks.Draw(t, "rank")
		c.Text = rapid.OneOf(someMasks, someNicks, someRooms).Draw(t, "text")
		c.Expires = rapid.SampledFrom([]chat.Time{0, 0, noon + 2*chat.Minute, noon + chat.Day}).Draw(t, "expires")
		return c
	})
	return rapid.SliceOfN(one, 1, 4).Draw(t, "changes")
}

// someRegistration registers a room, and says what only registered rooms have.
func someRegistration(t *rapid.T) []chat.RoomChange {
	who := rapid.SampledFrom([]string{"a", "b", "c"})
	return []chat.RoomChange{
		{Aspect: chat.Founder, Add: rapid.IntRange(0, 5).Draw(t, "keep") > 0, Text: rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "founder")},
		{Aspect: chat.Successor, Add: rapid.Bool().Draw(t, "follows"), Text: who.Draw(t, "successor")},
		{Aspect: chat.Access, Add: rapid.IntRange(0, 3).Draw(t, "list") > 0, Text: who.Draw(t, "listed"), Rank: someRanks.Draw(t, "access")},
		{Aspect: chat.Slow, Add: rapid.Bool().Draw(t, "slow"), Number: 90},
	}
}

// someAways are what sessions say of who sits at them.
var someAways = rapid.SampledFrom([]string{"", "lunch", chat.NobodyThere})

// someCommand draws a command; talking, coming and going are the most frequent.
func someCommand(t *rapid.T, nodes uint32) chat.Command {
	s := someSession(t, nodes)
	nick, room, text := someNicks.Draw(t, "nick"), someRooms.Draw(t, "room"), someTexts.Draw(t, "text")
	switch rapid.IntRange(0, 35).Draw(t, "verb") {
	case 0, 1, 2, 3:
		s = comer(s)
		return &chat.Attach{Session: s, Nick: nick, Guest: s.N > 1, Username: "u", Host: "host", Address: chat.Address{15: byte(s.N)}, Scope: chat.Scope{byte(s.N)}}
	case 4:
		return &chat.Detach{Session: s, Reason: text}
	case 5, 6, 7, 8, 9:
		return &chat.Join{Session: s, Room: room, Key: nick}
	case 10, 11:
		return &chat.Part{Session: s, Room: room, Reason: text}
	case 12, 13, 14, 15, 16:
		return &chat.Say{Session: s, Room: room, Kind: someKinds.Draw(t, "kind"), Text: text, ID: someIDs.Draw(t, "id"), AtLeast: rapid.SampledFrom([]chat.Rank{0, 0, 0, chat.Voice}).Draw(t, "least")}
	case 17, 18:
		return &chat.Say{Session: s, Nick: nick, Kind: someKinds.Draw(t, "kind"), Text: text, ID: someIDs.Draw(t, "id")}
	case 19, 20, 21:
		return &chat.ChangeRoom{Session: s, Room: room, Changes: someChanges(t)}
	case 33, 34:
		return &chat.ChangeRoom{Session: s, Room: room, Changes: someRegistration(t)}
	case 35:
		return &chat.Register{Session: s, Name: nick, Password: "v"}
	case 22:
		return &chat.ChangeNick{Session: s, Nick: nick}
	case 23:
		return &chat.SetTopic{Session: s, Room: room, Text: text}
	case 24:
		return &chat.Kick{Session: s, Room: room, Nick: nick}
	case 25:
		return &chat.Invite{Session: s, Room: room, Nick: nick}
	}
	return rareCommand(t, s, nick, room, text)
}

// comer is a session that may attach: the console never does.
func comer(s chat.SessionID) chat.SessionID {
	return chat.SessionID{Node: max(s.Node, 1), N: max(s.N, 1)}
}

func rareCommand(t *rapid.T, s chat.SessionID, nick, room, text string) chat.Command {
	switch rapid.IntRange(0, 4).Draw(t, "about") {
	case 0, 1:
		return commandOnMessages(t, s, nick, room, text)
	case 2:
		return commandOnAccounts(t, s, nick, room)
	}
	all := []chat.Command{
		&chat.Tick{}, &chat.Tick{}, &chat.StartNode{Node: 1},
		&chat.Register{Session: s, Name: nick, Password: "v"},
		&chat.Register{Session: s, Name: nick, Password: "v"},
		&chat.SignIn{Session: s, Login: someLogin(t)},
		&chat.SignIn{Session: s, Login: someLogin(t)},
		&chat.Attach{Session: comer(s), Nick: nick, Username: "u", Host: "host", Login: someLogin(t)},
		&chat.ChangeAccount{Session: s, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: text != ""}}},
		&chat.ChangeAccount{Session: s, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: true}}},
		&chat.ChangeAccount{Session: s, Account: nick, Changes: []chat.AccountChange{{Aspect: chat.Suspended, Text: text}}},
		&chat.DeleteAccount{Session: s},
		&chat.EndSession{Session: s, Reason: text},
		&chat.ClaimServer{Session: s},
		&chat.SetMark{Session: s, Conversation: chat.ConversationID(len(text)), Number: 3, Time: noon},
		&chat.Kill{Session: s, Nick: nick, Reason: text},
		&chat.SetAway{Session: s, Text: text}, &chat.SetAway{Session: s, Text: someAways.Draw(t, "away")},
		&chat.Attach{Session: comer(s), Nick: nick, Username: "u", Host: "host", Login: someLogin(t), Away: someAways.Draw(t, "away from the beginning")},
		&chat.Knock{Session: s, Room: room, Text: text}, &chat.Knock{Session: s, Room: room},
		&chat.ChangeRealname{Session: s, Realname: text},
		&chat.ChangeFlags{Session: s, Set: someFlags.Draw(t, "set"), Clear: someFlags.Draw(t, "clear")},
		&chat.GrantOperator{Session: s, Name: "o", Powers: chat.EveryPermission},
		&chat.Broadcast{Session: s, Text: text, Wallops: nick == "a"},
		&chat.AddBan{Session: s, Ban: chat.ServerBan{Target: someMasks.Draw(t, "ban"), Expires: noon + chat.Day}},
		&chat.AddBan{Session: s, Ban: chat.ServerBan{Target: "::2/127", Prefix: chat.Address{15: 2}, Bits: 127}},
		&chat.RemoveBan{Session: s, Target: someMasks.Draw(t, "unban")},
		&chat.SetRetention{Session: s, Room: room, Days: rapid.IntRange(0, 2).Draw(t, "own days")},
		&chat.OpenRoom{Session: chat.Console, Room: room, Permanent: nick == "a"},
		&chat.SetRetention{Session: chat.Console, Room: room, Days: rapid.IntRange(0, 2).Draw(t, "days")},
	}
	return rapid.SampledFrom(all).Draw(t, "rare")
}

// commandOnMessages draws a command about what was said, or about what people and rooms
// say of themselves.
func commandOnMessages(t *rapid.T, s chat.SessionID, nick, room, text string) chat.Command {
	m := chat.Cited{
		Position: chat.Position(rapid.Uint64Range(0, 20).Draw(t, "position")), Author: someLogin(t).Account, Time: noon,
		Conversation: chat.ConversationID(rapid.Uint64Range(0, 4).Draw(t, "conversation")),
		Number:       chat.Number(rapid.Uint64Range(0, 3).Draw(t, "number")), What: someKinds.Draw(t, "kind"),
	}
	remove := rapid.Bool().Draw(t, "remove")
	tag := rapid.SampledFrom([]string{"+draft/react", "+draft/unreact", "+typing"}).Draw(t, "tag")
	reaction := chat.Say{
		Session: s, Kind: chat.Typed, Tags: []chat.Tag{{Key: tag, Value: text}}, ReplyTo: chat.MessageID(7, m.Position),
	}
	toRoom, toUser := reaction, reaction
	toRoom.Room, toUser.Nick = room, nick
	all := []chat.Command{
		&chat.Redact{Session: s, Message: m, Reason: text},
		&chat.Edit{Session: s, Message: m, Text: text},
		&chat.Edit{Session: s, Message: m, Text: nick},
		&chat.SetMetadata{Session: s, Key: "url", Value: text, Remove: remove},
		&chat.SetMetadata{Session: s, Nick: nick, Key: "avatar", Value: text, Remove: remove},
		&chat.SetMetadata{Session: s, Room: room, Key: text, Value: nick, Remove: remove},
		&chat.RenameRoom{Session: s, Room: room, Name: someRooms.Draw(t, "name"), Reason: text},
		&chat.Trust{Session: s, Nick: nick, Remove: remove},
		&chat.ChangeFlags{Session: s, Set: chat.AccountsOnly},
		&chat.Say{Session: s, Room: room, Text: text, As: nick + "/x"},
		&toRoom, &toUser,
	}
	return rapid.SampledFrom(all).Draw(t, "about")
}

// commandOnAccounts draws a command about what signs in, and what that may do.
func commandOnAccounts(t *rapid.T, s chat.SessionID, nick, room string) chat.Command {
	add := rapid.IntRange(0, 3).Draw(t, "add") > 0
	change := func(account string, c chat.AccountChange) chat.Command {
		c.Add = add
		return &chat.ChangeAccount{Session: s, Account: account, Changes: []chat.AccountChange{c}}
	}
	token := chat.TokenRecord{ID: "t", Digest: chat.Digest{1}, ReadOnly: nick == "a"}
	if rapid.Bool().Draw(t, "scoped") {
		token.Rooms = []string{room}
	}
	if rapid.Bool().Draw(t, "expires") {
		token.Expires = noon + chat.Hour
	}
	app, coded := someLogin(t), someLogin(t)
	app.Token, coded.Step = "t", rapid.Int64Range(1, 3).Draw(t, "step")
	all := []chat.Command{
		&chat.Register{Session: s, Name: nick, Password: "v", Code: chat.Digest{1}},
		&chat.Register{Session: s, Name: nick, Password: "v", Code: chat.Digest{2}},
		&chat.Register{Name: nick, Password: "v", Other: true}, &chat.Register{Session: s, Name: nick, Invitation: chat.Digest{3}},
		&chat.MakeInvitation{Digest: chat.Digest{3}, Uses: 1, Expires: noon + chat.Day},
		&chat.Confirm{Session: s, Account: nick, Code: chat.Digest{1}}, &chat.Confirm{Session: s, Account: nick, Code: chat.Digest{2}},
		change("", chat.AccountChange{Aspect: chat.AppPassword, Text: "t", Token: token}),
		change("", chat.AccountChange{Aspect: chat.AppPassword, Text: "t", Token: token}),
		change(nick, chat.AccountChange{Aspect: chat.Powers, Powers: chat.MayRule | chat.MayRegister}),
		&chat.ChangeAccount{Account: nick, Changes: []chat.AccountChange{{Aspect: chat.ShownHost, Add: add, Text: "a.host"}}},
		&chat.ChangeAccount{Account: nick, Changes: []chat.AccountChange{
			{Aspect: chat.ShownHost, Add: add, Text: "b.host"}, {Aspect: chat.AlwaysOn, Add: true}, {Aspect: chat.ShownHost, Add: true, Text: "c/host"},
		}},
		change("", chat.AccountChange{Aspect: chat.OneTime, Text: "secret"}), change("", chat.AccountChange{Aspect: chat.OneSession}),
		change("", chat.AccountChange{Aspect: chat.Certificate, Text: nick}), change(nick, chat.AccountChange{Aspect: chat.Email, Text: "x@y"}),
		&chat.SignIn{Session: s, Login: app}, &chat.SignIn{Session: s, Login: coded},
		&chat.Attach{Session: comer(s), Nick: nick, Username: "u", Host: "host", Login: app},
		&chat.Attach{Session: comer(s), Nick: nick, Username: "u", Host: "host", Login: coded},
		&chat.DeleteAccount{Session: s, Account: nick}, &chat.EndSession{Session: s, Account: nick},
	}
	return rapid.SampledFrom(all).Draw(t, "of accounts")
}

var tight = chat.Limits{RoomsPerUser: 2, Rooms: 3, ListEntries: 2}

// answer is a decision as bytes.
func answer(d core.Decision) []byte {
	var b []byte
	for _, e := range d.Events {
		b = codec.AppendEvent(b, e)
	}
	if d.Refusal != nil {
		b = codec.AppendRefusal(b, d.Refusal)
	}
	for i := range d.Partly {
		b = codec.AppendRefusal(b, &d.Partly[i])
	}
	if d.Duplicate != nil {
		b = codec.AppendDuplicate(b, d.Duplicate)
	}
	return b
}

// apply applies a decision and gives what takes it back.
func apply(s *core.State, d core.Decision) (placed []chat.Placed, undo core.Undo) {
	var undos []core.Undo
	for _, e := range d.Events {
		p, u := s.Apply(e)
		placed, undos = append(placed, p), append(undos, u)
	}
	return placed, func() {
		for i := len(undos) - 1; i >= 0; i-- {
			undos[i]()
		}
	}
}

func restored(t *rapid.T, s *core.State) *core.State {
	snapshot, err := codec.DecodeSnapshot(bytesOf(s))
	if err != nil {
		t.Fatal(err)
	}
	again, err := core.Restore(snapshot, s.Limits())
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func run(t *testing.T, nodes uint32, check func(t *rapid.T, next func() (chat.Command, chat.Time, bool))) {
	rapid.Check(t, func(t *rapid.T) {
		steps, now := rapid.IntRange(1, 120).Draw(t, "steps"), chat.Time(noon)
		check(t, func() (chat.Command, chat.Time, bool) {
			steps--
			now += somePauses.Draw(t, "pause")
			return someCommand(t, nodes), now, steps >= 0
		})
	})
}

func TestDecideChangesNothingAndApplyIsTakenBack(t *testing.T) {
	run(t, 2, func(t *rapid.T, next func() (chat.Command, chat.Time, bool)) {
		s := core.New(tight)
		type step struct {
			before []byte
			undo   core.Undo
		}
		var steps []step
		for c, now, more := next(); more; c, now, more = next() {
			before := bytesOf(s)
			d := s.Decide(c, now)
			if !bytes.Equal(before, bytesOf(s)) {
				t.Fatalf("deciding %#v changed the state", c)
			}
			_, undo := apply(s, d)
			after := bytesOf(s)
			undo()
			if !bytes.Equal(before, bytesOf(s)) {
				t.Fatalf("taking back %s left a trace", words(d))
			}
			_, undo = apply(s, d)
			if !bytes.Equal(after, bytesOf(s)) {
				t.Fatalf("%s, taken back and applied again, is something else", words(d))
			}
			steps = append(steps, step{before, undo})
		}
		for i := len(steps) - 1; i >= 0; i-- {
			steps[i].undo()
			if !bytes.Equal(steps[i].before, bytesOf(s)) {
				t.Fatalf("taking back step %d after all later ones left a trace", i)
			}
		}
	})
}

func TestSameInputSameOutput(t *testing.T) {
	run(t, 2, func(t *rapid.T, next func() (chat.Command, chat.Time, bool)) {
		one, other := core.New(tight), core.New(tight)
		for c, now, more := next(); more; c, now, more = next() {
			if rapid.IntRange(0, 9).Draw(t, "restore") == 0 {
				before := bytesOf(other)
				other = restored(t, other)
				if !bytes.Equal(before, bytesOf(other)) {
					t.Fatal("a restored state is another")
				}
			}
			d1, d2 := one.Decide(c, now), other.Decide(c, now)
			if !bytes.Equal(answer(d1), answer(d2)) {
				t.Fatalf("%#v led to %s and to %s", c, words(d1), words(d2))
			}
			apply(one, d1)
			apply(other, d2)
		}
		if !bytes.Equal(bytesOf(one), bytesOf(other)) {
			t.Fatal("the states went apart")
		}
	})
}

// Presence dies with the process, so what the journal holds must lead to the same
// rooms, topics, lists, settings, numbers, bans, ids and reservations; and a node's
// start, which ends all presence, to the same state altogether.
func TestReplayOfTheJournal(t *testing.T) {
	run(t, 1, func(t *rapid.T, next func() (chat.Command, chat.Time, bool)) {
		live, replayed := core.New(tight), core.New(tight)
		for c, now, more := next(); more; c, now, more = next() {
			placed, _ := apply(live, live.Decide(c, now))
			for _, p := range placed {
				if p.Event.Class() == chat.Durable {
					replayed.Apply(p.Event)
				}
			}
		}
		start, now := &chat.StartNode{Node: 1}, live.LastTime()
		d1, d2 := live.Decide(start, now), replayed.Decide(start, now)
		if !bytes.Equal(answer(d1), answer(d2)) {
			t.Fatalf("the node's start: live %s, replayed %s", words(d1), words(d2))
		}
		apply(live, d1)
		apply(replayed, d2)
		if !bytes.Equal(bytesOf(live), bytesOf(replayed)) {
			t.Fatalf("live %+v\nreplayed %+v", live.Snapshot(), replayed.Snapshot())
		}
	})
}

// chronicle watches the order of events.
type chronicle struct {
	position chat.Position
	after    uint32
	time     chat.Time
	numbers  map[chat.ConversationID]chat.Number
	newest   chat.ConversationID
}

func (c *chronicle) check(t *rapid.T, p chat.Placed) {
	if p.Event.Class() == chat.Durable {
		c.position, c.after = c.position+1, 0
	} else {
		c.after++
	}
	if p.Position != c.position || p.After != c.after {
		t.Fatalf("%s stands at %d+%d, want %d+%d", eventWords(p.Event), p.Position, p.After, c.position, c.after)
	}
	if field := reflect.ValueOf(p.Event).Elem().FieldByName("Time"); field.IsValid() {
		if at := chat.Time(field.Int()); at < c.time {
			t.Fatalf("%s is dated before what came before", eventWords(p.Event))
		} else {
			c.time = at
		}
	}
	switch e := p.Event.(type) {
	case *chat.RoomOpened:
		if !e.Again {
			c.begin(t, e.Room)
		}
	case *chat.Said:
		if e.To != 0 && e.Number == 1 {
			c.begin(t, e.Conversation)
		}
		c.numbers[e.Conversation]++
		if e.Number != c.numbers[e.Conversation] {
			t.Fatalf("%s, want number %d", eventWords(e), c.numbers[e.Conversation])
		}
	}
}

// begin notes a conversation whose number must be a new one.
func (c *chronicle) begin(t *rapid.T, id chat.ConversationID) {
	if id <= c.newest {
		t.Fatalf("conversation %d begins, but %d was there before", id, c.newest)
	}
	c.newest = id
}

func TestOrderAndInvariants(t *testing.T) {
	run(t, 2, func(t *rapid.T, next func() (chat.Command, chat.Time, bool)) {
		s := core.New(tight)
		c := &chronicle{numbers: map[chat.ConversationID]chat.Number{}}
		for command, now, more := next(); more; command, now, more = next() {
			before := s.Snapshot()
			placed, _ := apply(s, s.Decide(command, now))
			for _, p := range placed {
				c.check(t, p)
			}
			checkNames(t, s.Snapshot())
			checkEmptied(t, before, s, now)
		}
	})
}

// someLogin is a credential of one of the first users, who may have become accounts.
func someLogin(t *rapid.T) chat.Login {
	n := rapid.Uint64Range(1, 6).Draw(t, "account")
	run := rapid.Uint64Range(0, 1).Draw(t, "run")
	return chat.Login{Account: chat.UserID(run<<32 | n), Serial: rapid.Uint32Range(1, 2).Draw(t, "serial")}
}

// checkNames: nobody shares a name or its look, no room does, no session two users.
func checkNames(t *rapid.T, s *chat.Snapshot) {
	seen := map[any]bool{}
	unique := func(key any) {
		if seen[key] {
			t.Fatalf("%v is there twice", key)
		}
		seen[key] = true
	}
	type name struct{ of, text string }
	for _, u := range s.Users {
		for _, session := range u.Sessions {
			unique(session.ID)
		}
		unique(name{"folded nick", u.Folded})
		unique(name{"skeleton of a nick", u.Skeleton})
	}
	for _, a := range s.Accounts {
		unique(name{"folded account", a.Folded})
		unique(name{"likeness of an account", a.Likeness})
	}
	for _, r := range s.Rooms {
		unique(name{"folded room", r.Folded})
		unique(name{"skeleton of a room", r.Skeleton})
	}
}

// checkEmptied: a room that lost its last member is as it should be at once; the next
// tick has nothing to do with it.
func checkEmptied(t *rapid.T, before *chat.Snapshot, s *core.State, now chat.Time) {
	emptied := map[chat.ConversationID]bool{}
	for _, r := range before.Rooms {
		room := s.RoomByID(r.ID)
		emptied[r.ID] = len(r.Members) > 0 && room != nil && room.Size() == 0
	}
	for _, e := range s.Decide(&chat.Tick{}, now).Events {
		switch e := e.(type) {
		case *chat.RoomVanished:
			if emptied[e.Room] {
				t.Fatalf("%s should have vanished with its last member", e.RoomName)
			}
		case *chat.RoomClosed:
			if emptied[e.Room] {
				t.Fatalf("%s should have closed with its last member", e.RoomName)
			}
		}
	}
}
