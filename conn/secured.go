package conn

import (
	"crypto/sha256"
	"crypto/tls"
	"slices"
)

// What a client may show of certificates.
const (
	clientCertificatesMax     = 2
	clientCertificateBytesMax = 4096 // of all together, with what is attached
)

// boundCertificates is the configuration with a bound on what clients show.
func boundCertificates(config *tls.Config) *tls.Config {
	if config == nil || config.ClientAuth == tls.NoClientCert {
		return config
	}
	bounded, verify := config.Clone(), config.VerifyConnection
	bounded.VerifyConnection = func(state tls.ConnectionState) error {
		switch {
		case len(state.PeerCertificates) > clientCertificatesMax, shownBytes(&state) > clientCertificateBytesMax:
			return errCertificates
		case verify != nil:
			return verify(state)
		}
		return nil
	}
	return bounded
}

// shownBytes is the length of the certificates and of what may come along with them.
func shownBytes(state *tls.ConnectionState) int {
	bytes := len(state.OCSPResponse)
	for _, certificate := range state.PeerCertificates {
		bytes += len(certificate.Raw)
	}
	for _, timestamp := range state.SignedCertificateTimestamps {
		bytes += len(timestamp)
	}
	return bytes
}

// secured notes what the handshake has brought. Of the client's certificates only the
// fingerprint is kept: what crypto/tls holds for its ConnectionState, the same array,
// is emptied, for it is several times as large as all else of a connection.
func (s *secure) secured() {
	shown := s.conn.ConnectionState().PeerCertificates
	if len(shown) > 0 {
		sum := sha256.Sum256(shown[0].Raw)
		s.peer = &sum
	}
	clear(shown)
	s.live.Store(true)
}

// openSecured gives a connection whose handshake is done to its gateway, unless it
// speaks for another: nobody answers under another protocol's name.
func (n *Net) openSecured(c *Conn) {
	agreed := c.secure.conn.ConnectionState().NegotiatedProtocol
	if agreed != "" && !slices.Contains(c.listener.options.TLS.NextProtos, agreed) {
		c.Close(errProtocol)
		return
	}
	n.open(c)
}
