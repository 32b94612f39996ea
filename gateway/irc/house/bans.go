package house

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/irc/client"
	"madang/wire/irc"
)

// hitsShown is how many of those whom a ban would hit are named.
const hitsShown = 20

// UBan is UBAN, as Ergo has it: bans at the server's door, by operators who may ban.
// Whom a ban would hit is shown before it is set.
func UBan(c *client.Client, m *irc.Message) {
	words := []string{}
	for _, param := range m.Params() {
		words = append(words, strings.Fields(string(param))...)
	}
	verb, rest := "", words
	if len(words) > 0 {
		verb, rest = strings.ToUpper(words[0]), words[1:]
	}
	yes := verb == "ADD" && len(rest) > 0 && strings.EqualFold(rest[0], "YES")
	if yes {
		rest = rest[1:]
	}
	switch {
	case verb == "LIST":
		c.Answer(listBans)
	case len(rest) == 0:
		c.NeedMoreParams("UBAN")
	default:
		ban, err := banOf(c, rest)
		if err != nil {
			c.Answer(func(w *client.Writer) { w.Notice(err.Error()) })
			return
		}
		changeBans(c, verb, yes, ban)
	}
}

// changeBans does what the first word of UBAN says with a ban.
func changeBans(c *client.Client, verb string, yes bool, ban chat.ServerBan) {
	switch {
	case verb == "DEL" || verb == "REMOVE":
		c.Do(client.Ask{
			Verb: "UBAN", Command: &chat.RemoveBan{Session: c.Session.ID(), Target: ban.Target},
			Answer: func(w *client.Writer, _ *engine.Outcome) { w.Notice(ban.Target + " is banned no more") },
		})
	case verb == "ADD" && yes:
		setBan(c, ban)
	case verb == "ADD" || verb == "TEST" || verb == "INFO":
		tryBan(c, ban, verb == "ADD")
	default:
		c.NeedMoreParams("UBAN")
	}
}

// banOf reads a target, how long, and why.
func banOf(c *client.Client, words []string) (chat.ServerBan, error) {
	ban, err := gateway.BanOf(words[0])
	if err != nil {
		return ban, err
	}
	words = words[1:]
	if len(words) > 0 {
		if period, err := gateway.Period(words[0]); err == nil {
			ban.Expires, words = c.Hall.House.Now()+chat.Time(period.Milliseconds()), words[1:]
		}
	}
	ban.Reason = strings.Join(words, " ")
	return ban, nil
}

func setBan(c *client.Client, ban chat.ServerBan) {
	c.Do(client.Ask{
		Verb: "UBAN", Command: &chat.AddBan{Session: c.Session.ID(), Ban: ban},
		Answer: func(w *client.Writer, o *engine.Outcome) {
			w.Outcome(o)
			for _, placed := range o.Events {
				if added, ok := placed.Event.(*chat.BanAdded); ok {
					w.Notice(added.Ban.Target + " is banned " + untilOf(&added.Ban))
				}
			}
		},
	})
}

// tryBan shows whom a ban would hit. One that is to be set is, if that is nobody.
func tryBan(c *client.Client, ban chat.ServerBan, set bool) {
	label, tried := c.Label(), trial{}
	c.Do(client.Ask{
		Hold: true, Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) { tried = try(w, ban) },
		Done: func(engine.Outcome) {
			c.WithLabel(label, func() {
				if set && tried.refusal == nil && tried.hits == 0 {
					setBan(c, ban)
					return
				}
				c.Answer(func(w *client.Writer) { tried.tell(w, set) })
			})
		},
	})
}

// trial is what became of a ban that was not set.
type trial struct {
	refusal *chat.Refusal
	target  string // as the ban would be written
	hits    int
	who     []string // so many of them as are named
}

// try looks whom a ban would hit; what the core decides is left undone.
func try(w *client.Writer, ban chat.ServerBan) trial {
	ban, hit, refusal := gateway.TryBan(w.State, w.Client.Session.ID(), ban, w.Client.Hall.House.Now())
	t := trial{refusal: refusal, target: ban.Target}
	for _, u := range hit {
		if t.hits++; t.hits > hitsShown {
			continue
		}
		who := u.Nick() + "!" + u.Username() + "@" + u.Host()
		if u.Account() != "" {
			who += ", account " + u.Account()
		}
		if w.User.Is(u) {
			who += ", yourself: not before you leave"
		}
		t.who = append(t.who, who)
	}
	return t
}

func (t *trial) tell(w *client.Writer, set bool) {
	if t.refusal != nil {
		w.Refusal("UBAN", t.refusal)
		return
	}
	w.Notice(t.target + " hits users: " + strconv.Itoa(t.hits))
	for _, who := range t.who {
		w.Notice(who)
	}
	if set {
		w.Notice("Nothing is set yet. UBAN ADD YES and the rest sets it")
	}
}

// listBans tells who may ban which bans are in force.
func listBans(w *client.Writer) {
	if !w.State.May(w.Client.Session.ID(), chat.MayBan) {
		w.Refusal("UBAN", &chat.Refusal{Code: chat.NeedOperator, Powers: chat.MayBan})
		return
	}
	n := 0
	for _, b := range w.State.Bans() {
		if b.InForce(w.Client.Hall.House.Now()) {
			n++
			w.Notice(b.Target + " by " + b.By + " " + untilOf(&b) + ": " + b.Reason)
		}
	}
	w.Notice(strconv.Itoa(n) + " bans")
}

func untilOf(b *chat.ServerBan) string {
	if b.Expires == 0 {
		return "for ever"
	}
	return "until " + gateway.MinuteText(b.Expires)
}
