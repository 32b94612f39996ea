package admin

import (
	"context"
	"encoding/hex"
	"time"

	"madang/chat"
	"madang/engine"
	"madang/gateway"
)

// Invitation lets people make accounts.
type Invitation struct {
	ID      string    `json:"id"`             // for people to tell them apart; not the code
	Code    string    `json:"code,omitempty"` // known when it is made, never again
	By      string    `json:"by"`
	Uses    int       `json:"uses"`             // that are left
	Expires time.Time `json:"expires,omitzero"` // zero: never
}

func invitationOf(r *chat.InvitationRecord) Invitation {
	return Invitation{ID: hex.EncodeToString(r.Digest[:4]), By: r.By, Uses: r.Uses, Expires: timeOf(r.Expires)}
}

func (g *Gateway) accountInvite(ctx context.Context, r *Request) (any, error) {
	code, err := g.house.NewCode()
	if err != nil {
		return nil, err
	}
	c := &chat.MakeInvitation{Digest: gateway.DigestOf(code), Uses: max(r.Uses, 1)}
	if c.Expires, err = g.from(r.For); err != nil {
		return nil, err
	}
	outcome, err := g.ask(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, placed := range outcome.Events {
		if made, ok := placed.Event.(*chat.InvitationMade); ok {
			out := invitationOf(&made.Invitation)
			out.Code = code
			return out, nil
		}
	}
	return nil, nil
}

// from is the end of a period that begins now; empty: never.
func (g *Gateway) from(period string) (chat.Time, error) {
	if period == "" {
		return 0, nil
	}
	d, err := ParsePeriod(period)
	if err != nil {
		return 0, err
	}
	return chat.Time(g.house.Engine.Now().Add(d).UnixMilli()), nil
}

func (g *Gateway) accountInvitations(ctx context.Context, _ *Request) (any, error) {
	list := []Invitation{}
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		for _, r := range l.State().Invitations() {
			list = append(list, invitationOf(&r))
		}
	})
	return list, err
}

// Claim is the one-time code that makes the first operator.
type Claim struct {
	Code  string    `json:"code"`
	Until time.Time `json:"until"`
}

func (g *Gateway) accountCode(ctx context.Context, _ *Request) (any, error) {
	if g.services.NewClaim == nil {
		return nil, refuse("no-code", "This server makes no codes for operators.")
	}
	return g.services.NewClaim(ctx)
}
