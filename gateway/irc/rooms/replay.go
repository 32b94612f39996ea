package rooms

import (
	"context"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/talk"
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
			query.After, query.Limit = chat.Bound{Number: j.read}, max(query.Limit, talk.MissedMax)
		}
		house := &j.client.Hall.House
		found, err := house.Engine.History().Page(ctx, query)
		if err != nil {
			house.Logger.Error("history not read", "gateway", "irc", "room", j.name, "error", err)
			note := irc.AppendText(nil, house.Name, "NOTE", "JOIN", "HISTORY_UNAVAILABLE", j.name, "Earlier messages could not be read")
			return engine.Result{Bytes: j.client.Encode(note)}
		}
		return engine.Result{Bytes: talk.Past(j.client, j.name, found)}
	}
}

// replayMax bounds a replay, which is one answer.
const replayMax = 1000
