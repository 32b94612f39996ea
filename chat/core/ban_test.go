package core_test

import (
	"testing"

	"madang/chat"
)

// net4 is a ban on a prefix of IPv4 addresses of 192.0.2.x, where x is the length of
// a person's name.
func net4(last byte, bits uint8) chat.ServerBan {
	return chat.ServerBan{
		Target: "192.0.2.0/24", Bits: 96 + bits,
		Prefix: chat.Address{10: 0xff, 11: 0xff, 12: 192, 13: 0, 14: 2, 15: last},
	}
}

func (p person) unbans(target string) deed {
	return p.with(func(s chat.SessionID) chat.Command { return &chat.RemoveBan{Session: s, Target: target} })
}

func TestServerBan(t *testing.T) {
	hour := chat.ServerBan{Target: "late", Expires: noon + chat.Hour}
	runScenes(t, []scene{
		{"who is banned is hung up", given(bob.joins("#yard")), console.bans("bob"), "ban on bob!*@*; bob killed by *madang*; #yard vanishes"},
		{"who comes later stays out", given(console.bans("LATE")), late.comes(), "no: banned from server"},
		{"others come", given(console.bans("latte")), late.comes(), "late comes"},
		{"a ban hits a cloak", given(console.bans("*@late.cloak")), late.comes(), "no: banned from server"},
		{"or a username", given(console.bans("*!late@*")), late.comes(), "no: banned from server"},
		{"or addresses: alice and carol, not bob", nil, console.bansWith(net4(5, 32)), "ban on 192.0.2.0/24; alice killed by *madang*; carol killed by *madang*"},
		{"whole nets of them", nil, console.bansWith(net4(0, 24)), "ban on 192.0.2.0/24; alice killed by *madang*; bob killed by *madang*; carol killed by *madang*"},
		{"cut at any bit", nil, console.bansWith(net4(4, 30)), "ban on 192.0.2.0/24; alice killed by *madang*; carol killed by *madang*"},
		{"an operator is safe from himself", given(alice.becomesOperator()), alice.bansWith(net4(5, 32)), "ban on 192.0.2.0/24; carol killed by alice"},
		{"guests ban nobody", nil, alice.bans("bob"), "no: need operator"},
		{"an empty ban is none", nil, console.bans(""), "no: bad value"},
		{"nobody bans everybody", nil, console.bans("*"), "no: bad value"},
		{"a ban is not over before it begins", nil, console.bansWith(chat.ServerBan{Target: "late", Expires: noon}), "no: bad value"},
		{"a ban is lifted", given(console.bans("late")), console.unbans("LATE"), "no ban on late!*@*"},
		{"then who was banned comes", given(console.bans("late"), console.unbans("late")), late.comes(), "late comes"},
		{"what was not banned cannot be lifted", nil, console.unbans("late"), "no: no such ban"},
		{"guests lift nothing", given(console.bans("late")), alice.unbans("late"), "no: need operator"},
		{"a ban ends with its time", given(console.bansWith(hour)), later(chat.Hour, late.comes()), "late comes"},
		{"not before", given(console.bansWith(hour)), later(chat.Hour-1, late.comes()), "no: banned from server"},
		{"then it is struck out", given(console.bansWith(hour)), after(chat.Hour), "no ban on late!*@*"},
	})
}

func TestLaterBanTakesTheEarliersPlace(t *testing.T) {
	w := newWorld(t)
	w.must(console.bans("x"))
	w.must(console.bans("y"))
	w.must(console.bansWith(chat.ServerBan{Target: "x", Reason: "again"}))
	bans := w.state.Bans()
	if len(bans) != 2 || bans[0].Target != "y!*@*" || bans[1].Reason != "again" || bans[1].By != chat.ConsoleNick {
		t.Errorf("%+v", bans)
	}
}
