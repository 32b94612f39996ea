package gateway

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"madang/chat"
	"madang/chat/core"
)

// BanOf reads whom a ban of the server concerns: an address, a prefix, a mask, or an
// account.
func BanOf(text string) (chat.ServerBan, error) {
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
		return chat.ServerBan{}, fmt.Errorf("%q is no prefix; one looks like 192.0.2.0/24 or 2001:db8::/32", text)
	}
	if text == "" || strings.ContainsAny(text, " \t") {
		return chat.ServerBan{}, errors.New("nobody is named: give an address, a prefix like 192.0.2.0/24, a mask nick!username@cloak, or account:name")
	}
	return chat.ServerBan{Target: text}, nil
}

func addressBan(target string, prefix netip.Prefix) (chat.ServerBan, error) {
	if prefix.Bits() == 0 {
		return chat.ServerBan{}, fmt.Errorf("%s would keep everybody out", target)
	}
	bits := prefix.Bits()
	if prefix.Addr().Is4() {
		bits += 96 // in the mapped form
	}
	return chat.ServerBan{Target: target, Prefix: CoreAddress(prefix.Addr()), Bits: uint8(bits)}, nil
}

// TryBan says whom a ban would hit if a session set it; the zero session is the console.
// What the core decides is left undone. The ban comes back as the core would write it.
func TryBan(state *core.State, session chat.SessionID, ban chat.ServerBan, now chat.Time) (chat.ServerBan, []*core.User, *chat.Refusal) {
	d := state.Decide(&chat.AddBan{Session: session, Ban: ban}, now)
	if d.Refusal != nil {
		return ban, nil, d.Refusal
	}
	for _, e := range d.Events {
		if added, ok := e.(*chat.BanAdded); ok {
			ban = added.Ban
		}
	}
	return ban, state.HitBy(&ban), nil
}
