package main

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"madang/gateway/admin"
)

type accountSessionsCommand struct {
	Name string `arg:"" help:"The account."`
	JSON bool   `name:"json" help:"Print JSON: a list of objects."`
	operatorFlags
}

// Run shows an account's sessions.
func (a *accountSessionsCommand) Run(p *program) error {
	sessions := []admin.Session{}
	if err := a.ask(p, admin.Request{Command: admin.AccountSessions, Account: a.Name}, &sessions); err != nil {
		return err
	}
	if a.JSON {
		return printJSON(p, sessions)
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tGATEWAY\tADDRESS\tTLS\tTOKEN\tSINCE")
	for _, s := range sessions {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Gateway, s.Address, yesNo(s.TLS),
			orDash(safe(tokenText(s.Token, s.Scope))), s.Since.Local().Format(time.DateTime))
	}
	return t.Flush()
}

type accountEndSessionCommand struct {
	Name   string   `arg:"" help:"The account."`
	ID     string   `arg:"" help:"The session's number (madang account sessions), or all."`
	Reason []string `arg:"" optional:"" help:"What they are told."`
	operatorFlags
}

// Run ends sessions.
func (a *accountEndSessionCommand) Run(p *program) error {
	r := admin.Request{Command: admin.AccountEndSession, Account: a.Name, Reason: strings.Join(a.Reason, " ")}
	if a.ID != "all" {
		n, err := strconv.ParseUint(a.ID, 10, 64)
		if err != nil || n == 0 {
			return usage("which session is a number or all, not %q", a.ID)
		}
		r.Session = n
	}
	return a.ask(p, r, nil)
}

type accountInviteCommand struct {
	Uses    int    `default:"1" help:"How many accounts may be made with it (${default})."`
	Expires string `placeholder:"TIME" help:"How long it is good: 12h, 7d. Without it for ever."`
	JSON    bool   `name:"json" help:"Print JSON: an object."`
	operatorFlags
}

// Run makes an invitation.
func (a *accountInviteCommand) Run(p *program) error {
	if a.Uses < 1 {
		return usage("an invitation has at least one use")
	}
	if a.Expires != "" {
		if _, err := admin.ParsePeriod(a.Expires); err != nil {
			return usage("%v", err)
		}
	}
	var invitation admin.Invitation
	if err := a.ask(p, admin.Request{Command: admin.AccountInvite, Uses: a.Uses, For: a.Expires}, &invitation); err != nil {
		return err
	}
	if a.JSON {
		return printJSON(p, invitation)
	}
	fmt.Fprintf(p.out, "%s\n", invitation.Code)
	fmt.Fprintf(p.err, "Good for %d accounts, %s. It is not shown again.\n", invitation.Uses, until(invitation.Expires))
	return nil
}

type accountInvitationsCommand struct {
	JSON bool `name:"json" help:"Print JSON: a list of objects."`
	operatorFlags
}

// Run shows the invitations.
func (a *accountInvitationsCommand) Run(p *program) error {
	invitations := []admin.Invitation{}
	if err := a.ask(p, admin.Request{Command: admin.AccountInvitations}, &invitations); err != nil {
		return err
	}
	if a.JSON {
		return printJSON(p, invitations)
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tBY\tUSES LEFT\tHOW LONG")
	for _, i := range invitations {
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\n", i.ID, safe(i.By), i.Uses, until(i.Expires))
	}
	return t.Flush()
}

type accountCodeCommand struct {
	JSON bool `name:"json" help:"Print JSON: code and until."`
	operatorFlags
}

// Run makes a code for the first operator.
func (a *accountCodeCommand) Run(p *program) error {
	var claim admin.Claim
	if err := a.ask(p, admin.Request{Command: admin.AccountCode}, &claim); err != nil {
		return err
	}
	if a.JSON {
		return printJSON(p, claim)
	}
	fmt.Fprintf(p.out, "%s\n", claim.Code)
	fmt.Fprintf(p.err, "Good %s. Register, then type /claim and the code.\n", until(claim.Until))
	return nil
}
