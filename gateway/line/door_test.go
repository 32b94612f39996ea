package line

import (
	"net/http"
	"strings"
	"testing"

	"madang/chat"
	"madang/engine"
	"madang/journal/memory"
)

func TestBanned(t *testing.T) {
	y := newYard(t)
	y.command(&chat.AddBan{Ban: chat.ServerBan{Target: "*!*@host.cloak", Reason: "noise"}})
	ann := y.dial()
	ann.types("hello")
	if got := ann.end(); got != "! You are banned from this server: noise. Ask its operator.\n" {
		t.Errorf("saw %q", got)
	}
	if got := string(y.gateway.RefuseText("too many connections.\x1b")); got != "Hello, Client! You cannot come in: too many connections.^[.\n" {
		t.Errorf("refused with %q", got)
	}
}

// A guest whom the lobby does not take is here all the same.
func TestLobbyClosed(t *testing.T) {
	y := newYard(t)
	y.command(&chat.ChangeRoom{Room: "#lobby", Changes: []chat.RoomChange{{Aspect: chat.Key, Add: true, Text: "hush"}}})
	ann := y.dial()
	ann.types("hello")
	if got := ann.line(); !strings.HasPrefix(got, "-- You are ") {
		t.Errorf("saw %q", got)
	}
	ann.sees("! #lobby has a key: /join #lobby KEY",
		"! You cannot speak in #lobby: no messages from outside the room. /join another room, or ask its operators.")
	ann.types("/join #lobby hush", "/lang ko", "/msg #none x")
	ann.until("-- You are in #lobby now.")
	ann.until("이제 한국어로")
	ann.sees("! #none 방은 없습니다. /입장 #none 으로 만들 수 있습니다.")
}

// The same first lesson in CP949, whose end ends the message.
func TestSmallestClientInCP949(t *testing.T) {
	y := newYard(t)
	ann := y.person("ann")
	bob := y.dial()
	bob.send("\xbe\xc8\xb3\xe7")
	_ = bob.conn.Close()
	ann.until(": 안녕")
	eve := y.dial()
	eve.send("\xbe\xc8\xb3\xe7")
	eve.until("-- You write in CP949")
	ann.until(": 안녕")
}

func TestConfig(t *testing.T) {
	if problems := DefaultConfig().Validate(); len(problems) != 0 {
		t.Errorf("the defaults are wrong: %q", problems)
	}
	for _, bytes := range []int{0, LineBytesLeast - 1, LineBytesMost + 1} {
		if problems := (Config{LineBytesMax: bytes}).Validate(); len(problems) != 1 {
			t.Errorf("%d bytes: %q", bytes, problems)
		}
	}
	if problems := (Config{ReplayLines: ReplayMost + 1}).Validate(); len(problems) != 2 {
		t.Errorf("two problems, found %q", problems)
	}
}

// What the disk refuses nobody sees; when it works again, so does the session.
func TestNotStored(t *testing.T) {
	disk := memory.New(memory.Plan{})
	y := openYard(t, engine.Config{Journal: disk, Epoch: 7}, 0)
	ann := y.person("ann")
	bot, _ := y.script("bot")
	ann.until("-> bot")
	disk.FailNext(memory.NotStored)
	bot.types(`{"text":"lost","id":"a"}`)
	if got := bot.line(); field(got, "code") != "not-stored" || field(got, "id") != "a" {
		t.Errorf("saw %s", got)
	}
	ann.types("refused too")
	ann.sees("! This was not stored and nobody saw it: the disk refuses. Try again in a moment.")
	for stored := false; !stored; {
		bot.types(`{"text":"kept","id":"b"}`)
		stored = field(bot.line(), "type") == "message"
	}
	ann.until("bot: kept")
	bot.until(`{"type":"ok","id":"b"`)
}

func TestFarewell(t *testing.T) {
	y := newYard(t)
	ann := y.person("ann")
	bot, _ := y.script("bot")
	ann.until("-> bot")
	y.stop()
	if got := ann.end(); got != "-- The server closes the connection: the server is stopping.\n" {
		t.Errorf("saw %q", got)
	}
	if got := bot.end(); got != `{"type":"notice","text":"The server closes the connection: the server is stopping."}`+"\n" {
		t.Errorf("saw %q", got)
	}
}

// A web client, whatever its method, hears nothing and is not heard.
func TestWebClient(t *testing.T) {
	y := newYard(t)
	for _, method := range []string{"GET", "POST", "SAY"} {
		request, err := http.NewRequest(method, "http://"+y.address+"/?"+strings.Repeat("x", 4000), strings.NewReader("hello\nhello\n"))
		if err != nil {
			t.Fatal(err)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			t.Errorf("%s was answered with %s", method, response.Status)
		}
		y.settled()
		if users := y.users(); len(users) != 0 {
			t.Errorf("after %s here are %q", method, users)
		}
	}
}
