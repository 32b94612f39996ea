package history

import (
	"cmp"
	"context"
	"slices"

	"madang/chat"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// targets is CHATHISTORY TARGETS.
type targets struct {
	asker  Asker
	bounds [2]chat.Time
	limit  int
	found  []Place
}

func targetsOf(a Asker, params []string) (Question, *Fault) {
	if f := counted("TARGETS", params, 4); f != nil {
		return nil, f
	}
	q := &targets{asker: a}
	for i := range q.bounds {
		s, known, ok := irc.ParseSelector(params[1+i])
		if !known || !ok || !s.HasTime {
			return nil, fault("INVALID_PARAMS", "TARGETS", render.OneWord(params[1+i]), "Invalid timestamp")
		}
		q.bounds[i] = chat.Time(s.Ms)
	}
	var f *Fault
	q.limit, f = limit("TARGETS", params[3])
	return q, f
}

// Resolve finds the places whose last message lies between the bounds, counted from the
// first one on.
func (q *targets) Resolve(w *reply.Writer) bool {
	from, to := q.bounds[0], q.bounds[1]
	backwards := from > to
	if backwards {
		from, to = to, from
	}
	q.found = slices.DeleteFunc(q.asker.All(w), func(p Place) bool { return p.Last <= from || p.Last >= to })
	slices.SortFunc(q.found, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.Conversation, b.Conversation))
	})
	if n := len(q.found); n > q.limit {
		if backwards {
			q.found = q.found[n-q.limit:]
		} else {
			q.found = q.found[:q.limit]
		}
	}
	return true
}

// Failed says that the places could not be told.
func (q *targets) Failed(w *reply.Writer) {
	w.Fail("CHATHISTORY", "MESSAGE_ERROR", "TARGETS", "*", "Messages could not be retrieved")
}

// Read writes the places.
func (q *targets) Read(_ context.Context, r *Reader, upTo chat.Position) (Pieces, error) {
	var b []byte
	id := r.batchID(upTo, 0)
	if id != "" {
		b = irc.Append(b, r.Server, "BATCH", "+"+id, "draft/chathistory-targets")
	}
	for i := range q.found {
		p := &q.found[i]
		if id != "" {
			b = irc.EndTags(irc.AppendTag(b, true, "batch", id))
		}
		b = irc.Append(b, r.Server, "CHATHISTORY", "TARGETS", p.Name(), render.Timestamp(p.Last))
	}
	if id != "" {
		b = irc.Append(b, r.Server, "BATCH", "-"+id)
	}
	return whole(b), nil
}
