package engine_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
)

// stranger is a session without a user.
func (y *yard) stranger() *person {
	p := &person{y: y, pipe: &pipe{}}
	p.s = y.way.Open(p.pipe, 0, func(s *engine.Session) engine.Protocol { return &talk{s} })
	return p
}

// What one session of a user does, his others see; what happens to one of them is
// nobody else's affair.
func TestSessionsOfOneUser(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		phone, bob := y.person("ann"), y.person("bob")
		phone.types("register ann", "join #a")
		bob.types("join #a")
		phone.sees("ok\nok\n+bob #a\n")
		laptop := y.stranger()
		laptop.types("again ann", "names #a")
		laptop.sees("ok\nnames ann bob\n")
		bob.sees("ok\n")
		laptop.types("say #a hi")
		laptop.sees("ok\n")
		phone.sees("#a ann: hi\n")
		bob.sees("#a ann: hi\n")
		phone.types("tell bob psst", "join #b")
		laptop.sees("bob ann: psst\n+ann #b\n")
		phone.types("quit")
		phone.sees("ok\nok\ngoodbye\n")
		laptop.sees("")
		bob.sees("bob ann: psst\n")
		laptop.types("quit")
		bob.sees("quit ann\n")
	})
}

func TestEndingOneSession(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		phone := y.person("ann")
		phone.types("register ann", "join #a")
		laptop := y.stranger()
		laptop.types("again ann")
		laptop.sees("ok\n")
		phone.types("alone")
		laptop.sees("this session was ended\n")
		phone.sees("ok\nok\nok\n")
		if !laptop.closed || phone.closed {
			t.Errorf("closed: the other %v, its own %v", laptop.closed, phone.closed)
		}
	})
}

// Who is always on hears of nothing while he is away, and is in his rooms when he is
// back.
func TestAlwaysOn(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("register ann", "join #a", "stay", "quit")
		bob.types("join #a", "say #a hello", "tell ann psst", "names #a")
		bob.sees("ok\nok\nok\nnames ann bob\n")
		again := y.stranger()
		again.types("again ann")
		bob.sees("here ann\n")
		bob.types("say #a welcome")
		again.sees("ok\n#a bob: welcome\n")
		again.types("quit")
		bob.sees("ok\naway ann\n")
	})
}

// A guest who signs in goes on where he is; if his account's user is here he goes
// where that one is.
func TestSigningIn(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob, eve := y.person("ann"), y.person("bob"), y.person("eve")
		ann.types("register ann", "quit")
		for _, p := range []*person{bob, eve} {
			p.types("join #a")
			p.sent.Reset()
		}
		bob.sent.Reset()
		bob.types("signin ann", "say #a hi")
		eve.sees("bob is ann\n#a bob: hi\n")
		eve.types("say #a ho")
		bob.sees("ok\nok\n#a eve: ho\n")
		late := y.person("late")
		late.types("join #b", "signin ann", "say #a both")
		late.sees("ok\nok\nok\n")
		bob.sees("#a bob: both\n")
		eve.sees("ok\n#a bob: both\n")
		bob.types("say #a back")
		late.sees("#a bob: back\n")
	})
}

// Who comes back by signing in as a guest is seen to be back by those who are with his
// account's user.
func TestComingBackBySigningIn(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		ann, bob := y.person("ann"), y.person("bob")
		ann.types("register ann", "join #a", "stay", "quit")
		bob.types("join #a")
		bob.sees("ok\n")
		guest := y.person("guest")
		guest.types("signin ann")
		bob.sees("here ann\n")
	})
}

// However many passwords are worked out, reading goes on; and nothing is worked out for
// somebody who is gone.
func TestSlowTasksLetOthersRead(t *testing.T) {
	inYard(t, engine.Pace{}, func(y *yard) {
		crowd := []*person{y.person("ann"), y.person("bob"), y.person("eve"), y.person("joe"), y.person("kim")}
		reader := y.person("reader")
		for _, p := range crowd {
			p.types("hash")
		}
		if n := reader.s.SlowQueue(); n != len(crowd) {
			t.Errorf("%d wait, want %d", n, len(crowd))
		}
		reader.types("history")
		time.Sleep(2 * time.Second)
		reader.sees("history up to 0\n")
		for _, p := range crowd[1:] {
			p.s.Post(engine.End, 0, []byte("gone"))
		}
		y.engine.Wake()
		time.Sleep(9 * time.Second)
		crowd[0].sees("hashed\nquit bob\n"[:7])
		if n := reader.s.SlowQueue(); n != 0 {
			t.Errorf("%d wait for nobody", n)
		}
	})
}

// A long journal behind the last snapshot is written out soon after the start, so that
// a server that is killed again and again does not start more slowly each time.
func TestALongTailIsWrittenOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state, err := core.Restore(&chat.Snapshot{Position: 150_000}, chat.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		written := make(chan chat.Position, 2)
		e := engine.New(engine.Config{
			State: state, Saved: 10_000, Journal: &disk{last: 150_000}, Node: 1, Clock: time.Now,
			Logger:   slog.New(slog.NewTextHandler(io.Discard, nil)),
			Snapshot: func(s *chat.Snapshot) error { written <- s.Position; return nil },
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- e.Run(ctx) }()
		if _, err := e.Command(ctx, &chat.StartNode{Node: 1}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		select {
		case at := <-written:
			if at != 150_001 {
				t.Errorf("the snapshot is of %d", at)
			}
		default:
			t.Error("no snapshot was written")
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
