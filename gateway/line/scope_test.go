package line

import (
	"strings"
	"testing"

	"madang/chat"
)

// robotOf makes an app password of somebody with a few words behind its label.
func robotOf(owner *guest, options string) (password string) {
	owner.t.Helper()
	owner.types("/app add bot " + options)
	_, password, _ = strings.Cut(owner.until("-- The app password of bot."), "only now: ")
	return password
}

// absentOwner is an account that is always on, in #lobby and in the secret #den, where
// something was said and said to it since it left. Its app password is for #other only.
func absentOwner(y *yard) (bob *guest, password string) {
	y.t.Helper()
	y.command(&chat.OpenRoom{Room: "#den", Permanent: true})
	y.command(&chat.ChangeRoom{Room: "#den", Changes: []chat.RoomChange{{Aspect: chat.Secret, Add: true}}})
	ann := y.member("ann")
	ann.types("/account always-on on", "/join #den")
	password = robotOf(ann, "#other")
	ann.types("/quit")
	ann.end()
	bob = y.person("bob")
	bob.types("/join #den", "/msg #lobby hush one ann", "/msg #den hush two ann", "/msg ann hush three", "/who #lobby")
	bob.until("ann, bob")
	return bob, password
}

// What an app password for one room is not for, its session is not told of.
func TestAppPasswordSeesItsRoomsOnly(t *testing.T) {
	y := storedYard(t)
	bob, password := absentOwner(y)
	robot := y.dial()
	robot.types("/login ann " + password)
	robot.sees("-- You are signed in as ann.", "-- You are in #other now.", "-- #other: 1 here: ann")
	robot.types("/unread", "/join #lobby", "/who #den", "/who #lobby", "/topic #den", "/who ann", "/rooms", "/account", "/sessions", "/app", "/read #lobby", "/history #den")
	robot.sees("-- Nothing is unread.", "! The app password that you signed in with is not for this.")
	bob.types("hush live", "/join #other", "hello")
	rest := robot.until("bob: hello")
	robot.types("/quit")
	if got := rest + robot.end(); strings.Contains(got, "hush") {
		t.Errorf("saw %s", got)
	}
	again := y.dial()
	again.types("/login ann "+password, "/quit")
	again.sees("-- You are signed in as ann.", "-- Your rooms: #other")
	if got := again.end(); strings.Contains(got, "#lobby") || strings.Contains(got, "#den") || strings.Contains(got, "hush") {
		t.Errorf("saw %s", got)
	}
}

// The questions of a session with an app password name nothing but its rooms.
func TestAppPasswordAsksInItsRoomsOnly(t *testing.T) {
	y := storedYard(t)
	_, password := absentOwner(y)
	robot := y.dial()
	robot.types("/login ann "+password, "/rooms", "/who ann", "/account", "/sessions", "/app", "/unread", "/quit")
	got := robot.end()
	for _, hidden := range []string{"#lobby", "#den", "hush", "bob", "127.0.0.1", "app passwords:"} {
		if strings.Contains(got, hidden) {
			t.Errorf("%s shows in %s", hidden, got)
		}
	}
	if !strings.Contains(got, "-- #other (1)") {
		t.Errorf("saw %s", got)
	}
}

func TestAppPasswordScriptSeesItsRoomsOnly(t *testing.T) {
	for name, first := range map[string]string{
		"login":  `{"type":"login","account":"ann","password":"PASSWORD","id":"1"}`,
		"resume": `{"resume":{"account":"ann","password":"PASSWORD","after":0},"id":"1"}`,
	} {
		t.Run(name, func(t *testing.T) {
			y := storedYard(t)
			_, password := absentOwner(y)
			robot := y.dial()
			robot.types(strings.Replace(first, "PASSWORD", password, 1), `{"text":"here","id":"2"}`,
				`{"type":"unread","id":"3"}`, `{"type":"apps","id":"4"}`, `{"type":"quit"}`)
			got := robot.end()
			for _, hidden := range []string{"#lobby", "#den", "hush", `"unread"`} {
				if strings.Contains(got, hidden) {
					t.Errorf("%s shows in %s", hidden, got)
				}
			}
			if !strings.Contains(got, `"room":"#other"`) || !strings.Contains(got, `{"type":"ok","id":"1"}`) || !strings.Contains(got, `"text":"here"`) {
				t.Errorf("saw %s", got)
			}
		})
	}
}

// At the door of a house for accounts the first line does what it does later.
func TestFirstLineAtTheDoor(t *testing.T) {
	const door = "! This needs an account. Make one with /register NAME PASSWORD, or /login NAME PASSWORD."
	y := storedYard(t)
	limits := chat.DefaultLimits()
	limits.RequireAccount = true
	y.limits(limits)
	for _, c := range []struct {
		first string
		want  []string
	}{
		{"/register ann secret", []string{"-- You are signed in as ann.", "-- You are in #lobby now."}},
		{`{"type":"register","account":"bob","password":"secret","id":"1"}`, []string{`"type":"welcome"`, `{"type":"ok","id":"1"}`}},
		{"/login ann secret", []string{"-- You are signed in as ann."}},
		{" /login ann secret", []string{"-- You are signed in as ann."}},
		{"/login ann wrong", []string{"! The name or the password is wrong. Try again."}},
		{"/login ann", []string{"/login NAME PASSWORD"}},
		{"/verify ann wrong", []string{"! "}},
		{"/help", []string{"/nick", "/quit"}},
		{"/lang ko", []string{"이제 한국어로"}},
		{"hello", []string{door}},
		{"/rooms", []string{door}},
		{`{"text":"x","id":"7"}`, []string{`"id":"7"`}},
	} {
		g := y.dial()
		g.types(c.first, "/quit")
		got := g.end()
		for _, part := range c.want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: no %s in %s", c.first, part, got)
			}
		}
		refused := strings.Count(got, "needs an account")
		if (c.want[0] == door || strings.Contains(c.first, `"text"`)) != (refused == 1) || refused > 1 {
			t.Errorf("%s: refused %d times in %s", c.first, refused, got)
		}
	}
}
