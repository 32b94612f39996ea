package irc

import (
	"io"
	"strings"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway"
	"madang/wire/irc"
)

// registration is what a stranger has said about himself so far.
type registration struct {
	nick        string
	wanted      string // the last nick that was asked for, taken or not
	username    string
	realname    string
	password    string
	away        string     // of IRCv3 pre-away
	login       chat.Login // zero: a guest
	negotiating bool       // CAP END is awaited
	attaching   bool       // asked; the answer is awaited
	through     bool       // a web gateway has said who he is
	clear       bool       // his own connection, to the web gateway, is not encrypted
	// waited is how long he waited for a password to be worked out; that is not silence.
	waited time.Duration
}

// waitedSince adds the time since then to what a stranger waited for the server.
func (c *client) waitedSince(then time.Time) {
	if c.pending != nil {
		c.pending.waited += time.Since(then)
	}
}

// runPass is PASS (RFC 2812 3.1.1).
func (c *client) runPass(m *irc.Message) {
	if c.pending == nil {
		c.alreadyRegistered()
		return
	}
	c.pending.password = string(m.Param(0))
}

func (c *client) alreadyRegistered() {
	c.answer(func(w *writer) { w.Numeric(irc.ERR_ALREADYREGISTERED, "You are registered already") })
}

// runUser is USER (RFC 2812 3.1.3).
func (c *client) runUser(m *irc.Message) {
	if c.pending == nil {
		c.alreadyRegistered()
		return
	}
	if len(m.Param(0)) == 0 || len(m.Param(3)) == 0 {
		c.needMoreParams("USER")
		return
	}
	username, realname := cleanUsername(string(m.Param(0))), string(m.Param(3))
	c.do(ask{hold: true, done: func(engine.Outcome) {
		if c.pending != nil {
			c.pending.username, c.pending.realname = username, realname
			c.tryRegister()
		}
	}})
}

// cleanUsername keeps what may stand in nick!user@host.
func cleanUsername(word string) string {
	word = strings.Map(func(r rune) rune {
		plain := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		if plain || strings.ContainsRune("-_.[]{}|^`\\", r) {
			return r
		}
		return -1
	}, word)
	if word == "" {
		return "user"
	}
	return word
}

// strangerNick is NICK before the welcome: a nick in use is refused at once, although
// only Attach decides, unless the client may still sign in to the account that has it.
func (c *client) strangerNick(nick string) {
	if _, err := names.Nick(nick); err != nil {
		c.answer(func(w *writer) { w.ErroneousNick(nick, err.Error()) })
		return
	}
	c.pending.wanted = nick
	free := false
	c.do(ask{
		hold: true,
		answer: func(w *writer, _ *engine.Outcome) {
			holder := w.State.UserByNick(nick)
			free = holder == nil || c.pending.maySignIn() || holder.ID() == c.pending.login.Account
			if !free {
				w.NickInUse(nick)
			}
		},
		done: func(engine.Outcome) {
			if free && c.pending != nil {
				c.pending.nick = nick
				c.tryRegister()
			}
		},
	})
}

// maySignIn says whether the stranger may still come to be the user of an account.
func (p *registration) maySignIn() bool { return p.negotiating || strings.Contains(p.password, ":") }

// tryRegister makes the stranger a user once he has said all that is needed.
func (c *client) tryRegister() {
	p := c.pending
	if p.nick == "" || p.username == "" || p.negotiating || p.attaching {
		return
	}
	config := c.hall.config()
	if !c.knowsPassword(config) {
		words := c.write(nil, func(w *writer) { w.Numeric(irc.ERR_PASSWDMISMATCH, "Password incorrect") })
		c.session.Close("Password incorrect", c.Farewell(words, "Password incorrect"))
		return
	}
	if name, password, ok := strings.Cut(p.password, ":"); ok && config.Password.IsZero() && p.login == (chat.Login{}) {
		p.password = ""
		c.signInByPass(name, password)
		return
	}
	c.abortSigning()
	attach, err := c.attach(config)
	if err != nil {
		c.hall.house.Logger.Error("no randomness for a session", "gateway", "irc", "error", err)
		c.hangUp("Internal error")
		return
	}
	p.attaching = true
	enters := ask{
		verb: "NICK", command: attach, hold: true,
		answer:  (*writer).welcomed,
		pages:   roomsOfSession,
		refused: c.notAttached,
		done:    c.attached,
	}
	if attach.Login.Account != 0 && c.wantsReplay() {
		c.replayMissed(&enters, config.ReplayLines)
	}
	c.do(enters)
}

// knowsPassword says whether the stranger gave the server's password, if it has one.
func (c *client) knowsPassword(config *Config) bool {
	accounts := c.hall.house.Accounts
	switch {
	case config.Password.IsZero():
		return true
	case accounts.Allow(c.from()) > 0:
		return false
	case config.Password.Equal(c.pending.password):
		return true
	}
	if c.pending.password != "" {
		accounts.Failed(c.from())
	}
	return false
}

// attach is the command that makes the user. Ids for "once" are remembered under the
// password, which a client is free to choose where the server asks for none, so that a
// client that connects again is known by it; else under a random scope of this session.
func (c *client) attach(config *Config) (*chat.Attach, error) {
	p := c.pending
	from := c.conn.RemoteAddr().Addr()
	a := &chat.Attach{
		Session: c.session.ID(), Nick: p.nick, Username: p.username, Realname: p.realname,
		Host: c.hall.house.Cloak(from), Address: gateway.CoreAddress(from), Gateway: "irc",
		Login: p.login,
	}
	if c.Encrypted() && !p.clear {
		a.Flags |= chat.Secure
	}
	if config.Password.IsZero() && p.password != "" {
		digest := auth.TokenDigest("irc " + p.password)
		copy(a.Scope[:], digest[:])
		return a, nil
	}
	_, err := io.ReadFull(c.hall.house.Random, a.Scope[:])
	return a, err
}

// notAttached tells why the stranger remains one, or is sent away.
func (c *client) notAttached(w *writer, r *chat.Refusal) {
	if r.Code == chat.BannedFromServer {
		w.Numeric(irc.ERR_YOUREBANNEDCREEP, "You are banned from this server: "+r.Text)
		w.Bytes = irc.AppendText(w.Bytes, "", "ERROR", "Closing link: Banned")
		return
	}
	w.Refusal("NICK", r)
}

// attached follows the verdict on the stranger.
func (c *client) attached(o engine.Outcome) {
	p := c.pending
	p.attaching = false
	switch {
	case o.Refusal == nil:
		if e := added(&o); p.away == "*" && e != nil && !e.Back {
			p.away = "" // nobody sits at this session, but somebody does at another
		}
		c.begin(p)
	case o.Refusal.Code == chat.BannedFromServer:
		c.session.Close("Banned", nil)
	case o.Refusal.Code == chat.NeedAccount: // he may sign in
	default:
		p.nick, p.login = "", p.loginAfter(o.Refusal)
	}
}

// loginAfter is what is left of a credential when a registration was refused.
func (p *registration) loginAfter(r *chat.Refusal) chat.Login {
	switch r.Code {
	case chat.WrongCredentials, chat.CredentialsChanged, chat.AccountSuspended, chat.Unconfirmed, chat.NoSuchAccount:
		return chat.Login{}
	}
	return p.login
}

// queueBytesMax bounds the queue of who has registered, in bytes that the peer has not
// taken.
const queueBytesMax = 1 << 20

// begin is what follows the welcome.
func (c *client) begin(p *registration) {
	c.pending = nil
	c.uncount()
	c.conn.SetQueueBytesMax(queueBytesMax)
	c.session.SetForm(c.form())
	c.conn.WakeAfter(c.hall.config().PingEvery)
	if p.away != "" {
		c.setAway(p.away)
	}
	c.setSaid()
}
