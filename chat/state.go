package chat

import (
	"strings"
	"unicode/utf8"
)

// Limits bound what one user can make State hold. They bind Decide alone: what has
// happened stays so when they change.
type Limits struct {
	RoomsPerUser int // rooms a user may be in at once
	Rooms        int // rooms there may be
	ListEntries  int // entries in each of a room's lists
	// RetentionDays is what a new room's retention is set to; 0: for ever.
	RetentionDays int
	// Registration says who may make accounts.
	Registration Registration
	// RequireAccount keeps guests out.
	RequireAccount bool
	// AlwaysOn is what new accounts begin with.
	AlwaysOn bool
	// Reserved are names that nobody may take, nor any that looks like one: the
	// server's, the network's, those of its staff.
	Reserved []string
	// ReservedHosts are hosts that no account is given, in lower case: the server's name,
	// and, beginning with a dot, endings of all cloaks.
	ReservedHosts []string
}

// Registration is who may make accounts.
type Registration uint8

// The policies.
const (
	OpenToAll    Registration = iota // anybody
	ByInvitation                     // whoever has an invitation
	ByOperators                      // operators only
)

// DefaultLimits are the limits of a server without settings.
func DefaultLimits() Limits {
	return Limits{RoomsPerUser: 100, Rooms: 50_000, ListEntries: 100}
}

const (
	acceptedIDsMax  = 256         // ids remembered per scope, which several devices may share
	acceptedFor     = 10 * Minute // how long
	reservedFor     = Day         // the name of a restricted room that emptied
	directsKeptFor  = Day         // direct messages of guests
	directTickEvery = Hour        // how often they are erased
)

// State is who is here, which rooms there are and what they allow. It has one owner,
// the engine's loop; it starts no goroutine and takes no lock.
type State struct {
	limits Limits

	position         Position
	after            uint32
	lastTime         Time
	nextConversation ConversationID
	run              uint32
	nextUser         uint32
	directFrom       Time

	users      map[UserID]*User
	sessions   map[SessionID]*User
	byNick     map[string]*User // by folded nick
	byLook     map[string]*User // by skeleton, only where it differs from the folded nick
	rooms      map[ConversationID]*Room
	byName     map[string]*Room // by folded name
	byRoomLook map[string]*Room // by skeleton, only where it differs
	// userList and roomList are all by number; nil until asked for, and whenever one came
	// or went. They are never changed otherwise.
	userList []*User
	roomList []*Room
	directs  directs
	bans     []ServerBan
	accepted map[Scope][]AcceptedID

	accounts   map[UserID]*Account
	byAccount  map[string]*Account // by folded name
	byLikeness map[string]*Account
	// byCertificate finds the account that a certificate signs in to.
	byCertificate map[string]*Account
	invitations   []InvitationRecord
}

// Undo takes one event back. Undos are called in the reverse order of their Apply.
type Undo func()

// Decision is what Decide made of a command: events, or a refusal, or the message
// that the same id led to before; none of them when there was nothing to do.
type Decision struct {
	Events    []Event
	Refusal   *Refusal
	Duplicate *Duplicate
	Partly    []Refusal // the changes of a ChangeRoom that could not be made; the others are in Events
}

// New makes a state in which nothing has happened.
func New(limits Limits) *State {
	return &State{
		limits:     limits,
		users:      map[UserID]*User{},
		sessions:   map[SessionID]*User{},
		byNick:     map[string]*User{},
		byLook:     map[string]*User{},
		rooms:      map[ConversationID]*Room{},
		byName:     map[string]*Room{},
		byRoomLook: map[string]*Room{},
		directs:    newDirects(),
		accepted:   map[Scope][]AcceptedID{},
		accounts:   map[UserID]*Account{},
		byAccount:  map[string]*Account{},
		byLikeness: map[string]*Account{}, byCertificate: map[string]*Account{},
	}
}

// SetLimits changes what Decide allows from now on.
func (s *State) SetLimits(l Limits) { s.limits = l }

// Limits gives the limits in force.
func (s *State) Limits() Limits { return s.limits }

// Position is that of the last durable event applied.
func (s *State) Position() Position { return s.position }

// LastTime is the time of the latest event; nothing later is dated before it.
func (s *State) LastTime() Time { return s.lastTime }

// Decide says what a command leads to now, and changes nothing.
func (s *State) Decide(c Command, now Time) Decision {
	now = max(now, s.lastTime)
	d := s.decide(c, now)
	s.veil(d.Events)
	if note := s.note(c, &d, now); note != nil {
		d.Events = append(d.Events, note)
	}
	return d
}

func (s *State) decide(c Command, now Time) Decision {
	switch c := c.(type) {
	case *Say:
		return s.decideSay(c, now)
	case *Join:
		return s.decideJoin(c, now)
	case *Part:
		return s.decidePart(c, now)
	case *Attach:
		return s.decideAttach(c, now)
	case *Detach:
		return s.decideDetach(c, now)
	case *ChangeNick:
		return s.decideChangeNick(c, now)
	case *ChangeRealname:
		return s.decideChangeRealname(c)
	case *SetAway:
		return s.decideSetAway(c)
	case *ChangeFlags:
		return s.decideChangeFlags(c)
	case *GrantOperator:
		return s.decideGrantOperator(c)
	case *SetTopic:
		return s.decideSetTopic(c, now)
	case *ChangeRoom:
		return s.decideChangeRoom(c, now)
	case *Kick:
		return s.decideKick(c, now)
	case *Invite:
		return s.decideInvite(c, now)
	case *Kill:
		return s.decideKill(c, now)
	case *Broadcast:
		return s.decideBroadcast(c, now)
	case *AddBan:
		return s.decideAddBan(c, now)
	case *RemoveBan:
		return s.decideRemoveBan(c)
	case *OpenRoom:
		return s.decideOpenRoom(c, now)
	case *SetRetention:
		return s.decideSetRetention(c)
	case *Register:
		return s.decideRegister(c, now)
	case *Confirm:
		return s.decideConfirm(c, now)
	case *SignIn:
		return s.decideSignIn(c, now)
	case *ChangeAccount:
		return s.decideChangeAccount(c, now)
	case *DeleteAccount:
		return s.decideDeleteAccount(c, now)
	case *EndSession:
		return s.decideEndSession(c, now)
	case *MakeInvitation:
		return s.decideMakeInvitation(c, now)
	case *ClaimServer:
		return s.decideClaimServer(c, now)
	case *SetMark:
		return s.decideSetMark(c)
	case *Redact:
		return s.decideRedact(c, now)
	case *Edit:
		return s.decideEdit(c, now)
	case *SetMetadata:
		return s.decideSetMetadata(c)
	case *RenameRoom:
		return s.decideRenameRoom(c, now)
	case *Trust:
		return s.decideTrust(c)
	case *Attend:
		return s.decideAttend(c)
	case *StartNode:
		return s.decideStartNode(c, now)
	case *Knock:
		return s.decideKnock(c, now)
	case *Tick:
		return s.decideTick(now)
	}
	panic("chat: a command that Decide does not know")
}

// Apply folds an event into the state, gives it its place, and returns what takes it
// back.
func (s *State) Apply(e Event) (Placed, Undo) {
	position, after, lastTime := s.position, s.after, s.lastTime
	if e.Class() == Durable {
		s.position++
		s.after = 0
	} else {
		s.after++
	}
	s.lastTime = max(s.lastTime, TimeOf(e))
	undo := s.fold(e)
	return Placed{s.position, s.after, e}, func() {
		if undo != nil {
			undo()
		}
		s.position, s.after, s.lastTime = position, after, lastTime
	}
}

// fold changes what an event changes, its place apart. A nil Undo: nothing.
func (s *State) fold(e Event) Undo {
	switch e := e.(type) {
	case *Said:
		return s.foldSaid(e)
	case *Attached:
		return s.foldAttached(e)
	case *Quit:
		return s.foldQuit(e.Source.User)
	case *NickChanged:
		return s.foldNickChanged(e)
	case *RealnameChanged:
		return s.foldRealnameChanged(e)
	case *AwayChanged:
		return s.foldAwayChanged(e)
	case *HostChanged:
		return s.foldHostChanged(e)
	case *FlagsChanged:
		return s.foldFlagsChanged(e)
	case *Joined:
		return s.foldJoined(e)
	case *Parted:
		return s.foldLeft(e.Room, e.Source.User)
	case *Kicked:
		return s.foldLeft(e.Room, e.User)
	case *Invited:
		return s.foldInvited(e)
	case *TopicSet:
		return s.foldTopicSet(e)
	case *RoomChanged:
		return s.foldRoomChanged(e)
	case *RoomOpened:
		return s.foldRoomOpened(e)
	case *RoomClosed:
		return s.foldRoomClosed(e)
	case *RoomVanished:
		return s.foldRoomVanished(e)
	case *RetentionSet:
		return s.foldRetentionSet(e)
	case *BanAdded:
		return s.foldBanAdded(e)
	case *BanRemoved:
		return s.foldBanRemoved(e)
	case *NodeStarted:
		return s.foldNodeStarted(e)
	case *DirectErased:
		return s.foldDirectErased(e)
	case *SessionAdded:
		return s.foldSessionAdded(e)
	case *SessionEnded:
		return s.foldSessionEnded(e)
	case *AccountMade:
		return s.foldAccountMade(e)
	case *AccountChanged:
		return s.foldAccountChanged(e)
	case *AccountDeleted:
		return s.foldAccountDeleted(e)
	case *SignedIn:
		return s.foldSignedIn(e)
	case *Stayed:
		return s.foldStayed(e)
	case *Attended:
		return s.foldAttended(e)
	case *InvitationMade:
		return s.foldInvitationMade(e)
	case *MarkSet:
		return s.foldMarkSet(e)
	case *Knocked:
		return s.foldKnocked(e)
	case *MetadataSet:
		return s.foldMetadataSet(e)
	case *RoomRenamed:
		return s.foldRoomRenamed(e)
	case *Trusted:
		return s.foldTrusted(e)
	case *Relayed:
		return s.foldRelayed(e)
	case *Broadcasted, *Audited, *Redacted, *Edited, *Reacted:
		return nil
	}
	panic("chat: an event that Apply does not know")
}

func happened(events ...Event) Decision { return Decision{Events: events} }

func refuse(r Refusal) Decision { return Decision{Refusal: &r} }

// refused is a helper for checks that answer with a pointer.
func refused(r *Refusal) Decision { return Decision{Refusal: r} }

// actor is the user of a session, or why there is none.
func (s *State) actor(id SessionID) (*User, *Refusal) {
	if u := s.sessions[id]; u != nil {
		return u, nil
	}
	return nil, &Refusal{Code: NoSuchSession}
}

// operator is the source of a command that needs an operator's powers: the console,
// or a user who has them.
func (s *State) operator(id SessionID, powers Permission) (Source, *Refusal) {
	if id == Console {
		return Source{Nick: ConsoleNick}, nil
	}
	u, r := s.actor(id)
	if r != nil {
		return Source{}, r
	}
	if !u.May(powers) || s.tokenOf(u, id) != nil {
		return Source{}, &Refusal{Code: NeedOperator, Powers: powers}
	}
	return u.Source(), nil
}

// ConsoleNick is how the operator at the console is called in events. It is no legal
// nick, so that nobody can pass for it.
const ConsoleNick = "*madang*"

// checkText says why a text cannot be taken, or nil.
func checkText(text string, bytesMax int) *Refusal {
	if len(text) > bytesMax {
		return &Refusal{Code: TextTooLong, Limit: bytesMax}
	}
	if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r\n") {
		return &Refusal{Code: TextInvalid}
	}
	return nil
}
