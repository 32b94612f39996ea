package irc

import (
	"strings"
	"testing"
)

// signed gives the person an account of his nick.
func (p *person) signed() *person {
	p.t.Helper()
	p.says("NS REGISTER sesame-street")
	p.until("Account created")
	p.sync()
	return p
}

// chanserv sends a line to ChanServ and gives what it says, and whatever else is seen.
func (p *person) chanserv(line string) string {
	p.t.Helper()
	p.says("CS " + line)
	var said []string
	for _, l := range p.sync() {
		said = append(said, strings.TrimPrefix(l, ":ChanServ!ChanServ@irc.test NOTICE "+p.nick+" :"))
	}
	return strings.Join(said, " / ")
}

// exchange is a line to ChanServ and what comes back.
type exchange struct{ line, want string }

func (p *person) exchanges(list ...exchange) {
	p.t.Helper()
	for _, e := range list {
		if got := p.chanserv(e.line); got != e.want {
			p.t.Errorf("%s: %s\ngot  %s\nwant %s", p.nick, e.line, got, e.want)
		}
	}
}

func TestChanServKeepsRooms(t *testing.T) {
	y := newYard(t)
	op, p := y.person("op").signed(), y.person("p").signed()
	together("#x", op, p)
	p.exchanges(exchange{"REGISTER #x", "You're not a channel operator"})
	op.exchanges(
		exchange{"INFO #x", "#x is not registered; it was made " + day(op) + "."},
		exchange{"REGISTER #x", "#x is registered. / :op!op@host.cloak MODE #x +q op"},
		exchange{"REGISTER #x", "That is so already."},
		exchange{"AMODE #x +o p", "p enters #x as OP now. / :op!op@host.cloak MODE #x +o p"},
		exchange{"AMODE #x", "OP p"},
		exchange{"AMODE #x +z p", "Usage: AMODE #channel [+q|+a|+o|+h|+v|- account]"},
		exchange{"SET #x SUCCESSOR p", "SUCCESSOR of #x is p now."},
		exchange{"SET #x SLOW 5", "SLOW of #x is 5 now."},
		exchange{"SET #x SLOW soon", "Slowness is a number of seconds, at most 21600"},
		exchange{"SET #x ENTRYMSG Take off your shoes", "ENTRYMSG of #x is Take off your shoes now."},
		exchange{"SET #x MENTIONS voice", "MENTIONS of #x is voice now."},
		exchange{"SET #x RETENTION 9", "RETENTION of #x is set."},
		exchange{"SET #x COLOUR red", "Usage: SET #channel SUCCESSOR|FORWARD|SLOW|ENTRYMSG|RETENTION|MENTIONS value|NONE"},
		exchange{"DEOP #x", "Done. / :op!op@host.cloak MODE #x -o op"},
		exchange{"OP #x", "Done. / :op!op@host.cloak MODE #x +o op"},
		exchange{"INFO #nowhere", "There is no channel #nowhere."},
	)
	if got := op.chanserv("INFO #x"); !strings.HasSuffix(got, "SUCCESSOR p / SLOW 5 seconds / ENTRYMSG Take off your shoes / RETENTION 9 days, 0 messages (0: no bound) / MENTIONS VOICE") {
		t.Error(got)
	}
	q := y.person("q")
	q.asks("JOIN #x",
		":q!q@host.cloak JOIN #x", ":irc.test 353 q = #x :~op @p q", ":irc.test 366 q #x :End of /NAMES list",
		":irc.test NOTICE q :[#x] Take off your shoes")
	q.exchanges(exchange{"AMODE #x", "That is for those with a rank in #x."}, exchange{"DROP #x", "You're not a channel owner"})
	for _, each := range []*person{op, p} {
		each.says("PART #x")
		each.sync()
	}
	op.exchanges(
		exchange{"TRANSFER #x p", "#x belongs to p now."},
		exchange{"DROP #x", "You're not on that channel"},
	)
	p.exchanges(exchange{"DROP #x", "#x is registered no more."})
}

// day is when the yard's rooms were made, as ChanServ tells it.
func day(p *person) string {
	got := p.chanserv("INFO #x")
	_, after, _ := strings.Cut(got, "it was made ")
	return strings.TrimSuffix(after, ".")
}

func TestChanServModerates(t *testing.T) {
	y := newYard(t)
	op, p, q := y.person("op").signed(), y.person("p").signed(), y.person("q")
	together("#x", op, p, q)
	op.exchanges(
		exchange{"HOWTOBAN #x p", "/MODE #x +b a:p / /MODE #x +b *!*@host.cloak / /MODE #x +b p!*@* / For a while: /MSG ChanServ BAN #x a:p 2h. To mute, MUTE instead of BAN."},
		exchange{"MUTE #x p 2h", "m:a:p is listed in #x for 2h. / :op!op@host.cloak MODE #x +b m:a:p"},
		exchange{"UNMUTE #x p", "m:a:p is listed no more in #x. / :op!op@host.cloak MODE #x -b m:a:p"},
		exchange{"BAN #x nobody!*@*", "nobody!*@* is listed in #x. / :op!op@host.cloak MODE #x +b nobody!*@*"},
		exchange{"BAN #x nobody later", "A duration is a number and s, m, h, d or w: 30m, 12h, 7d."},
		exchange{"CLEAR #x BANS", "The list is empty now. / :op!op@host.cloak MODE #x -b nobody!*@*"},
		exchange{"CLEAR #x BANS", "That list is empty."},
		exchange{"VOICE #x p", "Done. / :op!op@host.cloak MODE #x +v p"},
		exchange{"CLEAR #x USERS", "To be thrown out: 1 of 3. / :op!op@host.cloak KICK #x q :The channel was cleared"},
		exchange{"CLEAR #x ALL", "Usage: CLEAR #channel USERS|ACCESS|BANS"},
	)
	q.sync()
	p.sync()
	q.exchanges(exchange{"BAN #x op", "You're not on that channel"})
	p.exchanges(exchange{"BAN #x op", "You're not a channel operator or half-operator"})
}

// Who signs in where he is already gets his rank there.
func TestRanksWithSigningIn(t *testing.T) {
	y := newYard(t)
	op := y.person("op").signed()
	together("#x", op)
	op.exchanges(exchange{"REGISTER #x", "#x is registered. / :op!op@host.cloak MODE #x +q op"})
	op.says("QUIT")
	op.ends()
	p := y.person("p")
	together("#x", p)
	p.says("NS IDENTIFY op sesame-street")
	p.until(":irc.test MODE #x +q p")
	p.sync()
	p.exchanges(exchange{"VOICE #x", "Done. / :p!p@host.cloak MODE #x +v p"})
}
