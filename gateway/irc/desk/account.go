package desk

import (
	"strconv"
	"strings"

	"madang/auth"
	"madang/chat"
	"madang/gateway"
)

// What one sees and changes of one's account.

func info(v *Visit, words []string) {
	v.Tell(func(a *Answer) {
		account := a.account()
		if len(words) > 0 {
			account = a.State.AccountByName(words[0])
		}
		if account == nil {
			a.Say("There is no such account.")
			return
		}
		record := account.Record()
		a.Say("Account ", record.Name, ", made ", gateway.MinuteText(record.Made))
		own := a.User != nil && a.User.Account() != "" && a.User.ID() == record.User && !v.beyond(a)
		if own || a.User != nil && a.User.May(chat.MayRegister) {
			a.describe(&record)
		}
	})
}

// describe tells what only the owner and operators may know.
func (a *Answer) describe(r *chat.AccountRecord) {
	if r.Email != "" {
		confirmed := " (not confirmed)"
		if r.Proved {
			confirmed = " (confirmed)"
		}
		a.Say("Mail: ", r.Email, confirmed)
	}
	if r.NewEmail != nil {
		a.Say("Mail to come: ", r.NewEmail.Address, " (when VERIFY ", r.Name, " code confirms it)")
	}
	a.settings(r)
	a.Say("Certificates: ", strconv.Itoa(len(r.Certificates)), ", app passwords: ", strconv.Itoa(len(r.Tokens)), ", second factor: ", word(r.OneTime != ""))
	if r.Host != "" {
		a.Say("Host: ", r.Host)
	}
	if r.Suspended != "" {
		a.Say("Suspended: ", r.Suspended)
	}
}

func (a *Answer) settings(r *chat.AccountRecord) {
	a.Say("ALWAYS-ON ", word(r.AlwaysOn), ", MULTICLIENT ", word(!r.OneSession))
}

func word(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func set(v *Visit, words []string) {
	if len(words) == 0 {
		v.Tell(func(a *Answer) {
			if account := a.account(); account != nil {
				record := account.Record()
				a.settings(&record)
				return
			}
			a.Say("You are not signed in.")
		})
		return
	}
	if len(words) < 2 {
		v.usageOf("SET")
		return
	}
	if strings.EqualFold(words[0], "EMAIL") {
		v.setEmail(words[1])
		return
	}
	on, ok := onOff(words[1])
	switch name := strings.ToUpper(words[0]); {
	case !ok:
		v.usageOf("SET")
	case name == "ALWAYS-ON":
		v.Do(v.change(chat.AccountChange{Aspect: chat.AlwaysOn, Add: on}), "ALWAYS-ON is "+word(on)+" now.")
	case name == "MULTICLIENT":
		v.Do(v.change(chat.AccountChange{Aspect: chat.OneSession, Add: !on}), "MULTICLIENT is "+word(on)+" now.")
	default:
		v.usageOf("SET")
	}
}

// setEmail changes the mail address; where mail is sent, once it is confirmed.
func (v *Visit) setEmail(address string) {
	later := v.Later()
	v.House.Accounts.SetEmail(v.Session, v.From, address, v.House.NewCode, func(c gateway.Changed) {
		told := "Your mail address is " + clipped(address) + " now. It is not confirmed: this server sends no mail."
		if c.Confirm {
			told = "A code is on its way to " + clipped(address) + ". Your mail address stays as it is until VERIFY account code."
		}
		later(func() { v.outcome(c.Refusal, told) })
	})
}

func sessions(v *Visit, words []string) {
	switch {
	case len(words) == 0 || strings.EqualFold(words[0], "LIST"):
		v.own(func(chat.AccountRecord) { v.Tell(v.listSessions) })
	case len(words) > 1 && strings.EqualFold(words[0], "LOGOUT"):
		v.endSessions(words[1])
	default:
		v.usageOf("SESSIONS")
	}
}

func (v *Visit) listSessions(a *Answer) {
	if a.account() == nil {
		a.Say("You are not signed in.")
		return
	}
	for i, s := range a.User.Sessions() {
		line := strconv.Itoa(i+1) + ". " + s.Gateway
		if address := gateway.NetAddress(s.Address); address.IsValid() {
			line += " from " + address.String()
		}
		if s.Secure {
			line += ", encrypted"
		}
		if s.Token != "" {
			line += ", app password " + s.Token
		}
		if line += ", since " + gateway.MinuteText(s.Since); s.ID == v.Session.ID() {
			line += " (this one)"
		}
		a.Say(line)
	}
}

// endSessions ends one session by its number in the list, or all but this one.
func (v *Visit) endSessions(which string) {
	n, err := strconv.Atoi(which)
	all := strings.EqualFold(which, "ALL")
	if err != nil && !all {
		v.usageOf("SESSIONS")
		return
	}
	end := &chat.EndSession{Session: v.Session.ID(), Reason: "signed out from another session"}
	found := false
	v.Ask(Question{
		Tell: func(a *Answer) {
			switch found = all; {
			case a.account() == nil:
				a.Say("You are not signed in.")
			case !all && (n < 1 || n > len(a.User.Sessions())):
				a.Say("There is no session of this number.")
			case !all:
				end.Target, found = a.User.Sessions()[n-1].ID, true
			}
		},
		Then: func() {
			if found {
				v.Do(end, "Done.")
			}
		},
	})
}

func cert(v *Visit, words []string) {
	given := v.Fingerprint
	if len(words) > 1 {
		var err error
		if given, err = auth.ParseFingerprint(words[1]); err != nil {
			v.Say(sentence(err.Error()))
			return
		}
	}
	switch verb := strings.ToUpper(words[0]); {
	case verb == "LIST":
		v.own(func(r chat.AccountRecord) {
			v.Say(append([]string{"Certificates: " + strconv.Itoa(len(r.Certificates))}, r.Certificates...)...)
		})
	case given == "" && verb == "ADD":
		v.Say("This connection shows no certificate. Connect with TLS and one, or give its SHA-256 fingerprint.")
	case verb == "ADD":
		v.Do(v.change(chat.AccountChange{Aspect: chat.Certificate, Add: true, Text: given}), "The certificate "+given+" signs you in now.")
	case verb == "DEL" && given != "":
		v.Do(v.change(chat.AccountChange{Aspect: chat.Certificate, Text: given}), "The certificate "+given+" signs you in no more.")
	default:
		v.usageOf("CERT")
	}
}

// sentence makes one of an error's words.
func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
