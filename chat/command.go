package chat

// Command is somebody's wish in the words of the domain. Commands are plain values;
// package codec writes and reads them. Names in them are as typed: State folds them.
type Command interface{ command() }

// Attach begins a session. State makes a user for it, or lets it enter that of its
// account.
type Attach struct {
	Session  SessionID
	Nick     string // wanted
	Guest    bool   // when Nick is taken or empty, give a free name made from it
	Username string
	Realname string
	Host     string // cloak
	Address  Address
	Gateway  string
	Flags    UserFlags // Secure, Bot, Invisible
	Scope    Scope     // of a guest
	Login    Login     // zero: a guest
	Away     string    // as in SetAway, from the beginning
}

// Login is a credential of an account that the gateway has checked.
type Login struct {
	Account UserID // 0: none
	Serial  uint32 // that of the account when the credential was read: one changed since is refused
	Token   string // the id of the app password; empty: the account's own credentials
	Step    int64  // of the one-time code; 0: none was needed
}

// Detach ends a session; its user goes with its last one, unless it is always on.
type Detach struct {
	Session SessionID
	Reason  string
}

// ChangeNick gives the user another name.
type ChangeNick struct {
	Session SessionID
	Nick    string
}

// ChangeRealname changes the free text that describes a user.
type ChangeRealname struct {
	Session  SessionID
	Realname string
}

// SetAway says why nobody sits at a session; an empty text says that somebody does, and
// NobodyThere that it is as if the session were not.
type SetAway struct {
	Session SessionID
	Text    string
}

// ChangeFlags switches a user's own flags. ServerOperator can only be cleared.
type ChangeFlags struct {
	Session    SessionID
	Set, Clear UserFlags
}

// GrantOperator gives a session's user an operator's powers while he is here, after
// the gateway had the password of one of the settings' operators checked.
type GrantOperator struct {
	Session SessionID
	Name    string // the operator block's name
	Powers  Permission
}

// Join enters a room, which is made when it does not exist.
type Join struct {
	Session SessionID
	Room    string
	Key     string
}

// Part leaves a room.
type Part struct {
	Session SessionID
	Room    string
	Reason  string
}

// Say speaks to a room or to one user. Exactly one of Room and Nick is set.
type Say struct {
	Session SessionID
	Room    string
	Nick    string
	AtLeast Rank // room only: reach just members of this rank or higher (IRC: STATUSMSG)
	Kind    MessageKind
	Text    string
	Tags    []Tag
	ReplyTo string // id of the message this answers; may be empty
	ID      string // the client's own id, for "once"; may be empty
	As      string // room only: the name to speak in (IRC: RELAYMSG); empty: one's own
}

// Kept says whether the message goes into history.
func (c *Say) Kept() bool {
	return c.Kind.Stored() && (c.AtLeast == NoRank || c.Nick != "")
}

// Cited is a message that a command is about, as its gateway read it in history.
type Cited struct {
	Position     Position
	Conversation ConversationID
	Number       Number
	Author       UserID
	Time         Time
	What         MessageKind
}

// Redact erases a message for ever: its text goes, its place stays. Its author may,
// ranks above his in the room, and operators.
type Redact struct {
	Session SessionID
	Message Cited
	Reason  string
}

// Edit gives one's own message another text.
type Edit struct {
	Session SessionID
	Message Cited
	Text    string
}

// SetMetadata says something about a user or a room under a key.
type SetMetadata struct {
	Session SessionID
	Room    string // of this room
	Nick    string // of this user; both empty: oneself
	Key     string
	Value   string
	Remove  bool
}

// RenameRoom gives a room another name.
type RenameRoom struct {
	Session SessionID
	Room    string
	Name    string
	Reason  string
}

// Knock asks to be let into a room.
type Knock struct {
	Session SessionID
	Room    string
	Text    string
}

// Trust lets somebody write to a user who takes messages from accounts only, or no more.
type Trust struct {
	Session SessionID
	Nick    string
	Remove  bool
}

// SetTopic changes what a room is about; an empty text clears it.
type SetTopic struct {
	Session SessionID
	Room    string
	Text    string
}

// ChangeRoom changes settings, lists and ranks of a room: those that can be changed
// are, the others are answered with refusals.
type ChangeRoom struct {
	Session SessionID
	Room    string
	Changes []RoomChange
}

// RoomChange is one change of a room. What Text means depends on Aspect.
type RoomChange struct {
	Aspect RoomAspect
	Add    bool
	Text   string // a key, a mask, a room, a text; for Ranks the nick; for Founder, Successor and Access the account
	Number int    // a limit in members, or seconds
	Rank   Rank   // for Ranks and Access: exactly one; for MentionAll: the lowest
	User   UserID // for what has a nick or an account in Text: filled in by State
	// Lasting says that User is always on; filled in by State.
	Lasting bool
	Expires Time           // of an entry in a list of masks; 0: never
	Room    ConversationID // for Forward: that in Text; filled in by State
}

// RoomAspect is what a RoomChange changes.
type RoomAspect uint8

// The aspects of a room. The first group are switches.
const (
	Moderated     RoomAspect = iota     // only members with a rank may speak
	InviteOnly                          // nobody enters uninvited
	Secret                              // not shown to outsiders
	TopicLocked                         // topic only by half-operators and higher
	NoOutside                           // no messages from outside
	NoCTCP                              // no client requests but actions
	AccountsEnter                       // nobody enters without an account
	AccountsSpeak                       // without an account only members with a rank may speak
	Auditorium                          // members without a rank are shown only to those with one
	Screened                            // what members without a rank say is shown only to those with one
	NoKnock                             // nobody may ask to be let in
	SwitchesEnd                         // one more than the last switch
	Key           RoomAspect = iota + 4 // room for more switches
	Limit                               // of members
	Ban                                 // list of masks that may not enter or speak
	BanException                        // list of masks that bans do not hit
	InviteMask                          // list of masks that need no invitation
	Ranks                               // of one member
	Founder                             // the account whose room it is; Text empty: the one who asks
	Successor                           // the account that follows when the founder's goes
	Access                              // list of accounts with the rank that they enter with
	Forward                             // the room where those go who may not enter
	Slow                                // seconds between two messages of a member without rank
	Entry                               // what somebody is told who enters
	MentionAll                          // the rank needed to name everybody at once
)

// Kick throws a member out of a room.
type Kick struct {
	Session SessionID
	Room    string
	Nick    string
	Reason  string
}

// Invite asks a user into a room and lets him pass its door once.
type Invite struct {
	Session SessionID
	Room    string
	Nick    string
}

// Kill ends another user's sessions. Operators and the console only.
type Kill struct {
	Session SessionID
	Nick    string
	Reason  string
}

// Broadcast speaks to all users, or to those who asked for it. Operators only.
type Broadcast struct {
	Session SessionID
	Text    string
	Wallops bool // only users with the Wallops flag
}

// AddBan keeps people out of the server; users whom it hits are hung up. Operators only.
type AddBan struct {
	Session SessionID
	Ban     ServerBan
}

// RemoveBan lifts the bans with this target. Operators only.
type RemoveBan struct {
	Session SessionID
	Target  string
}

// OpenRoom makes a room, or opens one that closed, without entering it. Console and
// operators only.
type OpenRoom struct {
	Session   SessionID
	Room      string
	Permanent bool // it never vanishes and nobody becomes operator by entering
	Lobby     bool // the server makes its lobby: that is no operator's doing
}

// SetRetention bounds what a room remembers. Zero is no bound. Operators only.
type SetRetention struct {
	Session  SessionID
	Room     string
	Days     int
	Messages int
}

// Attend is given when somebody who is always on has come back, or gone: that is
// written down.
type Attend struct{ User UserID }

// StartNode is given once, when a node starts: sessions that it held before are gone.
type StartNode struct{ Node uint32 }

// Tick is given every minute: what has expired goes.
type Tick struct{}

// Register makes an account. A guest's session becomes it; a session without user
// signs in to it by Attach afterwards.
type Register struct {
	Session    SessionID
	Name       string
	Password   string // a verifier
	Email      string // may be empty
	Code       Digest // of the code that confirms the address; zero: none is needed
	Invitation Digest // zero: none
	Other      bool   // for somebody else: console and operators only
}

// Confirm ends the making of an account whose mail address had to be checked.
type Confirm struct {
	Session SessionID
	Account string
	Code    Digest
}

// SignIn lets a session that has a user enter an account.
type SignIn struct {
	Session SessionID
	Login   Login
}

// ChangeAccount changes an account: its own user may change most of it, operators the
// rest. All is changed or nothing.
type ChangeAccount struct {
	Session SessionID
	Account string // empty: the session's own
	Changes []AccountChange
}

// AccountChange is one change of an account. What the fields mean depends on Aspect.
type AccountChange struct {
	Aspect AccountAspect
	Add    bool        // switches and lists
	Text   string      // a verifier, an address, a secret, a fingerprint, a token's id, a reason
	Powers Permission  // for Powers
	Token  TokenRecord // for AppPassword with Add
	Code   Digest      // for NewEmail
}

// AccountAspect is what an AccountChange changes.
type AccountAspect uint8

// The aspects of an account.
const (
	Password    AccountAspect = iota // the verifier
	Email                            // the address
	Confirmed                        // the address is the account's
	OneTime                          // the secret of one-time codes; empty: none are asked for
	Certificate                      // list of fingerprints that sign in
	AppPassword                      // list of tokens that sign in
	Powers                           // of an operator
	Suspended                        // nobody may sign in; Text is why
	AlwaysOn                         // stays present without sessions
	OneSession                       // takes no second session
	CodeUsed                         // the step of the last one-time code, in Text; by signing in alone
	NewEmail                         // an address that becomes the account's when Code came back
	ShownHost                        // what its user is shown with instead of a cloak, in Text
	AspectsEnd                       // one more than the last
)

// SignsIn says whether a change of the aspect outdates what was checked before it.
func (a AccountAspect) SignsIn() bool {
	switch a {
	case Password, OneTime, Certificate, AppPassword, Suspended:
		return true
	}
	return false
}

// Own says whether an account's user may change the aspect himself.
func (a AccountAspect) Own() bool {
	switch a {
	case Confirmed, Powers, Suspended, CodeUsed, ShownHost:
		return false
	}
	return a < AspectsEnd
}

// DeleteAccount makes an account as if it had never been; what it wrote stays.
type DeleteAccount struct {
	Session SessionID
	Account string // empty: the session's own
}

// EndSession hangs up a session of an account, or with a zero Target all but the
// asking one.
type EndSession struct {
	Session SessionID
	Account string // empty: the session's own
	Target  SessionID
	Reason  string
}

// MakeInvitation lets somebody make an account where that needs an invitation.
// Operators only.
type MakeInvitation struct {
	Session SessionID
	Digest  Digest
	Uses    int
	Expires Time // 0: never
}

// ClaimServer gives the first account that proves the start-up code every power. It is
// refused as soon as any account has one.
type ClaimServer struct{ Session SessionID }

// SetMark says how far the account of a session has read a conversation. It only
// moves forward.
type SetMark struct {
	Session      SessionID
	Conversation ConversationID
	Number       Number
	Time         Time // of the message
}

func (*Attend) command()         {}
func (*Register) command()       {}
func (*Confirm) command()        {}
func (*SignIn) command()         {}
func (*ChangeAccount) command()  {}
func (*DeleteAccount) command()  {}
func (*EndSession) command()     {}
func (*MakeInvitation) command() {}
func (*ClaimServer) command()    {}
func (*SetMark) command()        {}
func (*Redact) command()         {}
func (*Edit) command()           {}
func (*SetMetadata) command()    {}
func (*RenameRoom) command()     {}
func (*Knock) command()          {}
func (*Trust) command()          {}
func (*Attach) command()         {}
func (*Detach) command()         {}
func (*ChangeNick) command()     {}
func (*ChangeRealname) command() {}
func (*SetAway) command()        {}
func (*ChangeFlags) command()    {}
func (*GrantOperator) command()  {}
func (*Join) command()           {}
func (*Part) command()           {}
func (*Say) command()            {}
func (*SetTopic) command()       {}
func (*ChangeRoom) command()     {}
func (*Kick) command()           {}
func (*Invite) command()         {}
func (*Kill) command()           {}
func (*Broadcast) command()      {}
func (*AddBan) command()         {}
func (*RemoveBan) command()      {}
func (*OpenRoom) command()       {}
func (*SetRetention) command()   {}
func (*StartNode) command()      {}
func (*Tick) command()           {}

// GivenBy is who gave a command that operators give; else Console.
func GivenBy(c Command) SessionID {
	if c, ok := c.(interface{ by() SessionID }); ok {
		return c.by()
	}
	return Console
}

// Those that operators give say who it is, for the record.
func (c *Kill) by() SessionID           { return c.Session }
func (c *Broadcast) by() SessionID      { return c.Session }
func (c *AddBan) by() SessionID         { return c.Session }
func (c *RemoveBan) by() SessionID      { return c.Session }
func (c *OpenRoom) by() SessionID       { return c.Session }
func (c *SetRetention) by() SessionID   { return c.Session }
func (c *GrantOperator) by() SessionID  { return c.Session }
func (c *ClaimServer) by() SessionID    { return c.Session }
func (c *MakeInvitation) by() SessionID { return c.Session }
func (c *Register) by() SessionID       { return c.Session }
func (c *ChangeAccount) by() SessionID  { return c.Session }
func (c *DeleteAccount) by() SessionID  { return c.Session }
func (c *EndSession) by() SessionID     { return c.Session }
func (c *Kick) by() SessionID           { return c.Session }
func (c *SetTopic) by() SessionID       { return c.Session }
func (c *ChangeRoom) by() SessionID     { return c.Session }
func (c *Redact) by() SessionID         { return c.Session }
func (c *RenameRoom) by() SessionID     { return c.Session }
func (c *SetMetadata) by() SessionID    { return c.Session }
