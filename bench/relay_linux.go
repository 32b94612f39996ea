package bench

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// relay is the floor's stand-in for a server: one thread that copies.
type relay struct {
	// Fixed before start.
	address  string
	listener int
	ends     []int // the accepted descriptor of each client, -1 before it is accepted
	poll     *poller
	size     int // members of a room
	core     int

	procs int        // GOMAXPROCS before start, to be restored
	task  chan int   // the thread's id, once
	done  chan error // why the thread ended; buffered
	pid   int        // the thread's id, read from task
	stop  atomic.Bool
	sends atomic.Int64
}

type relayProgress struct {
	cpu   time.Duration
	sends int64
}

func listenRelay(options Options) (r *relay, err error) {
	r = &relay{ends: slices.Repeat([]int{-1}, options.clients()), size: options.Members, core: options.Core, task: make(chan int, 1), done: make(chan error, 1)}
	if r.listener, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
		return nil, fmt.Errorf("floor: make a socket: %w", err)
	}
	err = unix.SetsockoptInt(r.listener, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	if err == nil {
		err = unix.Bind(r.listener, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	}
	if err == nil {
		err = unix.Listen(r.listener, unix.SOMAXCONN)
	}
	var name unix.Sockaddr
	if err == nil {
		name, err = unix.Getsockname(r.listener)
	}
	if err == nil {
		r.poll, err = newPoller()
	}
	if err != nil {
		unix.Close(r.listener)
		return nil, fmt.Errorf("floor: listen: %w", err)
	}
	r.address = fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port)
	return r, nil
}

// accept takes the connection just begun, which is the only one under way.
func (r *relay) accept(number int) error {
	fd, _, err := unix.Accept4(r.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	if err != nil {
		return fmt.Errorf("floor: accept (each connection needs two descriptors): %w", err)
	}
	r.ends[number] = fd
	return nil
}

// start begins to copy what the given members, one a room, write. The thread needs a
// processor of Go's scheduler besides the generator's, even when the process is held to one core.
func (r *relay) start(senders []int) error {
	for _, member := range senders {
		if err := r.poll.control(unix.EPOLL_CTL_ADD, r.ends[member], int32(member), unix.EPOLLIN); err != nil {
			return err
		}
	}
	r.procs = runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(max(r.procs, 2))
	go r.run()
	r.pid = <-r.task
	return nil
}

// run is the thread. It is never unlocked, so that its affinity dies with it.
func (r *relay) run() {
	runtime.LockOSThread()
	r.task <- unix.Gettid()
	r.done <- r.copyUntilStop()
}

func (r *relay) copyUntilStop() error {
	if r.core >= 0 {
		var set unix.CPUSet
		set.Set(r.core)
		if err := unix.SchedSetaffinity(0, &set); err != nil {
			return fmt.Errorf("floor: pin to core %d: %w", r.core, err)
		}
	}
	buffer := make([]byte, readBufferBytes)
	for !r.stop.Load() {
		events, err := r.poll.wait(50 * time.Millisecond)
		if err != nil {
			return err
		}
		for _, event := range events {
			if err := r.copyOne(int(event.Fd), buffer); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyOne reads once from a sender and sends that to all others of its room.
func (r *relay) copyOne(member int, buffer []byte) error {
	n, err := receive(r.ends[member], buffer)
	if err != nil && wouldBlock(err) {
		return nil
	}
	if n == 0 {
		return fmt.Errorf("floor: a sender left: %v", err)
	}
	room := member / r.size * r.size
	for other := room; other < room+r.size; other++ {
		if other == member {
			continue
		}
		if sent, err := transmit(r.ends[other], buffer[:n]); sent != n {
			return fmt.Errorf("floor: a socket took %d of %d bytes: %v", sent, n, err)
		}
	}
	r.sends.Add(int64(r.size - 1))
	return nil
}

// progress is what the thread has used and done.
func (r *relay) progress() relayProgress {
	cpu, _ := readSchedstat("/proc/self/task/" + strconv.Itoa(r.pid) + "/schedstat")
	return relayProgress{cpu: cpu, sends: r.sends.Load()}
}

// failed returns why the thread ended early, or nil while it runs.
func (r *relay) failed() error {
	select {
	case err := <-r.done:
		r.done <- nil
		return err
	default:
		return nil
	}
}

// close ends the thread, waits for it, and closes every descriptor.
func (r *relay) close() {
	if r.procs > 0 {
		r.stop.Store(true)
		<-r.done
		runtime.GOMAXPROCS(r.procs)
	}
	for _, fd := range append(r.ends, r.listener) {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	r.poll.close()
}
