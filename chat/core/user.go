package core

import (
	"iter"
	"slices"
	"strconv"

	"madang/chat"
	"madang/chat/names"
)

// User is somebody present. Gateways read it through its methods; State alone
// changes it.
type User struct {
	record chat.UserRecord
	rooms  []*Room           // by ID
	token  *chat.TokenRecord // what UserOf narrowed the user to; nil: to nothing
}

// ID is the user's number.
func (u *User) ID() chat.UserID { return u.record.ID }

// Is says whether both are the same user; nobody is nobody.
func (u *User) Is(other *User) bool {
	return u != nil && other != nil && u.record.ID == other.record.ID
}

// Nick is what the user is called.
func (u *User) Nick() string { return u.record.Nick }

// Folded is the nick as names are compared.
func (u *User) Folded() string { return u.record.Folded }

// Username is the short name that the user's program gave.
func (u *User) Username() string { return u.record.Username }

// Realname is how the user describes himself.
func (u *User) Realname() string { return u.record.Realname }

// Address is where the user's first session comes from; zero: he has none. Only
// operators and the user may be told.
func (u *User) Address() chat.Address {
	if len(u.record.Sessions) == 0 {
		return chat.Address{}
	}
	return u.record.Sessions[0].Address
}

// Gateway is the name of the gateway of the user's first session; empty: he has none.
func (u *User) Gateway() string {
	if len(u.record.Sessions) == 0 {
		return ""
	}
	return u.record.Sessions[0].Gateway
}

// Account is the name of the user's account; empty: a guest.
func (u *User) Account() string { return u.record.Account }

// Lasting says whether the user is present without sessions too.
func (u *User) Lasting() bool { return u.record.Lasting }

// Flags are the user's switches.
func (u *User) Flags() chat.UserFlags {
	clear := func(r chat.SessionRecord) bool { return !r.Secure }
	if len(u.record.Sessions) == 0 || slices.ContainsFunc(u.record.Sessions, clear) {
		return u.record.Flags
	}
	return u.record.Flags | chat.Secure
}

// Has says whether the user has all of these flags.
func (u *User) Has(f chat.UserFlags) bool {
	if f&chat.Secure != 0 {
		return u.Flags()&f == f
	}
	return u.record.Flags&f == f
}

// May says whether the user has all of these powers.
func (u *User) May(p chat.Permission) bool { return u.record.Powers&p == p }

// OperatorName is the operator block that gave the user his powers; empty: none.
func (u *User) OperatorName() string { return u.seldom().Operator }

// Since is when the user came.
func (u *User) Since() chat.Time { return u.record.Since }

// Sessions are the user's sessions, in the order they began. They are never changed
// afterwards.
func (u *User) Sessions() []chat.SessionRecord { return u.record.Sessions }

// session is the user's session of a number, or nil.
func (u *User) session(id chat.SessionID) *chat.SessionRecord {
	if i := slices.IndexFunc(u.record.Sessions, func(r chat.SessionRecord) bool { return r.ID == id }); i >= 0 {
		return &u.record.Sessions[i]
	}
	return nil
}

// Source is the user as events name him.
func (u *User) Source() chat.Source {
	r := &u.record
	return chat.Source{
		User: r.ID, Nick: r.Nick, Username: r.Username, Host: r.Host, Account: r.Account,
		Bot: r.Flags&chat.Bot != 0, Lasting: r.Lasting, Operator: r.Flags&chat.ServerOperator != 0,
	}
}

// Rooms are the rooms that the user is in, by number.
func (u *User) Rooms() iter.Seq[*Room] { return slices.Values(u.rooms) }

// RoomCount is how many rooms the user is in.
func (u *User) RoomCount() int { return len(u.rooms) }

// maskTexts are what masks are matched with: nick!username@host, folded, with the host
// that is shown and, when that is another, with the cloak.
func (u *User) maskTexts() []string {
	r := &u.record
	who := r.Folded + "!" + names.Fold(r.Username) + "@"
	if cloak := cloakOf(r); cloak != r.Host {
		return []string{who + r.Host, who + cloak}
	}
	return []string{who + r.Host}
}

func byRoomID(r *Room, id chat.ConversationID) int {
	switch {
	case r.record.ID < id:
		return -1
	case r.record.ID > id:
		return 1
	}
	return 0
}

func (s *State) decideAttach(c *chat.Attach, now chat.Time) Decision {
	if s.sessions[c.Session] != nil {
		return refuse(chat.Refusal{Code: chat.AlreadyAttached})
	}
	username, realname := trim(c.Username, chat.UsernameBytesMax), trim(c.Realname, chat.RealnameBytesMax)
	away := trim(c.Away, chat.AwayBytesMax)
	if r := chat.CheckText(username+realname+away, chat.TextBytesMax); r != nil {
		return refused(r)
	}
	a, r := s.login(c.Login, now)
	switch {
	case r != nil:
		return refused(r)
	case a != nil && s.users[a.record.User] != nil:
		return s.addSession(c, a, away, now)
	case a == nil && s.limits.RequireAccount:
		return refuse(chat.Refusal{Code: chat.NeedAccount})
	}
	id := chat.UserID(s.run)<<32 | chat.UserID(s.nextUser+1)
	if a != nil {
		id = a.record.User
	}
	name, r := s.freeNick(c, id, a)
	if r != nil {
		return refused(r)
	}
	e := &chat.Attached{
		Session: sessionRecord(c, now),
		Source: chat.Source{
			User: id, Nick: name.Shown, Username: username, Host: c.Host, Bot: c.Flags&chat.Bot != 0,
		},
		Folded: name.Folded, Skeleton: name.Skeleton, Realname: realname,
		Flags: c.Flags &^ (chat.ServerOperator | chat.Secure), Step: c.Login.Step, Time: now,
	}
	if a != nil {
		e.Source.Account = a.record.Name
		if e.Powers = a.record.Powers; e.Powers != chat.NoPermission {
			e.Flags |= chat.ServerOperator
			e.Source.Operator = true
		}
		if a.record.Host != "" {
			e.Source.Host, e.Cloak = a.record.Host, c.Host
		}
	}
	if ban := s.banOn(e.Folded, &e.Source, c.Address, now, c.Host); ban != nil {
		return refuse(chat.Refusal{Code: chat.BannedFromServer, Text: ban.Reason})
	}
	events := []chat.Event{e}
	if a != nil && a.record.AlwaysOn {
		record := userRecord(e)
		record.Lasting = true
		events = append(events, &chat.Stayed{On: true, User: record, Source: e.Source, Time: now})
	}
	if away != "" {
		gone := &chat.AwayChanged{Source: e.Source, Session: c.Session, Said: away, Text: awayOf([]chat.AwayRecord{{Session: c.Session, Text: away}}, 1)}
		events = append(events, gone)
	}
	return s.used(&c.Login, e.Source, now, events...)
}

// sessionRecord is the session that an Attach begins.
func sessionRecord(c *chat.Attach, now chat.Time) chat.SessionRecord {
	r := chat.SessionRecord{
		ID: c.Session, Gateway: c.Gateway, Address: c.Address, Secure: c.Flags&chat.Secure != 0,
		Token: c.Login.Token, Since: now,
	}
	if c.Login.Account == 0 {
		r.Scope = c.Scope
	}
	return r
}

// userRecord is the user that came, without his session.
func userRecord(e *chat.Attached) chat.UserRecord {
	src := &e.Source
	seldom := chat.SeldomRecord{Cloak: e.Cloak}
	return chat.UserRecord{
		ID: src.User, Account: src.Account, Nick: src.Nick, Folded: e.Folded, Skeleton: e.Skeleton,
		Username: src.Username, Realname: e.Realname, Host: src.Host, Flags: e.Flags, Powers: e.Powers, Since: e.Time,
		Seldom: orNone(seldom),
	}
}

// guestTriesMax bounds the search for a name like the one wanted; behind it the first
// free number at or above the user's own is part of the name.
const guestTriesMax = 20

// freeNick is the name wanted, or for guests one like it that is free, or for accounts
// their own.
func (s *State) freeNick(c *chat.Attach, id chat.UserID, a *Account) (names.Name, *chat.Refusal) {
	wanted := c.Nick
	name, r := s.checkNick(wanted, id)
	if r == nil {
		return name, nil
	}
	if a != nil {
		if own, r := s.checkNick(a.record.Name, id); r == nil {
			return own, nil
		}
	}
	if !c.Guest {
		return name, r
	}
	if r.Code == chat.NickInvalid {
		wanted = "guest"
	}
	wanted = trim(wanted, names.NickBytesMax-12)
	for i := 2; i < guestTriesMax; i++ {
		if name, r = s.checkNick(wanted+"-"+strconv.Itoa(i), id); r == nil {
			return name, nil
		}
	}
	for n := uint64(s.nextUser) + 1; ; n++ {
		if name, r = s.checkNick("guest-"+strconv.FormatUint(n, 10), id); r == nil {
			return name, nil
		}
	}
}

// checkNick says whether a user may take a name.
func (s *State) checkNick(nick string, id chat.UserID) (names.Name, *chat.Refusal) {
	name, err := names.Nick(nick)
	if err != nil {
		return name, &chat.Refusal{Code: chat.NickInvalid, Nick: nick, Text: err.Error()}
	}
	if u := s.byNick[name.Folded]; u != nil && u.record.ID != id {
		return name, &chat.Refusal{Code: chat.NickTaken, Nick: nick}
	}
	if u := s.looksLikeUser(name); u != nil && u.record.ID != id {
		return name, &chat.Refusal{Code: chat.NickConfusing, Nick: nick}
	}
	return name, s.checkReserved(name, id)
}

// looksLikeUser is a user whose nick has the same skeleton.
func (s *State) looksLikeUser(name names.Name) *User {
	if u := s.byLook[name.Skeleton]; u != nil {
		return u
	}
	if u := s.byNick[name.Skeleton]; u != nil && u.record.Skeleton == name.Skeleton {
		return u
	}
	return nil
}

func (s *State) foldAttached(e *chat.Attached) Undo {
	u := &User{record: userRecord(e)}
	u.record.Sessions = []chat.SessionRecord{e.Session}
	next := s.nextUser
	s.KeepNumber(e.Source.User)
	s.addUser(u)
	used := s.usedStep(e.Source.User, e.Step)
	return func() {
		used()
		s.removeUser(u)
		s.nextUser = next
	}
}

// KeepNumber keeps a user's number from being given again.
func (s *State) KeepNumber(id chat.UserID) {
	if uint32(id>>32) == s.run {
		s.nextUser = max(s.nextUser, uint32(id))
	}
}

// addUser puts a user, with the rooms it is in, into every index.
func (s *State) addUser(u *User) {
	s.users[u.record.ID] = u
	s.userList = nil
	for i := range u.record.Sessions {
		s.sessions[u.record.Sessions[i].ID] = u
	}
	s.addNick(u)
}

func (s *State) removeUser(u *User) {
	delete(s.users, u.record.ID)
	s.userList = nil
	for i := range u.record.Sessions {
		delete(s.sessions, u.record.Sessions[i].ID)
	}
	s.removeNick(u)
}

func (s *State) addNick(u *User) {
	s.byNick[u.record.Folded] = u
	if u.record.Skeleton != u.record.Folded {
		s.byLook[u.record.Skeleton] = u
	}
}

// removeNick leaves alone what has become another's: behind a snapshot, users of then
// may still bear names that others have taken since.
func (s *State) removeNick(u *User) {
	if s.byNick[u.record.Folded] == u {
		delete(s.byNick, u.record.Folded)
	}
	if u.record.Skeleton != u.record.Folded && s.byLook[u.record.Skeleton] == u {
		delete(s.byLook, u.record.Skeleton)
	}
}

func (s *State) decideDetach(c *chat.Detach, now chat.Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	reason := trim(names.Text(c.Reason), chat.ReasonBytesMax)
	if u.record.Lasting || len(u.record.Sessions) > 1 {
		goes := func(r chat.SessionRecord) bool { return r.ID == c.Session }
		return Decision{Events: append(u.leaving(goes), &chat.SessionEnded{
			Session: c.Session, Source: u.Source(), Reason: reason, Last: len(u.record.Sessions) == 1, Time: now,
		})}
	}
	return Decision{Events: s.quitEvents(u, &chat.Quit{Source: u.Source(), Reason: reason, Time: now}, now)}
}

// killed is the end of all of a user's sessions by somebody's doing, and of the user
// unless he is always on.
func (s *State) killed(u *User, reason, by string, now chat.Time) []chat.Event {
	if !u.record.Lasting {
		return s.quitEvents(u, &chat.Quit{Source: u.Source(), Reason: reason, Killed: true, By: by, Time: now}, now)
	}
	return s.hungUp(u, func(chat.SessionRecord) bool { return true }, reason, by, now)
}

// quitEvents are a user's end and that of the rooms which it leaves empty. Who has no
// session leaves his rooms one by one: he is nobody's neighbour for those who deliver.
func (s *State) quitEvents(u *User, quit *chat.Quit, now chat.Time) []chat.Event {
	var events []chat.Event
	for _, r := range u.rooms {
		if len(u.record.Sessions) == 0 {
			events = append(events, &chat.Parted{
				Source: u.Source(), Room: r.record.ID, RoomName: r.record.Name, Reason: quit.Reason, Time: now,
				Only: r.Onlookers(u, r.member(u.record.ID).rank),
			})
		}
	}
	events = append(events, quit)
	for _, r := range u.rooms {
		if len(r.members) == 1 {
			events = r.emptied(events, now)
		}
	}
	return events
}

// quitAll is the end of several users at once.
func (s *State) quitAll(users []*User, quit func(*User) *chat.Quit, now chat.Time) []chat.Event {
	var events []chat.Event
	left := map[*Room]int{}
	for _, u := range users {
		events = append(events, quit(u))
		for _, r := range u.rooms {
			left[r]++
			if left[r] == len(r.members) {
				events = r.emptied(events, now)
			}
		}
	}
	return events
}

// foldQuit removes a user from everywhere.
func (s *State) foldQuit(id chat.UserID) Undo {
	u := s.users[id]
	if u == nil {
		return nil
	}
	rooms := u.rooms
	undos := make([]Undo, 0, len(rooms))
	for _, r := range rooms {
		undos = append(undos, r.removeMember(id))
	}
	s.removeUser(u)
	u.rooms = nil
	return func() {
		u.rooms = rooms
		s.addUser(u)
		for _, undo := range slices.Backward(undos) {
			undo()
		}
	}
}

// assign sets a field and gives what sets it back.
func assign[T any](field *T, value T) Undo {
	before := *field
	*field = value
	return func() { *field = before }
}

// trim cuts a text to at most n bytes, at a character's edge.
func trim(text string, n int) string { return names.Cut(text, n) }
