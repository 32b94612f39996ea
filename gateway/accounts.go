package gateway

import (
	"context"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/engine"
)

// Accounts is how people sign in, whatever their gateway: passwords are worked out in
// tasks, one at a time, and guesses are counted by source over all gateways. All its
// methods are called on the loop unless they say otherwise; what they are told comes
// back on the loop at the session's place in the order, before its next input.
type Accounts struct {
	// Fixed after construction.
	hasher   *auth.Hasher
	throttle *auth.Throttle // nil: guesses are not counted
	made     *auth.Throttle // of accounts, each of which is kept for ever, and may send mail; nil as throttle is
	now      func() time.Time
	logger   *slog.Logger

	mu      sync.Mutex // guards what follows; settings may change while tasks run
	mail    Mail
	confirm bool
	claim   Claim
}

// Mail sends the code that confirms an address. It may block; the error is for the log.
type Mail func(ctx context.Context, address, account, code string) error

// Claim is the one-time code of the first operator: printed at the first start, good
// once and not for long.
type Claim struct {
	Digest chat.Digest // zero: there is none
	Until  time.Time
}

// NewAccounts makes it. throttle may be nil, for tests and benches.
func NewAccounts(hasher *auth.Hasher, throttle *auth.Throttle, now func() time.Time, logger *slog.Logger) *Accounts {
	a := &Accounts{hasher: hasher, throttle: throttle, now: now, logger: logger}
	if throttle != nil {
		a.made = auth.NewThrottle()
	}
	return a
}

// SetMail makes new accounts wait until their mail address is confirmed; nil: they do
// not. Any goroutine.
func (a *Accounts) SetMail(m Mail) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mail, a.confirm = m, m != nil
}

// SetClaim makes a code that gives the first operator his powers. Any goroutine.
func (a *Accounts) SetClaim(c Claim) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.claim = c
}

// NeedsMail says whether new accounts must give a mail address.
func (a *Accounts) NeedsMail() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.confirm
}

// DigestOf is what the core keeps of a secret that cannot be guessed.
func DigestOf(secret string) chat.Digest {
	whole := auth.TokenDigest(secret)
	return chat.Digest(whole[:len(chat.Digest{})])
}

// Allow says how long a source must wait before it may guess again; 0: not at all.
func (a *Accounts) Allow(from netip.Addr) time.Duration {
	if a.throttle == nil {
		return 0
	}
	wait, ok := a.throttle.Allow(from, a.now())
	if ok {
		return 0
	}
	return max(wait, time.Second)
}

// Try is Allow for a secret that is checked beside the loop: it counts the guess at
// once, whether it will be right or not, so that none made side by side slips through.
func (a *Accounts) Try(from netip.Addr) (wait time.Duration) {
	if wait = a.Allow(from); wait == 0 {
		a.Failed(from)
	}
	return wait
}

// Failed counts a guess that was wrong, where no method of Accounts saw it.
func (a *Accounts) Failed(from netip.Addr) {
	if a.throttle != nil {
		a.throttle.Failed(from, a.now())
	}
}

// Lookup finds an account as it is at this place in the order. What is known to be
// true when found is called may be outdated when a command follows: chat.Login carries
// the serial by which the core notices.
func (a *Accounts) Lookup(s *engine.Session, find func(*core.State) *core.Account, found func(record chat.AccountRecord, known bool)) {
	var record chat.AccountRecord
	known := false
	s.Do(engine.Ask{
		Hold: true,
		Answer: func(state *core.State, _ engine.Outcome) []byte {
			record, known = chat.AccountRecord{}, false
			if account := find(state); account != nil {
				record, known = account.Record(), true
			}
			return nil
		},
		Done: func(engine.Outcome) { found(record, known) },
	})
}

// ByName finds an account for Lookup.
func ByName(name string) func(*core.State) *core.Account {
	return func(s *core.State) *core.Account { return s.AccountByName(name) }
}

// Passwords are worked out one after another. When a crowd waits (a server that starts
// again under thousands), the cheaper half of what is kept of each is looked at, so that
// the last of those who may wait is answered within half a minute.
const (
	crowdMin     = 20
	hashQueueMax = 10_000
)

// Check finds out whether a password, an app password or a password with a one-time
// code ("password 123456") opens an account. done gets a login for the core, or why
// not; the reason does not tell whether there is such an account.
func (a *Accounts) Check(s *engine.Session, from netip.Addr, name, password string, done func(chat.Login, *chat.Refusal)) {
	a.Lookup(s, ByName(name), func(record chat.AccountRecord, known bool) {
		if id, ok := auth.ParseAppPassword(password); ok {
			done(a.checkToken(from, chat.Login{Account: record.User, Serial: record.Serial}, record, id, password))
			return
		}
		if s.SlowQueue() >= hashQueueMax {
			done(chat.Login{}, &chat.Refusal{Code: chat.BadValue, Text: "too many people sign in at this moment; try again in some seconds"})
			return
		}
		var login chat.Login
		var refusal *chat.Refusal
		s.Do(engine.Ask{Hold: true, Slow: true, Task: func(ctx context.Context, _ chat.Position) engine.Result {
			half := auth.ArgonHalf
			if s.SlowQueue() > crowdMin {
				half = auth.SCRAMHalf
			}
			login, refusal = a.check(ctx, from, record, known, half, password)
			return engine.Result{Then: func() { done(login, refusal) }}
		}})
	})
}

// check works a password out. It runs in a task.
func (a *Accounts) check(ctx context.Context, from netip.Addr, record chat.AccountRecord, known bool, half auth.Half, password string) (chat.Login, *chat.Refusal) {
	login := chat.Login{Account: record.User, Serial: record.Serial}
	if wait := a.Allow(from); wait > 0 { // it need not queue up to be told so
		return chat.Login{}, TooManyGuesses(wait)
	}
	code := ""
	if record.OneTime != "" {
		password, code = auth.SplitCode(password)
	}
	var verifier auth.Verifier
	if known && record.Password != "" {
		v, err := auth.ParseVerifier(record.Password)
		if err != nil {
			return chat.Login{}, &chat.Refusal{Code: chat.Internal}
		}
		verifier = v
	}
	if err := a.guess(ctx, from, verifier, half, password); err != nil {
		return chat.Login{}, Refused(err)
	}
	if record.OneTime != "" {
		step, ok := auth.CheckTOTP(auth.NewSecret(record.OneTime), a.now(), record.OneTimeStep, code)
		if !ok {
			a.Failed(from)
			return chat.Login{}, &chat.Refusal{Code: chat.WrongCredentials}
		}
		login.Step = step
	}
	return login, nil
}

// guess tries a password, and counts it where guesses are counted.
func (a *Accounts) guess(ctx context.Context, from netip.Addr, v auth.Verifier, half auth.Half, password string) error {
	if a.throttle == nil {
		return a.hasher.VerifyPassword(ctx, v, half, password)
	}
	return a.hasher.Guess(ctx, auth.Source{Throttle: a.throttle, Address: from, Now: a.now}, v, half, password)
}

func (a *Accounts) checkToken(from netip.Addr, login chat.Login, record chat.AccountRecord, id, password string) (chat.Login, *chat.Refusal) {
	if wait := a.Allow(from); wait > 0 {
		return chat.Login{}, TooManyGuesses(wait)
	}
	digest := DigestOf(password)
	for i := range record.Tokens {
		t := &record.Tokens[i]
		if t.ID == id && subtle.ConstantTimeCompare(t.Digest[:], digest[:]) == 1 {
			login.Token = id
			return login, nil
		}
	}
	a.Failed(from)
	return chat.Login{}, &chat.Refusal{Code: chat.WrongCredentials}
}

// Verifier works out what is kept of a new password.
func (a *Accounts) Verifier(s *engine.Session, password string, done func(verifier string, refusal *chat.Refusal)) {
	s.Do(engine.Ask{Hold: true, Slow: true, Task: func(ctx context.Context, _ chat.Position) engine.Result {
		text := ""
		v, err := a.hasher.NewVerifier(ctx, password)
		if err == nil {
			text = v.Reveal()
		}
		return engine.Result{Then: func() { done(text, Refused(err)) }}
	}})
}

// Applicant is somebody who wants an account.
type Applicant struct {
	Name       string
	Password   string
	Email      string
	Invitation string // code; empty: none
}

// Registered is what became of an applicant.
type Registered struct {
	Refusal *chat.Refusal
	Login   chat.Login // to sign in at once; zero while the address is to be confirmed
	Account string
	Confirm bool // a code is on its way to the address
	Events  []chat.Placed
}

// Register makes an account: the session's guest becomes it, unless a mail address
// must be confirmed first. One source makes as many a minute as it may guess wrongly.
func (a *Accounts) Register(s *engine.Session, from netip.Addr, who Applicant, random func() (string, error), done func(Registered)) {
	refuse := func(r *chat.Refusal) { done(Registered{Refusal: r}) }
	if wait := max(a.Allow(from), a.mayMake(from)); wait > 0 {
		refuse(TooManyGuesses(wait))
		return
	}
	a.mu.Lock()
	mail, confirm := a.mail, a.confirm
	a.mu.Unlock()
	code := ""
	if confirm {
		if who.Email == "" {
			refuse(&chat.Refusal{Code: chat.BadValue, Text: "an account needs a mail address here"})
			return
		}
		var err error
		if code, err = random(); err != nil {
			refuse(&chat.Refusal{Code: chat.Internal})
			return
		}
	}
	a.Verifier(s, who.Password, func(verifier string, r *chat.Refusal) {
		if r != nil {
			refuse(r)
			return
		}
		if wait := a.makes(from); wait > 0 {
			refuse(TooManyGuesses(wait))
			return
		}
		c := &chat.Register{Session: s.ID(), Name: who.Name, Password: verifier, Email: who.Email}
		if who.Invitation != "" {
			c.Invitation = DigestOf(who.Invitation)
		}
		if confirm {
			c.Code = DigestOf(code)
		}
		s.Do(engine.Ask{Command: c, Hold: true, Done: func(o engine.Outcome) {
			done(a.registered(s, from, o, mail, who.Email, code))
		}})
	})
}

// mayMake is how long a source must wait before it makes another account; 0: not at all.
func (a *Accounts) mayMake(from netip.Addr) time.Duration {
	if a.made == nil {
		return 0
	}
	if wait, ok := a.made.Allow(from, a.now()); !ok {
		return max(wait, time.Second)
	}
	return 0
}

// makes is mayMake, and counts the account before it is made, so that none made side by
// side slips through.
func (a *Accounts) makes(from netip.Addr) (wait time.Duration) {
	if wait = a.mayMake(from); wait == 0 && a.made != nil {
		a.made.Failed(from, a.now())
	}
	return wait
}

func (a *Accounts) registered(s *engine.Session, from netip.Addr, o engine.Outcome, mail Mail, address, code string) Registered {
	if o.Refusal != nil {
		if o.Refusal.Code == chat.WrongCode {
			a.Failed(from)
		}
		return Registered{Refusal: o.Refusal}
	}
	r := Registered{Events: o.Events, Confirm: code != ""}
	for i := range o.Events {
		if e, ok := o.Events[i].Event.(*chat.AccountMade); ok {
			r.Account = e.Account.Name
			r.Login = chat.Login{Account: e.Account.User, Serial: e.Account.Serial}
		}
	}
	if r.Confirm {
		r.Login = chat.Login{}
		a.send(s, mail, address, r.Account, code)
	}
	return r
}

// Confirm ends a registration, or the change of a mail address, with the code that was
// mailed.
func (a *Accounts) Confirm(s *engine.Session, from netip.Addr, account, code string, done func(engine.Outcome)) {
	if wait := a.Allow(from); wait > 0 {
		done(engine.Outcome{Refusal: TooManyGuesses(wait)})
		return
	}
	c := &chat.Confirm{Session: s.ID(), Account: account, Code: DigestOf(code)}
	s.Do(engine.Ask{Command: c, Hold: true, Done: func(o engine.Outcome) {
		if o.Refusal != nil && o.Refusal.Code == chat.WrongCode {
			a.Failed(from)
		}
		done(o)
	}})
}

// Claim gives the account of a session every power, when the code is the one that the
// server printed at its first start.
func (a *Accounts) Claim(s *engine.Session, from netip.Addr, code string, done func(engine.Outcome)) {
	if wait := a.Allow(from); wait > 0 {
		done(engine.Outcome{Refusal: TooManyGuesses(wait)})
		return
	}
	a.mu.Lock()
	claim := a.claim
	a.mu.Unlock()
	digest := DigestOf(code)
	if claim.Digest == (chat.Digest{}) || a.now().After(claim.Until) ||
		subtle.ConstantTimeCompare(claim.Digest[:], digest[:]) != 1 {
		a.Failed(from)
		done(engine.Outcome{Refusal: &chat.Refusal{Code: chat.WrongCode}})
		return
	}
	s.Do(engine.Ask{Command: &chat.ClaimServer{Session: s.ID()}, Hold: true, Done: func(o engine.Outcome) {
		if o.Refusal == nil {
			a.SetClaim(Claim{})
		}
		done(o)
	}})
}

// Refused is an error of package auth as the core says it; nil: nil.
func Refused(err error) *chat.Refusal {
	var throttled *auth.ThrottledError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &throttled):
		return TooManyGuesses(throttled.Wait)
	case errors.Is(err, auth.ErrMismatch):
		return &chat.Refusal{Code: chat.WrongCredentials}
	case errors.Is(err, auth.ErrPassword), errors.Is(err, auth.ErrProfile):
		return &chat.Refusal{Code: chat.BadValue, Text: err.Error()}
	}
	return &chat.Refusal{Code: chat.Internal}
}

// TooManyGuesses is the refusal of a source that must wait.
func TooManyGuesses(wait time.Duration) *chat.Refusal {
	seconds := int((wait + time.Second - 1) / time.Second)
	return &chat.Refusal{Code: chat.TooManyGuesses, Limit: seconds, Text: strconv.Itoa(seconds) + " s"}
}
