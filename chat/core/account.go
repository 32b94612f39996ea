package core

import (
	"iter"
	"slices"
	"strconv"

	"madang/chat"
	"madang/chat/names"
)

// Account is a registered name with credentials. Gateways read it through its methods;
// State alone changes it.
type Account struct {
	record chat.AccountRecord
}

// User is the account's number, which is that of its user whenever he is present.
func (a *Account) User() chat.UserID { return a.record.User }

// Name is the account's name as it was typed.
func (a *Account) Name() string { return a.record.Name }

// Record is the account as plain values. The lists in it are never changed afterwards.
func (a *Account) Record() chat.AccountRecord { return a.record }

// Mark is how far the account has read a conversation.
func (a *Account) Mark(id chat.ConversationID) (chat.MarkRecord, bool) {
	if i, ok := a.findMark(id); ok {
		return a.record.Marks[i], true
	}
	return chat.MarkRecord{}, false
}

// AccountByName is the account of a name in any spelling, or nil.
func (s *State) AccountByName(name string) *Account { return s.byAccount[names.Fold(name)] }

// AccountByID is the account of a user's number, or nil.
func (s *State) AccountByID(id chat.UserID) *Account { return s.accounts[id] }

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
func (s *State) Invitations() []chat.InvitationRecord { return s.invitations }

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
const unconfirmedFor = chat.Day

// checkReserved says why a name that nobody present bears may not be taken.
func (s *State) checkReserved(name names.Name, id chat.UserID) *chat.Refusal {
	like := names.Likeness(name)
	if a := s.byLikeness[like]; a != nil {
		if a.record.User == id {
			return nil // an operator made it, or it was there first
		}
		return &chat.Refusal{Code: chat.NickReserved, Nick: name.Shown}
	}
	if slices.Contains(s.limits.Reserved, like) {
		return &chat.Refusal{Code: chat.NickReserved, Nick: name.Shown}
	}
	return nil
}

// changed is an event that changes the account.
func (a *Account) changed(by chat.Source, now chat.Time, changes ...chat.AccountChange) *chat.AccountChanged {
	e := &chat.AccountChanged{
		Source: by, Account: a.record.User, Name: a.record.Name, Changes: changes, Serial: a.record.Serial, Time: now,
	}
	for i := range changes {
		if changes[i].Aspect.SignsIn() {
			e.Serial = a.record.Serial + 1
		}
	}
	return e
}

// accountOf is the account that a command is about, and who gives it: its own user by
// one of its own sessions, or with other an operator.
func (s *State) accountOf(id chat.SessionID, name string, own bool) (*Account, chat.Source, *chat.Refusal) {
	u := s.sessions[id]
	if u != nil && u.record.Account != "" && own && (name == "" || names.Fold(name) == names.Fold(u.record.Account)) {
		if s.tokenOf(u, id) != nil {
			return nil, chat.Source{}, &chat.Refusal{Code: chat.OutOfScope}
		}
		return s.accounts[u.record.ID], u.Source(), nil
	}
	if name == "" {
		return nil, chat.Source{}, &chat.Refusal{Code: chat.NeedAccount}
	}
	by, r := s.operator(id, chat.MayRegister)
	if r != nil {
		return nil, chat.Source{}, r
	}
	a := s.AccountByName(name)
	if a == nil {
		return nil, chat.Source{}, &chat.Refusal{Code: chat.NoSuchAccount, Nick: name}
	}
	return a, by, s.overpowered(by, a)
}

// overpowered says why an operator may not touch an account: it has powers that he has
// not, so that he would gain them by giving it another password.
func (s *State) overpowered(by chat.Source, a *Account) *chat.Refusal {
	if u := s.users[by.User]; u != nil && !u.May(a.record.Powers) {
		return &chat.Refusal{Code: chat.NeedOperator, Powers: a.record.Powers}
	}
	return nil
}

func (s *State) decideChangeAccount(c *chat.ChangeAccount, now chat.Time) Decision {
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
func (s *State) followedByUser(e *chat.AccountChanged, now chat.Time) []chat.Event {
	events := []chat.Event{e}
	u := s.users[e.Account]
	if u == nil {
		return events
	}
	after := *u // with the changes so far
	for _, c := range e.Changes {
		switch {
		case c.Aspect == chat.Suspended && c.Text != "":
			quit := &chat.Quit{Source: u.Source(), Reason: "account suspended: " + c.Text, Killed: true, By: e.Source.Nick, Time: now}
			return append(events, s.quitEvents(u, quit, now)...)
		case c.Aspect == chat.AlwaysOn && c.Add != after.record.Lasting:
			events = append(events, after.stayed(c.Add, after.record, now))
			if !c.Add && len(u.record.Sessions) == 0 {
				return append(events, s.quitEvents(u, &chat.Quit{Source: u.Source(), Time: now}, now)...)
			}
			after.record.Lasting = c.Add
		case c.Aspect == chat.ShownHost:
			events = append(events, after.hostChanged(c.Text, now)...)
			showHost(&after.record, c.Text)
		case c.Aspect == chat.AppPassword && !c.Add:
			revoked := func(r chat.SessionRecord) bool { return r.Token == c.Text }
			events = append(events, s.hungUp(u, revoked, "app password revoked", e.Source.Nick, now)...)
		case c.Aspect == chat.Powers:
			flags := u.record.Flags &^ chat.ServerOperator
			if c.Powers != chat.NoPermission {
				flags |= chat.ServerOperator
			}
			events = append(events, &chat.FlagsChanged{Source: u.Source(), Before: u.record.Flags, Flags: flags, Powers: c.Powers})
		}
	}
	return events
}

// checkAccountChange completes one change, or says why it cannot be made.
func (s *State) checkAccountChange(a *Account, by chat.Source, c *chat.AccountChange, now chat.Time) *chat.Refusal {
	bad := func(why string) *chat.Refusal {
		return &chat.Refusal{Code: chat.BadValue, Nick: a.record.Name, Text: why}
	}
	if r := chat.CheckText(c.Text, verifierBytesMax); r != nil {
		return r
	}
	switch c.Aspect {
	case chat.Email, chat.NewEmail:
		if len(c.Text) > emailBytesMax {
			return bad("a mail address has at most 254 bytes")
		}
		if c.Aspect == chat.NewEmail && (c.Text == "" || c.Code == chat.Digest{}) {
			return bad("there is nothing to confirm")
		}
	case chat.Certificate:
		if c.Add && len(a.record.Certificates) >= certificatesMax {
			return &chat.Refusal{Code: chat.ListFull, Text: c.Text, Limit: certificatesMax}
		}
		if slices.Contains(a.record.Certificates, c.Text) == c.Add {
			return bad("nothing would change")
		}
		if other := s.byCertificate[c.Text]; c.Add && other != nil {
			return bad("the certificate signs in to another account")
		}
	case chat.OneTime:
		if c.Text != "" && a.record.OneTime != "" { // else whoever has a session could have codes of his own
			return bad("one-time codes are on already; switch them off first")
		}
	case chat.AppPassword:
		return a.checkToken(c, now)
	case chat.CodeUsed:
		return bad("only signing in does that")
	case chat.ShownHost:
		if err := s.checkHost(c); err != nil {
			return bad(err.Error())
		}
	case chat.Powers:
		if u := s.users[by.User]; u != nil && !u.May(c.Powers) {
			return &chat.Refusal{Code: chat.NeedOperator, Powers: c.Powers}
		}
		if c.Powers&^chat.EveryPermission != 0 {
			return bad("there is no such power")
		}
	case chat.Suspended:
		c.Text = trim(c.Text, chat.ReasonBytesMax)
	}
	if c.Aspect >= chat.AspectsEnd {
		return bad("there is no such setting")
	}
	return nil
}

func (a *Account) checkToken(c *chat.AccountChange, now chat.Time) *chat.Refusal {
	if !c.Add {
		if a.token(c.Text) == nil {
			return &chat.Refusal{Code: chat.BadValue, Nick: a.record.Name, Text: "there is no such app password"}
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
		return &chat.Refusal{Code: chat.ListFull, Text: t.ID, Limit: tokensMax}
	case t.ID == "" || t.Digest == chat.Digest{} || a.token(t.ID) != nil || len(t.Rooms) > changesMax:
		return &chat.Refusal{Code: chat.BadValue, Nick: a.record.Name, Text: "that is no app password"}
	case slices.Contains(t.Rooms, ""): // which would be all that is outside rooms
		return &chat.Refusal{Code: chat.BadValue, Nick: a.record.Name, Text: "a room has a name"}
	case t.Expires != 0 && t.Expires <= now:
		return &chat.Refusal{Code: chat.BadValue, Nick: a.record.Name, Text: "it would have expired already"}
	}
	return chat.CheckText(t.ID+t.Label, chat.TextBytesMax)
}

// expires says whether one of the account's app passwords is over.
func (a *Account) expires(now chat.Time) bool {
	return slices.ContainsFunc(a.record.Tokens, func(t chat.TokenRecord) bool { return t.Over(now) })
}

func (a *Account) token(id string) *chat.TokenRecord {
	if i := slices.IndexFunc(a.record.Tokens, func(t chat.TokenRecord) bool { return t.ID == id }); i >= 0 {
		return &a.record.Tokens[i]
	}
	return nil
}

func (s *State) foldAccountChanged(e *chat.AccountChanged) Undo {
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
func (a *Account) change(c chat.AccountChange) {
	r := &a.record
	switch c.Aspect {
	case chat.Password:
		r.Password = c.Text
	case chat.Email:
		r.Email, r.Proved, r.NewEmail = c.Text, false, nil
	case chat.NewEmail:
		r.NewEmail = &chat.NewEmailRecord{Address: c.Text, Code: c.Code}
	case chat.Confirmed:
		r.Code, r.Proved = chat.Digest{}, r.Email != ""
	case chat.OneTime:
		r.OneTime, r.OneTimeStep = c.Text, 0
	case chat.Certificate:
		r.Certificates = slices.DeleteFunc(slices.Clone(r.Certificates), func(f string) bool { return f == c.Text })
		if c.Add {
			r.Certificates = append(r.Certificates, c.Text)
		}
	case chat.AppPassword:
		r.Tokens = slices.DeleteFunc(slices.Clone(r.Tokens), func(t chat.TokenRecord) bool { return t.ID == c.Text })
		if c.Add {
			r.Tokens = append(r.Tokens, c.Token)
		}
	case chat.Powers:
		r.Powers = c.Powers
	case chat.Suspended:
		r.Suspended = c.Text
	case chat.AlwaysOn:
		r.AlwaysOn = c.Add
	case chat.OneSession:
		r.OneSession = c.Add
	case chat.ShownHost:
		r.Host = c.Text
	case chat.CodeUsed:
		r.OneTimeStep, _ = strconv.ParseInt(c.Text, 10, 64) // as used wrote it
	}
}

func (s *State) decideDeleteAccount(c *chat.DeleteAccount, now chat.Time) Decision {
	a, by, r := s.accountOf(c.Session, c.Account, true)
	if r != nil {
		return refused(r)
	}
	return Decision{Events: s.deleted(a, by, now)}
}

// deleted is the end of an account; its user goes on as a guest if he has a session.
func (s *State) deleted(a *Account, by chat.Source, now chat.Time) []chat.Event {
	var events []chat.Event
	var gone *User
	if u := s.users[a.record.User]; u != nil && u.record.Lasting {
		if len(u.record.Sessions) == 0 {
			gone = u
			events = s.quitEvents(u, &chat.Quit{Source: u.Source(), Reason: "account deleted", Time: now}, now)
		} else {
			events = append(events, u.stayed(false, u.record, now))
		}
	}
	e := &chat.AccountDeleted{Source: by, Account: a.record.User, Name: a.record.Name, Time: now}
	if u := s.users[a.record.User]; u != nil && len(u.record.Sessions) > 0 {
		e.User = u.Source()
	}
	events = append(events, e)
	if e.User.User != 0 {
		guest := *s.users[a.record.User]
		guest.record.Account, guest.record.Lasting = "", false
		guest.record.Flags &^= chat.ServerOperator
		events = append(events, guest.hostChanged("", now)...)
	}
	return s.inherited(events, a, gone, by, now)
}

func (s *State) foldAccountDeleted(e *chat.AccountDeleted) Undo {
	a := s.accounts[e.Account]
	if a == nil {
		return nil
	}
	s.removeAccount(a)
	undos := []Undo{func() { s.addAccount(a) }, s.forgetAccount(e.Account)}
	if u := s.users[e.Account]; u != nil {
		undos = append(undos, assign(&u.record.Account, ""),
			assign(&u.record.Powers, chat.NoPermission), assign(&u.record.Flags, u.record.Flags&^chat.ServerOperator))
	}
	return func() { undoAll(undos) }
}

func (s *State) decideMakeInvitation(c *chat.MakeInvitation, now chat.Time) Decision {
	by, r := s.operator(c.Session, chat.MayRegister)
	if r != nil {
		return refused(r)
	}
	if c.Digest == (chat.Digest{}) || c.Uses < 1 || c.Expires != 0 && c.Expires <= now {
		return refuse(chat.Refusal{Code: chat.BadValue, Text: "an invitation needs at least one use and time left"})
	}
	if len(s.unexpired(now)) >= s.limits.ListEntries {
		return refuse(chat.Refusal{Code: chat.ListFull, Limit: s.limits.ListEntries})
	}
	invitation := chat.InvitationRecord{Digest: c.Digest, By: by.Nick, Uses: c.Uses, Expires: c.Expires}
	return happened(&chat.InvitationMade{Invitation: invitation, Time: now})
}

// unexpired is a new list of the invitations that are not over.
func (s *State) unexpired(now chat.Time) []chat.InvitationRecord {
	return slices.DeleteFunc(slices.Clone(s.invitations), func(i chat.InvitationRecord) bool { return i.Expires != 0 && i.Expires <= now })
}

func (s *State) foldInvitationMade(e *chat.InvitationMade) Undo {
	return assign(&s.invitations, append(s.unexpired(e.Time), e.Invitation))
}

func (s *State) decideClaimServer(c *chat.ClaimServer, now chat.Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	a := s.accounts[u.record.ID]
	switch {
	case a == nil:
		return refuse(chat.Refusal{Code: chat.NeedAccount})
	case s.tokenOf(u, c.Session) != nil:
		return refuse(chat.Refusal{Code: chat.OutOfScope})
	}
	for _, other := range s.accounts {
		if other.record.Powers != chat.NoPermission {
			return refuse(chat.Refusal{Code: chat.WrongCode})
		}
	}
	e := a.changed(u.Source(), now, chat.AccountChange{Aspect: chat.Powers, Add: true, Powers: chat.EveryPermission})
	return Decision{Events: s.followedByUser(e, now)}
}
