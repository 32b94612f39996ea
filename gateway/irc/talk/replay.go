package talk

import (
	"context"
	"strconv"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
)

// MissedMax is how many messages somebody is shown of a room that he has missed.
const MissedMax = 200

// WantsReplay says whether the client is shown earlier messages without asking: not if
// it can ask.
func WantsReplay(c *client.Client) bool {
	return c.Hall.House.Engine.History() != nil && c.Caps&(render.CapChathistory|render.CapPlayback) == 0
}

// Past renders messages of history. It runs beside the loop: it must touch nothing that
// the loop owns, but for what no input can change while the task runs; so it has a
// renderer of its own.
func Past(c *client.Client, room string, messages []chat.Message) []byte {
	if len(messages) == 0 {
		return nil
	}
	batch := ""
	if c.Caps&render.CapBatch != 0 {
		batch = "h" + strconv.FormatUint(uint64(messages[0].Position), 36)
	}
	house := &c.Hall.House
	beside := render.New(house.Name, house.Engine.Epoch())
	return c.Encode(beside.AppendHistory(nil, c.Form(), room, batch, messages))
}

// ReplayMissed shows somebody who comes back what he missed, behind the JOINs of the ask
// by which he comes: nothing behind his coming, which he is shown as it happens.
func ReplayMissed(c *client.Client, a *client.Ask, lines int) {
	asker, answer, done := newAsker(c), a.Answer, a.Done
	var missed []history.Missed
	a.Answer = func(w *client.Writer, o *engine.Outcome) {
		answer(w, o)
		missed = missedBy(w, asker, o, lines)
	}
	a.Done = func(o engine.Outcome) {
		if done != nil {
			done(o)
		}
		if len(missed) == 0 || len(o.Events) == 0 {
			return
		}
		came, r := o.Events[0].Position, newReader(c)
		c.Do(client.Ask{Live: true, Task: func(ctx context.Context, upTo chat.Position) engine.Result {
			b, err := r.Missed(ctx, missed, min(came, upTo))
			if err != nil {
				c.Hall.House.Logger.Error("history not read", "gateway", "irc", "command", a.Verb, "error", err)
			}
			return engine.Result{Bytes: c.Encode(b)}
		}})
	}
}

// missedBy is what somebody has missed who came to his account's user.
func missedBy(w *client.Writer, asker history.Asker, o *engine.Outcome, lines int) []history.Missed {
	account := accountOf(w)
	left, ok := joins(o)
	if !ok || account == nil {
		return nil
	}
	return asker.MissedOf(&w.Writer, account, left, lines, MissedMax)
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
