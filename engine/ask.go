package engine

import (
	"context"

	"madang/chat"
	"madang/chat/core"
	"madang/engine/sequencer"
)

// Outcome is what became of an ask.
type Outcome = sequencer.Outcome

// Ask is one command or question of a session.
type Ask struct {
	Command chat.Command // nil: a question
	// Answer renders what the asker is told, from the state at the ask's place in
	// the order. It must change nothing: it is called again when a batch was undone.
	// An asker whose command becomes an event is shown it here and nowhere else.
	Answer func(*core.State, Outcome) []byte
	// Done is called once, when the outcome stands and its answer is on its way.
	Done func(Outcome)
	// Pages is asked at the ask's place for an answer too long for one piece. Nil
	// result: there is none.
	Pages func(*core.State, Outcome) Pager
	// Task is work that may block (history, a password hash), begun when the outcome
	// stands.
	Task Task
	// Slow is for tasks that keep a processor busy (a password hash): they have a pool of
	// their own, so that reading goes on.
	Slow bool
	// Live is for tasks whose answer must be followed by what happens next without a
	// gap: events are held back behind it. Its answer must be bounded.
	Live bool
	// Hold keeps the session's further input until the outcome stands.
	Hold bool
}

// Pager renders one piece of a long answer; more says that there is another. It is
// called as the asker's queue drains, on the state as it stands then.
type Pager func(dst []byte, state *core.State) (out []byte, more bool)

// Task runs in a bounded pool, not on the loop. The session's input waits. It may
// show nothing behind upTo.
type Task func(ctx context.Context, upTo chat.Position) Result

// Result is what a task came to.
type Result struct {
	Bytes []byte
	Next  Task   // goes on when the asker's queue has drained
	Then  func() // called on the loop, before the session's next input
}

// History is what the engine lends to tasks; the store satisfies it.
type History interface {
	Page(context.Context, chat.HistoryQuery) ([]chat.Message, error)
	Search(context.Context, chat.SearchQuery) (chat.SearchResult, error)
	MessageAt(context.Context, chat.Position) (chat.Message, bool, error)
	// Audit is for those with MayAudit.
	Audit(context.Context, chat.AuditQuery) ([]chat.AuditLine, error)
}
