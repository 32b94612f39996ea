package irc

import (
	"context"
	"strconv"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// replay is the task that shows a newcomer the last messages of a room, or those behind
// what he has read. What happens while it reads is held back behind it, so that there is
// neither hole nor double.
func (j *joining) replay(lines int) func(context.Context, chat.Position) engine.Result {
	return func(ctx context.Context, upTo chat.Position) engine.Result {
		if j.room == 0 || j.silent {
			return engine.Result{}
		}
		query := chat.HistoryQuery{Conversation: j.room, UpTo: upTo, Limit: min(lines, replayMax), Newest: true}
		if j.read > 0 {
			query.After, query.Limit = chat.Bound{Number: j.read}, max(query.Limit, missedMax)
		}
		house := &j.client.hall.house
		found, err := house.Engine.History().Page(ctx, query)
		if err != nil {
			house.Logger.Error("history not read", "gateway", "irc", "room", j.name, "error", err)
			return engine.Result{Bytes: irc.AppendText(nil, house.Name, "NOTE", "JOIN", "HISTORY_UNAVAILABLE", j.name, "Earlier messages could not be read")}
		}
		return engine.Result{Bytes: j.client.past(j.name, found)}
	}
}

// missedMax is how many messages somebody is shown of a room that he has missed.
const missedMax = 200

// wantsReplay says whether the client is shown earlier messages without asking: not if
// it can ask.
func (c *client) wantsReplay() bool {
	return c.hall.house.Engine.History() != nil && c.caps&(render.CapChathistory|render.CapPlayback) == 0
}

// replayMax bounds a replay, which is one answer.
const replayMax = 1000

// past renders messages of history. It runs beside the loop: it must touch nothing that
// the loop owns, but for what no input can change while the task runs; so it has a
// renderer of its own.
func (c *client) past(room string, messages []chat.Message) []byte {
	if len(messages) == 0 {
		return nil
	}
	batch := ""
	if c.caps&render.CapBatch != 0 {
		batch = "h" + strconv.FormatUint(uint64(messages[0].Position), 36)
	}
	house := &c.hall.house
	beside := render.New(house.Name, house.Engine.Epoch())
	return c.encode(beside.AppendHistory(nil, c.form(), room, batch, messages))
}

// replayMissed shows somebody who comes back what he missed, behind the JOINs of the ask
// by which he comes: nothing behind his coming, which he is shown as it happens.
func (c *client) replayMissed(a *ask, lines int) {
	asker, answer, done := c.asker(), a.answer, a.done
	var missed []history.Missed
	a.answer = func(w *writer, o *engine.Outcome) {
		answer(w, o)
		missed = w.missed(asker, o, lines)
	}
	a.done = func(o engine.Outcome) {
		if done != nil {
			done(o)
		}
		if len(missed) == 0 || len(o.Events) == 0 {
			return
		}
		came, r := o.Events[0].Position, c.reader()
		c.do(ask{live: true, task: func(ctx context.Context, upTo chat.Position) engine.Result {
			b, err := r.Missed(ctx, missed, min(came, upTo))
			if err != nil {
				c.hall.house.Logger.Error("history not read", "gateway", "irc", "command", a.verb, "error", err)
			}
			return engine.Result{Bytes: c.encode(b)}
		}})
	}
}

// missed is what somebody has missed who came to his account's user.
func (w *writer) missed(asker history.Asker, o *engine.Outcome, lines int) []history.Missed {
	account := w.account()
	left, ok := joins(o)
	if !ok || account == nil {
		return nil
	}
	return asker.MissedOf(&w.Writer, account, left, lines, missedMax)
}

// joins says whether a session came to a user who was here already, and where he had
// been when his last session ended; 0: he has another one.
func joins(o *engine.Outcome) (left chat.Position, ok bool) {
	for i := range o.Events {
		switch e := o.Events[i].Event.(type) {
		case *chat.SessionAdded:
			return e.Left, true
		case *chat.SignedIn:
			return e.Left, e.Present
		}
	}
	return 0, false
}
