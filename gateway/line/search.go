package line

import (
	"context"
	"madang/gateway/line/words"
	"slices"

	"madang/chat"
	"madang/engine"
	"madang/wire/line"
)

// Bounds of a search.
const (
	searchDefault = 20
	searchMax     = 100
)

// place is where a found message was said.
type place struct{ room, with, self string }

// search is a question over conversations.
type search struct {
	// Fixed when it is asked.
	form    engine.Form
	id      string
	session chat.SessionID
	room    string // only there; empty: wherever the session may read
	with    string // only the direct messages with this one
	query   chat.SearchQuery

	// Filled in at the question's place in the order.
	places  map[chat.ConversationID]place
	refused bool
}

func (t *talk) searchLine(args string) {
	if args == "" {
		t.refuse("", words.SayUsage, "/search WORDS")
		return
	}
	t.search(&search{query: chat.SearchQuery{Text: args, Limit: searchDefault}})
}

func (t *talk) searchRequest(r *line.Request) {
	s := search{id: r.ID, with: r.To, query: chat.SearchQuery{Text: r.Text, Limit: r.Limit}}
	if r.Room != "" {
		s.room = roomName(r.Room)
	}
	if s.query.Limit == 0 {
		s.query.Limit = searchDefault
	}
	s.query.Limit = min(s.query.Limit, searchMax)
	var ok bool
	if s.query.Before, ok = t.bound(r.Before); !ok {
		t.refuse(r.ID, words.SayBadMark, r.Before.Text)
		return
	}
	t.search(&s)
}

// search asks: where may be looked is decided in the order, the looking is a task.
func (t *talk) search(s *search) {
	if t.gateway.history == nil {
		t.refuse(s.id, words.SayNoHistory)
		return
	}
	s.form, s.session = t.form, t.session.ID()
	now := chat.Time(t.gateway.house.Engine.Now().UnixMilli())
	t.session.Do(engine.Ask{
		Answer: func(state *chat.State, _ engine.Outcome) []byte {
			why := s.resolve(state, now)
			s.refused = why != nil
			return why
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result {
			if s.refused {
				return engine.Result{}
			}
			s.query.UpTo = upTo
			return t.gateway.find(ctx, s)
		},
	})
}

// resolve finds the conversations to be searched, or says why there are none.
func (s *search) resolve(state *chat.State, now chat.Time) []byte {
	if s.room == "" && s.with == "" {
		s.places = placesOf(state, s.session)
	} else {
		p := past{form: s.form, id: s.id, session: s.session, room: s.room, with: s.with}
		if why := p.resolve(state, now); why != nil {
			return why
		}
		s.places = map[chat.ConversationID]place{p.query.Conversation: {p.room, p.with, p.self}}
	}
	s.query.Conversations = s.query.Conversations[:0]
	for id := range s.places {
		s.query.Conversations = append(s.query.Conversations, id)
	}
	slices.Sort(s.query.Conversations)
	return nil
}

// placesOf are the rooms of a session, and its conversations with people who are here.
func placesOf(state *chat.State, session chat.SessionID) map[chat.ConversationID]place {
	places := map[chat.ConversationID]place{}
	u := state.UserOf(session)
	if u == nil {
		return places
	}
	for r := range u.Rooms() {
		places[r.ID()] = place{room: r.Name()}
	}
	if len(state.Readable(session)) == len(places) {
		return places
	}
	for other := range state.Users() {
		if id, ok := state.Direct(u.ID(), other.ID()); ok {
			places[id] = place{with: other.Nick(), self: u.Nick()}
		}
	}
	return places
}

// find looks, and shows what was found in the order in which it was said.
func (g *Gateway) find(ctx context.Context, s *search) engine.Result {
	result, err := g.history.Search(ctx, s.query)
	if err != nil {
		return g.historyFailed(err, s.form, s.id)
	}
	return g.showFound(s, result.Messages, len(result.Messages), result.UpTo)
}

// showFound shows one page of what was found, newest first in found, from its end.
func (g *Gateway) showFound(s *search, found []chat.Message, total int, upTo chat.Position) engine.Result {
	var b []byte
	for len(found) > 0 && len(b) < pageBytes {
		m := &found[len(found)-1]
		found = found[:len(found)-1]
		p := s.places[m.Conversation]
		to := ""
		if p.room == "" {
			if to = p.with; m.Source.Nick == p.with {
				to = p.self
			}
		}
		b = g.appendStoredMessage(b, s.form, m, p.room, to)
	}
	if len(found) > 0 {
		return engine.Result{Bytes: b, Next: func(context.Context, chat.Position) engine.Result {
			return g.showFound(s, found, total, upTo)
		}}
	}
	if s.form&words.FormJSON != 0 {
		o := line.Begin(b, "search").Number("count", uint64(total)).Number("position", uint64(upTo))
		return engine.Result{Bytes: o.Optional("id", s.id).End()}
	}
	return engine.Result{Bytes: words.AppendSentence(b, s.form, words.SaySearchEnd, total)}
}
