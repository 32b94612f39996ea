package core

import (
	"slices"

	"madang/chat"
)

// Who takes direct messages from accounts only trusts some guests all the same.

// trustsMax bounds those whom a user trusts. Trust that came by writing to somebody
// makes room for itself: the lowest user number, the oldest user, gives way.
const trustsMax = 100

// Trusts are those who may write to the user whatever AccountsOnly says, ascending. The
// slice is never changed afterwards.
func (u *User) Trusts() []chat.UserID { return u.record.Trusts }

func (u *User) trusts(id chat.UserID) bool {
	_, known := slices.BinarySearch(u.record.Trusts, id)
	return known
}

// refusesGuest says why a user's direct messages do not reach another, or nil.
func refusesGuest(u, to *User) *chat.Refusal {
	if to == nil || u == to || u.record.Account != "" || !to.Has(chat.AccountsOnly) || to.trusts(u.record.ID) {
		return nil
	}
	return &chat.Refusal{Code: chat.MessagesFromAccounts, Nick: to.record.Nick}
}

// answerable lets somebody answer whom a user writes to, who takes messages from
// accounts only.
func answerable(u, to *User, e chat.Event) Decision {
	if u == to || !u.Has(chat.AccountsOnly) || to.record.Account != "" || u.trusts(to.record.ID) {
		return happened(e)
	}
	return happened(e, &chat.Trusted{Source: u.Source(), User: to.record.ID, Nick: to.record.Nick})
}

func (s *State) decideTrust(c *chat.Trust) Decision {
	u, r := s.himself(c.Session)
	if r != nil {
		return refused(r)
	}
	to := s.UserByNick(c.Nick)
	switch {
	case to == nil:
		return refuse(chat.Refusal{Code: chat.NoSuchNick, Nick: c.Nick})
	case u.trusts(to.record.ID) != c.Remove:
		return Decision{}
	case !c.Remove && len(u.record.Trusts) >= trustsMax:
		return refuse(chat.Refusal{Code: chat.ListFull, Nick: to.record.Nick, Limit: trustsMax})
	}
	return happened(&chat.Trusted{Source: u.Source(), User: to.record.ID, Nick: to.record.Nick, Remove: c.Remove})
}

func (s *State) foldTrusted(e *chat.Trusted) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	i, known := slices.BinarySearch(u.record.Trusts, e.User)
	if known != e.Remove {
		return nil
	}
	after := slices.Clone(u.record.Trusts)
	if e.Remove {
		after = slices.Delete(after, i, i+1)
	} else {
		after = slices.Insert(after, i, e.User)
	}
	if len(after) > trustsMax {
		after = after[1:]
	}
	if len(after) == 0 {
		after = nil
	}
	return assign(&u.record.Trusts, after)
}
