package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/chat"
	"madang/config"
	"madang/gateway/admin"
	"madang/server"
)

func ask(t *testing.T, s *started, r admin.Request, result any) error {
	t.Helper()
	return admin.Call(t.Context(), s.at.Data, r, result)
}

func must(t *testing.T, s *started, r admin.Request, result any) {
	t.Helper()
	if err := ask(t, s, r, result); err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
}

func TestTheFirstOperatorIsMadeByACode(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, nil)
	if len(s.at.Claim) != 19 {
		t.Errorf("the code is %q", s.at.Claim)
	}
	var claim admin.Claim
	must(t, s, admin.Request{Command: admin.AccountCode}, &claim)
	if claim.Code == s.at.Claim || len(claim.Code) != 19 {
		t.Errorf("the next code is %q", claim.Code)
	}
	must(t, s, admin.Request{Command: admin.AccountAdd, Account: "mina", Password: "secret"}, nil)
	must(t, s, admin.Request{Command: admin.AccountPowers, Account: "mina", Powers: "kill"}, nil)
	var refused *admin.Refused
	if err := ask(t, s, admin.Request{Command: admin.AccountCode}, nil); !errors.As(err, &refused) || refused.Code != "has-operator" {
		t.Errorf("a code although mina is an operator: %v", err)
	}
	s.end()
	if s = start(t, data, nil); s.at.Claim != "" {
		t.Errorf("the next start prints the code %q", s.at.Claim)
	}
}

func TestTheCodeIsTypedAtThePlainTextGateway(t *testing.T) {
	s := start(t, t.TempDir(), nil)
	mina, thief := dial(t, s.at.Line), dial(t, s.at.Line)
	mina.sends("/register mina besser\n")
	mina.sends("/claim XXXX-XXXX-XXXX-XXXX\n/claim %s\n", s.at.Claim)
	mina.sees("The code is wrong")
	mina.sees("an operator of this server")
	var a admin.Account
	must(t, s, admin.Request{Command: admin.AccountShow, Account: "mina"}, &a)
	if a.Powers != "all" {
		t.Errorf("mina has the powers %s", a.Powers)
	}
	thief.sends("/register thief besser\n/claim %s\n", s.at.Claim)
	thief.sees("The code is wrong")
	must(t, s, admin.Request{Command: admin.AccountShow, Account: "thief"}, &a)
	if a.Powers != "none" {
		t.Errorf("the thief has the powers %s", a.Powers)
	}
	var deeds []admin.Deed
	must(t, s, admin.Request{Command: admin.Audit, By: "mina"}, &deeds)
	if len(deeds) != 1 || deeds[0].Action != "claim" || deeds[0].Account != "mina" {
		t.Errorf("mina did %+v", deeds)
	}
}

func TestTheCodeIsGivenToNickServ(t *testing.T) {
	s := start(t, t.TempDir(), nil)
	mina := irc(t, s, "mina")
	mina.sends("PRIVMSG NickServ :REGISTER besser\r\n")
	mina.sees("Account created")
	mina.sends("PRIVMSG NickServ :CLAIM XXXX-XXXX-XXXX-XXXX\r\n")
	mina.sees("code is wrong")
	mina.sends("PRIVMSG NickServ :CLAIM %s\r\nPING done\r\n", s.at.Claim)
	mina.sees("done")
	var a admin.Account
	must(t, s, admin.Request{Command: admin.AccountShow, Account: "mina"}, &a)
	if a.Powers != "all" {
		t.Errorf("mina has the powers %s", a.Powers)
	}
}

func TestNoCodeWhereTheSettingsHaveAnOperator(t *testing.T) {
	s := start(t, t.TempDir(), func(c *config.Config) { c.Operators = []config.Operator{{Name: "root"}} })
	if s.at.Claim != "" {
		t.Errorf("the code is %q", s.at.Claim)
	}
	for name, want := range map[string]string{"root": "433", "r00t": "433", "NickServ": "433", "G10bal": "433", "l0bby": "433", "mina": " 001 "} {
		c := dial(t, s.at.IRC)
		c.sends("NICK %s\r\nUSER x 0 * :x\r\n", name)
		if got := c.sees(" "); want == "433" && strings.Contains(got, " 001 ") {
			t.Errorf("%s may be taken: %s", name, got)
		} else if want != "433" && !strings.Contains(got, want) {
			t.Errorf("%s may not be taken: %s", name, got)
		}
	}
	// Whose name it is gets it from an operator.
	must(t, s, admin.Request{Command: admin.AccountAdd, Account: "root", Password: "secret"}, nil)
}

func TestAuditTellsWhatOperatorsDid(t *testing.T) {
	s := start(t, t.TempDir(), nil)
	must(t, s, admin.Request{Command: admin.AccountAdd, Account: "mina", Password: "secret"}, nil)
	must(t, s, admin.Request{Command: admin.AccountSuspend, Account: "mina", Reason: "noise"}, nil)
	must(t, s, admin.Request{Command: admin.BanAdd, Target: "192.0.2.1", Reason: "spam"}, nil)
	var deeds []admin.Deed
	must(t, s, admin.Request{Command: admin.Audit}, &deeds)
	var got []string
	for _, d := range deeds {
		got = append(got, d.By+" "+d.Action+" "+d.Object+" "+d.Text)
	}
	slices.Reverse(got)
	want := []string{
		chat.ConsoleNick + " make-account mina ", chat.ConsoleNick + " change-account mina suspended: noise", chat.ConsoleNick + " ban 192.0.2.1 spam",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	must(t, s, admin.Request{Command: admin.Audit, Limit: 1}, &deeds)
	if len(deeds) != 1 || deeds[0].Action != "ban" {
		t.Errorf("the last one is %+v", deeds)
	}
	must(t, s, admin.Request{Command: admin.Audit, By: "mina"}, &deeds)
	if len(deeds) != 0 {
		t.Errorf("mina did %+v", deeds)
	}
}

// Nobody is given a host that passes for the server, or for somebody's cloak.
func TestReservedHosts(t *testing.T) {
	s := start(t, t.TempDir(), func(c *config.Config) { c.Server.Name = "Chat.Example" })
	must(t, s, admin.Request{Command: admin.AccountAdd, Account: "mina", Password: "secret"}, nil)
	for _, host := range []string{"chat.example", "mina.cloak"} {
		var refused *admin.Refused
		if err := ask(t, s, admin.Request{Command: admin.AccountHost, Account: "mina", Host: host}, nil); !errors.As(err, &refused) || refused.Code != "bad-value" {
			t.Errorf("%s: %v", host, err)
		}
	}
	must(t, s, admin.Request{Command: admin.AccountHost, Account: "mina", Host: "staff.chat.example"}, nil)
}

func TestReloadChangesWhoMayComeIn(t *testing.T) {
	c := config.Default()
	c.Data, c.Listen, c.Limits.NoLimits = t.TempDir(), config.Listen{IRC: "127.0.0.1:0"}, true
	next := c
	ready, hangups := make(chan server.Listening, 1), make(chan os.Signal)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- server.Run(ctx, server.Options{
			Config: c, Version: "test", Logger: slog.New(slog.DiscardHandler), Hangups: hangups,
			Reload: func() (config.Config, error) { return next, nil }, Ready: func(l server.Listening) { ready <- l },
		})
	}()
	s := &started{t: t, stop: stop, ended: ended}
	t.Cleanup(s.end)
	s.at = <-ready
	irc(t, s, "mina")
	next.Accounts.RequireAccount, next.Accounts.Reserved = true, []string{"boss"}
	must(t, s, admin.Request{Command: admin.Reload}, nil)
	must(t, s, admin.Request{Command: admin.Netstat}, nil) // the limits change before the next call
	guest, err := net.Dial("tcp", s.at.IRC)
	if err != nil {
		t.Fatal(err)
	}
	defer guest.Close()
	fmt.Fprint(guest, "NICK bob\r\nUSER bob 0 * :bob\r\n")
	line, err := bufio.NewReader(guest).ReadString('\n')
	if strings.Contains(line, " 001 ") || err != nil && line != "" {
		t.Errorf("a guest is told %q, %v", line, err)
	}
	// A mail server that cannot be is refused as a whole: the old settings stay.
	next.Mail = config.Mail{Host: "localhost", Port: 25, From: "nobody"}
	next.Accounts.RequireAccount = false
	if err := ask(t, s, admin.Request{Command: admin.Reload}, nil); err == nil {
		t.Error("reloaded with a sender that is no address")
	}
}

// letterbox takes one mail in clear (RFC 5321), and gives its text.
func letterbox(t *testing.T) (port int, text <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	got, done := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(20 * time.Second))
		in, letter, body := bufio.NewScanner(c), strings.Builder{}, false
		fmt.Fprint(c, "220 box\r\n")
		for in.Scan() {
			switch line := in.Text(); {
			case body && line == ".":
				body = false
				got <- letter.String()
				fmt.Fprint(c, "250 taken\r\n")
			case body:
				letter.WriteString(line + "\n")
			case line == "DATA":
				body = true
				fmt.Fprint(c, "354 go on\r\n")
			case line == "QUIT":
				return
			default:
				fmt.Fprint(c, "250 ok\r\n")
			}
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().(*net.TCPAddr).Port, got
}

func TestAnAddressIsConfirmedByMail(t *testing.T) {
	port, text := letterbox(t)
	s := start(t, t.TempDir(), func(c *config.Config) {
		c.Mail = config.Mail{Host: "127.0.0.1", Port: port, TLS: config.NoTLS, From: "chat@example.org"}
	})
	mina := irc(t, s, "mina")
	mina.sends("REGISTER mina mina@example.net besser\r\n")
	mina.sees("VERIFICATION_REQUIRED")
	code := ""
	letter := <-text
	for line := range strings.Lines(letter) {
		if text, indented := strings.CutPrefix(line, "    "); indented && !strings.Contains(text, " ") {
			code = strings.TrimSpace(text)
		}
	}
	mina.sends("VERIFY mina x%s\r\n", code)
	mina.sees("FAIL VERIFY INVALID_CODE")
	mina.sends("VERIFY mina %s\r\n", code)
	if got := mina.sees("VERIFY"); !strings.Contains(got, "SUCCESS") {
		t.Errorf("the code %q of this letter does not confirm: %s\n%s", code, got, letter)
	}
	var a admin.Account
	must(t, s, admin.Request{Command: admin.AccountShow, Account: "mina"}, &a)
	if !a.Confirmed || a.Email != "mina@example.net" {
		t.Errorf("shown %+v", a)
	}
}

func TestAMessageIsErasedForEver(t *testing.T) {
	s := start(t, t.TempDir(), nil)
	robot, person := dial(t, s.at.Line), dial(t, s.at.Line)
	robot.sends("/json\n")
	robot.sees("{")
	person.sends("비밀번호는 besser\n")
	var message struct{ ID string }
	if err := json.Unmarshal([]byte(robot.sees("besser")), &message); err != nil || message.ID == "" {
		t.Fatalf("%+v, %v", message, err)
	}
	must(t, s, admin.Request{Command: admin.Erase, Message: message.ID, Reason: "a password"}, nil)
	person.sends("무엇이 남았을까\n")
	late := dial(t, s.at.Line)
	late.sends("/history\n/search besser\n/search 남았을까\n/frobnicate\n")
	seen := late.everything("frobnicate")
	if strings.Contains(strings.ReplaceAll(seen, "/search besser", ""), "비밀번호는") || !strings.Contains(seen, "무엇이 남았을까") {
		t.Errorf("seen afterwards:\n%s", seen)
	}
	var deeds []admin.Deed
	must(t, s, admin.Request{Command: admin.Audit, Limit: 1}, &deeds)
	if len(deeds) != 1 || deeds[0].Action != "erase" && deeds[0].Action != "redact" {
		t.Errorf("the record says %+v", deeds)
	}
	var refused *admin.Refused
	if err := ask(t, s, admin.Request{Command: admin.Erase, Message: "x-1"}, nil); !errors.As(err, &refused) || refused.Code != "no-such-message" {
		t.Errorf("a message that is none: %v", err)
	}
}

// everything reads until a line that contains the text, and gives all lines.
func (s *socket) everything(text string) string {
	s.t.Helper()
	s.SetReadDeadline(time.Now().Add(20 * time.Second))
	var seen strings.Builder
	for {
		line, err := s.in.ReadString('\n')
		seen.WriteString(line)
		if strings.Contains(line, text) {
			return seen.String()
		}
		if err != nil {
			s.t.Fatalf("%q did not come before %v; seen: %q", text, err, seen.String())
		}
	}
}
