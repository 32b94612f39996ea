package admin

import (
	"context"
	"time"

	"madang/chat"
)

// Deed is something that an operator did.
type Deed struct {
	Position uint64    `json:"position"`
	Time     time.Time `json:"time"`
	By       string    `json:"by"`      // his nick
	Account  string    `json:"account"` // empty: the console, or an operator of the settings
	Action   string    `json:"action"`  // one word
	Object   string    `json:"object"`  // whom or what it concerned
	Text     string    `json:"text"`
}

// deedsMax bounds one answer; Before asks for more.
const deedsMax = 1000

// audit gives what operators did, newest first.
func (g *Gateway) audit(ctx context.Context, r *Request) (any, error) {
	if g.services.Audit == nil {
		return nil, refuse("nothing-stored", "This server stores nothing (durability none), so nothing is known of what operators did.")
	}
	q := chat.AuditQuery{By: r.By, Before: chat.Position(r.Before), Limit: r.Limit}
	if q.Limit < 1 || q.Limit > deedsMax {
		q.Limit = deedsMax
	}
	var err error
	if q.Since, err = g.moment(r.Since); err != nil {
		return nil, err
	}
	if q.Until, err = g.moment(r.Until); err != nil {
		return nil, err
	}
	lines, err := g.services.Audit(ctx, q)
	if err != nil {
		return nil, err
	}
	deeds := make([]Deed, len(lines))
	for i := range lines {
		l := &lines[i]
		deeds[i] = Deed{uint64(l.Position), timeOf(l.Time), l.By, l.Account, l.Action, l.Object, l.Text}
	}
	return deeds, nil
}

// moment reads a day, a time, or a period before now; empty: none.
func (g *Gateway) moment(text string) (chat.Time, error) {
	if text == "" {
		return 0, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return chat.Time(at.UnixMilli()), nil
		}
	}
	period, err := ParsePeriod(text)
	if err != nil {
		return 0, refuse("bad-value", "%q is no time; write 2026-01-31, 2026-01-31T18:00:00Z, or how long ago: 12h, 7d.", text)
	}
	return chat.Time(g.house.Engine.Now().Add(-period).UnixMilli()), nil
}
