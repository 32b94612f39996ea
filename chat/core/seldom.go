package core

import "madang/chat"

// seldomOf is what few users have, as a value to read or to change.
func seldomOf(r *chat.UserRecord) chat.SeldomRecord {
	if r.Seldom == nil {
		return chat.SeldomRecord{}
	}
	return *r.Seldom
}

func (u *User) seldom() chat.SeldomRecord { return seldomOf(&u.record) }

// setSeldom replaces what few users have.
func (u *User) setSeldom(r chat.SeldomRecord) Undo { return assign(&u.record.Seldom, orNone(r)) }

// orNone is the record, or nil if nothing is in it.
func orNone(r chat.SeldomRecord) *chat.SeldomRecord {
	if r.Cloak == "" && r.Operator == "" && len(r.Aways) == 0 && r.Knocked == 0 {
		return nil
	}
	there := r
	return &there
}

// setKnocked notes when the user last asked to be let in somewhere.
func (u *User) setKnocked(at chat.Time) Undo {
	r := u.seldom()
	r.Knocked = at
	return u.setSeldom(r)
}
