package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3"
)

// acmeFolder is where ACME keeps accounts, keys and certificates.
const acmeFolder = "acme"

// acme has certificates of its domains fetched and renewed.
type acme struct {
	domains   []string // in small letters
	magic     *certmagic.Config
	cache     *certmagic.Cache
	challenge *tls.Config // for those who check a challenge
	stop      context.CancelFunc
	running   sync.WaitGroup // one goroutine for each domain until it has a certificate
}

func openACME(ctx context.Context, config Config) (*acme, error) {
	if config.Folder == "" {
		return nil, errors.New("certificates by ACME need a folder to be kept in: without one, each start would ask for new ones")
	}
	roots, err := rootsOf(config.ACME.RootFile)
	if err != nil {
		return nil, err
	}
	a := &acme{}
	for _, domain := range config.ACME.Domains {
		a.domains = append(a.domains, strings.ToLower(domain))
	}
	logger := bridge(config.Logger)
	a.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return a.magic, nil },
		Logger:           logger,
	})
	a.magic = certmagic.New(a.cache, certmagic.Config{
		Storage:           &storage{Storage: &certmagic.FileStorage{Path: filepath.Join(config.Folder, acmeFolder)}},
		DefaultServerName: a.domains[0],
		OCSP:              certmagic.OCSPConfig{DisableStapling: true}, // it would call whom the certificate names
		OnEvent: func(_ context.Context, event string, facts map[string]any) error {
			if event == "cert_obtained" {
				config.Logger.Info("certificate obtained", "domain", facts["identifier"], "renewal", facts["renewal"])
			}
			return nil
		},
		Logger: logger,
	})
	asks := certmagic.NewACMEIssuer(a.magic, certmagic.ACMEIssuer{
		CA: config.ACME.Directory, Email: config.ACME.Email, Agreed: true, TrustedRoots: roots,
		AltHTTPPort: config.ACME.HTTPPort, AltTLSALPNPort: config.ACME.TLSPort, Logger: logger,
	})
	a.magic.Issuers = []certmagic.Issuer{asks}
	if config.ACME.Email == "" {
		a.magic.Issuers[0] = nameless{asks}
	}
	a.challenge = &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{acmez.ACMETLS1Protocol},
		SessionTicketsDisabled: true, GetCertificate: a.proof,
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	for _, domain := range a.domains {
		a.running.Go(func() {
			if err := a.manage(background, domain); err != nil && background.Err() == nil {
				config.Logger.Error("no certificate", "domain", domain, "error", err)
			}
		})
	}
	return a, nil
}

// rootsOf reads who vouches for the directory; nil: the system knows.
func rootsOf(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read who vouches for the ACME directory: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("read who vouches for the ACME directory: no certificate in %s", file)
	}
	return roots, nil
}

// manage has the domain's certificate in the cache, whose own maintenance renews it
// from then on. It tries for about a month.
func (a *acme) manage(ctx context.Context, domain string) error {
	certificate, err := a.magic.CacheManagedCertificate(ctx, domain)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := a.magic.ObtainCertAsync(ctx, domain); err != nil {
			return fmt.Errorf("obtain it: %w", err)
		}
		_, err = a.magic.CacheManagedCertificate(ctx, domain)
	case err == nil && certificate.NeedsRenewal(a.magic):
		if err := a.magic.RenewCertAsync(ctx, domain, false); err != nil {
			return fmt.Errorf("renew it: %w", err)
		}
		_, err = a.magic.CacheManagedCertificate(ctx, domain)
	}
	if err != nil {
		return fmt.Errorf("load it: %w", err)
	}
	return nil
}

func (a *acme) owns(name string) bool { return slices.Contains(a.domains, strings.ToLower(name)) }

func (a *acme) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return a.magic.GetCertificate(hello)
}

// proof is the certificate of the challenge that goes on for the name, or none.
func (a *acme) proof(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if _, ok := certmagic.GetACMEChallenge(strings.ToLower(hello.ServerName)); !ok || !a.owns(hello.ServerName) {
		return nil, nil
	}
	return a.magic.GetCertificate(hello)
}

// reload does nothing: domains change at the next start only.
func (a *acme) reload() error { return nil }

func (a *acme) close() {
	a.stop()
	a.running.Wait()
	a.cache.Stop()
}

// nameless asks without an e-mail address. certmagic would look for one, and take the
// name of the folder of an account that another domain is about to make, and wait a
// minute after that was refused.
type nameless struct{ *certmagic.ACMEIssuer }

// PreCheck has nothing to find out.
func (nameless) PreCheck(context.Context, []string, bool) error { return nil }

// storage is a folder that one process uses: its locks are in memory, so that a crash
// leaves none behind.
type storage struct {
	certmagic.Storage
	locks sync.Map // a channel with room for its holder, by name; there are few
}

// Lock waits until nobody holds the name.
func (s *storage) Lock(ctx context.Context, name string) error {
	place, _ := s.locks.LoadOrStore(name, make(chan struct{}, 1))
	select {
	case place.(chan struct{}) <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Unlock lets the next one in.
func (s *storage) Unlock(_ context.Context, name string) error {
	place, ok := s.locks.Load(name)
	if !ok {
		return fmt.Errorf("unlock %s: nobody holds it", name)
	}
	<-place.(chan struct{})
	return nil
}
