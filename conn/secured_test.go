package conn

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"runtime"
	"testing"
	"time"
	"weak"
)

// personal is a certificate of a client, self-signed, over so many bytes.
func personal(t testing.TB, bytes int) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "mina"},
		NotAfter: time.Now().Add(time.Hour)}
	if bytes > 0 {
		template.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3}, Value: make([]byte, bytes)}}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// asking is a world whose server asks for certificates and speaks one protocol.
func asking(t *testing.T, v variant) *world {
	config := serverTLS(t, v.version)
	config.ClientAuth = tls.RequestClientCert
	config.NextProtos = []string{"irc"}
	v.version = 0
	w := newWorld(t, v, Config{}, ListenOptions{TLS: config})
	return w
}

func TestFingerprintOfTheClient(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			w := asking(t, v)
			own := personal(t, 0)
			sum := sha256.Sum256(own.Certificate[0])
			config := clientTLS()
			config.ServerName, config.ClientSessionCache = "test", tls.NewLRUClientSessionCache(4)
			config.Certificates = []tls.Certificate{own}
			for visit := range 2 {
				conn := tls.Client(w.dialRaw(), config)
				_, _ = io.WriteString(conn, "x")
				s := next(t, w.sessions)
				s.expect("x")
				s.say("y")
				_, _ = io.ReadFull(conn, make([]byte, 1))
				if got, ok := s.PeerFingerprint(); !ok || got != sum {
					t.Errorf("visit %d: fingerprint %x, %v", visit, got, ok)
				}
				if resumed := s.TLSState().DidResume; resumed != (visit > 0) {
					t.Errorf("visit %d: resumed: %v", visit, resumed)
				}
				conn.Close()
				_ = next(t, s.closed)
			}
			conn := tls.Client(w.dialRaw(), clientTLS())
			defer conn.Close()
			_, _ = io.WriteString(conn, "x")
			if _, ok := next(t, w.sessions).PeerFingerprint(); ok {
				t.Error("a client without a certificate has a fingerprint")
			}
		})
	}
}

// After the handshake only the fingerprint is left of a certificate.
func TestCertificatesAreLetGo(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			shown := make(chan weak.Pointer[x509.Certificate], 1)
			config := serverTLS(t, v.version)
			config.ClientAuth = tls.RequestClientCert
			config.VerifyConnection = func(state tls.ConnectionState) error {
				shown <- weak.Make(state.PeerCertificates[0])
				return nil
			}
			v.version = 0
			w := newWorld(t, v, Config{}, ListenOptions{TLS: config})
			mine := clientTLS()
			mine.Certificates = []tls.Certificate{personal(t, 0)}
			conn := tls.Client(w.dialRaw(), mine)
			defer conn.Close()
			_, _ = io.WriteString(conn, "x")
			s := next(t, w.sessions)
			s.expect("x")
			certificate := next(t, shown)
			runtime.GC()
			if certificate.Value() != nil {
				t.Error("the certificate is kept")
			}
			if _, ok := s.PeerFingerprint(); !ok || len(s.TLSState().PeerCertificates) > 0 {
				t.Error("no fingerprint, or half a certificate")
			}
		})
	}
}

func TestNoFingerprintInClear(t *testing.T) {
	w := newWorld(t, variants()[0], Config{}, ListenOptions{})
	_, s := w.dial()
	if _, ok := s.PeerFingerprint(); ok {
		t.Error("a fingerprint without TLS")
	}
}

// What crypto/tls would keep of a client is bounded.
func TestCertificatesAreBounded(t *testing.T) {
	small, other, big := personal(t, 0), personal(t, 0), personal(t, 4000)
	many := small
	many.Certificate = [][]byte{small.Certificate[0], other.Certificate[0], other.Certificate[0]}
	stapled, stamped := small, small
	stapled.OCSPStaple = make([]byte, 4000)
	stamped.SignedCertificateTimestamps = [][]byte{make([]byte, 2000), make([]byte, 2000)}
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			w := asking(t, v)
			shown := map[string]tls.Certificate{"long": big, "many": many}
			if v.version == tls.VersionTLS13 {
				shown["stapled"], shown["stamped"] = stapled, stamped
			}
			for name, certificate := range shown {
				config := clientTLS()
				config.Certificates = []tls.Certificate{certificate}
				conn := tls.Client(w.dialRaw(), config)
				_ = conn.SetDeadline(time.Now().Add(patience))
				_, err := io.ReadAll(conn)
				if err == nil || !bytes.Contains([]byte(err.Error()), []byte("bad certificate")) {
					t.Errorf("%s: %v", name, err)
				}
				conn.Close()
			}
			w.waitEmpty()
			if len(w.sessions) > 0 {
				t.Errorf("%d sessions", len(w.sessions))
			}
		})
	}
}

// The protocol that a client asks for is one of ours, or there is no session.
func TestProtocolNames(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			w := asking(t, v)
			for _, test := range []struct {
				offered []string
				agreed  string
				fails   bool
			}{
				{nil, "", false},
				{[]string{"irc"}, "irc", false},
				{[]string{"h2", "irc"}, "irc", false},
				{[]string{"h2", "http/1.1"}, "", true},
				{[]string{"acme-tls/1"}, "", true},
			} {
				config := clientTLS()
				config.NextProtos = test.offered
				conn := tls.Client(w.dialRaw(), config)
				_ = conn.SetDeadline(time.Now().Add(patience))
				err := conn.Handshake()
				if test.fails {
					if err == nil || !bytes.Contains([]byte(err.Error()), []byte("no application protocol")) {
						t.Errorf("%v: %v", test.offered, err)
					}
				} else {
					s := next(t, w.sessions)
					if got := conn.ConnectionState().NegotiatedProtocol; err != nil || got != test.agreed {
						t.Errorf("%v: %q, %v", test.offered, got, err)
					}
					s.Abort(nil)
				}
				conn.Close()
			}
		})
	}
}

// A protocol that only the TLS settings know, such as that of a certificate's
// challenge, ends with its handshake.
func TestProtocolThatIsNotTheGateways(t *testing.T) {
	for _, v := range secureVariants() {
		t.Run(v.name, func(t *testing.T) {
			config := serverTLS(t, v.version)
			other := config.Clone()
			other.NextProtos = []string{"challenge"}
			config.NextProtos = []string{"irc"}
			config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) { return other, nil }
			v.version = 0
			w := newWorld(t, v, Config{}, ListenOptions{TLS: config})
			mine := clientTLS()
			mine.NextProtos = []string{"challenge"}
			conn := tls.Client(w.dialRaw(), mine)
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(patience))
			if err := conn.Handshake(); err != nil || conn.ConnectionState().NegotiatedProtocol != "challenge" {
				t.Fatalf("%v, %+v", err, conn.ConnectionState())
			}
			if b, err := io.ReadAll(conn); len(b) > 0 || err != nil {
				t.Errorf("got %q, %v: no clean end", b, err)
			}
			conn.Close()
			w.waitEmpty()
			if len(w.sessions) > 0 {
				t.Error("the gateway was given it")
			}
		})
	}
}
