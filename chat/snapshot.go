package chat

// Snapshot is a State as plain values, every list in a fixed order: two equal states
// give equal snapshots, and package codec writes equal snapshots as equal bytes.
type Snapshot struct {
	Position         Position
	After            uint32 // presence and transient events placed behind Position
	LastTime         Time
	NextConversation ConversationID
	Run              uint32           // starts of nodes, counted
	NextUser         uint32           // within the run
	DirectFrom       Time             // direct messages before this are erased
	Users            []UserRecord     // by ID
	Rooms            []RoomRecord     // by ID
	Directs          []DirectRecord   // by ID
	Bans             []ServerBan      // in the order they were set
	Accepted         []AcceptedRecord // by Scope
}

// UserRecord is one user.
type UserRecord struct {
	ID       UserID
	Session  SessionID
	Nick     string
	Folded   string
	Skeleton string
	Username string
	Realname string
	Host     string
	Address  Address
	Gateway  string
	Flags    UserFlags
	Operator string // name of the operator block
	Away     string
	Since    Time
	Scope    Scope
}

// RoomRecord is one room.
type RoomRecord struct {
	ID                ConversationID
	Name              string
	Folded            string
	Skeleton          string
	Permanent         bool
	Created           Time
	LastNumber        Number
	LastSaid          Time
	Restricted        Time // when it was last restricted; 0: never
	ClosedUntil       Time // 0: open; below: held open by an operator until minus this
	Topic             string
	TopicBy           string
	TopicAt           Time
	Switches          uint16 // bit i: RoomAspect i
	Key               string
	Limit             int
	RetentionDays     int
	RetentionMessages int
	Members           []MemberRecord // by User
	Bans              []MaskRecord
	Exceptions        []MaskRecord
	InviteMasks       []MaskRecord
	Invited           []UserID // ascending
}

// MemberRecord is one user in a room.
type MemberRecord struct {
	User   UserID
	Rank   Rank
	Joined Time
}

// MaskRecord is one entry of a room's list.
type MaskRecord struct {
	Mask string
	By   string
	At   Time
}

// DirectRecord is the conversation of two users; Low < High.
type DirectRecord struct {
	ID         ConversationID
	Low, High  UserID
	LastNumber Number
	LastSaid   Time
}

// AcceptedRecord is what one scope's ids led to, oldest first.
type AcceptedRecord struct {
	Scope Scope
	IDs   []AcceptedID
}

// AcceptedID is a command id and the message that it became.
type AcceptedID struct {
	ID      string
	Outcome Duplicate
}
