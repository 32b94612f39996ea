package line

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway/charset"
	"madang/wire/line"
)

// command does what a line with a slash says.
func (t *talk) command(c line.Command) {
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
		t.close(c.Args, sayBye)
	default:
		t.refuse("", sayUnknownCommand, c.Name)
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
		t.refuse("", sayUsage, "/nick NAME")
		return
	}
	t.changeNick(args, "")
}

func (t *talk) join(args string) {
	room, key := line.Word(args)
	if room == "" {
		t.refuse("", sayUsage, "/join #ROOM")
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
		t.refuse("", sayUsage, "/msg NAME TEXT, /msg #ROOM TEXT")
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
		t.refuse("", sayUsage, "/me TEXT")
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
	if text == "" {
		t.showTopic(room, "")
		return
	}
	t.setTopic(room, text, "")
}

func (t *talk) setCharset(args string) {
	name, ok := charset.ParseName(args)
	switch {
	case t.form&formJSON != 0:
		t.refuse("", sayJSONNoCharset)
	case args == "":
		t.tell(sayCharsetIs, t.charset.name())
	case !ok:
		t.refuse("", sayUnknownCharset, args)
	default:
		t.charset.fix(name)
		form := t.form &^ formCP949
		if name == charset.CP949 {
			form |= formCP949
		}
		t.change(form, sayCharset, name)
	}
}

func (t *talk) setLanguage(args string) {
	switch strings.ToLower(args) {
	case "ko", "kr", "korean", "한국어", "한글":
		t.change(t.form|formKorean, sayLanguage)
	case "en", "english", "영어":
		t.change(t.form&^formKorean, sayLanguage)
	case "":
		t.refuse("", sayUsage, "/lang ko, /lang en")
	default:
		t.refuse("", sayUnknownLanguage, args)
	}
}

func (t *talk) setQuiet() {
	if t.form&formQuiet != 0 {
		t.change(t.form&^formQuiet, sayLoud)
		return
	}
	t.change(t.form|formQuiet, sayQuiet)
}

func (t *talk) setJSON(args string) {
	if args != "off" {
		t.startJSON()
		return
	}
	form := t.form &^ formJSON
	if t.charset.name() == charset.CP949 {
		form |= formCP949
	}
	t.change(form, sayJSONOff)
}

// startJSON goes on in JSON, and says what a script needs to know.
func (t *talk) startJSON() {
	form := t.form&^formCP949 | formJSON
	t.form = form
	room, token, id := t.room, t.token, t.session.ID()
	t.session.Do(engine.Ask{
		Hold: true,
		Answer: func(state *chat.State, _ engine.Outcome) []byte {
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
	korean := t.form&formKorean != 0
	for _, spelling := range line.Spellings() {
		word, use := spelling.Name, helpFor(spelling.Name, korean)
		if korean {
			word = spelling.Korean[0]
		}
		b = appendNotice(b, t.form, "/"+word+" "+use)
	}
	b = appendSentence(b, t.form, sayHelpMore)
	b = appendSentence(b, t.form, sayHelpUDP)
	t.session.Do(engine.Ask{Answer: func(*chat.State, engine.Outcome) []byte { return b }})
}

// helpFor is what stands behind a command in help.
func helpFor(name string, korean bool) string {
	texts := map[string][2]string{
		line.Nick:    {"NAME: be called NAME", "이름: 이름을 바꿉니다"},
		line.Join:    {"#ROOM [KEY]: enter a room; your lines go there", "#방 [열쇠말]: 방에 들어갑니다. 쓰는 말은 그 방으로 갑니다"},
		line.Part:    {"[#ROOM]: leave a room", "[#방]: 방에서 나옵니다"},
		line.Msg:     {"NAME TEXT, or #ROOM TEXT: say something to one person, or to another room", "이름 글, 또는 #방 글: 한 사람이나 다른 방에 말합니다"},
		line.Me:      {"TEXT: * you TEXT", "글: * 나 글"},
		line.Who:     {"[#ROOM or NAME]: who is here", "[#방 또는 이름]: 누가 있는지 봅니다"},
		line.Rooms:   {": the rooms", ": 방들을 봅니다"},
		line.Topic:   {"[TEXT]: what the room is about", "[글]: 방의 주제를 보거나 바꿉니다"},
		line.History: {"[#ROOM or NAME] [N]: the last N messages", "[#방 또는 이름] [N]: 마지막 메시지 N개"},
		line.Search:  {"WORDS: find messages", "낱말: 메시지를 찾습니다"},
		line.Charset: {"utf-8, or cp949: how text is written", "utf-8 또는 cp949: 문자 인코딩"},
		line.Lang:    {"ko, or en: 한국어 / English", "ko 또는 en: 한국어 / English"},
		line.Quiet:   {": hide who comes and goes, or show it again", ": 드나드는 사람을 숨기거나 다시 보입니다"},
		line.JSON:    {"[off]: JSON lines, for scripts", "[off]: 프로그램을 위한 JSON 줄"},
		line.Help:    {": this", ": 이 도움말"},
		line.Quit:    {"[TEXT]: leave", "[글]: 나갑니다"},
	}
	if korean {
		return texts[name][1]
	}
	return texts[name][0]
}

// count reads a number of messages; 0: the word is none.
func count(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		return 0
	}
	return n
}
