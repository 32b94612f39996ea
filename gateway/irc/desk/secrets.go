package desk

import (
	"strconv"
	"strings"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/gateway"
)

// The second factor, passwords for programs, and what operators do to accounts.

func totp(v *Visit, words []string) {
	switch verb := strings.ToUpper(words[0]); {
	case verb == "ON" || verb == "ENABLE":
		v.offerOneTime()
	case verb == "CONFIRM" && len(words) == 3:
		v.confirmOneTime(words[1], words[2])
	case verb == "OFF" && len(words) > 2:
		v.provedOwn(strings.Join(words[1:], " "), func(chat.AccountRecord) {
			v.Do(v.change(chat.AccountChange{Aspect: chat.OneTime}), "The second factor is off.")
		})
	default:
		v.usageOf("TOTP")
	}
}

// offerOneTime shows a new secret. It is kept only when it is given back with a code that
// proves that an app has it.
func (v *Visit) offerOneTime() {
	v.own(func(r chat.AccountRecord) {
		secret, err := auth.NewTOTPSecret(v.House.Random)
		if err != nil {
			v.Refuse(&chat.Refusal{Code: chat.Internal})
			return
		}
		v.Say("Add this to your app: "+auth.TOTPURI(secret, v.House.Network, r.Name),
			"Then: TOTP CONFIRM "+secret.Reveal()+" code",
			"From then on your password is followed by a space and a code; SCRAM does not work any more. Certificates and app passwords do.")
	})
}

func (v *Visit) confirmOneTime(secret, code string) {
	step, ok := auth.CheckTOTP(auth.NewSecret(secret), v.House.Engine.Now(), 0, code)
	if !ok {
		v.Say("The code is wrong. Is your app's clock right?")
		return
	}
	v.Do(v.change(chat.OneTimeOn(secret, step)...), "The second factor is on. Keep an app password or a certificate for the day when you lose your app.")
}

func app(v *Visit, words []string) {
	switch verb := strings.ToUpper(words[0]); {
	case verb == "LIST":
		v.own(func(r chat.AccountRecord) { v.listTokens(r.Tokens) })
	case verb == "ADD" && len(words) > 1:
		v.addToken(words[1], words[2:])
	case (verb == "REVOKE" || verb == "DEL") && len(words) == 2:
		v.Do(v.change(chat.AccountChange{Aspect: chat.AppPassword, Text: words[1]}), "The app password "+clipped(words[1])+" is revoked.")
	default:
		v.usageOf("APP")
	}
}

func (v *Visit) listTokens(tokens []chat.TokenRecord) {
	if len(tokens) == 0 {
		v.Say("You have no app passwords.")
		return
	}
	var lines []string
	for i := range tokens {
		t := &tokens[i]
		line := t.ID + " " + t.Label + ", made " + gateway.MinuteText(t.Made) + scope(t)
		lines = append(lines, line)
	}
	v.Say(lines...)
}

// scope tells what an app password is good for.
func scope(t *chat.TokenRecord) string {
	words := ""
	if t.ReadOnly {
		words += ", reading only"
	}
	if len(t.Rooms) > 0 {
		words += ", in " + strings.Join(t.Rooms, " ")
	}
	if t.Expires != 0 {
		words += ", until " + gateway.MinuteText(t.Expires)
	}
	return words
}

// addToken makes an app password, and shows it, once.
func (v *Visit) addToken(label string, limits []string) {
	t := chat.TokenRecord{Label: label}
	for _, limit := range limits {
		days, err := strconv.Atoi(strings.TrimSuffix(strings.ToLower(limit), "d"))
		switch {
		case strings.EqualFold(limit, "READ"), strings.EqualFold(limit, "READ-ONLY"): // as in plain text
			t.ReadOnly = true
		case strings.HasPrefix(limit, "#"):
			t.Rooms = append(t.Rooms, strings.Split(limit, ",")...)
		case err == nil && days > 0 && days <= daysMax:
			t.Expires = v.in(days)
		default:
			v.usageOf("APP")
			return
		}
	}
	password, id, err := auth.NewAppPassword(v.House.Random)
	if err != nil {
		v.Refuse(&chat.Refusal{Code: chat.Internal})
		return
	}
	t.ID, t.Digest = id, gateway.DigestOf(password.Reveal())
	v.Ask(Question{
		Command: v.change(chat.AccountChange{Aspect: chat.AppPassword, Add: true, Text: id, Token: t}),
		Tell: func(a *Answer) {
			a.Say("The password for ", clipped(label), ", shown once: ", password.Reveal())
			a.Say("It signs in with your account's name", scope(&t), ". APP REVOKE ", id, " ends it.")
		},
	})
}

// daysMax bounds how far ahead things expire.
const daysMax = 36500

// in is a number of days from now.
func (v *Visit) in(days int) chat.Time {
	return chat.Time(v.House.Engine.Now().Add(time.Duration(days) * 24 * time.Hour).UnixMilli())
}

func registerOther(v *Visit, words []string) {
	v.operator(chat.MayRegister, func() {
		v.newVerifier(words[1], func(verifier string) {
			v.Do(&chat.Register{Session: v.Session.ID(), Name: words[0], Password: verifier, Other: true}, "Account created")
		})
	})
}

// operator goes on for those with a power only, so that others cause no work.
func (v *Visit) operator(power chat.Permission, then func()) {
	may := false
	v.Ask(Question{
		Tell: func(a *Answer) {
			may = a.User != nil && a.User.May(power)
		},
		Then: func() {
			if !may {
				v.Refuse(&chat.Refusal{Code: chat.NeedOperator, Powers: power})
				return
			}
			then()
		},
	})
}

func suspend(v *Visit, words []string) {
	reason := strings.Join(words[1:], " ")
	if reason == "" {
		reason = "no reason given"
	}
	v.suspend(words[0], reason, "The account "+clipped(words[0])+" is suspended.")
}

func unsuspend(v *Visit, words []string) {
	v.suspend(words[0], "", "The account "+clipped(words[0])+" may sign in again.")
}

func (v *Visit) suspend(account, reason, done string) {
	v.Do(&chat.ChangeAccount{
		Session: v.Session.ID(), Account: account, Changes: []chat.AccountChange{{Aspect: chat.Suspended, Add: reason != "", Text: reason}},
	}, done)
}

// host gives an account a host of its own, or takes it away.
func host(v *Visit, words []string) {
	change, done := chat.AccountChange{Aspect: chat.ShownHost}, " has no host of its own."
	switch verb := strings.ToUpper(words[0]); {
	case verb == "SET" && len(words) == 3:
		change.Add, change.Text, done = true, words[2], " is shown with "+clipped(strings.ToLower(words[2]))+"."
	case verb != "DEL" || len(words) != 2:
		v.usageOf("HOST")
		return
	}
	v.Do(&chat.ChangeAccount{Session: v.Session.ID(), Account: words[1], Changes: []chat.AccountChange{change}}, "The account "+clipped(words[1])+done)
}

func invite(v *Visit, words []string) {
	numbers := []int{1, 7}
	for i, word := range words[:min(len(words), 2)] {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > daysMax {
			v.usageOf("INVITE")
			return
		}
		numbers[i] = n
	}
	code, _, err := auth.NewToken(v.House.Random)
	if err != nil {
		v.Refuse(&chat.Refusal{Code: chat.Internal})
		return
	}
	v.Do(&chat.MakeInvitation{
		Session: v.Session.ID(), Digest: gateway.DigestOf(code), Uses: numbers[0], Expires: v.in(numbers[1]),
	}, "The invitation, shown once: "+code+" (REGISTER password * "+code+")")
}
