package line

import (
	"errors"
	"madang/gateway/line/words"

	"madang/chat"
	"madang/engine"
	"madang/wire/line"
)

// request does what a JSON line says.
func (t *talk) request(text string) {
	r, err := line.ParseRequest([]byte(text))
	if err != nil {
		t.refuseRequest(text, err)
		return
	}
	switch r.Type {
	case "say":
		t.sayRequest(&r)
	case "join":
		t.enterRoom(roomName(r.Room), r.Key, r.ID)
	case "part":
		t.leaveRoom(t.orCurrent(r.Room), r.Text, r.ID)
	case "nick":
		t.changeNick(r.Nick, r.ID)
	case "topic":
		if r.HasText {
			t.setTopic(roomName(r.Room), r.Text, r.ID)
			return
		}
		t.showTopic(roomName(r.Room), r.ID)
	case "history":
		t.historyRequest(&r)
	case "search":
		t.searchRequest(&r)
	case "resume":
		t.resumeLater(&r)
	case "ping":
		t.pong(&r)
	case "quit":
		t.close(r.Text, words.SayBye)
	}
}

// orCurrent is a room's name, or the current room when there is none.
func (t *talk) orCurrent(room string) string {
	if room == "" {
		return t.room
	}
	return roomName(room)
}

func (t *talk) refuseRequest(text string, err error) {
	if !isObject([]byte(text)) {
		t.refuse("", words.SayNotJSON)
		return
	}
	id := ""
	if wrong := (*line.RequestError)(nil); errors.As(err, &wrong) {
		id = wrong.ID
	}
	b := line.AppendError(nil, "bad-request", err.Error(), id)
	t.session.Do(engine.Ask{Answer: func(*chat.State, engine.Outcome) []byte { return b }})
}

func (t *talk) sayRequest(r *line.Request) {
	c := chat.Say{Text: r.Text, ID: r.ID}
	if r.To != "" {
		c.Nick = r.To
	} else {
		c.Room = t.orCurrent(r.Room)
	}
	t.say(c, r.ID)
}

func (t *talk) pong(r *line.Request) {
	b := line.Begin(nil, "pong").Optional("text", r.Text).Optional("id", r.ID).End()
	t.session.Do(engine.Ask{Answer: func(*chat.State, engine.Outcome) []byte { return b }})
}
