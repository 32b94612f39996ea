package chat

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"madang/chat/names"
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
		ids = append(ids, r.atLeast(NoRank)...)
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

// checkHost folds a host that an account is to be shown with, or says why it cannot be.
// Several accounts may have the same.
func (s *State) checkHost(c *AccountChange) error {
	if !c.Add {
		c.Text = ""
		return nil
	}
	host, err := names.Host(c.Text)
	if slices.ContainsFunc(s.limits.ReservedHosts, func(r string) bool { return host == r || strings.HasPrefix(r, ".") && strings.HasSuffix(host, r) }) {
		return errors.New("that is the server's name, or looks like somebody's cloak")
	}
	c.Text = host
	return err
}
