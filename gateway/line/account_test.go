package line

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/gateway"
)

// member connects somebody who makes an account.
func (y *yard) member(name string) *guest {
	y.t.Helper()
	g := y.dial()
	g.types("/register " + name + " secret-" + name)
	g.until("-- The account " + name + " is yours.")
	g.sees("-- You are called " + name + " now.")
	return g
}

func TestRegisterAndLogin(t *testing.T) {
	y := storedYard(t)
	ann := y.member("ann")
	bob := y.person("bob")
	ann.until("-> bob")
	bob.types("/nick Ann", "/login ann wrong", "/account")
	bob.sees("! Ann is taken. Try another: /nick NAME")
	_ = ann.conn.Close()
	bob.until("! The name or the password is wrong. Try again.")
	bob.until("! This needs an account.")
	bob.types("/nick Ann")
	bob.until("! The name Ann belongs to an account, or looks like one. Sign in with /login Ann PASSWORD, or take another name.")
	bob.types("/login ann secret-ann")
	bob.until("-- You are signed in as ann.")
	bob.sees("-- Your rooms: #lobby", "-- Your lines go to #lobby now.", "-- You are called ann now.")
	bob.types("/account", "/login ann secret-ann")
	bob.sees("-- You are ann, signed in as ann.", "-- always-on: off, one-session: off, one-time codes: off",
		"-- Sessions: 1, app passwords: 0, mail: none")
	bob.types("/passwd secret-ann other", "/logout")
	bob.until("-- The password is changed.")
	bob.sees("-- You are signed out. Bye.")
	bob.end()
	ann = y.dial()
	ann.types("/로그인 ann other")
	ann.sees("-- You are signed in as ann.", "-- You are in #lobby now.", "-- #lobby: 1 here: ann")
}

// Nothing of what stands behind a command for passwords comes out again.
func TestPasswordsStayInside(t *testing.T) {
	y := storedYard(t)
	bob := y.person("bob")
	ann := y.dial()
	ann.types("/lgoin ann hush", " /login ann hush", "/regster ann hush", "/login ann", "/passwd hush", "/totp hush", "/claim hush", "/account delete hush",
		`{"type":"lgoin","account":"ann","password":"hush","id":"1"}`, "/quit")
	if got := ann.end(); strings.Contains(got, "hush") {
		t.Errorf("ann saw %s", got)
	}
	bob.types("/history 100", "/quit")
	if got := bob.end(); strings.Contains(got, "hush") {
		t.Errorf("bob saw %s", got)
	}
}

// A password of several words is not cut into one and a mail address.
func TestRegisterTakesOneWord(t *testing.T) {
	y := storedYard(t)
	ann := y.person("ann")
	for _, words := range []string{"three little words", "hush a@b.example c@d.example"} {
		ann.types("/register ann " + words)
		ann.sees("! It goes like this: /register NAME PASSWORD [MAIL] [invite:CODE]")
	}
}

// Sessions of one account see what the others say, and what happened to messages.
func TestManySessions(t *testing.T) {
	y := storedYard(t)
	phone := y.member("ann")
	bob := y.person("bob")
	phone.until("-> bob")
	laptop := y.dial()
	laptop.types("/login ann secret-ann")
	laptop.sees("-- You are signed in as ann.", "-- Your rooms: #lobby", "-- Your lines go to #lobby now.")
	laptop.types("hi from here", "/msg bob psst")
	phone.sees("[#lobby] ann: hi from here", "[ann -> bob] psst")
	bob.sees("[#lobby] ann: hi from here", "[ann -> you] psst")
	bob.types("/msg ann yes?")
	phone.sees("[bob -> you] yes?")
	laptop.sees("[bob -> you] yes?")
	laptop.types("/sessions", "/sessions end 99")
	first := laptop.line()
	if second := laptop.line(); strings.Contains(first, "(this one)") || !strings.Contains(second, "line from 127.0.0.1, since") || !strings.HasSuffix(second, " (this one)") {
		t.Errorf("sessions: %q, %q", first, second)
	}
	laptop.sees("! There is no session 99 of yours. /sessions lists them.")
	n, _, _ := strings.Cut(strings.TrimPrefix(first, "-- "), ":")
	laptop.types("/sessions end " + n)
	laptop.sees("-- The session " + n + " is ended.")
	phone.sees("-- ann ended your session.")
	phone.end()
	bob.types("still there?")
	laptop.sees("[#lobby] bob: still there?")
}

// Who is always on misses nothing, and is told how much there is.
func TestAlwaysOnAndUnread(t *testing.T) {
	y := storedYard(t)
	ann := y.member("ann")
	ann.types("/account always-on on", "/join #dev", "/quit")
	ann.until("-- always-on is on.")
	ann.end()
	bob := y.person("bob")
	bob.types("/join #dev", "one", "two for ann", "/msg ann psst", "/msg #lobby over there", "/who ann")
	bob.until("(not connected)")
	ann = y.dial()
	ann.types("/login ann secret-ann")
	ann.sees("-- You are signed in as ann.", "-- Your rooms: #dev, #lobby", "-- #dev: 2 unread, 1 mention you",
		"-- bob: 1 unread", "-- #lobby: 1 unread", "-- Your lines go to #lobby now.")
	if got := anyTime(ann.line()); got != "[#lobby TIME] bob: over there" {
		t.Errorf("missed %s", got)
	}
	ann.types("/join #dev")
	ann.sees("-- Your lines go to #dev now.")
	if got := anyTime(ann.line() + "\n" + ann.line()); got != "[#dev TIME] bob: one\n[#dev TIME] bob: two for ann" {
		t.Errorf("missed %s", got)
	}
	ann.types("/unread", "/read @bob", "/unread")
	ann.sees("-- bob: 1 unread", "-- bob is read.", "-- Nothing is unread.")
	bob.types("three")
	ann.sees("[#dev] bob: three")
	ann.types("/unread", "answer", "/unread")
	ann.sees("-- #dev: 1 unread", "-- Nothing is unread.")
	bob.types("four", "/msg #lobby five")
	ann.sees("[#dev] bob: four", "[#lobby] bob: five")
	ann.types("/quit")
	ann.end()
	ann = y.dial()
	ann.types("/login ann wrong", "/login ann secret-ann", "/unread")
	ann.sees("! The name or the password is wrong. Try again.")
	ann.until("-- You are signed in as ann.")
	ann.until("-- Nothing is unread.")
	ann.types("/history @bob", "/account delete secret-ann", "/account")
	ann.until("-- End of the history of bob, 1 shown.")
	ann.sees("-- The account is deleted. What you wrote stays, and you are a guest now.", "-- You are ann.")
}

func TestAppPasswords(t *testing.T) {
	y := storedYard(t)
	ann := y.member("ann")
	ann.types("/app add robot #dev read-only 30d", "/app")
	_, password, _ := strings.Cut(ann.until("-- The app password of robot."), "only now: ")
	id, ok := auth.ParseAppPassword(password)
	if !ok {
		t.Fatalf("no app password: %q", password)
	}
	if got := ann.line(); !strings.HasPrefix(got, "-- "+id+": robot, #dev, read-only, until 20") {
		t.Errorf("listed as %q", got)
	}
	robot := y.dial()
	robot.types(`{"type":"login","account":"ann","password":"`+password+`","id":"1"}`,
		`{"text":"hi","id":"2"}`, `{"type":"add-app","label":"x","id":"3"}`)
	if got := robot.until(`"welcome"`); !strings.Contains(got, `"nick":"ann","room":"#dev","token":"","position":`) || !strings.Contains(got, `"account":"ann","rooms":["#dev"]`) {
		t.Errorf("welcomed with %s", got)
	}
	robot.until(`{"type":"ok","id":"1"}`)
	if got := robot.until(`"id":"2"`) + robot.until(`"id":"3"`); strings.Count(got, `"code":"out-of-scope"`) != 2 {
		t.Errorf("saw %s", got)
	}
	ann.types("/app revoke "+id, "/app")
	ann.sees("[#dev] + ann", "-- The app password "+id+" is revoked.", "-- There are no app passwords. /app add LABEL makes one.")
}

func TestOneTimeCodes(t *testing.T) {
	y := storedYard(t)
	ann := y.member("ann")
	ann.types("/totp on 123456", "/totp on")
	ann.sees("! Ask for a secret first: /totp on")
	_, secret, _ := strings.Cut(ann.until("-- The secret for your app"), "codes: ")
	ann.until("otpauth://totp/Yard:ann?")
	ann.sees("-- Now confirm it with a code of the app: /totp on CODE")
	code, next := codeOf(t, secret, time.Now()), codeOf(t, secret, time.Now().Add(30*time.Second))
	ann.types("/totp on 12345", "/totp on "+code) // mistyped: the secret stays
	ann.sees("! The code is wrong, was used, or is too old.", "-- One-time codes are on. Sign in with /login NAME PASSWORD CODE from now on.")
	again := y.dial()
	again.types("/login ann secret-ann", "/login ann secret-ann "+code, "/login ann secret-ann "+next)
	again.until("! The name or the password is wrong.")
	again.until("! The name or the password is wrong.") // it switched them on
	again.until("-- You are signed in as ann.")
}

// codeOf is what an app of one-time codes shows at a time (RFC 6238).
func codeOf(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	h := hmac.New(sha1.New, key)
	_ = binary.Write(h, binary.BigEndian, at.Unix()/30)
	sum := h.Sum(nil)
	from := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[from:])&0x7FFFFFFF%1_000_000)
}

func TestClaim(t *testing.T) {
	y := storedYard(t)
	y.gateway.house.Accounts.SetClaim(gateway.Claim{Digest: gateway.DigestOf("K7QM-2ABC"), Until: time.Now().Add(time.Hour)})
	bob := y.person("bob")
	bob.types("/claim K7QM-2ABC")
	bob.sees("! This needs an account. Make one with /register NAME PASSWORD, or /login NAME PASSWORD.")
	ann := y.member("ann")
	ann.types("/claim wrong", "/claim K7QM-2ABC")
	ann.sees("! The code is wrong, was used, or is too old.", "-- You are an operator of this server now, with every power.")
}

// A house for accounts only lets nobody in before he signs in.
func TestAccountsOnly(t *testing.T) {
	y := storedYard(t)
	limits := chat.DefaultLimits()
	limits.RequireAccount = true
	y.limits(limits)
	ann := y.dial()
	ann.types("hello", "/rooms", "/register ann secret", "hello")
	for range 2 {
		ann.sees("! This needs an account. Make one with /register NAME PASSWORD, or /login NAME PASSWORD.")
	}
	ann.sees("-- You are signed in as ann.", "-- You are in #lobby now.")
	ann.types("/history")
	ann.until("ann: hello")
	robot := y.dial()
	robot.types(`{"type":"login","account":"ann","password":"wrong","id":"1"}`, `{"text":"x","id":"2"}`, `{"type":"login","account":"ann","password":"secret","id":"3"}`)
	robot.until(`"code":"wrong-credentials"`)
	robot.until(`{"type":"error","code":"need-account"`)
	robot.until(`{"type":"ok","id":"3"}`)
}

// An account continues wherever it is, in one order, by one line.
func TestAccountResumes(t *testing.T) {
	y := storedYard(t)
	ann := y.member("ann")
	ann.types("/account always-on on", "/join #dev", "/join #key hush", "/quit")
	ann.end()
	bob := y.person("bob")
	bob.types("/join #dev", "one", "/msg #lobby two", "/msg ann three", "/msg #dev four", "/who")
	bob.until("#dev: 2 here")
	bob.until("ann, bob")
	robot := y.dial()
	robot.types(`{"resume":{"account":"ann","password":"secret-ann","after":0},"id":"r"}`)
	got := robot.until(`"welcome"`)
	if !strings.Contains(got, `"rooms":["#dev","#key","#lobby"]`) {
		t.Errorf("welcomed with %s", got)
	}
	for _, text := range []string{"one", "two", "three", "four"} {
		if got := robot.line(); field(got, "text") != text {
			t.Fatalf("saw %s, want %s", got, text)
		}
	}
	robot.sees(`{"type":"ok","id":"r"}`)
	bob.types("five")
	robot.until(`"text":"five"`)
	robot.types(`{"text":"once","id":"x"}`)
	position := field(robot.until(`{"type":"ok","id":"x"`), "position")
	again := y.dial()
	again.types(`{"resume":{"account":"ann","password":"secret-ann","room":"#dev","after":`+position+`},"id":"r"}`, `{"text":"once","id":"x"}`,
		`{"resume":{"room":"#lobby","after":0},"id":"s"}`)
	again.until(`{"type":"ok","id":"r"}`)
	if got := again.line(); !strings.Contains(got, `"duplicate":true`) {
		t.Errorf("saw %s", got)
	}
	if got := again.until(`{"type":"ok","id":"s"}`); got == "" {
		t.Error("no end")
	}
	wrong := y.dial()
	wrong.types(`{"resume":{"account":"ann","password":"no","after":0},"id":"r"}`)
	if got := wrong.end(); !strings.Contains(got, `"code":"wrong-credentials"`) || strings.Contains(got, "welcome") {
		t.Errorf("saw %s", got)
	}
}

// A room with a key is resumed with it; a session that another one ends is told by whom.
func TestResumeWithKeyAndEndInJSON(t *testing.T) {
	y := storedYard(t)
	y.command(&chat.OpenRoom{Room: "#den", Permanent: true})
	y.command(&chat.ChangeRoom{Room: "#den", Changes: []chat.RoomChange{
		{Aspect: chat.Key, Add: true, Text: "sesame"}, {Aspect: chat.Entry, Add: true, Text: "shoes off"},
	}})
	bot, token := y.script("bot")
	bot.types(`{"type":"join","room":"#den","key":"sesame","id":"1"}`, `{"room":"#den","text":"inside","id":"2"}`)
	if got := bot.until(`"type":"entry"`); !strings.Contains(got, `"text":"shoes off"`) {
		t.Errorf("saw %s", got)
	}
	bot.until(`{"type":"ok","id":"2"`)
	_ = bot.conn.Close()
	again := y.dial()
	again.types(`{"resume":{"token":"`+token+`","room":"#den","after":0},"id":"1"}`, `{"resume":{"token":"`+token+`","room":"#den","key":"sesame","after":0},"id":"2"}`)
	again.until(`"code":"wrong-key"`)
	again.until(`"text":"inside"`)
	again.until(`{"type":"ok","id":"2"}`)
	again.types(`{"type":"register","account":"robot","password":"secret","id":"3"}`)
	again.until(`{"type":"ok","id":"3"}`)
	other := y.dial()
	other.types(`{"type":"login","account":"robot","password":"secret","id":"1"}`, `{"type":"sessions"}`)
	session := field(other.until(`"type":"session"`), "session")
	other.types(`{"type":"end-session","session":"`+session+`","id":"2"}`, `{"type":"account","set":"one-session","on":true,"id":"3"}`)
	other.until(`{"type":"ok","id":"2"}`)
	other.until(`{"type":"ok","id":"3"}`)
	if got := again.end(); !strings.Contains(got, `{"type":"quit","nick":"robot","by":"robot"}`) {
		t.Errorf("the other saw %s", got)
	}
	third := y.dial()
	third.types("/login robot secret")
	third.sees("! robot is connected and takes one session at a time.")
}
