package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"path/filepath"

	"madang/certificate"
	"madang/config"
)

// certificateFolder is where certificates are kept, in the data folder.
const certificateFolder = "certificates"

// openCertificates begins to have certificates, as the settings say. Twice is once.
func (s *Server) openCertificates(ctx context.Context, out *Listening) (err error) {
	if s.certificates != nil {
		return nil
	}
	c := certificateConfig(&s.settings, s.storage.store != nil)
	c.Logger = s.logger
	if s.certificates, err = certificate.Open(ctx, c); err != nil {
		return fmt.Errorf("certificates: %w", err)
	}
	out.Authority, out.AuthorityFile = s.certificates.Authority()
	return nil
}

// certificateConfig is where certificates come from. Without durability a local
// authority is kept nowhere; what was fetched is, or each start would fetch it anew.
func certificateConfig(c *config.Config, kept bool) certificate.Config {
	out := certificate.Config{
		Name: c.Server.Name, CertificateFile: c.TLS.Certificate, KeyFile: c.TLS.Key,
		ACME: certificate.ACME{
			Domains: c.TLS.Domains, Email: c.TLS.ACMEEmail,
			Directory: c.TLS.ACMEDirectory, RootFile: c.TLS.ACMERoot,
		},
	}
	if kept || len(c.TLS.Domains) > 0 {
		out.Folder = filepath.Join(c.Data, certificateFolder)
	}
	return out
}

// ircTLS is what a listener for IRC over TLS needs. A client may show a certificate of
// his own, to sign in with.
func (s *Server) ircTLS() *tls.Config {
	config := s.certificates.TLS("irc")
	config.ClientAuth = tls.RequestClientCert
	return config
}

// closeCertificates ends what goes on in the background.
func (s *Server) closeCertificates() {
	if s.certificates != nil {
		s.certificates.Close()
	}
}
