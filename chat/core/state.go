// Package core is the State of Madang, which decides: who is here, which rooms there are,
// what they allow. It promises that Decide and Apply are pure: the same state and the same
// command give the same events on every machine, and every event can be undone. It refuses
// to know clocks, random numbers, sockets, files and protocols: time and identifiers come
// in as values.
package core

import "madang/chat"

const (
	acceptedIDsMax  = 256              // ids remembered per scope, which several devices may share
	acceptedFor     = 10 * chat.Minute // how long
	reservedFor     = chat.Day         // the name of a restricted room that emptied
	directsKeptFor  = chat.Day         // direct messages of guests
	directTickEvery = chat.Hour        // how often they are erased
)

// State is who is here, which rooms there are and what they allow. It has one owner,
// the engine's loop; it starts no goroutine and takes no lock.
type State struct {
	limits chat.Limits

	position         chat.Position
	after            uint32
	lastTime         chat.Time
	nextConversation chat.ConversationID
	run              uint32
	nextUser         uint32
	directFrom       chat.Time

	users      map[chat.UserID]*User
	sessions   map[chat.SessionID]*User
	byNick     map[string]*User // by folded nick
	byLook     map[string]*User // by skeleton, only where it differs from the folded nick
	rooms      map[chat.ConversationID]*Room
	byName     map[string]*Room // by folded name
	byRoomLook map[string]*Room // by skeleton, only where it differs
	// userList and roomList are all by number; nil until asked for, and whenever one came
	// or went. They are never changed otherwise.
	userList []*User
	roomList []*Room
	directs  directs
	bans     []chat.ServerBan
	accepted map[chat.Scope][]chat.AcceptedID

	accounts   map[chat.UserID]*Account
	byAccount  map[string]*Account // by folded name
	byLikeness map[string]*Account
	// byCertificate finds the account that a certificate signs in to.
	byCertificate map[string]*Account
	invitations   []chat.InvitationRecord
}

// Undo takes one event back. Undos are called in the reverse order of their Apply.
type Undo func()

// Decision is what Decide made of a command: events, or a refusal, or the message
// that the same id led to before; none of them when there was nothing to do.
type Decision struct {
	Events    []chat.Event
	Refusal   *chat.Refusal
	Duplicate *chat.Duplicate
	Partly    []chat.Refusal // the changes of a ChangeRoom that could not be made; the others are in Events
}

// New makes a state in which nothing has happened.
func New(limits chat.Limits) *State {
	return &State{
		limits:     limits,
		users:      map[chat.UserID]*User{},
		sessions:   map[chat.SessionID]*User{},
		byNick:     map[string]*User{},
		byLook:     map[string]*User{},
		rooms:      map[chat.ConversationID]*Room{},
		byName:     map[string]*Room{},
		byRoomLook: map[string]*Room{},
		directs:    newDirects(),
		accepted:   map[chat.Scope][]chat.AcceptedID{},
		accounts:   map[chat.UserID]*Account{},
		byAccount:  map[string]*Account{},
		byLikeness: map[string]*Account{}, byCertificate: map[string]*Account{},
	}
}

// SetLimits changes what Decide allows from now on.
func (s *State) SetLimits(l chat.Limits) { s.limits = l }

// Limits gives the limits in force.
func (s *State) Limits() chat.Limits { return s.limits }

// Position is that of the last durable event applied.
func (s *State) Position() chat.Position { return s.position }

// LastTime is the time of the latest event; nothing later is dated before it.
func (s *State) LastTime() chat.Time { return s.lastTime }

// Decide says what a command leads to now, and changes nothing.
func (s *State) Decide(c chat.Command, now chat.Time) Decision {
	now = max(now, s.lastTime)
	d := s.decide(c, now)
	s.Veil(d.Events)
	if note := s.note(c, &d, now); note != nil {
		d.Events = append(d.Events, note)
	}
	return d
}

func (s *State) decide(c chat.Command, now chat.Time) Decision {
	switch c := c.(type) {
	case *chat.Say:
		return s.decideSay(c, now)
	case *chat.Join:
		return s.decideJoin(c, now)
	case *chat.Part:
		return s.decidePart(c, now)
	case *chat.Attach:
		return s.decideAttach(c, now)
	case *chat.Detach:
		return s.decideDetach(c, now)
	case *chat.ChangeNick:
		return s.decideChangeNick(c, now)
	case *chat.ChangeRealname:
		return s.decideChangeRealname(c)
	case *chat.SetAway:
		return s.decideSetAway(c)
	case *chat.ChangeFlags:
		return s.decideChangeFlags(c)
	case *chat.GrantOperator:
		return s.decideGrantOperator(c)
	case *chat.SetTopic:
		return s.decideSetTopic(c, now)
	case *chat.ChangeRoom:
		return s.decideChangeRoom(c, now)
	case *chat.Kick:
		return s.decideKick(c, now)
	case *chat.Invite:
		return s.decideInvite(c, now)
	case *chat.Kill:
		return s.decideKill(c, now)
	case *chat.Broadcast:
		return s.decideBroadcast(c, now)
	case *chat.AddBan:
		return s.decideAddBan(c, now)
	case *chat.RemoveBan:
		return s.decideRemoveBan(c)
	case *chat.OpenRoom:
		return s.decideOpenRoom(c, now)
	case *chat.SetRetention:
		return s.decideSetRetention(c)
	case *chat.Register:
		return s.decideRegister(c, now)
	case *chat.Confirm:
		return s.decideConfirm(c, now)
	case *chat.SignIn:
		return s.decideSignIn(c, now)
	case *chat.ChangeAccount:
		return s.decideChangeAccount(c, now)
	case *chat.DeleteAccount:
		return s.decideDeleteAccount(c, now)
	case *chat.EndSession:
		return s.decideEndSession(c, now)
	case *chat.MakeInvitation:
		return s.decideMakeInvitation(c, now)
	case *chat.ClaimServer:
		return s.decideClaimServer(c, now)
	case *chat.SetMark:
		return s.decideSetMark(c)
	case *chat.Redact:
		return s.decideRedact(c, now)
	case *chat.Edit:
		return s.decideEdit(c, now)
	case *chat.SetMetadata:
		return s.decideSetMetadata(c)
	case *chat.RenameRoom:
		return s.decideRenameRoom(c, now)
	case *chat.Trust:
		return s.decideTrust(c)
	case *chat.Attend:
		return s.decideAttend(c)
	case *chat.StartNode:
		return s.decideStartNode(c, now)
	case *chat.Knock:
		return s.decideKnock(c, now)
	case *chat.Tick:
		return s.decideTick(now)
	}
	panic("core: a command that Decide does not know")
}

// Apply folds an event into the state, gives it its place, and returns what takes it
// back.
func (s *State) Apply(e chat.Event) (chat.Placed, Undo) {
	position, after, lastTime := s.position, s.after, s.lastTime
	if e.Class() == chat.Durable {
		s.position++
		s.after = 0
	} else {
		s.after++
	}
	s.lastTime = max(s.lastTime, chat.TimeOf(e))
	undo := s.fold(e)
	return chat.Placed{Position: s.position, After: s.after, Event: e}, func() {
		if undo != nil {
			undo()
		}
		s.position, s.after, s.lastTime = position, after, lastTime
	}
}

// fold changes what an event changes, its place apart. A nil Undo: nothing.
func (s *State) fold(e chat.Event) Undo {
	switch e := e.(type) {
	case *chat.Said:
		return s.foldSaid(e)
	case *chat.Attached:
		return s.foldAttached(e)
	case *chat.Quit:
		return s.foldQuit(e.Source.User)
	case *chat.NickChanged:
		return s.foldNickChanged(e)
	case *chat.RealnameChanged:
		return s.foldRealnameChanged(e)
	case *chat.AwayChanged:
		return s.foldAwayChanged(e)
	case *chat.HostChanged:
		return s.foldHostChanged(e)
	case *chat.FlagsChanged:
		return s.foldFlagsChanged(e)
	case *chat.Joined:
		return s.foldJoined(e)
	case *chat.Parted:
		return s.foldLeft(e.Room, e.Source.User)
	case *chat.Kicked:
		return s.foldLeft(e.Room, e.User)
	case *chat.Invited:
		return s.foldInvited(e)
	case *chat.TopicSet:
		return s.foldTopicSet(e)
	case *chat.RoomChanged:
		return s.foldRoomChanged(e)
	case *chat.RoomOpened:
		return s.foldRoomOpened(e)
	case *chat.RoomClosed:
		return s.foldRoomClosed(e)
	case *chat.RoomVanished:
		return s.foldRoomVanished(e)
	case *chat.RetentionSet:
		return s.foldRetentionSet(e)
	case *chat.BanAdded:
		return s.foldBanAdded(e)
	case *chat.BanRemoved:
		return s.foldBanRemoved(e)
	case *chat.NodeStarted:
		return s.foldNodeStarted(e)
	case *chat.DirectErased:
		return s.foldDirectErased(e)
	case *chat.SessionAdded:
		return s.foldSessionAdded(e)
	case *chat.SessionEnded:
		return s.foldSessionEnded(e)
	case *chat.AccountMade:
		return s.foldAccountMade(e)
	case *chat.AccountChanged:
		return s.foldAccountChanged(e)
	case *chat.AccountDeleted:
		return s.foldAccountDeleted(e)
	case *chat.SignedIn:
		return s.foldSignedIn(e)
	case *chat.Stayed:
		return s.foldStayed(e)
	case *chat.Attended:
		return s.foldAttended(e)
	case *chat.InvitationMade:
		return s.foldInvitationMade(e)
	case *chat.MarkSet:
		return s.foldMarkSet(e)
	case *chat.Knocked:
		return s.foldKnocked(e)
	case *chat.MetadataSet:
		return s.foldMetadataSet(e)
	case *chat.RoomRenamed:
		return s.foldRoomRenamed(e)
	case *chat.Trusted:
		return s.foldTrusted(e)
	case *chat.Relayed:
		return s.foldRelayed(e)
	case *chat.Broadcasted, *chat.Audited, *chat.Redacted, *chat.Edited, *chat.Reacted:
		return nil
	}
	panic("core: an event that Apply does not know")
}

func happened(events ...chat.Event) Decision { return Decision{Events: events} }

func refuse(r chat.Refusal) Decision { return Decision{Refusal: &r} }

// refused is a helper for checks that answer with a pointer.
func refused(r *chat.Refusal) Decision { return Decision{Refusal: r} }

// actor is the user of a session, or why there is none.
func (s *State) actor(id chat.SessionID) (*User, *chat.Refusal) {
	if u := s.sessions[id]; u != nil {
		return u, nil
	}
	return nil, &chat.Refusal{Code: chat.NoSuchSession}
}

// operator is the source of a command that needs an operator's powers: the console,
// or a user who has them.
func (s *State) operator(id chat.SessionID, powers chat.Permission) (chat.Source, *chat.Refusal) {
	if id == chat.Console {
		return chat.Source{Nick: chat.ConsoleNick}, nil
	}
	u, r := s.actor(id)
	if r != nil {
		return chat.Source{}, r
	}
	if !u.May(powers) || s.tokenOf(u, id) != nil {
		return chat.Source{}, &chat.Refusal{Code: chat.NeedOperator, Powers: powers}
	}
	return u.Source(), nil
}

// May says whether a session has an operator's powers. One that came with an app password
// has none, whatever its account has.
func (s *State) May(id chat.SessionID, powers chat.Permission) bool {
	_, r := s.operator(id, powers)
	return r == nil
}
