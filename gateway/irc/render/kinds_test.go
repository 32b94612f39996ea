package render

import (
	"math/bits"
	"strings"
	"testing"

	"madang/chat"
	"madang/engine"
)

func renderer() *Renderer { return New("irc.test", 7) }

// at is when everything in these tests happens: 2026-01-02T03:04:05.678Z.
const at chat.Time = 1767323045678

const (
	stamp = "@time=2026-01-02T03:04:05.678Z "
	minaS = ":미나!mina@host.cloak"
)

func mina() chat.Source {
	return chat.Source{User: 1, Nick: "미나", Username: "mina", Host: "host.cloak"}
}

func botS() chat.Source {
	return chat.Source{User: 3, Nick: "봇", Username: "bot", Host: "host.cloak", Account: "가입", Bot: true, Operator: true}
}

// Forms of which a client may have any number.
const (
	fTags    = engine.Form(CapMessageTags)
	fTime    = engine.Form(CapServerTime)
	fJoin    = engine.Form(CapExtendedJoin)
	fAway    = engine.Form(CapAwayNotify)
	fName    = engine.Form(CapSetname)
	fGuest   = engine.Form(CapInviteNotify)
	fAccount = engine.Form(CapAccountNotify)
	fTag     = engine.Form(CapAccountTag)
	fOper    = engine.Form(CapOperTag)
	fHost    = engine.Form(CapChghost)
	fKR      = FormCP949

	fSeveral = engine.Form(CapMultiline)
	fRedact  = engine.Form(CapRedaction)
	fEdit    = engine.Form(CapEdit)
	fRename  = engine.Form(CapRename)
	fRead    = engine.Form(CapReadMarker)
	fRelay   = engine.Form(CapRelaymsg)
)

// shown is an event and how it looks.
type shown struct {
	event chat.Event
	lines map[engine.Form]string // in every form; CR LF is left out between lines
}

// bothWays is how a line of somebody signed in looks with account-tag and without.
func bothWays(line string) map[engine.Form]string {
	line = ":봇!bot@host.cloak " + line
	return map[engine.Form]string{0: line, fOper: "@draft/oper " + line, fTag: "@account=가입 " + line, fTag | fTags: "@account=가입 " + line}
}

// rendered is every kind of event, how it looks without capabilities and what each
// changes.
func rendered() []shown {
	said := chat.Said{Source: mina(), RoomName: "#마당", Time: at, Text: "안녕"}
	action, notice, direct, tagged := said, said, said, said
	action.What = chat.Action
	notice.What = chat.Notice
	direct.RoomName, direct.To, direct.Nick = "", 2, "준"
	tagged.Source, tagged.ReplyTo = botS(), "7-9"
	tagged.Tags = []chat.Tag{{Key: "+a", Value: "b; c"}}
	typed := chat.Relayed{Source: mina(), RoomName: "#마당", Time: at, What: chat.Typed, Tags: []chat.Tag{{Key: "+typing", Value: "active"}}}
	typedBot := typed
	typedBot.Source = botS()
	status := chat.Relayed{Source: mina(), RoomName: "#마당", Time: at, Text: "안녕", AtLeast: chat.Operator}
	ctcp := chat.Relayed{Source: mina(), To: 2, Nick: "준", Time: at, What: chat.CTCP, Text: "\x01VERSION 가\x01"}
	joined := chat.Joined{Source: mina(), RoomName: "#마당", Realname: "김 미나", Time: at}
	away := joined
	away.Source, away.Away = botS(), "밥"
	return []shown{
		{&said, map[engine.Form]string{
			0:             minaS + " PRIVMSG #마당 :안녕",
			fTime:         stamp + minaS + " PRIVMSG #마당 :안녕",
			fTags:         "@msgid=7-16 " + minaS + " PRIVMSG #마당 :안녕",
			fTime | fTags: "@time=2026-01-02T03:04:05.678Z;msgid=7-16 " + minaS + " PRIVMSG #마당 :안녕",
			fKR:           ":\xb9\xcc\xb3\xaa!mina@host.cloak PRIVMSG #\xb8\xb6\xb4\xe7 :\xbe\xc8\xb3\xe7",
		}},
		{&action, map[engine.Form]string{0: minaS + " PRIVMSG #마당 :\x01ACTION 안녕\x01"}},
		{&notice, map[engine.Form]string{0: minaS + " NOTICE #마당 :안녕"}},
		{&direct, map[engine.Form]string{0: minaS + " PRIVMSG 준 :안녕"}},
		{&tagged, map[engine.Form]string{
			0:            ":봇!bot@host.cloak PRIVMSG #마당 :안녕",
			fTags:        `@msgid=7-16;bot;+a=b\:\sc;+draft/reply=7-9 :봇!bot@host.cloak PRIVMSG #마당 :안녕`,
			fTag:         "@account=가입 :봇!bot@host.cloak PRIVMSG #마당 :안녕",
			fTag | fTime: "@time=2026-01-02T03:04:05.678Z;account=가입 :봇!bot@host.cloak PRIVMSG #마당 :안녕",
			fTag | fOper: "@account=가입;draft/oper :봇!bot@host.cloak PRIVMSG #마당 :안녕",
		}},
		{&typed, map[engine.Form]string{
			0: "", fTime: "", fKR: "",
			fTags:         "@msgid=7-16-2;+typing=active " + minaS + " TAGMSG #마당",
			fTime | fTags: "@time=2026-01-02T03:04:05.678Z;msgid=7-16-2;+typing=active " + minaS + " TAGMSG #마당",
		}},
		{&status, map[engine.Form]string{0: minaS + " PRIVMSG @#마당 :안녕"}},
		{&ctcp, map[engine.Form]string{0: minaS + " PRIVMSG 준 :\x01VERSION 가\x01"}},
		{&joined, map[engine.Form]string{
			0:     minaS + " JOIN #마당",
			fTime: stamp + minaS + " JOIN #마당",
			fJoin: minaS + " JOIN #마당 * :김 미나",
			fAway: minaS + " JOIN #마당",
			fKR:   ":\xb9\xcc\xb3\xaa!mina@host.cloak JOIN #\xb8\xb6\xb4\xe7",
		}},
		{&away, map[engine.Form]string{
			0:             ":봇!bot@host.cloak JOIN #마당",
			fJoin:         ":봇!bot@host.cloak JOIN #마당 가입 :김 미나",
			fAway:         ":봇!bot@host.cloak JOIN #마당\r\n:봇!bot@host.cloak AWAY :밥",
			fTag:          "@account=가입 :봇!bot@host.cloak JOIN #마당",
			fJoin | fAway: ":봇!bot@host.cloak JOIN #마당 가입 :김 미나\r\n:봇!bot@host.cloak AWAY :밥",
		}},
		{&chat.Parted{Source: mina(), RoomName: "#마당", Time: at}, map[engine.Form]string{
			0: minaS + " PART #마당", fTime: stamp + minaS + " PART #마당",
		}},
		{&chat.Parted{Source: mina(), RoomName: "#마당", Reason: "안녕", Time: at}, map[engine.Form]string{0: minaS + " PART #마당 :안녕"}},
		{&chat.Quit{Source: mina(), Time: at}, map[engine.Form]string{
			0: minaS + " QUIT :Connection closed", fTime: stamp + minaS + " QUIT :Connection closed",
		}},
		{&chat.Quit{Source: mina(), Reason: "밥", Time: at}, map[engine.Form]string{0: minaS + " QUIT :밥"}},
		{&chat.Quit{Source: mina(), Reason: "밥", Killed: true, By: "root", Time: at}, map[engine.Form]string{0: minaS + " QUIT :Killed (root (밥))"}},
		{&chat.NickChanged{Source: mina(), Nick: "나미", Time: at}, map[engine.Form]string{
			0: minaS + " NICK :나미", fTime: stamp + minaS + " NICK :나미",
		}},
		{&chat.Kicked{Source: mina(), RoomName: "#마당", User: 2, Nick: "준", Time: at}, map[engine.Form]string{
			0: minaS + " KICK #마당 준 :미나", fTime: stamp + minaS + " KICK #마당 준 :미나",
		}},
		{&chat.Kicked{Source: chat.Source{Nick: "console"}, RoomName: "#마당", User: 2, Nick: "준", Reason: "밥", Time: at}, map[engine.Form]string{
			0: ":irc.test KICK #마당 준 :밥",
		}},
		{&chat.Invited{Source: mina(), RoomName: "#마당", User: 2, Nick: "준", Time: at}, map[engine.Form]string{
			0: "", fTime: "",
			fGuest:         minaS + " INVITE 준 :#마당",
			fGuest | fTime: stamp + minaS + " INVITE 준 :#마당",
		}},
		{&chat.TopicSet{Source: mina(), RoomName: "#마당", Text: "오늘 밥", Time: at}, map[engine.Form]string{
			0: minaS + " TOPIC #마당 :오늘 밥", fTime: stamp + minaS + " TOPIC #마당 :오늘 밥",
		}},
		{&chat.TopicSet{Source: mina(), RoomName: "#마당", Time: at}, map[engine.Form]string{0: minaS + " TOPIC #마당 :"}},
		{&chat.RoomChanged{Source: mina(), RoomName: "#마당", Time: at, Changes: []chat.RoomChange{
			{Aspect: chat.Moderated, Add: true}, {Aspect: chat.Key, Add: true, Text: "열쇠"}, {Aspect: chat.Limit, Add: true, Number: 9},
			{Aspect: chat.Ban, Text: "*!*@x"}, {Aspect: chat.Limit}, {Aspect: chat.Ranks, Add: true, Rank: chat.HalfOperator, Text: "준"},
		}}, map[engine.Form]string{
			0:     minaS + " MODE #마당 +mkl-bl+h 열쇠 9 *!*@x 준",
			fTime: stamp + minaS + " MODE #마당 +mkl-bl+h 열쇠 9 *!*@x 준",
		}},
		{&chat.RoomChanged{Source: mina(), RoomName: "#마당", Time: at, Changes: []chat.RoomChange{
			{Aspect: chat.Founder, Add: true, Text: "미나"}, {Aspect: chat.Ranks, Add: true, Rank: chat.Owner, Text: "미나"},
			{Aspect: chat.Slow, Add: true, Number: 5}, {Aspect: chat.Forward, Add: true, Text: "#뜰"}, {Aspect: chat.Forward},
			{Aspect: chat.Auditorium, Add: true}, {Aspect: chat.Entry, Add: true, Text: "두 마디"},
		}}, map[engine.Form]string{0: minaS + " MODE #마당 +qf-f+u 미나 #뜰"}},
		{&chat.RoomChanged{Source: mina(), RoomName: "#마당", Changes: []chat.RoomChange{{Aspect: chat.Slow, Number: 5}}}, map[engine.Form]string{0: ""}},
		{&chat.Knocked{Source: mina(), RoomName: "#마당", Text: "저예요", Time: at}, map[engine.Form]string{
			0:     ":irc.test 710 #마당 #마당 미나!mina@host.cloak :has asked for an invite: 저예요",
			fTime: stamp + ":irc.test 710 #마당 #마당 미나!mina@host.cloak :has asked for an invite: 저예요",
		}},
		{&chat.AwayChanged{Source: mina(), Text: "밥"}, map[engine.Form]string{
			0: "", fTime: "", fAway: minaS + " AWAY :밥", fAway | fTime: minaS + " AWAY :밥",
		}},
		{&chat.AwayChanged{Source: mina()}, map[engine.Form]string{0: "", fAway: minaS + " AWAY"}},
		{&chat.AwayChanged{Source: mina(), Said: "밥", Unseen: true}, map[engine.Form]string{0: "", fAway: ""}},
		{&chat.RealnameChanged{Source: mina(), Realname: "김 미나"}, map[engine.Form]string{
			0: "", fName: minaS + " SETNAME :김 미나",
		}},
		{&chat.FlagsChanged{Source: mina(), Before: chat.Invisible | chat.Wallops, Flags: chat.Bot | chat.Wallops}, map[engine.Form]string{
			0: minaS + " MODE 미나 +B-i",
		}},
		{&chat.FlagsChanged{Source: mina()}, map[engine.Form]string{0: ""}},
		{&chat.Broadcasted{Source: mina(), Text: "안녕", Time: at}, map[engine.Form]string{
			0: minaS + " NOTICE $$* :안녕", fTime: stamp + minaS + " NOTICE $$* :안녕",
		}},
		{&chat.Broadcasted{Source: mina(), Text: "안녕", Wallops: true, Time: at}, map[engine.Form]string{0: minaS + " WALLOPS :안녕"}},
		{&chat.Parted{Source: botS(), RoomName: "#마당", Time: at}, bothWays("PART #마당")},
		{&chat.Quit{Source: botS(), Reason: "밥", Time: at}, bothWays("QUIT :밥")},
		{&chat.NickChanged{Source: botS(), Nick: "로봇", Time: at}, bothWays("NICK :로봇")},
		{&chat.Kicked{Source: botS(), RoomName: "#마당", User: 2, Nick: "준", Reason: "밥", Time: at}, bothWays("KICK #마당 준 :밥")},
		{&chat.TopicSet{Source: botS(), RoomName: "#마당", Text: "밥", Time: at}, map[engine.Form]string{
			fTag: "@account=가입 :봇!bot@host.cloak TOPIC #마당 :밥", fTag | fTags: "@msgid=7-16;account=가입 :봇!bot@host.cloak TOPIC #마당 :밥",
		}},
		{&chat.Broadcasted{Source: botS(), Text: "밥", Time: at}, bothWays("NOTICE $$* :밥")},
		{&chat.RoomChanged{Source: botS(), RoomName: "#마당", Time: at, Changes: []chat.RoomChange{{Aspect: chat.Moderated, Add: true}}}, bothWays("MODE #마당 +m")},
		{&chat.Invited{Source: botS(), RoomName: "#마당", User: 2, Nick: "준", Time: at}, map[engine.Form]string{
			fGuest | fTag: "@account=가입 :봇!bot@host.cloak INVITE 준 :#마당",
		}},
		{&typedBot, map[engine.Form]string{fTags | fTag: "@account=가입;msgid=7-16-2;bot;+typing=active :봇!bot@host.cloak TAGMSG #마당"}},
		{&chat.SessionAdded{Source: botS(), Time: at}, map[engine.Form]string{0: "", fAway: ""}},
		{&chat.SessionEnded{Source: botS(), Reason: "밥", Time: at}, map[engine.Form]string{0: "", fAway: ""}},
		{&chat.AccountMade{Source: mina(), Account: chat.AccountRecord{Name: "가입"}, Became: true}, map[engine.Form]string{0: "", fAccount: minaS + " ACCOUNT 가입"}},
		{&chat.AccountMade{Source: mina(), Account: chat.AccountRecord{Name: "가입"}}, map[engine.Form]string{0: "", fAccount: ""}},
		{&chat.Attended{User: 1, Left: 2}, map[engine.Form]string{0: ""}},
		{&chat.AccountDeleted{User: mina(), Account: 1, Name: "가입"}, map[engine.Form]string{0: "", fAccount: minaS + " ACCOUNT *"}},
		{&chat.AccountDeleted{Account: 2, Name: "가입"}, map[engine.Form]string{0: "", fAccount: ""}},
		{&chat.SignedIn{Source: mina(), To: botS(), Time: at}, map[engine.Form]string{0: "", fAccount: minaS + " ACCOUNT 가입"}},
		{&chat.SignedIn{Source: mina(), To: botS(), Present: true, Time: at}, map[engine.Form]string{
			0: minaS + " QUIT :Signed in", fTime: stamp + minaS + " QUIT :Signed in",
		}},
		{&chat.AccountChanged{Name: "가입"}, map[engine.Form]string{0: ""}},
		{&chat.Stayed{On: true, Source: mina()}, map[engine.Form]string{0: ""}},
		{&chat.InvitationMade{}, map[engine.Form]string{0: ""}},
		{&chat.Audited{By: "root", Action: "kill"}, map[engine.Form]string{0: ""}},
		{&chat.MarkSet{Source: mina(), RoomName: "#마당", At: at}, map[engine.Form]string{
			0: "", fRead: ":irc.test MARKREAD #마당 timestamp=2026-01-02T03:04:05.678Z",
		}},
		{&chat.Redacted{Source: mina(), RoomName: "#마당", Message: 42, Time: at}, map[engine.Form]string{0: "", fRedact: minaS + " REDACT #마당 7-16"}},
		{&chat.Redacted{Source: botS(), To: 2, Nick: "준", Message: 42, Reason: "밥", Time: at}, map[engine.Form]string{
			0: "", fRedact: ":봇!bot@host.cloak REDACT 준 7-16 :밥", fRedact | fTime: stamp + ":봇!bot@host.cloak REDACT 준 7-16 :밥",
		}},
		{&chat.Edited{Source: botS(), RoomName: "#마당", Message: 42, Text: "밥\n국", Time: at}, map[engine.Form]string{
			0: "", fEdit: ":봇!bot@host.cloak EDIT #마당 7-16 :밥 국",
		}},
		{&chat.Reacted{Source: botS(), RoomName: "#마당", ReplyTo: "7-9", Time: at, Tags: []chat.Tag{{Key: "+draft/react", Value: "👍"}}}, map[engine.Form]string{
			0: "", fTags: "@msgid=7-16;bot;+draft/react=👍;+draft/reply=7-9 :봇!bot@host.cloak TAGMSG #마당",
		}},
		{&chat.RoomRenamed{Source: botS(), RoomName: "#마당", Name: "#뜰", Time: at}, map[engine.Form]string{
			0: "", fRename: ":봇!bot@host.cloak RENAME #마당 #뜰 :",
		}},
		{&chat.Said{Source: mina(), RoomName: "#마당", Time: at, Text: "하나\n\n둘셋", Tags: []chat.Tag{{Key: TagConcat, Value: "11"}, {Key: "+a"}}}, map[engine.Form]string{
			0:     minaS + " PRIVMSG #마당 :하나\r\n" + minaS + " PRIVMSG #마당 :둘\r\n" + minaS + " PRIVMSG #마당 :셋",
			fTags: "@msgid=7-16;+a " + minaS + " PRIVMSG #마당 :하나\r\n@+a " + minaS + " PRIVMSG #마당 :둘\r\n@+a " + minaS + " PRIVMSG #마당 :셋",
			fSeveral | fTags: "@msgid=7-16;+a " + minaS + " BATCH +m16 draft/multiline #마당\r\n@batch=m16 " + minaS + " PRIVMSG #마당 :하나\r\n" +
				"@batch=m16 " + minaS + " PRIVMSG #마당 :\r\n@batch=m16 " + minaS + " PRIVMSG #마당 :둘\r\n" +
				"@batch=m16;draft/multiline-concat " + minaS + " PRIVMSG #마당 :셋\r\n:irc.test BATCH -m16",
		}},
		{&chat.Relayed{Source: mina(), RoomName: "#마당", Time: at, Text: "하나\n둘", AtLeast: chat.Operator}, map[engine.Form]string{
			fSeveral: minaS + " BATCH +m16-2 draft/multiline @#마당\r\n@batch=m16-2 " + minaS + " PRIVMSG @#마당 :하나\r\n@batch=m16-2 " + minaS + " PRIVMSG @#마당 :둘\r\n:irc.test BATCH -m16-2",
		}},
		{&chat.Said{Source: mina(), RoomName: "#마당", Time: at, Text: "하나", Relayer: "준"}, map[engine.Form]string{
			fRelay: "@draft/relaymsg=준 " + minaS + " PRIVMSG #마당 :하나", fRelay | fTags: "@msgid=7-16;draft/relaymsg=준 " + minaS + " PRIVMSG #마당 :하나",
		}},
		{&chat.HostChanged{Source: mina(), Host: "tea.house", Time: at}, map[engine.Form]string{
			0: "", fHost: minaS + " CHGHOST mina tea.house", fHost | fTime: stamp + minaS + " CHGHOST mina tea.house",
		}},
		{&chat.HostChanged{Source: botS(), Host: "tea.house", Time: at}, map[engine.Form]string{
			fTag: "", fHost | fTag: "@account=가입 :봇!bot@host.cloak CHGHOST bot tea.house", fHost | fOper: "@draft/oper :봇!bot@host.cloak CHGHOST bot tea.house",
		}},
		// What has no other tag says that an operator did it.
		{&chat.AwayChanged{Source: botS(), Text: "밥"}, map[engine.Form]string{fOper: "", fOper | fAway: "@draft/oper :봇!bot@host.cloak AWAY :밥"}},
		{&chat.RealnameChanged{Source: botS(), Realname: "봇"}, map[engine.Form]string{fOper: "", fOper | fName: "@draft/oper :봇!bot@host.cloak SETNAME :봇"}},
		{&chat.FlagsChanged{Source: botS(), Flags: chat.Wallops}, map[engine.Form]string{fOper: "@draft/oper :봇!bot@host.cloak MODE 봇 +w"}},
		{&chat.AccountMade{Source: botS(), Account: chat.AccountRecord{Name: "가입"}, Became: true}, map[engine.Form]string{fOper | fAccount: "@draft/oper :봇!bot@host.cloak ACCOUNT 가입"}},
		{&chat.AccountDeleted{User: botS(), Account: 3, Name: "가입"}, map[engine.Form]string{fOper | fAccount: "@draft/oper :봇!bot@host.cloak ACCOUNT *"}},
		{&chat.SignedIn{Source: botS(), To: botS(), Time: at}, map[engine.Form]string{fOper | fAccount: "@draft/oper :봇!bot@host.cloak ACCOUNT 가입"}},
		// Shown to nobody here: what follows belongs to other parts of the gateway.
		{&chat.MetadataSet{Source: mina()}, map[engine.Form]string{0: ""}},
		{&chat.Trusted{Source: mina()}, map[engine.Form]string{0: ""}},
		{&chat.Attached{Source: mina(), Realname: "김"}, map[engine.Form]string{0: ""}},
		{&chat.RoomOpened{RoomName: "#마당"}, map[engine.Form]string{0: ""}},
		{&chat.RoomClosed{RoomName: "#마당"}, map[engine.Form]string{0: ""}},
		{&chat.RoomVanished{RoomName: "#마당"}, map[engine.Form]string{0: ""}},
		{&chat.RetentionSet{RoomName: "#마당"}, map[engine.Form]string{0: ""}},
		{&chat.BanAdded{Ban: chat.ServerBan{Target: "*!*@x", Reason: "밥"}}, map[engine.Form]string{0: ""}},
		{&chat.BanRemoved{Target: "*!*@x"}, map[engine.Form]string{0: ""}},
		{&chat.NodeStarted{Node: 1}, map[engine.Form]string{0: ""}},
		{&chat.DirectErased{Before: at}, map[engine.Form]string{0: ""}},
	}
}

// place puts an event where these tests have it.
func place(e chat.Event) *chat.Placed {
	p := &chat.Placed{Position: 42, Event: e} // 42 is 16 in base 36
	if e.Class() != chat.Durable {
		p.After = 2
	}
	return p
}

func TestHowEventsLook(t *testing.T) {
	g := renderer()
	for _, s := range rendered() {
		for form, want := range s.lines {
			if want != "" {
				want += "\r\n"
			}
			if got := string(g.Render(nil, place(s.event), form)); got != want {
				t.Errorf("%T in form %x is\n%q, want\n%q", s.event, form, got, want)
			}
			if got := string(g.Render([]byte("before "), place(s.event), form)); got != "before "+want {
				t.Errorf("%T in form %x, appended, is %q", s.event, form, got)
			}
		}
	}
}

func TestEveryKindIsLookedAt(t *testing.T) {
	seen := map[chat.Kind]bool{}
	for _, s := range rendered() {
		seen[s.event.Kind()] = true
	}
	for k := chat.Kind(1); k < chat.KindsEnd; k++ {
		if !seen[k] {
			t.Errorf("no event of kind %d is rendered", k)
		}
	}
}

// formBits are the bits that a form can have, but for those of framing.
const formBits = engine.Form(CapsOfForms) | FormCP949

// subsets calls f with every form of some bits.
func subsets(bits engine.Form, f func(engine.Form)) {
	for s := bits; ; s = (s - 1) & bits {
		f(s)
		if s == 0 {
			return
		}
	}
}

// Mask is honest: what is no part of it changes nothing. All bits of a form are tried,
// and those that no form has.
func TestMaskHidesNothing(t *testing.T) {
	g := renderer()
	for _, s := range rendered() {
		p, mask := place(s.event), Mask(s.event.Kind())
		subsets(mask|fTime|fTags, func(form engine.Form) {
			full, masked := g.Render(nil, p, form), g.Render(nil, p, form&mask)
			if string(full) != string(masked) {
				t.Errorf("%T in form %x is %q, masked %q", s.event, form, full, masked)
			}
		})
		for _, form := range []engine.Form{0, formBits, formBits | formFramed} {
			for rest := ^mask; rest != 0; rest &= rest - 1 {
				bit := engine.Form(1) << bits.TrailingZeros64(uint64(rest))
				if without, with := g.Render(nil, p, form&^bit), g.Render(nil, p, form|bit); string(without) != string(with) {
					t.Errorf("bit %x of %T is not in the mask and makes %q of %q", bit, s.event, with, without)
				}
			}
		}
	}
}

// Mask is no larger than it needs to be: each of its bits changes some event of the
// kind, if the kind is shown at all.
func TestMaskWastesNothing(t *testing.T) {
	g := renderer()
	matters, visible := map[chat.Kind]engine.Form{}, map[chat.Kind]bool{}
	for _, s := range rendered() {
		k, p := s.event.Kind(), place(s.event)
		subsets(Mask(k)&(formBits|formFramed), func(form engine.Form) {
			now := string(g.Render(nil, p, form))
			visible[k] = visible[k] || now != ""
			for rest := form; rest != 0; rest &= rest - 1 {
				bit := rest & -rest
				if string(g.Render(nil, p, form&^bit)) != now {
					matters[k] |= bit
				}
			}
		})
	}
	for k := range visible {
		if mask := Mask(k); visible[k] && mask != matters[k] {
			t.Errorf("the mask of kind %d is %x, and %x matter", k, mask, matters[k])
		}
	}
}

// Whatever is shown is whole lines.
func TestEventsAreWholeLines(t *testing.T) {
	g := renderer()
	for _, s := range rendered() {
		subsets(Mask(s.event.Kind())&formBits, func(form engine.Form) {
			text := string(g.Render(nil, place(s.event), form))
			if text == "" {
				return
			}
			if n := strings.Count(text, "\r\n"); !strings.HasSuffix(text, "\r\n") || strings.Count(text, "\n") != n || strings.Count(text, "\r") != n {
				t.Errorf("%T in form %x is %q", s.event, form, text)
			}
		})
	}
}
