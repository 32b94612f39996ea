package server_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"madang/config"
	"madang/gateway/admin"
	"madang/server"
)

// page is what a web client's page has: a WebSocket, one line in each message.
type page struct {
	t *testing.T
	*websocket.Conn
	ctx context.Context
}

// open connects a page.
func open(t *testing.T, url string, o *websocket.DialOptions) *page {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(stop)
	o.Subprotocols = []string{"text.ircv3.net"}
	c, _, err := websocket.Dial(ctx, url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return &page{t, c, ctx}
}

func (p *page) sends(lines ...string) {
	p.t.Helper()
	for _, line := range lines {
		if err := p.Write(p.ctx, websocket.MessageText, []byte(line)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// sees reads messages until one contains the text, and gives it.
func (p *page) sees(text string) string {
	p.t.Helper()
	var seen []string
	for {
		_, line, err := p.Read(p.ctx)
		if err != nil {
			p.t.Fatalf("%q did not come before %v; seen: %q", text, err, seen)
		}
		if strings.Contains(string(line), text) {
			return string(line)
		}
		seen = append(seen, string(line))
	}
}

// web opens the door of web clients.
func web(c *config.Config) { c.IRC.WebSocket = "127.0.0.1:0" }

func TestAPageMeetsNetcat(t *testing.T) {
	s := start(t, t.TempDir(), web)
	plain := dial(t, s.at.Line)
	plain.sees("Hello, Client")
	plain.sends("오기 전의 말\n")
	plain.sees("in #lobby")
	p := open(t, "ws://"+s.at.WS+"/", &websocket.DialOptions{})
	p.sends("CAP REQ :draft/chathistory batch message-tags", "NICK mina", "USER mina 0 * :Mina", "CAP END", "JOIN #lobby")
	p.sees(" 366 ")
	plain.sees("mina")
	p.sends("PRIVMSG #lobby :안녕하세요, 마당")
	plain.sees("[#lobby] mina: 안녕하세요, 마당")
	plain.sends("반갑습니다\n")
	p.sees(" PRIVMSG #lobby :반갑습니다")
	p.sends("CHATHISTORY LATEST #lobby * 10")
	for _, want := range []string{"BATCH +", "오기 전의 말", "안녕하세요, 마당", "반갑습니다", "BATCH -"} {
		p.sees(want)
	}

	var rows []admin.Connection
	must(t, s, admin.Request{Command: "netstat"}, &rows)
	found := false
	for _, row := range rows {
		found = found || row.Gateway == "ws" && row.User == "mina" && row.Address == "127.0.0.1" && row.Charset == "utf-8" && row.BytesIn > 0
	}
	if !found {
		t.Errorf("netstat shows %+v", rows)
	}
	s.end()
	p.sees("ERROR :Closing link: the server is stopping")
	if _, _, err := p.Read(p.ctx); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the goodbye is %v", err)
	}
}

func TestAPageWithTLS(t *testing.T) {
	s := start(t, t.TempDir(), func(c *config.Config) { c.Listen, c.IRC.WebSocketTLS = config.Listen{}, "127.0.0.1:0" })
	authority, err := os.ReadFile(s.at.AuthorityFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "madang.local", NextProtos: []string{"http/1.1"}}}}
	p := open(t, "wss://"+s.at.WSS+"/", &websocket.DialOptions{HTTPClient: client})
	p.sends("NICK mina", "USER mina 0 * :Mina", "WHOIS mina")
	p.sees(" 671 mina mina ")
	for _, protocol := range []string{"h2", "irc"} {
		if c, err := tls.Dial("tcp", s.at.WSS, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{protocol}}); err == nil {
			c.Close()
			t.Errorf("it answers for %s", protocol)
		}
	}
}

// A reload changes whose pages may connect, at once.
func TestReloadChangesTheOrigins(t *testing.T) {
	c := config.Default()
	c.Data, c.Listen, c.IRC.WebSocket = t.TempDir(), config.Listen{}, "127.0.0.1:0"
	next := c
	next.IRC.Origins = []string{"https://chat.example.net"}
	hangups, log := make(chan os.Signal), &logBook{}
	s := startWith(t, server.Options{
		Config: c, Hangups: hangups, Reload: func() (config.Config, error) { return next, nil },
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
	status := func(origin string) int {
		t.Helper()
		socket, response, err := websocket.Dial(t.Context(), "ws://"+s.at.WS, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
		if response == nil {
			t.Fatal(err)
		}
		if err == nil {
			socket.CloseNow()
		}
		return response.StatusCode
	}
	if got := status("https://chat.example.net"); got != 403 {
		t.Errorf("a page of another site is answered %d", got)
	}
	hangups <- syscall.SIGHUP
	log.wait(t, "settings reloaded")
	if site, host, evil := status("https://chat.example.net"), status("http://127.0.0.1"), status("https://evil.example.net"); site != 101 || host != 101 || evil != 403 {
		t.Errorf("after the reload: %d, %d, %d", site, host, evil)
	}
}

// A trusted proxy names the peer before the request.
func TestAPageBehindAProxy(t *testing.T) {
	s := start(t, t.TempDir(), func(c *config.Config) {
		web(c)
		c.Proxy.Trusted = []string{"127.0.0.1"}
	})
	c := dial(t, s.at.WS)
	c.sends("PROXY TCP4 192.0.2.7 192.0.2.1 4000 443\r\nGET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
	c.sees("101 Switching Protocols")
	var rows []admin.Connection
	must(t, s, admin.Request{Command: "netstat"}, &rows)
	if len(rows) != 1 || rows[0].Gateway != "ws" || rows[0].Address != "192.0.2.7" {
		t.Errorf("netstat shows %+v", rows)
	}
}
