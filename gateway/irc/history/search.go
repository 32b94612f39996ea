package history

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/names"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Bounds of a search.
const (
	searchDefault = 50
	searchMax     = 200
)

// search is SEARCH: messages that hold all words of a text, or of somebody, or between
// times, wherever the asker may read or in one place, newest ones if there are too many.
type search struct {
	asker  Asker
	in     string // one place; empty: everywhere
	asks   bool   // there is something to search for
	query  chat.SearchQuery
	places map[chat.ConversationID]*Place
}

// Search reads the parameters of SEARCH: attributes written like tags. Those that are
// not known are passed over.
func Search(a Asker, params []string) (Question, *Fault) {
	q := &search{asker: a, query: chat.SearchQuery{Limit: searchDefault}}
	m := irc.Message{Tags: []byte(params[0])}
	for tag := range m.AllTags() {
		value := string(irc.AppendUnescaped(nil, tag.Value))
		if !q.attribute(string(tag.Key), value) {
			return nil, fault("INVALID_PARAMS", render.OneWord(string(tag.Key)), "Invalid parameters")
		}
	}
	if !q.asks {
		return nil, fault("INVALID_PARAMS", "text", "There is nothing to search for")
	}
	return q, nil
}

// attribute takes one attribute; false: it makes no sense.
func (q *search) attribute(key, value string) bool {
	switch key {
	case "in", "from", "text", "after", "before":
		q.asks = q.asks || value != ""
	}
	switch key {
	case "in":
		q.in = value
	case "from":
		q.query.From = names.Fold(value)
	case "text":
		q.query.Text = value
	case "after", "before":
		ms, ok := irc.ParseTimestamp(strings.TrimPrefix(value, "timestamp="))
		if key == "after" {
			q.query.After = point{time: chat.Time(ms), hasTime: true}.after()
		} else {
			q.query.Before = point{time: chat.Time(ms), hasTime: true}.before()
		}
		return ok
	case "limit":
		n, err := strconv.Atoi(value)
		q.query.Limit = min(n, searchMax)
		return err == nil && n > 0
	}
	return true
}

// Resolve finds where may be searched. A place that may not be read is searched like
// one where nothing was said.
func (q *search) Resolve(w *reply.Writer) bool {
	q.places = map[chat.ConversationID]*Place{}
	all := q.asker.All(w)
	if q.in != "" {
		all = nil
		if p, ok := q.asker.Find(w, q.in); ok && p.Conversation != 0 {
			all = append(all, p)
		}
	}
	q.query.Conversations = q.query.Conversations[:0]
	for i := range all {
		q.places[all[i].Conversation] = &all[i]
		q.query.Conversations = append(q.query.Conversations, all[i].Conversation)
	}
	slices.Sort(q.query.Conversations)
	return true
}

// Failed says that nothing could be searched.
func (q *search) Failed(w *reply.Writer) {
	w.Fail("SEARCH", "INTERNAL_ERROR", "The search failed")
}

// Read searches.
func (q *search) Read(ctx context.Context, r *Reader, upTo chat.Position) (Pieces, error) {
	s := &shown{reader: r, kind: "search", batch: r.batchID(upTo, 0)}
	if len(q.query.Conversations) == 0 {
		return s.pieces(), nil
	}
	q.query.UpTo = upTo
	if q.query.Before == (chat.Bound{}) { // a place alone is enough to ask for
		q.query.Before = chat.Bound{Position: upTo + 1}
	}
	found, err := r.History.Search(ctx, q.query)
	if err != nil {
		return nil, err
	}
	s.from = visible(found.Messages, 0, r.Viewer)
	slices.Reverse(s.from)
	s.place = func(m *chat.Message) string { return q.places[m.Conversation].target(m) }
	return s.pieces(), nil
}
