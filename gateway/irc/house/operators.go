package house

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
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Oper is OPER (RFC 2812 3.1.4). The password's hash is worked out beside the loop,
// and as long for a name that does not exist. Every try counts as a guess.
func Oper(c *client.Client, hasher *auth.Hasher, m *irc.Message) {
	name, password := string(m.Param(0)), string(m.Param(1))
	operator := c.Hall.Config().Operator(name)
	if operator == nil && strings.EqualFold(name, "claim") {
		claim(c, password)
		return
	}
	if wait := c.Hall.House.Accounts.Try(c.From()); wait > 0 {
		c.Answer(func(w *client.Writer) { w.Refusal("OPER", gateway.TooManyGuesses(wait)) })
		return
	}
	label, masks := c.Label(), false
	verified := func(err error) {
		c.WithLabel(label, func() { grant(c, operator, operator != nil && err == nil, masks) })
	}
	c.Do(client.Ask{
		Hold: true, Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) { masks = operator != nil && fits(w, operator.Masks) },
		Task: func(ctx context.Context, _ chat.Position) engine.Result {
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
func claim(c *client.Client, code string) {
	later := c.Later()
	c.Hall.House.Accounts.Claim(c.Session, c.From(), code, func(o engine.Outcome) {
		later(func() {
			c.Answer(func(w *client.Writer) {
				if o.Refusal != nil {
					w.Refusal("OPER", o.Refusal)
					return
				}
				w.Numeric(irc.RPL_YOUREOPER, "You are now an IRC operator")
				w.Outcome(&o)
			})
		})
	})
}

// fits says whether one of an operator's masks fits the client, by cloak or by address: a
// host that was given to him opens nothing.
func fits(w *client.Writer, masks []string) bool {
	if len(masks) == 0 {
		return true
	}
	who := w.User.Folded() + "!" + names.Fold(w.User.Username()) + "@"
	for _, mask := range masks {
		mask = names.FoldMask(mask)
		if names.MatchMask(mask, who+w.User.Cloak()) || names.MatchMask(mask, who+w.AddressOf(w.User)) {
			return true
		}
	}
	return false
}

// grant follows the verdict on a password.
func grant(c *client.Client, o *client.Operator, right, masks bool) {
	switch {
	case !right:
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_PASSWDMISMATCH, "Password incorrect") })
	case !masks:
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_NOOPERHOST, "No O-lines for your host") })
	default:
		c.Do(client.Ask{
			Verb: "OPER", Command: &chat.GrantOperator{Session: c.Session.ID(), Name: o.Name, Powers: o.Powers},
			Answer: func(w *client.Writer, o *engine.Outcome) {
				w.Numeric(irc.RPL_YOUREOPER, "You are now an IRC operator")
				w.Outcome(o)
			},
		})
	}
}

// Kill is KILL (RFC 2812 3.7.1).
func Kill(c *client.Client, m *irc.Message) {
	nick, reason := string(m.Param(0)), string(m.Param(1))
	if reason == "" {
		reason = "No reason given"
	}
	c.Do(client.Ask{
		Verb: "KILL", Command: &chat.Kill{Session: c.Session.ID(), Nick: nick, Reason: reason},
		Answer: (*client.Writer).Outcome,
	})
}

// Wallops is WALLOPS (RFC 2812 4.7).
func Wallops(c *client.Client, m *irc.Message) {
	c.Do(client.Ask{
		Verb: "WALLOPS", Command: &chat.Broadcast{Session: c.Session.ID(), Text: string(m.Param(0)), Wallops: true},
		Answer: func(w *client.Writer, o *engine.Outcome) {
			if w.User != nil && w.User.Has(chat.Wallops) {
				w.Outcome(o)
			}
		},
	})
}

// Rehash is REHASH (RFC 2812 4.2). Reading the settings may block.
func Rehash(c *client.Client, _ *irc.Message) {
	label, allowed := c.Label(), false
	c.Do(client.Ask{
		Hold: true, Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) { allowed = w.User.May(chat.MayServe) },
		Task: func(context.Context, chat.Position) engine.Result {
			if !allowed {
				return engine.Result{Then: func() { c.WithLabel(label, func() { noPrivileges(c) }) }}
			}
			err := rehash(c)
			return engine.Result{Then: func() { c.WithLabel(label, func() { rehashed(c, err) }) }}
		},
	})
}

func rehash(c *client.Client) error {
	if f := c.Hall.Config().Rehash; f != nil {
		return f()
	}
	return nil
}

func rehashed(c *client.Client, err error) {
	c.Answer(func(w *client.Writer) {
		w.Numeric(irc.RPL_REHASHING, "madang.toml", "Rehashing")
		if err != nil {
			w.Fail("REHASH", "CONFIG_BAD", "The old settings stay: "+strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	})
}

func noPrivileges(c *client.Client) {
	c.Answer(func(w *client.Writer) {
		w.Numeric(irc.ERR_NOPRIVILEGES, "Permission denied: you are no server operator")
	})
}

// Stats is STATS (RFC 2812 3.4.4): u for the time up, o for operators, and for
// operators l for connections and m for what the loop did.
func Stats(c *client.Client, m *irc.Message) {
	letter := string(m.Param(0))
	if letter == "" {
		c.NeedMoreParams("STATS")
		return
	}
	first, _ := utf8.DecodeRuneInString(letter)
	letter = string(first)
	c.Answer(func(w *client.Writer) {
		stats(w, letter)
		w.Numeric(irc.RPL_ENDOFSTATS, render.OneWord(letter), "End of /STATS report")
	})
}

func stats(w *client.Writer, letter string) {
	operator := w.User.Has(chat.ServerOperator)
	switch strings.ToLower(letter) {
	case "u":
		up := int64(w.Client.Hall.House.Engine.Now().Sub(w.House.Started) / time.Second)
		clock := strconv.FormatInt(up/3600%24, 10) + ":" + twoDigits(up/60%60) + ":" + twoDigits(up%60)
		w.Numeric(irc.RPL_STATSUPTIME, "Server Up "+strconv.FormatInt(up/86400, 10)+" days "+clock)
	case "o":
		for _, o := range w.Client.Hall.Config().Operators {
			if operator {
				w.NumericWords(irc.RPL_STATSOLINE, "O", "*", "*", o.Name)
			}
		}
	case "m":
		s := w.Client.Hall.House.Engine.Stats()
		if operator {
			w.Numeric(irc.RPL_STATSCOMMANDS, "*", strconv.FormatUint(s.Asks, 10), "asks")
			w.Numeric(irc.RPL_STATSCOMMANDS, "*", strconv.FormatUint(s.Deliveries, 10), "deliveries")
		}
	case "l":
		statsLink(w)
	}
}

// statsLink describes the client's own connection.
func statsLink(w *client.Writer) {
	c := w.Client.Conn
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
