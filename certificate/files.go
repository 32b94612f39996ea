package certificate

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// files are a certificate and its key that the operator keeps fresh.
type files struct {
	certificateFile, keyFile string
	now                      func() time.Time
	logger                   *slog.Logger

	current atomic.Pointer[tls.Certificate] // with its Leaf
}

func openFiles(config Config) (*files, error) {
	f := &files{
		certificateFile: config.CertificateFile, keyFile: config.KeyFile,
		now: config.Now, logger: config.Logger,
	}
	pair, err := f.read()
	if err != nil {
		return nil, err
	}
	if end := pair.Leaf.NotAfter; f.now().After(end) {
		f.logger.Warn("the certificate is out of date: clients will refuse it", "file", f.certificateFile, "since", end)
	}
	f.current.Store(pair)
	return f, nil
}

func (f *files) read() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(f.certificateFile, f.keyFile)
	if err != nil {
		return nil, fmt.Errorf("use the certificate %s with the key %s: %w", f.certificateFile, f.keyFile, err)
	}
	return &pair, nil
}

func (f *files) reload() error {
	pair, err := f.read()
	if err != nil {
		return err
	}
	if end := pair.Leaf.NotAfter; f.now().After(end) {
		return fmt.Errorf("use the certificate %s: it was valid until %s only", f.certificateFile, end.Format(time.DateOnly))
	}
	f.current.Store(pair)
	f.logger.Info("certificate read", "file", f.certificateFile, "until", pair.Leaf.NotAfter)
	return nil
}

// owns says yes to the names in the certificate; one without names is for any.
func (f *files) owns(name string) bool {
	leaf := f.current.Load().Leaf
	return len(leaf.DNSNames) == 0 || leaf.VerifyHostname(name) == nil
}

func (f *files) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return f.current.Load(), nil
}

func (f *files) close() {}
