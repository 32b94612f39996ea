package auth_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"madang/auth"
)

func TestFingerprint(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{}, public, private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%x", sha256.Sum256(der))
	if got := auth.Fingerprint(certificate); got != want || len(got) != auth.FingerprintChars {
		t.Errorf("%s, want %s", got, want)
	}
	colons := strings.TrimSuffix(regexp.MustCompile("..").ReplaceAllString(want, "$0:"), ":")
	for _, text := range []string{want, strings.ToUpper(want), colons, strings.ToUpper(colons)} {
		if got, err := auth.ParseFingerprint(text); got != want || err != nil {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", want[:62], want + "00", want[:63] + "g", " " + want[1:], colons[:94], colons + ":", strings.Replace(colons, ":", "", 1), strings.ReplaceAll(colons, ":", " "), "a" + strings.Repeat(":", 94)} {
		if got, err := auth.ParseFingerprint(text); got != "" || !errors.Is(err, auth.ErrFingerprint) {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
}
