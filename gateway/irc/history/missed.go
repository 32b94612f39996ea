package history

import (
	"context"

	"madang/chat"
	"madang/chat/core"
	"madang/gateway/irc/reply"
)

// Missed is what somebody who comes back is shown without asking.
type Missed struct {
	Place
	After chat.Bound // what he knows; open: the newest messages are shown
	Limit int
}

// missedBytesMax is where what was missed ends: it is one piece.
const missedBytesMax = 256 << 10

// MissedOf is what an account that comes back has missed: since it left, if it is known
// where that was (left is not 0), else since it said that it had read, else the last
// lines of its rooms.
func (a Asker) MissedOf(w *reply.Writer, account *core.Account, left chat.Position, lines, most int) []Missed {
	var all []Missed
	for _, p := range a.All(w) {
		m := Missed{Place: p, Limit: most}
		mark, _ := account.Mark(p.Conversation)
		switch {
		case p.Last == 0:
			continue
		case left > 0:
			m.After = chat.Bound{Position: left}
		case mark.Time > 0 && mark.Number > 0:
			m.After = chat.Bound{Number: mark.Number}
		case p.Room == "":
			continue
		default:
			m.Limit = lines
		}
		if m.Limit > 0 {
			all = append(all, m)
		}
	}
	return all
}

// Missed reads what was missed, in one piece.
func (r *Reader) Missed(ctx context.Context, all []Missed, upTo chat.Position) ([]byte, error) {
	var b []byte
	for i := range all {
		m := &all[i]
		found, err := r.page(ctx, chat.HistoryQuery{
			Conversation: m.Conversation, After: m.After, UpTo: upTo, Limit: m.Limit, Newest: true,
		})
		if err != nil {
			return b, err
		}
		if len(found) == 0 {
			continue
		}
		s := &shown{
			reader: r, kind: "chathistory", target: m.Name(), batch: r.batchID(upTo, i), from: found, place: m.target, dated: true,
		}
		for more := true; more; {
			b, more = s.pieces()(b)
		}
		if len(b) > missedBytesMax {
			break
		}
	}
	return b, nil
}
