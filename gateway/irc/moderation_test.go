package irc

import (
	"strings"
	"testing"
)

func TestAuditorium(t *testing.T) {
	y := newYard(t)
	op, a, b := y.person("op"), y.person("a", "away-notify"), y.person("b", "invite-notify")
	together("#x", op, a)
	op.asks("MODE #x +u", ":op!op@host.cloak MODE #x +u")
	a.sees(":op!op@host.cloak MODE #x +u")
	b.asks("JOIN #x", ":b!b@host.cloak JOIN #x", ":irc.test 353 b = #x :@op", ":irc.test 366 b #x :End of /NAMES list")
	op.sees(":b!b@host.cloak JOIN #x")
	a.sees()
	b.asks("WHO #x", ":irc.test 352 b #x op host.cloak irc.test op H@ :0 OP", ":irc.test 315 b #x :End of WHO list")
	b.asks("PRIVMSG #x :all hear me")
	a.sees(":b!b@host.cloak PRIVMSG #x :all hear me")
	b.says("AWAY :out", "NICK bb")
	b.sync()
	a.sees()
	op.sees(":b!b@host.cloak PRIVMSG #x :all hear me", ":b!b@host.cloak NICK :bb")
	a.says("WHOIS bb")
	for _, line := range a.sync() {
		if strings.Contains(line, " 319 ") {
			t.Errorf("a is told where bb is: %q", line)
		}
	}
	op.asks("KICK #x bb :enough", ":op!op@host.cloak KICK #x bb :enough")
	b.sees(":op!op@host.cloak KICK #x bb :enough")
	a.sees()
	op.says("MODE #x -u")
	op.sync()
	a.sync()
	b.says("JOIN #x")
	b.sync()
	a.sees(":bb!b@host.cloak JOIN #x", ":bb!b@host.cloak AWAY :out")
}

func TestKnock(t *testing.T) {
	y := newYard(t)
	op, p, q := y.person("op"), y.person("p"), y.person("q")
	together("#x", op)
	p.asks("KNOCK #x", ":irc.test 713 p #x :The channel takes no knocks, or is open")
	op.says("MODE #x +i")
	op.sync()
	op.asks("KNOCK #x", ":irc.test 714 op #x :You are on that channel already")
	p.asks("KNOCK #x :it is me", ":irc.test 711 p #x :Your knock was heard")
	op.sees(":irc.test 710 #x #x p!p@host.cloak :has asked for an invite: it is me")
	q.asks("KNOCK #x", ":irc.test 712 q #x :Too many knocks; wait 10 seconds")
	q.asks("KNOCK #nowhere", ":irc.test 403 q #nowhere :No such channel")
}

func TestInvitations(t *testing.T) {
	y := newYard(t)
	op, p := y.person("op"), y.person("p")
	together("#x", op)
	p.asks("INVITE", ":irc.test 337 p :End of /INVITE list")
	op.says("INVITE p #x")
	op.sync()
	p.sync()
	p.asks("INVITE", ":irc.test 336 p #x", ":irc.test 337 p :End of /INVITE list")
	p.asks("INVITE op", ":irc.test 461 p INVITE :Not enough parameters")
}

func TestForward(t *testing.T) {
	y := newYard(t)
	op, p := y.person("op"), y.person("p")
	together("#x", op)
	together("#y", op)
	op.asks("MODE #x +f #z", ":irc.test 696 op #x f #z :there is no such room to go to")
	op.says("MODE #x +if #y")
	op.until("+if #y")
	op.asks("MODE #x", ":irc.test 324 op #x +itnf #y", ":irc.test 329 op #x ?")
	p.asks("JOIN #x",
		":irc.test 470 p #x #y :You may not enter that channel and are taken to another",
		":p!p@host.cloak JOIN #y", ":irc.test 353 p = #y :@op p", ":irc.test 366 p #y :End of /NAMES list")
	op.says("RENAME #y #w")
	op.until("366 op #w")
	op.asks("MODE #x", ":irc.test 324 op #x +itnf #w", ":irc.test 329 op #x ?")
	p.says("PART #w")
	p.sync()
	op.says("PART #w")
	op.sync()
	op.asks("MODE #x", ":irc.test 324 op #x +itn", ":irc.test 329 op #x ?")
}

func TestExtendedBans(t *testing.T) {
	y := newYard(t)
	op, p := y.person("op"), y.person("p")
	together("#x", op, p)
	op.asks("MODE #x +b m:P", ":op!op@host.cloak MODE #x +b m:p!*@*")
	p.sync()
	p.asks("PRIVMSG #x :hi", ":irc.test 404 p #x :Cannot send to channel: you are muted")
	op.asks("MODE #x -b m:p!*@*", ":op!op@host.cloak MODE #x -b m:p!*@*")
	op.asks("MODE #x +b account:Minji", ":op!op@host.cloak MODE #x +b a:minji")
	op.asks("MODE #x +R", ":op!op@host.cloak MODE #x +R")
	q := y.person("q")
	q.asks("JOIN #x", ":irc.test 477 q #x :Cannot join channel (+R): that needs an account; register one, or sign in")
	p.sync()
	op.asks("MODE #x +M", ":op!op@host.cloak MODE #x +M")
	p.sync()
	p.asks("PRIVMSG #x :hi", ":irc.test 404 p #x :Cannot send to channel: you need an account to speak here")
}
