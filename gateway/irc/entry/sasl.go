package entry

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/gateway"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// fingerprint is that of the client's certificate; empty: it showed none.
func fingerprint(c *client.Client) string {
	if sum, ok := c.Conn.PeerFingerprint(); ok {
		return hex.EncodeToString(sum[:])
	}
	return ""
}

// mechanisms are those that the client can use, the best first.
func mechanisms(c *client.Client) string {
	list := auth.Mechanisms()
	if fingerprint(c) == "" {
		list = slices.DeleteFunc(list, func(m string) bool { return m == auth.MechanismExternal })
	}
	return strings.Join(list, ",")
}

// Authenticate is AUTHENTICATE (IRCv3 sasl-3.2): before the welcome and at any time
// behind it.
func Authenticate(c *client.Client, m *irc.Message) {
	word, s := m.Param(0), c.Signing
	switch {
	case s != nil:
		feed(c, s, word)
	case string(word) == "*":
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_SASLABORTED, "There is no sign-in to abort") })
	default:
		startSigning(c, string(word))
	}
}

func startSigning(c *client.Client, mechanism string) {
	exchange, err := c.Hall.House.SASL.Start(mechanism, fingerprint(c))
	if err != nil {
		if errors.Is(err, auth.ErrMechanism) {
			c.Answer(func(w *client.Writer) {
				w.Numeric(irc.RPL_SASLMECHS, mechanisms(c), "are the available SASL mechanisms")
			})
		}
		signInFailed(c)
		return
	}
	c.Signing = &client.Signing{Exchange: exchange}
	c.Answer(func(w *client.Writer) { w.Authenticate("+") })
}

// feed takes one parameter of AUTHENTICATE.
func feed(c *client.Client, s *client.Signing, chunk []byte) {
	message, done, err := s.Chunks.Add(chunk)
	switch {
	case errors.Is(err, auth.ErrAborted):
		abortSigning(c)
	case errors.Is(err, auth.ErrTooLong) && len(chunk) > auth.ChunkBytesMax:
		c.Signing = nil
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_SASLTOOLONG, "SASL message too long") })
	case err != nil:
		signInFailed(c)
	case done && s.Guessing && c.Hall.House.Accounts.Allow(c.From()) > 0:
		tooManyGuesses(c, gateway.TooManyGuesses(c.Hall.House.Accounts.Allow(c.From())))
	case done:
		advance(c, s, s.Exchange.Feed(message))
	}
}

// abortSigning ends an exchange that the client gave up.
func abortSigning(c *client.Client) {
	if c.Signing != nil {
		c.Signing = nil
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_SASLABORTED, "SASL authentication aborted") })
	}
}

// signInFailed ends an exchange; nobody learns why.
func signInFailed(c *client.Client) {
	c.Signing = nil
	c.Answer(writeSignInFailed)
}

// tooManyGuesses ends an exchange that was not looked at: the password may well be right.
func tooManyGuesses(c *client.Client, r *chat.Refusal) {
	c.Signing = nil
	c.Answer(func(w *client.Writer) {
		w.Numeric(irc.ERR_SASLFAIL, "SASL authentication failed: "+w.Sentence("AUTHENTICATE", r))
	})
}

func writeSignInFailed(w *client.Writer) {
	w.Numeric(irc.ERR_SASLFAIL, "SASL authentication failed")
}

// advance does what an exchange wants next.
func advance(c *client.Client, s *client.Signing, step auth.Step) {
	switch step.Kind {
	case auth.StepChallenge:
		for _, chunk := range auth.Chunks(step.Send) {
			c.Answer(func(w *client.Writer) { w.Authenticate(chunk) })
		}
	case auth.StepDone:
		c.Signing = nil
		enter(c, s.Login, loggedIn, notLoggedIn)
	case auth.StepFailed:
		if s.Guessing && errors.Is(step.Err, auth.ErrMismatch) {
			c.Hall.House.Accounts.Failed(c.From())
		}
		signInFailed(c)
	default:
		check(c, s, step)
	}
}

// check finds out what an exchange needs to know, and goes on with it.
func check(c *client.Client, s *client.Signing, step auth.Step) {
	accounts, later := c.Hall.House.Accounts, c.Later()
	next := func(step auth.Step) { later(func() { advance(c, s, step) }) }
	switch step.Kind {
	case auth.StepVerifier:
		accounts.Lookup(c.Session, gateway.ByName(step.Name), func(record chat.AccountRecord, known bool) {
			v, err := auth.ParseVerifier(record.Password)
			s.Login = chat.Login{Account: record.User, Serial: record.Serial}
			s.Guessing = true
			next(s.Exchange.Provide(v, known && err == nil && record.OneTime == ""))
		})
	case auth.StepPassword:
		began := time.Now()
		accounts.Check(c.Session, c.From(), step.Name, step.Password.Reveal(), func(l chat.Login, r *chat.Refusal) {
			waitedSince(c, began)
			if r != nil && r.Code == chat.TooManyGuesses {
				later(func() { tooManyGuesses(c, r) })
				return
			}
			s.Login = l
			next(s.Exchange.Settle(step.Name, r == nil))
		})
	case auth.StepCertificate:
		find := func(state *core.State) *core.Account { return certified(state, step.Fingerprint, step.Name) }
		accounts.Lookup(c.Session, find, func(record chat.AccountRecord, known bool) {
			s.Login = chat.Login{Account: record.User, Serial: record.Serial}
			next(s.Exchange.Settle(record.Name, known))
		})
	}
}

// certified is the account that a certificate signs in to, under whichever of its names;
// an empty name is any.
func certified(state *core.State, fingerprint, name string) *core.Account {
	a := state.AccountByCertificate(fingerprint)
	if a == nil || name != "" && names.Fold(name) != names.Fold(a.Name()) {
		return nil
	}
	return a
}

// loggedIn tells that the client is signed in (numerics 900 and 903).
func loggedIn(w *client.Writer, account string) {
	w.LoggedIn(account)
	w.Numeric(irc.RPL_SASLSUCCESS, "SASL authentication successful")
}

// notLoggedIn tells that a right credential opened nothing.
func notLoggedIn(w *client.Writer, r *chat.Refusal) {
	switch r.Code {
	case chat.AlreadySignedIn:
		w.Numeric(irc.ERR_SASLALREADY, "You have already authenticated using SASL")
	case chat.AccountSuspended, chat.Unconfirmed:
		w.Refusal("AUTHENTICATE", r)
		writeSignInFailed(w)
	default:
		writeSignInFailed(w)
	}
}

// capValue is what stands behind a capability's name in CAP LS 302; empty: nothing.
func capValue(c *client.Client, cap render.Caps) string {
	switch cap {
	case render.CapSASL:
		return mechanisms(c)
	case render.CapAccountRegistration:
		return registrationValue(c)
	}
	return laterValue(c, cap)
}
