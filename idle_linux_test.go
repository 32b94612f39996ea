package madang_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"madang/chat/core"
	"madang/config"
	"madang/conn"
	"madang/engine"
	"madang/server"
)

// The pins of what every connection has, in bytes. They are size classes of Go's
// allocator, so that what is pinned is what is taken.
const (
	connBytesMax    = 224
	sessionBytesMax = 160
	userBytesMax    = 256
)

func TestSizesOfWhatEveryConnectionHas(t *testing.T) {
	for _, pin := range []struct {
		name      string
		size, max uintptr
	}{
		{"conn.Conn", unsafe.Sizeof(conn.Conn{}), connBytesMax},
		{"engine.Session", unsafe.Sizeof(engine.Session{}), sessionBytesMax},
		{"core.User", unsafe.Sizeof(core.User{}), userBytesMax},
	} {
		if pin.size > pin.max {
			t.Errorf("%s takes %d bytes, more than %d: is that worth it for each connection?", pin.name, pin.size, pin.max)
		}
	}
}

var (
	idleClients = flag.Int("idle.clients", 5000, "clients of BenchmarkIdleHeap")
	idleSites   = flag.Int("idle.sites", 0, "how many of the largest places BenchmarkIdleHeap prints")
)

const idleRoomMembers = 50

// BenchmarkIdleHeap prints the live heap of one idle IRC connection in clear, in rooms
// of 50, by owner. An owner is told by who allocated: maps are indexes, slices that the
// core and the engine let grow are membership, texts and whatever else the core has are the user, the
// rest of engine and gateway is the session. Sizes are those of Go's size classes.
func BenchmarkIdleHeap(b *testing.B) {
	defer func(rate int) { runtime.MemProfileRate = rate }(runtime.MemProfileRate)
	runtime.MemProfileRate = 1
	address, stop := openHouse(b)
	defer stop()
	for b.Loop() {
		sockets := make([]int, 0, *idleClients)
		for i := range 2 * idleRoomMembers { // what the first of all need is nobody's own
			sockets = append(sockets, idleClient(b, address, fmt.Sprint("early", i), 1_000_000))
		}
		heapBefore, before := liveHeap(), liveSites()
		for i := range *idleClients {
			sockets = append(sockets, idleClient(b, address, fmt.Sprint("idler", i), i/idleRoomMembers))
		}
		heapAfter, after := liveHeap(), liveSites()
		each := func(n int64) float64 { return float64(n) / float64(*idleClients) }
		owners, sum := map[string]int64{}, int64(0)
		for site, n := range after {
			n -= before[site]
			owners[site.owner] += n
			sum += n
		}
		for owner, n := range owners {
			b.ReportMetric(each(n), owner+"-B")
		}
		b.ReportMetric(each(sum), "sites-B")
		b.ReportMetric(each(heapAfter-heapBefore), "heap-B")
		printSites(b, before, after)
		for _, s := range sockets {
			unix.Close(s)
		}
	}
}

// openHouse runs a server that keeps nothing.
func openHouse(b *testing.B) (netip.AddrPort, func()) {
	c := config.Default()
	c.Data, c.Durability, c.Limits.NoLimits = b.TempDir(), config.None, true
	c.Listen = config.Listen{IRC: "127.0.0.1:0"}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan server.Listening, 1), make(chan error, 1)
	go func() {
		ended <- server.Run(ctx, server.Options{
			Config: c, Version: "test", Logger: slog.New(slog.DiscardHandler),
			Ready: func(l server.Listening) { ready <- l },
		})
	}()
	stop := func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}
	select {
	case l := <-ready:
		return netip.MustParseAddrPort(l.IRC), stop
	case err := <-ended:
		b.Fatal(err)
	}
	panic("unreachable")
}

// idleClient registers and joins a room, and leaves nothing in this process but a
// descriptor.
func idleClient(b *testing.B, address netip.AddrPort, nick string, room int) int {
	b.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		err = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 10})
	}
	if err == nil {
		err = unix.Connect(fd, &unix.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()})
	}
	if err == nil {
		_, err = unix.Write(fd, fmt.Appendf(nil, "NICK %[1]s\r\nUSER idler 0 * :Somebody idle\r\nJOIN #room%[2]d\r\n", nick, room))
	}
	var heard []byte
	buffer := make([]byte, 8<<10)
	for err == nil && !bytes.Contains(heard, []byte(" 366 ")) {
		var n int
		switch n, err = unix.Read(fd, buffer); {
		case err == unix.EINTR:
			err = nil
		case err == nil && n == 0:
			err = unix.ECONNRESET
		}
		heard = append(heard, buffer[:max(n, 0)]...)
	}
	if err != nil {
		b.Fatalf("%s: %v; it heard: %s", nick, err, heard)
	}
	return fd
}

func liveHeap() int64 {
	time.Sleep(time.Second) // what was lent for a while comes back
	runtime.GC()
	runtime.GC() // the second empties the pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// site is a place in the house that allocates, and whom its memory belongs to.
type site struct{ owner, function string }

// liveSites is the live bytes of each place, as of the last collection.
func liveSites() map[site]int64 {
	records := make([]runtime.MemProfileRecord, 1<<16)
	n, ok := runtime.MemProfile(records, false)
	if !ok {
		panic("too many places")
	}
	sites := map[site]int64{}
	for _, r := range records[:n] {
		sites[siteOf(r.Stack())] += r.InUseBytes()
	}
	return sites
}

// siteOf judges by the innermost function of ours, and by how it came to allocate.
func siteOf(stack []uintptr) site {
	frames := runtime.CallersFrames(stack)
	mapped, grown, text := false, false, false
	for {
		f, more := frames.Next()
		name := f.Function
		mapped = mapped || strings.Contains(name, "runtime/maps.") || strings.HasPrefix(name, "runtime.mapassign")
		grown = grown || strings.HasPrefix(name, "runtime.growslice") || strings.HasPrefix(name, "slices.")
		text = text || strings.HasPrefix(name, "runtime.slicebytetostring") || strings.HasPrefix(name, "strings.") ||
			strings.HasPrefix(name, "runtime.concatstring") || strings.HasPrefix(name, "madang/chat/names.")
		if room, ours := strings.CutPrefix(name, "madang/"); ours && !strings.HasPrefix(room, "chat/names.") {
			return site{ownerOf(room, mapped, grown, text), name}
		}
		if !more {
			return site{"others", ""}
		}
	}
}

func ownerOf(room string, mapped, grown, text bool) string {
	state := strings.HasPrefix(room, "chat.") || strings.HasPrefix(room, "chat/core.")
	switch {
	case strings.HasPrefix(room, "conn."):
		return "conn"
	case mapped:
		return "indexes"
	case grown && (state || strings.HasPrefix(room, "engine.")):
		return "membership"
	case state || text:
		return "user"
	}
	return "session"
}

func printSites(b *testing.B, before, after map[site]int64) {
	var sites []site
	for s := range after {
		sites = append(sites, s)
	}
	slices.SortFunc(sites, func(x, y site) int { return int(after[y] - before[y] - after[x] + before[x]) })
	for _, s := range sites[:min(*idleSites, len(sites))] {
		b.Logf("%6d bytes each: %-10s %s", (after[s]-before[s])/int64(*idleClients), s.owner, s.function)
	}
}
