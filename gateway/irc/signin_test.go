package irc

import (
	"encoding/base64"
	"strings"
	"testing"

	"madang/auth"
	"madang/chat"
)

// plain is the message of SASL PLAIN as a parameter of AUTHENTICATE.
func plain(account, password string) string {
	return "AUTHENTICATE " + base64.StdEncoding.EncodeToString([]byte("\x00"+account+"\x00"+password))
}

// registers makes an account for somebody who goes again.
func (y *yard) registers(account, password string) {
	y.t.Helper()
	p := y.person(account)
	p.asks("NS REGISTER "+password,
		":NickServ!NickServ@irc.test NOTICE "+account+" :Account created",
		":irc.test 900 "+account+" "+account+"!"+account+"@host.cloak "+account+" :You are now logged in as "+account,
		":irc.test 221 "+account+" +r")
	p.says("QUIT")
	p.ends()
}

// member is a session of an account, behind its welcome and what follows it.
func (y *yard) member(account, password string, capabilities ...string) *person {
	y.t.Helper()
	p := y.dial()
	p.nick = account
	p.says("CAP REQ :"+strings.Join(append(capabilities, "sasl"), " "), "AUTHENTICATE PLAIN", plain(account, password),
		"NICK "+account, "USER "+account+" 0 * :"+account, "CAP END")
	p.until(" 903 ")
	p.until(" 001 " + account + " ")
	p.sync()
	return p
}

func TestSASLPlain(t *testing.T) {
	plainOnly(t)
	y := newYard(t)
	y.registers("mina", "sesame")
	p := y.dial()
	p.asks("CAP REQ sasl", ":irc.test CAP * ACK :sasl")
	p.asks("AUTHENTICATE NOSUCH", ":irc.test 908 * SCRAM-SHA-256,PLAIN :are the available SASL mechanisms", ":irc.test 904 * :SASL authentication failed")
	p.asks("AUTHENTICATE EXTERNAL", ":irc.test 904 * :SASL authentication failed")
	p.asks("AUTHENTICATE *", ":irc.test 906 * :There is no sign-in to abort")
	for _, wrong := range []string{plain("mina", "Sesame"), plain("jun", "sesame"), plain("mina", ""), "AUTHENTICATE !!!", "AUTHENTICATE +"} {
		p.asks("AUTHENTICATE PLAIN", "AUTHENTICATE +")
		p.asks(wrong, ":irc.test 904 * :SASL authentication failed")
	}
	p.asks("AUTHENTICATE PLAIN", "AUTHENTICATE +")
	p.asks("AUTHENTICATE "+strings.Repeat("A", 401), ":irc.test 905 * :SASL message too long")
	p.asks("AUTHENTICATE PLAIN", "AUTHENTICATE +")
	p.asks("AUTHENTICATE *", ":irc.test 906 * :SASL authentication aborted")
	p.asks("AUTHENTICATE PLAIN", "AUTHENTICATE +")
	p.asks(plain("MINA", "sesame"), ":irc.test 900 * * mina :You are now logged in as mina", ":irc.test 903 * :SASL authentication successful")
	p.says("NICK m", "USER m 0 * :m", "CAP END")
	p.until(":irc.test 221 m +r")
	p.asks("WHOIS m",
		":irc.test 311 m m m host.cloak * :m", ":irc.test 312 m m irc.test :Madang, through the irc gateway",
		":irc.test 330 m m mina :is logged in as", ":irc.test 338 m m m@host.cloak 127.0.0.1 :Actual user@host, Actual IP",
		":irc.test 379 m m :is using modes +r", ":irc.test 317 m m ? ? :seconds idle, signon time", ":irc.test 318 m m :End of /WHOIS list")
}

// A registration that ends before its sign-in ends goes on without it.
func TestRegistrationEndsTheSignIn(t *testing.T) {
	p := newYard(t).dial()
	p.says("CAP REQ sasl", "NICK mina", "USER mina 0 * :Mina", "AUTHENTICATE PLAIN", "CAP END")
	p.until(":irc.test 906 mina :SASL authentication aborted")
	p.until(" 001 mina ")
}

func TestSignInByPass(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	p := y.dial()
	p.says("PASS mina:sesame", "NICK mina", "USER mina 0 * :Mina")
	p.until(":irc.test 900 mina * mina :You are now logged in as mina")
	p.until(":irc.test 221 mina +r")
	q := y.dial()
	q.says("PASS mina:wrong", "NICK jun", "USER jun 0 * :Jun")
	if got := q.ends(); got != ":irc.test 464 jun :Password incorrect\r\nERROR :Closing link: Password incorrect\r\n" {
		t.Errorf("hung up with %q", got)
	}
}

// A name of an account, or one that looks like it, is nobody else's.
func TestReservedNick(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	p := y.dial()
	p.says("NICK Mina", "USER x 0 * :x")
	p.sees(":irc.test 433 Mina Mina :Nickname is reserved by an account")
	p.asks("NICK rnina", ":irc.test 433 rnina rnina :Nickname is reserved by an account")
}

// Two sessions of one user: what one does the other sees, and others see one person.
func TestManySessions(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	other := y.person("jun", "away-notify")
	first := y.member("mina", "sesame")
	together("#yard", other, first)
	other.says("TOPIC #yard :tea")
	first.says("AWAY :lunch")
	other.sync()
	first.sync()
	other.sync()
	second := y.dial()
	second.nick = "mina"
	second.says("CAP REQ :sasl echo-message", "AUTHENTICATE PLAIN", plain("mina", "sesame"), "NICK mina", "USER x 0 * :x", "CAP END")
	second.until(" 422 mina ")
	second.sees(":irc.test 221 mina +r", ":mina!mina@host.cloak JOIN #yard",
		":irc.test 332 mina #yard :tea", ":irc.test 333 mina #yard ? ?", ":irc.test 353 mina = #yard :mina @jun", ":irc.test 366 mina #yard :End of /NAMES list")
	other.sees(":mina!mina@host.cloak AWAY")
	first.asks("PRIVMSG #yard :hello")
	second.sees(":mina!mina@host.cloak PRIVMSG #yard :hello")
	second.asks("PRIVMSG jun :psst", ":mina!mina@host.cloak PRIVMSG jun :psst")
	first.sees(":mina!mina@host.cloak PRIVMSG jun :psst")
	other.sees(":mina!mina@host.cloak PRIVMSG #yard :hello", ":mina!mina@host.cloak PRIVMSG jun :psst")
	other.asks("PRIVMSG mina :yes")
	for _, p := range []*person{first, second} {
		p.sees(":jun!jun@host.cloak PRIVMSG mina :yes")
	}
	second.says("NICK 미나")
	first.until("NICK :미나")
	other.sees(":mina!mina@host.cloak NICK :미나")
	first.says("QUIT")
	first.ends()
	other.sees()
	second.says("NICK mina", "QUIT :bye")
	if nick := other.line(); nick != ":미나!mina@host.cloak NICK :mina" {
		t.Errorf("the other saw %q", nick)
	}
	other.until(":mina!mina@host.cloak QUIT :Quit: bye")
}

// Somebody who is always on stays in his rooms, and is away while nobody is connected.
func TestAlwaysOn(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	other := y.person("jun", "away-notify", "extended-join", "account-notify")
	p := y.member("mina", "sesame", "draft/persistence")
	together("#yard", other, p)
	other.asks("MONITOR + mina", ":irc.test 730 jun :mina!mina@host.cloak")
	p.asks("PERSISTENCE GET", ":irc.test PERSISTENCE STATUS OFF OFF")
	p.asks("PERSISTENCE SET ON", ":irc.test PERSISTENCE STATUS ON ON")
	p.asks("PERSISTENCE SET MAYBE", ":irc.test FAIL PERSISTENCE INVALID_PARAMS :The setting is ON, OFF or DEFAULT")
	other.asks("PERSISTENCE GET", ":irc.test FAIL PERSISTENCE ACCOUNT_REQUIRED :An account is needed for that")
	p.says("QUIT")
	p.ends()
	other.sees(":mina!mina@host.cloak AWAY :not connected")
	other.asks("PRIVMSG mina :there?", ":irc.test 301 jun mina :not connected")
	other.asks("WHO mina %naf", ":irc.test 354 jun mina G mina", ":irc.test 315 jun mina :End of WHO list")
	p = y.member("mina", "sesame", "draft/persistence")
	other.sees(":mina!mina@host.cloak AWAY")
	p.asks("PERSISTENCE SET DEFAULT", ":irc.test PERSISTENCE STATUS OFF OFF")
	p.says("QUIT")
	p.ends()
	other.sees(":mina!mina@host.cloak QUIT :Quit", ":irc.test 731 jun :mina")
}

// A guest who signs in goes on under the account, or becomes the user who is here.
func TestGuestSignsIn(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	other := y.person("jun", "account-notify", "account-tag")
	guest := y.person("guest", "account-notify")
	together("#yard", other, guest)
	guest.asks("AUTHENTICATE PLAIN", "AUTHENTICATE +")
	guest.asks(plain("mina", "sesame"), ":irc.test 900 guest guest!guest@host.cloak mina :You are now logged in as mina",
		":irc.test 903 guest :SASL authentication successful", ":guest!guest@host.cloak ACCOUNT mina")
	other.sees(":guest!guest@host.cloak ACCOUNT mina")
	guest.says("PRIVMSG #yard :hi")
	guest.sync()
	other.sees("@account=mina :guest!guest@host.cloak PRIVMSG #yard :hi")
	second := y.person("second")
	together("#tea", second)
	second.asks("NS IDENTIFY mina sesame",
		":second!second@host.cloak PART #tea :Signed in", ":second!second@host.cloak NICK :guest",
		":NickServ!NickServ@irc.test NOTICE guest :You are signed in as mina now.",
		":irc.test 900 guest guest!guest@host.cloak mina :You are now logged in as mina", ":irc.test 221 guest +r",
		":guest!guest@host.cloak JOIN #yard", ":irc.test 353 guest = #yard :guest @jun", ":irc.test 366 guest #yard :End of /NAMES list")
	other.sees()
	other.says("PRIVMSG #yard :both?")
	other.sync()
	second.sees(":jun!jun@host.cloak PRIVMSG #yard :both?")
	guest.sees(":jun!jun@host.cloak PRIVMSG #yard :both?")
	guest.asks("AUTHENTICATE PLAIN", "AUTHENTICATE +")
	guest.asks(plain("mina", "sesame"), ":irc.test 900 guest guest!guest@host.cloak mina :You are now logged in as mina", ":irc.test 903 guest :SASL authentication successful")
}

// Where guests are kept out a stranger hears why, as draft/account-registration has it, and
// signs in on the same connection.
func TestAccountRequired(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	limits := chat.DefaultLimits()
	limits.RequireAccount = true
	y.engine.SetLimits(limits)
	p := y.dial()
	p.says("NICK mina2", "USER u 0 * :x")
	p.until(":irc.test FAIL * ACCOUNT_REQUIRED :That needs an account; register one, or sign in")
	y.member("mina", "sesame")
}

// Who goes over to another account does not take the first one's name along.
func TestGoingOverToAnotherAccount(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	y.registers("jun", "tahini")
	p := y.member("mina", "sesame")
	p.asks("AUTHENTICATE PLAIN", "AUTHENTICATE +")
	p.asks(plain("jun", "tahini"), ":irc.test 907 mina :You have already authenticated using SASL")
	p.says("NICK other")
	p.until(" NICK :other")
	p.asks("AUTHENTICATE PLAIN", "AUTHENTICATE +")
	p.says(plain("jun", "tahini"))
	p.until(":irc.test 903 other :")
	y.member("mina", "sesame")
}

// A right password that was not looked at is not called wrong.
func TestSASLSaysThatItWaits(t *testing.T) {
	y := newYard(t)
	y.registers("mina", "sesame")
	p := y.person("guest", "sasl")
	for range auth.FailuresMax {
		p.says("AUTHENTICATE PLAIN", plain("mina", "wrong"))
		p.until(":irc.test 904 guest :SASL authentication failed")
	}
	p.says("AUTHENTICATE PLAIN", plain("mina", "sesame"))
	p.until(":irc.test 904 guest :SASL authentication failed: Too many wrong guesses; wait ")
}
