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

// What people do to their accounts.

// accountLine is /account [SETTING on|off], /account delete PASSWORD.
func (t *talk) accountLine(args string) {
	word, rest := line.Word(args)
	switch strings.ToLower(word) {
	case "":
		t.showAccount("")
	case "delete", "삭제":
		if rest == "" {
			t.refuse("", words.SayUsage, "/account delete PASSWORD")
			return
		}
		t.deleteAccount("", rest)
	default:
		on, ok := onOff(rest)
		if !ok {
			t.refuse("", words.SayUsage, "/account always-on on, /account one-session off, /account delete PASSWORD")
			return
		}
		t.setAccount("", word, on)
	}
}

func onOff(word string) (on, ok bool) {
	switch strings.ToLower(word) {
	case "on", "켬", "켜기":
		return true, true
	case "off", "끔", "끄기":
		return false, true
	}
	return false, false
}

// setAccount switches a setting.
func (t *talk) setAccount(id, name string, on bool) {
	if !t.mayHaveAccount(id) {
		return
	}
	c := chat.AccountChange{Add: on}
	switch strings.ToLower(name) {
	case "always-on", "상주":
		c.Aspect = chat.AlwaysOn
	case "one-session", "하나만":
		c.Aspect = chat.OneSession
	default:
		t.refuse(id, words.SayNoSetting, name)
		return
	}
	if on {
		t.changeOwn(id, c, words.SaySettingOn, name)
		return
	}
	t.changeOwn(id, c, words.SaySettingOff, name)
}

// showAccount tells who the session is, and the settings of its account.
func (t *talk) showAccount(id string) {
	form, session := t.form, t.session.ID()
	t.session.Do(engine.Ask{Answer: func(state *core.State, _ engine.Outcome) []byte {
		u, a, why := ownsUp(state, session, form, id)
		switch {
		case u == nil:
			return words.AppendRefusal(nil, form, &chat.Refusal{Code: chat.NoSuchSession}, id)
		case a == nil && form&words.FormJSON == 0:
			return append(words.AppendSentence(nil, form, words.SayYouAre, u.Nick()), why...)
		case a == nil:
			return why
		}
		return words.AppendSettings(nil, form, u, a, id)
	}})
}

func (t *talk) deleteAccount(id, password string) {
	t.proved(id, password, func(chat.AccountRecord) {
		t.do(deed{
			command: &chat.DeleteAccount{Session: t.session.ID()}, id: id, hold: true,
			plain: func(dst []byte, form engine.Form, _ *core.State, _ *engine.Outcome) []byte {
				return words.AppendSentence(dst, form, words.SayAccountGone)
			},
			done: func(*engine.Outcome) { t.account = "" },
		})
	})
}

// totpLine is /totp on, /totp on CODE, /totp off CODE.
func (t *talk) totpLine(args string) {
	word, code := line.Word(args)
	on, ok := onOff(word)
	if !ok || !on && code == "" {
		t.refuse("", words.SayUsage, "/totp on, /totp on CODE, /totp off CODE")
		return
	}
	t.totp("", on, code)
}

// totp switches one-time codes. Without a code it shows a new secret, which counts as
// soon as a code of it came.
func (t *talk) totp(id string, on bool, code string) {
	t.own(id, func(record chat.AccountRecord) {
		switch {
		case on && code == "":
			t.showSecret(id, record.Name)
		case on && t.secret == "":
			t.refuse(id, words.SayTOTPFirst)
		case on:
			secret := t.secret
			t.confirmCode(id, secret, 0, code, func(step int64) {
				t.secret = ""
				t.changesOwn(id, chat.OneTimeOn(secret, step), words.SayTOTPOn)
			})
		default:
			t.confirmCode(id, record.OneTime, record.OneTimeStep, code, func(int64) {
				t.changeOwn(id, chat.AccountChange{Aspect: chat.OneTime}, words.SayTOTPOff)
			})
		}
	})
}

func (t *talk) showSecret(id, account string) {
	secret, err := auth.NewTOTPSecret(t.gateway.house.Random)
	if err != nil {
		t.refused(id, &chat.Refusal{Code: chat.Internal})
		return
	}
	t.warn()
	t.secret = secret.Reveal()
	address := auth.TOTPURI(secret, t.gateway.house.Network, account)
	form, text := t.form, t.secret
	t.session.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte {
		if form&words.FormJSON != 0 {
			b := line.Begin(nil, "totp").String("secret", text).String("uri", address).End()
			return words.AppendOK(b, form, id)
		}
		b := words.AppendSentence(nil, form, words.SayTOTPSecret, text)
		b = words.AppendSentence(b, form, words.SayTOTPAddress, address)
		return words.AppendSentence(b, form, words.SayTOTPConfirm)
	}})
}

// confirmCode goes on with its step when a code is the one of now. Wrong ones count as
// guesses.
func (t *talk) confirmCode(id, secret string, last int64, code string, then func(step int64)) {
	accounts := t.gateway.house.Accounts
	if wait := accounts.Allow(t.from); wait > 0 {
		t.refused(id, gateway.TooManyGuesses(wait))
		return
	}
	step, ok := auth.CheckTOTP(auth.NewSecret(secret), t.gateway.house.Engine.Now(), last, code)
	if !ok {
		accounts.Failed(t.from)
		t.refused(id, &chat.Refusal{Code: chat.WrongCode})
		return
	}
	then(step)
}

// appLine is /app add LABEL [#ROOM…] [read-only] [30d], /app list, /app revoke ID.
func (t *talk) appLine(args string) {
	word, rest := line.Word(args)
	switch strings.ToLower(word) {
	case "add", "추가":
		r := line.Request{}
		if r.Label, rest = line.Word(rest); r.Label != "" && appOptions(&r, rest) {
			t.addApp(&r)
			return
		}
	case "", "list", "목록":
		t.listApps("")
		return
	case "revoke", "취소":
		if id, _ := line.Word(rest); id != "" {
			t.revokeApp("", id)
			return
		}
	}
	t.refuse("", words.SayUsage, "/app add LABEL [#ROOM…] [read-only] [30d], /app list, /app revoke ID")
}

// appOptions reads what may stand behind an app password's label.
func appOptions(r *line.Request, text string) bool {
	for _, word := range strings.Fields(text) {
		days := count(strings.TrimSuffix(strings.TrimSuffix(word, "d"), "일"))
		switch {
		case isRoom(word):
			r.Rooms = append(r.Rooms, word)
		case word == "read-only" || word == "읽기전용":
			r.ReadOnly = true
		case days > 0:
			r.Days = days
		default:
			return false
		}
	}
	return true
}

// daysMost bounds how long an app password may last that does not last for ever.
const daysMost = 36500

func (t *talk) addApp(r *line.Request) {
	if !t.mayHaveAccount(r.ID) {
		return
	}
	password, id, err := auth.NewAppPassword(t.gateway.house.Random)
	if err != nil {
		t.refused(r.ID, &chat.Refusal{Code: chat.Internal})
		return
	}
	t.warn()
	text := password.Reveal()
	token := chat.TokenRecord{ID: id, Label: r.Label, Digest: gateway.DigestOf(text), ReadOnly: r.ReadOnly}
	for _, room := range r.Rooms {
		token.Rooms = append(token.Rooms, roomName(room))
	}
	if r.Days > 0 {
		token.Expires = t.now() + chat.Time(min(r.Days, daysMost))*chat.Day
	}
	answerID := r.ID
	t.session.Do(engine.Ask{
		Command: &chat.ChangeAccount{Session: t.session.ID(), Changes: []chat.AccountChange{{
			Aspect: chat.AppPassword, Add: true, Text: id, Token: token,
		}}},
		Answer: t.appAnswer(answerID, id, r.Label, text),
	})
}

// appAnswer shows an app password, once.
func (t *talk) appAnswer(answerID, id, label, password string) func(*core.State, engine.Outcome) []byte {
	form := t.form
	return func(_ *core.State, o engine.Outcome) []byte {
		switch {
		case o.Refusal != nil:
			return words.AppendRefusal(nil, form, o.Refusal, answerID)
		case form&words.FormJSON != 0:
			b := line.Begin(nil, "app").String("app", id).String("label", label).String("password", password).End()
			return words.AppendOK(b, form, answerID)
		}
		return words.AppendSentence(nil, form, words.SayAppAdded, label, password)
	}
}

func (t *talk) listApps(id string) {
	form := t.form
	t.own(id, func(record chat.AccountRecord) {
		session := t.session.ID()
		t.session.Do(engine.Ask{Answer: func(state *core.State, _ engine.Outcome) []byte {
			_, a, b := ownsUp(state, session, form, id)
			if a == nil {
				return b
			}
			for i := range record.Tokens {
				b = words.AppendApp(b, form, &record.Tokens[i])
			}
			if len(record.Tokens) == 0 && form&words.FormJSON == 0 {
				b = words.AppendSentence(b, form, words.SayNoApps)
			}
			return words.AppendOK(b, form, id)
		}})
	})
}

func (t *talk) revokeApp(id, app string) {
	t.changeOwn(id, chat.AccountChange{Aspect: chat.AppPassword, Text: app}, words.SayAppRevoked, app)
}
