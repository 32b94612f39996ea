package chat

// What happens to messages that were said, and what people and rooms say of themselves.

// Redacted: a message was erased for ever. Where it was is told as in Said; between two,
// To and Nick are who the author wrote to.
type Redacted struct {
	Source       Source
	Conversation ConversationID
	RoomName     string
	To           UserID // the other of the two
	Nick         string
	Message      Position
	Number       Number
	Author       UserID
	Reason       string
	Time         Time
}

// Edited: a message has another text. Where it was is told as in Said.
type Edited struct {
	Source       Source
	Conversation ConversationID
	RoomName     string
	To           UserID
	Nick         string
	Message      Position
	Number       Number
	What         MessageKind
	Text         string
	Mentions     []UserID
	Time         Time
}

// Reacted: somebody answered a message with a sign, or took it back. Where it was is
// told as in Said.
type Reacted struct {
	Source       Source
	Conversation ConversationID
	RoomName     string
	To           UserID
	Nick         string
	ReplyTo      string   // id of the message
	Message      Position // that the id names; 0: none of this server
	Sign         string
	Remove       bool
	Tags         []Tag
	Kept         bool
	Time         Time
}

// MetadataSet: a user or a room says something else of itself under a key.
type MetadataSet struct {
	Source   Source
	Room     ConversationID // of this room, called RoomName
	RoomName string
	User     UserID // of this user, called Nick
	Nick     string
	Key      string
	Value    string
	Remove   bool
	Kept     bool // it outlives the process: an account's, or a room's
	Veil     Veil
}

// RoomRenamed: a room has another name; RoomName is what it was called before.
type RoomRenamed struct {
	Source   Source
	Room     ConversationID
	RoomName string
	Name     string
	Folded   string
	Skeleton string
	Reason   string
	Time     Time
}

// Knocked: somebody asks to be let in.
type Knocked struct {
	Source   Source
	Room     ConversationID
	RoomName string
	Text     string
	Only     []UserID // those who may let him in
	Time     Time
}

// Trusted: Source takes messages of User, called Nick, or no more.
type Trusted struct {
	Source Source
	User   UserID
	Nick   string
	Remove bool
}

func (*Redacted) Kind() Kind      { return KindRedacted }
func (*Redacted) Class() Class    { return Durable }
func (*Edited) Kind() Kind        { return KindEdited }
func (*Edited) Class() Class      { return Durable }
func (*Reacted) Kind() Kind       { return KindReacted }
func (*Reacted) Class() Class     { return Durable }
func (*MetadataSet) Kind() Kind   { return KindMetadataSet }
func (*RoomRenamed) Kind() Kind   { return KindRoomRenamed }
func (*RoomRenamed) Class() Class { return Durable }
func (*Knocked) Kind() Kind       { return KindKnocked }
func (*Knocked) Class() Class     { return Presence }
func (*Trusted) Kind() Kind       { return KindTrusted }

// Class is Durable for users who are always on.
func (e *Trusted) Class() Class { return e.Source.presence() }

// Class is Durable where Kept says so.
func (e *MetadataSet) Class() Class {
	if e.Kept {
		return Durable
	}
	return Presence
}

func (e *Knocked) at() Time     { return e.Time }
func (e *Redacted) at() Time    { return e.Time }
func (e *Edited) at() Time      { return e.Time }
func (e *Reacted) at() Time     { return e.Time }
func (e *RoomRenamed) at() Time { return e.Time }
