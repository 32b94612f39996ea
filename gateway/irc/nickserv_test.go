package irc

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"madang/auth"
	"madang/engine"
	"madang/gateway"
)

// serv asks NickServ, and checks the sentences that it says.
func (p *person) serv(line string, want ...string) {
	p.t.Helper()
	for i := range want {
		want[i] = ":NickServ!NickServ@irc.test NOTICE " + p.nick + " :" + want[i]
	}
	p.asks("PRIVMSG NickServ :"+line, want...)
}

// hears gives what NickServ says to a line.
func (p *person) hears(line string) (said []string) {
	p.t.Helper()
	p.says("NS " + line)
	for _, got := range p.sync() {
		said = append(said, strings.TrimPrefix(got, ":NickServ!NickServ@irc.test NOTICE "+p.nick+" :"))
	}
	return said
}

func TestNickServ(t *testing.T) {
	y := newYard(t)
	p := y.person("mina")
	p.serv("dance", "There is no DANCE here. HELP lists what there is.")
	p.serv("register", "Usage: REGISTER password [mail address] [invitation]")
	p.serv("set always-on on", "That needs an account; register one, or sign in")
	p.serv("cert list", "You are not signed in. IDENTIFY, or REGISTER first.")
	p.serv("sessions", "You are not signed in. IDENTIFY, or REGISTER first.")
	p.serv("info", "There is no such account.")
	p.serv("help set", "SET [MULTICLIENT|ALWAYS-ON on|off] [EMAIL address]", "Your settings: several sessions at once, staying in your channels while you are not connected.")
	if got := p.hears(""); len(got) < 15 || !strings.HasPrefix(got[0], "NickServ keeps accounts") {
		t.Errorf("help is %q", got)
	}
	p.asks("WHOIS NickServ", ":irc.test 311 mina NickServ NickServ irc.test * :NickServ keeps accounts: a name that nobody else can take, on all your devices.",
		":irc.test 312 mina NickServ irc.test :A service of the server", ":irc.test 318 mina NickServ :End of /WHOIS list")
	p.asks("NOTICE NickServ :register x")
	for _, words := range []string{"three little words", "sesame opens", "sesame a@b.example c@d.example", "sesame * open"} {
		p.serv("register "+words, "No account was made: a password is one word here. Behind it come a mail address, or * for none, and an invitation where one is needed.",
			"Usage: REGISTER password [mail address] [invitation]")
	}
	p.hears("REGISTER sesame")
	p.serv("set email mina@example.org", "Your mail address is mina@example.org now. It is not confirmed: this server sends no mail.")
	p.serv("set multiclient off", "MULTICLIENT is off now.")
	p.serv("set", "ALWAYS-ON off, MULTICLIENT off")
	p.serv("set multiclient maybe", "Usage: SET [MULTICLIENT|ALWAYS-ON on|off] [EMAIL address]")
	p.serv("set multiclient on", "MULTICLIENT is on now.")
	p.serv("passwd wrong open", "The name or the password is wrong")
	p.serv("passwd sesame open", "Your password is changed. App passwords and certificates stay as they are.")
	if got := p.hears("INFO"); len(got) != 4 || got[1] != "Mail: mina@example.org (not confirmed)" {
		t.Errorf("info is %q", got)
	}
	q := y.person("jun")
	if got := q.hears("INFO mina"); len(got) != 1 {
		t.Errorf("others are told %q", got)
	}
	q.serv("saregister eve sesame", "Permission denied: you are no server operator")
	q.serv("identify mina wrong", "The name or the password is wrong")
	q.serv("drop sesame", "You are not signed in. IDENTIFY, or REGISTER first.")
	p.serv("drop sesame", "The name or the password is wrong")
	p.asks("NS DROP open", ":NickServ!NickServ@irc.test NOTICE mina :The account mina is deleted.",
		":irc.test 901 mina mina!mina@host.cloak :You are now logged out", ":irc.test MODE mina -r")
	p.serv("info mina", "There is no such account.")
}

func TestSessionsAreEnded(t *testing.T) {
	plainOnly(t)
	y := newYard(t)
	y.registers("mina", "sesame")
	a, b, c := y.member("mina", "sesame"), y.member("mina", "sesame"), y.member("mina", "sesame")
	if got := a.hears("SESSIONS"); len(got) != 3 || !strings.HasPrefix(got[0], "1. irc from 127.0.0.1, since ") || !strings.HasSuffix(got[0], " (this one)") {
		t.Errorf("the sessions are %q", got)
	}
	a.serv("sessions logout 9", "There is no session of this number.")
	a.serv("clients logout 2", "Done.")
	if got := b.ends(); got != "ERROR :Closing link: Killed (mina (signed out from another session))\r\n" {
		t.Errorf("hung up with %q", got)
	}
	a.serv("sessions logout all", "Done.")
	c.ends()
	if got := a.hears("SESSIONS"); len(got) != 1 {
		t.Errorf("the sessions are %q", got)
	}
}

// Nobody fills the house with accounts, or other people's letter-boxes.
func TestRegistrationsAreCounted(t *testing.T) {
	y := newYard(t)
	y.counts()
	for i := range auth.FailuresMax {
		p := y.person("p" + strconv.Itoa(i))
		p.says("NS REGISTER sesame")
		p.until("Account created")
	}
	p := y.person("late")
	p.says("NS REGISTER sesame")
	p.until("wait 60 s")
}

func TestAppPasswords(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	p := y.member("mina", "sesame")
	p.serv("app list", "You have no app passwords.")
	got := p.hears("APP ADD phone READ #yard,#tea 7")
	_, password, ok := strings.Cut(got[0], "The password for phone, shown once: ")
	if id, is := auth.ParseAppPassword(password); !ok || !is || !strings.Contains(got[1], ", reading only, in #yard #tea, until ") || !strings.Contains(got[1], "APP REVOKE "+id) {
		t.Fatalf("it says %q", got)
	}
	q := y.member("mina", password)
	q.asks("JOIN #other", ":irc.test FAIL JOIN OUT_OF_SCOPE :The app password is not for this")
	q.serv("app list", "The app password is not for this")
	q.serv("sessions", "The app password is not for this")
	if got := q.hears("INFO"); len(got) != 1 {
		t.Errorf("the app is told of its account %q", got)
	}
	if got := p.hears("APP LIST"); len(got) != 1 || !strings.Contains(got[0], " phone, made ") {
		t.Errorf("the list is %q", got)
	}
	if got := p.hears("APP ADD script read-only 7d"); len(got) != 2 || !strings.Contains(got[1], ", reading only, until ") {
		t.Errorf("with the words of plain text it says %q", got)
	}
	id, _ := auth.ParseAppPassword(password)
	p.serv("passwd "+password+" mine", "The app password is not for this")
	p.serv("drop "+password, "The app password is not for this")
	p.serv("app revoke "+id, "The app password "+id+" is revoked.")
	q.ends()
	p.serv("app revoke "+id, "There is no such app password")
	p.serv("app add phone sometimes", "Usage: APP LIST | ADD label [READ] [#channel,...] [days] | REVOKE id")
}

func TestSecondFactor(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	p := y.member("mina", "sesame")
	offered := p.hears("TOTP ON")
	words := strings.Fields(offered[1])
	secret := words[3]
	p.serv("totp confirm "+secret+" 000000x", "The code is wrong. Is your app's clock right?")
	now, next := codeOf(t, secret, time.Now()), codeOf(t, secret, time.Now().Add(30*time.Second))
	p.serv("totp confirm "+secret+" "+now, "The second factor is on. Keep an app password or a certificate for the day when you lose your app.")
	q := y.person("jun")
	q.serv("identify mina sesame", "The name or the password is wrong")
	q.serv("identify mina sesame "+now, "The name or the password is wrong") // it switched them on
	if got := q.hears("IDENTIFY mina sesame " + next); !strings.Contains(strings.Join(got, "\n"), "You are signed in as mina now.") {
		t.Errorf("with a code: %q", got)
	}
	p.serv("totp off sesame "+next, "The name or the password is wrong") // used
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
	y := newYard(t)
	y.gateway.hall.House.Accounts.SetClaim(gateway.Claim{Digest: gateway.DigestOf("abc"), Until: time.Now().Add(time.Hour)})
	p := y.person("mina")
	p.asks("OPER claim abc", ":irc.test FAIL OPER ACCOUNT_REQUIRED :That needs an account; register one, or sign in")
	p.hears("REGISTER sesame")
	p.asks("OPER claim abd", ":irc.test FAIL OPER INVALID_CODE :The code is wrong, was used, or is too old")
	p.asks("OPER claim abc", ":irc.test 381 mina :You are now an IRC operator", ":mina!mina@host.cloak MODE mina +o")
	p.serv("claim abc", "The code is wrong, was used, or is too old")
	p.serv("saregister eve sesame", "Account created")
	y.member("eve", "sesame").asks("MODE eve", ":irc.test 221 eve +r")
	p.asks("NS SUSPEND eve spam", ":NickServ!NickServ@irc.test NOTICE mina :The account eve is suspended.",
		":eve!eve@host.cloak QUIT :Killed (mina (account suspended: spam))")
	p.serv("unsuspend eve", "The account eve may sign in again.")
	if got := p.hears("INVITE 2 3"); len(got) != 1 || !strings.HasPrefix(got[0], "The invitation, shown once: ") {
		t.Errorf("it says %q", got)
	}
	p.serv("invite none", "Usage: INVITE [uses] [days]")
}

func TestCertificates(t *testing.T) {
	y := newYard(t)
	p := y.person("mina")
	p.hears("REGISTER sesame")
	p.serv("cert add", "This connection shows no certificate. Connect with TLS and one, or give its SHA-256 fingerprint.")
	print := strings.Repeat("0a", 32)
	p.serv("cert add "+print, "The certificate "+print+" signs you in now.")
	p.serv("cert list", "Certificates: 1", print)
	p.serv("cert add xyz", "A certificate's fingerprint is its SHA-256: 64 hexadecimal digits, with colons between the bytes or without.")
	err := y.engine.Call(t.Context(), func(l engine.Loop) {
		if a := l.State().AccountByCertificate(print); a == nil || a.Name() != "mina" {
			t.Error("the certificate signs nobody in, or somebody else")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	p.serv("cert del "+print, "The certificate "+print+" signs you in no more.")
}

func TestRegister(t *testing.T) {
	y := newYard(t)
	p := y.dial()
	p.asks("REGISTER * * sesame", ":irc.test FAIL REGISTER NEED_NICK * :Choose a nick first")
	p.says("NICK mina")
	p.asks("REGISTER * * sesame", ":irc.test REGISTER SUCCESS mina :Account successfully registered", ":irc.test 900 mina * mina :You are now logged in as mina")
	p.asks("REGISTER eve * sesame", ":irc.test FAIL REGISTER ALREADY_AUTHENTICATED eve :You are signed in already")
	p.says("USER mina 0 * :Mina")
	p.until(":irc.test 221 mina +r")
	q := y.person("jun", "account-notify")
	q.asks("REGISTER Mina * sesame", ":irc.test FAIL REGISTER ACCOUNT_EXISTS Mina :The name is taken, or looks like one that is")
	q.asks("REGISTER 9 * sesame", ":irc.test FAIL REGISTER BAD_ACCOUNT_NAME 9 :The name cannot be an account's: a nick may not begin with ‘9’ (U+0039)")
	q.asks("REGISTER jun * sesame", ":irc.test REGISTER SUCCESS jun :Account successfully registered",
		":irc.test 900 jun jun!jun@host.cloak jun :You are now logged in as jun", ":jun!jun@host.cloak ACCOUNT jun", ":irc.test 221 jun +r")
	q.asks("VERIFY jun abc", ":irc.test FAIL VERIFY INVALID_CODE jun :The code is wrong, was used, or is too old")
	strict := newYard(t, func(c *Config) { c.RegisterEarly = false }).dial()
	strict.asks("REGISTER eve * sesame", ":irc.test FAIL REGISTER COMPLETE_CONNECTION_REQUIRED eve :Complete the connection first")
}

// Where mail is sent another address counts when the code that was sent there came back.
func TestNewMailAddressIsConfirmed(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	sent := make(chan [3]string, 1)
	y.gateway.hall.House.Accounts.SetMail(func(_ context.Context, address, account, code string) error {
		sent <- [3]string{address, account, code}
		return nil
	})
	guest, p := y.person("jun"), y.member("mina", "sesame")
	guest.serv("set email jun@example.org", "That needs an account; register one, or sign in")
	for _, address := range []string{"old@example.org", "new@example.org"} {
		p.serv("set email "+address, "A code is on its way to "+address+". Your mail address stays as it is until VERIFY account code.")
		letter := <-sent
		if letter[0] != address || letter[1] != "mina" {
			t.Errorf("mailed %q", letter)
		}
		p.serv("verify mina x"+letter[2], "The code is wrong, was used, or is too old")
		if got := strings.Join(p.hears("INFO"), "|"); !strings.Contains(got, "|Mail to come: "+address+" ") || strings.Contains(got, "|Mail: "+address) {
			t.Errorf("before: %s", got)
		}
		p.serv("verify mina "+letter[2], "The address is confirmed. Who is not signed in yet: IDENTIFY mina password")
		if got := strings.Join(p.hears("INFO"), "|"); !strings.Contains(got, "|Mail: "+address+" (confirmed)|") || strings.Contains(got, "to come") {
			t.Errorf("after: %s", got)
		}
		p.serv("verify mina "+letter[2], "The code is wrong, was used, or is too old")
	}
}

// An app password for some rooms learns nothing of the others by asking.
func TestAppPasswordAsksInItsRoomsOnly(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	p := y.member("mina", "sesame")
	p.says("JOIN #yard", "JOIN #den", "MODE #den +s", "TOPIC #den :hush")
	p.sync()
	got := p.hears("APP ADD phone #yard")
	_, password, _ := strings.Cut(got[0], "shown once: ")
	q := y.member("mina", password)
	q.sync()
	for _, room := range []string{"#den", "#nowhere"} {
		q.asks("NAMES "+room, ":irc.test 366 mina "+room+" :End of /NAMES list")
		q.asks("WHO "+room, ":irc.test 315 mina "+room+" :End of WHO list")
		q.asks("TOPIC "+room, ":irc.test 403 mina "+room+" :No such channel")
		q.asks("MODE "+room, ":irc.test 403 mina "+room+" :No such channel")
		q.asks("MODE "+room+" +b", ":irc.test 403 mina "+room+" :No such channel")
		q.asks("LIST "+room, ":irc.test 321 mina Channel :Users  Name", ":irc.test 323 mina :End of /LIST")
	}
	q.says("LIST", "WHOIS mina", "NAMES", "WHO mina")
	text := strings.Join(q.sync(), "\n")
	if strings.Contains(text, "#den") || strings.Contains(text, "hush") || !strings.Contains(text, "322 mina #yard 1") || !strings.Contains(text, "319 mina mina :@#yard") {
		t.Error(text)
	}
}

// An app password for some rooms is told nothing of the others unasked either: what only
// some members hear, who is invited, who knocks, what another session has read.
func TestAppPasswordHearsOfItsRoomsOnly(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	p := y.member("mina", "sesame")
	p.says("JOIN #yard", "JOIN #den", "MODE #den +s")
	p.sync()
	got := p.hears("APP ADD phone #yard")
	_, password, _ := strings.Cut(got[0], "shown once: ")
	q := y.dial()
	q.nick = "mina"
	q.says("CAP REQ :sasl draft/read-marker invite-notify", "AUTHENTICATE PLAIN", plain("mina", password), "NICK mina", "USER mina 0 * :mina", "CAP END")
	var came []string
	for got := ""; !strings.Contains(got, " 001 "); came = append(came, got) {
		got = q.line()
	}
	came = append(came, q.sync()...)
	eve := y.person("eve")
	eve.says("JOIN #den", "JOIN #yard", "JOIN #loft")
	eve.sync()
	p.says("MODE #den +o eve")
	p.sync()
	eve.says("PRIVMSG @#den :psst", "INVITE mina #loft", "PRIVMSG @#yard :no", "PRIVMSG #yard :heard")
	eve.sync()
	fay := y.person("fay")
	p.says("INVITE fay #den", "MARKREAD #den timestamp=2019-01-04T14:33:26.123Z", "MARKREAD fay timestamp=2019-01-04T14:33:26.123Z")
	p.sync()
	p.says("MODE #den +u")
	p.sync()
	fay.says("JOIN #den", "NICK fey", "NICK fay", "PART #den :bye", "JOIN #den")
	fay.sync()
	p.says("KICK #den fay :out", "MODE #den -u+i")
	p.sync()
	fay.says("KNOCK #den :please")
	fay.sync()
	p.says("RENAME #den #lair :moved")
	p.sync()
	text := strings.Join(append(came, q.sync()...), "\n")
	for _, word := range []string{"#den", "#loft", "#lair", "fay", "psst"} {
		if strings.Contains(text, word) {
			t.Errorf("%s is in\n%s", word, text)
		}
	}
	if !strings.Contains(text, "PRIVMSG #yard :heard") {
		t.Errorf("not heard:\n%s", text)
	}
}
