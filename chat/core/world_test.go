package core_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"madang/chat"
	"madang/chat/codec"
	"madang/chat/core"
)

// The tests of this package read like plays: a scene says what went before, who does
// what, and what everybody would see. Words for events are made by words, below.

// person is somebody by the nick with which he came; the session stays his after a
// change of nick.
type person string

// The cast. Everybody but console, and late, who only comes in when called, is there
// when the curtain rises.
const (
	alice   person = "alice"
	bob     person = "bob"
	carol   person = "carol"
	late    person = "late"
	console person = ""
)

// deed is what somebody does: a command that lacks its session.
type deed func(w *world) chat.Command

// world is a state with people in it and a clock that stands still between deeds.
type world struct {
	t        testing.TB
	state    *core.State
	now      chat.Time
	sessions map[person]chat.SessionID
}

// noon is when every play begins.
const noon = 1_800_000_000 * chat.Second

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		t: t, state: core.New(chat.Limits{RoomsPerUser: 3, Rooms: 5, ListEntries: 2}), now: noon,
		sessions: map[person]chat.SessionID{console: chat.Console},
	}
	w.must(starts(1))
	for _, p := range []person{alice, bob, carol} {
		w.must(p.comes())
	}
	return w
}

// session is that of a person, numbered as people are first named.
func (w *world) session(p person) chat.SessionID {
	id, known := w.sessions[p]
	if !known {
		id = chat.SessionID{Node: 1, N: uint64(len(w.sessions))}
		w.sessions[p] = id
	}
	return id
}

// must does a deed that is not refused.
func (w *world) must(d deed) []chat.Event {
	w.t.Helper()
	decision := w.do(d)
	if decision.Refusal != nil || decision.Partly != nil {
		w.t.Fatalf("%s", words(decision))
	}
	return decision.Events
}

// do decides and applies, and checks what holds of every deed: deciding changes
// nothing, and what was applied can be taken back.
func (w *world) do(d deed) core.Decision {
	w.t.Helper()
	command := d(w)
	before := bytesOf(w.state)
	decision := w.state.Decide(command, w.now)
	if !bytes.Equal(before, bytesOf(w.state)) {
		w.t.Fatalf("deciding %#v changed the state", command)
	}
	var undos []core.Undo
	for _, e := range decision.Events {
		_, undo := w.state.Apply(e)
		undos = append(undos, undo)
	}
	for i := len(undos) - 1; i >= 0; i-- {
		undos[i]()
	}
	if !bytes.Equal(before, bytesOf(w.state)) {
		w.t.Fatalf("taking back %s left a trace", words(decision))
	}
	for _, e := range decision.Events {
		w.state.Apply(e)
	}
	return decision
}

func bytesOf(s *core.State) []byte { return codec.AppendSnapshot(nil, s.Snapshot()) }

// user is a person who is there.
func (w *world) user(p person) *core.User {
	w.t.Helper()
	u := w.state.UserOf(w.session(p))
	if u == nil {
		w.t.Fatalf("%s is not there", p)
	}
	return u
}

// scene is one rule.
type scene struct {
	rule  string
	given []deed
	deed  deed
	want  string // in the words of words
}

func given(deeds ...deed) []deed { return deeds }

// also is what went before, and more; scenes share their beginnings.
func also(before []deed, more ...deed) []deed { return slices.Concat(before, more) }

func runScenes(t *testing.T, scenes []scene) {
	t.Helper()
	for _, s := range scenes {
		t.Run(s.rule, func(t *testing.T) {
			w := newWorld(t)
			for _, d := range s.given {
				w.must(d)
			}
			if got := words(w.do(s.deed)); got != s.want {
				t.Errorf("got  %s\nwant %s", got, s.want)
			}
		})
	}
}

func (p person) comes() deed {
	return func(w *world) chat.Command {
		n := byte(len(string(p)))
		return &chat.Attach{
			Session: w.session(p), Nick: string(p), Username: string(p), Realname: "It is " + string(p), Host: string(p) + ".cloak",
			Address: chat.Address{10: 0xff, 11: 0xff, 12: 192, 13: 0, 14: 2, 15: n}, Gateway: "line", Scope: chat.Scope{p[0]},
		}
	}
}

// with makes a deed of a command that takes the person's session.
func (p person) with(command func(chat.SessionID) chat.Command) deed {
	return func(w *world) chat.Command { return command(w.session(p)) }
}

func (p person) goes() deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.Detach{Session: s, Reason: "bye"} })
}

func (p person) becomes(nick string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.ChangeNick{Session: s, Nick: nick} })
}

func (p person) joins(room string, key ...string) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.Join{Session: s, Room: room, Key: strings.Join(key, "")}
	})
}

func (p person) parts(room string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.Part{Session: s, Room: room} })
}

// says speaks to a room or, without the #, to somebody.
func (p person) says(to, text string) deed { return p.saysWith(chat.Say{Text: text}, to) }

// saysOnce says something with an id of its own.
func (p person) saysOnce(to, id string) deed { return p.saysWith(chat.Say{Text: "hi", ID: id}, to) }

func (p person) saysWith(c chat.Say, to string) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		say := c
		say.Session = s
		if strings.HasPrefix(to, "#") {
			say.Room = to
		} else {
			say.Nick = to
		}
		return &say
	})
}

func (p person) kicks(nick, room string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.Kick{Session: s, Room: room, Nick: nick} })
}

func (p person) invites(nick, room string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.Invite{Session: s, Room: room, Nick: nick} })
}

func (p person) sets(room string, changes ...chat.RoomChange) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.ChangeRoom{Session: s, Room: room, Changes: changes}
	})
}

func (p person) topics(room, text string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.SetTopic{Session: s, Room: room, Text: text} })
}

func (p person) flags(set, clear chat.UserFlags) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.ChangeFlags{Session: s, Set: set, Clear: clear}
	})
}

func (p person) becomesOperator() deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.GrantOperator{Session: s, Name: "boss", Powers: chat.EveryPermission}
	})
}

func (p person) opens(room string, permanent bool) deed {
	return p.with(func(s chat.SessionID) chat.Command {
		return &chat.OpenRoom{Session: s, Room: room, Permanent: permanent}
	})
}

func (p person) retains(room string, days int) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.SetRetention{Session: s, Room: room, Days: days} })
}

func (p person) bans(target string) deed { return p.bansWith(chat.ServerBan{Target: target}) }

func (p person) bansWith(b chat.ServerBan) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.AddBan{Session: s, Ban: b} })
}

func starts(node uint32) deed {
	return func(*world) chat.Command { return &chat.StartNode{Node: node} }
}

// after lets time pass and gives the minute's tick.
func after(d chat.Time) deed {
	return func(w *world) chat.Command { w.now += d; return &chat.Tick{} }
}

// later lets time pass before a deed, without a tick.
func later(d chat.Time, next deed) deed {
	return func(w *world) chat.Command { w.now += d; return next(w) }
}

func on(a chat.RoomAspect) chat.RoomChange  { return chat.RoomChange{Aspect: a, Add: true} }
func off(a chat.RoomAspect) chat.RoomChange { return chat.RoomChange{Aspect: a} }

func key(text string) chat.RoomChange {
	return chat.RoomChange{Aspect: chat.Key, Add: text != "", Text: text}
}

func limit(n int) chat.RoomChange { return chat.RoomChange{Aspect: chat.Limit, Add: n != 0, Number: n} }

func list(a chat.RoomAspect, mask string) chat.RoomChange {
	return chat.RoomChange{Aspect: a, Add: true, Text: mask}
}

func unlist(a chat.RoomAspect, mask string) chat.RoomChange {
	return chat.RoomChange{Aspect: a, Text: mask}
}

func raise(nick string, r chat.Rank) chat.RoomChange {
	return chat.RoomChange{Aspect: chat.Ranks, Add: true, Text: nick, Rank: r}
}

func lower(nick string, r chat.Rank) chat.RoomChange {
	return chat.RoomChange{Aspect: chat.Ranks, Text: nick, Rank: r}
}

// words tells a decision in one line.
func words(d core.Decision) string {
	var out []string
	for _, e := range d.Events {
		if _, ok := e.(*chat.Audited); !ok { // the record has a test of its own
			out = append(out, eventWords(e))
		}
	}
	if d.Refusal != nil {
		out = append(out, "no: "+refusalWords(*d.Refusal))
	}
	for _, r := range d.Partly {
		out = append(out, "not: "+refusalWords(r))
	}
	if d.Duplicate != nil {
		out = append(out, fmt.Sprintf("again: message %d", d.Duplicate.Number))
	}
	return strings.Join(out, "; ")
}

func eventWords(e chat.Event) string {
	switch e := e.(type) {
	case *chat.Attached:
		return e.Source.Nick + " comes"
	case *chat.Quit:
		if e.Killed {
			return e.Source.Nick + " killed by " + e.By
		}
		return e.Source.Nick + " goes"
	case *chat.NickChanged:
		return e.Source.Nick + " becomes " + e.Nick
	case *chat.HostChanged:
		return e.Source.Nick + " from " + e.Host
	case *chat.RealnameChanged:
		return e.Source.Nick + " is " + e.Realname
	case *chat.AwayChanged:
		if e.Unseen {
			return e.Source.Nick + " away unseen: " + e.Said
		}
		return e.Source.Nick + " away: " + e.Text
	case *chat.FlagsChanged:
		return fmt.Sprintf("%s flags %d to %d %s", e.Source.Nick, e.Before, e.Flags, e.Operator)
	case *chat.Joined:
		return rankWords(e.Rank) + e.Source.Nick + " joins " + e.RoomName
	case *chat.Parted:
		return e.Source.Nick + " parts " + e.RoomName
	case *chat.Kicked:
		return e.Source.Nick + " kicks " + e.Nick + " from " + e.RoomName
	case *chat.Invited:
		return e.Source.Nick + " invites " + e.Nick + " to " + e.RoomName
	case *chat.Said:
		return fmt.Sprintf("%s to %s%s %d: %s", e.Source.Nick, e.RoomName, e.Nick, e.Number, e.Text)
	case *chat.Relayed:
		return fmt.Sprintf("%s to %s%s unkept, for %d: %s", e.Source.Nick, e.RoomName, e.Nick, len(e.Only), e.Text)
	case *chat.TopicSet:
		return e.Source.Nick + " topics " + e.RoomName + ": " + e.Text
	case *chat.RoomChanged:
		return e.Source.Nick + " sets " + e.RoomName + changesWords(e.Changes)
	}
	return roomWords(e)
}

func roomWords(e chat.Event) string {
	switch e := e.(type) {
	case *chat.RoomOpened:
		return e.RoomName + " opens" + strings.Repeat(" again", count(e.Again)) + strings.Repeat(" for good", count(e.Permanent))
	case *chat.RoomClosed:
		return e.RoomName + " closes"
	case *chat.RoomVanished:
		return e.RoomName + " vanishes"
	case *chat.RetentionSet:
		return fmt.Sprintf("%s keeps %d days, %d messages", e.RoomName, e.Days, e.Messages)
	case *chat.BanAdded:
		return "ban on " + e.Ban.Target
	case *chat.BanRemoved:
		return "no ban on " + e.Target
	case *chat.Broadcasted:
		return fmt.Sprintf("%s to all, or %d: %s", e.Source.Nick, len(e.Only), e.Text)
	case *chat.Knocked:
		return fmt.Sprintf("%s knocks at %s, for %d: %s", e.Source.Nick, e.RoomName, len(e.Only), e.Text)
	case *chat.NodeStarted:
		return fmt.Sprintf("node %d starts", e.Node)
	case *chat.DirectErased:
		return "direct messages erased"
	}
	return messageWords(e)
}

func messageWords(e chat.Event) string {
	takes := map[bool]string{true: "no more ", false: ""}
	switch e := e.(type) {
	case *chat.Redacted:
		return fmt.Sprintf("%s erases %s%s %d", e.Source.Nick, e.RoomName, e.Nick, e.Number)
	case *chat.Edited:
		return fmt.Sprintf("%s edits %s%s %d: %s", e.Source.Nick, e.RoomName, e.Nick, e.Number, e.Text)
	case *chat.Reacted:
		return fmt.Sprintf("%s reacts in %s%s to %d: %s%s", e.Source.Nick, e.RoomName, e.Nick, e.Message, takes[e.Remove], e.Sign)
	case *chat.MetadataSet:
		return fmt.Sprintf("%s says of %s%s: %s%s %s", e.Source.Nick, e.RoomName, e.Nick, takes[e.Remove], e.Key, e.Value)
	case *chat.RoomRenamed:
		return e.Source.Nick + " renames " + e.RoomName + " to " + e.Name
	case *chat.Trusted:
		return e.Source.Nick + " trusts " + takes[e.Remove] + e.Nick
	}
	return accountWords(e)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func rankWords(r chat.Rank) string {
	prefixes := ""
	for i, p := range []string{"+", "%", "@", "&", "~"} {
		prefixes = strings.Repeat(p, int(r>>i&1)) + prefixes
	}
	return prefixes
}

func changesWords(changes []chat.RoomChange) string {
	aspects := map[chat.RoomAspect]string{
		chat.Moderated: "m", chat.InviteOnly: "i", chat.Secret: "s", chat.TopicLocked: "t", chat.NoOutside: "n", chat.NoCTCP: "C",
		chat.Key: "k", chat.Limit: "l", chat.Ban: "b", chat.BanException: "e", chat.InviteMask: "I",
		chat.AccountsEnter: "R", chat.AccountsSpeak: "M", chat.Auditorium: "u", chat.Screened: "U", chat.NoKnock: "K",
		chat.Founder: "founder ", chat.Successor: "successor ", chat.Access: "access ", chat.Forward: "f", chat.Slow: "slow ",
		chat.Entry: "entry ", chat.MentionAll: "all",
	}
	out := ""
	for _, c := range changes {
		word := aspects[c.Aspect]
		if c.Aspect == chat.Ranks {
			word = rankWords(c.Rank)
		}
		if c.Aspect == chat.Access || c.Aspect == chat.MentionAll {
			word += rankWords(c.Rank)
		}
		if (c.Aspect == chat.Limit || c.Aspect == chat.Slow) && c.Add {
			c.Text = fmt.Sprint(c.Number)
		}
		out += " " + map[bool]string{true: "+", false: "-"}[c.Add] + word + c.Text
	}
	return out
}

func refusalWords(r chat.Refusal) string {
	codes := [chat.CodesEnd]string{
		chat.NoSuchSession: "no such session", chat.AlreadyAttached: "already attached", chat.NickInvalid: "nick invalid",
		chat.NickTaken: "nick taken", chat.NickConfusing: "nick confusing", chat.NoSuchNick: "no such nick",
		chat.RoomInvalid: "room invalid", chat.RoomConfusing: "room confusing", chat.NoSuchRoom: "no such room",
		chat.RoomReserved: "room reserved", chat.TooManyRooms: "too many rooms", chat.AlreadyMember: "already member",
		chat.NotMember: "not member", chat.TargetNotMember: "target not member", chat.NeedInvitation: "need invitation",
		chat.WrongKey: "wrong key", chat.RoomFull: "room full", chat.Banned: "banned", chat.CannotSpeak: "cannot speak",
		chat.NeedRank: "need rank", chat.NeedOperator: "need operator", chat.ListFull: "list full", chat.TextEmpty: "text empty",
		chat.TextTooLong: "text too long", chat.TextInvalid: "text invalid", chat.BadValue: "bad value",
		chat.BannedFromServer: "banned from server", chat.NoSuchBan: "no such ban",
		chat.NickReserved:         "nick reserved",
		chat.NeedAccount:          "need account",
		chat.AccountInvalid:       "account invalid",
		chat.AccountTaken:         "account taken",
		chat.NoSuchAccount:        "no such account",
		chat.AlreadySignedIn:      "already signed in",
		chat.WrongCredentials:     "wrong credentials",
		chat.CredentialsChanged:   "credentials changed",
		chat.AccountSuspended:     "account suspended",
		chat.Unconfirmed:          "unconfirmed",
		chat.WrongCode:            "wrong code",
		chat.NeedInvitationCode:   "need invitation code",
		chat.RegistrationClosed:   "registration closed",
		chat.OnlySession:          "only session",
		chat.TooManyGuesses:       "too many guesses",
		chat.NoSuchMessage:        "no such message",
		chat.NotYours:             "not yours",
		chat.TooSoon:              "too soon",
		chat.NoKnocking:           "no knocking",
		chat.MessagesFromAccounts: "messages from accounts", chat.NoRequests: "no requests",
		chat.OutOfScope: "out of scope",
	}
	word := codes[r.Code]
	if r.Rank != chat.NoRank {
		word += " " + rankWords(r.Rank)
	}
	return word
}
