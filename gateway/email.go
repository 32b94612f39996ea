package gateway

import (
	"context"
	"net/netip"

	"madang/chat"
	"madang/engine"
)

// Changed is what became of a wish for another mail address.
type Changed struct {
	Refusal *chat.Refusal
	Confirm bool // a code is on its way there; until it comes back the old address stays
}

// SetEmail gives the account of a session another mail address: where mail is sent, when
// the code that is sent there came back. One source may ask as often as it may make
// accounts. An app password does not change addresses, and causes no mail.
func (a *Accounts) SetEmail(s *engine.Session, from netip.Addr, address string, random func() (string, error), done func(Changed)) {
	a.mu.Lock()
	mail := a.mail
	a.mu.Unlock()
	change, code := chat.AccountChange{Aspect: chat.Email, Text: address}, ""
	if mail != nil {
		var err error
		if code, err = random(); err != nil {
			done(Changed{Refusal: &chat.Refusal{Code: chat.Internal}})
			return
		}
		if wait := a.makes(from); wait > 0 {
			done(Changed{Refusal: TooManyGuesses(wait)})
			return
		}
		change.Aspect, change.Code = chat.NewEmail, DigestOf(code)
	}
	c := &chat.ChangeAccount{Session: s.ID(), Changes: []chat.AccountChange{change}}
	s.Do(engine.Ask{Command: c, Hold: true, Done: func(o engine.Outcome) {
		if name := changedAccount(&o); mail != nil && name != "" {
			a.send(s, mail, address, name, code)
		}
		done(Changed{Refusal: o.Refusal, Confirm: mail != nil})
	}})
}

// changedAccount is the account that an outcome changed; empty: none.
func changedAccount(o *engine.Outcome) string {
	for i := range o.Events {
		if e, ok := o.Events[i].Event.(*chat.AccountChanged); ok {
			return e.Name
		}
	}
	return ""
}

// send mails a code beside the loop.
func (a *Accounts) send(s *engine.Session, mail Mail, address, account, code string) {
	s.Do(engine.Ask{Task: func(ctx context.Context, _ chat.Position) engine.Result {
		if err := mail(ctx, address, account, code); err != nil {
			a.logger.Error("confirmation mail not sent", "account", account, "error", err)
		}
		return engine.Result{}
	}})
}
