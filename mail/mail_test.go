package mail_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"madang/auth"
	ours "madang/mail"
)

// letterbox is a mail server in this process, RFC 5321 as far as a sender needs it.
type letterbox struct {
	port        int
	roots       *x509.CertPool
	certificate tls.Certificate
	implicit    bool
	offersTLS   bool
	password    string // of the user "chat"; empty: it asks nobody
	refuses     bool   // every recipient
	rude        bool   // hangs up without a farewell
	got         chan letter
}

// letter is what the server took.
type letter struct {
	from, to, text string
	secure, signed bool
}

func open(t *testing.T, set func(*letterbox)) *letterbox {
	t.Helper()
	b := &letterbox{offersTLS: true, got: make(chan letter, 4), roots: x509.NewCertPool()}
	b.certificate = certify(t, b.roots)
	set(b)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.port = l.Addr().(*net.TCPAddr).Port
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b.serve(c)
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return b
}

func certify(t *testing.T, roots *x509.CertPool) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (b *letterbox) serve(c net.Conn) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	var l letter
	if b.implicit {
		c, l.secure = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{b.certificate}}), true
	}
	in := bufio.NewReader(c)
	say := func(format string, args ...any) { fmt.Fprintf(c, format+"\r\n", args...) }
	say("220 box ready")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-box")
			if b.offersTLS && !l.secure {
				say("250-STARTTLS")
			}
			if b.password != "" {
				say("250-AUTH PLAIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			c = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{b.certificate}})
			in, l.secure = bufio.NewReader(c), true
		case "AUTH":
			plain, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			if l.signed = string(plain) == "\x00chat\x00"+b.password; l.signed {
				say("235 welcome")
			} else {
				say("535 no")
			}
		case "MAIL":
			l.from = rest
			say("250 ok")
		case "RCPT":
			if b.refuses {
				say("550 nobody here")
				continue
			}
			l.to += rest
			say("250 ok")
		case "DATA":
			say("354 go on")
			for line = ""; line != ".\r\n"; l.text += line {
				if line, err = in.ReadString('\n'); err != nil {
					return
				}
			}
			say("250 taken")
			b.got <- l
		case "QUIT":
			if b.rude {
				return
			}
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (b *letterbox) sender(t *testing.T, e ours.Encryption, user, password string) *ours.Sender {
	t.Helper()
	s, err := ours.New(ours.Settings{
		Host: "127.0.0.1", Port: b.port, Encryption: e, From: "마당 <chat@example.org>", User: user,
		Password: auth.NewSecret(password), Server: "chat.example.org", Network: "Yard", Roots: b.roots,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheCodeArrives(t *testing.T) {
	for _, test := range []struct {
		name string
		e    ours.Encryption
		set  func(*letterbox)
		user string
	}{
		{"in clear", ours.Clear, func(b *letterbox) { b.offersTLS = false }, ""},
		{"without a farewell", ours.Clear, func(b *letterbox) { b.offersTLS, b.rude = false, true }, ""},
		{"STARTTLS", ours.StartTLS, func(b *letterbox) { b.password = "geheim" }, "chat"},
		{"TLS", ours.Implicit, func(b *letterbox) { b.implicit, b.password = true, "geheim" }, "chat"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := open(t, test.set)
			if err := b.sender(t, test.e, test.user, b.password).SendCode(t.Context(), "mina@example.net", "미나", "K7PX-2MQR"); err != nil {
				t.Fatal(err)
			}
			got := <-b.got
			if got.from != "FROM:<chat@example.org>" && !strings.HasPrefix(got.from, "FROM:<chat@example.org> ") || got.to != "TO:<mina@example.net>" {
				t.Errorf("from %q to %q", got.from, got.to)
			}
			if got.secure != (test.e != ours.Clear) || got.signed != (test.user != "") {
				t.Errorf("encrypted %t, signed in %t", got.secure, got.signed)
			}
			m, err := mail.ReadMessage(strings.NewReader(got.text))
			if err != nil {
				t.Fatal(err)
			}
			if m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("Message-Id") == "" {
				t.Errorf("headers %v", m.Header)
			}
			if !strings.Contains(got.text, "K7PX-2MQR") {
				t.Errorf("no code in\n%s", got.text)
			}
		})
	}
}

func TestMailThatIsNotSent(t *testing.T) {
	for _, test := range []struct {
		name     string
		set      func(*letterbox)
		e        ours.Encryption
		password string
		to       string
	}{
		{"no STARTTLS is offered", func(b *letterbox) { b.offersTLS = false }, ours.StartTLS, "", "a@example.net"},
		{"wrong password", func(b *letterbox) { b.password = "geheim" }, ours.StartTLS, "hunter2", "a@example.net"},
		{"refused recipient", func(b *letterbox) { b.refuses = true }, ours.StartTLS, "", "a@example.net"},
		{"unknown certificate", func(b *letterbox) { b.roots = x509.NewCertPool() }, ours.StartTLS, "", "a@example.net"},
		{"another header", func(*letterbox) {}, ours.StartTLS, "", "a@example.net\r\nBcc: b@example.net"},
		{"two recipients", func(*letterbox) {}, ours.StartTLS, "", "a@example.net, b@example.net"},
		{"a name", func(*letterbox) {}, ours.StartTLS, "", "x <a@example.net>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := open(t, test.set)
			user := ""
			if test.password != "" {
				user = "chat"
			}
			err := b.sender(t, test.e, user, test.password).SendCode(t.Context(), test.to, "alice", "CODE")
			if err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
			if len(b.got) > 0 {
				t.Errorf("sent %+v", <-b.got)
			}
		})
	}
}

func TestASenderHasAnAddress(t *testing.T) {
	if _, err := ours.New(ours.Settings{Host: "127.0.0.1", Port: 25, From: "yard"}); err == nil {
		t.Error("accepted")
	}
}

func TestSendingEndsWithTheContext(t *testing.T) {
	b := open(t, func(*letterbox) {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.sender(t, ours.StartTLS, "", "").SendCode(ctx, "a@example.net", "alice", "CODE"); err == nil {
		t.Error("sent")
	}
}
