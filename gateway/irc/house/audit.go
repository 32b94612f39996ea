package house

import (
	"context"
	"strconv"
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/client"
	"madang/wire/irc"
)

// How many deeds AUDIT shows: unasked, and at most.
const (
	deedsShown = 10
	deedsMax   = 100
)

// Audit is AUDIT: what operators did, for those who may read it, the latest last.
func Audit(c *client.Client, m *irc.Message) {
	query := chat.AuditQuery{Limit: deedsShown}
	for _, param := range m.Params() {
		if n, err := strconv.Atoi(string(param)); err == nil {
			query.Limit = max(1, min(n, deedsMax))
			continue
		}
		query.By = string(param)
	}
	house, label, allowed := &c.Hall.House, c.Label(), false
	c.Do(client.Ask{
		Hold: true, Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			allowed = w.State.May(c.Session.ID(), chat.MayAudit)
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result {
			var lines []chat.AuditLine
			why := ""
			switch history := house.Engine.History(); {
			case !allowed:
			case history == nil:
				why = "This server stores nothing, so nothing is known of what operators did"
			default:
				query.Before = upTo + 1
				var err error
				if lines, err = history.Audit(ctx, query); err != nil {
					house.Logger.Error("what operators did not read", "gateway", "irc", "error", err)
					why = "What operators did could not be read"
				}
			}
			return engine.Result{Then: func() {
				c.WithLabel(label, func() { c.Answer(func(w *client.Writer) { tellDeeds(w, allowed, lines, why) }) })
			}}
		},
	})
}

func tellDeeds(w *client.Writer, allowed bool, lines []chat.AuditLine, why string) {
	switch {
	case !allowed:
		w.Refusal("AUDIT", &chat.Refusal{Code: chat.NeedOperator, Powers: chat.MayAudit})
		return
	case why != "":
		w.Notice(why)
		return
	}
	for i := len(lines) - 1; i >= 0; i-- {
		w.Notice(deed(&lines[i].Audited))
	}
	w.Notice("End of what operators did, " + strconv.Itoa(len(lines)) + " shown")
}

// deed is a line of the record for people.
func deed(a *chat.Audited) string {
	by := a.By
	if a.Account != "" && a.Account != a.By {
		by += " (" + a.Account + ")"
	}
	return strings.Join(strings.Fields(gateway.MinuteText(a.Time)+" "+by+" "+a.Action+" "+a.Object+" "+a.Text), " ")
}
