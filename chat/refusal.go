package chat

// Code is why a command was refused. Codes are stable; gateways have a total table
// from code to their own words.
type Code uint8

// The codes. Subjects (Room, Nick, Text, Limit) are filled in where they are named.
const (
	NoSuchSession        Code = iota + 1
	AlreadyAttached           // the session has a user
	NickInvalid               // Nick; Text is why
	NickTaken                 // Nick
	NickConfusing             // Nick looks like another in use
	NoSuchNick                // Nick
	RoomInvalid               // Room; Text is why
	RoomConfusing             // Room looks like another in use
	NoSuchRoom                // Room
	RoomReserved              // Room closed and is kept for its people
	TooManyRooms              // Limit: rooms a user may be in
	AlreadyMember             // Room, Nick
	NotMember                 // Room: the one who asks is not in it
	TargetNotMember           // Room, Nick
	NeedInvitation            // Room
	WrongKey                  // Room
	RoomFull                  // Room
	Banned                    // Room
	CannotSpeak               // Room; Text is why
	NeedRank                  // Room; Rank
	NeedOperator              // one with these powers: Powers
	ListFull                  // Room, Text: the mask; Limit
	TextEmpty                 //
	TextTooLong               // Limit in bytes
	TextInvalid               // not UTF-8, or a control byte
	BadValue                  // Text: what was wrong
	BannedFromServer          // Text: the reason
	NoSuchBan                 // Text: the target
	NickReserved              // Nick is, or looks like, an account's
	NeedAccount               // Room, if it is one's: only accounts may
	AccountInvalid            // Text: why the name is none
	AccountTaken              // Nick: the name
	NoSuchAccount             // Nick
	AlreadySignedIn           // Nick: the account
	WrongCredentials          // the name, the secret or both
	CredentialsChanged        // they were, meanwhile; try again
	AccountSuspended          // Text: why
	Unconfirmed               // the mail address is yet to be confirmed
	WrongCode                 // of a confirmation, or an invitation
	NeedInvitationCode        // accounts are made by invitation here
	RegistrationClosed        // accounts are made by operators here
	OnlySession               // the account takes one session at a time
	TooManyGuesses            // Limit: seconds to wait
	NoSuchMessage             // gone, or not one that may be seen
	NotYours                  // the message is somebody else's
	TooSoon                   // Room; Limit: seconds to wait
	NoKnocking                // Room takes no knocks, or is open
	MessagesFromAccounts      // Nick takes direct messages from accounts only
	NoRequests                // Nick takes no requests of other people's programs
	OutOfScope                // the app password is not for this
	NotStored                 // the disk refused; try again
	NotConfirmed              // it may or may not be stored; sending again with the same id is safe
	Internal                  // a bug; the session is closed
	CodesEnd                  // one more than the last
)

// Refusal is why not: the only error the core returns. It is a plain value.
type Refusal struct {
	Code  Code
	Room  string
	Nick  string
	Text  string
	Rank  Rank
	Limit int
	// Powers are those that were missing.
	Powers Permission
}

// Duplicate answers a command whose id was accepted before: nothing happens again.
type Duplicate struct {
	Position     Position
	Conversation ConversationID
	Number       Number
	Time         Time
}
