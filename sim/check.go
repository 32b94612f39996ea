package sim

import (
	"bytes"
	"context"

	"madang/chat"
	"madang/chat/codec"
	"madang/chat/core"
)

// ledger remembers what the world was told, over all crashes.
type ledger struct {
	texts map[string]chat.Position // messages shown or acknowledged; texts are unique
	users map[chat.UserID]bool     // ever shown
}

func newLedger() ledger {
	return ledger{texts: map[string]chat.Position{}, users: map[chat.UserID]bool{}}
}

// put notes that a text stands at a position, for ever and nowhere else.
func (l *ledger) put(w *world, text string, at chat.Position) {
	if before, known := l.texts[text]; known && before != at {
		w.fail("%q stands at %d and at %d", text, before, at)
	}
	l.texts[text] = at
}

// acknowledged notes a message whose sender was told that it stands.
func (l *ledger) acknowledged(w *world, text string, at chat.Position) {
	w.note("acknowledged", text, at)
	l.put(w, text, at)
	if e, ok := w.house.stored(at).(*chat.Said); !ok || e.Text != text {
		w.fail("%q was acknowledged at %d, where something else is", text, at)
	}
}

// stored is the event at a position of the journal; nil: there is none.
func (h *house) stored(at chat.Position) (stored chat.Event) {
	err := h.journal.Read(context.Background(), at-1, func(_ chat.Position, e chat.Event) bool {
		stored = e
		return false
	})
	if err != nil {
		h.world.fail("read journal: %w", err)
	}
	return stored
}

// checkPlaced: a durable event is shown only once it is in the journal.
func (h *house) checkPlaced(p chat.Placed) {
	if p.Event.Class() != chat.Durable {
		return
	}
	stored := h.stored(p.Position)
	if stored == nil {
		h.world.fail("the event at %d is shown before it is committed", p.Position)
		return
	}
	if !bytes.Equal(codec.AppendEvent(nil, stored), codec.AppendEvent(nil, p.Event)) {
		h.world.fail("the event shown at %d is not the one in the journal", p.Position)
	}
}

// checkUser: a guest's number is given once; an account's is its own for ever.
func (h *house) checkUser(e *chat.Attached) {
	if e.Source.Account != "" {
		return
	}
	if h.world.ledger.users[e.Source.User] {
		h.world.fail("user number %d was given again", e.Source.User)
	}
	h.world.ledger.users[e.Source.User] = true
}

// checkReplay: the journal from its beginning, the snapshot with what is behind it,
// and the living state become the same by the start of the node.
func (h *house) checkReplay() {
	whole, err := h.rebuild(nil)
	if err != nil {
		h.world.fail("replay: %w", err)
		return
	}
	other := clone(h.state)
	now := max(h.world.now, whole.LastTime(), other.LastTime())
	if !bytes.Equal(started(whole, now), started(other, now)) {
		h.world.fail("the journal replayed gives another state")
	}
}

// started is a state after the node's start.
func started(s *core.State, now chat.Time) []byte {
	for _, e := range s.Decide(&chat.StartNode{Node: node}, now).Events {
		s.Apply(e)
	}
	return bytesOf(s)
}

// checkEnd reads the journal as one who comes much later.
func (w *world) checkEnd() {
	w.house.checkReplay()
	stored := map[string]chat.Position{}
	numbers := map[chat.ConversationID]chat.Number{}
	next, last := chat.Position(1), chat.Time(0)
	err := w.house.journal.Read(context.Background(), 0, func(at chat.Position, e chat.Event) bool {
		if at != next {
			w.fail("the journal goes from %d to %d", next-1, at)
		}
		next++
		if said, ok := e.(*chat.Said); ok {
			numbers[said.Conversation]++
			if said.Number != numbers[said.Conversation] || said.Time < last {
				w.fail("message %d of %s at %d is out of order", said.Number, said.RoomName, at)
			}
			if stored[said.Text] != 0 {
				w.fail("%q is in the journal twice", said.Text)
			}
			last, stored[said.Text] = said.Time, at
		}
		return true
	})
	if err != nil {
		w.fail("read the journal: %w", err)
	}
	w.checkNothingLost(stored)
}

// checkNothingLost: what anybody was shown or told is where it was.
func (w *world) checkNothingLost(stored map[string]chat.Position) {
	for text, at := range w.ledger.texts {
		if stored[text] != at {
			w.fail("%q was shown at %d and is lost", text, at)
		}
	}
	for _, c := range w.clients {
		for n := 1; n <= c.said; n++ {
			if text := c.text(n); stored[text] == 0 {
				w.fail("%q was acknowledged and is lost", text)
			}
		}
	}
}
