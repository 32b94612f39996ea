package line

import (
	"cmp"
	"context"
	"strings"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// Bounds of history.
const (
	historyDefault = 20
	historyMax     = 1_000_000
	pageMessages   = 100
	// pageBytes is where a page of rendered messages ends; the last may reach over.
	pageBytes = 64 << 10
)

// past is a question about what was said in one conversation.
type past struct {
	// Fixed when it is asked.
	form    engine.Form
	id      string // the command's own
	session chat.SessionID
	room    string // empty for direct messages
	with    string // for direct messages: the other one
	query   chat.HistoryQuery
	newest  bool // the last messages, not the first behind query.After
	left    int  // messages still wanted

	// Filled in at the question's place in the order.
	self    string // for direct messages: who asks
	refused bool

	shown int
}

// historyLine is /history [#room or nick] [n].
func (t *talk) historyLine(args string) {
	p := past{room: t.room, newest: true, left: historyDefault}
	word, rest := line.Word(args)
	if word != "" && count(word) == 0 && !strings.ContainsAny(word[:1], "-0123456789") { // no name begins so
		if p.room, p.with = word, ""; !isRoom(word) {
			p.room, p.with = "", strings.TrimPrefix(word, "@")
		}
		word, _ = line.Word(rest)
	}
	if word != "" {
		if p.left = count(word); p.left == 0 {
			t.refuse("", words.SayUsage, "/history 50, /history #ROOM 50, /history NAME 50")
			return
		}
	}
	t.past(&p)
}

// historyRequest is {"type":"history"}: with "after" the first messages behind it, else
// the last before "before".
func (t *talk) historyRequest(r *line.Request) {
	p := past{id: r.ID, room: t.orCurrent(r.Room), newest: !r.After.Set, left: r.Limit}
	if r.To != "" {
		p.room, p.with = "", r.To
	}
	if p.left == 0 {
		p.left = historyDefault
	}
	var ok bool
	if p.query.After, ok = t.bound(r.After); !ok {
		t.refuse(r.ID, words.SayBadMark, r.After.Text)
		return
	}
	if p.query.Before, ok = t.bound(r.Before); !ok {
		t.refuse(r.ID, words.SayBadMark, r.Before.Text)
		return
	}
	t.past(&p)
}

// bound makes an end of a stretch of history of what a script wrote.
func (t *talk) bound(m line.Mark) (b chat.Bound, ok bool) {
	switch {
	case !m.Set:
		return chat.Bound{}, true
	case m.Text == "":
		return chat.Bound{Position: chat.Position(m.Position)}, true
	}
	if epoch, position, ok := chat.ParseMessageID(m.Text); ok && epoch == t.gateway.house.Engine.Epoch() {
		return chat.Bound{Position: position}, true
	}
	at, err := time.Parse(time.RFC3339Nano, m.Text)
	return chat.Bound{Time: chat.Time(at.UnixMilli())}, err == nil
}

// past asks for history: who may read is decided in the order, the reading is a task.
func (t *talk) past(p *past) {
	if t.gateway.history == nil {
		t.refuse(p.id, words.SayNoHistory)
		return
	}
	p.form, p.session, p.left = t.form, t.session.ID(), min(p.left, historyMax)
	now := t.now()
	t.session.Do(engine.Ask{
		Answer: func(state *core.State, _ engine.Outcome) []byte {
			why := p.resolve(state, now)
			p.refused = why != nil
			return why
		},
		Task: func(ctx context.Context, upTo chat.Position) engine.Result {
			if p.refused {
				return engine.Result{}
			}
			p.query.UpTo = upTo
			return t.gateway.firstPage(ctx, p)
		},
	})
}

// resolve finds the conversation, or says why it cannot be read.
func (p *past) resolve(state *core.State, now chat.Time) []byte {
	u := state.UserOf(p.session)
	if u == nil {
		return words.AppendRefusal(nil, p.form, &chat.Refusal{Code: chat.NoSuchSession}, p.id)
	}
	if p.with != "" {
		return p.resolveDirect(state, u)
	}
	room := state.RoomByName(p.room)
	if room == nil || !state.MaySeeRoom(u, room) {
		return words.AppendRefusal(nil, p.form, &chat.Refusal{Code: chat.NoSuchRoom, Room: p.room}, p.id)
	}
	if !state.MayRead(p.session, room.ID(), now) {
		return words.AppendFault(nil, p.form, words.SayMayNotRead, p.id, room.Name())
	}
	p.room, p.query.Conversation = room.Name(), room.ID()
	return nil
}

func (p *past) resolveDirect(state *core.State, u *core.User) []byte {
	id, name := chat.UserID(0), ""
	if other := state.UserByNick(p.with); other != nil {
		id, name = other.ID(), other.Nick()
	} else if a := state.AccountByName(p.with); a != nil {
		id, name = a.User(), a.Name()
	}
	if name == "" {
		return words.AppendRefusal(nil, p.form, &chat.Refusal{Code: chat.NoSuchNick, Nick: p.with}, p.id)
	}
	conversation, ok := state.Direct(u.ID(), id)
	if ok && !state.MayRead(p.session, conversation, 0) {
		return words.AppendRefusal(nil, p.form, &chat.Refusal{Code: chat.OutOfScope}, p.id)
	}
	if !ok {
		if state.UserByID(id) == nil { // whether there is such an account is nobody's business
			return words.AppendRefusal(nil, p.form, &chat.Refusal{Code: chat.NoSuchNick, Nick: p.with}, p.id)
		}
		return words.AppendFault(nil, p.form, words.SayHistoryNone, p.id, name)
	}
	p.with, p.self, p.query.Conversation = name, u.Nick(), conversation
	return nil
}

// name is what the conversation is called.
func (p *past) name() string { return cmp.Or(p.room, p.with) }

// firstPage finds where to begin.
func (g *Gateway) firstPage(ctx context.Context, p *past) engine.Result {
	if !p.newest {
		return g.page(ctx, p)
	}
	last := p.query
	last.Newest, last.Limit = true, 1
	found, err := g.history.Page(ctx, last)
	if err != nil {
		return g.historyFailed(err, p.form, p.id)
	}
	if len(found) == 1 && found[0].Number > chat.Number(p.left) {
		p.query.After = chat.Bound{Number: found[0].Number - chat.Number(p.left)}
	}
	return g.page(ctx, p)
}

// page renders messages until the page is full, and goes on behind them.
func (g *Gateway) page(ctx context.Context, p *past) engine.Result {
	p.query.Limit = min(pageMessages, p.left)
	found, err := g.history.Page(ctx, p.query)
	if err != nil {
		return g.historyFailed(err, p.form, p.id)
	}
	var b []byte
	n := 0
	for n < len(found) && len(b) < pageBytes {
		b = g.appendPast(b, p, &found[n])
		n++
	}
	p.shown += n
	p.left -= n
	if p.left == 0 || n == len(found) && n < p.query.Limit {
		return engine.Result{Bytes: g.appendPastEnd(b, p)}
	}
	p.query.After = chat.Bound{Number: found[n-1].Number}
	return engine.Result{Bytes: b, Next: func(ctx context.Context, _ chat.Position) engine.Result { return g.page(ctx, p) }}
}

func (g *Gateway) historyFailed(err error, form engine.Form, id string) engine.Result {
	g.house.Logger.Error("history not read", "gateway", g.Name(), "error", err)
	return engine.Result{Bytes: words.AppendFault(nil, form, words.SayHistoryFailed, id)}
}

// appendPast shows a message of the past.
func (g *Gateway) appendPast(dst []byte, p *past, m *chat.Message) []byte {
	return g.appendAt(dst, p.form, m, place{p.room, p.with, p.self})
}

// appendStoredMessage shows a message with its time.
func (g *Gateway) appendStoredMessage(dst []byte, form engine.Form, m *chat.Message, room, to string) []byte {
	if form&words.FormJSON != 0 {
		return g.renderer.AppendMessage(dst, m, room, to)
	}
	when := time.UnixMilli(int64(m.Time)).UTC().Format("2006-01-02 15:04")
	spoken := words.Spoken{Room: room, Nick: m.Source.Nick, To: to, Kind: m.What, Text: words.PastText(m, form)}
	return words.AppendIn(dst, form, words.AppendSaid(nil, &spoken, when))
}

func (g *Gateway) appendPastEnd(dst []byte, p *past) []byte {
	name := p.name()
	switch {
	case p.form&words.FormJSON != 0:
		return line.Begin(dst, "history").Optional("room", p.room).Optional("to", p.with).Number("count", uint64(p.shown)).
			Number("position", uint64(p.query.UpTo)).Optional("id", p.id).End()
	case p.shown == 0:
		return words.AppendSentence(dst, p.form, words.SayHistoryNone, name)
	}
	return words.AppendSentence(dst, p.form, words.SayHistoryEnd, name, p.shown)
}

// replaying makes an ask that joins a room show what was last said there, if the
// gateway is set so. Scripts ask for history themselves.
func (t *talk) replaying(join engine.Ask) engine.Ask {
	lines := t.gateway.config.ReplayLines
	if lines == 0 || t.gateway.history == nil || t.form&words.FormJSON != 0 {
		return join
	}
	p := past{form: t.form}
	done := join.Done
	join.Done = func(o engine.Outcome) {
		for i := range o.Events {
			if e, ok := o.Events[i].Event.(*chat.Joined); ok {
				p.room, p.query.Conversation = e.RoomName, e.Room
			}
		}
		if done != nil {
			done(o)
		}
	}
	join.Live = true // what is said from now on follows what was said before
	join.Task = func(ctx context.Context, upTo chat.Position) engine.Result {
		if p.room == "" {
			return engine.Result{}
		}
		p.query.UpTo, p.query.Newest, p.query.Limit = upTo, true, lines
		return t.gateway.replay(ctx, &p)
	}
	return join
}

// replay shows the newest messages, as many as pageBytes hold: there is no second page.
func (g *Gateway) replay(ctx context.Context, p *past) engine.Result {
	found, err := g.history.Page(ctx, p.query)
	if err != nil {
		return g.historyFailed(err, p.form, "")
	}
	size := 0
	for i := len(found) - 1; i >= 0; i-- {
		if size += len(found[i].Text); size > pageBytes {
			found = found[i+1:]
			break
		}
	}
	var b []byte
	for i := range found {
		b = g.appendPast(b, p, &found[i])
	}
	return engine.Result{Bytes: b}
}
