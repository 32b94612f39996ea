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
	Relayer      string
	Edited       Time       // when it got its present text; 0: it is the first one
	Erased       bool       // its text is gone for ever
	Reactions    []Reaction // in the order they first came
	// Event is what happened here when it is no message: only queries with Events
	// give those, without Number.
	Event Event
}

// Reaction is how often a message was answered with a sign.
type Reaction struct {
	Sign  string
	Users []string // nicks, the first ones
	Count int
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
	Events       bool     // with what else happened there and is kept
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
