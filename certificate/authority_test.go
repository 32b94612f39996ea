package certificate

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// trusting is a client that has installed the authority from its file.
func trusting(t *testing.T, s *Source, name string, at time.Time) *tls.Config {
	t.Helper()
	_, file := s.Authority()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		t.Fatal("nothing to install")
	}
	return &tls.Config{RootCAs: roots, ServerName: name, Time: func() time.Time { return at }}
}

func TestLocalAuthority(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "certificates")
	lan := []netip.Addr{netip.MustParseAddr("192.168.7.7"), netip.MustParseAddr("2001:db8::7")}
	config := Config{Folder: folder, Name: "chat.example.org", Addresses: func() []netip.Addr { return lan }}
	s := opened(t, config)
	server := s.TLS("irc")
	for _, name := range []string{"chat.example.org", "localhost", "127.0.0.1", "::1", "192.168.7.7", "2001:db8::7"} {
		_, err := handshake(t, server, trusting(t, s, name, time.Now()))
		expect(t, name, err, "")
	}
	_, err := handshake(t, server, trusting(t, s, "192.168.7.8", time.Now()))
	expect(t, "an address of somebody else", err, "192.168.7.8")
	// By whatever name people call it, it answers.
	state, err := handshake(t, server, asks("madang.lan"))
	expect(t, "another name", err, "")

	fingerprint, file := s.Authority()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	sum := sha256.Sum256(block.Bytes)
	if strings.ToLower(strings.ReplaceAll(fingerprint, ":", "")) != hex.EncodeToString(sum[:]) || strings.Count(fingerprint, ":") != 31 {
		t.Errorf("the fingerprint is %s", fingerprint)
	}
	if len(state.PeerCertificates) != 2 || !bytes.Equal(state.PeerCertificates[1].Raw, block.Bytes) {
		t.Error("the authority does not come along")
	}
	for name, mode := range map[string]os.FileMode{"authority-key.pem": 0o600, "server.pem": 0o600, "authority.pem": 0o644} {
		if at, err := os.Stat(filepath.Join(folder, name)); err != nil || at.Mode().Perm() != mode && runtime.GOOS != "windows" {
			t.Errorf("%s: %v, %v", name, at, err)
		}
	}
	if list, err := os.ReadDir(folder); err != nil || len(list) != 3 {
		t.Errorf("in the folder: %v, %v", list, err)
	}

	// The next start changes nothing, a new address only the server's certificate.
	again := opened(t, config)
	same, err := handshake(t, again.TLS("irc"), asks(""))
	if err != nil || !same.PeerCertificates[0].Equal(state.PeerCertificates[0]) {
		t.Errorf("the second start has another certificate (%v)", err)
	}
	lan = append(lan, netip.MustParseAddr("192.168.7.8"))
	if err := again.Reload(); err != nil {
		t.Fatal(err)
	}
	_, err = handshake(t, again.TLS("irc"), trusting(t, s, "192.168.7.8", time.Now()))
	expect(t, "the new address", err, "")
	if now, _ := again.Authority(); now != fingerprint {
		t.Error("the authority is another")
	}
}

func TestServerCertificateIsRenewedInTime(t *testing.T) {
	c := &clock{time.Now()}
	start := c.Time
	s := opened(t, Config{Folder: t.TempDir(), Name: "chat.example.org", Now: c.now})
	server := s.TLS("irc")
	seen := map[string]bool{}
	for day := 0; day < 3*365; day += 20 {
		c.Time = start.AddDate(0, 0, day)
		state, err := handshake(t, server, trusting(t, s, "chat.example.org", c.Time))
		if err != nil {
			t.Fatalf("on day %d: %v", day, err)
		}
		leaf := state.PeerCertificates[0]
		if left := leaf.NotAfter.Sub(c.Time); left < 30*24*time.Hour {
			t.Fatalf("on day %d there are %v left", day, left)
		}
		seen[leaf.SerialNumber.String()] = true
	}
	if len(seen) < 3 || len(seen) > 6 {
		t.Errorf("%d certificates in three years", len(seen))
	}
}

func TestNewAuthorityWhenTimeIsOver(t *testing.T) {
	c, folder := &clock{time.Now()}, t.TempDir()
	old, _ := opened(t, Config{Folder: folder, Name: "a.example", Now: c.now}).Authority()
	c.Time = c.AddDate(authorityYears, 0, -100)
	s := opened(t, Config{Folder: folder, Name: "a.example", Now: c.now})
	if now, _ := s.Authority(); now == old {
		t.Error("the old authority would end before its certificates")
	}
	_, err := handshake(t, s.TLS("irc"), trusting(t, s, "a.example", c.Time))
	expect(t, "the new authority", err, "")
}

func TestAnotherNameIsAnotherCertificate(t *testing.T) {
	folder := t.TempDir()
	old, _ := opened(t, Config{Folder: folder, Name: "madang.local"}).Authority()
	s := opened(t, Config{Folder: folder, Name: "chat.example.org"})
	_, err := handshake(t, s.TLS("irc"), trusting(t, s, "chat.example.org", time.Now()))
	expect(t, "the new name", err, "")
	if now, _ := s.Authority(); now != old {
		t.Error("the authority is another")
	}
}

func TestAuthorityInMemory(t *testing.T) {
	s := opened(t, Config{Name: "a.example"})
	if fingerprint, file := s.Authority(); fingerprint == "" || file != "" {
		t.Errorf("fingerprint %q, file %q", fingerprint, file)
	}
	_, err := handshake(t, s.TLS("irc"), asks("a.example", "irc"))
	expect(t, "in memory", err, "")
}

// Files that somebody has broken stop the start with a sentence; what can be made again
// is made again.
func TestBrokenAuthority(t *testing.T) {
	for _, test := range []struct {
		name, file string
		text       []byte // nil: removed
		want       string
	}{
		{"a broken certificate", authorityFile, []byte("rubbish"), "remove both to have a new one"},
		{"a key that is gone", authorityKeyFile, nil, "remove both to have a new one"},
		{"a certificate that is gone", authorityFile, nil, ""},
		{"a broken server", serverFile, []byte("rubbish"), ""},
		{"a server that is gone", serverFile, nil, ""},
	} {
		folder := t.TempDir()
		opened(t, Config{Folder: folder, Name: "a.example"})
		path := filepath.Join(folder, test.file)
		if test.text == nil {
			os.Remove(path)
		} else {
			write(t, path, test.text)
		}
		s, err := Open(t.Context(), Config{Folder: folder, Name: "a.example", Addresses: noAddresses})
		expect(t, test.name, err, test.want)
		if err == nil {
			_, err := handshake(t, s.TLS("irc"), trusting(t, s, "a.example", time.Now()))
			expect(t, test.name, err, "")
		}
	}
	folder := t.TempDir()
	opened(t, Config{Folder: folder, Name: "a.example"})
	certificateFile, keyFile := pair(t, t.TempDir(), time.Now().Add(time.Hour), "a.example")
	copyFile(t, certificateFile, filepath.Join(folder, authorityFile))
	copyFile(t, keyFile, filepath.Join(folder, authorityKeyFile))
	_, err := Open(t.Context(), Config{Folder: folder, Name: "a.example", Addresses: noAddresses})
	expect(t, "no authority", err, "it is no authority")
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, text)
}
