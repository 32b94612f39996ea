package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"madang/gateway/admin"
	"madang/wire/line"
)

type banCommands struct {
	Add    banAddCommand    `cmd:"" help:"Keep somebody out, and hang up who is in."`
	List   banListCommand   `cmd:"" help:"Show the bans."`
	Remove banRemoveCommand `cmd:"" help:"Lift a ban."`
}

type banAddCommand struct {
	Target string   `arg:"" help:"An address, a prefix like 192.0.2.0/24, a mask nick!username@cloak (a nick or a cloak alone is one), or account:name."`
	Reason []string `arg:"" optional:"" help:"What they are told."`
	DryRun bool     `help:"Only show whom it would hit."`
	Yes    bool     `help:"Do not ask when it would hit somebody who is here."`
	For    string   `placeholder:"TIME" help:"How long: 30m, 12h, 7d, 2w. Without it for ever."`
	operatorFlags
}

// Run adds a ban.
func (b *banAddCommand) Run(p *program) error {
	if b.For != "" {
		if _, err := admin.ParsePeriod(b.For); err != nil {
			return usage("%v", err)
		}
	}
	hits := admin.Hits{}
	if err := b.ask(p, admin.Request{Command: admin.BanTry, Target: b.Target}, &hits); err != nil {
		return err
	}
	printHits(p, &hits)
	if b.DryRun {
		return nil
	}
	if !b.Yes && len(hits.Users)+hits.Strangers > 0 {
		if err := confirm(p, "Set the ban?"); err != nil {
			return err
		}
	}
	var ban admin.Ban
	r := admin.Request{Command: admin.BanAdd, Target: b.Target, For: b.For, Reason: strings.Join(b.Reason, " ")}
	if err := b.ask(p, r, &ban); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Banned %s, %s.\n", line.AppendSafe(nil, ban.Target), until(ban.Expires))
	return nil
}

// hitsShown bounds how many of those whom a ban would hit are named.
const hitsShown = 20

// printHits says whom a ban would hit.
func printHits(p *program, hits *admin.Hits) {
	fmt.Fprintf(p.out, "%s hits users: %d, connections without a user: %d\n", line.AppendSafe(nil, hits.Target), len(hits.Users), hits.Strangers)
	for _, h := range hits.Users[:min(len(hits.Users), hitsShown)] {
		what := ""
		if h.Account != "" {
			what += "  account " + h.Account
		}
		if h.Operator {
			what += "  an operator"
		}
		fmt.Fprintf(p.out, "  %s%s\n", line.AppendSafe(nil, h.Mask), line.AppendSafe(nil, what))
	}
	if n := len(hits.Users) - hitsShown; n > 0 {
		fmt.Fprintf(p.out, "  and %d more\n", n)
	}
}

func until(expires time.Time) string {
	if expires.IsZero() {
		return "for ever"
	}
	return "until " + expires.Local().Format(time.DateTime)
}

type banRemoveCommand struct {
	Target string `arg:"" help:"As madang ban list shows it."`
	operatorFlags
}

// Run lifts a ban.
func (b *banRemoveCommand) Run(p *program) error {
	return b.ask(p, admin.Request{Command: admin.BanRemove, Target: b.Target}, nil)
}

type banListCommand struct {
	JSON bool `name:"json" help:"Print JSON: a list of objects."`
	operatorFlags
}

// Run shows the bans.
func (b *banListCommand) Run(p *program) error {
	bans := []admin.Ban{}
	if err := b.ask(p, admin.Request{Command: admin.BanList}, &bans); err != nil {
		return err
	}
	if b.JSON {
		return printJSON(p, bans)
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "TARGET\tBY\tSINCE\tHOW LONG\tREASON")
	for _, ban := range bans {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", line.AppendSafe(nil, ban.Target), line.AppendSafe(nil, ban.By),
			ban.At.Local().Format(time.DateTime), until(ban.Expires), line.AppendSafe(nil, ban.Reason))
	}
	return t.Flush()
}
