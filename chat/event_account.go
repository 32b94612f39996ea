package chat

// What happens to accounts and their sessions.

// SessionAdded: a user who is here already has another session. Nobody else sees it.
type SessionAdded struct {
	Session SessionRecord
	Source  Source
	Rooms   []ConversationID // that he is in
	Back    bool             // it is his only one
	Left    Position         // with Back: what was said behind it he has not seen; 0: not known
	Step    int64            // of the one-time code; 0: none
	Time    Time
}

// SessionEnded: a session ended, and its user stays.
type SessionEnded struct {
	Session SessionID
	Source  Source
	Reason  string
	Killed  bool // by an operator or a ban
	By      string
	Last    bool // he has none left
	Time    Time
}

// AccountMade: there is a new account. With Became the guest of this number is its
// user from now on.
type AccountMade struct {
	Source     Source // who made it
	Account    AccountRecord
	Became     bool
	Invitation Digest
	Time       Time
	Veil       Veil
}

// AccountChanged: an account is not what it was.
type AccountChanged struct {
	Source  Source
	Account UserID
	Name    string
	Changes []AccountChange
	Serial  uint32 // afterwards
	Time    Time
}

// AccountDeleted: there is no such account any more; its user became a guest or, with
// no session, went.
type AccountDeleted struct {
	Source  Source
	Account UserID
	Name    string
	User    Source // who was its user, as others knew him; zero: he was not here
	Time    Time
	Veil    Veil
}

// SignedIn: a guest, Source, entered an account. When its user was not here the guest
// goes on as he: with his number and, as Before has another nick than To, with his
// name. Else the guest is gone and his session is one of the user's.
type SignedIn struct {
	Session SessionRecord
	Source  Source
	To      Source
	Present bool             // the account's user was here already
	Back    bool             // but without a session
	Left    Position         // as in SessionAdded
	Rooms   []ConversationID // that the account's user is in
	Powers  Permission
	Step    int64
	Time    Time
	Veil    Veil
}

// Stayed: a user is always on from here, as he was then, or no more.
type Stayed struct {
	On     bool
	User   UserRecord // without sessions
	Rooms  []MembershipRecord
	Source Source
	Time   Time
}

// HostChanged: a user is shown with another host; Source carries the old one.
type HostChanged struct {
	Source Source
	Host   string
	Time   Time
	Veil   Veil
}

// Attended: somebody who is always on is connected (Left is 0), or has not been since
// Left, so that after a crash it is known what he has not seen.
type Attended struct {
	User UserID
	Left Position
}

// InvitationMade: whoever knows the secret may make an account. Invitations that are over
// by then are no more.
type InvitationMade struct {
	Invitation InvitationRecord
	Time       Time
}

// MarkSet: an account read a conversation up to a message. In a room RoomName is set,
// else Nick is who it is with.
type MarkSet struct {
	Source       Source
	Conversation ConversationID
	RoomName     string
	Nick         string
	Number       Number
	At           Time // of the message
}

// Audited: an operator used his powers.
type Audited struct {
	By      string // his nick
	Account string // his account; empty: the console, or an operator of the settings
	Action  string // one word
	Object  string // whom or what it concerned
	Text    string // details
	Time    Time
}

func (*SessionAdded) Kind() Kind     { return KindSessionAdded }
func (*SessionAdded) Class() Class   { return Presence }
func (*SessionEnded) Kind() Kind     { return KindSessionEnded }
func (*SessionEnded) Class() Class   { return Presence }
func (*AccountMade) Kind() Kind      { return KindAccountMade }
func (*AccountMade) Class() Class    { return Durable }
func (*AccountChanged) Kind() Kind   { return KindAccountChanged }
func (*AccountChanged) Class() Class { return Durable }
func (*AccountDeleted) Kind() Kind   { return KindAccountDeleted }
func (*AccountDeleted) Class() Class { return Durable }
func (*SignedIn) Kind() Kind         { return KindSignedIn }
func (*SignedIn) Class() Class       { return Presence }
func (*Attended) Kind() Kind         { return KindAttended }
func (*HostChanged) Kind() Kind      { return KindHostChanged }
func (*Stayed) Kind() Kind           { return KindStayed }
func (*Attended) Class() Class       { return Durable }
func (*Stayed) Class() Class         { return Durable }
func (*InvitationMade) Kind() Kind   { return KindInvitationMade }
func (*InvitationMade) Class() Class { return Durable }
func (*MarkSet) Kind() Kind          { return KindMarkSet }
func (*MarkSet) Class() Class        { return Durable }
func (*Audited) Kind() Kind          { return KindAudited }
func (*Audited) Class() Class        { return Durable }

func (e *HostChanged) at() Time    { return e.Time }
func (e *SessionAdded) at() Time   { return e.Time }
func (e *SessionEnded) at() Time   { return e.Time }
func (e *AccountMade) at() Time    { return e.Time }
func (e *InvitationMade) at() Time { return e.Time }
func (e *AccountChanged) at() Time { return e.Time }
func (e *AccountDeleted) at() Time { return e.Time }
func (e *SignedIn) at() Time       { return e.Time }
func (e *Stayed) at() Time         { return e.Time }
func (e *Audited) at() Time        { return e.Time }
