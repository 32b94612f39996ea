package chat

// Event is what happened. Events are complete: whoever follows them needs neither
// the command nor the state that decided it. Package codec writes and reads them.
type Event interface {
	// Kind is the event's type as a small number, fixed for ever: it is on disk.
	Kind() Kind
	// Class says whether the event goes into the journal.
	Class() Class
}

// Class is how long an event matters.
type Class uint8

// The classes of event.
const (
	Durable   Class = iota // in the journal
	Presence               // changes State, dies with the process
	Transient              // changes nothing
)

// Kind numbers the types of event.
type Kind uint8

// The kinds. Never renumber: they are on disk.
const (
	KindAttached Kind = iota + 1
	KindQuit
	KindNickChanged
	KindRealnameChanged
	KindAwayChanged
	KindFlagsChanged
	KindJoined
	KindParted
	KindKicked
	KindInvited
	KindSaid
	KindRelayed
	KindTopicSet
	KindRoomChanged
	KindRoomOpened
	KindRoomClosed
	KindRoomVanished
	KindRetentionSet
	KindBanAdded
	KindBanRemoved
	KindBroadcast
	KindNodeStarted
	KindDirectErased
	KindSessionAdded
	KindSessionEnded
	KindAccountMade
	KindAccountChanged
	KindAccountDeleted
	KindSignedIn
	KindStayed
	KindInvitationMade
	KindMarkSet
	KindAudited
	KindRedacted
	KindEdited
	KindReacted
	KindMetadataSet
	KindRoomRenamed
	KindKnocked
	KindTrusted
	KindAttended
	KindHostChanged
	KindsEnd // one more than the last
)

// Placed is an event at its place in the order: a durable event at Position, any
// other as the After-th event behind Position.
type Placed struct {
	Position Position
	After    uint32 // 0 for durable events
	Event    Event
}

// Veil keeps what befalls somebody from members of auditoriums to whom he is not shown.
// The zero Veil keeps it from nobody.
type Veil struct {
	Rooms []ConversationID // being in these is no reason to be shown it
	Only  []UserID         // except for these of their members
}

// Attached: a user came, with his first session.
type Attached struct {
	Session  SessionRecord
	Source   Source
	Folded   string // of the nick
	Skeleton string // of the nick
	Realname string
	Cloak    string // when he is shown with another host
	Flags    UserFlags
	Powers   Permission
	Step     int64 // of the one-time code; 0: none
	Time     Time
}

// Quit: a user's last session ended.
type Quit struct {
	Source Source
	Reason string
	Killed bool // by an operator or a ban
	By     string
	Time   Time
	Veil   Veil
}

// NickChanged: Source carries the old nick.
type NickChanged struct {
	Source   Source
	Nick     string
	Folded   string
	Skeleton string
	Time     Time
	Veil     Veil
}

// RealnameChanged: a user describes himself anew.
type RealnameChanged struct {
	Source   Source
	Realname string
	Veil     Veil
}

// AwayChanged: a user went (Text is why) or came back (Text is empty), by what one of
// his sessions says or because one came or is about to end.
type AwayChanged struct {
	Source  Source
	Session SessionID // that says it; zero: none does
	Said    string    // why nobody sits there; empty: somebody does
	Text    string
	Unseen  bool // others see him as they did
	Veil    Veil
}

// FlagsChanged: a user's flags are now Flags; Before is what they were.
type FlagsChanged struct {
	Source   Source
	Before   UserFlags
	Flags    UserFlags
	Operator string     // the operator block, when ServerOperator was granted
	Powers   Permission // that go with it
}

// Joined: a user entered a room.
type Joined struct {
	Source   Source
	Room     ConversationID
	RoomName string
	Rank     Rank
	Realname string
	Away     string
	Time     Time
	Only     []UserID // in an auditorium: who is shown it; empty: every member
}

// Parted: a user left a room.
type Parted struct {
	Source   Source
	Room     ConversationID
	RoomName string
	Reason   string
	Time     Time
	Only     []UserID // as in Joined
}

// Kicked: Source threw User, called Nick, out of a room.
type Kicked struct {
	Source   Source
	Room     ConversationID
	RoomName string
	User     UserID
	Nick     string
	Lasting  bool // User is always on
	Reason   string
	Time     Time
	Only     []UserID // as in Joined
}

// Invited: Source asked User, called Nick, into a room.
type Invited struct {
	Source   Source
	Room     ConversationID
	RoomName string
	User     UserID
	Nick     string
	Time     Time
	Only     []UserID // as in Joined
}

// Said: a message that is kept. In a room RoomName is set; between two users To and
// Nick are.
type Said struct {
	Source       Source
	Conversation ConversationID
	RoomName     string
	To           UserID
	Nick         string
	Number       Number
	Time         Time
	What         MessageKind
	Text         string
	Tags         []Tag
	ReplyTo      string
	Scope        Scope
	ID           string   // the client's own id
	Kept         bool     // between two, one of whom is an account: it is not erased after a day
	Relayer      string   // who spoke in the source's name (IRC: RELAYMSG); empty: himself
	Mentions     []UserID // accounts in the room that the text names, by number
}

// Relayed: a message that is shown once and, but for tags whose sender wants it, not
// kept: tags without text, client
// requests, whatever was said only to members of some rank, and what is said without a
// rank in a screened room. Fields as in Said.
type Relayed struct {
	Source   Source
	Room     ConversationID
	RoomName string
	To       UserID
	Nick     string
	AtLeast  Rank     // the audience was members of this rank or higher
	Only     []UserID // with AtLeast, or in a screened room: who was shown it
	Time     Time
	What     MessageKind
	Text     string
	Tags     []Tag
	ReplyTo  string
	// Conversation is where it is kept as something that happened there, because its
	// sender asked for that; 0: it is not kept. Kept is as in Said.
	Conversation ConversationID
	Kept         bool
}

// TopicSet: a room is about something else now.
type TopicSet struct {
	Source   Source
	Room     ConversationID
	RoomName string
	Text     string
	Time     Time
}

// RoomChanged: settings, lists or ranks changed. Masks are completed and folded.
type RoomChanged struct {
	Source   Source
	Room     ConversationID
	RoomName string
	Changes  []RoomChange
	Time     Time
}

// RoomOpened: a room was made, or one that had closed is open again.
type RoomOpened struct {
	Room      ConversationID
	RoomName  string
	Folded    string
	Skeleton  string
	Permanent bool
	Again     bool
	Time      Time
}

// RoomClosed: a restricted room emptied; its name is kept until Until.
type RoomClosed struct {
	Room     ConversationID
	RoomName string
	Until    Time
}

// RoomVanished: the room and its history are no more.
type RoomVanished struct {
	Room     ConversationID
	RoomName string
}

// RetentionSet: how long a room remembers.
type RetentionSet struct {
	Room     ConversationID
	RoomName string
	Days     int
	Messages int
}

// BanAdded: a rule at the server's door.
type BanAdded struct{ Ban ServerBan }

// BanRemoved: the rules with this target are gone.
type BanRemoved struct{ Target string }

// Broadcasted: an operator spoke to everybody, or to those who want to hear it.
type Broadcasted struct {
	Source  Source
	Text    string
	Wallops bool
	Only    []UserID // with Wallops: who that was
	Time    Time
}

// NodeStarted: a node began; the sessions that it held before are gone.
type NodeStarted struct {
	Node uint32
	Time Time
}

// DirectErased: direct messages of guests said before this time are no more.
type DirectErased struct{ Before Time }

func (*Attached) Kind() Kind        { return KindAttached }
func (*Quit) Kind() Kind            { return KindQuit }
func (*NickChanged) Kind() Kind     { return KindNickChanged }
func (*RealnameChanged) Kind() Kind { return KindRealnameChanged }
func (*AwayChanged) Kind() Kind     { return KindAwayChanged }
func (*FlagsChanged) Kind() Kind    { return KindFlagsChanged }
func (*Joined) Kind() Kind          { return KindJoined }
func (*Parted) Kind() Kind          { return KindParted }
func (*Kicked) Kind() Kind          { return KindKicked }
func (*Invited) Kind() Kind         { return KindInvited }
func (*Said) Kind() Kind            { return KindSaid }
func (*Relayed) Kind() Kind         { return KindRelayed }
func (*TopicSet) Kind() Kind        { return KindTopicSet }
func (*RoomChanged) Kind() Kind     { return KindRoomChanged }
func (*RoomOpened) Kind() Kind      { return KindRoomOpened }
func (*RoomClosed) Kind() Kind      { return KindRoomClosed }
func (*RoomVanished) Kind() Kind    { return KindRoomVanished }
func (*RetentionSet) Kind() Kind    { return KindRetentionSet }
func (*BanAdded) Kind() Kind        { return KindBanAdded }
func (*BanRemoved) Kind() Kind      { return KindBanRemoved }
func (*Broadcasted) Kind() Kind     { return KindBroadcast }
func (*NodeStarted) Kind() Kind     { return KindNodeStarted }
func (*DirectErased) Kind() Kind    { return KindDirectErased }

func (*Attached) Class() Class     { return Presence }
func (*AwayChanged) Class() Class  { return Presence }
func (*Invited) Class() Class      { return Presence }
func (*Said) Class() Class         { return Durable }
func (*TopicSet) Class() Class     { return Durable }
func (*RoomOpened) Class() Class   { return Durable }
func (*RoomClosed) Class() Class   { return Durable }
func (*RoomVanished) Class() Class { return Durable }
func (*RetentionSet) Class() Class { return Durable }
func (*BanAdded) Class() Class     { return Durable }
func (*BanRemoved) Class() Class   { return Durable }
func (*Broadcasted) Class() Class  { return Transient }
func (*NodeStarted) Class() Class  { return Durable }
func (*DirectErased) Class() Class { return Durable }

// What changes the presence of somebody who is always on must outlive the process.
func (e *Quit) Class() Class            { return e.Source.presence() }
func (e *NickChanged) Class() Class     { return e.Source.presence() }
func (e *RealnameChanged) Class() Class { return e.Source.presence() }
func (e *FlagsChanged) Class() Class    { return e.Source.presence() }
func (e *Joined) Class() Class          { return e.Source.presence() }
func (e *Parted) Class() Class          { return e.Source.presence() }
func (e *HostChanged) Class() Class     { return e.Source.presence() }

// Class is Durable when it befell a user who is always on.
func (e *Kicked) Class() Class {
	if e.Lasting {
		return Durable
	}
	return Presence
}

// Class is Durable for tags that are kept.
func (e *Relayed) Class() Class {
	if e.Conversation != 0 {
		return Durable
	}
	return Transient
}

func (s *Source) presence() Class {
	if s.Lasting {
		return Durable
	}
	return Presence
}

// Class of RoomChanged is Presence when it changes nothing but ranks of people who are
// not always on.
func (e *RoomChanged) Class() Class {
	for i := range e.Changes {
		if c := &e.Changes[i]; c.Aspect != Ranks || c.Lasting {
			return Durable
		}
	}
	return Presence
}

// TimeOf is the time an event carries, or 0.
func TimeOf(e Event) Time {
	if e, ok := e.(interface{ at() Time }); ok {
		return e.at()
	}
	return 0
}

func (e *Said) at() Time        { return e.Time }
func (e *Joined) at() Time      { return e.Time }
func (e *Parted) at() Time      { return e.Time }
func (e *Attached) at() Time    { return e.Time }
func (e *Quit) at() Time        { return e.Time }
func (e *NickChanged) at() Time { return e.Time }
func (e *Kicked) at() Time      { return e.Time }
func (e *Invited) at() Time     { return e.Time }
func (e *Relayed) at() Time     { return e.Time }
func (e *TopicSet) at() Time    { return e.Time }
func (e *RoomChanged) at() Time { return e.Time }
func (e *RoomOpened) at() Time  { return e.Time }
func (e *Broadcasted) at() Time { return e.Time }
func (e *NodeStarted) at() Time { return e.Time }
func (e *BanAdded) at() Time    { return e.Ban.At }
