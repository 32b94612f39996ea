package irc

import (
	"strconv"
	"strings"
	"testing"

	"madang/chat"
	"madang/gateway/irc/reply"
)

// together brings people into a room, the first of whom is its operator.
func together(room string, people ...*person) {
	for _, p := range people {
		p.t.Helper()
		p.says("JOIN " + room)
		p.until(" 366 ")
	}
	for _, p := range people {
		p.sync()
	}
}

func TestJoinNegotiated(t *testing.T) {
	y := newYard(t)
	a := y.person("a", "extended-join", "away-notify", "userhost-in-names", "multi-prefix")
	b := y.person("b", "no-implicit-names")
	together("#x", a)
	b.says("AWAY :out")
	b.sync()
	b.asks("JOIN #x", ":b!b@host.cloak JOIN #x")
	a.sees(":b!b@host.cloak JOIN #x * :B", ":b!b@host.cloak AWAY :out")
	a.asks("MODE #x +v a", ":a!a@host.cloak MODE #x +v a")
	a.asks("NAMES #x", ":irc.test 353 a = #x :@+a!a@host.cloak b!b@host.cloak", ":irc.test 366 a #x :End of /NAMES list")
	b.sees(":a!a@host.cloak MODE #x +v a")
	b.asks("AWAY", ":irc.test 305 b :You are no longer marked as being away")
	a.sees(":b!b@host.cloak AWAY")
}

func TestDoors(t *testing.T) {
	y := newYard(t)
	op, p := y.person("op"), y.person("p")
	together("#x", op)
	for _, door := range []struct{ set, unset, want string }{
		{"+k sesame", "-k x", ":irc.test 475 p #x :Cannot join channel (+k): wrong key"},
		{"+i", "-i", ":irc.test 473 p #x :Cannot join channel (+i): you were not invited"},
		{"+l 1", "-l", ":irc.test 471 p #x :Cannot join channel (+l): it is full"},
		{"+b p!*@*", "-b p!*@*", ":irc.test 474 p #x :Cannot join channel (+b): you are banned"},
	} {
		op.says("MODE #x " + door.set)
		op.until("MODE #x")
		p.asks("JOIN #x", door.want)
		op.says("MODE #x " + door.unset)
		op.until("MODE #x")
	}
	p.asks("JOIN lobby", ":irc.test 403 p lobby :a room name begins with #")
	op.says("MODE #x +k sesame")
	op.sync()
	p.says("JOIN #x sesame")
	p.until(" 366 ")
	p.asks("JOIN #x sesame")
	p.asks("JOIN 0", ":p!p@host.cloak PART #x")
	op.sees(":p!p@host.cloak JOIN #x", ":p!p@host.cloak PART #x")
}

func TestInviteAndKick(t *testing.T) {
	y := newYard(t)
	op, in := y.person("op"), y.person("in", "invite-notify")
	out := y.person("out")
	together("#x", op, in)
	op.says("MODE #x +i")
	op.sync()
	in.sync()
	op.asks("INVITE out #x", ":irc.test 341 op out #x")
	out.sees(":op!op@host.cloak INVITE out :#x")
	in.sees(":op!op@host.cloak INVITE out :#x")
	out.says("JOIN #x")
	out.until(" 366 ")
	op.sync()
	in.sync()
	op.asks("INVITE out #x", ":irc.test 443 op out #x :is already on channel")
	in.asks("KICK #x op", ":irc.test 482 in #x :You're not a channel operator or half-operator")
	op.asks("KICK #x out,nobody :go away",
		":op!op@host.cloak KICK #x out :go away", ":irc.test 401 op nobody :No such nick/channel")
	out.sees(":op!op@host.cloak KICK #x out :go away")
	in.sees(":op!op@host.cloak KICK #x out :go away")
	op.asks("KICK #x out", ":irc.test 441 op out #x :They aren't on that channel")
	out.asks("KICK #x op", ":irc.test 442 out #x :You're not on that channel")
}

func TestTopic(t *testing.T) {
	y := newYard(t)
	op, p := y.person("op"), y.person("p")
	together("#x", op, p)
	op.asks("TOPIC #x", ":irc.test 331 op #x :No topic is set")
	op.asks("TOPIC #x :what it is about", ":op!op@host.cloak TOPIC #x :what it is about")
	p.sees(":op!op@host.cloak TOPIC #x :what it is about")
	p.asks("TOPIC #x", ":irc.test 332 p #x :what it is about", ":irc.test 333 p #x op!op@host.cloak ?")
	p.asks("TOPIC #x :mine", ":irc.test 482 p #x :You're not a channel operator or half-operator")
	p.asks("TOPIC #nowhere", ":irc.test 403 p #nowhere :No such channel")
	op.asks("TOPIC #x :", ":op!op@host.cloak TOPIC #x :")
}

func TestRoomModes(t *testing.T) {
	y := newYard(t)
	op, p := y.person("op"), y.person("p")
	together("#x", op, p)
	op.asks("MODE #x", ":irc.test 324 op #x +tn", ":irc.test 329 op #x ?")
	op.asks("MODE #x +mlk-t 10 key", ":op!op@host.cloak MODE #x +mlk-t 10 key")
	p.sees(":op!op@host.cloak MODE #x +mlk-t 10 key")
	op.asks("MODE #x", ":irc.test 324 op #x +mnkl key 10", ":irc.test 329 op #x ?")
	op.asks("MODE #x +m")
	op.asks("MODE #x -k any", ":op!op@host.cloak MODE #x -k key")
	op.asks("MODE #x +bbI-b a!*@* b c a!*@*", ":op!op@host.cloak MODE #x +bbI-b a!*@* b!*@* c!*@* a!*@*")
	op.asks("MODE #x +b", ":irc.test 367 op #x b!*@* op ?", ":irc.test 368 op #x :End of channel ban list")
	op.asks("MODE #x I", ":irc.test 346 op #x c!*@* op ?", ":irc.test 347 op #x :End of channel invite exception list")
	op.asks("MODE #x e", ":irc.test 349 op #x :End of channel exception list")
	op.asks("MODE #x +qy", ":irc.test 696 op #x q * :You must specify a parameter for this mode", ":irc.test 472 op y :is unknown mode char to me")
	op.asks("MODE #x +l x", ":irc.test 696 op #x l x :a limit is a number above zero")
	op.asks("MODE #x +k :two words", ":irc.test 696 op #x k * :a key has 1 to 23 bytes, without spaces, commas and colons")
	op.asks("MODE #x +o nobody", ":irc.test 401 op nobody :No such nick/channel")
	p.sync()
	p.asks("MODE #x +im", ":irc.test 482 p #x :You're not a channel operator or half-operator")
	p.asks("MODE #nowhere", ":irc.test 403 p #nowhere :No such channel")
	out := y.person("out")
	out.asks("MODE #x +k key", ":irc.test 442 out #x :You're not on that channel")
	op.asks("MODE #x +v p", ":op!op@host.cloak MODE #x +v p")
	out.asks("MODE #x", ":irc.test 324 out #x +mnl 10", ":irc.test 329 out #x ?")
}

// TestManyModes: changes that no line holds are shown in several.
func TestManyModes(t *testing.T) {
	g := newYard(t).gateway
	e := &chat.RoomChanged{RoomName: "#x", Source: chat.Source{User: 1, Nick: "op", Username: "u", Host: "h"}}
	for i := range 30 {
		mask := strings.Repeat("m", 90) + strconv.Itoa(i) + "!*@*"
		e.Changes = append(e.Changes, chat.RoomChange{Aspect: chat.Ban, Add: true, Text: mask})
	}
	text := string(g.Render(nil, &chat.Placed{Event: e}, 0))
	for line := range strings.Lines(text) {
		if len(line) > 512 {
			t.Errorf("a line has %d bytes", len(line))
		}
	}
	for _, c := range e.Changes {
		if strings.Count(text, c.Text) != 1 {
			t.Errorf("%s is shown %d times", c.Text, strings.Count(text, c.Text))
		}
	}
}

func TestList(t *testing.T) {
	y := newYard(t)
	a, b := y.person("a"), y.person("b")
	together("#seoul", a, b)
	together("#busan", a)
	together("#hidden", a)
	a.says("MODE #hidden +s", "TOPIC #seoul :the capital")
	a.sync()
	b.sync()
	start, end := ":irc.test 321 b Channel :Users  Name", ":irc.test 323 b :End of /LIST"
	seoul, busan := ":irc.test 322 b #seoul 2 :the capital", ":irc.test 322 b #busan 1 :"
	b.asks("LIST", start, seoul, busan, end)
	b.asks("LIST #SEOUL", start, seoul, end)
	b.asks("LIST #hidden", start, end)
	b.asks("LIST *us*", start, busan, end)
	b.asks("LIST !*us*", start, seoul, end)
	b.asks("LIST >1", start, seoul, end)
	b.asks("LIST <2", start, busan, end)
	b.asks("LIST C<5", start, seoul, busan, end)
	b.asks("LIST C>5", start, end)
	b.asks("LIST T<5", start, seoul, end)
	b.asks("LIST T>5", start, end)
}

// TestNamesOfALargeRoom: names come in pages, each once, and nobody is shown the JOIN of
// somebody whom NAMES had already.
func TestNamesOfALargeRoom(t *testing.T) {
	y := newYard(t)
	const crowd = reply.NamesAtOnce + reply.NamesPerPage + 50
	for i := range crowd {
		y.attach("guest"+strconv.Itoa(i), uint64(i)+1_000_000, "#x")
	}
	p := y.person("p")
	p.says("JOIN #x")
	p.until(" JOIN #x")
	seen := map[string]int{}
	for {
		line := p.line()
		if strings.Contains(line, " 366 ") {
			break
		}
		if len(line) > 510 || !strings.HasPrefix(line, ":irc.test 353 p = #x :") {
			t.Fatalf("among the names: %q", line)
		}
		for name := range strings.FieldsSeq(line[len(":irc.test 353 p = #x :"):]) {
			seen[strings.TrimPrefix(name, "@")]++
		}
	}
	if len(seen) != crowd+1 {
		t.Errorf("%d names of %d came", len(seen), crowd+1)
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times", name, n)
		}
	}
	p.says("WHO #x")
	who := 0
	for !strings.Contains(p.line(), " 315 p #x ") {
		who++
	}
	if who != crowd+1 {
		t.Errorf("WHO showed %d of %d", who, crowd+1)
	}
	p.says("WHO guest*")
	for who = 0; !strings.Contains(p.line(), " 315 p guest* "); who++ {
	}
	if who != crowd {
		t.Errorf("WHO with a mask showed %d of %d", who, crowd)
	}
}

// attach brings somebody in who has no connection.
func (y *yard) attach(nick string, session uint64, room string) {
	y.t.Helper()
	id := chat.SessionID{Node: 1, N: session}
	y.command(&chat.Attach{Session: id, Nick: nick, Username: "u", Realname: nick, Host: "h.cloak"})
	y.command(&chat.Join{Session: id, Room: room})
}

func (y *yard) command(c chat.Command) {
	y.t.Helper()
	if o, err := y.engine.Command(y.t.Context(), c); err != nil || o.Refusal != nil {
		y.t.Fatalf("%T: %v %v", c, o.Refusal, err)
	}
}
