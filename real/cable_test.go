//go:build real && linux

package real

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// silenceSeconds is the limit of the server in TestCutCable.
const silenceSeconds = 6

// TestCutCable has people on another machine, whose cable is cut. Nobody sends a FIN or
// an RST: the server has to find by itself that they are gone, and tells the rooms so;
// whether they were idle or somebody talked to them. Who is merely idle stays.
func TestCutCable(t *testing.T) {
	t.Parallel()
	c := layCable(t)
	s := start(t, plan{
		wrap:   []string{"ip", "netns", "exec", c.near},
		config: fmt.Sprintf("[limits]\nsilence_seconds = %d\n", silenceSeconds),
		flags:  []string{"--line", c.address + ":0", "--irc", c.address + ":0"},
	})
	watch := c.plain(t, c.near, "watch", s.line)
	idle := c.plain(t, c.far, "idle", s.line)
	busy := c.plain(t, c.far, "busy", s.line)
	chatter := newClient(t, "chatter", c.dial(t, c.far, s.irc))
	chatter.register()
	for _, who := range []*client{idle, busy, chatter} {
		room := "#" + who.name
		watch.send("/join %s", room)
		who.send(map[bool]string{true: "JOIN %s", false: "/join %s"}[who == chatter], room)
		watch.awaitText("[" + room + "] + " + who.name)
		watch.send("/msg %s the cable is whole, %s", room, who.name)
		who.awaitText("the cable is whole, " + who.name)
	}
	c.cut(t)
	cut := time.Now()
	watch.send("/msg #busy nobody hears this")
	gone := map[string]bool{}
	for len(gone) < 3 {
		line := watch.awaitText("] - ")
		t.Logf("%.1f s after the cut: %s", time.Since(cut).Seconds(), line)
		for _, who := range []*client{idle, busy, chatter} {
			if strings.Contains(line, who.name) {
				gone[who.name] = true
			}
		}
	}
	watch.send("/who #idle")
	watch.alive()
}

// cable joins two machines of their own: namespaces of the network, which end with the
// test.
type cable struct {
	near, far string // namespaces
	link      string // the interface in far
	address   string // of near
}

func layCable(t *testing.T) *cable {
	t.Helper()
	needRoot(t)
	need(t, "ip")
	name := fmt.Sprintf("madang-%d", os.Getpid())
	c := &cable{near: name + "-near", far: name + "-far", link: "far0", address: "10.231.7.1"}
	for _, space := range []string{c.near, c.far} {
		if out, err := exec.Command("ip", "netns", "add", space).CombinedOutput(); err != nil {
			t.Skipf("no namespaces here: %v %s", err, out)
		}
		t.Cleanup(func() { ip(t, "netns", "del", space) })
		ip(t, "-n", space, "link", "set", "lo", "up")
	}
	ip(t, "-n", c.near, "link", "add", "near0", "type", "veth", "peer", "name", c.link, "netns", c.far)
	ip(t, "-n", c.near, "address", "add", c.address+"/30", "dev", "near0")
	ip(t, "-n", c.far, "address", "add", "10.231.7.2/30", "dev", c.link)
	ip(t, "-n", c.near, "link", "set", "near0", "up")
	ip(t, "-n", c.far, "link", "set", c.link, "up")
	return c
}

func (c *cable) cut(t *testing.T) {
	t.Helper()
	ip(t, "-n", c.far, "link", "set", c.link, "down")
}

func ip(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Errorf("ip %s: %v %s", strings.Join(args, " "), err, out)
	}
}

// plain is a plain text client in a namespace, with its name.
func (c *cable) plain(t *testing.T, space, nick, address string) *client {
	t.Helper()
	k := newClient(t, nick, c.dial(t, space, address))
	k.send("/nick %s", nick)
	k.awaitText("called " + nick)
	return k
}

// dial connects from a namespace: a socket stays where it was made. An address needs
// no resolver, so that no other thread takes part.
func (c *cable) dial(t *testing.T, space, address string) net.Conn {
	t.Helper()
	runtime.LockOSThread()
	back := enter(t, "/proc/thread-self/ns/net", "/run/netns/"+space)
	conn, err := net.DialTimeout("tcp", address, patience)
	back()
	runtime.UnlockOSThread()
	if err != nil {
		t.Fatalf("dial %s from %s: %v", address, space, err)
	}
	return conn
}

// enter moves this thread into another namespace, and back. The thread may not end
// instead: the servers that it started would end with it.
func enter(t *testing.T, from, to string) (back func()) {
	t.Helper()
	home, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	there, err := os.Open(to)
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); err != nil {
			panic(err) // nobody else may use this thread
		}
		home.Close()
	}
}
