package conn

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// nobody is a Handler that does nothing.
type nobody struct{ conn *Conn }

func (nobody) Received([]byte) {}
func (nobody) Drained()        {}
func (nobody) Woken()          {}
func (n nobody) Closed(error)  { n.conn.Close(nil) }

// crowd connects clients that read and forget, and returns the server's side.
func crowd(b *testing.B, v variant, count int) []*Conn {
	b.Helper()
	accepted := make(chan *Conn, count)
	w := newWorld(b, v, Config{}, ListenOptions{Accept: func(c *Conn) Handler {
		accepted <- c
		return nobody{c}
	}})
	var reading sync.WaitGroup
	conns := make([]*Conn, 0, count)
	for range count {
		c := w.dialOnly()
		conns = append(conns, next(b, accepted))
		reading.Go(func() { _, _ = io.CopyBuffer(struct{ io.Writer }{io.Discard}, c.Conn, make([]byte, 4096)) })
	}
	b.Cleanup(func() {
		for _, c := range conns {
			c.Abort(nil)
		}
		reading.Wait()
	})
	return conns
}

// One line to a thousand sockets: the cost is that of the calls to the system.
func BenchmarkFanOut(b *testing.B) {
	const members = 1000
	for _, v := range variants() {
		for _, pieces := range []int{1, 4} {
			b.Run(fmt.Sprintf("%s/pieces=%d", v.name, pieces), func(b *testing.B) {
				conns := crowd(b, v, members)
				line := make([][]byte, pieces)
				for i := range line {
					line[i] = []byte(":somebody!user@host PRIVMSG #room :a line of usual length, as people write\r\n")
				}
				b.ReportAllocs()
				for b.Loop() {
					for _, c := range conns {
						for _, piece := range line {
							c.Append(piece)
						}
					}
					for _, c := range conns {
						c.Flush()
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/members, "ns/send")
			})
		}
	}
}

// BenchmarkFloor is BenchmarkFanOut with nothing but the calls to the system.
func BenchmarkFloor(b *testing.B) {
	const members = 1000
	conns := crowd(b, variants()[0], members)
	line := []byte(":somebody!user@host PRIVMSG #room :a line of usual length, as people write\r\n")
	for b.Loop() {
		for _, c := range conns {
			_, _ = c.net().platform.write(c.handle, line, nil)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/members, "ns/send")
}

// BenchmarkIdleHeap prints the live heap of one idle connection, the gateway's and
// the client's part not counted.
func BenchmarkIdleHeap(b *testing.B) {
	for _, v := range variants() {
		b.Run(v.name, func(b *testing.B) {
			count := 4000
			if v.version != 0 || v.name == "portable" {
				count = 500
			}
			for b.Loop() {
				b.ReportMetric(idleHeap(b, v, count, clientTLS()), "B/conn")
			}
		})
		if v.version == 0 {
			continue
		}
		// The most that a client can show costs this.
		b.Run(v.name+" with certificates", func(b *testing.B) {
			known := clientTLS()
			known.Certificates = []tls.Certificate{personal(b, 1500)}
			known.Certificates[0].Certificate = append(known.Certificates[0].Certificate, personal(b, 1500).Certificate[0])
			for b.Loop() {
				b.ReportMetric(idleHeap(b, v, 500, known), "B/conn")
			}
		})
	}
}

func idleHeap(b *testing.B, v variant, count int, client *tls.Config) float64 {
	accepted := make(chan struct{}, 1)
	options := ListenOptions{Accept: func(c *Conn) Handler {
		accepted <- struct{}{}
		return nobodyAtAll{}
	}}
	if v.version != 0 {
		options.TLS = serverTLS(b, v.version)
		options.TLS.ClientAuth = tls.RequestClientCert
		v.version = 0
	}
	w := newWorld(b, v, Config{}, options)
	if options.TLS == nil {
		client = nil
	}
	silent := silence(b, client, w.listener.Addr().String(), count, accepted)
	with := liveHeap()
	for _, conn := range silent {
		unix.Close(conn)
	}
	w.waitEmpty()
	without := liveHeap()
	runtime.KeepAlive(w)
	const table = 8 // an entry of Net.conns, which stays
	return table + (with-without)/float64(count)
}

// nobodyAtAll takes no memory.
type nobodyAtAll struct{}

func (nobodyAtAll) Received([]byte) {}
func (nobodyAtAll) Drained()        {}
func (nobodyAtAll) Woken()          {}
func (nobodyAtAll) Closed(error)    {}

// silence connects clients, in TLS if they have settings for it, and forgets everything
// but their sockets.
func silence(b *testing.B, config *tls.Config, address string, count int, accepted chan struct{}) []int {
	b.Helper()
	list := make([]int, 0, count)
	for range count {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		if config != nil {
			secured := tls.Client(conn, config)
			if err := secured.Handshake(); err != nil {
				b.Fatal(err)
			}
			_, _ = secured.Write([]byte("NICK x\r\nUSER x x x x\r\n"))
		}
		next(b, accepted)
		list = append(list, descriptor(b, conn))
	}
	return list
}

func liveHeap() float64 {
	runtime.GC()
	runtime.GC() // the second empties the pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) + float64(m.StackInuse)
}

// descriptor takes the connection's socket away from Go, so that the client's side
// leaves nothing in the heap.
func descriptor(b *testing.B, conn net.Conn) (kept int) {
	b.Helper()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		b.Fatal(err)
	}
	_ = raw.Control(func(fd uintptr) { kept, err = unix.Dup(int(fd)) })
	if err != nil {
		b.Fatal(err)
	}
	conn.Close()
	return kept
}
