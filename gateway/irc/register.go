package irc

import (
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// registrationValue says how accounts are made here (IRCv3 draft/account-registration).
func (c *client) registrationValue() string {
	words := []string{"custom-account-name"}
	if c.hall.config().RegisterEarly {
		words = append(words, "before-connect")
	}
	if c.hall.house.Accounts.NeedsMail() {
		words = append(words, "email-required")
	}
	return strings.Join(words, ",")
}

// runRegister is REGISTER (IRCv3 draft/account-registration).
func (c *client) runRegister(m *irc.Message) {
	who := gateway.Applicant{Name: string(m.Param(0)), Email: string(m.Param(1)), Password: string(m.Param(2)), Invitation: string(m.Param(3))}
	if who.Email == "*" {
		who.Email = ""
	}
	if c.pending != nil {
		switch {
		case !c.hall.config().RegisterEarly:
			c.fail("REGISTER", "COMPLETE_CONNECTION_REQUIRED", render.OneWord(who.Name), "Complete the connection first")
			return
		case who.Name != "*":
		case c.pending.wanted != "":
			who.Name = c.pending.wanted
		default:
			c.fail("REGISTER", "NEED_NICK", "*", "Choose a nick first")
			return
		}
	}
	name, label := who.Name, c.label()
	c.do(ask{
		hold: true, passes: true,
		answer: func(w *writer, _ *engine.Outcome) {
			if who.Name = name; name == "*" {
				who.Name = w.Nick
			}
		},
		done: func(engine.Outcome) {
			c.withLabel(label, func() { c.register(who, tellRegistered, tellNotRegistered) })
		},
	})
}

// register makes an account, and signs the client in to it.
func (c *client) register(who gateway.Applicant, told func(*writer, *gateway.Registered), refused func(*writer, string, *chat.Refusal)) {
	if c.pending != nil && c.pending.login != (chat.Login{}) {
		c.answer(func(w *writer) { refused(w, who.Name, &chat.Refusal{Code: chat.AlreadySignedIn, Nick: who.Name}) })
		return
	}
	later, house := c.later(), &c.hall.house
	house.Accounts.Register(c.session, c.from(), who, house.NewCode, func(r gateway.Registered) {
		later(func() {
			c.do(ask{
				hold: true,
				answer: func(w *writer, _ *engine.Outcome) {
					if r.Refusal != nil {
						refused(w, who.Name, r.Refusal)
						return
					}
					told(w, &r)
					w.BecameAccount(&r)
				},
				done: func(engine.Outcome) {
					if c.pending != nil && r.Refusal == nil {
						c.pending.login = r.Login
					}
				},
			})
		})
	})
}

// runVerify is VERIFY (IRCv3 draft/account-registration).
func (c *client) runVerify(m *irc.Message) {
	account := string(m.Param(0))
	c.verify(account, string(m.Param(1)), func(w *writer) {
		w.Line(w.House.Name, "VERIFY", "SUCCESS", render.OneWord(account), "Account successfully verified; sign in to it")
	}, func(w *writer, r *chat.Refusal) { w.NotVerified(account, r) })
}

// verify ends the making of an account with the code that was mailed.
func (c *client) verify(account, code string, told func(*writer), refused refused) {
	later := c.later()
	c.hall.house.Accounts.Confirm(c.session, c.from(), account, code, func(o engine.Outcome) {
		later(func() {
			c.answer(func(w *writer) {
				if o.Refusal != nil {
					refused(w, o.Refusal)
					return
				}
				told(w)
			})
		})
	})
}

func tellRegistered(w *writer, r *gateway.Registered) { w.Registered(r) }

func tellNotRegistered(w *writer, name string, r *chat.Refusal) { w.NotRegistered(name, r) }
