package line

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/charset"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// command does what a line with a slash says.
func (t *talk) command(c line.Command) {
	if t.outside && !atTheDoor(c.Name) {
		t.refused("", &chat.Refusal{Code: chat.NeedAccount})
		return
	}
	switch c.Name {
	case line.Nick:
		t.nick(c.Args)
	case line.Join:
		t.join(c.Args)
	case line.Part:
		t.part(c.Args)
	case line.Msg:
		t.message(c.Args)
	case line.Me:
		t.me(c.Args)
	case line.Who:
		t.who(c.Args)
	case line.Rooms:
		t.rooms()
	case line.Topic:
		t.topic(c.Args)
	case line.History:
		t.historyLine(c.Args)
	case line.Search:
		t.searchLine(c.Args)
	case line.Knock:
		t.knockLine(c.Args)
	case line.Charset:
		t.setCharset(c.Args)
	case line.Lang:
		t.setLanguage(c.Args)
	case line.Quiet:
		t.setQuiet()
	case line.JSON:
		t.setJSON(c.Args)
	case line.Help:
		t.help()
	case line.Quit:
		t.leaving(func() { t.close(c.Args, words.SayBye) })
	default:
		t.accountCommand(c)
	}
}

// accountCommand is command for what is about accounts, and about messages that were
// said.
func (t *talk) accountCommand(c line.Command) {
	first, rest := line.Word(c.Args)
	switch c.Name {
	case line.Register:
		t.registerLine(c.Args)
	case line.Verify:
		if t.given(rest, "/verify NAME CODE") {
			t.verify("", first, rest)
		}
	case line.Login:
		t.loginLine(c.Args)
	case line.Logout:
		t.logout("")
	case line.Passwd:
		t.passwdLine(c.Args)
	case line.Account:
		t.accountLine(c.Args)
	case line.Sessions:
		t.sessionsLine(c.Args)
	case line.App:
		t.appLine(c.Args)
	case line.TOTP:
		t.totpLine(c.Args)
	case line.Claim:
		if t.given(first, "/claim CODE") {
			t.claim("", first)
		}
	case line.Read:
		t.readLine(first)
	case line.Unread:
		t.unread("")
	case line.Edit:
		if t.given(c.Args, "/edit TEXT") {
			t.edit("", c.Args, t.lastHere(true))
		}
	case line.Erase:
		t.erase("", c.Args, t.lastHere(true))
	case line.React:
		if t.given(first, "/react SIGN") {
			t.react("", first, false, t.lastHere(false))
		}
	default:
		t.refuse("", words.SayUnknownCommand, c.Name)
	}
}

// given says whether there is a word, or how it goes.
func (t *talk) given(word, use string) bool {
	if word == "" {
		t.refuse("", words.SayUsage, use)
	}
	return word != ""
}

// atTheDoor says whether a command is for people who are not in the house yet.
func atTheDoor(name string) bool {
	switch name {
	case line.Register, line.Verify, line.Login, line.Charset, line.Lang, line.JSON, line.Help, line.Quit:
		return true
	}
	return false
}

func (t *talk) knockLine(args string) {
	room, text := line.Word(args)
	if t.given(room, "/knock #ROOM [TEXT]") {
		t.knock("", roomName(room), text)
	}
}

// readLine is /read [#room or name].
func (t *talk) readLine(word string) {
	switch {
	case word == "":
		t.read("", t.room, "", 0)
	case isRoom(word):
		t.read("", word, "", 0)
	default:
		t.read("", "", strings.TrimPrefix(word, "@"), 0)
	}
}

// roomName gives a room's name the # that people leave out.
func roomName(word string) string {
	if word == "" || word[0] == '#' {
		return word
	}
	return "#" + word
}

func isRoom(word string) bool { return strings.HasPrefix(word, "#") }

func (t *talk) nick(args string) {
	if args == "" {
		t.refuse("", words.SayUsage, "/nick NAME")
		return
	}
	t.changeNick(args, "")
}

func (t *talk) join(args string) {
	room, key := line.Word(args)
	if room == "" {
		t.refuse("", words.SayUsage, "/join #ROOM")
		return
	}
	t.enterRoom(roomName(room), key, "")
}

func (t *talk) part(args string) {
	room, reason := line.Word(args)
	if !isRoom(room) {
		room, reason = t.room, args
	}
	t.leaveRoom(room, reason, "")
}

// message is /msg: to a room or to somebody.
func (t *talk) message(args string) {
	target, text := line.Word(args)
	if text == "" {
		t.refuse("", words.SayUsage, "/msg NAME TEXT, /msg #ROOM TEXT")
		return
	}
	if isRoom(target) {
		t.say(chat.Say{Room: target, Text: text}, "")
		return
	}
	t.say(chat.Say{Nick: target, Text: text}, "")
}

func (t *talk) me(args string) {
	if args == "" {
		t.refuse("", words.SayUsage, "/me TEXT")
		return
	}
	t.say(chat.Say{Room: t.room, Kind: chat.Action, Text: args}, "")
}

// topic shows what a room is about, or changes it.
func (t *talk) topic(args string) {
	room, text := t.room, args
	if word, rest := line.Word(args); isRoom(word) {
		room, text = word, rest
	}
	switch text {
	case "":
		t.showTopic(room, "")
	case "-": // an empty line cannot say so
		t.setTopic(room, "", "")
	default:
		t.setTopic(room, text, "")
	}
}

func (t *talk) setCharset(args string) {
	name, ok := charset.ParseName(args)
	switch {
	case t.form&words.FormJSON != 0:
		t.refuse("", words.SayJSONNoCharset)
	case args == "":
		t.tell(words.SayCharsetIs, t.charset.Name())
	case !ok:
		t.refuse("", words.SayUnknownCharset, args)
	default:
		t.charset.Fix(name)
		form := t.form &^ words.FormCP949
		if name == charset.CP949 {
			form |= words.FormCP949
		}
		t.change(form, words.SayCharset, name)
	}
}

func (t *talk) setLanguage(args string) {
	switch strings.ToLower(args) {
	case "ko", "kr", "korean", "한국어", "한글":
		t.change(t.form|words.FormKorean, words.SayLanguage)
	case "en", "english", "영어":
		t.change(t.form&^words.FormKorean, words.SayLanguage)
	case "":
		t.refuse("", words.SayUsage, "/lang ko, /lang en")
	default:
		t.refuse("", words.SayUnknownLanguage, args)
	}
}

func (t *talk) setQuiet() {
	if t.form&words.FormQuiet != 0 {
		t.change(t.form&^words.FormQuiet, words.SayLoud)
		return
	}
	t.change(t.form|words.FormQuiet, words.SayQuiet)
}

func (t *talk) setJSON(args string) {
	if args != "off" {
		t.startJSON()
		return
	}
	form := t.form &^ words.FormJSON
	if t.charset.Name() == charset.CP949 {
		form |= words.FormCP949
	}
	t.change(form, words.SayJSONOff)
}

// startJSON goes on in JSON, and says what a script needs to know.
func (t *talk) startJSON() {
	form := t.form&^words.FormCP949 | words.FormJSON
	t.form = form
	room, token, id := t.room, t.token, t.session.ID()
	t.session.Do(engine.Ask{
		Hold: true,
		Answer: func(state *core.State, _ engine.Outcome) []byte {
			u := state.UserOf(id)
			if u == nil {
				return nil
			}
			return t.appendWelcome(nil, form, u.Nick(), room, token, state.Position())
		},
		Done: func(engine.Outcome) { t.session.SetForm(form) },
	})
}

// help lists the commands.
func (t *talk) help() {
	var b []byte
	korean := t.form&words.FormKorean != 0
	for _, spelling := range line.Spellings() {
		word, use := spelling.Name, words.HelpFor(spelling.Name, korean)
		if korean {
			word = spelling.Korean[0]
		}
		if !strings.HasPrefix(use, ":") {
			word += " "
		}
		b = words.AppendNotice(b, t.form, "/"+word+use)
	}
	b = words.AppendSentence(b, t.form, words.SayHelpMore)
	b = words.AppendSentence(b, t.form, words.SayHelpUDP)
	t.session.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte { return b }})
}

// count reads a number of messages; 0: the word is none.
func count(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		return 0
	}
	return n
}
