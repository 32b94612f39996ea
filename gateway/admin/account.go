package admin

import (
	"context"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
)

// Account is a registered name, as operators see it.
type Account struct {
	Number       uint64        `json:"number"`
	Name         string        `json:"name"`
	Email        string        `json:"email"`
	Confirmed    bool          `json:"confirmed"` // nobody may sign in before
	Made         time.Time     `json:"made"`
	Powers       string        `json:"powers"` // none, all, or words with commas
	Suspended    string        `json:"suspended"`
	AlwaysOn     bool          `json:"always_on"`
	OneSession   bool          `json:"one_session"`
	SecondFactor bool          `json:"second_factor"`
	Host         string        `json:"host"`     // that others see; empty: a cloak
	Password     bool          `json:"password"` // there is one
	Certificates []string      `json:"certificates"`
	AppPasswords []AppPassword `json:"app_passwords"`
	Nick         string        `json:"nick"` // empty: he is not here
	Away         string        `json:"away"`
	Sessions     int           `json:"sessions"`
	Rooms        []string      `json:"rooms"`
}

// AppPassword is a password for one program of an account's owner.
type AppPassword struct {
	ID      string    `json:"id"`
	Label   string    `json:"label"`
	Scope   string    `json:"scope"` // empty: everything
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
}

// describeAccount is an account's row, without its rooms. On the loop.
func describeAccount(s *core.State, a *core.Account) Account {
	r := a.Record()
	out := Account{
		Number: uint64(r.User), Name: r.Name, Email: r.Email, Confirmed: r.Code == chat.Digest{},
		Made: timeOf(r.Made), Powers: r.Powers.String(), Suspended: r.Suspended, AlwaysOn: r.AlwaysOn,
		OneSession: r.OneSession, SecondFactor: r.OneTime != "", Host: r.Host, Password: r.Password != "",
		Certificates: append([]string{}, r.Certificates...), AppPasswords: []AppPassword{}, Rooms: []string{},
	}
	for i := range r.Tokens {
		t := &r.Tokens[i]
		out.AppPasswords = append(out.AppPasswords, AppPassword{t.ID, t.Label, scopeOf(t), timeOf(t.Made), timeOf(t.Expires)})
	}
	if u := s.UserByID(r.User); u != nil {
		out.Nick, out.Away, out.Sessions = u.Nick(), u.Away(), len(u.Sessions())
	}
	return out
}

// timeOf is a time as JSON has it; zero stays zero.
func timeOf(t chat.Time) time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(t)).UTC()
}

func (g *Gateway) accountList(ctx context.Context, _ *Request) (any, error) {
	accounts := []Account{}
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		for a := range l.State().Accounts() {
			accounts = append(accounts, describeAccount(l.State(), a))
		}
	})
	return accounts, err
}

func (g *Gateway) accountShow(ctx context.Context, r *Request) (any, error) {
	var out Account
	err := g.account(ctx, r.Account, func(s *core.State, a *core.Account) {
		out = describeAccount(s, a)
		if u := s.UserByID(a.User()); u != nil {
			for room := range u.Rooms() {
				out.Rooms = append(out.Rooms, room.Name())
			}
		}
	})
	return out, err
}

// account calls look on the loop with an account of a name, or says that there is none.
func (g *Gateway) account(ctx context.Context, name string, look func(*core.State, *core.Account)) error {
	found := false
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		if a := l.State().AccountByName(name); a != nil {
			found = true
			look(l.State(), a)
		}
	})
	if err == nil && !found {
		return refusedBy(&chat.Refusal{Code: chat.NoSuchAccount, Nick: name})
	}
	return err
}

func (g *Gateway) accountAdd(ctx context.Context, r *Request) (any, error) {
	verifier, err := g.verifier(ctx, r.Password)
	if err != nil {
		return nil, err
	}
	if _, err := g.ask(ctx, &chat.Register{Name: r.Account, Password: verifier, Email: r.Email, Other: true}); err != nil {
		return nil, err
	}
	return g.accountShow(ctx, r)
}

// verifier is what is kept of a password.
func (g *Gateway) verifier(ctx context.Context, password string) (string, error) {
	if g.services.Verifier == nil {
		return "", refuse("no-passwords", "This server cannot work passwords out.")
	}
	verifier, err := g.services.Verifier(ctx, password)
	if err != nil {
		return "", refusedBy(gateway.Refused(err))
	}
	return verifier, nil
}

// change has one change of an account made, and gives the account as it is then.
func (g *Gateway) change(ctx context.Context, r *Request, c chat.AccountChange) (any, error) {
	if r.Account == "" {
		return nil, refuse("bad-value", "Say whose account.")
	}
	if _, err := g.ask(ctx, &chat.ChangeAccount{Account: r.Account, Changes: []chat.AccountChange{c}}); err != nil {
		return nil, err
	}
	return g.accountShow(ctx, r)
}

func (g *Gateway) accountPassword(ctx context.Context, r *Request) (any, error) {
	verifier, err := g.verifier(ctx, r.Password)
	if err != nil {
		return nil, err
	}
	return g.change(ctx, r, chat.AccountChange{Aspect: chat.Password, Add: true, Text: verifier})
}

func (g *Gateway) accountVerify(ctx context.Context, r *Request) (any, error) {
	return g.change(ctx, r, chat.AccountChange{Aspect: chat.Confirmed, Add: true})
}

func (g *Gateway) accountSuspend(ctx context.Context, r *Request) (any, error) {
	if r.Reason == "" {
		return nil, refuse("bad-value", "Say why; it is what the account's owner is told.")
	}
	return g.change(ctx, r, chat.AccountChange{Aspect: chat.Suspended, Add: true, Text: r.Reason})
}

func (g *Gateway) accountResume(ctx context.Context, r *Request) (any, error) {
	return g.change(ctx, r, chat.AccountChange{Aspect: chat.Suspended})
}

func (g *Gateway) accountPowers(ctx context.Context, r *Request) (any, error) {
	powers, ok := chat.ParsePermission(r.Powers)
	if !ok {
		return nil, refuse("bad-value", "%q names no powers; write admin, moderator, none, or words with commas between like kill,ban (docs/manual/operating.md).", r.Powers)
	}
	return g.change(ctx, r, chat.AccountChange{Aspect: chat.Powers, Add: true, Powers: powers})
}

func (g *Gateway) accountAlwaysOn(ctx context.Context, r *Request) (any, error) {
	return g.change(ctx, r, chat.AccountChange{Aspect: chat.AlwaysOn, Add: r.On})
}

func (g *Gateway) accountHost(ctx context.Context, r *Request) (any, error) {
	return g.change(ctx, r, chat.AccountChange{Aspect: chat.ShownHost, Add: r.Host != "", Text: r.Host})
}

func (g *Gateway) accountDelete(ctx context.Context, r *Request) (any, error) {
	_, err := g.ask(ctx, &chat.DeleteAccount{Account: r.Account})
	return nil, err
}

// Session is one session of an account.
type Session struct {
	ID      uint64    `json:"id"`
	Gateway string    `json:"gateway"`
	Address string    `json:"address"`
	TLS     bool      `json:"tls"`
	Token   string    `json:"token"` // label of the app password; empty: the account's own
	Scope   string    `json:"scope"`
	Since   time.Time `json:"since"`
}

func (g *Gateway) accountSessions(ctx context.Context, r *Request) (any, error) {
	sessions := []Session{}
	err := g.account(ctx, r.Account, func(s *core.State, a *core.Account) {
		u := s.UserByID(a.User())
		if u == nil {
			return
		}
		for _, session := range u.Sessions() {
			out := Session{
				ID: session.ID.N, Gateway: session.Gateway, TLS: session.Secure, Since: timeOf(session.Since),
				Address: gateway.NetAddress(session.Address).String(),
			}
			out.Token, out.Scope = tokenOf(a, session.Token)
			sessions = append(sessions, out)
		}
	})
	return sessions, err
}

func (g *Gateway) accountEndSession(ctx context.Context, r *Request) (any, error) {
	target, err := g.sessionID(ctx, r)
	if err != nil {
		return nil, err
	}
	_, err = g.ask(ctx, &chat.EndSession{Account: r.Account, Target: target, Reason: r.Reason})
	return nil, err
}

// sessionID is the whole number of a session that a request names; zero: all of them.
func (g *Gateway) sessionID(ctx context.Context, r *Request) (id chat.SessionID, err error) {
	err = g.account(ctx, r.Account, func(s *core.State, a *core.Account) {
		if u := s.UserByID(a.User()); u != nil && r.Session != 0 {
			for _, session := range u.Sessions() {
				if session.ID.N == r.Session {
					id = session.ID
				}
			}
		}
	})
	if err == nil && r.Session != 0 && id == chat.Console {
		err = refuse("no-such-connection", "%s has no session %d.", r.Account, r.Session)
	}
	return id, err
}
