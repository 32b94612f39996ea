package line

import (
	"context"
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
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
	from    string // only what this one said
	query   chat.SearchQuery

	// Filled in at the question's place in the order.
	places  map[chat.ConversationID]place
	refused bool
}

// searchLine is /search [WORDS] [from:NAME] [in:ROOM] [before:DAY] [after:DAY], one of them
// at least.
func (t *talk) searchLine(args string) {
	q := line.ParseQuery(args)
	if q.Text == "" && q.From == "" && q.In == "" && q.After == "" && q.Before == "" {
		t.refuse("", words.SayUsage, "/search WORDS, /search from:NAME in:#ROOM after:2d before:2026-11-20 WORDS")
		return
	}
	s := search{from: q.From, query: chat.SearchQuery{Text: q.Text, Limit: searchDefault}}
	if s.room = q.In; q.In != "" && !isRoom(q.In) {
		s.room, s.with = "", strings.TrimPrefix(q.In, "@")
	}
	now := t.gateway.house.Engine.Now()
	for _, end := range []struct {
		text string
		to   *chat.Bound
	}{{q.Before, &s.query.Before}, {q.After, &s.query.After}} {
		if at, ok := moment(end.text, now); end.text != "" && !ok {
			t.refuse("", words.SayBadTime, end.text)
			return
		} else if ok {
			*end.to = chat.Bound{Time: at}
		}
	}
	if s.query.After.Time > 0 {
		s.query.After.Time-- // from that moment on: a bound is outside
	}
	t.search(&s)
}

func (t *talk) searchRequest(r *line.Request) {
	s := search{id: r.ID, with: r.To, from: r.From, query: chat.SearchQuery{Text: r.Text, Limit: r.Limit}}
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
	if s.query.After, ok = t.bound(r.After); !ok {
		t.refuse(r.ID, words.SayBadMark, r.After.Text)
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
	now := t.now()
	t.session.Do(engine.Ask{
		Answer: func(state *core.State, _ engine.Outcome) []byte {
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
func (s *search) resolve(state *core.State, now chat.Time) []byte {
	if s.room == "" && s.with == "" {
		s.places = placesOf(state, s.session)
	} else {
		p := past{form: s.form, id: s.id, session: s.session, room: s.room, with: s.with}
		if why := p.resolve(state, now); why != nil {
			return why
		}
		s.places = map[chat.ConversationID]place{p.query.Conversation: {p.room, p.with, p.self}}
	}
	s.query.From = speaker(state, s.session, s.from)
	s.query.Conversations = s.query.Conversations[:0]
	for id := range s.places {
		s.query.Conversations = append(s.query.Conversations, id)
	}
	slices.Sort(s.query.Conversations)
	return nil
}

// speaker is a name as searches compare it; "me" is the one who asks.
func speaker(state *core.State, session chat.SessionID, name string) string {
	self, u := state.UserOf(session), state.UserByNick(name)
	switch {
	case name == "":
		return ""
	case u != nil:
		return u.Folded()
	case self != nil && (strings.EqualFold(name, "me") || name == "나"):
		return self.Folded()
	}
	if a := state.AccountByName(name); a != nil {
		return a.Record().Folded
	}
	return strings.ToLower(name)
}

// placesOf are the rooms of a session, and its direct conversations.
func placesOf(state *core.State, session chat.SessionID) map[chat.ConversationID]place {
	places := map[chat.ConversationID]place{}
	u := state.UserOf(session)
	if u == nil {
		return places
	}
	for _, id := range state.Readable(session) {
		if r := state.RoomByID(id); r != nil {
			places[id] = place{room: r.Name()}
		} else {
			places[id] = place{self: u.Nick()}
		}
	}
	for d := range state.DirectsOf(u.ID()) {
		if p, ok := places[d.ID]; ok {
			p.with = otherOf(state, &d, u.ID())
			places[d.ID] = p
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
		b = g.appendFound(b, s, s.form, m)
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

// appendFound shows a message of one of the places.
func (g *Gateway) appendFound(dst []byte, s *search, form engine.Form, m *chat.Message) []byte {
	return g.appendAt(dst, form, m, s.places[m.Conversation])
}

// appendAt shows a message with the place where it was said.
func (g *Gateway) appendAt(dst []byte, form engine.Form, m *chat.Message, p place) []byte {
	to := ""
	if p.room == "" {
		if to = p.with; m.Source.Nick == p.with {
			to = p.self
		}
	}
	return g.appendStoredMessage(dst, form, m, p.room, to)
}
