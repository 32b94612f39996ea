package chat

// Code is why a command was refused. Codes are stable; gateways have a total table
// from code to their own words.
type Code uint8

// The codes. Subjects (Room, Nick, Text, Limit) are filled in where they are named.
const (
	NoSuchSession    Code = iota + 1
	AlreadyAttached       // the session has a user
	NickInvalid           // Nick; Text is why
	NickTaken             // Nick
	NickConfusing         // Nick looks like another in use
	NoSuchNick            // Nick
	RoomInvalid           // Room; Text is why
	RoomConfusing         // Room looks like another in use
	NoSuchRoom            // Room
	RoomReserved          // Room closed and is kept for its people
	TooManyRooms          // Limit: rooms a user may be in
	AlreadyMember         // Room, Nick
	NotMember             // Room: the one who asks is not in it
	TargetNotMember       // Room, Nick
	NeedInvitation        // Room
	WrongKey              // Room
	RoomFull              // Room
	Banned                // Room
	CannotSpeak           // Room; Text is why
	NeedRank              // Room; Rank
	NeedOperator          //
	KeySet                // Room already has a key
	ListFull              // Room, Text: the mask; Limit
	TextEmpty             //
	TextTooLong           // Limit in bytes
	TextInvalid           // not UTF-8, or a control byte
	BadValue              // Text: what was wrong
	BannedFromServer      // Text: the reason
	NoSuchBan             // Text: the target
	NotStored             // the disk refused; try again
	NotConfirmed          // it may or may not be stored; sending again with the same id is safe
	Internal              // a bug; the session is closed
	CodesEnd              // one more than the last
)

// Refusal is why not: the only error the core returns. It is a plain value.
type Refusal struct {
	Code  Code
	Room  string
	Nick  string
	Text  string
	Rank  Rank
	Limit int
}

// Duplicate answers a command whose id was accepted before: nothing happens again.
type Duplicate struct {
	Position     Position
	Conversation ConversationID
	Number       Number
	Time         Time
}
