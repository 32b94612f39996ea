package conn

import (
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func epollVariant() variant { return variant{"epoll", newEpoll, 0} }

func TestOptionsAreInherited(t *testing.T) {
	w := newWorld(t, epollVariant(), Config{}, ListenOptions{SilenceMax: 40 * time.Second})
	_, s := w.dial()
	for name, option := range map[string][2]int{
		"TCP_NODELAY":      {unix.TCP_NODELAY, 1},
		"TCP_USER_TIMEOUT": {unix.TCP_USER_TIMEOUT, 40_000},
		"TCP_KEEPIDLE":     {unix.TCP_KEEPIDLE, 20},
		"TCP_KEEPINTVL":    {unix.TCP_KEEPINTVL, 5},
	} {
		if got, err := unix.GetsockoptInt(int(s.handle), unix.IPPROTO_TCP, option[0]); err != nil || got != option[1] {
			t.Errorf("%s is %d (%v), want %d", name, got, err, option[1])
		}
	}
}

func TestAcceptWithoutDescriptors(t *testing.T) {
	w := newWorld(t, epollVariant(), Config{}, ListenOptions{})
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	restore := func() {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
			t.Error(err)
		}
	}
	defer restore()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	last := uint64(null.Fd()) // will be the client's, the last there is
	null.Close()
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: last + 1, Max: limit.Max}); err != nil {
		t.Fatal(err)
	}
	c := w.dialOnly()
	for end := time.Now().Add(patience); w.net.Stats().Starved == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("there were descriptors")
		}
	}
	restore()
	s := next(t, w.sessions)
	c.write("in after all")
	s.expect("in after all")
}

// Without epoll_pwait2 the wait is done by ppoll.
func TestLookWaitsForASocket(t *testing.T) {
	for _, old := range []bool{false, true} {
		p, err := newEpoll()
		if err != nil {
			t.Fatal(err)
		}
		e := p.(*epoll)
		e.noWait2 = old
		var pipe [2]int
		if err := unix.Pipe2(pipe[:], unix.O_NONBLOCK); err != nil {
			t.Fatal(err)
		}
		if err := e.watch(pipe[0]); err != nil {
			t.Fatal(err)
		}
		if hints := e.look(time.Millisecond); len(hints) != 0 {
			t.Errorf("%v with nothing to read", hints)
		}
		time.AfterFunc(time.Millisecond, func() { _, _ = unix.Write(pipe[1], []byte("x")) })
		ready := 0
		for end := time.Now().Add(patience); ready == 0 && time.Now().Before(end); {
			for _, h := range e.look(100 * time.Millisecond) {
				if h.handle == int32(pipe[0]) {
					ready++
				}
			}
		}
		if ready != 1 {
			t.Errorf("told %d times", ready)
		}
		unix.Close(pipe[0])
		unix.Close(pipe[1])
		e.release()
	}
}
