package irc

import (
	"context"
	"strconv"
	"time"

	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// replay is the task that shows a newcomer the last messages of a room. What happens
// while it reads is held back behind it, so that there is neither hole nor double.
func (j *joining) replay(lines int) func(context.Context, chat.Position) engine.Result {
	return func(ctx context.Context, upTo chat.Position) engine.Result {
		if j.room == 0 || j.silent {
			return engine.Result{}
		}
		g := j.client.gateway
		found, err := g.house.Engine.History().Page(ctx, chat.HistoryQuery{
			Conversation: j.room, UpTo: upTo, Limit: min(lines, replayMax), Newest: true,
		})
		if err != nil {
			g.house.Logger.Error("history not read", "gateway", g.Name(), "room", j.name, "error", err)
			return engine.Result{Bytes: irc.AppendText(nil, g.house.Name, "NOTE", "JOIN", "HISTORY_UNAVAILABLE", j.name, "Earlier messages could not be read")}
		}
		return engine.Result{Bytes: j.client.past(j.name, found)}
	}
}

// replayMax bounds a replay, which is one answer.
const replayMax = 1000

// past renders messages of history. It runs beside the loop: it must touch nothing that
// the loop owns, but for what no input can change while the task runs.
func (c *client) past(room string, messages []chat.Message) []byte {
	if len(messages) == 0 {
		return nil
	}
	render := past{client: c, room: room, form: c.form()}
	if c.caps&capBatch != 0 {
		render.batch = "h" + strconv.FormatUint(uint64(messages[0].Position), 36)
	}
	return c.encode(render.all(messages))
}

// past is a replay being rendered.
type past struct {
	client *client
	room   string
	form   engine.Form
	batch  string // empty: the client knows none
}

func (p *past) all(messages []chat.Message) []byte {
	g := p.client.gateway
	// The gateway's own clock is the loop's.
	shadow := &Gateway{house: g.house}
	var b []byte
	if p.batch != "" {
		b = irc.Append(b, g.house.Name, "BATCH", "+"+p.batch, "chathistory", p.room)
	}
	for i := range messages {
		b = p.one(shadow, b, &messages[i])
	}
	if p.batch != "" {
		b = irc.Append(b, g.house.Name, "BATCH", "-"+p.batch)
	}
	return b
}

// one appends one message; a client that is not told the time in a tag sees it in the
// text.
func (p *past) one(g *Gateway, dst []byte, m *chat.Message) []byte {
	s := speech{
		source: &m.Source, position: m.Position, time: m.Time, what: m.What, target: p.room,
		text: m.Text, tags: m.Tags, replyTo: m.ReplyTo, batch: p.batch,
	}
	if p.form&engine.Form(capServerTime) == 0 {
		s.text = time.UnixMilli(int64(m.Time)).UTC().Format("[01-02 15:04] ") + s.text
	}
	return g.appendSpeech(dst, p.form&^formCP949, &s)
}
