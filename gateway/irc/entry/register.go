package entry

import (
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// registrationValue says how accounts are made here (IRCv3 draft/account-registration).
func registrationValue(c *client.Client) string {
	words := []string{"custom-account-name"}
	if c.Hall.Config().RegisterEarly {
		words = append(words, "before-connect")
	}
	if c.Hall.House.Accounts.NeedsMail() {
		words = append(words, "email-required")
	}
	return strings.Join(words, ",")
}

// Register is REGISTER (IRCv3 draft/account-registration).
func Register(c *client.Client, m *irc.Message) {
	who := gateway.Applicant{Name: string(m.Param(0)), Email: string(m.Param(1)), Password: string(m.Param(2)), Invitation: string(m.Param(3))}
	if who.Email == "*" {
		who.Email = ""
	}
	if c.Pending != nil {
		switch {
		case !c.Hall.Config().RegisterEarly:
			c.Fail("REGISTER", "COMPLETE_CONNECTION_REQUIRED", render.OneWord(who.Name), "Complete the connection first")
			return
		case who.Name != "*":
		case c.Pending.Wanted != "":
			who.Name = c.Pending.Wanted
		default:
			c.Fail("REGISTER", "NEED_NICK", "*", "Choose a nick first")
			return
		}
	}
	name, label := who.Name, c.Label()
	c.Do(client.Ask{
		Hold: true, Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			if who.Name = name; name == "*" {
				who.Name = w.Nick
			}
		},
		Done: func(engine.Outcome) {
			c.WithLabel(label, func() { register(c, who, tellRegistered, tellNotRegistered) })
		},
	})
}

// register makes an account, and signs the client in to it.
func register(c *client.Client, who gateway.Applicant, told func(*client.Writer, *gateway.Registered), refused func(*client.Writer, string, *chat.Refusal)) {
	if c.Pending != nil && c.Pending.Login != (chat.Login{}) {
		c.Answer(func(w *client.Writer) {
			refused(w, who.Name, &chat.Refusal{Code: chat.AlreadySignedIn, Nick: who.Name})
		})
		return
	}
	later, house := c.Later(), &c.Hall.House
	house.Accounts.Register(c.Session, c.From(), who, house.NewCode, func(r gateway.Registered) {
		later(func() {
			c.Do(client.Ask{
				Hold: true,
				Answer: func(w *client.Writer, _ *engine.Outcome) {
					if r.Refusal != nil {
						refused(w, who.Name, r.Refusal)
						return
					}
					told(w, &r)
					w.BecameAccount(&r)
				},
				Done: func(engine.Outcome) {
					if c.Pending != nil && r.Refusal == nil {
						c.Pending.Login = r.Login
					}
				},
			})
		})
	})
}

// Verify is VERIFY (IRCv3 draft/account-registration).
func Verify(c *client.Client, m *irc.Message) {
	account := string(m.Param(0))
	verify(c, account, string(m.Param(1)), func(w *client.Writer) {
		w.Line(w.House.Name, "VERIFY", "SUCCESS", render.OneWord(account), "Account successfully verified; sign in to it")
	}, func(w *client.Writer, r *chat.Refusal) { w.NotVerified(account, r) })
}

// verify ends the making of an account with the code that was mailed.
func verify(c *client.Client, account, code string, told func(*client.Writer), refused refused) {
	later := c.Later()
	c.Hall.House.Accounts.Confirm(c.Session, c.From(), account, code, func(o engine.Outcome) {
		later(func() {
			c.Answer(func(w *client.Writer) {
				if o.Refusal != nil {
					refused(w, o.Refusal)
					return
				}
				told(w)
			})
		})
	})
}

func tellRegistered(w *client.Writer, r *gateway.Registered) { w.Registered(r) }

func tellNotRegistered(w *client.Writer, name string, r *chat.Refusal) { w.NotRegistered(name, r) }
