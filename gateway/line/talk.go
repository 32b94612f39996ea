package line

import (
	"net/netip"
	"strings"

	"madang/auth"
	"madang/chat"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/charset"
	"madang/wire/line"
)

// talk is this gateway's side of one session. It implements engine.Protocol and
// gateway.Described.
type talk struct {
	// Fixed after construction.
	gateway   *Gateway
	session   *engine.Session
	charset   *codec
	from      netip.Addr
	datagrams bool

	// Owned by the loop.
	form     engine.Form // as answers are rendered from here on; the session's follows
	room     string      // the current one: where plain lines go
	token    string      // proves to be this guest, after a broken connection; none on UDP
	attached bool        // or about to be
	switched bool        // to CP949, and not said yet
	spoke    bool        // a line was handled: too late to begin with resume
}

// Input handles one line, or what came instead of one.
func (t *talk) Input(in engine.Input) {
	switch in.Kind {
	case engine.Line:
		text := t.decode(in.Data)
		if !t.attached {
			t.begin(text)
			return
		}
		t.handle(text)
	case engine.Timer:
		if !t.attached {
			t.attach("", nil)
		}
	case engine.Problem:
		t.problem(in.Code)
	}
}

// decode makes text of a line. Lines of JSON are always UTF-8.
func (t *talk) decode(raw []byte) string {
	if t.form&formJSON != 0 || !t.spoke && isObject(raw) {
		return string(raw)
	}
	d := t.charset.decode(raw)
	if d.Switched {
		t.form |= formCP949
		t.switched = true
	}
	return string(d.Text)
}

// isObject tells whether a line is JSON, as far as its beginning shows.
func isObject(raw []byte) bool { return len(raw) > 0 && raw[0] == '{' }

// begin handles the first line: the guest comes in, then the line counts.
func (t *talk) begin(text string) {
	if !isObject([]byte(text)) {
		t.attach("", func() { t.handle(text) })
		return
	}
	t.form |= formJSON
	r, err := line.ParseRequest([]byte(text))
	if err == nil && r.Type == "resume" && !t.datagrams {
		t.spoke = true
		t.resumeFirst(r)
		return
	}
	t.attach("", func() { t.handle(text) })
}

// attach makes a guest and brings it into the lobby. With a token it is the guest who
// was given it. Then goes on when the guest is there; nil: nothing more.
func (t *talk) attach(token string, then func()) {
	t.enter(token, func() {
		t.arrive()
		if then != nil {
			then()
		}
	})
}

// enter makes the guest, and goes on when it is there.
func (t *talk) enter(token string, then func()) {
	t.attached = true
	nick, err := guestNick(t.gateway.house.Random)
	if err == nil && token == "" && !t.datagrams {
		token, _, err = auth.NewToken(t.gateway.house.Random)
	}
	if err != nil {
		t.gateway.house.Logger.Error("no randomness for a guest", "error", err)
		t.close("", sayInternal)
		return
	}
	t.token = token
	form := t.form
	t.session.Do(engine.Ask{
		Command: t.attachCommand(nick, token),
		Hold:    true,
		Answer: func(_ *chat.State, o engine.Outcome) []byte {
			if o.Refusal == nil {
				return nil
			}
			return appendRefusal(nil, form, o.Refusal, "")
		},
		Done: func(o engine.Outcome) {
			t.session.SetForm(t.form)
			if o.Refusal != nil {
				t.session.Close("", nil)
				return
			}
			then()
		},
	})
}

func (t *talk) attachCommand(nick, token string) *chat.Attach {
	c := &chat.Attach{
		Session: t.session.ID(), Nick: nick, Guest: true, Username: "guest", Realname: "guest",
		Host: t.gateway.house.Cloak(t.from), Address: gateway.CoreAddress(t.from), Gateway: t.gateway.Name(),
	}
	if t.datagrams {
		c.Gateway = "udp"
	}
	if token != "" {
		c.Scope = scopeOf(token)
	}
	return c
}

// scopeOf is what the ids of a guest's commands are remembered under.
func scopeOf(token string) chat.Scope {
	digest := auth.TokenDigest(token)
	return chat.Scope(digest[:len(chat.Scope{})])
}

// arrive brings a new guest into the lobby and tells it who and where it is.
func (t *talk) arrive() {
	form, token := t.form, t.token
	id := t.session.ID()
	t.session.Do(t.replaying(engine.Ask{
		Command: &chat.Join{Session: id, Room: t.gateway.house.Lobby},
		Hold:    true,
		Answer: func(state *chat.State, o engine.Outcome) []byte {
			u := state.UserOf(id)
			if u == nil {
				return nil
			}
			if o.Refusal != nil {
				b := t.appendWelcome(nil, form, u.Nick(), "", token, state.Position())
				return appendRefusal(b, form, o.Refusal, "")
			}
			b := t.appendWelcome(nil, form, u.Nick(), t.gateway.house.Lobby, token, state.Position())
			if form&formJSON == 0 {
				b = appendRoom(b, form, state.RoomByName(t.gateway.house.Lobby), u)
			}
			return b
		},
	}))
}

// appendWelcome tells a guest who it is, and a script how to resume.
func (t *talk) appendWelcome(dst []byte, form engine.Form, nick, room, token string, at chat.Position) []byte {
	if form&formJSON != 0 {
		return line.AppendWelcome(dst, nick, room, token, uint64(at))
	}
	if room == "" {
		return appendSentence(dst, form, sayYouAre, nick)
	}
	return appendSentence(dst, form, sayWelcome, nick, room)
}

// handle does what a line says.
func (t *talk) handle(text string) {
	first := !t.spoke
	t.spoke = true
	if t.switched {
		t.switched = false
		t.change(t.form, sayCharset, charset.CP949.String())
	}
	if first && isObject([]byte(text)) && t.form&formJSON == 0 {
		t.startJSON()
	}
	if command, ok := line.Parse(strings.TrimRight(text, " \t")); ok {
		t.command(command)
		return
	}
	if t.form&formJSON != 0 {
		t.request(text)
		return
	}
	command, _ := line.Parse(text)
	if strings.TrimSpace(command.Args) != "" {
		t.say(chat.Say{Room: t.room, Text: command.Args}, "")
	}
}

// problem answers input that was no line.
func (t *talk) problem(code uint8) {
	limit := t.gateway.config.LineBytesMax
	switch code {
	case problemTooLong:
		t.tell(sayLineTooLong, limit)
	case problemNUL:
		t.tell(sayNUL)
	case problemTooFast:
		t.tell(sayTooFast)
	case problemFirstLong:
		t.close("", sayFirstTooLong, limit)
	case problemFirstNUL:
		t.close("", sayNUL)
	case problemStalled:
		t.close("", sayStalled)
	case problemSilent:
		t.close("silent for two minutes", saySilent)
	default:
		t.session.Close("", nil)
	}
}

// close ends the session with a last sentence; reason is for the others.
func (t *talk) close(reason string, last sentence, args ...any) {
	t.session.Close(reason, appendSentence(nil, t.form, last, args...))
}

// tell answers with a sentence, at its place in the order.
func (t *talk) tell(s sentence, args ...any) {
	b := appendSentence(nil, t.form, s, args...)
	t.session.Do(engine.Ask{Answer: func(*chat.State, engine.Outcome) []byte { return b }})
}

// refuse answers what the gateway itself cannot do.
func (t *talk) refuse(id string, s sentence, args ...any) {
	b := appendFault(nil, t.form, s, id, args...)
	t.session.Do(engine.Ask{Answer: func(*chat.State, engine.Outcome) []byte { return b }})
}

// change renders everything behind it in another form, and says so in that form.
func (t *talk) change(form engine.Form, s sentence, args ...any) {
	t.form = form
	b := appendSentence(nil, form, s, args...)
	t.session.Do(engine.Ask{
		Hold:   true,
		Answer: func(*chat.State, engine.Outcome) []byte { return b },
		Done:   func(engine.Outcome) { t.session.SetForm(form) },
	})
}

// Personal shows an event to the one it befell.
func (t *talk) Personal(dst []byte, p *chat.Placed) []byte {
	kicked, _ := p.Event.(*chat.Kicked)
	if kicked != nil && kicked.RoomName == t.room {
		t.room = t.gateway.house.Lobby
	}
	quit, _ := p.Event.(*chat.Quit)
	switch {
	case t.form&formJSON != 0 && quit != nil:
		return t.gateway.Render(dst, p, t.form&^formQuiet)
	case t.form&formJSON != 0:
		return dst // the object names whom it befell
	case kicked != nil:
		return appendSentence(dst, t.form, sayKicked, kicked.Source.Nick, kicked.RoomName, because(kicked.Reason))
	case quit != nil:
		return appendSentence(dst, t.form, sayKilled, quit.By, because(quit.Reason))
	}
	if e, ok := p.Event.(*chat.Invited); ok {
		return appendSentence(dst, t.form, sayInvited, e.Source.Nick, e.RoomName)
	}
	return dst
}

// because is a reason in brackets, or nothing.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

// Farewell is what the server says last.
func (t *talk) Farewell(dst []byte, reason string) []byte {
	return appendSentence(dst, t.form, sayFarewell, reason)
}

// Ended is the last call.
func (t *talk) Ended() {}

// Charset is what the session writes and is written in.
func (t *talk) Charset() string {
	if t.form&formJSON == 0 && t.charset.name() == charset.CP949 {
		return "cp949"
	}
	return "utf-8"
}

// Encrypted is never the case: this gateway has no TLS.
func (t *talk) Encrypted() bool { return false }
