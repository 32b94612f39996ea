package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/journal"
)

// toy is a gateway for tests: a line is a verb and words; what is rendered is the
// kind of event and who did it.
type toy struct{ observed []chat.Kind }

func (g *toy) Name() string { return "toy" }
func (g *toy) Mask(k chat.Kind) engine.Form {
	if k == chat.KindSaid {
		return 1
	}
	return 0
}
func (g *toy) Observe(p *chat.Placed) { g.observed = append(g.observed, p.Event.Kind()) }
func (g *toy) Render(dst []byte, p *chat.Placed, f engine.Form) []byte {
	switch e := p.Event.(type) {
	case *chat.Said:
		loud := ""
		if f == 1 {
			loud = "!"
		}
		return fmt.Appendf(dst, "%s%s %s: %s\n", e.RoomName, e.Nick, e.Source.Nick, e.Text+loud)
	case *chat.Joined:
		return fmt.Appendf(dst, "+%s %s\n", e.Source.Nick, e.RoomName)
	case *chat.Parted:
		return fmt.Appendf(dst, "-%s %s\n", e.Source.Nick, e.RoomName)
	case *chat.AwayChanged:
		if e.Text != "" {
			return fmt.Appendf(dst, "away %s\n", e.Source.Nick)
		}
		return fmt.Appendf(dst, "here %s\n", e.Source.Nick)
	case *chat.SignedIn:
		return fmt.Appendf(dst, "%s is %s\n", e.Source.Nick, e.To.Account)
	case *chat.Quit:
		return fmt.Appendf(dst, "quit %s\n", e.Source.Nick)
	case *chat.Kicked:
		return fmt.Appendf(dst, "kick %s %s\n", e.Nick, e.RoomName)
	}
	return dst
}

// talk is the toy's side of a session.
type talk struct{ s *engine.Session }

func (t *talk) Personal(dst []byte, p *chat.Placed) []byte {
	switch e := p.Event.(type) {
	case *chat.Kicked:
		return fmt.Appendf(dst, "you were kicked from %s\n", e.RoomName)
	case *chat.Quit:
		return append(dst, "you were killed\n"...)
	case *chat.SessionEnded:
		return append(dst, "this session was ended\n"...)
	}
	return dst
}
func (t *talk) Farewell(dst []byte, reason string) []byte { return append(dst, "bye: "+reason+"\n"...) }
func (t *talk) Ended()                                    {}

func (t *talk) Input(in engine.Input) {
	if in.Kind != engine.Line {
		return
	}
	word := strings.SplitN(string(in.Data), " ", 3)
	id := t.s.ID()
	switch word[0] {
	case "attach":
		t.do(&chat.Attach{Session: id, Nick: word[1]}, true)
	case "register":
		t.do(&chat.Register{Session: id, Name: word[1], Password: "v"}, true)
	case "stay":
		t.do(&chat.ChangeAccount{Session: id, Changes: []chat.AccountChange{{Aspect: chat.AlwaysOn, Add: true}}}, true)
	case "signin", "again", "byapp":
		var login chat.Login
		t.s.Do(engine.Ask{Hold: true, Answer: func(state *core.State, _ engine.Outcome) []byte {
			a := state.AccountByName(word[1]).Record()
			login = chat.Login{Account: a.User, Serial: a.Serial}
			return nil
		}, Done: func(engine.Outcome) {
			if word[0] == "byapp" {
				login.Token = "t"
			}
			if word[0] != "signin" {
				t.do(&chat.Attach{Session: id, Nick: "x", Login: login}, true)
			} else {
				t.do(&chat.SignIn{Session: id, Login: login}, true)
			}
		}})
	case "app": // for a room
		t.do(&chat.ChangeAccount{Session: id, Changes: []chat.AccountChange{{Aspect: chat.AppPassword, Add: true, Text: "t",
			Token: chat.TokenRecord{ID: "t", Digest: chat.Digest{1}, Rooms: word[1:2]}}}}, true)
	case "alone":
		t.do(&chat.EndSession{Session: id}, true)
	case "join":
		t.do(&chat.Join{Session: id, Room: word[1]}, false)
	case "part":
		t.do(&chat.Part{Session: id, Room: word[1]}, false)
	case "say":
		t.do(&chat.Say{Session: id, Room: word[1], Text: word[2]}, false)
	case "tell":
		t.do(&chat.Say{Session: id, Nick: word[1], Text: word[2]}, false)
	case "kick":
		t.do(&chat.Kick{Session: id, Room: word[1], Nick: word[2]}, false)
	case "hide":
		t.do(&chat.ChangeRoom{Session: id, Room: word[1], Changes: []chat.RoomChange{{Aspect: chat.Auditorium, Add: true}}}, false)
	case "names":
		t.s.Do(engine.Ask{Answer: func(state *core.State, _ engine.Outcome) []byte {
			b := []byte("names")
			for m := range state.RoomByName(word[1]).Members() {
				b = append(b, " "+m.User.Nick()...)
			}
			return append(b, '\n')
		}})
	case "loud":
		t.s.Do(engine.Ask{Hold: true, Done: func(engine.Outcome) { t.s.SetForm(1) }})
	case "count":
		t.s.Do(engine.Ask{Pages: func(*core.State, engine.Outcome) engine.Pager {
			n := 0
			return func(dst []byte, _ *core.State) ([]byte, bool) {
				n++
				return append(dst, strings.Repeat(fmt.Sprint(n%10), 1000)+"\n"...), n < 500
			}
		}})
	case "history":
		t.s.Do(engine.Ask{Live: true, Task: func(_ context.Context, upTo chat.Position) engine.Result {
			time.Sleep(time.Second)
			return engine.Result{Bytes: fmt.Appendf(nil, "history up to %d\n", upTo)}
		}})
	case "visit": // each of two rooms: who is there, in pieces, what was said, what is said
		for _, room := range word[1:] {
			t.visit(room)
		}
	case "hash":
		t.s.Do(engine.Ask{Slow: true, Task: func(context.Context, chat.Position) engine.Result {
			time.Sleep(10 * time.Second)
			return engine.Result{Bytes: []byte("hashed\n")}
		}})
	case "panic":
		panic("planted")
	case "stumble":
		t.s.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte { panic("planted") }})
	case "enter":
		t.s.Do(engine.Ask{
			Command: &chat.Join{Session: id, Room: word[1]},
			Done:    func(engine.Outcome) { t.do(&chat.Say{Session: id, Room: word[1], Text: "hello"}, false) },
		})
	case "quit":
		t.s.Close("left", []byte("goodbye\n"))
	}
}

func (t *talk) do(c chat.Command, hold bool) {
	t.s.Do(engine.Ask{Command: c, Hold: hold, Answer: func(_ *core.State, o engine.Outcome) []byte {
		if o.Refusal != nil {
			return fmt.Appendf(nil, "refused %d\n", o.Refusal.Code)
		}
		return []byte("ok\n")
	}})
}

func (t *talk) visit(room string) {
	a := engine.Ask{Command: &chat.Join{Session: t.s.ID(), Room: room}, Live: true}
	a.Answer = func(*core.State, engine.Outcome) []byte { return []byte("in " + room + "\n") }
	a.Pages = func(*core.State, engine.Outcome) engine.Pager {
		left := 2
		return func(dst []byte, _ *core.State) ([]byte, bool) {
			left--
			return fmt.Appendf(dst, "people of %s, %d more\n", room, left), left > 0
		}
	}
	a.Task = func(context.Context, chat.Position) engine.Result {
		time.Sleep(time.Second)
		return engine.Result{Bytes: []byte("history of " + room + "\n")}
	}
	t.s.Do(a)
}

// pipe is an outlet whose peer reads only when told to, once full is set.
type pipe struct {
	mu       sync.Mutex
	appended [][]byte
	sent     strings.Builder
	full     bool
	queued   int
	closed   bool
	paused   bool
}

func (p *pipe) Append(b []byte) { p.mu.Lock(); p.appended = append(p.appended, b); p.mu.Unlock() }
func (p *pipe) Flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range p.appended {
		p.sent.Write(b)
		if p.full {
			p.queued += len(b)
		}
	}
	p.appended = nil
}
func (p *pipe) Queued() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.queued
	for _, b := range p.appended {
		n += len(b)
	}
	return n
}
func (p *pipe) Close(error) { p.Flush(); p.closed = true }
func (p *pipe) Pause()      { p.mu.Lock(); p.paused = true; p.mu.Unlock() }
func (p *pipe) Resume()     { p.mu.Lock(); p.paused = false; p.mu.Unlock() }
func (p *pipe) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent.String()
}

// disk is a journal that does as it is told.
type disk struct {
	mu     sync.Mutex
	last   chat.Position
	fail   error
	stored bool // of a failure: the batch is there all the same
	unread bool // Recover fails
	slow   time.Duration
}

func (d *disk) Append(_ context.Context, b journal.Batch) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	time.Sleep(d.slow)
	if d.fail == nil || d.stored {
		d.last = b.After + chat.Position(len(b.Events))
	}
	return d.fail
}
func (d *disk) Recover(context.Context) (chat.Position, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.unread {
		return 0, errors.New("I/O error")
	}
	return d.last, nil
}
func (d *disk) Probe(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fail
}
func (d *disk) Read(context.Context, chat.Position, func(chat.Position, chat.Event) bool) error {
	return nil
}
func (d *disk) set(err error, stored bool) {
	d.mu.Lock()
	d.fail, d.stored = err, stored
	d.mu.Unlock()
}

func (d *disk) read(works bool) {
	d.mu.Lock()
	d.unread = !works
	d.mu.Unlock()
}

// yard is an engine in a bubble with people in it.
type yard struct {
	t      *testing.T
	engine *engine.Engine
	way    *engine.Way
	disk   *disk
	stop   context.CancelFunc
	ended  chan error
}

func inYard(t *testing.T, pace engine.Pace, test func(*yard)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		y := &yard{t: t, disk: &disk{}, ended: make(chan error, 1)}
		y.engine = engine.New(engine.Config{
			State: core.New(chat.DefaultLimits()), Journal: y.disk, Node: 1, Pace: pace,
			Clock: time.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		})
		y.way = y.engine.AddGateway(&toy{})
		ctx, stop := context.WithCancel(t.Context())
		y.stop = stop
		go func() { y.ended <- y.engine.Run(ctx) }()
		test(y)
		stop()
		if err := <-y.ended; err != nil {
			t.Error(err)
		}
	})
}

type person struct {
	y *yard
	s *engine.Session
	*pipe
}

func (y *yard) person(nick string) *person {
	p := &person{y: y, pipe: &pipe{}}
	p.s = y.way.Open(p.pipe, 0, func(s *engine.Session) engine.Protocol { return &talk{s} })
	p.types("attach " + nick)
	p.sees("ok\n")
	return p
}

func (p *person) post(lines ...string) {
	for _, l := range lines {
		p.s.Post(engine.Line, 0, []byte(l))
	}
}

func (p *person) types(lines ...string) {
	p.post(lines...)
	p.y.engine.Wake()
	synctest.Wait()
}

// sees checks everything that the person was sent since the last look.
func (p *person) sees(want string) {
	p.y.t.Helper()
	synctest.Wait()
	p.mu.Lock()
	got := p.sent.String()
	p.sent.Reset()
	p.mu.Unlock()
	if got != want {
		p.y.t.Errorf("saw %q, want %q", got, want)
	}
}

func TestPeopleTalk(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("join #a")
		ann.sees("ok\n")
		bob.types("join #a", "names #a")
		bob.sees("ok\nnames ann bob\n")
		ann.sees("+bob #a\n")
		bob.types("say #a hello")
		ann.sees("#a bob: hello\n")
		bob.sees("ok\n")
		ann.types("tell bob psst")
		bob.sees("bob ann: psst\n")
		ann.sees("ok\n")
		bob.types("quit")
		bob.sees("goodbye\n")
		ann.sees("quit bob\n")
		if !bob.closed {
			t.Error("the outlet was not closed")
		}
	})
}

// A sender sees what others say around his own lines, in the one order of the batch.
func TestSendersSeeTheOthersInOrder(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob, eve := y.person("ann"), y.person("bob"), y.person("eve")
		for _, p := range []*person{ann, bob, eve} {
			p.types("join #a", "join #b")
		}
		for _, p := range []*person{ann, bob, eve} {
			p.sent.Reset()
		}
		ann.post("say #a 1")
		bob.post("say #a 2", "say #b 3")
		ann.post("say #b 4", "say #a 5", "names #a")
		bob.types("say #a 6")
		eve.sees("#a ann: 1\n#a bob: 2\n#b bob: 3\n#b ann: 4\n#a ann: 5\n#a bob: 6\n")
		ann.sees("ok\n#a bob: 2\n#b bob: 3\nok\nok\nnames ann bob eve\n#a bob: 6\n")
		bob.sees("#a ann: 1\nok\nok\n#b ann: 4\n#a ann: 5\nok\n")
	})
}

func TestFormsAreRenderedApart(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob, eve := y.person("ann"), y.person("bob"), y.person("eve")
		for _, p := range []*person{ann, bob, eve} {
			p.types("join #a")
			p.sent.Reset()
		}
		ann.sent.Reset()
		bob.sent.Reset()
		ann.post("say #a before")
		eve.post("loud")
		ann.types("say #a after")
		bob.sees("#a ann: before\n#a ann: after\n")
		eve.sees("#a ann: before\n#a ann: after!\n")
		ann.sees("ok\nok\n")
	})
}

// What a batch shows goes to those who were in the room at that moment of it.
func TestAudienceFollowsTheOrder(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("join #a")
		ann.sent.Reset()
		ann.post("say #a early")
		bob.post("join #a")
		ann.post("say #a middle")
		bob.post("part #a")
		ann.types("say #a late")
		bob.sees("ok\n#a ann: middle\nok\n")
		ann.sees("ok\n+bob #a\nok\n-bob #a\nok\n")
	})
}

// In an auditorium who has no rank is seen by those who have one; elsewhere by all.
func TestVeiledFromNeighbours(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob, eve, dan := y.person("ann"), y.person("bob"), y.person("eve"), y.person("dan")
		ann.types("join #a")
		ann.types("hide #a")
		bob.types("join #a")
		for _, p := range []*person{bob, dan} {
			p.types("join #b")
		}
		for _, p := range []*person{ann, bob, eve, dan} {
			p.sent.Reset()
		}
		eve.types("join #a")
		ann.sees("+eve #a\n")
		bob.sees("")
		eve.types("say #a hello")
		bob.sees("#a eve: hello\n")
		bob.types("quit")
		ann.sees("#a eve: hello\nquit bob\n")
		dan.sees("quit bob\n")
		eve.sees("ok\nok\n")
	})
}

// Who came with an app password for a room hears neither the others of his account nor
// what is said to it.
func TestAppPasswordsHearTheirRoomsOnly(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob, app := y.person("ann"), y.person("bob"), y.stranger()
		for _, line := range []string{"register ann", "app #a", "join #a", "join #b"} {
			ann.types(line)
		}
		bob.types("join #a")
		bob.types("join #b")
		app.types("byapp ann")
		ann.sent.Reset()
		app.sent.Reset()
		bob.post("say #a one")
		bob.post("say #b two")
		bob.post("tell ann three")
		bob.types("say #a four")
		ann.sees("#a bob: one\n#b bob: two\nann bob: three\n#a bob: four\n")
		app.sees("#a bob: one\n#a bob: four\n")
		bob.types("quit")
		ann.sees("quit bob\n")
		app.sees("quit bob\n")
	})
}

func TestSubjectsArePersonallyTold(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob, eve := y.person("ann"), y.person("bob"), y.person("eve")
		for _, p := range []*person{ann, bob, eve} {
			p.types("join #a")
		}
		for _, p := range []*person{ann, bob, eve} {
			p.sent.Reset()
		}
		ann.types("kick #a bob")
		bob.sees("you were kicked from #a\n")
		eve.sees("kick bob #a\n")
		if _, err := y.engine.Command(y.t.Context(), &chat.Kill{Nick: "eve"}); err != nil {
			t.Fatal(err)
		}
		eve.sees("you were killed\n")
		ann.sees("ok\nquit eve\n")
		if !eve.closed {
			t.Error("the killed session stayed open")
		}
	})
}

// In a storm of joins the lines may wait, but not for long and never behind a later one.
func TestStormKeepsTheOrder(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("join #a")
		bob.types("join #a")
		ann.sent.Reset()
		bob.sent.Reset()
		want := ""
		for i := range 60 {
			nick := fmt.Sprintf("p%02d", i)
			y.person(nick).post("join #a")
			want += "+" + nick + " #a\n"
		}
		y.engine.Wake()
		synctest.Wait()
		if n := strings.Count(ann.text(), "+"); n >= 60 {
			t.Errorf("all %d joins were sent one by one", n)
		}
		bob.types("say #a hello")
		ann.sees(want + "#a bob: hello\n")
		bob.sees(want + "ok\n")
		y.person("q1").types("join #a")
		time.Sleep(200 * time.Millisecond)
		ann.sees("+q1 #a\n")
	})
}

func TestAskingWhenAnOutcomeStands(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("join #a")
		ann.sees("ok\n")
		bob.types("enter #a")
		bob.sees("ok\n")
		ann.sees("+bob #a\n#a bob: hello\n")
	})
}

func TestNothingIsShownBeforeTheCommit(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("join #a")
		bob.types("join #a")
		ann.sent.Reset()
		bob.sent.Reset()
		y.disk.slow = time.Second
		ann.post("say #a hello")
		y.engine.Wake()
		time.Sleep(time.Second / 2)
		synctest.Wait()
		if got := ann.text() + bob.text(); got != "" {
			t.Errorf("shown before the commit: %q", got)
		}
		time.Sleep(time.Second)
		bob.sees("#a ann: hello\n")
	})
}

func TestStorageFailure(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("join #a")
		bob.types("join #a")
		ann.sent.Reset()
		bob.sent.Reset()
		y.disk.set(fmt.Errorf("full: %w", journal.ErrNotStored), false)
		refused := fmt.Sprintf("refused %d\n", chat.NotStored)
		ann.types("say #a one", "names #a")
		ann.sees(refused + "names ann bob\n")
		bob.types("part #a")
		ann.sees("-bob #a\n")
		bob.sees("ok\n")
		ann.types("say #a two")
		ann.sees(refused)
		y.disk.set(nil, false)
		time.Sleep(2 * time.Second)
		ann.types("say #a three")
		ann.sees("ok\n")
	})
}

func TestUnknownOutcome(t *testing.T) {
	for _, stored := range []bool{true, false} {
		inYard(t, engine.Pace{}, func(y *yard) {
			ann, bob := y.person("ann"), y.person("bob")
			ann.types("join #a")
			bob.types("join #a")
			ann.sent.Reset()
			bob.sent.Reset()
			y.disk.set(errors.New("I/O error"), stored)
			ann.types("say #a one")
			if stored {
				ann.sees("ok\n")
				bob.sees("#a ann: one\n")
			} else {
				ann.sees(fmt.Sprintf("refused %d\n", chat.NotStored))
				bob.sees("")
			}
			y.disk.set(nil, false)
		})
	}
}

// A disk that cannot even be read holds everybody up for five seconds, and no longer.
func TestDoubtDoesNotFreeze(t *testing.T) {
	for _, stored := range []bool{true, false} {
		inYard(t, engine.Pace{}, func(y *yard) {
			ann, bob := y.person("ann"), y.person("bob")
			ann.types("join #a")
			bob.types("join #a")
			ann.sent.Reset()
			bob.sent.Reset()
			y.disk.set(errors.New("I/O error"), stored)
			y.disk.read(false)
			ann.types("say #a one", "names #a")
			time.Sleep(4 * time.Second)
			bob.types("names #a")
			ann.sees("")
			bob.sees("")
			time.Sleep(2 * time.Second)
			ann.sees(fmt.Sprintf("refused %d\nnames ann bob\n", chat.NotConfirmed))
			bob.sees("names ann bob\n")

			cid := y.person("cid")
			cid.types("join #b", "join #a")
			cid.sees(fmt.Sprintf("refused %d\nok\n", chat.NotStored))
			bob.types("say #a two", "names #a")
			bob.sees(fmt.Sprintf("+cid #a\nrefused %d\nnames ann bob cid\n", chat.NotStored))
			time.Sleep(14 * time.Second)
			ann.sees("+cid #a\n")

			y.disk.set(nil, false)
			y.disk.read(true)
			time.Sleep(2 * time.Second)
			late := ""
			if stored {
				late = "#a ann: one\n"
			}
			ann.sees(late)
			bob.sees(late)
			bob.types("say #a three")
			ann.sees("#a bob: three\n")
			bob.sees("ok\n")
			cid.sees(late + "#a bob: three\n")
			cid.types("join #b")
			cid.sees("ok\n")
		})
	}
}

func TestLongAnswersWaitForTheirReader(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann := y.person("ann")
		ann.full = true
		ann.types("join #a", "count", "names #a")
		if n := len(ann.text()); n > 80_000 {
			t.Errorf("%d bytes were queued for a reader who does not read", n)
		}
		for range 100 {
			ann.mu.Lock()
			ann.queued = 0
			ann.mu.Unlock()
			ann.s.Drained()
			y.engine.Wake()
			synctest.Wait()
		}
		if got := ann.text(); len(got) < 500_000 || !strings.HasSuffix(got, "\nnames ann\n") {
			t.Errorf("the answer has %d bytes and ends %q", len(got), got[len(got)-20:])
		}
	})
}

func TestLiveTaskHoldsEventsBack(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("join #a")
		bob.types("join #a")
		ann.types("say #a one")
		ann.sent.Reset()
		bob.sent.Reset()
		bob.post("history", "names #a")
		y.engine.Wake()
		time.Sleep(time.Second / 2)
		ann.types("say #a two")
		bob.sees("")
		time.Sleep(time.Second)
		position := 0
		if err := y.engine.Call(y.t.Context(), func(l engine.Loop) { position = int(l.Delivered()) }); err != nil {
			t.Fatal(err)
		}
		bob.sees(fmt.Sprintf("history up to %d\n#a ann: two\nnames ann bob\n", position-1))
	})
}

// Whoever enters is shown who is there, then what was said before, then what is said now,
// room by room.
func TestPagesComeBeforeALiveTask(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("join #a", "join #b")
		ann.sent.Reset()
		bob.sent.Reset()
		bob.post("visit #a #b", "names #a")
		y.engine.Wake()
		time.Sleep(time.Second / 2)
		ann.types("say #a one", "say #b one")
		bob.sees("in #a\npeople of #a, 1 more\npeople of #a, 0 more\n")
		time.Sleep(time.Second)
		ann.types("say #a two")
		bob.sees("history of #a\nin #b\npeople of #b, 1 more\npeople of #b, 0 more\n")
		time.Sleep(time.Second)
		bob.sees("history of #b\n#a ann: one\n#b ann: one\n#a ann: two\nnames ann bob\n")
	})
}

func TestPaceDelaysAndLosesNothing(t *testing.T) {
	inYard(t, engine.Pace{Burst: 3, PerSecond: 2}, func(y *yard) {
		ann := y.person("ann")
		for range 600 {
			ann.post("join #a")
		}
		y.engine.Wake()
		synctest.Wait()
		ann.mu.Lock()
		paused, answers := ann.paused, strings.Count(ann.sent.String(), "\n")
		ann.mu.Unlock()
		if !paused || answers != 2 {
			t.Errorf("paused %v after a flood, %d answers; want true, 2", paused, answers)
		}
		time.Sleep(301 * time.Second)
		synctest.Wait()
		if got := strings.Count(ann.text(), "\n"); got != 600 {
			t.Errorf("%d lines were answered, want 600", got)
		}
		if ann.paused {
			t.Error("the outlet stayed paused")
		}
	})
}

func TestGatewayBugEndsOneSession(t *testing.T) {
	for _, where := range []string{"panic", "stumble"} {
		inYard(t, engine.Pace{}, func(y *yard) {
			ann, bob := y.person("ann"), y.person("bob")
			ann.types("join #a")
			bob.types("join #a")
			ann.sent.Reset()
			bob.types(where)
			ann.types("say #a still here?")
			ann.sees("quit bob\nok\n")
			if !bob.closed {
				t.Error("the session that panicked stayed")
			}
			if y.engine.Stats().Panics != 1 {
				t.Error("the bug was not counted")
			}
		})
	}
}

func TestStoppingTellsEverybody(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann := y.person("ann")
		y.stop()
		ann.sees("bye: the server is stopping\n")
		if err := y.engine.Call(context.Background(), func(engine.Loop) {}); !errors.Is(err, engine.ErrStopped) {
			t.Errorf("a call after the end: %v", err)
		}
	})
}
