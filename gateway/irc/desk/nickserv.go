package desk

import (
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
)

// NickServ is the desk for accounts.
func NickServ() *Desk {
	return &Desk{
		Name: "NickServ", Verbs: []string{"NS", "NICKSERV"},
		About: "NickServ keeps accounts: a name that nobody else can take, on all your devices.",
		Duties: []Duty{
			{Name: "REGISTER", Usage: "password [mail address] [invitation]", About: "Make an account with the name that you have now.", Least: 1, Run: register},
			{Name: "VERIFY", Other: []string{"CONFIRM"}, Usage: "account code", About: "Confirm your mail address with the code that was sent there.", Least: 2, Run: verify},
			{Name: "IDENTIFY", Other: []string{"LOGIN", "ID", "AUTH"}, Usage: "[account] password [one-time code]", About: "Sign in.", Least: 1, Run: identify},
			{Name: "LOGOUT", About: "Sign this session out: it is hung up.", Run: logout},
			{Name: "INFO", Other: []string{"ACC", "STATUS"}, Usage: "[account]", About: "What is known of an account.", Run: info},
			{Name: "PASSWD", Other: []string{"SETPASS", "PASSWORD"}, Usage: "old-password [one-time code] new-password", About: "Change your password.", Least: 2, Run: passwd},
			{Name: "SET", Usage: "[MULTICLIENT|ALWAYS-ON on|off] [EMAIL address]", About: "Your settings: several sessions at once, staying in your channels while you are not connected.", Run: set},
			{Name: "SESSIONS", Other: []string{"CLIENTS"}, Usage: "[LIST] | LOGOUT number|ALL", About: "Your sessions, and how to end the others.", Run: sessions},
			{Name: "CERT", Usage: "LIST | ADD [fingerprint] | DEL fingerprint", About: "Certificates that sign you in (SASL EXTERNAL).", Least: 1, Run: cert},
			{Name: "TOTP", Usage: "ON | CONFIRM secret code | OFF password code", About: "A second factor: a code of an app beside your password.", Least: 1, Run: totp},
			{Name: "APP", Usage: "LIST | ADD label [READ] [#channel,...] [days] | REVOKE id", About: "Passwords for programs, for some channels or reading only if you want, that can be revoked.", Least: 1, Run: app},
			{Name: "DROP", Other: []string{"UNREGISTER", "DELETE"}, Usage: "password [one-time code]", About: "Delete your account for ever.", Least: 1, Run: drop},
			{Name: "CLAIM", Usage: "code", About: "Become the server's first operator with the code that it printed at its first start.", Least: 1, Run: claim},
			{Name: "INVITE", Usage: "[uses] [days]", About: "For operators: a code with which accounts can be made.", Run: invite},
			{Name: "SAREGISTER", Usage: "account password", About: "For operators: make an account for somebody.", Least: 2, Run: registerOther},
			{Name: "HOST", Usage: "SET account host | DEL account", About: "For operators: the host that others see an account's owner with.", Least: 2, Run: host},
			{Name: "SUSPEND", Usage: "account [reason]", About: "For operators: keep an account from signing in.", Least: 1, Run: suspend},
			{Name: "UNSUSPEND", Usage: "account", About: "For operators: let it sign in again.", Least: 1, Run: unsuspend},
		},
	}
}

func register(v *Visit, words []string) {
	var who gateway.Applicant
	understood := false
	v.Ask(Question{
		Tell: func(a *Answer) {
			if who, understood = applicant(words, a.State.Limits().Registration == chat.ByInvitation); !understood {
				a.Say("No account was made: a password is one word here. Behind it come a mail address, or * for none, and an invitation where one is needed.")
				a.Say("Usage: ", v.Desk.duty("REGISTER").usage())
			}
		},
		Then: func() {
			if understood {
				v.apply(who)
			}
		},
	})
}

// applicant reads a password, a mail address or "*", and where they are needed an
// invitation; false: there is a word that is none of these.
func applicant(words []string, invited bool) (who gateway.Applicant, ok bool) {
	who.Password = words[0]
	rest := words[1:]
	if len(rest) > 0 && (rest[0] == "*" || strings.Contains(rest[0], "@")) {
		who.Email, rest = strings.TrimPrefix(rest[0], "*"), rest[1:]
	}
	if len(rest) > 0 && invited {
		who.Invitation, rest = rest[0], rest[1:]
	}
	return who, len(rest) == 0
}

// apply makes the client an account.
func (v *Visit) apply(who gateway.Applicant) {
	v.Client.Register(who, func(a *Answer, r *gateway.Registered) {
		if r.Confirm {
			a.Say("Account created; a code is on its way to your mail address. Then: VERIFY ", r.Account, " code")
			return
		}
		a.Say("Account created")
	})
}

func verify(v *Visit, words []string) {
	later := v.Later()
	v.House.Accounts.Confirm(v.Session, v.From, words[0], words[1], func(o engine.Outcome) {
		later(func() {
			v.outcome(o.Refusal, "The address is confirmed. Who is not signed in yet: IDENTIFY "+clipped(words[0])+" password")
		})
	})
}

// outcome tells what gateway.Accounts found out: a refusal, or else the sentence.
func (v *Visit) outcome(r *chat.Refusal, done string) {
	if r != nil {
		v.Refuse(r)
		return
	}
	v.Say(done)
}

// identify signs in; a single word is the password of the account that is called as the
// client is.
func identify(v *Visit, words []string) {
	name, password := "", strings.Join(words, " ")
	if len(words) > 1 {
		name, password = words[0], strings.Join(words[1:], " ")
	}
	v.Ask(Question{
		Tell: func(a *Answer) {
			if name == "" && a.User != nil {
				name = a.User.Nick()
			}
		},
		Then: func() {
			v.proved(name, password, func(login chat.Login) { v.Enter(login) })
		},
	})
}

// proved goes on with a login if a password is an account's.
func (v *Visit) proved(account, password string, then func(chat.Login)) {
	later := v.Later()
	v.House.Accounts.Check(v.Session, v.From, account, password, func(l chat.Login, r *chat.Refusal) {
		later(func() {
			if r != nil {
				v.Refuse(r)
				return
			}
			then(l)
		})
	})
}

// provedOwn goes on with the record of the client's account if a password opens it. One
// of an app does not count.
func (v *Visit) provedOwn(password string, then func(chat.AccountRecord)) {
	v.own(func(record chat.AccountRecord) {
		v.proved(record.Name, password, func(l chat.Login) {
			if l.Token != "" {
				v.Refuse(&chat.Refusal{Code: chat.OutOfScope})
				return
			}
			v.Ask(Question{Command: &chat.SignIn{Session: v.Session.ID(), Login: l}, Then: func() { then(record) }})
		})
	})
}

// own goes on with the record of the client's account, if he has one and did not come
// with an app password for some rooms.
func (v *Visit) own(then func(chat.AccountRecord)) {
	var record chat.AccountRecord
	beyond := false
	v.Ask(Question{
		Tell: func(a *Answer) {
			record, beyond = chat.AccountRecord{}, v.beyond(a)
			switch account := a.account(); {
			case account == nil:
				a.Say("You are not signed in. IDENTIFY, or REGISTER first.")
			case !beyond:
				record = account.Record()
			}
		},
		Then: func() {
			if beyond {
				v.Refuse(&chat.Refusal{Code: chat.OutOfScope})
			} else if record.Name != "" {
				then(record)
			}
		},
	})
}

// beyond says whether the account is beyond the app password that the client came with.
func (v *Visit) beyond(a *Answer) bool {
	return a.account() != nil && !a.State.MayHear(v.Session.ID(), 0)
}

// account is that of who asks, or nil.
func (a *Answer) account() *core.Account {
	if a.User == nil || a.User.Account() == "" {
		return nil
	}
	return a.State.AccountByID(a.User.ID())
}

func logout(v *Visit, _ []string) {
	in := false
	v.Ask(Question{
		Tell: func(a *Answer) {
			if in = a.account() != nil; !in {
				a.Say("You are not signed in.")
			}
		},
		Then: func() {
			if in {
				v.Session.Close("Signed out", nil)
			}
		},
	})
}

func passwd(v *Visit, words []string) {
	last := len(words) - 1
	old, next := strings.Join(words[:last], " "), words[last]
	v.provedOwn(old, func(chat.AccountRecord) {
		v.newVerifier(next, func(verifier string) {
			v.Do(v.change(chat.AccountChange{Aspect: chat.Password, Text: verifier}), "Your password is changed. App passwords and certificates stay as they are.")
		})
	})
}

func (v *Visit) newVerifier(password string, then func(verifier string)) {
	later := v.Later()
	v.House.Accounts.Verifier(v.Session, password, func(verifier string, r *chat.Refusal) {
		later(func() {
			if r != nil {
				v.Refuse(r)
				return
			}
			then(verifier)
		})
	})
}

// change are changes of the client's own account.
func (v *Visit) change(c ...chat.AccountChange) *chat.ChangeAccount {
	return &chat.ChangeAccount{Session: v.Session.ID(), Changes: c}
}

func drop(v *Visit, words []string) {
	password := strings.Join(words, " ")
	v.provedOwn(password, func(record chat.AccountRecord) {
		v.Do(&chat.DeleteAccount{Session: v.Session.ID()}, "The account "+record.Name+" is deleted.")
	})
}

func claim(v *Visit, words []string) {
	later := v.Later()
	v.House.Accounts.Claim(v.Session, v.From, words[0], func(o engine.Outcome) {
		later(func() { v.outcome(o.Refusal, "You are the server's operator now.") })
	})
}
