package core

import (
	"slices"

	"madang/chat"
	"madang/chat/names"
)

// How accounts are made.

func (s *State) decideRegister(c *chat.Register, now chat.Time) Decision {
	u := s.sessions[c.Session]
	by := chat.Source{Nick: c.Name}
	switch {
	case c.Other:
		source, r := s.operator(c.Session, chat.MayRegister)
		if r != nil {
			return refused(r)
		}
		u, by = nil, source
	case u != nil && u.record.Account != "":
		return refuse(chat.Refusal{Code: chat.AlreadySignedIn, Nick: u.record.Account})
	case u != nil:
		by = u.Source()
	}
	if r := s.mayRegister(c, now); r != nil {
		return refused(r)
	}
	e := &chat.AccountMade{
		Source: by, Invitation: c.Invitation, Became: u != nil && c.Code == chat.Digest{}, Time: now,
		Account: chat.AccountRecord{
			User: chat.UserID(s.run)<<32 | chat.UserID(s.nextUser+1), Made: now, Email: c.Email, Code: c.Code,
			Password: c.Password, Serial: 1, AlwaysOn: s.limits.AlwaysOn,
		},
	}
	bearer := e.Account.User
	if u != nil {
		bearer = u.record.ID
	}
	if e.Became { // until an address is confirmed, the guest has nothing to do with the account
		e.Account.User, e.Account.Metadata = u.record.ID, u.record.Metadata
	}
	if r := s.nameAccount(&e.Account, bearer, c.Name, c.Other); r != nil {
		return refused(r)
	}
	source := by
	source.Account = e.Account.Name
	if u != nil {
		if ban := s.banOn(u.record.Folded, &source, u.Address(), now, u.Cloak()); ban != nil {
			return refuse(chat.Refusal{Code: chat.BannedFromServer, Text: ban.Reason})
		}
	}
	if !e.Became || !e.Account.AlwaysOn {
		return happened(e)
	}
	record := u.record
	record.Account = e.Account.Name
	return happened(e, u.stayed(true, record, now))
}

// mayRegister says why nobody, or this one, may make an account.
func (s *State) mayRegister(c *chat.Register, now chat.Time) *chat.Refusal {
	if len(c.Password) > verifierBytesMax || len(c.Email) > emailBytesMax {
		return &chat.Refusal{Code: chat.BadValue, Text: "a mail address has at most 254 bytes"}
	}
	if r := chat.CheckText(c.Password+c.Email, chat.TextBytesMax); r != nil {
		return r
	}
	switch {
	case c.Other || s.limits.Registration == chat.OpenToAll:
		return nil
	case s.limits.Registration == chat.ByOperators:
		return &chat.Refusal{Code: chat.RegistrationClosed}
	case c.Invitation == chat.Digest{}:
		return &chat.Refusal{Code: chat.NeedInvitationCode}
	case s.invitation(c.Invitation, now) < 0:
		return &chat.Refusal{Code: chat.WrongCode}
	}
	return nil
}

// nameAccount gives an account its name, or says why it cannot be had: bearer may be
// called so already. Reserved names are for accounts that an operator makes.
func (s *State) nameAccount(a *chat.AccountRecord, bearer chat.UserID, wanted string, byOperator bool) *chat.Refusal {
	name, err := names.Nick(wanted)
	if err != nil {
		return &chat.Refusal{Code: chat.AccountInvalid, Nick: wanted, Text: err.Error()}
	}
	if s.byAccount[name.Folded] != nil {
		return &chat.Refusal{Code: chat.AccountTaken, Nick: wanted}
	}
	reserved := byOperator && s.byLikeness[names.Likeness(name)] == nil
	if _, r := s.checkNick(wanted, bearer); r != nil && !(reserved && r.Code == chat.NickReserved) {
		if r.Code == chat.NickTaken || r.Code == chat.NickConfusing {
			r.Code = chat.AccountTaken
		}
		return r
	}
	a.Name, a.Folded, a.Skeleton, a.Likeness = name.Shown, name.Folded, name.Skeleton, names.Likeness(name)
	return nil
}

func (s *State) invitation(digest chat.Digest, now chat.Time) int {
	return slices.IndexFunc(s.invitations, func(i chat.InvitationRecord) bool {
		return i.Digest == digest && i.Uses > 0 && (i.Expires == 0 || i.Expires > now)
	})
}

func (s *State) foldAccountMade(e *chat.AccountMade) Undo {
	a := &Account{record: e.Account}
	next := s.nextUser
	s.KeepNumber(a.record.User)
	s.addAccount(a)
	undos := []Undo{func() { s.removeAccount(a); s.nextUser = next }}
	if u := s.users[a.record.User]; u != nil && e.Became {
		undos = append(undos, assign(&u.record.Account, a.record.Name))
	}
	if i := slices.IndexFunc(s.invitations, func(i chat.InvitationRecord) bool { return i.Digest == e.Invitation }); i >= 0 {
		invitations := slices.Clone(s.invitations)
		invitations[i].Uses--
		if invitations[i].Uses <= 0 {
			invitations = slices.Delete(invitations, i, i+1)
		}
		undos = append(undos, assign(&s.invitations, invitations))
	}
	return func() { undoAll(undos) }
}

func (s *State) addAccount(a *Account) {
	s.accounts[a.record.User] = a
	s.byAccount[a.record.Folded] = a
	s.byLikeness[a.record.Likeness] = a
	s.addCertificates(a)
}

func (s *State) addCertificates(a *Account) {
	for _, fingerprint := range a.record.Certificates {
		s.byCertificate[fingerprint] = a
	}
}

func (s *State) removeCertificates(a *Account) {
	for _, fingerprint := range a.record.Certificates {
		delete(s.byCertificate, fingerprint)
	}
}

func (s *State) removeAccount(a *Account) {
	delete(s.accounts, a.record.User)
	delete(s.byAccount, a.record.Folded)
	delete(s.byLikeness, a.record.Likeness)
	s.removeCertificates(a)
}

func (s *State) decideConfirm(c *chat.Confirm, now chat.Time) Decision {
	a := s.AccountByName(c.Account)
	wrong := refuse(chat.Refusal{Code: chat.WrongCode, Nick: c.Account})
	if a == nil || c.Code == (chat.Digest{}) {
		return wrong
	}
	by := chat.Source{Nick: a.record.Name}
	if u := s.sessions[c.Session]; u != nil {
		by = u.Source()
	}
	confirmed := chat.AccountChange{Aspect: chat.Confirmed, Add: true}
	switch to := a.record.NewEmail; {
	case c.Code == a.record.Code:
		return happened(a.changed(by, now, confirmed))
	case to != nil && c.Code == to.Code:
		return happened(a.changed(by, now, chat.AccountChange{Aspect: chat.Email, Text: to.Address}, confirmed))
	}
	return wrong
}
