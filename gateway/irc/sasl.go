package irc

import (
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/names"
	"madang/gateway"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// signing is a SASL exchange under way (IRCv3 sasl-3.1).
type signing struct {
	exchange *auth.Exchange
	chunks   auth.Assembler
	login    chat.Login // what it leads to
	guessing bool       // the next message is a guess: SCRAM's proof
}

// from is where guesses of the client are counted.
func (c *client) from() netip.Addr { return c.conn.RemoteAddr().Addr() }

// fingerprint is that of the client's certificate; empty: it showed none.
func (c *client) fingerprint() string {
	if sum, ok := c.conn.PeerFingerprint(); ok {
		return hex.EncodeToString(sum[:])
	}
	return ""
}

// mechanisms are those that the client can use, the best first.
func (c *client) mechanisms() string {
	list := auth.Mechanisms()
	if c.fingerprint() == "" {
		list = slices.DeleteFunc(list, func(m string) bool { return m == auth.MechanismExternal })
	}
	return strings.Join(list, ",")
}

// runAuthenticate is AUTHENTICATE (IRCv3 sasl-3.2): before the welcome and at any time
// behind it.
func (c *client) runAuthenticate(m *irc.Message) {
	word, s := m.Param(0), c.signing
	switch {
	case s != nil:
		c.feed(s, word)
	case string(word) == "*":
		c.answer(func(w *writer) { w.Numeric(irc.ERR_SASLABORTED, "There is no sign-in to abort") })
	default:
		c.startSigning(string(word))
	}
}

func (c *client) startSigning(mechanism string) {
	exchange, err := c.hall.house.SASL.Start(mechanism, c.fingerprint())
	if err != nil {
		if errors.Is(err, auth.ErrMechanism) {
			c.answer(func(w *writer) {
				w.Numeric(irc.RPL_SASLMECHS, c.mechanisms(), "are the available SASL mechanisms")
			})
		}
		c.signInFailed()
		return
	}
	c.signing = &signing{exchange: exchange}
	c.answer(func(w *writer) { w.Authenticate("+") })
}

// feed takes one parameter of AUTHENTICATE.
func (c *client) feed(s *signing, chunk []byte) {
	message, done, err := s.chunks.Add(chunk)
	switch {
	case errors.Is(err, auth.ErrAborted):
		c.abortSigning()
	case errors.Is(err, auth.ErrTooLong) && len(chunk) > auth.ChunkBytesMax:
		c.signing = nil
		c.answer(func(w *writer) { w.Numeric(irc.ERR_SASLTOOLONG, "SASL message too long") })
	case err != nil:
		c.signInFailed()
	case done && s.guessing && c.hall.house.Accounts.Allow(c.from()) > 0:
		c.signInFailed()
	case done:
		c.step(s, s.exchange.Feed(message))
	}
}

// abortSigning ends an exchange that the client gave up.
func (c *client) abortSigning() {
	if c.signing != nil {
		c.signing = nil
		c.answer(func(w *writer) { w.Numeric(irc.ERR_SASLABORTED, "SASL authentication aborted") })
	}
}

// signInFailed ends an exchange; nobody learns why.
func (c *client) signInFailed() {
	c.signing = nil
	c.answer((*writer).signInFailed)
}

func (w *writer) signInFailed() {
	w.Numeric(irc.ERR_SASLFAIL, "SASL authentication failed")
}

// step does what an exchange wants next.
func (c *client) step(s *signing, step auth.Step) {
	switch step.Kind {
	case auth.StepChallenge:
		for _, chunk := range auth.Chunks(step.Send) {
			c.answer(func(w *writer) { w.Authenticate(chunk) })
		}
	case auth.StepDone:
		c.signing = nil
		c.enter(s.login, (*writer).loggedIn, (*writer).notLoggedIn)
	case auth.StepFailed:
		if s.guessing && errors.Is(step.Err, auth.ErrMismatch) {
			c.hall.house.Accounts.Failed(c.from())
		}
		c.signInFailed()
	default:
		c.check(s, step)
	}
}

// check finds out what an exchange needs to know, and goes on with it.
func (c *client) check(s *signing, step auth.Step) {
	accounts, later := c.hall.house.Accounts, c.later()
	next := func(step auth.Step) { later(func() { c.step(s, step) }) }
	switch step.Kind {
	case auth.StepVerifier:
		accounts.Lookup(c.session, gateway.ByName(step.Name), func(record chat.AccountRecord, known bool) {
			v, err := auth.ParseVerifier(record.Password)
			s.login = chat.Login{Account: record.User, Serial: record.Serial}
			s.guessing = true
			next(s.exchange.Provide(v, known && err == nil && record.OneTime == ""))
		})
	case auth.StepPassword:
		began := time.Now()
		accounts.Check(c.session, c.from(), step.Name, step.Password.Reveal(), func(l chat.Login, r *chat.Refusal) {
			c.waitedSince(began)
			s.login = l
			next(s.exchange.Settle(step.Name, r == nil))
		})
	case auth.StepCertificate:
		find := func(state *chat.State) *chat.Account { return certified(state, step.Fingerprint, step.Name) }
		accounts.Lookup(c.session, find, func(record chat.AccountRecord, known bool) {
			s.login = chat.Login{Account: record.User, Serial: record.Serial}
			next(s.exchange.Settle(record.Name, known))
		})
	}
}

// certified is the account that a certificate signs in to, under whichever of its names;
// an empty name is any.
func certified(state *chat.State, fingerprint, name string) *chat.Account {
	a := state.AccountByCertificate(fingerprint)
	if a == nil || name != "" && names.Fold(name) != names.Fold(a.Name()) {
		return nil
	}
	return a
}

// loggedIn tells that the client is signed in (numerics 900 and 903).
func (w *writer) loggedIn(account string) {
	w.LoggedIn(account)
	w.Numeric(irc.RPL_SASLSUCCESS, "SASL authentication successful")
}

// notLoggedIn tells that a right credential opened nothing.
func (w *writer) notLoggedIn(r *chat.Refusal) {
	switch r.Code {
	case chat.AlreadySignedIn:
		w.Numeric(irc.ERR_SASLALREADY, "You have already authenticated using SASL")
	case chat.AccountSuspended, chat.Unconfirmed:
		w.Refusal("AUTHENTICATE", r)
		w.signInFailed()
	default:
		w.signInFailed()
	}
}

// later takes the label of the line being handled to whatever is told when it is worked
// out.
func (c *client) later() func(func()) {
	label := c.takeLabel()
	return func(f func()) { c.withLabel(label, f) }
}

// capValue is what stands behind a capability's name in CAP LS 302; empty: nothing.
func (c *client) capValue(cap render.Caps) string {
	switch cap {
	case render.CapSASL:
		return c.mechanisms()
	case render.CapAccountRegistration:
		return c.registrationValue()
	}
	return c.laterValue(cap)
}
