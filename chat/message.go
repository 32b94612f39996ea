package chat

// Message is a stored message as history gives it back.
type Message struct {
	Position     Position
	Conversation ConversationID
	Number       Number
	Time         Time
	Source       Source
	What         MessageKind
	Text         string
	Tags         []Tag
	ReplyTo      string
}

// Bound is one end of a stretch of history; the zero Bound is open. At most one
// field is set, and the message that it names is outside the stretch.
type Bound struct {
	Position Position
	Number   Number
	Time     Time
}

// HistoryQuery asks for messages of one conversation. The answer is in ascending
// order whatever Newest says.
type HistoryQuery struct {
	Conversation ConversationID
	After        Bound
	Before       Bound
	UpTo         Position // no message behind this position is shown
	Limit        int      // 1 to 1000
	Newest       bool     // the last Limit messages of the stretch, not the first
}

// SearchQuery asks for messages that hold all the words of Text in the conversations
// given, newest first.
type SearchQuery struct {
	Conversations []ConversationID
	Text          string
	From          string // folded nick; empty: anybody
	After         Bound
	Before        Bound
	UpTo          Position
	Limit         int
}

// SearchResult is what a search found, and up to which position it looked.
type SearchResult struct {
	Messages []Message // newest first
	UpTo     Position
}
