package entry

import (
	"io"
	"strings"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/client"
	"madang/gateway/irc/people"
	"madang/gateway/irc/render"
	"madang/gateway/irc/talk"
	"madang/wire/irc"
)

// waitedSince adds the time since then to what a stranger waited for the server.
func waitedSince(c *client.Client, then time.Time) {
	if c.Pending != nil {
		c.Pending.Wait(time.Since(then))
	}
}

// Pass is PASS (RFC 2812 3.1.1).
func Pass(c *client.Client, m *irc.Message) {
	if c.Pending == nil {
		alreadyRegistered(c)
		return
	}
	c.Pending.Password = string(m.Param(0))
}

func alreadyRegistered(c *client.Client) {
	c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_ALREADYREGISTERED, "You are registered already") })
}

// User is USER (RFC 2812 3.1.3).
func User(c *client.Client, m *irc.Message) {
	if c.Pending == nil {
		alreadyRegistered(c)
		return
	}
	if len(m.Param(0)) == 0 || len(m.Param(3)) == 0 {
		c.NeedMoreParams("USER")
		return
	}
	username, realname := cleanUsername(string(m.Param(0))), string(m.Param(3))
	c.Do(client.Ask{Hold: true, Done: func(engine.Outcome) {
		if c.Pending != nil {
			c.Pending.Username, c.Pending.Realname = username, realname
			tryRegister(c)
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
func strangerNick(c *client.Client, nick string) {
	if _, err := names.Nick(nick); err != nil {
		c.Answer(func(w *client.Writer) { w.ErroneousNick(nick, err.Error()) })
		return
	}
	c.Pending.Wanted = nick
	free := false
	c.Do(client.Ask{
		Hold: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			holder := w.State.UserByNick(nick)
			free = holder == nil || maySignIn(c.Pending) || holder.ID() == c.Pending.Login.Account
			if !free {
				w.NickInUse(nick)
			}
		},
		Done: func(engine.Outcome) {
			if free && c.Pending != nil {
				c.Pending.Nick = nick
				tryRegister(c)
			}
		},
	})
}

// maySignIn says whether the stranger may still come to be the user of an account.
func maySignIn(p *client.Registration) bool {
	return p.Negotiating || strings.Contains(p.Password, ":")
}

// tryRegister makes the stranger a user once he has said all that is needed.
func tryRegister(c *client.Client) {
	p := c.Pending
	if p.Nick == "" || p.Username == "" || p.Negotiating || p.Attaching {
		return
	}
	config := c.Hall.Config()
	if !knowsPassword(c, config) {
		words := c.Write(nil, func(w *client.Writer) { w.Numeric(irc.ERR_PASSWDMISMATCH, "Password incorrect") })
		c.Session.Close("Password incorrect", c.Encode(render.AppendFarewell(words, "Password incorrect")))
		return
	}
	if name, password, ok := strings.Cut(p.Password, ":"); ok && config.Password.IsZero() && p.Login == (chat.Login{}) {
		p.Password = ""
		signInByPass(c, name, password)
		return
	}
	abortSigning(c)
	attach, err := newAttach(c, config)
	if err != nil {
		c.Hall.House.Logger.Error("no randomness for a session", "gateway", "irc", "error", err)
		c.HangUp("Internal error")
		return
	}
	p.Attaching = true
	enters := client.Ask{
		Verb: "NICK", Command: attach, Hold: true,
		Answer:  welcomed,
		Pages:   roomsOfSession,
		Refused: notAttached,
		Done:    func(o engine.Outcome) { attached(c, o) },
	}
	if attach.Login.Account != 0 && talk.WantsReplay(c) {
		talk.ReplayMissed(c, &enters, config.ReplayLines)
	}
	c.Do(enters)
}

// knowsPassword says whether the stranger gave the server's password, if it has one.
func knowsPassword(c *client.Client, config *client.Config) bool {
	accounts := c.Hall.House.Accounts
	switch {
	case config.Password.IsZero():
		return true
	case accounts.Allow(c.From()) > 0:
		return false
	case config.Password.Equal(c.Pending.Password):
		return true
	}
	if c.Pending.Password != "" {
		accounts.Failed(c.From())
	}
	return false
}

// newAttach is the command that makes the user. Ids for "once" are remembered under the
// password, which a client is free to choose where the server asks for none, so that a
// client that connects again is known by it; else under a random scope of this session.
func newAttach(c *client.Client, config *client.Config) (*chat.Attach, error) {
	p := c.Pending
	from := c.Conn.RemoteAddr().Addr()
	a := &chat.Attach{
		Session: c.Session.ID(), Nick: p.Nick, Username: p.Username, Realname: p.Realname,
		Host: c.Hall.House.Cloak(from), Address: gateway.CoreAddress(from), Gateway: c.Gateway(),
		Login: p.Login, Away: p.Away,
	}
	if c.Encrypted() && !p.Clear {
		a.Flags |= chat.Secure
	}
	if config.Password.IsZero() && p.Password != "" {
		digest := auth.TokenDigest("irc " + p.Password)
		copy(a.Scope[:], digest[:])
		return a, nil
	}
	_, err := io.ReadFull(c.Hall.House.Random, a.Scope[:])
	return a, err
}

// notAttached tells why the stranger remains one, or is sent away.
func notAttached(w *client.Writer, r *chat.Refusal) {
	if r.Code == chat.BannedFromServer {
		w.Numeric(irc.ERR_YOUREBANNEDCREEP, "You are banned from this server: "+r.Text)
		w.Bytes = render.AppendFarewell(w.Bytes, "Banned")
		return
	}
	verb := "NICK"
	if r.Code == chat.NeedAccount {
		verb = "*" // as draft/account-registration has it: no one command is at fault
	}
	w.Refusal(verb, r)
}

// attached follows the verdict on the stranger.
func attached(c *client.Client, o engine.Outcome) {
	p := c.Pending
	p.Attaching = false
	switch {
	case o.Refusal == nil:
		begin(c, p)
	case o.Refusal.Code == chat.BannedFromServer:
		c.Session.Close("Banned", nil)
	case o.Refusal.Code == chat.NeedAccount: // he may sign in
	default:
		p.Nick, p.Login = "", loginAfter(p, o.Refusal)
	}
}

// loginAfter is what is left of a credential when a registration was refused.
func loginAfter(p *client.Registration, r *chat.Refusal) chat.Login {
	switch r.Code {
	case chat.WrongCredentials, chat.CredentialsChanged, chat.AccountSuspended, chat.Unconfirmed, chat.NoSuchAccount:
		return chat.Login{}
	}
	return p.Login
}

// queueBytesMax bounds the queue of who has registered, in bytes that the peer has not
// taken.
const queueBytesMax = 1 << 20

// begin is what follows the welcome.
func begin(c *client.Client, p *client.Registration) {
	c.Pending = nil
	c.Uncount()
	c.Conn.SetQueueBytesMax(queueBytesMax)
	c.Session.SetForm(c.Form())
	c.Conn.WakeAfter(c.Hall.Config().PingEvery)
	people.SetSaid(c)
}
