// Package certificate gives TLS listeners their certificates: from the operator's own
// files, by ACME (RFC 8555) for the domains given, or else from a local authority made
// at first start.
//
// It promises: a listener answers for its own protocols (ALPN) and names (SNI) only; a
// file that is wrong never replaces a certificate that is in use; keys are readable by
// their owner alone; nobody is called but the ACME directory, and that only when
// domains are given.
//
// It refuses to know who connects and what is spoken: listeners and gateways use the
// tls.Config that it makes.
package certificate

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Config says where certificates come from: CertificateFile and KeyFile if they are
// set, else ACME if it has domains, else the local authority.
type Config struct {
	// Folder keeps the local authority, or what ACME needs; it is made when it is
	// missing. Empty: an authority that lives in memory only; ACME needs a folder.
	Folder string
	// Name is the server's, for the local authority.
	Name string
	// CertificateFile and KeyFile are PEM files; the first holds the chain, leaf first.
	CertificateFile, KeyFile string
	ACME                     ACME
	Logger                   *slog.Logger

	// Now and Addresses are the clock and this machine's addresses; nil: the real ones.
	Now       func() time.Time
	Addresses func() []netip.Addr
}

// ACME says for which domains certificates are fetched, and where. Using it is to
// agree to the directory's terms.
type ACME struct {
	Domains   []string // without wildcards, which need a challenge by DNS
	Email     string   // may be empty
	Directory string   // URL; empty: Let's Encrypt
	RootFile  string   // PEM of who vouches for the directory itself; empty: the system's
	// HTTPPort and TLSPort are where the challenges arrive, 80 and 443 if 0. The ports
	// are opened only while a challenge goes on, unless somebody listens there.
	HTTPPort, TLSPort int
}

// origin is one of the three ways to have certificates. Its methods may be called by
// any goroutine.
type origin interface {
	// owns says whether clients may ask for the name; every name may be in capitals.
	owns(name string) bool
	// certificate is what the client is shown.
	certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error)
	// reload looks anew at what the operator may have changed.
	reload() error
	// close ends what goes on in the background.
	close()
}

// Source gives certificates. Its methods may be called by any goroutine.
type Source struct {
	origin  origin
	closing sync.Once
}

// Open makes a Source. Fetching certificates by ACME goes on in the background, until
// Close; the context is for opening only.
func Open(ctx context.Context, config Config) (*Source, error) {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Addresses == nil {
		config.Addresses = addressesHere
	}
	origin, err := open(ctx, config)
	if err != nil {
		return nil, err
	}
	return &Source{origin: origin}, nil
}

func open(ctx context.Context, config Config) (origin, error) {
	switch {
	case (config.CertificateFile == "") != (config.KeyFile == ""):
		return nil, errors.New("a certificate file and a key file belong together: name both or none")
	case config.CertificateFile != "":
		return openFiles(config)
	case len(config.ACME.Domains) > 0:
		return openACME(ctx, config)
	}
	return openAuthority(config)
}

// Reload looks anew at files, or at the addresses for which the local authority
// vouches. If something is wrong, what was in use stays in use.
func (s *Source) Reload() error { return s.origin.reload() }

// Close ends what goes on in the background and waits for it. What TLS has made can be
// used on. Closing twice is harmless.
func (s *Source) Close() { s.closing.Do(s.origin.close) }

// Authority is the SHA-256 fingerprint of the local authority's certificate, written
// as AB:CD:…, and the file with the certificate, for people to install. Both are empty
// if certificates come from elsewhere; the file is, if nothing is kept.
func (s *Source) Authority() (fingerprint, file string) {
	if a, ok := s.origin.(*authority); ok {
		return a.fingerprint(), a.file()
	}
	return "", ""
}

// addressesHere are the addresses of this machine that others can reach.
func addressesHere() []netip.Addr {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil // names are left
	}
	var list []netip.Addr
	for _, a := range all {
		n, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		if address, ok := netip.AddrFromSlice(n.IP); ok && address.Unmap().IsGlobalUnicast() {
			list = append(list, address.Unmap())
		}
	}
	return list
}
