package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
	"go.uber.org/zap"
)

func zapFields() []zap.Field {
	return []zap.Field{zap.String("domain", "a.example"), zap.Int("attempt", 3)}
}

// names is a name server for which every name is this machine. It takes one question a
// connection.
func names(t *testing.T) (address string) {
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
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { answer(conn) })
		}
	})
	return listener.Addr().String()
}

func answer(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	c := &dns.Conn{Conn: conn}
	question, err := c.ReadMsg()
	if err != nil {
		return
	}
	reply := new(dns.Msg).SetReply(question)
	if asked := question.Question[0]; asked.Qtype == dns.TypeA {
		reply.Answer = []dns.RR{&dns.A{
			Hdr: dns.RR_Header{Name: asked.Name, Rrtype: dns.TypeA, Class: dns.ClassINET},
			A:   net.IPv4(127, 0, 0, 1),
		}}
	}
	_ = c.WriteMsg(reply)
}

// directory is a pebble in this process, which checks challenges at the ports.
type directory struct {
	url, rootFile string
	roots         *x509.CertPool // of what it issues
}

func pebble(t *testing.T, httpPort, tlsPort int) *directory {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
	quiet := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	authority := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {}})
	checks := va.New(quiet, httpPort, tlsPort, true, names(t), store)
	front := wfe.New(quiet, store, checks, authority, []string{"pebble.example"}, true, false, 1, 1)
	server := httptest.NewTLSServer(front.Handler())
	t.Cleanup(server.Close)
	d := &directory{
		url:      server.URL + wfe.DirectoryPath,
		rootFile: filepath.Join(t.TempDir(), "root.pem"),
		roots:    x509.NewCertPool(),
	}
	write(t, d.rootFile, certificateText(server.Certificate().Raw))
	d.roots.AddCert(authority.GetRootCert(0).Cert)
	return d
}

// freePorts are ports that nobody has now, each another.
func freePorts(t *testing.T) (a, b, c int) {
	t.Helper()
	var ports [3]int
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		ports[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports[0], ports[1], ports[2]
}

// obtained waits until a client that trusts the directory is content.
func obtained(t *testing.T, server *tls.Config, d *directory, name string) tls.ConnectionState {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		state, err := handshake(t, server, &tls.Config{RootCAs: d.roots, ServerName: name, NextProtos: []string{"irc"}})
		if err == nil {
			return state
		}
		if time.Now().After(end) {
			t.Fatalf("no certificate: %v", err)
		}
	}
}

// A certificate is issued over the port of the listener itself, by TLS-ALPN-01.
func TestIssuedByALPN(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	httpPort, elsewhere, _ := freePorts(t)
	d := pebble(t, httpPort, port)
	folder := t.TempDir()
	config := Config{
		Folder: folder, Name: "chat.example.org",
		ACME: ACME{
			Domains: []string{"Chat.example.org", "irc.example.org"}, Directory: d.url, RootFile: d.rootFile,
			TLSPort: port, HTTPPort: elsewhere,
		},
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	s := opened(t, config)
	server := s.TLS("irc")
	checked := serve(t, listener, server)
	state := obtained(t, server, d, "chat.example.org")
	obtained(t, server, d, "irc.example.org")
	if checked.Load() == 0 {
		t.Error("the challenge did not come to the listener")
	}

	_, err = handshake(t, server, asks("mail.example.org"))
	expect(t, "a foreign name", err, "unrecognized name")
	_, err = handshake(t, server, asks("chat.example.org", "acme-tls/1"))
	expect(t, "a challenge that is over", err, "unrecognized name")
	_, err = handshake(t, server, asks("", "acme-tls/1"))
	expect(t, "a challenge without a name", err, "unrecognized name")
	_, err = handshake(t, server, asks("chat.example.org", "acme-tls/1", "h2"))
	expect(t, "a challenge and more", err, "no application protocol")
	_, err = handshake(t, server, asks("CHAT.example.org", "irc"))
	expect(t, "a name in capitals", err, "")
	if nameless, err := handshake(t, server, asks("")); err != nil || nameless.PeerCertificates[0].DNSNames[0] != "chat.example.org" {
		t.Errorf("who names nobody is not shown the first domain: %v", err)
	}
	private(t, folder)

	// The next start has the certificate, without asking.
	s.Close()
	again := opened(t, config)
	if kept := obtained(t, again.TLS("irc"), d, "chat.example.org"); !kept.PeerCertificates[0].Equal(state.PeerCertificates[0]) {
		t.Error("the second start has another certificate")
	}
}

// serve accepts as a gateway's listener does, and counts the challenges.
func serve(t *testing.T, listener net.Listener, config *tls.Config) (checked *atomic.Int32) {
	t.Helper()
	checked = &atomic.Int32{}
	var running sync.WaitGroup
	t.Cleanup(func() {
		listener.Close()
		running.Wait()
	})
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
				secured := tls.Server(conn, config)
				if secured.Handshake() == nil && secured.ConnectionState().NegotiatedProtocol == "acme-tls/1" {
					checked.Add(1)
				}
			})
		}
	})
	return checked
}

// private checks that nobody else may read what was kept.
func private(t *testing.T, folder string) {
	t.Helper()
	keys := 0
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".key") {
			return err
		}
		keys++
		at, err := d.Info()
		if err == nil && at.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, at.Mode())
		}
		return err
	})
	if err != nil || keys == 0 {
		t.Errorf("%d keys are kept, %v", keys, err)
	}
}

// Where the listener is not at the port of TLS-ALPN-01, HTTP-01 will do.
func TestIssuedByHTTP(t *testing.T) {
	port, tlsPort, elsewhere := freePorts(t)
	d := pebble(t, port, tlsPort)
	s := opened(t, Config{
		Folder: t.TempDir(), Name: "chat.example.org",
		ACME: ACME{
			Domains: []string{"chat.example.org"}, Email: "keeper@example.org", Directory: d.url, RootFile: d.rootFile,
			HTTPPort: port, TLSPort: elsewhere, // not where pebble looks
		},
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	obtained(t, s.TLS("irc"), d, "chat.example.org")
}

// Until there is a certificate nobody is shown another, and closing does not wait for
// a directory that does not answer.
func TestDirectoryThatIsNotThere(t *testing.T) {
	s := opened(t, Config{
		Folder: t.TempDir(), Name: "chat.example.org",
		ACME: ACME{Domains: []string{"chat.example.org"}, Directory: "https://127.0.0.1:1/dir"},
	})
	_, err := handshake(t, s.TLS("irc"), asks("chat.example.org", "irc"))
	expect(t, "nothing yet", err, "internal error")
	s.Close()
}
