package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"madang/gateway/admin"
)

type accountCommands struct {
	List        accountListCommand        `cmd:"" help:"List the accounts."`
	Show        accountShowCommand        `cmd:"" help:"Show all of an account."`
	Add         accountAddCommand         `cmd:"" help:"Make an account; its password is read from standard input."`
	Password    accountPasswordCommand    `cmd:"" help:"Give an account another password, read from standard input."`
	Verify      accountVerifyCommand      `cmd:"" help:"Take an account's mail address for confirmed."`
	Suspend     accountSuspendCommand     `cmd:"" help:"Let nobody sign in to an account, and end its sessions."`
	Resume      accountResumeCommand      `cmd:"" help:"End a suspension."`
	Delete      accountDeleteCommand      `cmd:"" help:"Delete an account; what it wrote stays."`
	Powers      accountPowersCommand      `cmd:"" help:"Make an account an operator, or not."`
	AlwaysOn    accountAlwaysOnCommand    `cmd:"" help:"Have an account stay in its rooms without a connection, or not."`
	Host        accountHostCommand        `cmd:"" help:"Show an account to others with a host of its own instead of a cloak, or not."`
	Sessions    accountSessionsCommand    `cmd:"" help:"Show the sessions of an account."`
	EndSession  accountEndSessionCommand  `cmd:"" help:"End one session of an account, or all."`
	Invite      accountInviteCommand      `cmd:"" help:"Make a code with which somebody may make an account."`
	Invitations accountInvitationsCommand `cmd:"" help:"Show the invitations that may still be used."`
	Code        accountCodeCommand        `cmd:"" help:"Make the code of the first operator anew."`
}

// accountFlags name an account and the server.
type accountFlags struct {
	Name string `arg:"" help:"The account."`
	JSON bool   `name:"json" help:"Print JSON: the account."`
	operatorFlags
}

// change asks for something that gives the account, and shows it.
func (a *accountFlags) change(p *program, r admin.Request) error {
	var account admin.Account
	r.Account = a.Name
	if err := a.ask(p, r, &account); err != nil {
		return err
	}
	if a.JSON {
		return printJSON(p, account)
	}
	printAccount(p, &account)
	return nil
}

type accountListCommand struct {
	JSON bool `name:"json" help:"Print JSON: a list of objects."`
	operatorFlags
}

// Run lists the accounts.
func (a *accountListCommand) Run(p *program) error {
	accounts := []admin.Account{}
	if err := a.ask(p, admin.Request{Command: admin.AccountList}, &accounts); err != nil {
		return err
	}
	if a.JSON {
		return printJSON(p, accounts)
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tMADE\tHERE\tSESSIONS\tALWAYS ON\tPOWERS\tSTATE")
	for i := range accounts {
		account := &accounts[i]
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", safe(account.Name), account.Made.Local().Format(time.DateTime),
			orDash(safe(account.Nick)), account.Sessions, yesNo(account.AlwaysOn), account.Powers, orDash(stateOf(account)))
	}
	return t.Flush()
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// stateOf is what keeps people from signing in; empty: nothing does.
func stateOf(a *admin.Account) string {
	switch {
	case a.Suspended != "":
		return "suspended: " + safe(a.Suspended)
	case !a.Confirmed:
		return "mail address not confirmed"
	case !a.Password && len(a.Certificates) == 0:
		return "no password"
	}
	return ""
}

func printAccount(p *program, a *admin.Account) {
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	row := func(name, text string) { fmt.Fprintf(t, "%s\t%s\n", name, orDash(text)) }
	row("name", safe(a.Name))
	row("number", fmt.Sprint(a.Number))
	row("mail", safe(a.Email))
	row("made", a.Made.Local().Format(time.DateTime))
	row("state", stateOf(a))
	row("powers", a.Powers)
	row("always on", yesNo(a.AlwaysOn))
	row("one session only", yesNo(a.OneSession))
	row("second factor", yesNo(a.SecondFactor))
	row("host", a.Host)
	row("certificates", strings.Join(a.Certificates, " "))
	for _, t := range a.AppPasswords {
		row("app password", safe(t.ID+" "+tokenText(t.Label, t.Scope)+", "+until(t.Expires)))
	}
	row("here as", safe(a.Nick))
	row("away", safe(a.Away))
	row("sessions", fmt.Sprint(a.Sessions))
	row("rooms", safe(strings.Join(a.Rooms, " ")))
	t.Flush()
}

type accountShowCommand struct{ accountFlags }

// Run shows an account.
func (a *accountShowCommand) Run(p *program) error {
	return a.change(p, admin.Request{Command: admin.AccountShow})
}

type accountAddCommand struct {
	Mail string `placeholder:"ADDRESS" help:"The owner's mail address; it counts as confirmed."`
	accountFlags
}

// Run makes an account.
func (a *accountAddCommand) Run(p *program) error {
	password, err := readPassword(p)
	if err != nil {
		return err
	}
	return a.change(p, admin.Request{Command: admin.AccountAdd, Password: password, Email: a.Mail})
}

type accountPasswordCommand struct{ accountFlags }

// Run gives an account another password.
func (a *accountPasswordCommand) Run(p *program) error {
	password, err := readPassword(p)
	if err != nil {
		return err
	}
	return a.change(p, admin.Request{Command: admin.AccountPassword, Password: password})
}

type accountVerifyCommand struct{ accountFlags }

// Run confirms an account.
func (a *accountVerifyCommand) Run(p *program) error {
	return a.change(p, admin.Request{Command: admin.AccountVerify})
}

type accountSuspendCommand struct {
	accountFlags
	Reason []string `arg:"" help:"What the owner is told."`
}

// Run suspends an account.
func (a *accountSuspendCommand) Run(p *program) error {
	return a.change(p, admin.Request{Command: admin.AccountSuspend, Reason: strings.Join(a.Reason, " ")})
}

type accountResumeCommand struct{ accountFlags }

// Run ends a suspension.
func (a *accountResumeCommand) Run(p *program) error {
	return a.change(p, admin.Request{Command: admin.AccountResume})
}

type accountDeleteCommand struct {
	Name string `arg:"" help:"The account."`
	Yes  bool   `help:"Do not ask."`
	operatorFlags
}

// Run deletes an account.
func (a *accountDeleteCommand) Run(p *program) error {
	if !a.Yes {
		if err := confirm(p, "Delete the account "+safe(a.Name)+"? Its name is free then, and nothing brings it back."); err != nil {
			return err
		}
	}
	return a.ask(p, admin.Request{Command: admin.AccountDelete, Account: a.Name}, nil)
}

type accountPowersCommand struct {
	accountFlags
	Powers string `arg:"" help:"admin (all), moderator, none, or some of kill, ban, rule, see, register, broadcast, serve, audit, erase, relay with commas between."`
}

// Run makes operators.
func (a *accountPowersCommand) Run(p *program) error {
	return a.change(p, admin.Request{Command: admin.AccountPowers, Powers: a.Powers})
}

type accountAlwaysOnCommand struct {
	accountFlags
	State string `arg:"" enum:"on,off" help:"on or off."`
}

// Run switches whether an account is always on.
func (a *accountAlwaysOnCommand) Run(p *program) error {
	return a.change(p, admin.Request{Command: admin.AccountAlwaysOn, On: a.State == "on"})
}

type accountHostCommand struct {
	accountFlags
	Host string `arg:"" optional:"" help:"The host; - or none takes it away."`
}

// Run gives an account a host.
func (a *accountHostCommand) Run(p *program) error {
	if a.Host == "-" {
		a.Host = ""
	}
	return a.change(p, admin.Request{Command: admin.AccountHost, Host: a.Host})
}
