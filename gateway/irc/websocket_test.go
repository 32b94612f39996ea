package irc

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"madang/chat"
	"madang/conn"
	"madang/engine"
	"madang/gateway/irc/web"
)

// overWeb has every test of this package talk by WebSocket that can: -websocket=text or
// -websocket=binary.
var overWeb = flag.String("websocket", "", "talk by WebSocket, in text or binary messages")

// protocolOf is the sub-protocol of a word.
func protocolOf(word string) string { return word + ".ircv3.net" }

// webConn is a WebSocket as a stream of lines. It checks that each message is a line.
type webConn struct {
	net.Conn
	t      testing.TB
	socket *websocket.Conn
	kind   websocket.MessageType
	ctx    context.Context
	unread []byte
	unsent []byte
	closed websocket.CloseError // what the server said last
}

func (w *webConn) Read(b []byte) (int, error) {
	if len(w.unread) == 0 {
		kind, message, err := w.socket.Read(w.ctx)
		if errors.As(err, &w.closed) || errors.Is(err, net.ErrClosed) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		if kind != w.kind || len(message) == 0 || bytes.ContainsAny(message, "\r\n") {
			w.t.Errorf("message %v %q", kind, message)
		}
		w.unread = append(message, '\r', '\n')
	}
	n := copy(b, w.unread)
	w.unread = w.unread[n:]
	return n, nil
}

func (w *webConn) Write(b []byte) (int, error) {
	w.unsent = append(w.unsent, b...)
	for {
		line, rest, ok := bytes.Cut(w.unsent, []byte("\r\n"))
		if !ok {
			return len(b), nil
		}
		w.unsent = rest
		if err := w.socket.Write(w.ctx, w.kind, line); err != nil {
			return 0, err
		}
	}
}

func (w *webConn) Close() error                { return w.socket.CloseNow() }
func (w *webConn) SetDeadline(time.Time) error { return nil }

// listenWeb opens the port for WebSockets.
func (y *yard) listenWeb(change ...func(*conn.ListenOptions)) string {
	y.t.Helper()
	o := conn.ListenOptions{Name: "ws", Accept: y.gateway.AcceptWebSocket, RefuseText: web.RefuseText}
	for _, f := range change {
		f(&o)
	}
	l, err := y.network.Listen("127.0.0.1:0", o)
	if err != nil {
		y.t.Fatal(err)
	}
	return l.Addr().String()
}

// dialWeb connects somebody by WebSocket.
func (y *yard) dialWeb(url string, o *websocket.DialOptions) *person {
	y.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), patience)
	y.t.Cleanup(stop)
	socket, _, err := websocket.Dial(ctx, url, o)
	if err != nil {
		y.t.Fatal(err)
	}
	w := &webConn{t: y.t, socket: socket, ctx: ctx, kind: websocket.MessageText}
	if socket.Subprotocol() == protocolOf("binary") {
		w.kind = websocket.MessageBinary
	}
	y.t.Cleanup(func() { _ = w.Close() })
	return &person{t: y.t, conn: w, in: bufio.NewReader(w)}
}

// webPerson registers somebody by WebSocket.
func (y *yard) webPerson(nick, word string, capabilities ...string) *person {
	y.t.Helper()
	p := y.dialWeb("ws://"+y.listenWeb(), &websocket.DialOptions{Subprotocols: []string{protocolOf(word)}})
	p.nick = nick
	p.registers(capabilities...)
	return p
}

// Text, binary and plain people see the same, in their own framing.
func TestWebSocketPeopleMeet(t *testing.T) {
	y := newYard(t)
	mina, bora, chulsoo := y.webPerson("mina", "text", "server-time message-tags"), y.webPerson("bora", "binary"), y.person("chulsoo")
	for _, p := range []*person{mina, bora, chulsoo} {
		p.says("JOIN #yard")
		p.until(" 366 ")
	}
	for _, p := range []*person{mina, bora, chulsoo} {
		p.sync()
	}
	mina.says("PRIVMSG #yard :안녕하세요")
	mina.sync()
	bora.sees(":mina!mina@host.cloak PRIVMSG #yard :안녕하세요")
	chulsoo.sees(":mina!mina@host.cloak PRIVMSG #yard :안녕하세요")
	chulsoo.says("PRIVMSG #yard :반갑습니다", "PRIVMSG mina :둘이서만", "KICK #yard bora", "TOPIC #yard :마당")
	chulsoo.sync()
	got := mina.sync()
	if len(got) != 2 || !strings.HasPrefix(got[0], "@") || !strings.HasSuffix(got[0], " PRIVMSG #yard :반갑습니다") || !strings.HasSuffix(got[1], " PRIVMSG mina :둘이서만") {
		t.Errorf("mina saw %q", got)
	}
	bora.sees(":chulsoo!chulsoo@host.cloak PRIVMSG #yard :반갑습니다")
}

// The way in is ws, whatever its listener is called.
func TestWebSocketIsNamed(t *testing.T) {
	y := newYard(t)
	plainOnly(t)
	y.webPerson("mina", "text")
	y.person("bora")
	want := map[string]string{"mina": "ws", "bora": "irc"}
	err := y.engine.Call(t.Context(), func(l engine.Loop) {
		for u := range l.State().Users() {
			if got := u.Sessions()[0].Gateway; got != want[u.Nick()] {
				t.Errorf("%s came by %s", u.Nick(), got)
			}
			delete(want, u.Nick())
		}
	})
	if err != nil || len(want) > 0 {
		t.Errorf("%v are missing, %v", want, err)
	}
}

// webRaw is a WebSocket whose frames the test writes itself.
func (y *yard) webRaw() *websocket.Conn {
	y.t.Helper()
	p := y.dialWeb("ws://"+y.listenWeb(), nil)
	return p.conn.(*webConn).socket
}

// Input that is no line is answered, and costs no connection.
func TestWebSocketBadLines(t *testing.T) {
	y := newYard(t)
	p := y.webPerson("mina", "text")
	socket := p.conn.(*webConn).socket
	for _, test := range []struct {
		kind    websocket.MessageType
		message string
		want    string // empty: nothing is answered
	}{
		{websocket.MessageText, "", ""},
		{websocket.MessageText, "\r\n", ""},
		{websocket.MessageText, "PING x\r\n", ":irc.test PONG irc.test :x"},
		{websocket.MessageText, "PING x\nPING y", ":irc.test FAIL * INVALID_LINE :The message was dropped: it has more than one line"},
		{websocket.MessageText, "PING x\rPING y", ":irc.test FAIL * INVALID_LINE :The line was dropped: it contains a lone CR"},
		{websocket.MessageText, "PING x\x00", ":irc.test FAIL * INVALID_LINE :The line was dropped: it contains a NUL"},
		{websocket.MessageBinary, "PRIVMSG mina :caf\xe9", ":irc.test FAIL PRIVMSG INVALID_UTF8 :The line was not sent: it is not UTF-8. Set your client's encoding to UTF-8"},
		{websocket.MessageText, "PING " + strings.Repeat("x", 506), ":irc.test 417 mina :The line was dropped: it is longer than 512 bytes, or its tags than 4094"},
		{websocket.MessageText, "@a=" + strings.Repeat("x", 9000) + " PING x", ":irc.test 417 mina :The line was dropped: it is longer than 512 bytes, or its tags than 4094"},
		{websocket.MessageText, strings.Repeat("x", 60_000), ":irc.test 417 mina :The line was dropped: it is longer than 512 bytes, or its tags than 4094"},
	} {
		if err := socket.Write(t.Context(), test.kind, []byte(test.message)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.sync(), "|"); got != test.want {
			t.Errorf("%.40q is answered %q, want %q", test.message, got, test.want)
		}
	}
}

// A line may come in several frames.
func TestWebSocketFragments(t *testing.T) {
	y := newYard(t)
	p := y.webPerson("mina", "text", "message-tags", "echo-message")
	w, err := p.conn.(*webConn).socket.Writer(t.Context(), websocket.MessageText)
	if err != nil {
		t.Fatal(err)
	}
	tag := strings.Repeat("가", 1355)
	for _, part := range []string{"@+a=" + tag[:2500], tag[2500:], " PRIVMSG ", "mina :안", "녕"} { // the library makes frames of 4 KiB
		if _, err := io.WriteString(w, part); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := p.sync()
	if len(got) == 0 || !strings.Contains(got[0], "+a="+tag) || !strings.HasSuffix(got[0], " PRIVMSG mina :안녕") {
		t.Errorf("mina saw %.100q", got)
	}
}

// CP949 travels in binary messages, both ways.
func TestWebSocketInCP949(t *testing.T) {
	y := newYard(t)
	mina, bora := y.webPerson("mina", "binary"), y.webPerson("bora", "text")
	for _, p := range []*person{mina, bora} {
		p.says("JOIN #yard")
		p.until(" 366 ")
	}
	mina.sync()
	mina.says("PRIVMSG #yard :\xb0\xa1\xb3\xaa\xb4\xd9")
	if got := mina.sync(); len(got) != 1 || !strings.Contains(got[0], " NOTICE mina :Your client writes CP949") {
		t.Errorf("mina saw %q", got)
	}
	bora.sees(":mina!mina@host.cloak PRIVMSG #yard :가나다")
	bora.says("PRIVMSG #yard :라", "TOPIC #yard :마")
	bora.sync()
	mina.sees(":bora!bora@host.cloak PRIVMSG #yard :\xb6\xf3")
}

// How a WebSocket ends: by goodbyes with codes, and with IRC's last words before them.
func TestWebSocketEnds(t *testing.T) {
	y := newYard(t)
	for _, test := range []struct {
		name  string
		does  func(*person)
		code  websocket.StatusCode
		words string // the last ones
	}{
		{"QUIT", func(p *person) { p.says("QUIT :see you") }, 1000, "ERROR :Closing link: Quit: see you\r\n"},
		{"its label", func(p *person) { p.says("@label=x QUIT :see you") }, 1000, "@label=x ERROR :Closing link: Quit: see you\r\n"},
		{"no UTF-8", func(p *person) {
			_ = p.conn.(*webConn).socket.Write(t.Context(), websocket.MessageText, []byte("caf\xe9"))
		}, 1007, "A text message was not UTF-8\r\n"},
		{"too big", func(p *person) {
			_ = p.conn.(*webConn).socket.Write(t.Context(), websocket.MessageText, make([]byte, 70_000))
		}, 1009, "A message was far too long\r\n"},
		{"KILL", func(p *person) {
			err := y.engine.Call(t.Context(), func(l engine.Loop) {
				for s := range sessionsOf(l, "mina") {
					s.Close("Enough", s.Protocol().Farewell(nil, "Enough"))
				}
			})
			if err != nil {
				t.Error(err)
			}
		}, 1000, "ERROR :Closing link: Enough\r\n"},
	} {
		p := y.webPerson("mina", "text", "labeled-response")
		test.does(p)
		if got, closed := p.ends(), p.conn.(*webConn).closed; !strings.HasSuffix(got, test.words) || closed.Code != test.code {
			t.Errorf("%s: the end is %q, code %d", test.name, got, closed.Code)
		}
	}
}

// sessionsOf are the sessions of a nick.
func sessionsOf(l engine.Loop, nick string) func(func(*engine.Session) bool) {
	return func(yield func(*engine.Session) bool) {
		l.Sessions(func(s *engine.Session) {
			if u := l.State().UserByID(s.User()); u != nil && u.Nick() == nick {
				yield(s)
			}
		})
	}
}

// A browser that goes says so, gets its goodbye back, and others see that it left.
func TestWebSocketGoodbye(t *testing.T) {
	y := newYard(t)
	p, bora := y.webPerson("mina", "text"), y.person("bora")
	for _, each := range []*person{p, bora} {
		each.says("JOIN #yard")
		each.until(" 366 ")
	}
	p.sync()
	p.says("PRIVMSG #yard :bye")
	if err := p.conn.(*webConn).socket.Close(4001, "the page was closed"); err != nil {
		t.Errorf("the goodbye is not answered: %v", err)
	}
	bora.until("PRIVMSG #yard :bye")
	if got := bora.until(" QUIT "); got != ":mina!mina@host.cloak QUIT :Connection closed" {
		t.Errorf("bora saw %q", got)
	}
}

// plainOnly skips a test that is about plain connections alone.
func plainOnly(t *testing.T) {
	t.Helper()
	if *overWeb != "" {
		t.Skip("this is not so by WebSocket")
	}
}

// Pings are answered, before and after the welcome.
func TestWebSocketPing(t *testing.T) {
	y := newYard(t)
	socket := y.webRaw()
	read := socket.CloseRead(t.Context())
	if err := socket.Ping(read); err != nil {
		t.Error(err)
	}
	c, err := net.Dial("tcp", y.web)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	_, err = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"+
		"Sec-WebSocket-Version: 13\r\n\r\n"+strings.Repeat("\x89\x81\x00\x00\x00\x00a", 1000)+"\x89\x81\x00\x00\x00\x00~")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := bufio.NewReader(c).ReadBytes('~')
	_, pongs, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
	if err != nil || !bytes.HasSuffix(pongs, []byte("\x8a\x01~")) || len(pongs) > 300 {
		t.Errorf("a flood of pings is answered %q, %v", pongs, err)
	}
}

// Whoever does not begin as a WebSocket hears why in HTTP, and is gone without having
// been a session.
func TestWebSocketOpening(t *testing.T) {
	y := newYard(t, func(c *Config) { c.Origins = []string{"https://web.example.net"} })
	address := y.listenWeb()
	for _, test := range []struct{ says, want string }{
		{"NICK mina\r\nUSER mina 0 * :Mina\r\n", "HTTP/1.1 400 "},
		{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 426 "},
		{"GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 "},
		{"\x16\x03\x01\x02\x00\x01", "\x15\x03\x01"},
	} {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(patience))
		if _, err := io.WriteString(c, test.says); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(c)
		if err != nil || !strings.HasPrefix(string(answer), test.want) {
			t.Errorf("%.20q is answered %q, %v", test.says, answer, err)
		}
		_ = c.Close()
	}
	for origin, status := range map[string]int{
		"https://evil.example.net": 403, "https://web.example.net": 101, "http://127.0.0.1:8080": 101, "": 101,
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		socket, response, err := websocket.Dial(t.Context(), "ws://"+address+"/socket", &websocket.DialOptions{HTTPHeader: header})
		if (err == nil) != (status == 101) || response.StatusCode != status {
			t.Errorf("%q: %d, %v", origin, response.StatusCode, err)
		}
		if err == nil {
			_ = socket.CloseNow()
		}
	}
}

// Who never asks is hung up, as one who never registers.
func TestWebSocketTimeouts(t *testing.T) {
	y := newYard(t, func(c *Config) { c.RegisterWithin = 50 * time.Millisecond })
	c, err := net.Dial("tcp", y.listenWeb())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	if answer, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") {
		t.Errorf("answered %q, %v", answer, err)
	}
	p := y.dialWeb("ws://"+y.listenWeb(), nil)
	if got := p.ends(); got != "ERROR :Closing link: Registration timed out\r\n" {
		t.Errorf("the end is %q", got)
	}
}

// By TLS it is the same, and secure.
func TestWebSocketOverTLS(t *testing.T) {
	y := newYard(t)
	address := y.listenWeb(func(o *conn.ListenOptions) {
		o.TLS = &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}, NextProtos: []string{"http/1.1"}}
	})
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	p := y.dialWeb("wss://"+address, &websocket.DialOptions{HTTPClient: trusting, Subprotocols: []string{protocolOf("text")}})
	p.nick = "mina"
	p.registers()
	err := y.engine.Call(t.Context(), func(l engine.Loop) {
		if u := l.State().UserByNick("mina"); u == nil || u.Flags()&chat.Secure == 0 {
			t.Errorf("mina is %+v", u)
		}
	})
	if err != nil {
		t.Error(err)
	}
}
