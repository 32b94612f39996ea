package line

import (
	"errors"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// request does what a JSON line says.
func (t *talk) request(text string) {
	r, err := line.ParseRequest([]byte(text))
	if err != nil {
		t.refuseRequest(text, err)
		return
	}
	if t.outside && !requestAtTheDoor(r.Type) {
		t.refused(r.ID, &chat.Refusal{Code: chat.NeedAccount})
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
	case "knock":
		t.knock(r.ID, roomName(r.Room), r.Text)
	default:
		t.messageRequest(&r)
	}
}

func requestAtTheDoor(kind string) bool {
	return kind == "register" || kind == "verify" || kind == "login" || kind == "ping" || kind == "quit"
}

// messageRequest is request for what is about messages that were said.
func (t *talk) messageRequest(r *line.Request) {
	switch r.Type {
	case "read":
		room := ""
		if r.To == "" {
			room = t.orCurrent(r.Room)
		}
		t.read(r.ID, room, r.To, chat.Number(r.Number))
	case "unread":
		t.unread(r.ID)
	case "edit":
		if a := t.named(r); a != nil {
			t.edit(r.ID, r.Text, a)
		}
	case "erase":
		if a := t.named(r); a != nil {
			t.erase(r.ID, r.Text, a)
		}
	case "react":
		if a := t.named(r); a != nil {
			t.react(r.ID, r.Sign, r.Remove, a)
		}
	default:
		t.accountRequest(r)
	}
}

// accountRequest is request for what is about accounts.
func (t *talk) accountRequest(r *line.Request) {
	switch r.Type {
	case "register":
		t.register(r.ID, gateway.Applicant{Name: r.Account, Password: r.Password, Email: r.Mail, Invitation: r.Invitation})
	case "verify":
		t.verify(r.ID, r.Account, r.Code)
	case "login":
		t.login(r.ID, r.Account, withCode(r))
	case "logout":
		t.logout(r.ID)
	case "password":
		t.passwd(r.ID, r.Old, r.New)
	case "account":
		if r.Set != "" {
			t.setAccount(r.ID, r.Set, r.On)
			return
		}
		t.showAccount(r.ID)
	case "delete-account":
		t.deleteAccount(r.ID, r.Password)
	case "sessions":
		t.sessions(r.ID)
	case "end-session":
		t.endSession(r.ID, r.Session)
	case "apps":
		t.listApps(r.ID)
	case "add-app":
		t.addApp(r)
	case "revoke-app":
		t.revokeApp(r.ID, r.App)
	case "totp":
		t.totp(r.ID, r.On, r.Code)
	case "claim":
		t.claim(r.ID, r.Code)
	}
}

// withCode is a password with the one-time code behind it, as Accounts takes them.
func withCode(r *line.Request) string {
	if r.Code == "" {
		return r.Password
	}
	return r.Password + " " + r.Code
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
	t.session.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte { return b }})
}

func (t *talk) sayRequest(r *line.Request) {
	c := chat.Say{Text: r.Text, ID: r.ID, ReplyTo: r.Reply}
	if r.To != "" {
		c.Nick = r.To
	} else {
		c.Room = t.orCurrent(r.Room)
	}
	t.say(c, r.ID)
}

func (t *talk) pong(r *line.Request) {
	b := line.Begin(nil, "pong").Optional("text", r.Text).Optional("id", r.ID).End()
	t.session.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte { return b }})
}
