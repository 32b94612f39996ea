package main

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"madang/gateway/admin"
	"madang/wire/line"
)

type netstatCommand struct {
	Sort    string `default:"id" enum:"id,gateway,user,account,address,since,idle,in,out,queued,charset,tls" placeholder:"COLUMN" help:"By which column: ${enum} (${default})."`
	Reverse bool   `help:"The other way round."`
	All     bool   `help:"Those too who are always on and not connected."`
	JSON    bool   `name:"json" help:"Print JSON: a list of objects."`
	operatorFlags
}

// Run lists the connections.
func (n *netstatCommand) Run(p *program) error {
	rows := []admin.Connection{}
	if err := n.ask(p, admin.Request{Command: admin.Netstat, All: n.All}, &rows); err != nil {
		return err
	}
	sortConnections(rows, n.Sort, n.Reverse)
	if n.JSON {
		return printJSON(p, rows)
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tGATEWAY\tUSER\tACCOUNT\tTOKEN\tADDRESS\tPORT\tSINCE\tIDLE\tIN\tOUT\tQUEUED\tCHARSET\tTLS")
	for i := range rows {
		printConnection(t, &rows[i])
	}
	return t.Flush()
}

func printConnection(t *tabwriter.Writer, c *admin.Connection) {
	fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t", orDash(numberText(c.ID)), orDash(c.Gateway), orDash(safe(c.User)),
		orDash(safe(c.Account)), orDash(safe(tokenText(c.Token, c.Scope))))
	if c.Since.IsZero() { // nobody is connected
		fmt.Fprintln(t, "-\t-\t-\t-\t-\t-\t-\t-\t-")
		return
	}
	tls := "no"
	if c.TLS {
		tls = "yes"
	}
	idle := time.Duration(c.Idle * float64(time.Second)).Round(time.Second)
	fmt.Fprintf(t, "%s\t%d\t%s\t%v\t%d\t%d\t%d\t%s\t%s\n", orDash(c.Address), c.Port,
		c.Since.Local().Format(time.DateTime), idle, c.BytesIn, c.BytesOut, c.Queued, orDash(c.Charset), tls)
}

// numberText is the number of a connection; empty: it has none.
func numberText(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// tokenText names an app password and what it is good for.
func tokenText(label, scope string) string {
	if scope != "" {
		return label + " (" + scope + ")"
	}
	return label
}

// safe is a text of somebody else's that may be shown at a terminal.
func safe(text string) string { return string(line.AppendSafe(nil, text)) }

func orDash(text string) string { return cmp.Or(text, "-") }

// sortConnections sorts by a column, and by id where that is equal.
func sortConnections(rows []admin.Connection, column string, reverse bool) {
	by := compareBy(column)
	slices.SortStableFunc(rows, func(a, b admin.Connection) int {
		order := cmp.Or(by(&a, &b), cmp.Compare(a.ID, b.ID))
		if reverse {
			return -order
		}
		return order
	})
}

func compareBy(column string) func(a, b *admin.Connection) int {
	switch column {
	case "gateway":
		return func(a, b *admin.Connection) int { return cmp.Compare(a.Gateway, b.Gateway) }
	case "user":
		return func(a, b *admin.Connection) int { return cmp.Compare(a.User, b.User) }
	case "account":
		return func(a, b *admin.Connection) int { return cmp.Compare(a.Account, b.Account) }
	case "address":
		return compareAddresses
	case "since":
		return func(a, b *admin.Connection) int { return a.Since.Compare(b.Since) }
	case "idle":
		return func(a, b *admin.Connection) int { return cmp.Compare(a.Idle, b.Idle) }
	case "in":
		return func(a, b *admin.Connection) int { return cmp.Compare(a.BytesIn, b.BytesIn) }
	case "out":
		return func(a, b *admin.Connection) int { return cmp.Compare(a.BytesOut, b.BytesOut) }
	case "queued":
		return func(a, b *admin.Connection) int { return cmp.Compare(a.Queued, b.Queued) }
	case "charset":
		return func(a, b *admin.Connection) int { return cmp.Compare(a.Charset, b.Charset) }
	case "tls":
		return func(a, b *admin.Connection) int { return cmp.Compare(number(a.TLS), number(b.TLS)) }
	}
	return func(a, b *admin.Connection) int { return cmp.Compare(a.ID, b.ID) }
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareAddresses orders addresses by their numbers, not by their digits.
func compareAddresses(a, b *admin.Connection) int {
	x, errX := netip.ParseAddr(a.Address)
	y, errY := netip.ParseAddr(b.Address)
	if errX != nil || errY != nil {
		return cmp.Compare(a.Address, b.Address)
	}
	return cmp.Or(x.Compare(y), cmp.Compare(a.Port, b.Port))
}
