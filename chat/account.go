package chat

import (
	"iter"
	"slices"
	"strconv"

	"madang/chat/names"
)

// Account is a registered name with credentials. Gateways read it through its methods;
// State alone changes it.
type Account struct {
	record AccountRecord
}

// User is the account's number, which is that of its user whenever he is present.
func (a *Account) User() UserID { return a.record.User }

// Name is the account's name as it was typed.
func (a *Account) Name() string { return a.record.Name }

// Record is the account as plain values. The lists in it are never changed afterwards.
func (a *Account) Record() AccountRecord { return a.record }

// Mark is how far the account has read a conversation.
func (a *Account) Mark(id ConversationID) (MarkRecord, bool) {
	if i, ok := a.findMark(id); ok {
		return a.record.Marks[i], true
	}
	return MarkRecord{}, false
}

// AccountByName is the account of a name in any spelling, or nil.
func (s *State) AccountByName(name string) *Account { return s.byAccount[names.Fold(name)] }

// AccountByID is the account of a user's number, or nil.
func (s *State) AccountByID(id UserID) *Account { return s.accounts[id] }

// AccountByCertificate is the account that a certificate of this fingerprint signs in to,
// or nil.
func (s *State) AccountByCertificate(fingerprint string) *Account {
	return s.byCertificate[fingerprint]
}

// Accounts are all accounts by number; for operators.
func (s *State) Accounts() iter.Seq[*Account] { return inOrder(s.accounts) }

// AccountCount is how many accounts there are.
func (s *State) AccountCount() int { return len(s.accounts) }

// Invitations are those that may still be used, and those that expired since the last one
// was made.
func (s *State) Invitations() []InvitationRecord { return s.invitations }

// Limits of one account.
const (
	tokensMax       = 50
	certificatesMax = 20
	emailBytesMax   = 254
	labelBytesMax   = 64
	// verifierBytesMax bounds what is kept of a password.
	verifierBytesMax = 1024
)

// unconfirmedFor is how long an account waits for its mail address to be confirmed.
const unconfirmedFor = Day

// checkReserved says why a name that nobody present bears may not be taken.
func (s *State) checkReserved(name names.Name, id UserID) *Refusal {
	like := names.Likeness(name)
	if a := s.byLikeness[like]; a != nil {
		if a.record.User == id {
			return nil // an operator made it, or it was there first
		}
		return &Refusal{Code: NickReserved, Nick: name.Shown}
	}
	if slices.Contains(s.limits.Reserved, like) {
		return &Refusal{Code: NickReserved, Nick: name.Shown}
	}
	return nil
}

// changed is an event that changes the account.
func (a *Account) changed(by Source, now Time, changes ...AccountChange) *AccountChanged {
	e := &AccountChanged{
		Source: by, Account: a.record.User, Name: a.record.Name, Changes: changes, Serial: a.record.Serial, Time: now,
	}
	for i := range changes {
		if changes[i].Aspect.signsIn() {
			e.Serial = a.record.Serial + 1
		}
	}
	return e
}

// signsIn says whether a change of the aspect outdates what was checked before it.
func (a AccountAspect) signsIn() bool {
	switch a {
	case Password, OneTime, Certificate, AppPassword, Suspended:
		return true
	}
	return false
}

// ownAspects are those that an account's user may change himself.
func (a AccountAspect) own() bool {
	switch a {
	case Confirmed, Powers, Suspended, CodeUsed, ShownHost:
		return false
	}
	return a < AspectsEnd
}

// accountOf is the account that a command is about, and who gives it: its own user by
// one of its own sessions, or with other an operator.
func (s *State) accountOf(id SessionID, name string, own bool) (*Account, Source, *Refusal) {
	u := s.sessions[id]
	if u != nil && u.record.Account != "" && own && (name == "" || names.Fold(name) == names.Fold(u.record.Account)) {
		if s.tokenOf(u, id) != nil {
			return nil, Source{}, &Refusal{Code: OutOfScope}
		}
		return s.accounts[u.record.ID], u.Source(), nil
	}
	if name == "" {
		return nil, Source{}, &Refusal{Code: NeedAccount}
	}
	by, r := s.operator(id, MayRegister)
	if r != nil {
		return nil, Source{}, r
	}
	a := s.AccountByName(name)
	if a == nil {
		return nil, Source{}, &Refusal{Code: NoSuchAccount, Nick: name}
	}
	return a, by, s.overpowered(by, a)
}

// overpowered says why an operator may not touch an account: it has powers that he has
// not, so that he would gain them by giving it another password.
func (s *State) overpowered(by Source, a *Account) *Refusal {
	if u := s.users[by.User]; u != nil && !u.May(a.record.Powers) {
		return &Refusal{Code: NeedOperator, Powers: a.record.Powers}
	}
	return nil
}

func (s *State) decideChangeAccount(c *ChangeAccount, now Time) Decision {
	a, by, r := s.accountOf(c.Session, c.Account, !changesBeyondOwn(c.Changes))
	if r != nil {
		return refused(r)
	}
	e := a.changed(by, now)
	for i, change := range c.Changes {
		if provesOneTime(c.Changes, i) {
			e.Changes = append(e.Changes, change)
			continue
		}
		if r := s.checkAccountChange(a, by, &change, now); r != nil {
			return refused(r)
		}
		e.Changes = append(e.Changes, change)
	}
	if len(e.Changes) == 0 {
		return Decision{}
	}
	e = a.changed(by, now, e.Changes...)
	return Decision{Events: s.followedByUser(e, now)}
}

// followedByUser is a change of an account and what it makes of its user.
func (s *State) followedByUser(e *AccountChanged, now Time) []Event {
	events := []Event{e}
	u := s.users[e.Account]
	if u == nil {
		return events
	}
	after := *u // with the changes so far
	for _, c := range e.Changes {
		switch {
		case c.Aspect == Suspended && c.Text != "":
			quit := &Quit{Source: u.Source(), Reason: "account suspended: " + c.Text, Killed: true, By: e.Source.Nick, Time: now}
			return append(events, s.quitEvents(u, quit, now)...)
		case c.Aspect == AlwaysOn && c.Add != after.record.Lasting:
			events = append(events, after.stayed(c.Add, after.record, now))
			if !c.Add && len(u.record.Sessions) == 0 {
				return append(events, s.quitEvents(u, &Quit{Source: u.Source(), Time: now}, now)...)
			}
			after.record.Lasting = c.Add
		case c.Aspect == ShownHost:
			events = append(events, after.hostChanged(c.Text, now)...)
			after.record.show(c.Text)
		case c.Aspect == AppPassword && !c.Add:
			revoked := func(r SessionRecord) bool { return r.Token == c.Text }
			events = append(events, s.hungUp(u, revoked, "app password revoked", e.Source.Nick, now)...)
		case c.Aspect == Powers:
			flags := u.record.Flags &^ ServerOperator
			if c.Powers != NoPermission {
				flags |= ServerOperator
			}
			events = append(events, &FlagsChanged{Source: u.Source(), Before: u.record.Flags, Flags: flags, Powers: c.Powers})
		}
	}
	return events
}

// checkAccountChange completes one change, or says why it cannot be made.
func (s *State) checkAccountChange(a *Account, by Source, c *AccountChange, now Time) *Refusal {
	bad := func(why string) *Refusal { return &Refusal{Code: BadValue, Nick: a.record.Name, Text: why} }
	if r := checkText(c.Text, verifierBytesMax); r != nil {
		return r
	}
	switch c.Aspect {
	case Email, NewEmail:
		if len(c.Text) > emailBytesMax {
			return bad("a mail address has at most 254 bytes")
		}
		if c.Aspect == NewEmail && (c.Text == "" || c.Code == Digest{}) {
			return bad("there is nothing to confirm")
		}
	case Certificate:
		if c.Add && len(a.record.Certificates) >= certificatesMax {
			return &Refusal{Code: ListFull, Text: c.Text, Limit: certificatesMax}
		}
		if slices.Contains(a.record.Certificates, c.Text) == c.Add {
			return bad("nothing would change")
		}
		if other := s.byCertificate[c.Text]; c.Add && other != nil {
			return bad("the certificate signs in to another account")
		}
	case AppPassword:
		return a.checkToken(c, now)
	case CodeUsed:
		return bad("only signing in does that")
	case ShownHost:
		if err := s.checkHost(c); err != nil {
			return bad(err.Error())
		}
	case Powers:
		if u := s.users[by.User]; u != nil && !u.May(c.Powers) {
			return &Refusal{Code: NeedOperator, Powers: c.Powers}
		}
		if c.Powers&^EveryPermission != 0 {
			return bad("there is no such power")
		}
	case Suspended:
		c.Text = trim(c.Text, ReasonBytesMax)
	}
	if c.Aspect >= AspectsEnd {
		return bad("there is no such setting")
	}
	return nil
}

func (a *Account) checkToken(c *AccountChange, now Time) *Refusal {
	if !c.Add {
		if a.token(c.Text) == nil {
			return &Refusal{Code: BadValue, Nick: a.record.Name, Text: "there is no such app password"}
		}
		return nil
	}
	t := &c.Token
	t.Made, t.Label = now, trim(t.Label, labelBytesMax)
	for i := range t.Rooms {
		t.Rooms[i] = names.Fold(t.Rooms[i])
	}
	switch {
	case len(a.record.Tokens) >= tokensMax:
		return &Refusal{Code: ListFull, Text: t.ID, Limit: tokensMax}
	case t.ID == "" || t.Digest == Digest{} || a.token(t.ID) != nil || len(t.Rooms) > changesMax:
		return &Refusal{Code: BadValue, Nick: a.record.Name, Text: "that is no app password"}
	case t.Expires != 0 && t.Expires <= now:
		return &Refusal{Code: BadValue, Nick: a.record.Name, Text: "it would have expired already"}
	}
	return checkText(t.ID+t.Label, TextBytesMax)
}

// over says whether an app password signs in no more.
func (t *TokenRecord) over(now Time) bool { return t.Expires != 0 && t.Expires <= now }

// expires says whether one of the account's app passwords is over.
func (a *Account) expires(now Time) bool {
	return slices.ContainsFunc(a.record.Tokens, func(t TokenRecord) bool { return t.over(now) })
}

func (a *Account) token(id string) *TokenRecord {
	if i := slices.IndexFunc(a.record.Tokens, func(t TokenRecord) bool { return t.ID == id }); i >= 0 {
		return &a.record.Tokens[i]
	}
	return nil
}

func (s *State) foldAccountChanged(e *AccountChanged) Undo {
	a := s.accounts[e.Account]
	if a == nil {
		return nil
	}
	before := a.record
	s.removeCertificates(a)
	for _, c := range e.Changes {
		a.change(c)
	}
	a.record.Serial = e.Serial
	s.addCertificates(a)
	return func() {
		s.removeCertificates(a)
		a.record = before
		s.addCertificates(a)
	}
}

// change makes one change; lists are replaced, never changed.
func (a *Account) change(c AccountChange) {
	r := &a.record
	switch c.Aspect {
	case Password:
		r.Password = c.Text
	case Email:
		r.Email, r.Proved, r.NewEmail = c.Text, false, nil
	case NewEmail:
		r.NewEmail = &NewEmailRecord{Address: c.Text, Code: c.Code}
	case Confirmed:
		r.Code, r.Proved = Digest{}, r.Email != ""
	case OneTime:
		r.OneTime, r.OneTimeStep = c.Text, 0
	case Certificate:
		r.Certificates = slices.DeleteFunc(slices.Clone(r.Certificates), func(f string) bool { return f == c.Text })
		if c.Add {
			r.Certificates = append(r.Certificates, c.Text)
		}
	case AppPassword:
		r.Tokens = slices.DeleteFunc(slices.Clone(r.Tokens), func(t TokenRecord) bool { return t.ID == c.Text })
		if c.Add {
			r.Tokens = append(r.Tokens, c.Token)
		}
	case Powers:
		r.Powers = c.Powers
	case Suspended:
		r.Suspended = c.Text
	case AlwaysOn:
		r.AlwaysOn = c.Add
	case OneSession:
		r.OneSession = c.Add
	case ShownHost:
		r.Host = c.Text
	case CodeUsed:
		r.OneTimeStep, _ = strconv.ParseInt(c.Text, 10, 64) // as used wrote it
	}
}

func (s *State) decideDeleteAccount(c *DeleteAccount, now Time) Decision {
	a, by, r := s.accountOf(c.Session, c.Account, true)
	if r != nil {
		return refused(r)
	}
	return Decision{Events: s.deleted(a, by, now)}
}

// deleted is the end of an account; its user goes on as a guest if he has a session.
func (s *State) deleted(a *Account, by Source, now Time) []Event {
	var events []Event
	var gone *User
	if u := s.users[a.record.User]; u != nil && u.record.Lasting {
		if len(u.record.Sessions) == 0 {
			gone = u
			events = s.quitEvents(u, &Quit{Source: u.Source(), Reason: "account deleted", Time: now}, now)
		} else {
			events = append(events, u.stayed(false, u.record, now))
		}
	}
	e := &AccountDeleted{Source: by, Account: a.record.User, Name: a.record.Name, Time: now}
	if u := s.users[a.record.User]; u != nil && len(u.record.Sessions) > 0 {
		e.User = u.Source()
	}
	events = append(events, e)
	if e.User.User != 0 {
		guest := *s.users[a.record.User]
		guest.record.Account, guest.record.Lasting = "", false
		guest.record.Flags &^= ServerOperator
		events = append(events, guest.hostChanged("", now)...)
	}
	return s.inherited(events, a, gone, by, now)
}

func (s *State) foldAccountDeleted(e *AccountDeleted) Undo {
	a := s.accounts[e.Account]
	if a == nil {
		return nil
	}
	s.removeAccount(a)
	undos := []Undo{func() { s.addAccount(a) }, s.forgetAccount(e.Account)}
	if u := s.users[e.Account]; u != nil {
		undos = append(undos, assign(&u.record.Account, ""),
			assign(&u.record.Powers, NoPermission), assign(&u.record.Flags, u.record.Flags&^ServerOperator))
	}
	return func() { undoAll(undos) }
}

func (s *State) decideMakeInvitation(c *MakeInvitation, now Time) Decision {
	by, r := s.operator(c.Session, MayRegister)
	if r != nil {
		return refused(r)
	}
	if c.Digest == (Digest{}) || c.Uses < 1 || c.Expires != 0 && c.Expires <= now {
		return refuse(Refusal{Code: BadValue, Text: "an invitation needs at least one use and time left"})
	}
	if len(s.unexpired(now)) >= s.limits.ListEntries {
		return refuse(Refusal{Code: ListFull, Limit: s.limits.ListEntries})
	}
	invitation := InvitationRecord{Digest: c.Digest, By: by.Nick, Uses: c.Uses, Expires: c.Expires}
	return happened(&InvitationMade{Invitation: invitation, Time: now})
}

// unexpired is a new list of the invitations that are not over.
func (s *State) unexpired(now Time) []InvitationRecord {
	return slices.DeleteFunc(slices.Clone(s.invitations), func(i InvitationRecord) bool { return i.Expires != 0 && i.Expires <= now })
}

func (s *State) foldInvitationMade(e *InvitationMade) Undo {
	return assign(&s.invitations, append(s.unexpired(e.Time), e.Invitation))
}

func (s *State) decideClaimServer(c *ClaimServer, now Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	a := s.accounts[u.record.ID]
	switch {
	case a == nil:
		return refuse(Refusal{Code: NeedAccount})
	case s.tokenOf(u, c.Session) != nil:
		return refuse(Refusal{Code: OutOfScope})
	}
	for _, other := range s.accounts {
		if other.record.Powers != NoPermission {
			return refuse(Refusal{Code: WrongCode})
		}
	}
	e := a.changed(u.Source(), now, AccountChange{Aspect: Powers, Add: true, Powers: EveryPermission})
	return Decision{Events: s.followedByUser(e, now)}
}
