package transcript

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strconv"
	"time"

	"madang/config"
	"madang/conn"
)

// certificate is one that is the same, to its fingerprint, whenever it is made.
func certificate(name string) tls.Certificate {
	seed := sha256.Sum256([]byte(name))
	key := ed25519.NewKeyFromSeed(seed[:])
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: curtain.AddDate(-100, 0, 0), NotAfter: curtain.AddDate(100, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key) // Ed25519 signs without chance
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serverTLS asks for a client's certificate and speaks IRC only, as the server does.
func serverTLS() *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{certificate("madang.example")}, NextProtos: []string{"irc"}, ClientAuth: tls.RequestClientCert,
	}
}

// clientTLS trusts the server's certificate, and shows one of its own if it has a name.
func clientTLS(shown string) (*tls.Config, error) {
	leaf, err := x509.ParseCertificate(certificate("madang.example").Certificate[0])
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	c := &tls.Config{RootCAs: roots, ServerName: "madang.example", NextProtos: []string{"irc"}}
	if shown != "" {
		c.Certificates = []tls.Certificate{certificate(shown)}
	}
	return c, nil
}

// proxyAddress is that of a load balancer which the server trusts to speak the PROXY
// protocol.
var proxyAddress = netip.AddrFrom4([4]byte{192, 0, 2, 250})

// behindProxy expects a header of the load balancer alone.
func behindProxy(expected conn.Proxy) func(netip.Addr) conn.Proxy {
	return func(from netip.Addr) conn.Proxy {
		if from == proxyAddress {
			return expected
		}
		return conn.ProxyNone
	}
}

// dial gives somebody a connection to a listener.
func (h *house) dial(q *person, listener string, from netip.Addr, proxied bool, shown string, secured bool) error {
	h.dialled++
	to, at := h.doors[listener], netip.AddrPortFrom(from, 50000+h.dialled)
	header := ""
	if proxied {
		header = fmt.Sprintf("PROXY TCP4 %v %v %d %d\r\n", from, to.Addr(), at.Port(), to.Port())
		at = netip.AddrPortFrom(proxyAddress, at.Port())
	}
	var err error
	if q.peer, err = h.memory.Dial(to, at); err != nil {
		return err
	}
	q.stream = q.peer
	if _, err := io.WriteString(q.peer, header); err != nil || listener != "ircs" || !secured {
		return err
	}
	settings, err := clientTLS(shown)
	q.stream = tls.Client(wire{q.peer, to, at}, settings)
	return err
}

// leaves closes somebody's connection as programs do.
func (q *person) leaves() {
	if secured, ok := q.stream.(*tls.Conn); ok {
		secured.CloseWrite() // what it gives is of no use to who leaves
	}
	q.peer.Close()
}

// wire is a peer of conn.Memory as crypto/tls wants it. It knows no deadlines: nothing
// in a script waits for ever.
type wire struct {
	*conn.Peer
	to, at netip.AddrPort
}

func (w wire) Close() error {
	w.Peer.Close()
	return nil
}

func (w wire) LocalAddr() net.Addr              { return net.TCPAddrFromAddrPort(w.at) }
func (w wire) RemoteAddr() net.Addr             { return net.TCPAddrFromAddrPort(w.to) }
func (w wire) SetDeadline(time.Time) error      { return nil }
func (w wire) SetReadDeadline(time.Time) error  { return nil }
func (w wire) SetWriteDeadline(time.Time) error { return nil }

// setsSTS changes the settings: days for which clients remember to use TLS.
func (p *play) setsSTS(words []string) error {
	var c config.Config
	c.TLS.STSDays, _ = strconv.Atoi(words[0])
	c.TLS.STSPort = int(p.house.doors["ircs"].Port())
	p.house.settings.STS = c.STSPolicy
	p.house.chatter.SetConfig(p.house.settings)
	return nil
}
