package server_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"madang/config"
	"madang/server"
)

// secret connects with TLS, and registers.
func secret(t *testing.T, s *started, nick string, c *tls.Config) (*socket, *tls.Conn) {
	t.Helper()
	conn, err := tls.Dial("tcp", s.at.IRCS, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	person := &socket{t, conn, bufio.NewReader(conn)}
	person.sends("NICK %s\r\nUSER %s 0 * :%s\r\nJOIN #lobby\r\n", nick, nick, nick)
	person.sees(" 366 ")
	return person, conn
}

func TestPeopleInstallTheLocalAuthority(t *testing.T) {
	data := t.TempDir()
	// What an earlier version kept is of no use any more, and of no harm.
	for _, old := range []string{"certificate.pem", "certificate-key.pem"} {
		if err := os.WriteFile(filepath.Join(data, old), []byte("of an earlier version"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var text []byte
	fingerprint := ""
	for life := range 2 {
		s := start(t, data, nil)
		if life == 0 {
			var err error
			if text, err = os.ReadFile(s.at.AuthorityFile); err != nil {
				t.Fatal(err)
			}
			fingerprint = s.at.Authority
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(text) || s.at.Authority != fingerprint {
			t.Errorf("start %d: fingerprint %s, file %s", life, s.at.Authority, text)
		}
		c := &tls.Config{RootCAs: roots, ServerName: "madang.local", NextProtos: []string{"irc"}}
		_, conn := secret(t, s, "mina", c)
		if got := conn.ConnectionState().NegotiatedProtocol; got != "irc" {
			t.Errorf("start %d: agreed to %q", life, got)
		}
		if conn, err := tls.Dial("tcp", s.at.IRCS, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}); err == nil {
			conn.Close()
			t.Error("IRC answers for HTTP")
		}
		s.end()
	}
}

func TestNoAuthorityIsKeptWithoutDurability(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, func(c *config.Config) { c.Durability = config.None })
	secret(t, s, "mina", &tls.Config{InsecureSkipVerify: true})
	if _, err := os.Stat(filepath.Join(data, "certificates")); err == nil || s.at.AuthorityFile != "" || s.at.Authority == "" {
		t.Errorf("kept, or not named: %v, %+v", err, s.at)
	}
}

// ownFiles writes a certificate for the name.
func ownFiles(t *testing.T, certificateFile, keyFile, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{
		certificateFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// logBook is a log that tests wait for.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logBook) wait(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		have := l.text.String()
		l.mu.Unlock()
		if strings.Contains(have, text) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%q was not logged: %s", text, have)
		}
	}
}

func TestHangupReadsTheCertificateAgain(t *testing.T) {
	data := t.TempDir()
	c := config.Default()
	c.Data, c.Listen = data, config.Listen{IRCS: "127.0.0.1:0"}
	c.TLS.Certificate, c.TLS.Key = filepath.Join(data, "own.pem"), filepath.Join(data, "own-key.pem")
	ownFiles(t, c.TLS.Certificate, c.TLS.Key, "chat.example.org")
	hangups, log := make(chan os.Signal), &logBook{}
	s := startWith(t, server.Options{
		Config: c, Hangups: hangups, Reload: func() (config.Config, error) { return c, nil },
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
	if s.at.Authority != "" {
		t.Error("an authority beside own files")
	}
	answers := func(name string) bool {
		conn, err := tls.Dial("tcp", s.at.IRCS, &tls.Config{InsecureSkipVerify: true, ServerName: name})
		if err != nil {
			return false
		}
		conn.Close()
		return true
	}
	if !answers("chat.example.org") || answers("irc.example.org") {
		t.Error("the names are not those of the certificate")
	}
	if err := os.WriteFile(c.TLS.Certificate, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	hangups <- syscall.SIGHUP
	log.wait(t, "the old ones stay")
	if !answers("chat.example.org") {
		t.Error("a bad file has replaced the certificate")
	}
	ownFiles(t, c.TLS.Certificate, c.TLS.Key, "irc.example.org")
	hangups <- syscall.SIGHUP
	log.wait(t, "settings reloaded")
	if answers("chat.example.org") || !answers("irc.example.org") {
		t.Error("the new certificate is not in use")
	}
}

// closed reads to the end, of which nothing may come but an error.
func (s *socket) closed() {
	s.t.Helper()
	s.SetReadDeadline(time.Now().Add(20 * time.Second))
	rest, err := io.ReadAll(s.in)
	if timeout, ok := err.(net.Error); len(rest) > 0 || ok && timeout.Timeout() {
		s.t.Errorf("read %q, %v", rest, err)
	}
}

func TestProxies(t *testing.T) {
	trusting := func(c *config.Config) { c.Proxy.Trusted = []string{"127.0.0.0/8"} }
	const header = "PROXY TCP4 1.1.1.1 127.0.0.1 65533 6667\r\n"
	hello := "NICK mina\r\nUSER mina 0 * :mina\r\n"

	s := start(t, t.TempDir(), trusting)
	for _, first := range []string{"", header} {
		c := dial(t, s.at.IRC)
		c.sends("%s%s", first, hello)
		c.sees(" 001 ")
		c.sends("QUIT\r\n")
		c.sees("ERROR")
	}
	dial(t, s.at.Line).sees("Hello, Client") // which does not wait for a header

	required := start(t, t.TempDir(), func(c *config.Config) {
		trusting(c)
		c.Proxy.Required, c.Proxy.Line = true, true
	})
	c := dial(t, required.at.IRC)
	c.sends("%s", hello)
	c.closed()
	plain := dial(t, required.at.Line)
	plain.sends("hello\n")
	plain.closed()
	plain = dial(t, required.at.Line)
	plain.sends("%s", header)
	plain.sees("Hello, Client")

	stranger := start(t, t.TempDir(), func(c *config.Config) { c.Proxy.Trusted = []string{"192.0.2.1"} })
	c = dial(t, stranger.at.IRC)
	c.sends("%s%s", header, hello)
	c.sees(" 001 ") // the header was a command like any other

	// Over TLS the header comes before the handshake.
	raw, err := net.Dial("tcp", required.at.IRCS)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := io.WriteString(raw, header); err != nil {
		t.Fatal(err)
	}
	secured := tls.Client(raw, &tls.Config{InsecureSkipVerify: true})
	if _, err := io.WriteString(secured, hello); err != nil {
		t.Fatal(err)
	}
	(&socket{t, secured, bufio.NewReader(secured)}).sees(" 001 ")
}

// Bans are of those behind the proxy.
func TestProxiedAddressIsWhatCounts(t *testing.T) {
	s := start(t, t.TempDir(), func(c *config.Config) {
		c.Proxy.Trusted = []string{"127.0.0.1"}
		c.Limits.NoLimits = false
		c.Limits.Connections = 1
	})
	enter := func(address, nick string) *socket {
		c := dial(t, s.at.IRC)
		c.sends("PROXY TCP4 %s 127.0.0.1 65533 6667\r\nNICK %s\r\nUSER a 0 * :a\r\nWHOIS %s\r\n", address, nick, nick)
		return c
	}
	enter("1.1.1.1", "mina").sees(" 1.1.1.1 ")
	enter("1.1.1.2", "yuna").sees(" 1.1.1.2 ")
	enter("1.1.1.1", "sora").sees("too many connections from your address")
}
