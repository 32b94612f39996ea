package irc

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"madang/auth"
	"madang/conn"
)

// selfSigned makes a certificate that nobody vouches for.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// dialTLS connects somebody who shows a certificate, or none.
func (y *yard) dialTLS(address string, shown ...tls.Certificate) *person {
	y.t.Helper()
	c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, Certificates: shown})
	if err != nil {
		y.t.Fatal(err)
	}
	y.t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		y.t.Fatal(err)
	}
	return &person{t: y.t, conn: c, in: bufio.NewReader(c)}
}

// A client that holds the key of a certificate is known by it, under the names that the
// account has, and by no other way.
func TestSASLExternal(t *testing.T) {
	y := newYard(t)
	listener, err := y.network.Listen("127.0.0.1:0", conn.ListenOptions{
		Name: "ircs", Accept: y.gateway.Accept, RefuseText: y.gateway.RefuseText,
		TLS: &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}, ClientAuth: tls.RequestClientCert},
	})
	if err != nil {
		t.Fatal(err)
	}
	address, shown := listener.Addr().String(), selfSigned(t)
	leaf, err := x509.ParseCertificate(shown.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	p := y.dialTLS(address, shown)
	p.nick = "mina"
	p.says("NICK mina", "USER mina 0 * :Mina")
	p.until(" 422 ")
	p.hears("REGISTER sesame")
	p.serv("cert add", "The certificate "+auth.Fingerprint(leaf)+" signs you in now.")
	p.asks("MODE mina", ":irc.test 221 mina +Zr")
	for message, want := range map[string]string{
		"+":        ":irc.test 900 * * mina :You are now logged in as mina",
		"bWluYQ==": ":irc.test 900 * * mina :You are now logged in as mina",
		"TUlOQQ==": ":irc.test 900 * * mina :You are now logged in as mina", // MINA
		"anVu":     ":irc.test 904 * :SASL authentication failed",           // jun
	} {
		q := y.dialTLS(address, shown)
		q.says("AUTHENTICATE EXTERNAL", "AUTHENTICATE "+message)
		q.until("AUTHENTICATE +")
		if got := q.line(); got != want {
			t.Errorf("%s is answered with %s", message, got)
		}
	}
	for _, q := range []*person{y.dialTLS(address), y.dialTLS(address, selfSigned(t))} {
		q.says("AUTHENTICATE EXTERNAL", "AUTHENTICATE +")
		q.until(":irc.test 904 * :SASL authentication failed")
	}
	q := y.dialTLS(address, shown)
	q.says("CAP LS 302")
	q.until(" sasl=EXTERNAL,SCRAM-SHA-256,PLAIN ")
}
