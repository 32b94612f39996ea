package client_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"madang/client"
	"madang/gateway/charset"
)

// meet connects two ends of our own over loopback.
func meet(t *testing.T) (dialled, accepted *net.TCPConn) {
	t.Helper()
	address := make(chan string, 1)
	type result struct {
		c   *net.TCPConn
		err error
	}
	got := make(chan result, 1)
	go func() {
		c, err := client.Accept(context.Background(), "127.0.0.1:0", func(a net.Addr) { address <- a.String() })
		got <- result{c, err}
	}()
	dialled, err := client.Dial(context.Background(), <-address)
	r := <-got
	if err != nil || r.err != nil {
		t.Fatal(err, r.err)
	}
	return dialled, r.c
}

func TestTwoOfOursMeet(t *testing.T) {
	a, b := meet(t)
	// More than the socket buffers hold, both ways at once.
	fromA, fromB := strings.Repeat("안녕\n", 1<<18), strings.Repeat("hello\x1b[2J\n", 1<<18)
	var atA, atB bytes.Buffer
	var ends sync.WaitGroup
	for _, end := range []struct {
		c   *net.TCPConn
		in  string
		out *bytes.Buffer
	}{{a, fromA, &atA}, {b, fromB, &atB}} {
		ends.Go(func() {
			if err := client.Talk(context.Background(), end.c, client.TalkOptions{In: strings.NewReader(end.in), Out: end.out}); err != nil {
				t.Error(err)
			}
		})
	}
	ends.Wait()
	if atA.String() != fromB || atB.String() != fromA {
		t.Error("what arrived is not what was sent")
	}
}

// TestHalfClose: who has nothing more to say still hears the other.
func TestHalfClose(t *testing.T) {
	a, b := meet(t)
	in, typing := io.Pipe()
	var atA, atB bytes.Buffer
	var ends sync.WaitGroup
	ends.Go(func() {
		if err := client.Talk(context.Background(), a, client.TalkOptions{In: strings.NewReader("bye"), Out: &atA}); err != nil {
			t.Error(err)
		}
	})
	ends.Go(func() {
		out := writerFunc(func(p []byte) (int, error) {
			if atB.Write(p); atB.String() == "bye" {
				go func() { io.WriteString(typing, "wait"); typing.Close() }()
			}
			return len(p), nil
		})
		if err := client.Talk(context.Background(), b, client.TalkOptions{In: in, Out: out}); err != nil {
			t.Error(err)
		}
	})
	ends.Wait()
	if atA.String() != "wait" || atB.String() != "bye" {
		t.Errorf("a heard %q, b heard %q", atA.String(), atB.String())
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestTypedEndsWithThePeer: nobody has to press a key when the other side has gone.
func TestTypedEndsWithThePeer(t *testing.T) {
	a, b := meet(t)
	silence, _ := io.Pipe()
	b.Close()
	if err := client.Talk(context.Background(), a, client.TalkOptions{In: silence, Out: io.Discard, Typed: true}); err != nil {
		t.Error(err)
	}
}

// TestListenerEndsWithThePeer: an In that gives nothing more holds nobody up.
func TestListenerEndsWithThePeer(t *testing.T) {
	a, b := meet(t)
	silence, _ := io.Pipe()
	var ends sync.WaitGroup
	var heard bytes.Buffer
	ends.Go(func() {
		if err := client.Talk(context.Background(), b, client.TalkOptions{In: silence, Out: &heard}); err != nil {
			t.Error(err)
		}
	})
	if err := client.Talk(context.Background(), a, client.TalkOptions{In: strings.NewReader("bye"), Out: io.Discard}); err != nil {
		t.Error(err)
	}
	ends.Wait()
	if heard.String() != "bye" {
		t.Errorf("heard %q", heard.String())
	}
}

func TestContextEndsATalk(t *testing.T) {
	a, b := meet(t)
	defer b.Close()
	silence, _ := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	go cancel()
	if err := client.Talk(ctx, a, client.TalkOptions{In: silence, Out: io.Discard}); err != nil {
		t.Error(err)
	}
	if _, err := client.Accept(ctx, "127.0.0.1:0", func(net.Addr) {}); err == nil {
		t.Error("Accept goes on without its context")
	}
}

func TestSendsCP949(t *testing.T) {
	a, b := meet(t)
	in, typing := io.Pipe()
	go func() {
		for _, c := range []byte("가é😀나\xea") {
			typing.Write([]byte{c})
		}
		typing.Close()
	}()
	var ends sync.WaitGroup
	ends.Go(func() {
		if err := client.Talk(context.Background(), a, client.TalkOptions{In: in, Out: io.Discard, Charset: charset.CP949}); err != nil {
			t.Error(err)
		}
	})
	got, err := io.ReadAll(b)
	b.Close()
	ends.Wait()
	if want := "\xb0\xa1e<U+1F600>\xb3\xaa?"; err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

// The smallest programs that chat, as a first lesson in sockets has them.
const (
	helloServer = `
import socket
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind(("127.0.0.1", 0))
listener.listen(1)
print(listener.getsockname()[1], flush=True)
sock, address = listener.accept()
sock.send("Hello, Client".encode("utf-8"))
heard = sock.recv(100)
print(heard.decode("utf-8", errors="replace"))
sock.close()
listener.close()
`
	helloClient = `
import socket, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.connect(("127.0.0.1", int(sys.argv[1])))
sock.send("Hello, Server".encode("cp949"))
heard = sock.recv(100)
print(heard.decode("utf-8", errors="replace"))
sock.close()
`
)

func python(t *testing.T, script string, args ...string) *exec.Cmd {
	t.Helper()
	name, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	return exec.Command(name, append([]string{"-c", script}, args...)...)
}

func TestDialMeetsAFirstLesson(t *testing.T) {
	server := python(t, helloServer)
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	port, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.Dial(context.Background(), "127.0.0.1:"+strings.TrimSpace(port))
	if err != nil {
		t.Fatal(err)
	}
	var heard bytes.Buffer
	if err := client.Talk(context.Background(), c, client.TalkOptions{In: strings.NewReader("Hello, Server"), Out: &heard, Screen: true}); err != nil {
		t.Error(err)
	}
	theirs, err := io.ReadAll(lines)
	if err := server.Wait(); err != nil {
		t.Error(err)
	}
	if err != nil || heard.String() != "Hello, Client" || string(theirs) != "Hello, Server\n" {
		t.Errorf("we heard %q, they %q, %v", heard.String(), theirs, err)
	}
}

func TestListenMeetsAFirstLesson(t *testing.T) {
	var theirs []byte
	var lesson sync.WaitGroup
	c, err := client.Accept(context.Background(), "127.0.0.1:0", func(a net.Addr) {
		_, port, _ := net.SplitHostPort(a.String())
		cmd := python(t, helloClient, port)
		lesson.Go(func() {
			var err error
			if theirs, err = cmd.Output(); err != nil {
				t.Error(err)
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	var heard bytes.Buffer
	if err := client.Talk(context.Background(), c, client.TalkOptions{In: strings.NewReader("Hello, Client"), Out: &heard}); err != nil {
		t.Error(err)
	}
	lesson.Wait()
	if heard.String() != "Hello, Server" || string(theirs) != "Hello, Client\n" {
		t.Errorf("we heard %q, they %q", heard.String(), theirs)
	}
}

func TestDialSaysWhom(t *testing.T) {
	_, err := client.Dial(context.Background(), "127.0.0.1:1")
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("got %v", err)
	}
	if _, err := client.Accept(context.Background(), filepath.Join("no", "address"), nil); err == nil {
		t.Error("listens nowhere")
	}
}
