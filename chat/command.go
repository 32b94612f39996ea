package chat

// Command is somebody's wish in the words of the domain. Commands are plain values;
// package codec writes and reads them. Names in them are as typed: State folds them.
type Command interface{ command() }

// Attach begins a session. State makes a user for it.
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
	Scope    Scope
}

// Detach ends a session; its user goes with its last one.
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

// SetAway says why the user does not answer; an empty text says that he is back.
type SetAway struct {
	Session SessionID
	Text    string
}

// ChangeFlags switches a user's own flags. ServerOperator can only be cleared.
type ChangeFlags struct {
	Session    SessionID
	Set, Clear UserFlags
}

// GrantOperator gives a session's user the operator's powers, after the gateway had
// its password checked.
type GrantOperator struct {
	Session SessionID
	Name    string // the operator block's name
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
	Text   string // a key, or a mask; for Ranks the nick
	Number int    // a limit in members
	Rank   Rank   // for Ranks: exactly one
	User   UserID // for Ranks: filled in by State
}

// RoomAspect is what a RoomChange changes.
type RoomAspect uint8

// The aspects of a room. The first group are switches.
const (
	Moderated    RoomAspect = iota     // only members with a rank may speak
	InviteOnly                         // nobody enters uninvited
	Secret                             // not shown to outsiders
	TopicLocked                        // topic only by half-operators and higher
	NoOutside                          // no messages from outside
	NoCTCP                             // no client requests but actions
	SwitchesEnd                        // one more than the last switch
	Key          RoomAspect = iota + 9 // room for more switches
	Limit                              // of members
	Ban                                // list of masks that may not enter or speak
	BanException                       // list of masks that bans do not hit
	InviteMask                         // list of masks that need no invitation
	Ranks                              // of one member
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

// ServerBan is a rule at the server's door.
type ServerBan struct {
	Target  string  // as typed: an address, a prefix like 10.0.0.0/8, or a mask nick!user@cloak
	Prefix  Address // set when Target is an address or prefix
	Bits    uint8   // of Prefix, 1 to 128; 0: Target is a mask
	Reason  string
	By      string
	At      Time
	Expires Time // 0: never
}

// OpenRoom makes a room, or opens one that closed, without entering it. Console and
// operators only.
type OpenRoom struct {
	Session   SessionID
	Room      string
	Permanent bool // it never vanishes and nobody becomes operator by entering
}

// SetRetention bounds what a room remembers. Zero is no bound. Operators only.
type SetRetention struct {
	Session  SessionID
	Room     string
	Days     int
	Messages int
}

// StartNode is given once, when a node starts: sessions that it held before are gone.
type StartNode struct{ Node uint32 }

// Tick is given every minute: what has expired goes.
type Tick struct{}

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
