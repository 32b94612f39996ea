package chat

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"madang/chat/names"
)

// User is somebody present. Gateways read it through its methods; State alone
// changes it.
type User struct {
	record UserRecord
	rooms  []*Room // by ID
}

// ID is the user's number.
func (u *User) ID() UserID { return u.record.ID }

// Nick is what the user is called.
func (u *User) Nick() string { return u.record.Nick }

// Folded is the nick as names are compared.
func (u *User) Folded() string { return u.record.Folded }

// Username is the short name that the user's program gave.
func (u *User) Username() string { return u.record.Username }

// Realname is how the user describes himself.
func (u *User) Realname() string { return u.record.Realname }

// Host is the user's cloak.
func (u *User) Host() string { return u.record.Host }

// Address is where the user comes from. Only operators and the user may be told.
func (u *User) Address() Address { return u.record.Address }

// Gateway is the name of the gateway through which the user came.
func (u *User) Gateway() string { return u.record.Gateway }

// Flags are the user's switches.
func (u *User) Flags() UserFlags { return u.record.Flags }

// Has says whether the user has all of these flags.
func (u *User) Has(f UserFlags) bool { return u.record.Flags&f == f }

// OperatorName is the operator block that gave the user his powers; empty: none.
func (u *User) OperatorName() string { return u.record.Operator }

// Away is why the user does not answer; empty: he is here.
func (u *User) Away() string { return u.record.Away }

// Since is when the user came.
func (u *User) Since() Time { return u.record.Since }

// Session is the user's session.
func (u *User) Session() SessionID { return u.record.Session }

// Source is the user as events name him.
func (u *User) Source() Source {
	r := &u.record
	return Source{User: r.ID, Nick: r.Nick, Username: r.Username, Host: r.Host, Bot: r.Flags&Bot != 0}
}

// Rooms are the rooms that the user is in, by number.
func (u *User) Rooms() iter.Seq[*Room] { return slices.Values(u.rooms) }

// RoomCount is how many rooms the user is in.
func (u *User) RoomCount() int { return len(u.rooms) }

// maskText is what masks are matched with: nick!username@host, folded.
func (u *User) maskText() string {
	r := &u.record
	return r.Folded + "!" + names.Fold(r.Username) + "@" + r.Host
}

func byRoomID(r *Room, id ConversationID) int {
	switch {
	case r.record.ID < id:
		return -1
	case r.record.ID > id:
		return 1
	}
	return 0
}

func (s *State) decideAttach(c *Attach, now Time) Decision {
	if s.sessions[c.Session] != nil {
		return refuse(Refusal{Code: AlreadyAttached})
	}
	username, realname := trim(c.Username, UsernameBytesMax), trim(c.Realname, RealnameBytesMax)
	if r := checkText(username+realname, TextBytesMax); r != nil {
		return refused(r)
	}
	name, r := s.freeNick(c.Nick, c.Guest)
	if r != nil {
		return refused(r)
	}
	e := &Attached{
		Session: c.Session,
		Source: Source{
			User:     UserID(s.run)<<32 | UserID(s.nextUser+1),
			Nick:     name.Shown,
			Username: username,
			Host:     c.Host,
			Bot:      c.Flags&Bot != 0,
		},
		Folded:   name.Folded,
		Skeleton: name.Skeleton,
		Realname: realname,
		Address:  c.Address,
		Gateway:  c.Gateway,
		Flags:    c.Flags &^ ServerOperator,
		Scope:    c.Scope,
		Time:     now,
	}
	if ban := s.banOn(e.Folded, &e.Source, e.Address, now); ban != nil {
		return refuse(Refusal{Code: BannedFromServer, Text: ban.Reason})
	}
	return happened(e)
}

// guestTriesMax bounds the search for a name like the one wanted; behind it the first
// free number at or above the user's own is part of the name.
const guestTriesMax = 20

// freeNick is the name wanted, or for guests one like it that is free.
func (s *State) freeNick(wanted string, guest bool) (names.Name, *Refusal) {
	name, r := s.checkNick(wanted, nil)
	if r == nil || !guest {
		return name, r
	}
	if r.Code == NickInvalid {
		wanted = "guest"
	}
	wanted = trim(wanted, names.NickBytesMax-12)
	for i := 2; i < guestTriesMax; i++ {
		if name, r = s.checkNick(wanted+"-"+strconv.Itoa(i), nil); r == nil {
			return name, nil
		}
	}
	for n := uint64(s.nextUser) + 1; ; n++ {
		if name, r = s.checkNick("guest-"+strconv.FormatUint(n, 10), nil); r == nil {
			return name, nil
		}
	}
}

// checkNick says whether a name may be taken; mine is its present owner, if any.
func (s *State) checkNick(nick string, mine *User) (names.Name, *Refusal) {
	name, err := names.Nick(nick)
	if err != nil {
		return name, &Refusal{Code: NickInvalid, Nick: nick, Text: err.Error()}
	}
	if u := s.byNick[name.Folded]; u != nil && u != mine {
		return name, &Refusal{Code: NickTaken, Nick: nick}
	}
	if u := s.looksLikeUser(name); u != nil && u != mine {
		return name, &Refusal{Code: NickConfusing, Nick: nick}
	}
	return name, nil
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

func (s *State) foldAttached(e *Attached) Undo {
	src := &e.Source
	u := &User{record: UserRecord{
		ID: src.User, Session: e.Session, Nick: src.Nick, Folded: e.Folded, Skeleton: e.Skeleton,
		Username: src.Username, Realname: e.Realname, Host: src.Host, Address: e.Address,
		Gateway: e.Gateway, Flags: e.Flags, Since: e.Time, Scope: e.Scope,
	}}
	next := s.nextUser
	if uint32(src.User>>32) == s.run {
		s.nextUser = max(next, uint32(src.User))
	}
	s.addUser(u)
	return func() {
		s.removeUser(u)
		s.nextUser = next
	}
}

// addUser puts a user, with the rooms it is in, into every index.
func (s *State) addUser(u *User) {
	s.users[u.record.ID] = u
	s.sessions[u.record.Session] = u
	s.addNick(u)
}

func (s *State) removeUser(u *User) {
	delete(s.users, u.record.ID)
	delete(s.sessions, u.record.Session)
	s.removeNick(u)
}

func (s *State) addNick(u *User) {
	s.byNick[u.record.Folded] = u
	if u.record.Skeleton != u.record.Folded {
		s.byLook[u.record.Skeleton] = u
	}
}

func (s *State) removeNick(u *User) {
	delete(s.byNick, u.record.Folded)
	if u.record.Skeleton != u.record.Folded {
		delete(s.byLook, u.record.Skeleton)
	}
}

func (s *State) decideDetach(c *Detach, now Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	quit := &Quit{Source: u.Source(), Reason: trim(names.Text(c.Reason), ReasonBytesMax), Time: now}
	return Decision{Events: s.quitEvents(u, quit, now)}
}

// quitEvents are a user's end and that of the rooms which it leaves empty.
func (s *State) quitEvents(u *User, quit *Quit, now Time) []Event {
	events := []Event{quit}
	for _, r := range u.rooms {
		if len(r.members) == 1 {
			events = r.emptied(events, now)
		}
	}
	return events
}

// quitAll is the end of several users at once.
func (s *State) quitAll(users []*User, quit func(*User) *Quit, now Time) []Event {
	var events []Event
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
func (s *State) foldQuit(id UserID) Undo {
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

func (s *State) decideChangeNick(c *ChangeNick, now Time) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	name, r := s.checkNick(c.Nick, u)
	if r != nil {
		return refused(r)
	}
	if name.Shown == u.record.Nick {
		return Decision{}
	}
	source := u.Source()
	if ban := s.banOn(name.Folded, &source, u.record.Address, now); ban != nil {
		return refuse(Refusal{Code: BannedFromServer, Text: ban.Reason})
	}
	return happened(&NickChanged{Source: u.Source(), Nick: name.Shown, Folded: name.Folded, Skeleton: name.Skeleton, Time: now})
}

func (s *State) foldNickChanged(e *NickChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	nick, folded, skeleton := u.record.Nick, u.record.Folded, u.record.Skeleton
	s.rename(u, e.Nick, e.Folded, e.Skeleton)
	return func() { s.rename(u, nick, folded, skeleton) }
}

func (s *State) rename(u *User, nick, folded, skeleton string) {
	s.removeNick(u)
	u.record.Nick, u.record.Folded, u.record.Skeleton = nick, folded, skeleton
	s.addNick(u)
}

func (s *State) decideChangeRealname(c *ChangeRealname) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	if r := checkText(c.Realname, RealnameBytesMax); r != nil {
		return refused(r)
	}
	if c.Realname == "" {
		return refuse(Refusal{Code: TextEmpty})
	}
	return happened(&RealnameChanged{Source: u.Source(), Realname: c.Realname})
}

func (s *State) foldRealnameChanged(e *RealnameChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	return assign(&u.record.Realname, e.Realname)
}

func (s *State) decideSetAway(c *SetAway) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	text := trim(c.Text, AwayBytesMax)
	if r := checkText(text, AwayBytesMax); r != nil {
		return refused(r)
	}
	if text == u.record.Away {
		return Decision{}
	}
	return happened(&AwayChanged{Source: u.Source(), Text: text})
}

func (s *State) foldAwayChanged(e *AwayChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	return assign(&u.record.Away, e.Text)
}

func (s *State) decideChangeFlags(c *ChangeFlags) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	const own = Invisible | Bot | Wallops
	flags := u.record.Flags | c.Set&own
	flags &^= c.Clear & (own | ServerOperator)
	if flags == u.record.Flags {
		return Decision{}
	}
	return happened(&FlagsChanged{Source: u.Source(), Before: u.record.Flags, Flags: flags})
}

func (s *State) decideGrantOperator(c *GrantOperator) Decision {
	u, r := s.actor(c.Session)
	if r != nil {
		return refused(r)
	}
	e := &FlagsChanged{Source: u.Source(), Before: u.record.Flags, Flags: u.record.Flags | ServerOperator, Operator: c.Name}
	return happened(e)
}

func (s *State) foldFlagsChanged(e *FlagsChanged) Undo {
	u := s.users[e.Source.User]
	if u == nil {
		return nil
	}
	flags, operator := u.record.Flags, u.record.Operator
	u.record.Flags = e.Flags
	if e.Flags&ServerOperator == 0 {
		u.record.Operator = ""
	} else if e.Operator != "" {
		u.record.Operator = e.Operator
	}
	return func() { u.record.Flags, u.record.Operator = flags, operator }
}

func (s *State) decideKill(c *Kill, now Time) Decision {
	by, r := s.operator(c.Session)
	if r != nil {
		return refused(r)
	}
	u := s.UserByNick(c.Nick)
	if u == nil {
		return refuse(Refusal{Code: NoSuchNick, Nick: c.Nick})
	}
	reason := trim(c.Reason, ReasonBytesMax)
	if r := checkText(reason, ReasonBytesMax); r != nil {
		return refused(r)
	}
	quit := &Quit{Source: u.Source(), Reason: reason, Killed: true, By: by.Nick, Time: now}
	return Decision{Events: s.quitEvents(u, quit, now)}
}

func (s *State) decideBroadcast(c *Broadcast, now Time) Decision {
	by, r := s.operator(c.Session)
	if r != nil {
		return refused(r)
	}
	if c.Text == "" {
		return refuse(Refusal{Code: TextEmpty})
	}
	if r := checkText(c.Text, TextBytesMax); r != nil {
		return refused(r)
	}
	e := &Broadcasted{Source: by, Text: c.Text, Wallops: c.Wallops, Time: now}
	if c.Wallops {
		for u := range s.Users() {
			if u.Has(Wallops) {
				e.Only = append(e.Only, u.record.ID)
			}
		}
	}
	return happened(e)
}

// assign sets a field and gives what sets it back.
func assign[T any](field *T, value T) Undo {
	before := *field
	*field = value
	return func() { *field = before }
}

// trim cuts a text to at most n bytes, at a character's edge.
func trim(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return strings.Clone(text[:n])
}
