package chat

import "slices"

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
	Accounts         []AccountRecord  // by User
	Invitations      []InvitationRecord
}

// AccountRecord is one account. Its number is that of its user for ever.
type AccountRecord struct {
	User         UserID
	Name         string
	Folded       string
	Skeleton     string
	Likeness     string // that of names.Likeness, for the whole of its life
	Made         Time
	Email        string
	Code         Digest          // awaited before the account may be used; zero: none
	NewEmail     *NewEmailRecord // nil: none; never changed
	Password     string          // a verifier; empty: none signs in
	Serial       uint32          // counts changes of what signs in
	OneTime      string          // secret of one-time codes; empty: none are asked for
	OneTimeStep  int64           // of the last one-time code used
	Certificates []string
	Tokens       []TokenRecord
	Powers       Permission
	Suspended    string // why nobody may sign in; empty: anybody may
	AlwaysOn     bool
	OneSession   bool
	Proved       bool         // a code that was sent to Email came back, or an operator said that it is his
	Marks        []MarkRecord // by Conversation
	Metadata     []MetadataRecord
	Host         string   // its user is shown with; empty: his cloak
	Left         Position // its user, always on, has not seen what was said behind it; 0: he is connected
}

// NewEmailRecord is a mail address that is an account's when the code that was sent there
// came back.
type NewEmailRecord struct {
	Address string
	Code    Digest
}

// MetadataRecord is what a user or a room says of itself under a key.
type MetadataRecord struct{ Key, Value string }

// AccessRecord is an account with the rank that it enters a room with.
type AccessRecord struct {
	Account UserID
	Rank    Rank
}

// TokenRecord is an app password, or the token of a bot.
type TokenRecord struct {
	ID       string // visible
	Label    string // what its owner calls it
	Digest   Digest
	Rooms    []string // folded names; empty: everywhere
	ReadOnly bool
	Made     Time
	Expires  Time // 0: never
}

// Over says whether an app password signs in no more.
func (t *TokenRecord) Over(now Time) bool { return t.Expires != 0 && t.Expires <= now }

// IsFor says whether an app password is for a room of this folded name; the empty name
// is everything outside rooms.
func (t *TokenRecord) IsFor(room string) bool {
	return len(t.Rooms) == 0 || slices.Contains(t.Rooms, room)
}

// MarkRecord is how far an account has read a conversation.
type MarkRecord struct {
	Conversation ConversationID
	Number       Number
	Time         Time   // of that message
	Mentions     uint32 // later messages that name him
}

// InvitationRecord lets people make accounts.
type InvitationRecord struct {
	Digest  Digest
	By      string
	Uses    int  // that are left
	Expires Time // 0: never
}

// SessionRecord is one session of a user.
type SessionRecord struct {
	ID      SessionID
	Gateway string
	Address Address
	Secure  bool
	Scope   Scope  // of a guest
	Token   string // id of the app password that signed it in; empty: the account itself
	Since   Time
}

// MembershipRecord is a room that a user is in.
type MembershipRecord struct {
	Room   ConversationID
	Rank   Rank
	Joined Time
}

// UserRecord is one user.
type UserRecord struct {
	ID       UserID
	Sessions []SessionRecord // in the order they began
	Account  string          // empty: a guest
	Nick     string
	Folded   string
	Skeleton string
	Username string
	Realname string
	Host     string // that is shown
	Flags    UserFlags
	Lasting  bool // always on
	Powers   Permission
	Since    Time
	Left     Position         // with no session: where he had been when the last one ended
	Trusts   []UserID         // ascending; they may write to him whatever AccountsOnly says
	Metadata []MetadataRecord // of a guest, by Key
	Seldom   *SeldomRecord    // nil: nothing of it; what it points to never changes
}

// SeldomRecord is what few users have: it takes memory of those alone.
type SeldomRecord struct {
	Cloak    string       // that Host is shown instead of
	Operator string       // name of the operator block
	Aways    []AwayRecord // the latest last; never changed
	Knocked  Time         // when he last asked to be let in somewhere
}

// AwayRecord is a session at which nobody sits, and why.
type AwayRecord struct {
	Session SessionID
	Text    string
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
	Founder           UserID // 0: the room is not registered
	Successor         UserID
	Access            []AccessRecord // by Account
	Forward           ConversationID // 0: nowhere
	Slow              int            // seconds
	Entry             string
	MentionAll        Rank
	Metadata          []MetadataRecord // by Key
	Invited           []UserID         // ascending
	Knocked           Time             // when somebody last asked to be let in
}

// MemberRecord is one user in a room.
type MemberRecord struct {
	User   UserID
	Rank   Rank
	Joined Time
	Spoke  Time // in a slow room
}

// MaskRecord is one entry of a room's list.
type MaskRecord struct {
	Mask    string
	By      string
	At      Time
	Expires Time // 0: never
}

// InForce says whether the entry is not over yet.
func (m *MaskRecord) InForce(now Time) bool { return m.Expires == 0 || m.Expires > now }

// DirectRecord is the conversation of two users; Low < High.
type DirectRecord struct {
	ID         ConversationID
	Low, High  UserID
	LowNick    string // as they were called when they last spoke
	HighNick   string
	Kept       bool // one of the two is an account: it is not erased after a day
	LastNumber Number
	LastSaid   Time
}

// Other is who the other one of the two is, and how he is called.
func (r *DirectRecord) Other(id UserID) (other UserID, nick string) {
	if r.Low == id {
		return r.High, r.HighNick
	}
	return r.Low, r.LowNick
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
