package irc

import (
	"strings"
	"testing"
	"time"

	"madang/chat"
)

// An operator keeps people out from IRC, and sees whom first.
func TestServerBansFromIRC(t *testing.T) {
	y := newYard(t, withOperator(t))
	op, p, q := y.person("op"), y.person("pest"), y.person("q")
	const no = ":irc.test 481 q :Permission denied: you are no server operator"
	for _, line := range []string{"UBAN LIST", "UBAN TEST pest!*@*", "UBAN ADD pest!*@*", "UBAN ADD YES pest!*@*", "UBAN DEL pest!*@*"} {
		q.asks(line, no)
	}
	op.says("OPER root sesame")
	op.until(" MODE op +o")
	op.asks("UBAN", ":irc.test 461 op UBAN :Not enough parameters")
	op.asks("UBAN ADD", ":irc.test 461 op UBAN :Not enough parameters")
	op.asks("UBAN SHOUT pest", ":irc.test 461 op UBAN :Not enough parameters")
	op.asks("UBAN ADD 0.0.0.0/0", ":irc.test NOTICE op :0.0.0.0/0 would keep everybody out")
	hits := []string{":irc.test NOTICE op :pest!*@* hits users: 1", ":irc.test NOTICE op :pest!pest@host.cloak"}
	op.asks("UBAN TEST Pest", hits...)
	op.asks("UBAN ADD Pest 1h buys hats", append(hits, ":irc.test NOTICE op :Nothing is set yet. UBAN ADD YES and the rest sets it")...)
	op.asks("UBAN LIST", ":irc.test NOTICE op :0 bans")
	op.says("UBAN ADD YES Pest 1h buys hats")
	op.until(" NOTICE op :pest!*@* is banned until ")
	p.until("Killed (op (buys hats))")
	op.says("UBAN LIST")
	op.until(" NOTICE op :pest!*@* by op until ")
	op.until(" NOTICE op :1 bans")
	op.asks("UBAN ADD op", ":irc.test NOTICE op :op!*@* hits users: 1",
		":irc.test NOTICE op :op!op@host.cloak, yourself: not before you leave", ":irc.test NOTICE op :Nothing is set yet. UBAN ADD YES and the rest sets it")
	op.asks("UBAN ADD 192.0.2.0/24", ":irc.test NOTICE op :192.0.2.0/24 is banned for ever")
	op.asks("UBAN DEL pest", ":irc.test NOTICE op :pest is banned no more")
	y.person("pest")
}

// Who may not ban, whatever else he may, bans nobody.
func TestServerBansNeedTheirPower(t *testing.T) {
	all := withOperator(t)
	y := newYard(t, func(c *Config) { all(c); c.Operators[0].Powers = chat.MayKill })
	op := y.person("op")
	op.says("OPER root sesame")
	op.until(" MODE op +o")
	for _, line := range []string{"UBAN LIST", "UBAN ADD pest!*@*"} {
		op.asks(line, ":irc.test 481 op :Permission denied: you lack the power to ban")
	}
}

// An operator reads what operators did; nobody else does.
func TestAuditFromIRC(t *testing.T) {
	y := storedYard(t, 0)
	y.registers("op", "sesame")
	op := y.member("op", "sesame")
	op.asks("AUDIT", ":irc.test 481 op :Permission denied: you are no server operator")
	y.command(&chat.ChangeAccount{Account: "op", Changes: []chat.AccountChange{{Aspect: chat.Powers, Powers: chat.MayAudit | chat.MayBan}}})
	op.sync()
	op.says("UBAN ADD 192.0.2.7 1h too loud")
	op.until(" is banned until ")
	op.says("AUDIT")
	op.until(" NOTICE op :2")
	if line := op.until(" ban "); !strings.HasSuffix(line, " UTC op ban 192.0.2.7 too loud") {
		t.Errorf("the ban is told as %q", line)
	}
	op.until(" NOTICE op :End of what operators did, 2 shown")
	op.says("AUDIT 1 *madang*")
	op.until(" NOTICE op :End of what operators did, 1 shown")
	op.asks("UBAN DEL nobody", ":irc.test FAIL UBAN NO_SUCH_BAN nobody :There is no such ban")
}

// What is over in a room's list is shown no more.
func TestListsShowWhatIsInForce(t *testing.T) {
	y := newYard(t)
	op := y.person("op")
	together("#x", op)
	op.says("CS BAN #x pest!*@* 1s", "CS BAN #x pest2!*@* 1h")
	op.until("+b pest2!*@*")
	for deadline := time.Now().Add(patience); ; {
		op.says("MODE #x +b")
		if lines := op.sync(); len(lines) == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a ban of a second is listed for ever")
		}
	}
}
