package admin

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"madang/chat"
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
	out := Ban{Target: b.Target, Reason: b.Reason, By: b.By, At: time.UnixMilli(int64(b.At)).UTC()}
	if b.Expires != 0 {
		out.Expires = time.UnixMilli(int64(b.Expires)).UTC()
	}
	return out
}

func (g *Gateway) banAdd(ctx context.Context, r *Request) (any, error) {
	ban, err := parseTarget(r.Target)
	if err != nil {
		return nil, err
	}
	ban.Reason = r.Reason
	if r.For != "" {
		period, err := ParsePeriod(r.For)
		if err != nil {
			return nil, err
		}
		ban.Expires = chat.Time(g.house.Engine.Now().Add(period).UnixMilli())
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
		l.Sessions(func(s *engine.Session) {
			c, ok := s.Outlet().(gateway.Connection)
			if ok && s.User() == 0 && !s.Ended() && ban.HitsAddress(gateway.CoreAddress(c.RemoteAddr().Addr())) {
				hangUp(s, ban.Reason)
			}
		})
	})
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
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		for _, b := range l.State().Bans() {
			bans = append(bans, banOf(&b))
		}
	})
	return bans, err
}

// parseTarget reads whom a ban concerns: an address, a prefix, or a mask.
func parseTarget(text string) (chat.ServerBan, error) {
	text = strings.TrimSpace(text)
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap().WithZone("")
		return addressBan(address.String(), netip.PrefixFrom(address, address.BitLen()))
	}
	if prefix, err := netip.ParsePrefix(text); err == nil {
		if address := prefix.Addr(); address.Is4In6() && prefix.Bits() >= 96 {
			prefix = netip.PrefixFrom(address.Unmap(), prefix.Bits()-96)
		}
		prefix = prefix.Masked()
		return addressBan(prefix.String(), prefix)
	}
	if strings.Contains(text, "/") {
		return chat.ServerBan{}, refuse("bad-value", "%q is no prefix; one looks like 192.0.2.0/24 or 2001:db8::/32.", text)
	}
	if text == "" || strings.ContainsAny(text, " \t") {
		return chat.ServerBan{}, refuse("bad-value", "Say whom: an address, a prefix like 192.0.2.0/24, or a mask nick!username@cloak.")
	}
	return chat.ServerBan{Target: text}, nil
}

func addressBan(target string, prefix netip.Prefix) (chat.ServerBan, error) {
	if prefix.Bits() == 0 {
		return chat.ServerBan{}, refuse("bad-value", "%s would keep everybody out.", target)
	}
	bits := prefix.Bits()
	if prefix.Addr().Is4() {
		bits += 96 // in the mapped form
	}
	return chat.ServerBan{Target: target, Prefix: gateway.CoreAddress(prefix.Addr()), Bits: uint8(bits)}, nil
}
