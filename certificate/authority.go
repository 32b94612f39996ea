package certificate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// The authority's files in its folder. The server's file holds key and chain together,
// so that they are replaced together.
const (
	authorityFile    = "authority.pem"
	authorityKeyFile = "authority-key.pem"
	serverFile       = "server.pem"
)

const (
	authorityYears = 20
	// The server's certificate is renewed when a third of its life is left. Some systems
	// accept no longer lives than 825 days, even of authorities that people install.
	serverLife = 365 * 24 * time.Hour
	renewAfter = serverLife / 3 * 2
	// addressesMax bounds the addresses in a certificate.
	addressesMax = 64
)

// authority vouches for this server alone. Its certificates are renewed at a handshake:
// nothing goes on in the background.
type authority struct {
	// Fixed after construction.
	folder    string // "": nothing is kept
	name      string
	now       func() time.Time
	addresses func() []netip.Addr
	logger    *slog.Logger
	root      *x509.Certificate
	key       crypto.Signer

	mu     sync.Mutex // guards what follows; held while signing, under a millisecond, and keeping
	server *tls.Certificate
}

func openAuthority(config Config) (*authority, error) {
	a := &authority{
		folder: config.Folder, name: config.Name, now: config.Now,
		addresses: config.Addresses, logger: config.Logger,
	}
	if a.folder != "" {
		if err := os.MkdirAll(a.folder, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of certificates: %w", err)
		}
	}
	if err := a.found(); err != nil {
		return nil, err
	}
	a.server = a.kept()
	return a, a.reload()
}

// found reads the authority, or makes it at first start and when its time is nearly over.
func (a *authority) found() error {
	if a.folder == "" {
		return a.make()
	}
	certificatePath, keyPath := a.file(), filepath.Join(a.folder, authorityKeyFile)
	if _, err := os.Stat(certificatePath); errors.Is(err, fs.ErrNotExist) {
		return a.make()
	}
	pair, err := tls.LoadX509KeyPair(certificatePath, keyPath)
	if err != nil {
		return fmt.Errorf("use the local authority %s with its key %s (remove both to have a new one): %w", certificatePath, keyPath, err)
	}
	signer, ok := pair.PrivateKey.(crypto.Signer)
	if !ok || !pair.Leaf.IsCA {
		return fmt.Errorf("use the local authority %s: it is no authority (remove it to have a new one)", certificatePath)
	}
	if a.now().Add(serverLife).After(pair.Leaf.NotAfter) {
		a.logger.Warn("the local authority's time is nearly over: there is a new one, to be installed anew")
		return a.make()
	}
	a.root, a.key = pair.Leaf, signer
	return nil
}

// make makes the authority anew.
func (a *authority) make() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make the local authority's key: %w", err)
	}
	now := a.now()
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: "Local authority of " + a.name},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.AddDate(authorityYears, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return fmt.Errorf("sign the local authority: %w", err)
	}
	if a.root, err = x509.ParseCertificate(der); err != nil {
		return fmt.Errorf("read the local authority back: %w", err)
	}
	a.key = key
	if a.folder == "" {
		return nil
	}
	keyPEM, err := keyText(key)
	if err != nil {
		return err
	}
	// The key comes first: a certificate without one would stop every later start.
	if err := keep(filepath.Join(a.folder, authorityKeyFile), keyPEM, 0o600); err != nil {
		return err
	}
	return keep(a.file(), certificateText(der), 0o644)
}

// kept is the server's certificate of an earlier start; nil if it cannot be used on.
func (a *authority) kept() *tls.Certificate {
	if a.folder == "" {
		return nil
	}
	path := filepath.Join(a.folder, serverFile)
	pair, err := tls.LoadX509KeyPair(path, path)
	if err != nil || pair.Leaf.CheckSignatureFrom(a.root) != nil {
		return nil
	}
	return &pair
}

// reload vouches for addresses that are new here.
func (a *authority) reload() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.server != nil && !a.dueLocked() && a.coversLocked() {
		return nil
	}
	return a.renewLocked()
}

// dueLocked says whether the certificate is to be renewed.
func (a *authority) dueLocked() bool {
	leaf, now := a.server.Leaf, a.now()
	return now.After(leaf.NotBefore.Add(renewAfter)) || now.After(leaf.NotAfter) || now.Before(leaf.NotBefore)
}

// coversLocked says whether the certificate has every name that it should have.
func (a *authority) coversLocked() bool {
	leaf := a.server.Leaf
	for _, name := range a.names() {
		if !slices.Contains(leaf.DNSNames, name) {
			return false
		}
	}
	return !slices.ContainsFunc(a.reachable(), func(address net.IP) bool {
		return !slices.ContainsFunc(leaf.IPAddresses, address.Equal)
	})
}

func (a *authority) names() []string { return []string{a.name, "localhost"} }

// reachable are the addresses at which this server may be asked for.
func (a *authority) reachable() []net.IP {
	list := []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	for _, address := range a.addresses() {
		if len(list) < addressesMax {
			list = append(list, address.AsSlice())
		}
	}
	return list
}

// renewLocked makes a certificate for the server, and keeps it.
func (a *authority) renewLocked() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make the server's key: %w", err)
	}
	now := a.now()
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: a.name},
		DNSNames:     a.names(),
		IPAddresses:  a.reachable(),
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(serverLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.root, &key.PublicKey, a.key)
	if err != nil {
		return fmt.Errorf("sign the server's certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("read the server's certificate back: %w", err)
	}
	// The authority goes along, so that people can fetch it and compare fingerprints.
	a.server = &tls.Certificate{Certificate: [][]byte{der, a.root.Raw}, PrivateKey: key, Leaf: leaf}
	if a.folder == "" {
		return nil
	}
	text, err := keyText(key)
	if err != nil {
		return err
	}
	text = append(append(text, certificateText(der)...), certificateText(a.root.Raw)...)
	return keep(filepath.Join(a.folder, serverFile), text, 0o600)
}

// owns says yes: people reach a server on a local network by whatever name.
func (a *authority) owns(string) bool { return true }

func (a *authority) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.dueLocked() {
		if err := a.renewLocked(); err != nil {
			a.logger.Error("server certificate not renewed", "error", err)
		}
	}
	return a.server, nil
}

func (a *authority) close() {}

func (a *authority) file() string {
	if a.folder == "" {
		return ""
	}
	return filepath.Join(a.folder, authorityFile)
}

func (a *authority) fingerprint() string {
	sum := sha256.Sum256(a.root.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

// serial is a random serial number of 120 bits.
func serial() *big.Int {
	var b [15]byte
	rand.Read(b[:])
	return new(big.Int).SetBytes(b[:])
}

func certificateText(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func keyText(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// keep writes a file that is there in full or not at all.
func keep(path string, text []byte, mode fs.FileMode) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("keep %s: %w", path, err)
	}
	defer os.Remove(file.Name()) // gone by then, if all went well
	_, err = file.Write(text)
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", path, err)
	}
	return nil
}
