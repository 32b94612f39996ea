package admin

import (
	"context"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
)

// Ban is a rule at the server's door, as operators see it.
type Ban struct {
	Target  string    `json:"target"`
	Reason  string    `json:"reason"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
}

func banOf(b *chat.ServerBan) Ban {
	return Ban{Target: b.Target, Reason: b.Reason, By: b.By, At: timeOf(b.At), Expires: timeOf(b.Expires)}
}

// Hit is somebody whom a ban would hit.
type Hit struct {
	Nick     string `json:"nick"`
	Mask     string `json:"mask"`    // nick!username@cloak
	Account  string `json:"account"` // empty: a guest
	Sessions int    `json:"sessions"`
	Operator bool   `json:"operator"`
}

// Hits are all whom a ban would hit now.
type Hits struct {
	Target    string `json:"target"` // as the ban would be written
	Users     []Hit  `json:"users"`
	Strangers int    `json:"strangers"` // connections without a user
}

// banTry says whom a ban would hit, and does nothing: what the core decides is left
// undone.
func (g *Gateway) banTry(ctx context.Context, r *Request) (any, error) {
	ban, err := parseTarget(r.Target)
	if err != nil {
		return nil, err
	}
	hits := Hits{Users: []Hit{}}
	now := g.house.Now()
	var refusal *chat.Refusal
	err = g.house.Engine.Call(ctx, func(l engine.Loop) {
		var hit []*core.User
		if ban, hit, refusal = gateway.TryBan(l.State(), chat.Console, ban, now); refusal == nil {
			hits.see(l, &ban, hit)
		}
	})
	if err == nil && refusal != nil {
		err = refusedBy(refusal)
	}
	return hits, err
}

// see takes over whom a ban, as the core completed it, would hit. On the loop.
func (h *Hits) see(l engine.Loop, ban *chat.ServerBan, hit []*core.User) {
	h.Target, h.Strangers = ban.Target, len(strangers(l, ban))
	for _, u := range hit {
		h.Users = append(h.Users, Hit{
			Nick: u.Nick(), Mask: u.Nick() + "!" + u.Username() + "@" + u.Host(), Account: u.Account(),
			Sessions: len(u.Sessions()), Operator: u.Has(chat.ServerOperator),
		})
	}
}

func (g *Gateway) banAdd(ctx context.Context, r *Request) (any, error) {
	ban, err := parseTarget(r.Target)
	if err != nil {
		return nil, err
	}
	ban.Reason = r.Reason
	if ban.Expires, err = g.from(r.For); err != nil {
		return nil, err
	}
	outcome, err := g.ask(ctx, &chat.AddBan{Ban: ban})
	if err != nil {
		return nil, err
	}
	for _, placed := range outcome.Events {
		if added, ok := placed.Event.(*chat.BanAdded); ok {
			return banOf(&added.Ban), g.hangUpStrangers(ctx, &added.Ban)
		}
	}
	return nil, nil
}

// hangUpStrangers ends sessions that a ban of addresses hits and that have no user
// yet; those of users the core has ended.
func (g *Gateway) hangUpStrangers(ctx context.Context, ban *chat.ServerBan) error {
	return g.house.Engine.Call(ctx, func(l engine.Loop) {
		for _, s := range strangers(l, ban) {
			hangUp(s, ban.Reason)
		}
	})
}

// strangers are the sessions without user whose address a ban hits. On the loop.
func strangers(l engine.Loop, ban *chat.ServerBan) (hit []*engine.Session) {
	l.Sessions(func(s *engine.Session) {
		c, ok := s.Outlet().(gateway.Connection)
		if ok && s.User() == 0 && !s.Ended() && ban.HitsAddress(gateway.CoreAddress(c.RemoteAddr().Addr())) {
			hit = append(hit, s)
		}
	})
	return hit
}

func (g *Gateway) banRemove(ctx context.Context, r *Request) (any, error) {
	ban, err := parseTarget(r.Target)
	if err != nil {
		return nil, err
	}
	_, err = g.ask(ctx, &chat.RemoveBan{Target: ban.Target})
	return nil, err
}

func (g *Gateway) banList(ctx context.Context, _ *Request) (any, error) {
	bans := []Ban{}
	now := g.house.Now()
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		for _, b := range l.State().Bans() {
			if b.InForce(now) {
				bans = append(bans, banOf(&b))
			}
		}
	})
	return bans, err
}

// parseTarget reads whom a ban concerns. Its error is a refusal.
func parseTarget(text string) (chat.ServerBan, error) {
	ban, err := gateway.BanOf(text)
	if err != nil {
		return ban, refuse("bad-value", "%s.", err)
	}
	return ban, nil
}
