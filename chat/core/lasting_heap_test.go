package core_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"madang/chat"
	"madang/chat/core"
)

// The pins of what every account and every user has, in bytes: size classes of Go's
// allocator, so that what is pinned is what is taken.
const (
	accountBytesMax = 320
	userBytesMax    = 256
	markBytesMax    = 32
	// lastingBytesMax is what an account may cost that is always on and not connected:
	// itself, its user, its memberships and marks, and its share of all indexes.
	lastingBytesMax = 2048
)

func TestSizesOfWhatEveryAccountHas(t *testing.T) {
	for _, pin := range []struct {
		name      string
		size, max uintptr
	}{
		{"core.Account", unsafe.Sizeof(core.Account{}), accountBytesMax},
		{"core.User", unsafe.Sizeof(core.User{}), userBytesMax},
		{"chat.MarkRecord", unsafe.Sizeof(chat.MarkRecord{}), markBytesMax},
	} {
		if pin.size > pin.max {
			t.Errorf("%s takes %d bytes, more than %d: is that worth it for each account?", pin.name, pin.size, pin.max)
		}
	}
}

// lastingRooms are the rooms that each always-on account of the test is in, lastingMembers
// how many are in each of them.
const (
	lastingRooms   = 3
	lastingMembers = 50
)

// addLasting makes an account that is always on, has been in its rooms and has left.
func addLasting(tb testing.TB, s *core.State, i int) {
	do := func(c chat.Command) {
		d := s.Decide(c, chat.Time(1_000_000+i))
		if d.Refusal != nil {
			tb.Fatalf("%T: %+v", c, d.Refusal)
		}
		for _, e := range d.Events {
			s.Apply(e)
		}
	}
	name := fmt.Sprint("account", i)
	// A verifier is as long as auth writes it, and every account has its own.
	do(&chat.Register{Name: name, Password: strings.Repeat("v", 232-len(name)) + name, Email: name + "@example.org", Other: true})
	session := chat.SessionID{Node: 1, N: uint64(i + 1)}
	do(&chat.Attach{
		Session: session, Nick: name, Username: "~" + name[7:], Realname: "Account number " + name, Host: name + ".4pcm6s.r4ppvfqn.cloak",
		Gateway: "irc", Login: chat.Login{Account: s.AccountByName(name).User(), Serial: 1},
	})
	for j := range lastingRooms {
		do(&chat.Join{Session: session, Room: fmt.Sprint("#room", j, "-", i/lastingMembers)})
	}
	do(&chat.Detach{Session: session, Reason: "gone"})
}

// lastingHeap is the live heap of one of n accounts, in bytes.
func lastingHeap(tb testing.TB, n int) float64 {
	limits := chat.DefaultLimits()
	limits.AlwaysOn = true
	s := core.New(limits)
	for i := range lastingMembers { // what the first of all need is nobody's own
		addLasting(tb, s, i)
	}
	before := liveHeap()
	for i := range n {
		addLasting(tb, s, lastingMembers+i)
	}
	each := float64(liveHeap()-before) / float64(n)
	for u := range s.Users() {
		if !u.Lasting() || len(u.Sessions()) != 0 || u.RoomCount() != lastingRooms {
			tb.Fatalf("%s is no always-on user without session: %+v", u.Nick(), u.Source())
		}
	}
	if s.UserCount() != n+lastingMembers {
		tb.Fatalf("%d users", s.UserCount())
	}
	runtime.KeepAlive(s)
	return each
}

func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestAlwaysOnAccountsAreSmall(t *testing.T) {
	if each := lastingHeap(t, 10_000); each > lastingBytesMax {
		t.Errorf("an account that is always on and not connected takes %.0f bytes, more than %d", each, lastingBytesMax)
	}
}

// BenchmarkAlwaysOnHeap prints what one of ten thousand accounts costs that are always
// on, in three rooms of fifty, with none connected.
func BenchmarkAlwaysOnHeap(b *testing.B) {
	each := 0.0
	for b.Loop() {
		each = lastingHeap(b, 10_000)
	}
	b.ReportMetric(each, "B/account")
}
