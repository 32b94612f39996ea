package conn

import (
	"crypto/tls"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

func secureVariants() []variant {
	var secured []variant
	for _, v := range variants() {
		if v.version != 0 {
			secured = append(secured, v)
		}
	}
	return secured
}

// bytewise is a connection that sends every byte in a segment of its own.
type bytewise struct{ net.Conn }

func (b bytewise) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := b.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}

func TestRecordsThatComeByteByByte(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			w := newWorld(t, v, Config{}, ListenOptions{})
			config := clientTLS()
			config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
			config.ServerName = "test"
			for visit := range 3 {
				conn := tls.Client(bytewise{w.dialRaw()}, config)
				text := strings.Repeat("byte by byte ", 100)
				if _, err := io.WriteString(conn, text); err != nil {
					t.Fatal(err)
				}
				s := next(t, w.sessions)
				s.expect(text)
				s.say("answer")
				answer := make([]byte, 6)
				if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "answer" {
					t.Fatalf("got %q, %v", answer, err)
				}
				if resumed := s.TLSState().DidResume; resumed != (visit > 0) {
					t.Errorf("visit %d: resumed: %v", visit, resumed)
				}
				conn.Close()
				if err := next(t, s.closed); err != nil {
					t.Errorf("closed with %v", err)
				}
			}
		})
	}
}

// The first records of the client come together with the last of its handshake.
func TestDataSentWithTheHandshakeIsReadAtOnce(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			w := newWorld(t, v, Config{}, ListenOptions{})
			held := &holding{Conn: w.dialRaw()}
			conn := tls.Client(held, clientTLS())
			held.hold = v.version == tls.VersionTLS13 // in 1.2 the client speaks first and last only
			if err := conn.Handshake(); err != nil && !held.hold {
				t.Fatal(err)
			}
			_, _ = io.WriteString(conn, "early")
			held.send()
			next(t, w.sessions).expect("early")
			conn.Close()
		})
	}
}

// holding keeps what is written after the first flight and sends it at once.
type holding struct {
	net.Conn
	hold  bool
	count int
	kept  []byte
}

func (h *holding) Write(p []byte) (int, error) {
	if h.count++; h.count == 1 || !h.hold {
		return h.Conn.Write(p)
	}
	h.kept = append(h.kept, p...)
	return len(p), nil
}

func (h *holding) send() {
	h.hold = false
	_, _ = h.Conn.Write(h.kept)
}

// openssl is the only client at hand that asks for new keys.
func TestKeyUpdateByteByByte(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not here")
	}
	for _, v := range secureVariants() {
		if v.version != tls.VersionTLS13 {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			w := newWorld(t, v, Config{}, ListenOptions{})
			command := exec.CommandContext(t.Context(), openssl, "s_client", "-tls1_3", "-connect", slowRoad(t, w.listener.Addr().String()))
			input, err := command.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			shown := &screen{}
			command.Stdout, command.Stderr = shown, shown
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			s := next(t, w.sessions)
			want := ""
			for _, key := range []string{"K", "k", "K", "K"} {
				_, _ = io.WriteString(input, "before "+key+"\n")
				want += "before " + key + "\n"
				s.expect(want)
				sent := s.BytesOut()
				_, _ = io.WriteString(input, key+"\n")
				shown.wait(t, "KEYUPDATE")
				for end := time.Now().Add(patience); key == "K" && s.BytesOut() == sent; time.Sleep(time.Millisecond) {
					if time.Now().After(end) {
						t.Fatal("the answer to the key update was not sent by itself")
					}
				}
				s.say("answer to "+key, strings.Repeat("!", 5000), "\n")
				shown.wait(t, "answer to "+key+strings.Repeat("!", 5000))
				shown.clear()
			}
			_, _ = io.WriteString(input, "after\n")
			s.expect(want + "after\n")
			input.Close()
			_ = next(t, s.closed)
			_ = command.Wait()
		})
	}
}

// screen keeps what was printed.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Reset()
}

func (s *screen) wait(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		shown := s.text.String()
		s.mu.Unlock()
		if strings.Contains(shown, text) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("not shown: %.40q in %q", text, shown)
		}
	}
}

// slowRoad is the address of a proxy that passes single bytes to the server.
func slowRoad(t *testing.T, to string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	t.Cleanup(func() {
		listener.Close()
		running.Wait()
	})
	running.Go(func() {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		defer near.Close()
		far, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer far.Close()
		running.Go(func() {
			_, _ = io.Copy(near, far)
			near.Close()
		})
		_, _ = io.Copy(struct{ io.Writer }{bytewise{far}}, near)
	})
	return listener.Addr().String()
}

func TestNoTLSIsNoSession(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			w := newWorld(t, v, Config{}, ListenOptions{})
			conn := w.dialRaw()
			_, _ = io.WriteString(conn, "NICK somebody\r\n")
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			_, _ = io.ReadAll(conn)
			conn.Close()
			w.waitEmpty()
			if stats := w.net.Stats(); stats.HandshakesFailed != 1 || len(w.sessions) != 0 {
				t.Errorf("%d sessions, %+v", len(w.sessions), stats)
			}
		})
	}
}

// With one place for handshakes, one that says nothing holds up the next only for
// its time.
func TestSilentHandshakeEnds(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			w := newWorld(t, v, Config{HandshakesMax: 1, handshakeTime: 500 * time.Millisecond}, ListenOptions{})
			silent := w.dialRaw()
			defer silent.Close()
			gone := w.dialRaw() // waits for its turn in vain
			time.Sleep(250 * time.Millisecond)
			c, s := w.dial()
			c.write("mine")
			s.expect("mine")
			_ = silent.SetReadDeadline(time.Now().Add(patience))
			if n, err := silent.Read(make([]byte, 1)); n != 0 || err != io.EOF {
				t.Errorf("the silent one read %d bytes, %v", n, err)
			}
			gone.Close()
		})
	}
}

// What is cut in the middle of a record is not a clean end.
func TestTruncatedRecord(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			w := newWorld(t, v, Config{}, ListenOptions{})
			c, s := w.dial()
			c.write("whole")
			s.expect("whole")
			_, _ = c.tcp.Write([]byte{23, 3, 3, 1, 0, 'x'})
			_ = c.tcp.CloseWrite()
			if err := next(t, s.closed); err == nil {
				t.Error("closed as if the peer had ended it")
			}
		})
	}
}

func TestBrokenRecord(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			w := newWorld(t, v, Config{}, ListenOptions{})
			c, s := w.dial()
			_, _ = c.tcp.Write(append([]byte{23, 3, 3, 0, 64}, make([]byte, 64)...))
			if err := next(t, s.closed); err == nil {
				t.Error("closed as if the peer had ended it")
			}
			_ = c.tcp.SetReadDeadline(time.Now().Add(patience))
			if _, err := io.ReadAll(c.Conn); err == nil || !strings.Contains(err.Error(), "bad record MAC") {
				t.Errorf("the peer was told %v", err)
			}
		})
	}
}
