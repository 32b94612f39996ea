package irc

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"madang/auth"
	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// runOper is OPER (RFC 2812 3.1.4). The password's hash is worked out beside the loop,
// and as long for a name that does not exist. Every try counts as a guess.
func (c *client) runOper(hasher *auth.Hasher, m *irc.Message) {
	name, password := string(m.Param(0)), string(m.Param(1))
	operator := c.hall.config().Operator(name)
	if operator == nil && strings.EqualFold(name, "claim") {
		c.claim(password)
		return
	}
	if wait := c.hall.house.Accounts.Try(c.from()); wait > 0 {
		c.answer(func(w *writer) { w.Refusal("OPER", gateway.TooManyGuesses(wait)) })
		return
	}
	label, masks := c.label(), false
	verified := func(err error) {
		c.withLabel(label, func() { c.oper(operator, operator != nil && err == nil, masks) })
	}
	c.do(ask{
		hold: true, passes: true,
		answer: func(w *writer, _ *engine.Outcome) { masks = operator != nil && w.fits(operator.Masks) },
		task: func(ctx context.Context, _ chat.Position) engine.Result {
			var err error
			if operator == nil {
				err = hasher.Refuse(ctx, password)
			} else {
				err = hasher.Verify(ctx, operator.PasswordHash.Reveal(), password)
			}
			return engine.Result{Then: func() { verified(err) }}
		},
	})
}

// claim is OPER claim CODE: the server's first operator proves the code that was printed
// at its first start.
func (c *client) claim(code string) {
	later := c.later()
	c.hall.house.Accounts.Claim(c.session, c.from(), code, func(o engine.Outcome) {
		later(func() {
			c.answer(func(w *writer) {
				if o.Refusal != nil {
					w.Refusal("OPER", o.Refusal)
					return
				}
				w.Numeric(irc.RPL_YOUREOPER, "You are now an IRC operator")
				w.events(&o)
			})
		})
	})
}

// fits says whether one of an operator's masks fits the client, by cloak or by address.
func (w *writer) fits(masks []string) bool {
	if len(masks) == 0 {
		return true
	}
	who := w.User.Folded() + "!" + names.Fold(w.User.Username()) + "@"
	for _, mask := range masks {
		mask = names.FoldMask(mask)
		if names.MatchMask(mask, who+w.User.Host()) || names.MatchMask(mask, who+w.AddressOf(w.User)) {
			return true
		}
	}
	return false
}

// oper follows the verdict on a password.
func (c *client) oper(o *Operator, right, masks bool) {
	switch {
	case !right:
		c.answer(func(w *writer) { w.Numeric(irc.ERR_PASSWDMISMATCH, "Password incorrect") })
	case !masks:
		c.answer(func(w *writer) { w.Numeric(irc.ERR_NOOPERHOST, "No O-lines for your host") })
	default:
		c.do(ask{
			verb: "OPER", command: &chat.GrantOperator{Session: c.session.ID(), Name: o.Name, Powers: o.Powers},
			answer: func(w *writer, o *engine.Outcome) {
				w.Numeric(irc.RPL_YOUREOPER, "You are now an IRC operator")
				w.events(o)
			},
		})
	}
}

// runKill is KILL (RFC 2812 3.7.1).
func (c *client) runKill(m *irc.Message) {
	nick, reason := string(m.Param(0)), string(m.Param(1))
	if reason == "" {
		reason = "No reason given"
	}
	c.do(ask{
		verb: "KILL", command: &chat.Kill{Session: c.session.ID(), Nick: nick, Reason: reason},
		answer: (*writer).events,
	})
}

// runWallops is WALLOPS (RFC 2812 4.7).
func (c *client) runWallops(m *irc.Message) {
	c.do(ask{
		verb: "WALLOPS", command: &chat.Broadcast{Session: c.session.ID(), Text: string(m.Param(0)), Wallops: true},
		answer: func(w *writer, o *engine.Outcome) {
			if w.User != nil && w.User.Has(chat.Wallops) {
				w.events(o)
			}
		},
	})
}

// runRehash is REHASH (RFC 2812 4.2). Reading the settings may block.
func (c *client) runRehash(*irc.Message) {
	label, allowed := c.label(), false
	c.do(ask{
		hold: true, passes: true,
		answer: func(w *writer, _ *engine.Outcome) { allowed = w.User.May(chat.MayServe) },
		task: func(context.Context, chat.Position) engine.Result {
			if !allowed {
				return engine.Result{Then: func() { c.withLabel(label, c.noPrivileges) }}
			}
			err := c.rehash()
			return engine.Result{Then: func() { c.withLabel(label, func() { c.rehashed(err) }) }}
		},
	})
}

func (c *client) rehash() error {
	if f := c.hall.config().Rehash; f != nil {
		return f()
	}
	return nil
}

func (c *client) rehashed(err error) {
	c.answer(func(w *writer) {
		w.Numeric(irc.RPL_REHASHING, "madang.toml", "Rehashing")
		if err != nil {
			w.Fail("REHASH", "CONFIG_BAD", "The old settings stay: "+strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	})
}

func (c *client) noPrivileges() {
	c.answer(func(w *writer) {
		w.Numeric(irc.ERR_NOPRIVILEGES, "Permission denied: you are no server operator")
	})
}

// runStats is STATS (RFC 2812 3.4.4): u for the time up, o for operators, and for
// operators l for connections and m for what the loop did.
func (c *client) runStats(m *irc.Message) {
	letter := string(m.Param(0))
	if letter == "" {
		c.needMoreParams("STATS")
		return
	}
	first, _ := utf8.DecodeRuneInString(letter)
	letter = string(first)
	c.answer(func(w *writer) {
		w.stats(letter)
		w.Numeric(irc.RPL_ENDOFSTATS, render.OneWord(letter), "End of /STATS report")
	})
}

func (w *writer) stats(letter string) {
	operator := w.User.Has(chat.ServerOperator)
	switch strings.ToLower(letter) {
	case "u":
		up := int64(w.c.hall.house.Engine.Now().Sub(w.House.Started) / time.Second)
		clock := strconv.FormatInt(up/3600%24, 10) + ":" + twoDigits(up/60%60) + ":" + twoDigits(up%60)
		w.Numeric(irc.RPL_STATSUPTIME, "Server Up "+strconv.FormatInt(up/86400, 10)+" days "+clock)
	case "o":
		for _, o := range w.c.hall.config().Operators {
			if operator {
				w.NumericWords(irc.RPL_STATSOLINE, "O", "*", "*", o.Name)
			}
		}
	case "m":
		s := w.c.hall.house.Engine.Stats()
		if operator {
			w.Numeric(irc.RPL_STATSCOMMANDS, "*", strconv.FormatUint(s.Asks, 10), "asks")
			w.Numeric(irc.RPL_STATSCOMMANDS, "*", strconv.FormatUint(s.Deliveries, 10), "deliveries")
		}
	case "l":
		w.statsLink()
	}
}

// statsLink describes the client's own connection.
func (w *writer) statsLink() {
	c := w.c.conn
	open := int64(time.Since(c.Since()) / time.Second)
	w.NumericWords(irc.RPL_STATSLINKINFO, w.Nick, strconv.Itoa(c.Queued()),
		"0", strconv.FormatInt(c.BytesOut()>>10, 10), "0", strconv.FormatInt(c.BytesIn()>>10, 10), strconv.FormatInt(open, 10))
}

func twoDigits(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}
