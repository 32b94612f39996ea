package certificate

import (
	"crypto/tls"
	"slices"

	"github.com/mholt/acmez/v3"
)

// TLS is the configuration of a listener that speaks the protocols, named as in ALPN.
//
// A client that offers protocols, but none of these, is told no_application_protocol; one
// that asks for a name which is not ours is told unrecognized_name, even when it comes
// with a session to resume. Who names none is shown the first certificate. The local
// authority owns every name. The challenge protocol of ACME is agreed to with those
// alone who offer nothing else, and shown only the certificate of a challenge that goes
// on: a listener must close such a connection, for the protocol is not among NextProtos.
//
// Nobody is asked for a certificate of his own unless the caller sets ClientAuth.
func (s *Source) TLS(protocols ...string) *tls.Config {
	refusal := &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: protocols,
		SessionTicketsDisabled: true, GetCertificate: noCertificate,
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     protocols,
		GetCertificate: s.origin.certificate,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			if a, ok := s.origin.(*acme); ok && challenges(hello) {
				return a.challenge, nil
			}
			if hello.ServerName != "" && !s.origin.owns(hello.ServerName) {
				return refusal, nil
			}
			return nil, nil // the configuration itself
		},
	}
}

// challenges says whether the client is one of those that check a challenge (RFC 8737 3).
func challenges(hello *tls.ClientHelloInfo) bool {
	return slices.Equal(hello.SupportedProtos, []string{acmez.ACMETLS1Protocol})
}

// noCertificate makes crypto/tls say unrecognized_name (RFC 6066 3).
func noCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, nil }
