package line

import (
	"os/exec"
	"strings"
	"testing"

	"madang/chat"
)

func TestGreetingIsShort(t *testing.T) {
	if !strings.HasPrefix(greeting, "Hello, Client") || len(greeting) > 100 {
		t.Errorf("%d bytes: %q", len(greeting), greeting)
	}
	for i := range len(greeting) {
		if greeting[i] > '~' {
			t.Errorf("byte %d is no ASCII", i)
		}
	}
}

func TestPeopleTalk(t *testing.T) {
	y := newYard(t)
	ann := y.dial()
	ann.types("hello?")
	first := ann.line()
	if !strings.HasPrefix(first, "-- You are ") || !strings.HasSuffix(first, ", in #lobby. /nick NAME changes your name.") {
		t.Fatalf("welcomed with %q", first)
	}
	ann.until("#lobby: 1 here: ")
	ann.types("/nick ann")
	ann.sees("-- You are called ann now.")
	bob := y.person("bob")
	joined := ann.line()
	if !strings.HasPrefix(joined, "[#lobby] + ") {
		t.Fatalf("saw %q", joined)
	}
	ann.sees("[*] " + strings.TrimPrefix(joined, "[#lobby] + ") + " -> bob")
	bob.types("hello ann", "/me waves", "/msg ann psst", "//nick is a command", "/msg nobody hi", "/frob")
	ann.sees("[#lobby] bob: hello ann", "[#lobby] * bob waves", "[bob -> you] psst", "[#lobby] bob: /nick is a command")
	bob.sees("! Nobody here is called nobody. /who shows who is here.",
		"! There is no command /frob. /help lists them; to say it, begin with //.")
	bob.types("/quit gone home")
	if got := bob.end(); got != "-- Bye.\n" {
		t.Errorf("parted with %q", got)
	}
	ann.sees("[*] - bob (gone home)")
}

func TestRooms(t *testing.T) {
	y := newYard(t)
	ann, bob := y.person("ann"), y.person("bob")
	ann.types("/join garden", "just me")
	ann.until("-- You are in #garden now.")
	ann.sees("-- #garden: 1 here: ann")
	ann.types("/topic roses", "/topic")
	ann.sees("-- The topic of #garden is set.", "-- #garden is about: roses")
	bob.types("/join #garden", "/who", "/who #nowhere", "/who ann")
	bob.sees("-- You are in #garden now.", "-- #garden: 2 here: ann, bob", "-- #garden is about: roses",
		"-- #garden: 2 here", "-- ann, bob", "! There is no room #nowhere. /join #nowhere makes it.",
		"-- ann (guest@host.cloak, by line)", "-- #lobby, #garden")
	ann.sees("[#garden] + bob")
	bob.types("here", "/join #lobby", "there", "/rooms", "/msg #garden and here")
	ann.sees("[#garden] bob: here", "[#lobby] bob: there", "[#garden] bob: and here")
	bob.sees("-- Your lines go to #lobby now.", "-- #lobby (2)", "-- #garden (2) roses", "-- Rooms: 2. /join #NAME enters one, or makes it.")
	bob.types("/part #garden bye", "/part #garden", "/msg #garden hello?")
	ann.sees("[#garden] - bob (bye)")
	bob.sees("-- You left #garden.", "! You are not in #garden. /join #garden first.",
		"! You cannot speak in #garden: no messages from outside the room. /join another room, or ask its operators.")
	ann.types("/part", "in the lobby again")
	bob.sees("[#lobby] ann: in the lobby again")
}

func TestThrownOut(t *testing.T) {
	y := newYard(t)
	ann, bob := y.person("ann"), y.person("bob")
	ann.types("/join #a")
	ann.until("#a: 1 here")
	bob.types("/join #a")
	bob.until("#a: 2 here")
	ann.sees("[#a] + bob")
	y.command(&chat.Kick{Room: "#a", Nick: "bob", Reason: "noise"})
	bob.sees("-- *madang* threw you out of #a (noise).")
	ann.sees("[#a] - bob, thrown out by *madang* (noise)")
	bob.types("back in the lobby")
	ann.sees("[#lobby] bob: back in the lobby")
	y.command(&chat.Kill{Nick: "bob", Reason: "enough"})
	if got := bob.end(); got != "-- *madang* ended your session (enough).\n" {
		t.Errorf("saw %q", got)
	}
	ann.sees("[*] - bob (enough)")
}

// Others' text cannot act on a terminal.
func TestOthersTextIsHarmless(t *testing.T) {
	y := newYard(t)
	ann, bob := y.person("ann"), y.person("bob")
	bob.types("a\x1b[2Jb\u202ec\td", "/me \x07", "/join #a\u202e")
	ann.until("bob")
	ann.sees("[#lobby] bob: a^[[2Jb\uFFFDc d", "[#lobby] * bob ^G")
}

func TestQuietAndKorean(t *testing.T) {
	y := newYard(t)
	ann := y.person("ann")
	ann.types("/lang ko", "/조용히", "/귓속말 없는이 안녕", "/도움말")
	ann.sees("-- 이제 한국어로 말합니다. /lang en: English", "-- 이제 드나드는 사람을 보이지 않습니다. /조용히 로 되돌립니다.",
		"! 없는이 님은 여기 없습니다. /누구 로 사람들을 볼 수 있습니다.", "-- /별명 이름: 이름을 바꿉니다")
	bob := y.person("bob")
	bob.types("hello")
	ann.until("[#lobby] bob: hello")
	bob.types("/quit")
	bob.until("Bye")
	ann.types("/조용히")
	ann.sees("-- 이제 드나드는 사람을 다시 보입니다.")
}

// A listener who never sends anything sees the lobby.
func TestSilentListener(t *testing.T) {
	y := newYard(t)
	ann := y.person("ann")
	listener := y.dial()
	ann.until("[#lobby] + ")
	ann.types("anybody?")
	listener.until("[#lobby] ann: anybody?")
	listener.types("GET / HTTP/1.1", "x")
	if got := listener.end(); got != "" {
		t.Errorf("saw %q", got)
	}
	ann.until("[*] - ")
}

// A listener who then begins with an object speaks JSON; later lines that begin with a
// brace are chat.
func TestListenerTurnsScript(t *testing.T) {
	y := newYard(t)
	ann := y.person("ann")
	bot := y.dial()
	bot.until("-- You are ")
	bot.types(`{"text":"an object","id":"1"}`)
	bot.until(`"type":"welcome"`)
	bot.until(`{"type":"ok","id":"1"`)
	ann.until(": an object")
	ann.types(`{"text":"no object"}`)
	if got := bot.until("no object"); field(got, "nick") != "ann" {
		t.Errorf("saw %s", got)
	}
}

// What has no business here is closed, and nobody hears of it.
func TestNoChat(t *testing.T) {
	y := newYard(t)
	ann := y.person("ann")
	for name, first := range map[string]string{
		"HTTP":            "GET / HTTP/1.1\r\nHost: x\r\n\r\nhello\r\n",
		"after a newline": "\r\nPOST /x HTTP/1.1\r\nHost: x\r\n\r\nhello\r\n",
		"unfinished":      "FROB /" + strings.Repeat("x", 1000) + " HTTP/",
		"TLS":             "\x16\x03\x01\x00\xa5\x01\x00\x00",
		"NUL":             "hello\x00\nhello\n",
		"too long":        strings.Repeat("x", 20000) + "\nhello\n",
		"long URL":        "GET /" + strings.Repeat("x", 20000) + " HTTP/1.1\r\n\r\nhello\n",
	} {
		t.Run(name, func(t *testing.T) {
			g := y.dial()
			g.t = t
			g.send(first)
			g.end()
			if users := y.users(); len(users) != 1 {
				t.Errorf("here are %q", users)
			}
		})
	}
	bob := y.person("bob")
	bob.types("done")
	if joined, renamed := ann.line(), ann.line(); !strings.Contains(joined, "] + ") || !strings.HasSuffix(renamed, " -> bob") {
		t.Errorf("saw %q, %q", joined, renamed)
	}
	ann.sees("[#lobby] bob: done")
}

func TestBadLines(t *testing.T) {
	y := newYard(t)
	ann, bob := y.person("ann"), y.person("bob")
	ann.until("-> bob")
	bob.types(strings.Repeat("x", 16<<10+1), "nul\x00", strings.Repeat("y", 16<<10), "tel\xff\xfb\x01net\r", "", "  ")
	bob.sees("! A line has at most 16384 bytes; this one was dropped.", "! A line with a NUL byte is no text; it was dropped.")
	ann.sees("[#lobby] bob: "+strings.Repeat("y", 16<<10), "[#lobby] bob: telnet")
}

// A beginner's script sends no newline: silence, or the end, ends what it says.
func TestWithoutNewline(t *testing.T) {
	y := newYard(t)
	ann := y.person("ann")
	bob := y.dial()
	bob.send("first")
	ann.until(": first")
	bob.send("second")
	ann.until(": second")
	bob.send("안녕\xed")
	bob.send("\x95\x98")
	ann.until(": 안녕하")
	bob.send("z")
	if err := bob.conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	ann.until(": z")
	ann.until("[*] - ")
	eve := y.dial()
	eve.types("newline")
	ann.until(": newline")
	eve.send("half")
	eve.send("-whole\n")
	ann.until(": half-whole")
}

func TestCharset(t *testing.T) {
	y := newYard(t)
	ann := y.person("ann")
	bob := y.dial()
	bob.send("\xbe\xc8\xb3\xe7\n") // 안녕
	bob.until("-- You write in CP949")
	ann.until(": 안녕")
	ann.types("그래 😀")
	bob.until("ann: \xb1\xd7\xb7\xa1 <U+1F600>")
	bob.types("/charset", "/charset utf-8", "안녕")
	bob.sees("-- The character set is CP949; /charset utf-8 or /charset cp949 changes it.",
		"-- You write in UTF-8: so do I now. /charset changes it.")
	ann.until(": 안녕")
	ann.types("그래")
	bob.sees("[#lobby] ann: 그래")
}

// The smallest client there is works unchanged.
func TestSmallestClient(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	y := newYard(t)
	ann := y.person("ann")
	host, port, _ := strings.Cut(y.address, ":")
	out, err := exec.Command(python, "-c", smallestClient, host, port).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "Hello, Client") {
		t.Fatalf("%s %v", out, err)
	}
	ann.until(": Hello, Server")
}

// smallestClient is what a first lesson in sockets comes to.
const smallestClient = `
import socket, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.connect((sys.argv[1], int(sys.argv[2])))
sock.send("Hello, Server".encode("utf-8"))
heard = sock.recv(100)
print(heard.decode("utf-8", errors="replace"))
sock.close()
`
