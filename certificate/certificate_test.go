package certificate

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// What these libraries start for their whole life, once for each directory.
		goleak.IgnoreAnyFunction("github.com/letsencrypt/pebble/v2/va.VAImpl.processTasks"),
		goleak.IgnoreAnyFunction("github.com/caddyserver/certmagic.(*RingBufferRateLimiter).loop"))
}

// clock is a time that tests move.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func noAddresses() []netip.Addr { return nil }

func opened(t *testing.T, config Config) *Source {
	t.Helper()
	if config.Addresses == nil {
		config.Addresses = noAddresses
	}
	s, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// handshake is what a client sees of a server with the configuration.
func handshake(t *testing.T, server, client *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	near, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		far, err := listener.Accept()
		if err != nil {
			return
		}
		defer far.Close()
		secured := tls.Server(far, server)
		if secured.Handshake() == nil {
			_, _ = io.WriteString(secured, "x") // behind the tickets
		}
		_, _ = io.Copy(io.Discard, far)
	}()
	defer func() { <-done }()
	_ = near.SetDeadline(time.Now().Add(20 * time.Second))
	secured := tls.Client(near, client)
	if err = secured.Handshake(); err == nil {
		_, err = secured.Read(make([]byte, 1))
	}
	near.Close()
	return secured.ConnectionState(), err
}

func asks(name string, protocols ...string) *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, ServerName: name, NextProtos: protocols}
}

func expect(t *testing.T, what string, err error, alert string) {
	t.Helper()
	if alert == "" && err != nil || alert != "" && (err == nil || !strings.Contains(err.Error(), alert)) {
		t.Errorf("%s: got %v, want %q", what, err, alert)
	}
}

// pair writes a certificate with the names, and its key.
func pair(t *testing.T, folder string, end time.Time, names ...string) (certificateFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: "test"}, DNSNames: names, NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := keyText(key)
	if err != nil {
		t.Fatal(err)
	}
	certificateFile, keyFile = filepath.Join(folder, "own.pem"), filepath.Join(folder, "own-key.pem")
	write(t, certificateFile, certificateText(der))
	write(t, keyFile, text)
	return certificateFile, keyFile
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOwnFiles(t *testing.T) {
	folder := t.TempDir()
	later := time.Now().Add(time.Hour)
	certificateFile, keyFile := pair(t, folder, later, "chat.example.org", "*.chat.example.org")
	s := opened(t, Config{CertificateFile: certificateFile, KeyFile: keyFile})
	server := s.TLS("irc")
	shown := func(name string) *big.Int {
		t.Helper()
		state, err := handshake(t, server, asks(name))
		if err != nil {
			t.Fatal(err)
		}
		return state.PeerCertificates[0].SerialNumber
	}
	first := shown("chat.example.org")
	for _, name := range []string{"", "CHAT.example.org", "a.chat.example.org"} {
		if shown(name).Cmp(first) != 0 {
			t.Errorf("%q: another certificate", name)
		}
	}
	for _, name := range []string{"example.org", "b.a.chat.example.org", "localhost"} {
		_, err := handshake(t, server, asks(name))
		expect(t, name, err, "unrecognized name")
	}

	write(t, certificateFile, []byte("rubbish"))
	expect(t, "rubbish", s.Reload(), certificateFile)
	pair(t, folder, time.Now().Add(-time.Hour), "chat.example.org")
	expect(t, "out of date", s.Reload(), "was valid until")
	_, _ = pair(t, t.TempDir(), later, "chat.example.org")
	if shown("").Cmp(first) != 0 {
		t.Error("a bad file has replaced the certificate")
	}

	pair(t, folder, later, "irc.example.org")
	if err := s.Reload(); err != nil {
		t.Fatal(err)
	}
	if shown("irc.example.org").Cmp(first) == 0 {
		t.Error("the old certificate after a reload")
	}
	_, err := handshake(t, server, asks("chat.example.org"))
	expect(t, "the old name", err, "unrecognized name")
	if fingerprint, file := s.Authority(); fingerprint != "" || file != "" {
		t.Error("an authority vouches for files")
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	folder := t.TempDir()
	certificateFile, keyFile := pair(t, folder, time.Now().Add(time.Hour), "a.example")
	_, otherKey := pair(t, t.TempDir(), time.Now().Add(time.Hour), "a.example")
	for _, test := range []struct {
		name   string
		config Config
		want   string
	}{
		{"one file", Config{CertificateFile: certificateFile}, "belong together"},
		{"no such file", Config{CertificateFile: "missing.pem", KeyFile: keyFile}, "missing.pem"},
		{"another key", Config{CertificateFile: certificateFile, KeyFile: otherKey}, otherKey},
		{"ACME in memory", Config{ACME: ACME{Domains: []string{"a.example"}}}, "need a folder"},
		{"no root file", Config{Folder: folder, ACME: ACME{Domains: []string{"a.example"}, RootFile: "missing.pem"}}, "missing.pem"},
		{"no root", Config{Folder: folder, ACME: ACME{Domains: []string{"a.example"}, RootFile: keyFile}}, keyFile},
	} {
		_, err := Open(t.Context(), test.config)
		expect(t, test.name, err, test.want)
	}
}

func TestOldFilesAreServedWithAWarning(t *testing.T) {
	certificateFile, keyFile := pair(t, t.TempDir(), time.Now().Add(-time.Hour))
	var log bytes.Buffer
	s := opened(t, Config{CertificateFile: certificateFile, KeyFile: keyFile, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if !strings.Contains(log.String(), "out of date") {
		t.Errorf("logged: %q", log.String())
	}
	// A certificate without names is for any.
	_, err := handshake(t, s.TLS("irc"), asks("whatever.example"))
	expect(t, "no names", err, "")
}

func TestStrictProtocols(t *testing.T) {
	certificateFile, keyFile := pair(t, t.TempDir(), time.Now().Add(time.Hour), "chat.example.org")
	server := opened(t, Config{CertificateFile: certificateFile, KeyFile: keyFile}).TLS("irc")
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, test := range []struct {
			name, server, alert string
			offered             []string
		}{
			{"ours", "chat.example.org", "", []string{"irc"}},
			{"none", "chat.example.org", "", nil},
			{"another", "chat.example.org", "no application protocol", []string{"h2", "http/1.1"}},
			{"a challenge", "chat.example.org", "no application protocol", []string{"acme-tls/1"}},
			{"not our name", "mail.example.org", "unrecognized name", []string{"irc"}},
			{"nothing ours", "mail.example.org", "no application protocol", []string{"imap"}},
		} {
			client := asks(test.server, test.offered...)
			client.MaxVersion = version
			state, err := handshake(t, server, client)
			expect(t, test.name, err, test.alert)
			if err == nil && state.NegotiatedProtocol != strings.Join(test.offered, "") {
				t.Errorf("%s: agreed to %q", test.name, state.NegotiatedProtocol)
			}
		}
	}
}

// A session to resume opens no other name.
func TestStrictNamesOfResumedSessions(t *testing.T) {
	certificateFile, keyFile := pair(t, t.TempDir(), time.Now().Add(time.Hour), "chat.example.org")
	server := opened(t, Config{CertificateFile: certificateFile, KeyFile: keyFile}).TLS("irc")
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client := asks("chat.example.org", "irc")
		client.MaxVersion, client.ClientSessionCache = version, oneSession{tls.NewLRUClientSessionCache(1)}
		for visit := range 2 {
			state, err := handshake(t, server, client)
			if err != nil || state.DidResume != (visit > 0) {
				t.Fatalf("visit %d: resumed: %v, %v", visit, state.DidResume, err)
			}
		}
		client.ServerName = "mail.example.org"
		_, err := handshake(t, server, client)
		expect(t, "another name", err, "unrecognized name")
	}
}

// oneSession offers its session to every server.
type oneSession struct{ tls.ClientSessionCache }

func (o oneSession) Get(string) (*tls.ClientSessionState, bool) { return o.ClientSessionCache.Get("") }
func (o oneSession) Put(_ string, state *tls.ClientSessionState) {
	o.ClientSessionCache.Put("", state)
}

func TestLogOfOthersArrives(t *testing.T) {
	var log bytes.Buffer
	logger := bridge(slog.New(slog.NewTextHandler(&log, nil))).Named("obtain").With()
	logger.Debug("unwanted")
	logger.Error("failed", zapFields()...)
	text := log.String()
	for _, want := range []string{"level=ERROR", "certificates: failed", "part=obtain", "domain=a.example", "attempt=3"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	if strings.Contains(text, "unwanted") {
		t.Errorf("logged too much: %s", text)
	}
}

func TestOpenEndsWithItsContextOnly(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Open(ctx, Config{Name: "a.example", Addresses: noAddresses})
	cancel()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = handshake(t, s.TLS("irc"), asks("a.example"))
	expect(t, "after its context", err, "")
}
