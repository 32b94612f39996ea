package chat

// seldom is what few users have, as a value to read or to change.
func (r *UserRecord) seldom() SeldomRecord {
	if r.Seldom == nil {
		return SeldomRecord{}
	}
	return *r.Seldom
}

func (u *User) seldom() SeldomRecord { return u.record.seldom() }

// setSeldom replaces what few users have.
func (u *User) setSeldom(r SeldomRecord) Undo { return assign(&u.record.Seldom, r.orNone()) }

// orNone is the record, or nil if nothing is in it.
func (r SeldomRecord) orNone() *SeldomRecord {
	if r.Cloak == "" && r.Operator == "" && len(r.Aways) == 0 && r.Knocked == 0 {
		return nil
	}
	there := r
	return &there
}

// setKnocked notes when the user last asked to be let in somewhere.
func (u *User) setKnocked(at Time) Undo {
	r := u.seldom()
	r.Knocked = at
	return u.setSeldom(r)
}
