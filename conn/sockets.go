package conn

import (
	"net"
	"net/netip"
	"time"
)

// platform is what Net needs of an operating system: sockets, and to be told
// which of them are ready.
//
// A socket is known by a small number, its handle, which is used again after
// close. Only the poller closes, so only it may read without a lock; whoever else
// uses a handle holds the lock under which it is closed. No call waits, wait and
// look excepted.
type platform interface {
	sockets
	readiness
}

// piecesPerCallMax is the number of slices in one call to the system.
const piecesPerCallMax = 128

type sockets interface {
	// listen opens a listening socket; its readiness is told like any other.
	// Its connections end by the silence of options, where the system can do that.
	listen(address *net.TCPAddr, options *ListenOptions) (handle int32, bound netip.AddrPort, err error)
	// accept takes one connection, or fails with again, or with starved
	// when the system has no descriptor or memory to give.
	accept(listener int32) (handle int32, remote netip.AddrPort, err error)
	// read fills b, or fails with again; 0 and nil is the end of the stream.
	// Less than len(b) means that nothing more was there.
	read(handle int32, b []byte) (int, error)
	// write sends what fits of first and then more, in one call to the system if
	// it can; again if nothing fits. When it took less than all, the handle is
	// told ready once more can be taken.
	write(handle int32, first []byte, more [][]byte) (int, error)
	// shutdown ends our stream after what was written.
	shutdown(handle int32)
	// close frees the handle; what was written is still sent if the peer lives.
	close(handle int32)
	local(handle int32) netip.AddrPort
}

type readiness interface {
	// arm sets when the next wait ends at the latest; the zero time is never.
	arm(end time.Time)
	// wait returns sockets that became ready since they were last told, after
	// wake or when the time of arm is over perhaps none. A hint may be stale.
	wait() []hint
	// look is wait, at most for d, which may be 0, and deaf to wake.
	look(d time.Duration) []hint
	// wake makes the wait that goes on, or else the next one, return; the next arm
	// may undo it.
	wake()
	// release frees everything after the last socket was closed.
	release()
}

// hint says that a socket may be readable or writable.
type hint struct {
	handle int32
	hungUp bool // the stream ends or has failed: read until that is seen
}

// again is the error of a call that would have to wait. crypto/tls keeps a
// connection usable only after temporary net.Errors.
type again struct{}

func (again) Error() string   { return "the socket is not ready" }
func (again) Timeout() bool   { return true }
func (again) Temporary() bool { return true }

// starved is the error of an accept that lacks descriptors or memory.
type starved struct{ cause error }

func (s starved) Error() string { return "no resources to accept: " + s.cause.Error() }
func (s starved) Unwrap() error { return s.cause }
