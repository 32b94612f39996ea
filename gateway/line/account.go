package line

import (
	"strings"

	"madang/auth"
	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// What people do to get into accounts. Every one of these answers itself, id is the
// command's own.

// mayHaveAccount says whether the session can be more than a guest, or refuses.
func (t *talk) mayHaveAccount(id string) bool {
	if t.datagrams {
		t.refuse(id, words.SayUDPGuest)
	}
	return !t.datagrams
}

// warn says that a password is readable on the way.
func (t *talk) warn() {
	if !t.Encrypted() && !t.from.IsLoopback() {
		t.tell(words.SayPlainPassword)
	}
}

// refused answers with the core's reason.
func (t *talk) refused(id string, r *chat.Refusal) {
	b := words.AppendRefusal(nil, t.form, r, id)
	t.session.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte { return b }})
}

// settled answers that something was done.
func (t *talk) settled(id string, s words.Sentence, args ...any) {
	form := t.form
	t.session.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte {
		if form&words.FormJSON != 0 {
			return words.AppendOK(nil, form, id)
		}
		return words.AppendSentence(nil, form, s, args...)
	}})
}

// own goes on with the account of the session, or refuses.
func (t *talk) own(id string, then func(chat.AccountRecord)) {
	session := t.session.ID()
	find := func(s *core.State) *core.Account {
		if u := s.UserOf(session); u != nil && u.Account() != "" {
			return s.AccountByID(u.ID())
		}
		return nil
	}
	t.gateway.house.Accounts.Lookup(t.session, find, func(record chat.AccountRecord, known bool) {
		if !known {
			t.refused(id, &chat.Refusal{Code: chat.NeedAccount})
			return
		}
		then(record)
	})
}

// proved goes on when a password opens the session's own account. One of an app does
// not count.
func (t *talk) proved(id, password string, then func(chat.AccountRecord)) {
	t.own(id, func(record chat.AccountRecord) {
		t.gateway.house.Accounts.Check(t.session, t.from, record.Name, password, func(l chat.Login, r *chat.Refusal) {
			switch {
			case r != nil:
				t.refused(id, r)
			case l.Token != "":
				t.refused(id, &chat.Refusal{Code: chat.OutOfScope})
			case l.Step != 0:
				t.spend(id, l, func() { then(record) })
			default:
				then(record)
			}
		})
	})
}

// spend keeps a one-time code that proved something from being used again.
func (t *talk) spend(id string, l chat.Login, then func()) {
	t.session.Do(engine.Ask{Command: &chat.SignIn{Session: t.session.ID(), Login: l}, Hold: true, Done: func(o engine.Outcome) {
		if o.Refusal != nil {
			t.refused(id, o.Refusal)
			return
		}
		then()
	}})
}

// changeOwn changes the session's own account.
func (t *talk) changeOwn(id string, c chat.AccountChange, s words.Sentence, args ...any) {
	t.changesOwn(id, []chat.AccountChange{c}, s, args...)
}

func (t *talk) changesOwn(id string, changes []chat.AccountChange, s words.Sentence, args ...any) {
	t.do(deed{
		command: &chat.ChangeAccount{Session: t.session.ID(), Changes: changes}, id: id, hold: true,
		plain: func(dst []byte, form engine.Form, _ *core.State, _ *engine.Outcome) []byte {
			return words.AppendSentence(dst, form, s, args...)
		},
	})
}

// registerLine is /register NAME PASSWORD [mail] [invite:CODE].
func (t *talk) registerLine(args string) {
	name, rest := line.Word(args)
	password, rest := line.Word(rest)
	if password == "" {
		t.refuse("", words.SayUsage, "/register NAME PASSWORD [MAIL] [invite:CODE]")
		return
	}
	who := gateway.Applicant{Name: name, Password: password}
	for _, word := range strings.Fields(rest) {
		mark, code, ok := strings.Cut(word, ":")
		switch {
		case ok && (strings.EqualFold(mark, "invite") || mark == "초대"):
			who.Invitation = code
		case who.Email == "" && strings.Contains(word, "@"):
			who.Email = word
		default: // perhaps of a password with spaces, that would not be what he believes
			t.refuse("", words.SayUsage, "/register NAME PASSWORD [MAIL] [invite:CODE]")
			return
		}
	}
	t.register("", who)
}

func (t *talk) register(id string, who gateway.Applicant) {
	if !t.mayHaveAccount(id) {
		return
	}
	t.warn()
	code := func() (string, error) {
		token, _, err := auth.NewToken(t.gateway.house.Random)
		return token, err
	}
	t.gateway.house.Accounts.Register(t.session, t.from, who, code, func(r gateway.Registered) {
		switch {
		case r.Refusal != nil:
			t.refused(id, r.Refusal)
		case r.Confirm:
			t.settled(id, words.SayConfirmMail, who.Email, r.Account)
		case !t.attached: // the door opens to accounts only
			t.enterAccount(id, t.attachLogin(r.Login, r.Account))
		default:
			if t.form&words.FormJSON == 0 {
				t.tell(words.SayRegistered, r.Account)
			}
			t.account = r.Account
			t.rename(r.Account)
			t.beginCounting()
			t.welcomed(id)
		}
	})
}

// rename has the session's user called as his account is.
func (t *talk) rename(account string) {
	form, session := t.form, t.session.ID()
	t.session.Do(engine.Ask{
		Command: &chat.ChangeNick{Session: session, Nick: account}, Hold: true,
		Answer: func(state *core.State, o engine.Outcome) []byte {
			u := state.UserOf(session)
			switch {
			case u == nil || form&words.FormJSON != 0:
				return nil // the welcome tells
			case o.Refusal != nil:
				return words.AppendRefusal(nil, form, o.Refusal, "")
			}
			return words.AppendSentence(nil, form, words.SayNickNow, u.Nick())
		},
	})
}

func (t *talk) verify(id, name, code string) {
	if !t.mayHaveAccount(id) {
		return
	}
	t.gateway.house.Accounts.Confirm(t.session, t.from, name, code, func(o engine.Outcome) {
		if o.Refusal != nil {
			t.refused(id, o.Refusal)
			return
		}
		t.settled(id, words.SayVerified, name)
	})
}

// loginLine is /login NAME PASSWORD [CODE]; what stands behind the name is for Accounts.
func (t *talk) loginLine(args string) {
	name, password := line.Word(args)
	if password == "" {
		t.refuse("", words.SayUsage, "/login NAME PASSWORD")
		return
	}
	t.login("", name, password)
}

func (t *talk) login(id, name, password string) {
	if !t.mayHaveAccount(id) {
		return
	}
	t.warn()
	t.gateway.house.Accounts.Check(t.session, t.from, name, password, func(l chat.Login, r *chat.Refusal) {
		switch {
		case r != nil && !t.attached && !t.outside && t.form&words.FormJSON == 0:
			t.refused(id, r)
			t.attach("", nil, func() {}) // somebody who goes on as a guest, and can try again
		case r != nil:
			t.refused(id, r)
		case !t.attached:
			t.enterAccount(id, t.attachLogin(l, name))
		default:
			t.enterAccount(id, &chat.SignIn{Session: t.session.ID(), Login: l})
		}
	})
}

// attachLogin is the command of a session that begins in its account.
func (t *talk) attachLogin(l chat.Login, name string) *chat.Attach {
	c := t.attachCommand(name, "")
	c.Login = l
	return c
}

// logout ends a session that is signed in.
func (t *talk) logout(id string) {
	t.own(id, func(chat.AccountRecord) {
		last := words.AppendSentence(nil, t.form, words.SayLoggedOut)
		t.leaving(func() { t.session.Close("", append(words.AppendOK(nil, t.form, id), last...)) })
	})
}

// passwdLine is /passwd OLD NEW; the last word is the new one, since a code may stand
// behind the old.
func (t *talk) passwdLine(args string) {
	at := strings.LastIndexAny(strings.TrimRight(args, " \t"), " \t")
	if at < 0 {
		t.refuse("", words.SayUsage, "/passwd OLD NEW")
		return
	}
	t.passwd("", strings.TrimRight(args[:at], " \t"), strings.TrimSpace(args[at+1:]))
}

func (t *talk) passwd(id, old, fresh string) {
	if !t.mayHaveAccount(id) {
		return
	}
	t.warn()
	t.proved(id, old, func(chat.AccountRecord) {
		t.gateway.house.Accounts.Verifier(t.session, fresh, func(verifier string, r *chat.Refusal) {
			if r != nil {
				t.refused(id, r)
				return
			}
			t.changeOwn(id, chat.AccountChange{Aspect: chat.Password, Text: verifier}, words.SayPasswordSet)
		})
	})
}

// claim makes the session's account the first operator's.
func (t *talk) claim(id, code string) {
	if !t.mayHaveAccount(id) {
		return
	}
	t.gateway.house.Accounts.Claim(t.session, t.from, code, func(o engine.Outcome) {
		if o.Refusal != nil {
			t.refused(id, o.Refusal)
			return
		}
		t.settled(id, words.SayClaimed)
	})
}
