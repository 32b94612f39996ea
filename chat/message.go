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

// Cited is the message as Redact and Edit name it.
func (m *Message) Cited() Cited {
	return Cited{
		Position: m.Position, Conversation: m.Conversation, Number: m.Number,
		Author: m.Source.User, Time: m.Time, What: m.What,
	}
}

// Erased is what is kept of a message for ever: where and when it was said, by whom,
// and what State needs; nothing of what was said.
func (e *Said) Erased() *Said {
	left := *e
	left.Text, left.Tags, left.ReplyTo = "", nil, ""
	return &left
}

// Erased is what is kept of an edit whose text is gone.
func (e *Edited) Erased() *Edited {
	return &Edited{
		Conversation: e.Conversation, To: e.To, Message: e.Message, Number: e.Number, What: e.What, Time: e.Time,
	}
}

// Erased is what is kept of a reaction when its message is gone.
func (e *Reacted) Erased() *Reacted {
	return &Reacted{Conversation: e.Conversation, To: e.To, Message: e.Message, Remove: e.Remove, Kept: e.Kept, Time: e.Time}
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

// AuditQuery asks for what operators did. Zero fields ask for everything.
type AuditQuery struct {
	By     string   // a nick or an account, in any spelling
	Since  Time     // not before
	Until  Time     // before
	Before Position // of an earlier answer's last line, for more
	Limit  int      // 1 to 1000
}

// AuditLine is something that an operator did, at its place in the journal.
type AuditLine struct {
	Position Position
	Audited
}
