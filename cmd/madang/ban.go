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
	Target string   `arg:"" help:"An address, a prefix like 192.0.2.0/24, or a mask nick!username@cloak; a nick alone is a mask."`
	Reason []string `arg:"" optional:"" help:"What they are told."`
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
	var ban admin.Ban
	r := admin.Request{Command: admin.BanAdd, Target: b.Target, For: b.For, Reason: strings.Join(b.Reason, " ")}
	if err := b.ask(p, r, &ban); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Banned %s, %s.\n", line.AppendSafe(nil, ban.Target), until(ban.Expires))
	return nil
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
