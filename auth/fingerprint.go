package auth

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"strings"
)

// FingerprintChars is the length of a fingerprint.
const FingerprintChars = 2 * sha256.Size

// ErrFingerprint means a text that is not a fingerprint.
var ErrFingerprint = errors.New("a certificate's fingerprint is its SHA-256: 64 hexadecimal digits, with colons between the bytes or without")

// Fingerprint names a certificate: SHA-256 of the whole of it, 64 digits of 0-9 and a-f.
// A client that holds the key of a certificate is known by it; who issued it, and until
// when it is valid, does not matter.
func Fingerprint(certificate *x509.Certificate) string {
	sum := sha256.Sum256(certificate.Raw)
	return hex.EncodeToString(sum[:])
}

// ParseFingerprint returns text as Fingerprint writes it. Upper case and, between all
// bytes, colons are accepted, as openssl prints them. The error is ErrFingerprint.
func ParseFingerprint(text string) (string, error) {
	if len(text) == FingerprintChars+sha256.Size-1 {
		for i := 2; i < len(text); i += 3 {
			if text[i] != ':' {
				return "", ErrFingerprint
			}
		}
		text = strings.ReplaceAll(text, ":", "")
	}
	sum, err := hex.DecodeString(text)
	if err != nil || len(sum) != sha256.Size {
		return "", ErrFingerprint
	}
	return hex.EncodeToString(sum), nil
}
