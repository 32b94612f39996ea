package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// The self-signed certificate's files in the data folder.
const (
	certificateFile = "certificate.pem"
	keyFile         = "certificate-key.pem"
)

// certificateYears is how long a self-signed certificate is valid.
const certificateYears = 10

// certificate gives the self-signed certificate of a data folder, making it at first
// start. With an empty folder it is made anew and kept nowhere.
func certificate(folder, name string, now time.Time) (*tls.Config, error) {
	if folder == "" {
		certificatePEM, keyPEM, err := makeCertificate(name, now)
		if err != nil {
			return nil, err
		}
		return tlsConfig(certificatePEM, keyPEM)
	}
	certificatePath, keyPath := filepath.Join(folder, certificateFile), filepath.Join(folder, keyFile)
	certificatePEM, err := os.ReadFile(certificatePath)
	keyPEM, err2 := os.ReadFile(keyPath)
	if err = errors.Join(err, err2); err == nil {
		return tlsConfig(certificatePEM, keyPEM)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	if certificatePEM, keyPEM, err = makeCertificate(name, now); err != nil {
		return nil, err
	}
	if err := os.WriteFile(keyPath, keyPEM, 0o600); err != nil {
		return nil, fmt.Errorf("keep the certificate's key: %w", err)
	}
	if err := os.WriteFile(certificatePath, certificatePEM, 0o644); err != nil {
		return nil, fmt.Errorf("keep the certificate: %w", err)
	}
	return tlsConfig(certificatePEM, keyPEM)
}

func tlsConfig(certificatePEM, keyPEM []byte) (*tls.Config, error) {
	pair, err := tls.X509KeyPair(certificatePEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("use the certificate: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

func makeCertificate(name string, now time.Time) (certificatePEM, keyPEM []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, fmt.Errorf("draw a serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		DNSNames:     []string{name, "localhost"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(certificateYears, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, nil, fmt.Errorf("sign the certificate: %w", err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("write the key: %w", err)
	}
	certificatePEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	return certificatePEM, keyPEM, nil
}
