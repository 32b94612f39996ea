package line

import (
	"fmt"
	"strings"
	"testing"

	"madang/chat"
)

// seesJSON reads lines and checks each, times and message ids apart.
func (g *guest) seesJSON(want ...string) {
	g.t.Helper()
	for _, w := range want {
		if got := anyTime(g.line()); got != w {
			g.t.Fatalf("saw  %s\nwant %s", got, w)
		}
	}
}

func TestJSON(t *testing.T) {
	y := storedYard(t)
	ann := y.person("ann")
	bot, token := y.script("bot")
	if !isToken(token) {
		t.Errorf("token %q", token)
	}
	ann.until("-> bot")
	ann.types("hello \x1b[2J")
	bot.seesJSON(`{"type":"message","room":"#lobby","nick":"ann","text":"hello \u001b[2J","id":"ID","position":3,"number":1,"time":"TIME"}`)
	bot.types(`{"text":"hi","id":"a"}`, `{"type":"say","to":"ann","text":"psst"}`, `/me waves`)
	bot.seesJSON(`{"type":"message","room":"#lobby","nick":"bot","text":"hi","id":"ID","position":4,"number":2,"time":"TIME"}`,
		`{"type":"ok","id":"a","message":"ID","position":4,"number":2,"time":"TIME"}`,
		`{"type":"message","room":"","nick":"bot","to":"ann","text":"psst","id":"ID","position":5,"number":1,"time":"TIME"}`,
		`{"type":"message","room":"#lobby","nick":"bot","kind":"action","text":"waves","id":"ID","position":6,"number":3,"time":"TIME"}`)
	ann.sees("[#lobby] bot: hi", "[bot -> you] psst", "[#lobby] * bot waves")
	bot.types(`{"text":"hi","id":"a"}`, `{"type":"join","room":"b","id":"j"}`, `{"type":"topic","room":"#b","text":"x"}`,
		`{"type":"part","room":"#b","id":"p"}`, `{"type":"ping","text":"x","id":"1"}`, "plain", `{"txt":"hi","id":"e"}`,
		`{"type":"say","room":"#none","text":"x","id":"f"}`, "/charset cp949")
	bot.seesJSON(`{"type":"ok","id":"a","message":"ID","position":4,"number":2,"time":"TIME","duplicate":true}`,
		`{"type":"join","room":"#b","nick":"bot","position":7,"time":"TIME"}`, `{"type":"ok","id":"j"}`,
		`{"type":"topic","room":"#b","by":"bot","text":"x","position":8,"time":"TIME"}`,
		`{"type":"part","room":"#b","nick":"bot","position":8,"time":"TIME"}`, `{"type":"ok","id":"p"}`,
		`{"type":"pong","text":"x","id":"1"}`,
		`{"type":"error","code":"not-json","text":"This session speaks JSON: send an object like {\"text\":\"hi\"}, or /json off."}`,
		`{"type":"error","code":"bad-request","text":"A command of type \"say\" has no key \"txt\"; it knows room, to, text, reply and id.","id":"e"}`,
		`{"type":"error","code":"no-such-room","text":"There is no room #none. /join #none makes it.","id":"f"}`,
		`{"type":"error","code":"bad-value","text":"JSON lines are always UTF-8; /json off first."}`)
	bot.types("/who", "/rooms", "/json off", "/who ann")
	bot.seesJSON(`{"type":"who","room":"#lobby","nicks":["ann","bot"],"more":false}`,
		`{"type":"listed","room":"#lobby","people":2}`, `{"type":"rooms","count":1}`)
	bot.sees("-- Plain text again.", "-- ann (guest@host.cloak, by line)", "-- #lobby")
	bot.types("/help")
	bot.until("-- /rooms: the rooms")
	bot.until("-- /quit [TEXT]: leave")
	bot.until("-- UDP")
	bot.types("/json", `{"type":"unread","all":true,"id":"k"}`)
	if got := bot.line(); field(got, "type") != "welcome" || field(got, "token") != token {
		t.Errorf("saw %s", got)
	}
	bot.seesJSON(`{"type":"error","code":"bad-request","text":"A command of type \"unread\" has no key \"all\"; it knows id.","id":"k"}`)
	ann.types("/quit")
	bot.until(`{"type":"quit","nick":"ann"`)
}

func TestHistory(t *testing.T) {
	y := storedYard(t)
	ann := y.person("ann")
	ann.types("/history", "one", "two 배포가", "three", "/history 2", "/history", "/history #lobby 1", "/history nobody", "/history #x", "/history x y")
	shown := func(n int, text string) string { return "[#lobby TIME] ann: " + text }
	ann.seesJSON("! Nothing was said in #lobby yet.",
		shown(2, "two 배포가"), shown(3, "three"), "-- End of the history of #lobby, 2 shown.",
		shown(1, "one"), shown(2, "two 배포가"), shown(3, "three"), "-- End of the history of #lobby, 3 shown.",
		shown(3, "three"), "-- End of the history of #lobby, 1 shown.",
		"! Nobody here is called nobody. /who shows who is here.", "! There is no room #x. /join #x makes it.",
		"! It goes like this: /history 50, /history #ROOM 50, /history NAME 50")
	bob := y.person("bob")
	bob.types("/msg ann secret")
	ann.until("[bob -> you] secret")
	ann.types("/msg bob mine", "/history bob", "/search 배포", "/search secret", "/search nothing")
	ann.seesJSON("[bob -> ann TIME] secret", "[ann -> bob TIME] mine", "-- End of the history of bob, 2 shown.",
		"[#lobby TIME] ann: two 배포가", "-- Messages found: 1.", "[bob -> ann TIME] secret", "-- Messages found: 1.", "-- Messages found: 0.")
	bob.until("mine")
	bob.types("/search secret")
	bob.until("[bob -> ann ")
	bot, _ := y.script("bot")
	bot.types(`{"type":"history","limit":2,"id":"h"}`)
	two := bot.line()
	bot.until(`"text":"three"`)
	bot.seesJSON(`{"type":"history","room":"#lobby","count":2,"position":7,"id":"h"}`)
	bot.types(`{"type":"history","before":"`+field(two, "id")+`"}`, `{"type":"history","after":`+field(two, "position")+`}`,
		`{"type":"history","before":"?"}`, `{"type":"search","text":"배포","room":"#lobby","id":"s"}`)
	bot.until(`"text":"one"`)
	bot.until(`"count":1`)
	bot.until(`"text":"three"`)
	bot.until(`"count":1`)
	bot.seesJSON(`{"type":"error","code":"bad-value","text":"? is neither a position nor the id or the time of a message."}`)
	bot.until("배포")
	bot.seesJSON(`{"type":"search","count":1,"position":7,"id":"s"}`)
}

// An answer far larger than the queue hangs nobody up.
func TestLongHistory(t *testing.T) {
	y := storedYard(t)
	ann := y.person("ann")
	bob := y.person("bob")
	const messages, bytes = 300, 15000
	for i := range messages {
		ann.types(fmt.Sprintf("%d %s", i, strings.Repeat("x", bytes)))
	}
	bob.until(fmt.Sprintf("ann: %d ", messages-1))
	bob.types("/history 1000000", "/who")
	for i := range messages {
		if got := bob.line(); !strings.Contains(got, fmt.Sprintf("] ann: %d x", i)) {
			t.Fatalf("message %d is %.60q", i, got)
		}
	}
	bob.sees("-- End of the history of #lobby, 300 shown.", "-- #lobby: 2 here")
}

func TestNoHistory(t *testing.T) {
	y := newYard(t)
	ann := y.person("ann")
	ann.types("/history", "/search x", "/lang ko", "/history")
	const no = "! This server keeps no history (durability none)."
	ann.sees(no, no, "-- 이제 한국어로 말합니다. /lang en: English", "! 이 서버는 기록을 남기지 않습니다 (durability none).")
}

// A script that broke off hears every message once, and its ids are still known.
func TestResume(t *testing.T) {
	y := storedYard(t)
	ann := y.person("ann")
	bot, token := y.script("bot")
	bot.types(`{"text":"mine","id":"a"}`)
	stored := bot.until(`"type":"ok"`)
	_ = bot.conn.Close()
	ann.until("mine")
	ann.until("- bot")
	const missed = 250
	for i := range missed {
		ann.types(fmt.Sprint("missed ", i))
	}
	again := y.dial()
	again.types(fmt.Sprintf(`{"resume":{"token":%q,"room":"#lobby","after":%s},"id":"r"}`, token, field(stored, "position")), `{"text":"mine","id":"a"}`)
	welcome := again.line()
	if field(welcome, "token") != token || field(welcome, "position") != field(stored, "position") {
		t.Errorf("welcomed with %s", welcome)
	}
	for i := 0; i < missed; {
		got := again.line()
		if field(got, "type") == "join" || field(got, "type") == "ok" {
			continue // the entry may come before the last lines are said
		}
		if field(got, "text") != fmt.Sprint("missed ", i) {
			t.Fatalf("message %d is %s", i, got)
		}
		i++
	}
	duplicate := again.until(`"duplicate":true`)
	if field(duplicate, "message") != field(stored, "message") || field(duplicate, "number") != field(stored, "number") {
		t.Errorf("saw %s, stored was %s", duplicate, stored)
	}
	ann.types("live")
	if got := again.until("live"); field(got, "type") != "message" {
		t.Errorf("saw %s", got)
	}
}

// While others speak without a pause, resuming has neither hole nor double.
func TestResumeUnderFire(t *testing.T) {
	y := storedYard(t)
	ann := y.person("ann")
	const messages = 2000
	go func() {
		for i := range messages {
			if _, err := fmt.Fprintf(ann.conn, "%d\n", i); err != nil {
				return
			}
		}
	}()
	next, position := 0, "0"
	for next < messages {
		bot := y.dial()
		bot.types(fmt.Sprintf(`{"resume":{"token":%q,"after":%s}}`, strings.Repeat("t", 32), position))
		for range 300 {
			got := bot.line()
			if field(got, "type") != "message" {
				continue
			}
			if field(got, "text") != fmt.Sprint(next) {
				t.Fatalf("message %d is %s", next, got)
			}
			position = field(got, "position")
			if next++; next == messages {
				break
			}
		}
		_ = bot.conn.Close()
	}
}

func TestResumeElsewhere(t *testing.T) {
	y := storedYard(t)
	ann := y.person("ann")
	ann.types("/join #a", "in a")
	bot, token := y.script("bot")
	bot.types(`{"resume":{"token":"`+token+`","room":"#a","after":0},"id":"1"}`,
		`{"resume":{"token":"`+strings.Repeat("x", 32)+`","room":"#a","after":0},"id":"2"}`,
		`{"resume":{"token":"x","room":"#a","after":0},"id":"3"}`,
		`{"resume":{"token":"`+token+`","room":"#a","after":0},"id":"4"}`)
	bot.until(`"text":"in a"`)
	bot.until(`"type":"join","room":"#a","nick":"bot"`)
	bot.seesJSON(`{"type":"ok","id":"1"}`)
	for _, want := range []string{"resume-late", "resume-token"} {
		if got := bot.line(); field(got, "code") != want {
			t.Errorf("saw %s, want %s", got, want)
		}
	}
	if got := bot.until(`"type":"error"`); field(got, "code") != "already-member" {
		t.Errorf("saw %s", got)
	}
	bad := y.dial()
	bad.types(`{"resume":{"token":"short","after":0}}`)
	if got := bad.end(); !strings.Contains(got, "resume-token") {
		t.Errorf("saw %s", got)
	}
	y.command(&chat.ChangeRoom{Room: "#a", Changes: []chat.RoomChange{{Aspect: chat.InviteOnly, Add: true}}})
	other := y.dial()
	other.types(`{"resume":{"token":"` + token + `","room":"#a","after":0},"id":"x"}`)
	other.until("welcome")
	if got := other.line(); field(got, "code") != "need-invitation" {
		t.Errorf("saw %s", got)
	}
}

// A newcomer is shown what was last said, and then what is said from then on.
func TestReplay(t *testing.T) {
	y := replayingYard(t, 2)
	ann := y.person("ann")
	ann.types("one", "two", "three", "/join #a", "hello", "/who ann")
	ann.until("-- ann (")
	bob := y.dial()
	bob.types("four", "/join a", "/join #new", "/json", `{"type":"part","room":"#a"}`, `{"type":"join","room":"#a"}`, "/who x")
	bob.until("-- #lobby: 2 here")
	bob.seesJSON("[#lobby TIME] ann: two", "[#lobby TIME] ann: three", "-- You are in #a now.")
	bob.until("-- #a: 2 here")
	bob.seesJSON("[#a TIME] ann: hello", "-- You are in #new now.")
	bob.until("-- #new: 1 here")
	bob.until("welcome")
	bob.until(`"type":"part"`)
	bob.until(`"type":"join"`)
	if got := bob.line(); field(got, "code") != "no-such-nick" {
		t.Errorf("a script saw %s", got)
	}
}
