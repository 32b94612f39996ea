// Package history answers what IRC clients ask about the past: CHATHISTORY (IRCv3
// chathistory), SEARCH, the playback of bouncers, and which message an id names.
//
// It promises that nothing is read that the asker may not read, that what he may not read
// looks like what does not exist, that no answer is taken into memory at once as lines,
// and that whatever runs beside the loop touches nothing of the loop's.
//
// It refuses to know sessions and their commands: a question is resolved at its place in
// the order with the state of then, and read afterwards.
package history

import (
	"context"
	"strconv"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Question is something that history answers.
type Question interface {
	// Resolve finds out, at the question's place in the order, what may be read. It
	// writes why nothing may, and is false then. It is called again when a batch was
	// undone.
	Resolve(w *reply.Writer) bool
	// Read reads, beside the loop, and gives what shows it.
	Read(ctx context.Context, r *Reader, upTo chat.Position) (Pieces, error)
	// Failed writes that it could not be read.
	Failed(w *reply.Writer)
}

// Pieces appends one piece of an answer, of about PieceBytes; more says that there is
// another.
type Pieces func(dst []byte) (out []byte, more bool)

// PieceBytes is where a piece ends; its last message may reach over.
const PieceBytes = 64 << 10

// MessagesMax is the most messages that one question is answered with.
const MessagesMax = reply.HistoryMax

// Reader reads for one client, beside the loop: it has a renderer of its own.
type Reader struct {
	History engine.History
	Render  *render.Renderer
	Server  string
	Epoch   chat.Epoch
	Form    engine.Form
	Caps    render.Caps
	Viewer  chat.UserID // who asks; 0: nobody who is shown what an auditorium hides
}

// batchID names a batch of a client; empty: he has no batches. One question is answered
// at a time, so that the place in the order up to which it is answered will do.
func (r *Reader) batchID(upTo chat.Position, number int) string {
	if r.Caps&render.CapBatch == 0 {
		return ""
	}
	return "h" + strconv.FormatUint(uint64(upTo), 36) + "-" + strconv.Itoa(number)
}

// refill bounds how often a page is filled up because messages in it were erased, with
// refillPage more or as many as were asked for.
const (
	refill     = 20
	refillPage = 100
)

// page is History.Page without what was erased.
func (r *Reader) page(ctx context.Context, q chat.HistoryQuery) ([]chat.Message, error) {
	limit := q.Limit
	var all []chat.Message
	for range refill {
		found, err := r.History.Page(ctx, q)
		if err != nil {
			return nil, err
		}
		kept := visible(found, q.Conversation, r.Viewer)
		if q.Newest {
			all = append(kept, all...)
		} else {
			all = append(all, kept...)
		}
		if len(found) < q.Limit || len(all) >= limit {
			break
		}
		q.Limit = max(limit, refillPage)
		if q.Newest {
			q.Before = chat.Bound{Position: found[0].Position}
		} else {
			q.After = chat.Bound{Position: found[len(found)-1].Position}
		}
	}
	if q.Newest {
		return all[max(0, len(all)-limit):], nil
	}
	return all[:min(limit, len(all))], nil
}

// visible takes out what is not shown, to a viewer or at all.
func visible(found []chat.Message, room chat.ConversationID, viewer chat.UserID) []chat.Message {
	kept := make([]chat.Message, 0, len(found))
	for i := range found {
		m := &found[i]
		switch m.Event.(type) {
		case *chat.Redacted, *chat.Edited, *chat.MarkSet, *chat.MetadataSet:
			continue
		}
		if !m.Erased && (m.Event == nil || chat.WasShown(m.Event, room, viewer)) {
			kept = append(kept, *m)
		}
	}
	return kept
}

// shown is messages of one or more places, as a batch.
type shown struct {
	reader *Reader
	kind   string // of the batch
	target string // of the batch; empty: it has none
	batch  string // its id; empty: none
	from   []chat.Message
	place  func(*chat.Message) string // to whom a message went
	begun  bool
	dated  bool // the time is in the text, for clients that are not told it in a tag
}

// pieces gives what shows the messages.
func (s *shown) pieces() Pieces {
	return func(dst []byte) ([]byte, bool) {
		r, start := s.reader, len(dst)
		if !s.begun && s.batch != "" {
			params := []string{"+" + s.batch, s.kind}
			if s.target != "" {
				params = append(params, s.target)
			}
			dst = irc.Append(dst, r.Server, "BATCH", params...)
		}
		s.begun = true
		for len(s.from) > 0 && len(dst)-start < PieceBytes {
			m := &s.from[0]
			if s.dated {
				render.Date(m, r.Form)
			}
			dst = r.Render.AppendPast(dst, r.Form, s.place(m), s.batch, m)
			s.from = s.from[1:]
		}
		if len(s.from) > 0 {
			return dst, true
		}
		if s.batch != "" {
			dst = irc.Append(dst, r.Server, "BATCH", "-"+s.batch)
		}
		return dst, false
	}
}

// after gives pieces one after another.
func after(all []Pieces) Pieces {
	return func(dst []byte) ([]byte, bool) {
		if len(all) == 0 {
			return dst, false
		}
		dst, more := all[0](dst)
		if !more {
			all = all[1:]
		}
		return dst, len(all) > 0
	}
}

// whole is an answer in one piece.
func whole(b []byte) Pieces {
	return func(dst []byte) ([]byte, bool) { return append(dst, b...), false }
}
