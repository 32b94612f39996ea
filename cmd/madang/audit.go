package main

import (
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"madang/gateway/admin"
	"madang/wire/line"
)

type auditCommand struct {
	Since string `placeholder:"TIME" help:"From then on: 2026-01-31, 2026-01-31T18:00:00Z, or how long ago: 12h, 7d."`
	Until string `placeholder:"TIME" help:"Before then."`
	By    string `placeholder:"NAME" help:"Only what this nick or account did."`
	Limit int    `default:"100" help:"At most so many, the latest (${default})."`
	JSON  bool   `name:"json" help:"Print JSON: a list of objects, newest first."`
	operatorFlags
}

// Run shows what operators did.
func (a *auditCommand) Run(p *program) error {
	deeds := []admin.Deed{}
	r := admin.Request{Command: admin.Audit, Since: a.Since, Until: a.Until, By: a.By, Limit: a.Limit}
	if err := a.ask(p, r, &deeds); err != nil {
		return err
	}
	if a.JSON {
		return printJSON(p, deeds)
	}
	slices.Reverse(deeds) // as people read a log
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "TIME\tBY\tACCOUNT\tWHAT\tWHOM\tDETAILS")
	for _, d := range deeds {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", d.Time.Local().Format(time.DateTime), line.AppendSafe(nil, d.By),
			orDash(string(line.AppendSafe(nil, d.Account))), line.AppendSafe(nil, d.Action),
			orDash(string(line.AppendSafe(nil, d.Object))), line.AppendSafe(nil, d.Text))
	}
	return t.Flush()
}
