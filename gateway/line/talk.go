package line

import (
	"net/netip"
	"strings"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/charset"
	"madang/gateway/line/reader"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// talk is this gateway's side of one session. It implements engine.Protocol and
// gateway.Described.
type talk struct {
	// Fixed after construction.
	gateway   *Gateway
	session   *engine.Session
	charset   *reader.Codec
	from      netip.Addr
	datagrams bool

	// Owned by the loop.
	form     engine.Form   // as answers are rendered from here on; the session's follows
	room     string        // the current one: where plain lines go
	token    string        // proves to be this guest, after a broken connection; none on UDP
	attached bool          // or about to be
	outside  bool          // the house takes accounts only: at its door
	account  string        // that the session signed in to; empty: none
	since    chat.Position // of that; what is behind it the session was shown as it happened
	secret   string        // of one-time codes, not confirmed yet
	switched bool          // to CP949, and not said yet
	spoke    bool          // a line was handled: too late to begin with resume
}

// Input handles one line, or what came instead of one.
func (t *talk) Input(in engine.Input) {
	switch in.Kind {
	case engine.Line:
		text := t.decode(in.Data)
		if !t.attached && !t.outside {
			t.begin(text)
			return
		}
		t.handle(text)
	case engine.Timer:
		if !t.attached && !t.outside {
			t.attach("", nil, nil)
		}
	case engine.Problem:
		t.problem(in.Code)
	}
}

// decode makes text of a line. Lines of JSON are always UTF-8.
func (t *talk) decode(raw []byte) string {
	if t.form&words.FormJSON != 0 || !t.spoke && isObject(raw) {
		return string(raw)
	}
	d := t.charset.Decode(raw)
	if d.Switched {
		t.form |= words.FormCP949
		t.switched = true
	}
	return string(d.Text)
}

// isObject tells whether a line is JSON, as far as its beginning shows.
func isObject(raw []byte) bool { return len(raw) > 0 && raw[0] == '{' }

// begin handles the first line: the guest comes in, then the line counts. Who signs in
// with it is no guest before.
func (t *talk) begin(text string) {
	if isObject([]byte(text)) {
		t.form |= words.FormJSON
	}
	if !t.datagrams && t.comesSignedIn(text) {
		return
	}
	handle := func() { t.handle(text) }
	t.attach("", handle, handle)
}

// comesSignedIn handles a first line that says who somebody is: a login, or a resume.
func (t *talk) comesSignedIn(text string) bool {
	if t.form&words.FormJSON == 0 {
		c, ok := line.Parse(strings.TrimRight(text, " \t"))
		name, password := line.Word(c.Args)
		if ok = ok && c.Name == line.Login && password != ""; ok {
			t.spoke = true
			t.login("", name, password)
		}
		return ok
	}
	r, err := line.ParseRequest([]byte(text))
	switch {
	case err != nil:
		return false
	case r.Type == "login":
		t.spoke = true
		t.login(r.ID, r.Account, withCode(&r))
	case r.Type == "resume" && r.Account != "":
		t.spoke = true
		t.resumeAccount(&r)
	case r.Type == "resume":
		t.spoke = true
		t.resumeFirst(r)
	default:
		return false
	}
	return true
}

// attach makes a guest and brings it into the lobby. With a token it is the guest who
// was given it. Then goes on when the guest is there; nil: nothing more. Door is as in
// enter.
func (t *talk) attach(token string, then, door func()) {
	t.enter(token, func() {
		t.arrive()
		if then != nil {
			then()
		}
	}, door)
}

// enter makes the guest, and goes on when it is there. Door goes on instead at the door
// of a house that takes accounts only, and says so where it must; nil: it is said here.
func (t *talk) enter(token string, then, door func()) {
	t.attached = true
	nick, err := words.GuestNick(t.gateway.house.Random)
	if err == nil && token == "" && !t.datagrams {
		token, _, err = auth.NewToken(t.gateway.house.Random)
	}
	if err != nil {
		t.gateway.house.Logger.Error("no randomness for a guest", "error", err)
		t.close("", words.SayInternal)
		return
	}
	t.token = token
	form := t.form
	t.session.Do(engine.Ask{
		Command: t.attachCommand(nick, token),
		Hold:    true,
		Answer: func(_ *core.State, o engine.Outcome) []byte {
			if o.Refusal == nil || door != nil && t.staysOutside(o.Refusal) {
				return nil
			}
			return words.AppendRefusal(nil, form, o.Refusal, "")
		},
		Done: func(o engine.Outcome) {
			t.session.SetForm(t.form)
			switch {
			case o.Refusal == nil:
				then()
			case t.staysOutside(o.Refusal):
				t.attached, t.outside = false, true
				if door != nil {
					door()
				}
			default:
				t.session.Close("", nil)
			}
		},
	})
}

// staysOutside says whether somebody who is refused may sign in instead.
func (t *talk) staysOutside(r *chat.Refusal) bool { return r.Code == chat.NeedAccount && !t.datagrams }

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
		Answer: func(state *core.State, o engine.Outcome) []byte {
			u := state.UserOf(id)
			if u == nil {
				return nil
			}
			if o.Refusal != nil {
				b := t.appendWelcome(nil, form, u.Nick(), "", token, state.Position())
				return words.AppendRefusal(b, form, o.Refusal, "")
			}
			b := t.appendWelcome(nil, form, u.Nick(), t.gateway.house.Lobby, token, state.Position())
			if form&words.FormJSON == 0 {
				b = appendRoom(b, form, state.RoomByName(t.gateway.house.Lobby), u)
			}
			return b
		},
	}))
}

// appendWelcome tells a guest who it is, and a script how to resume.
func (t *talk) appendWelcome(dst []byte, form engine.Form, nick, room, token string, at chat.Position) []byte {
	if form&words.FormJSON != 0 {
		return line.AppendWelcome(dst, &line.Welcome{Nick: nick, Room: room, Token: token, Position: uint64(at)})
	}
	if room == "" {
		return words.AppendSentence(dst, form, words.SayYouAre, nick)
	}
	return words.AppendSentence(dst, form, words.SayWelcome, nick, room)
}

// handle does what a line says.
func (t *talk) handle(text string) {
	first := !t.spoke
	t.spoke, t.room = true, t.gateway.nameNow(t.room)
	if t.switched {
		t.switched = false
		t.change(t.form, words.SayCharset, charset.CP949.String())
	}
	if first && isObject([]byte(text)) && t.form&words.FormJSON == 0 {
		t.startJSON()
	}
	if command, ok := parseCommand(text); ok {
		t.command(command)
		return
	}
	if t.outside && t.form&words.FormJSON == 0 {
		t.refused("", &chat.Refusal{Code: chat.NeedAccount})
		return
	}
	if t.form&words.FormJSON != 0 {
		t.request(text)
		return
	}
	if holdsSecret(text) {
		t.refuse("", words.SayUsage, "/json") // somebody's script is not in JSON
		return
	}
	command, _ := line.Parse(text)
	if strings.TrimSpace(command.Args) != "" {
		t.say(chat.Say{Room: t.room, Text: command.Args}, "")
	}
}

// holdsSecret tells whether a text is a JSON command that went astray with a password or
// the token of a session in it.
func holdsSecret(text string) bool {
	return isObject([]byte(text)) && (strings.Contains(text, `"password"`) || strings.Contains(text, `"resume"`))
}

// parseCommand tells a command from a text to say. A password is not said because of a
// space before the command.
func parseCommand(text string) (line.Command, bool) {
	text = strings.TrimRight(text, " \t")
	if c, ok := line.Parse(strings.TrimLeft(text, " \t")); ok && line.Secret(c.Name) {
		return c, true
	}
	return line.Parse(text)
}

// problem answers input that was no line.
func (t *talk) problem(code uint8) {
	limit := t.gateway.config.LineBytesMax
	switch code {
	case reader.TooLong:
		t.tell(words.SayLineTooLong, limit)
	case reader.NUL:
		t.tell(words.SayNUL)
	case reader.TooFast:
		t.tell(words.SayTooFast)
	case reader.FirstLong:
		t.close("", words.SayFirstTooLong, limit)
	case reader.FirstNUL:
		t.close("", words.SayNUL)
	case reader.Stalled:
		t.close("", words.SayStalled)
	case reader.Silent:
		t.close("silent for two minutes", words.SaySilent)
	default:
		t.session.Close("", nil)
	}
}

// close ends the session with a last sentence; reason is for the others.
func (t *talk) close(reason string, last words.Sentence, args ...any) {
	t.session.Close(reason, words.AppendSentence(nil, t.form, last, args...))
}

// tell answers with a sentence, at its place in the order.
func (t *talk) tell(s words.Sentence, args ...any) {
	b := words.AppendSentence(nil, t.form, s, args...)
	t.session.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte { return b }})
}

// refuse answers what the gateway itself cannot do.
func (t *talk) refuse(id string, s words.Sentence, args ...any) {
	b := words.AppendFault(nil, t.form, s, id, args...)
	t.session.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte { return b }})
}

// change renders everything behind it in another form, and says so in that form.
func (t *talk) change(form engine.Form, s words.Sentence, args ...any) {
	t.form = form
	b := words.AppendSentence(nil, form, s, args...)
	t.session.Do(engine.Ask{
		Hold:   true,
		Answer: func(*core.State, engine.Outcome) []byte { return b },
		Done:   func(engine.Outcome) { t.session.SetForm(form) },
	})
}

// Personal shows an event to the one it befell.
func (t *talk) Personal(dst []byte, p *chat.Placed) []byte {
	switch e := p.Event.(type) {
	case *chat.Kicked:
		if e.RoomName == t.room {
			t.room = t.gateway.house.Lobby
		}
		if t.form&words.FormJSON == 0 {
			return words.AppendSentence(dst, t.form, words.SayKicked, e.Source.Nick, e.RoomName, words.Because(e.Reason))
		}
	case *chat.Quit:
		if t.form&words.FormJSON != 0 {
			return t.gateway.renderer.Render(dst, p, t.form&^words.FormQuiet)
		}
		return words.AppendSentence(dst, t.form, words.SayKilled, e.By, words.Because(e.Reason))
	case *chat.SessionEnded:
		return t.sessionEnded(dst, e)
	case *chat.Invited:
		if t.form&words.FormJSON == 0 {
			return words.AppendSentence(dst, t.form, words.SayInvited, e.Source.Nick, e.RoomName)
		}
	default:
		return t.gateway.renderer.AppendToYou(dst, p, t.form)
	}
	return dst // in JSON the object names whom it befell
}

// sessionEnded tells the one session of several that it was ended.
func (t *talk) sessionEnded(dst []byte, e *chat.SessionEnded) []byte {
	switch {
	case e.Session != t.session.ID() || !e.Killed:
		return dst
	case t.form&words.FormJSON != 0:
		return line.Begin(dst, "quit").String("nick", e.Source.Nick).String("by", e.By).Optional("text", e.Reason).End()
	}
	return words.AppendSentence(dst, t.form, words.SayKilled, e.By, words.Because(e.Reason))
}

// Farewell is what the server says last.
func (t *talk) Farewell(dst []byte, reason string) []byte {
	return words.AppendSentence(dst, t.form, words.SayFarewell, reason)
}

// Ended is the last call.
func (t *talk) Ended() {}

// Charset is what the session writes and is written in.
func (t *talk) Charset() string {
	if t.form&words.FormJSON == 0 && t.charset.Name() == charset.CP949 {
		return "cp949"
	}
	return "utf-8"
}

// Encrypted is never the case: this gateway has no TLS.
func (t *talk) Encrypted() bool { return false }
