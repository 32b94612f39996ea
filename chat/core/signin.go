package core

import (
	"cmp"
	"slices"

	"madang/chat"
	"madang/chat/names"
)

// Sessions of accounts: how they begin, how they end, and who stays without any.

// accountScope is what ids of commands of an account are remembered under.
func accountScope(id chat.UserID) chat.Scope {
	scope := chat.Scope{'a', 'c', 'c', 'o', 'u', 'n', 't', ' '}
	for i := range 8 {
		scope[8+i] = byte(id >> (56 - 8*i))
	}
	return scope
}

// scopeOf is what ids of a session's commands are remembered under.
func scopeOf(u *User, id chat.SessionID) chat.Scope {
	if u.record.Account != "" {
		return accountScope(u.record.ID)
	}
	if r := u.session(id); r != nil {
		return r.Scope
	}
	return chat.Scope{}
}

// Opens is the account that a checked credential opens as things stand, or why it opens
// none.
func (s *State) Opens(l chat.Login) (*Account, *chat.Refusal) {
	a := s.accounts[l.Account]
	switch {
	case a == nil:
		return nil, &chat.Refusal{Code: chat.WrongCredentials}
	case a.record.Serial != l.Serial:
		return nil, &chat.Refusal{Code: chat.CredentialsChanged, Nick: a.record.Name}
	case a.record.Suspended != "":
		return nil, &chat.Refusal{Code: chat.AccountSuspended, Nick: a.record.Name, Text: a.record.Suspended}
	case a.record.Code != (chat.Digest{}):
		return nil, &chat.Refusal{Code: chat.Unconfirmed, Nick: a.record.Name}
	}
	return a, nil
}

// login says whether a checked credential still opens its account. No credential: nil.
func (s *State) login(l chat.Login, now chat.Time) (*Account, *chat.Refusal) {
	if l.Account == 0 {
		return nil, nil
	}
	a, r := s.Opens(l)
	if r != nil {
		return nil, r
	}
	if l.Step != 0 && l.Step <= a.record.OneTimeStep {
		return nil, &chat.Refusal{Code: chat.WrongCredentials}
	}
	if l.Token != "" {
		if t := a.token(l.Token); t == nil || t.Over(now) {
			return nil, &chat.Refusal{Code: chat.WrongCredentials}
		}
	}
	if u := s.users[l.Account]; u != nil && a.record.OneSession && len(u.record.Sessions) > 0 {
		return nil, &chat.Refusal{Code: chat.OnlySession, Nick: u.record.Nick}
	}
	return a, nil
}

// addSession lets a session enter its account's user, who is here. away is what it says
// instead of him.
func (s *State) addSession(c *chat.Attach, a *Account, away string, now chat.Time) Decision {
	u := s.users[a.record.User]
	source := u.Source()
	if ban := s.banOn(u.record.Folded, &source, c.Address, now, u.Cloak(), c.Host); ban != nil {
		return refuse(chat.Refusal{Code: chat.BannedFromServer, Text: ban.Reason})
	}
	e := &chat.SessionAdded{
		Session: sessionRecord(c, now), Source: source, Rooms: u.roomIDs(),
		Back: len(u.record.Sessions) == 0, Left: u.record.Left, Step: c.Login.Step, Time: now,
	}
	says := u.saying(c.Session, away, len(u.record.Sessions)+1)
	return s.used(&c.Login, source, now, append([]chat.Event{e}, says...)...)
}

func (u *User) roomIDs() []chat.ConversationID {
	var ids []chat.ConversationID
	for _, r := range u.rooms {
		ids = append(ids, r.record.ID)
	}
	return ids
}

func (s *State) foldSessionAdded(e *chat.SessionAdded) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	added, used := s.enter(u, e.Session), s.usedStep(e.Source.User, e.Step)
	return func() { used(); added() }
}

// enter adds a session to a user.
func (s *State) enter(u *User, r chat.SessionRecord) Undo {
	before, left := u.record.Sessions, u.record.Left
	u.record.Left = 0
	u.record.Sessions = append(slices.Clone(before), r)
	s.sessions[r.ID] = u
	return func() {
		delete(s.sessions, r.ID)
		u.record.Sessions, u.record.Left = before, left
	}
}

func (s *State) foldSessionEnded(e *chat.SessionEnded) Undo {
	u := s.users[e.Source.User]
	if u == nil || u.session(e.Session) == nil {
		return nil
	}
	return s.leave(u, func(r chat.SessionRecord) bool { return r.ID == e.Session })
}

// leave takes sessions away from a user. With the last one goes what he said of
// himself for the time he was connected.
func (s *State) leave(u *User, goes func(chat.SessionRecord) bool) Undo {
	before, seldom, left := u.record.Sessions, u.record.Seldom, u.record.Left
	flags, powers := u.record.Flags, u.record.Powers
	u.record.Sessions = slices.DeleteFunc(slices.Clone(before), goes)
	for _, r := range before {
		if goes(r) {
			delete(s.sessions, r.ID)
		}
	}
	if len(u.record.Sessions) == 0 {
		u.record.Sessions, u.record.Left = nil, s.position
		u.setSeldom(chat.SeldomRecord{Cloak: u.seldom().Cloak, Knocked: u.seldom().Knocked})
		s.ownPowers(u)
	} else if r := u.seldom(); len(r.Aways) > 0 {
		r.Aways = withoutAways(r.Aways, func(id chat.SessionID) bool { return u.session(id) == nil })
		u.setSeldom(r)
	}
	return func() {
		u.record.Sessions, u.record.Seldom, u.record.Left = before, seldom, left
		u.record.Flags, u.record.Powers = flags, powers
		for _, r := range before {
			s.sessions[r.ID] = u
		}
	}
}

// ownPowers leaves a user the powers of his account alone.
func (s *State) ownPowers(u *User) {
	u.record.Powers = chat.NoPermission
	if a := s.accounts[u.record.ID]; a != nil {
		u.record.Powers = a.record.Powers
	}
	u.record.Flags &^= chat.ServerOperator
	if u.record.Powers != chat.NoPermission {
		u.record.Flags |= chat.ServerOperator
	}
}

// outlives says whether a user stays when a node's sessions end.
func (u *User) outlives(node uint32) bool {
	return u.record.Lasting || slices.ContainsFunc(u.record.Sessions, func(r chat.SessionRecord) bool { return r.ID.Node != node })
}

func (s *State) decideSignIn(c *chat.SignIn, now chat.Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	if u.record.Account != "" && u.record.ID == c.Login.Account {
		return s.proved(&c.Login, u.Source(), now)
	}
	a, r := s.login(c.Login, now)
	switch {
	case r != nil:
		return refused(r)
	case a == nil:
		return refuse(chat.Refusal{Code: chat.WrongCredentials})
	case u.record.Account != "" && (u.record.Lasting || len(u.record.Sessions) > 1 || s.users[a.record.User] != nil):
		return refuse(chat.Refusal{Code: chat.AlreadySignedIn, Nick: u.record.Account})
	case u.record.Account != "" && s.keepsName(u, a):
		return refuse(chat.Refusal{Code: chat.AlreadySignedIn, Nick: u.record.Account})
	}
	source := u.Source()
	source.Account = a.record.Name
	if ban := s.banOn(u.record.Folded, &source, u.Address(), now, u.Cloak(), cmp.Or(a.record.Host, u.Cloak())); ban != nil {
		return refuse(chat.Refusal{Code: chat.BannedFromServer, Text: ban.Reason})
	}
	e := &chat.SignedIn{Session: *u.session(c.Session), Source: u.Source(), Powers: a.record.Powers, Step: c.Login.Step, Time: now}
	e.Session.Token, e.Session.Scope = c.Login.Token, chat.Scope{}
	to := s.users[a.record.User]
	if to == nil {
		events := append(u.hostChanged(a.record.Host, now), e)
		record := u.record
		showHost(&record, a.record.Host)
		e.Source.Host = record.Host
		e.To = e.Source
		e.To.User, e.To.Account, e.To.Operator = a.record.User, a.record.Name, e.Powers != chat.NoPermission
		if !a.record.AlwaysOn {
			return s.used(&c.Login, e.To, now, s.rankedByAccount(events, u, a, now)...)
		}
		becomes(&record, e)
		stayed := u.stayed(true, record, now)
		stayed.Source = e.To
		return s.used(&c.Login, e.To, now, s.rankedByAccount(append(events, stayed), u, a, now)...)
	}
	e.To, e.Present, e.Back, e.Rooms = to.Source(), true, len(to.record.Sessions) == 0, to.roomIDs()
	e.Left = to.record.Left
	events := append([]chat.Event{e}, to.saying(c.Session, u.saidAway(c.Session), len(to.record.Sessions)+1)...)
	for _, r := range u.rooms {
		if len(r.members) == 1 {
			events = r.emptied(events, now)
		}
	}
	return s.used(&c.Login, e.To, now, events...)
}

// keepsName says whether somebody who goes over to another account would take the name of
// the one he leaves along: its owner could not come in by it.
func (s *State) keepsName(u *User, to *Account) bool {
	name, err := names.Nick(u.record.Nick)
	return err != nil || s.checkReserved(name, to.record.User) != nil
}

func (s *State) foldSignedIn(e *chat.SignedIn) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	used := s.usedStep(e.To.User, e.Step)
	var undo Undo
	if to := s.users[e.To.User]; e.Present && to != nil {
		gone := s.foldQuit(u.record.ID)
		entered := s.enter(to, e.Session)
		undo = func() { entered(); gone() }
	} else {
		undo = s.renumber(u, e)
	}
	return func() { undo(); used() }
}

// becomes makes a guest's record that of his account's user.
func becomes(r *chat.UserRecord, e *chat.SignedIn) {
	r.ID, r.Account, r.Powers = e.To.User, e.To.Account, e.Powers
	if r.Flags &^= chat.ServerOperator; e.Powers != chat.NoPermission {
		r.Flags |= chat.ServerOperator
	}
}

// renumber makes a guest the user of his account, wherever he is.
func (s *State) renumber(u *User, e *chat.SignedIn) Undo {
	before, rooms := u.record, u.rooms
	take := func() (entries []member) {
		for _, r := range rooms {
			entries = append(entries, *r.member(u.record.ID))
			r.removeMember(u.record.ID)
		}
		s.removeUser(u)
		u.rooms = nil
		return entries
	}
	put := func(record chat.UserRecord, entries []member) {
		u.record = record
		s.addUser(u)
		for i, r := range rooms {
			r.addMember(entries[i])
		}
	}
	after := before
	becomes(&after, e)
	after.Sessions = []chat.SessionRecord{e.Session}
	put(after, take())
	return func() { put(before, take()) }
}

// stayed is the event that a user is always on from now on, or no more.
func (u *User) stayed(on bool, record chat.UserRecord, now chat.Time) *chat.Stayed {
	seldom := chat.SeldomRecord{Cloak: seldomOf(&record).Cloak}
	record.Sessions, record.Seldom, record.Lasting = nil, orNone(seldom), on
	e := &chat.Stayed{On: on, User: record, Source: u.Source(), Time: now}
	e.Source.Account = record.Account
	for _, r := range u.rooms {
		m := r.member(u.record.ID)
		e.Rooms = append(e.Rooms, chat.MembershipRecord{Room: r.record.ID, Rank: m.rank, Joined: m.joined})
	}
	return e
}

// foldStayed makes a user always on. Where the journal alone is read, or a snapshot and
// what is behind it, he is not here yet, or as he was in the snapshot; and when he stops
// being always on, he was only here for that.
func (s *State) foldStayed(e *chat.Stayed) Undo {
	u := s.users[e.User.ID]
	switch {
	case u == nil && !e.On:
		return nil
	case u == nil:
		u = s.appear(e, e.User)
		return func() { s.foldQuit(u.record.ID) }
	case !e.On && len(u.record.Sessions) == 0:
		return s.foldQuit(u.record.ID)
	case !e.On || s.isAs(u, e):
		undos := []Undo{assign(&u.record.Lasting, e.On)}
		for _, r := range u.rooms {
			undos = append(undos, r.setSpoke(u.record.ID, 0)) // the journal alone does not tell
		}
		return func() { undoAll(undos) }
	}
	record := e.User
	seldom := u.seldom()
	seldom.Cloak, seldom.Knocked = seldomOf(&record).Cloak, 0
	record.Sessions, record.Seldom = u.record.Sessions, orNone(seldom)
	gone := s.foldQuit(u.record.ID)
	s.appear(e, record)
	return func() { s.foldQuit(record.ID); gone() }
}

// appear puts the user of an event into his rooms.
func (s *State) appear(e *chat.Stayed, record chat.UserRecord) *User {
	u := &User{record: record}
	s.addUser(u)
	for _, m := range e.Rooms {
		if r := s.rooms[m.Room]; r != nil {
			r.addMember(member{user: u, rank: m.Rank, joined: m.Joined})
		}
	}
	return u
}

// isAs says whether a user is what an event tells of him, as he always is where it
// happened.
func (s *State) isAs(u *User, e *chat.Stayed) bool {
	if u.record.Host != e.User.Host || cloakOf(&u.record) != cloakOf(&e.User) {
		return false
	}
	if u.record.Nick != e.User.Nick || u.record.Realname != e.User.Realname || u.record.Flags != e.User.Flags || len(u.rooms) != len(e.Rooms) {
		return false
	}
	for i, r := range u.rooms {
		m := r.member(u.record.ID)
		if e.Rooms[i] != (chat.MembershipRecord{Room: r.record.ID, Rank: m.rank, Joined: m.joined}) {
			return false
		}
	}
	return true
}

func (s *State) decideAttend(c *chat.Attend) Decision {
	u, a := s.users[c.User], s.accounts[c.User]
	if u == nil || a == nil || !u.record.Lasting || a.record.Left == u.record.Left {
		return Decision{}
	}
	return happened(&chat.Attended{User: c.User, Left: u.record.Left})
}

func (s *State) foldAttended(e *chat.Attended) Undo {
	a := s.accounts[e.User]
	if a == nil {
		return nil
	}
	return assign(&a.record.Left, e.Left)
}

// leftAtStart is where somebody always on had been when a node starts: where it is
// written that he left, or, if he was connected, here.
func (s *State) leftAtStart(u *User) Undo {
	a := s.accounts[u.record.ID]
	if a == nil || !u.record.Lasting || len(u.record.Sessions) > 0 {
		return func() {}
	}
	left := a.record.Left
	if left == 0 {
		left = s.position
	}
	user, account := assign(&u.record.Left, left), assign(&a.record.Left, left)
	return func() { account(); user() }
}

func (s *State) decideEndSession(c *chat.EndSession, now chat.Time) Decision {
	a, _, r := s.accountOf(c.Session, c.Account, true)
	if r != nil {
		return refused(r)
	}
	u := s.users[a.record.User]
	if u == nil {
		return Decision{}
	}
	reason := trim(c.Reason, chat.ReasonBytesMax)
	if r := chat.CheckText(reason, chat.ReasonBytesMax); r != nil {
		return refused(r)
	}
	goes := func(r chat.SessionRecord) bool {
		return r.ID == c.Target || c.Target == (chat.SessionID{}) && r.ID != c.Session
	}
	return Decision{Events: s.hungUp(u, goes, reason, u.record.Nick, now)}
}

// hungUp is the end of some of a user's sessions by somebody's doing, and of the user
// with his last one unless he is always on.
func (s *State) hungUp(u *User, goes func(chat.SessionRecord) bool, reason, by string, now chat.Time) []chat.Event {
	var events []chat.Event
	left, stay := len(u.record.Sessions), len(slices.DeleteFunc(slices.Clone(u.record.Sessions), goes))
	if stay > 0 || u.record.Lasting {
		events = u.leaving(goes)
	}
	for _, session := range u.record.Sessions {
		if !goes(session) {
			continue
		}
		left--
		if left == 0 && !u.record.Lasting {
			quit := &chat.Quit{Source: u.Source(), Reason: reason, Killed: true, By: by, Time: now}
			return append(events, s.quitEvents(u, quit, now)...)
		}
		events = append(events, &chat.SessionEnded{
			Session: session.ID, Source: u.Source(), Reason: reason, Killed: true, By: by, Last: left == 0, Time: now,
		})
	}
	return events
}

// tokenOf is the app password that a session came with, or nil.
func (s *State) tokenOf(u *User, id chat.SessionID) *chat.TokenRecord {
	r := u.session(id)
	if r == nil || r.Token == "" {
		return nil
	}
	if a := s.accounts[u.record.ID]; a != nil {
		if t := a.token(r.Token); t != nil {
			return t
		}
	}
	return &chat.TokenRecord{ReadOnly: true, Rooms: []string{""}} // it was taken away: it may do nothing
}

// outOfScope says why a session with an app password may not act in a room, named by its
// folded name; the empty name is everything outside rooms.
func (s *State) outOfScope(u *User, id chat.SessionID, room string, writes bool) *chat.Refusal {
	t := s.tokenOf(u, id)
	if t == nil {
		return nil
	}
	if writes && t.ReadOnly || !t.IsFor(room) {
		return &chat.Refusal{Code: chat.OutOfScope, Room: room}
	}
	return nil
}
