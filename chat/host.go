package chat

import (
	"cmp"
	"slices"
	"strings"
)

// A user is shown with the cloak of the address that he came from, or with a host that an
// operator gave his account. Bans hit both, so that nobody slips out of one by a host.

// Host is what the user is shown with: his account's host, or his cloak.
func (u *User) Host() string { return u.record.Host }

// Cloak is the user's cloak, shown or not. Only operators and the user may be told.
func (u *User) Cloak() string { return u.record.cloak() }

func (r *UserRecord) cloak() string { return cmp.Or(r.seldom().Cloak, r.Host) }

// show has the user shown with a host; empty: with his cloak.
func (r *UserRecord) show(host string) {
	cloak, seldom := r.cloak(), r.seldom()
	r.Host, seldom.Cloak = host, cloak
	if host == "" || host == cloak {
		r.Host, seldom.Cloak = cloak, ""
	}
	r.Seldom = seldom.orNone()
}

// hostChanged is the event that the user is shown with a host, or, if that is empty, with
// his cloak; nil: he is already. Who has no session is nobody's neighbour for those who
// deliver: then those around him are named.
func (u *User) hostChanged(host string, now Time) []Event {
	after := u.record
	if after.show(host); after.Host == u.record.Host {
		return nil
	}
	e := &HostChanged{Source: u.Source(), Host: after.Host, Time: now}
	if len(u.record.Sessions) == 0 {
		e.Veil.Only = u.around()
	}
	return []Event{e}
}

// around are all who are in a room with the user and see him there, auditoriums apart,
// by number.
func (u *User) around() []UserID {
	var ids []UserID
	for _, r := range u.rooms {
		if r.Has(Auditorium) && r.member(u.record.ID).rank == NoRank {
			continue
		}
		for i := range r.members {
			ids = append(ids, r.members[i].user.record.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (s *State) foldHostChanged(e *HostChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	host, seldom := u.record.Host, u.record.Seldom
	u.record.show(e.Host)
	return func() { u.record.Host, u.record.Seldom = host, seldom }
}

// hostShape says what a host may look like.
const hostShape = "a host has at most 63 letters, digits, dots, hyphens, slashes and colons, and begins and ends with a letter or a digit"

// checkHost folds a host that an account is to be shown with, or says why it cannot be.
// Several accounts may have the same.
func (s *State) checkHost(c *AccountChange) string {
	if !c.Add {
		c.Text = ""
		return ""
	}
	c.Text = strings.ToLower(c.Text)
	switch host := c.Text; {
	case !isHost(host):
		return hostShape
	case looksLikeAddress(host):
		return "a host that looks like an address would be taken for one"
	case slices.ContainsFunc(s.limits.ReservedHosts, func(r string) bool { return host == r || r[0] == '.' && strings.HasSuffix(host, r) }):
		return "that is the server's name, or looks like somebody's cloak"
	}
	return ""
}

// isHost says whether a folded host is made as hosts are.
func isHost(host string) bool {
	if host == "" || len(host) > HostBytesMax {
		return false
	}
	last := len(host) - 1
	for i := range len(host) {
		switch c := host[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case i == 0 || i == last || strings.IndexByte(".-/:", c) < 0:
			return false
		}
	}
	return true
}

// looksLikeAddress says whether a host could be one of IPv4 or IPv6, or a network of them.
func looksLikeAddress(host string) bool {
	return strings.Trim(host, "0123456789.-/:") == "" || strings.Contains(host, ":") && strings.Trim(host, "0123456789abcdef.-/:") == ""
}
