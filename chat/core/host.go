package core

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/names"
)

// A user is shown with the cloak of the address that he came from, or with a host that an
// operator gave his account. Bans hit both, so that nobody slips out of one by a host.

// Host is what the user is shown with: his account's host, or his cloak.
func (u *User) Host() string { return u.record.Host }

// Cloak is the user's cloak, shown or not. Only operators and the user may be told.
func (u *User) Cloak() string { return cloakOf(&u.record) }

func cloakOf(r *chat.UserRecord) string { return cmp.Or(seldomOf(r).Cloak, r.Host) }

// showHost has the user shown with a host; empty: with his cloak.
func showHost(r *chat.UserRecord, host string) {
	cloak, seldom := cloakOf(r), seldomOf(r)
	r.Host, seldom.Cloak = host, cloak
	if host == "" || host == cloak {
		r.Host, seldom.Cloak = cloak, ""
	}
	r.Seldom = orNone(seldom)
}

// hostChanged is the event that the user is shown with a host, or, if that is empty, with
// his cloak; nil: he is already. Who has no session is nobody's neighbour for those who
// deliver: then those around him are named.
func (u *User) hostChanged(host string, now chat.Time) []chat.Event {
	after := u.record
	if showHost(&after, host); after.Host == u.record.Host {
		return nil
	}
	e := &chat.HostChanged{Source: u.Source(), Host: after.Host, Time: now}
	if len(u.record.Sessions) == 0 {
		e.Veil.Only = u.around()
	}
	return []chat.Event{e}
}

// around are all who are in a room with the user and see him there, auditoriums apart,
// by number.
func (u *User) around() []chat.UserID {
	var ids []chat.UserID
	for _, r := range u.rooms {
		if r.Has(chat.Auditorium) && r.member(u.record.ID).rank == chat.NoRank {
			continue
		}
		ids = append(ids, r.atLeast(chat.NoRank)...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (s *State) foldHostChanged(e *chat.HostChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	host, seldom := u.record.Host, u.record.Seldom
	showHost(&u.record, e.Host)
	return func() { u.record.Host, u.record.Seldom = host, seldom }
}

// checkHost folds a host that an account is to be shown with, or says why it cannot be.
// Several accounts may have the same.
func (s *State) checkHost(c *chat.AccountChange) error {
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
