package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
)

const (
	tokenBytes = 24
	// TokenChars is the length of a token.
	TokenChars = 32
)

// NewToken draws a token of 192 random bits: 32 characters of A-Z, a-z, 0-9, - and _.
// The token goes to its owner and nowhere else; the digest is what is kept. random must
// be crypto/rand.Reader or as good.
func NewToken(random io.Reader) (token string, digest [sha256.Size]byte, err error) {
	var raw [tokenBytes]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", digest, fmt.Errorf("draw a token: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(raw[:])
	return token, TokenDigest(token), nil
}

// TokenDigest is SHA-256 of the token's characters. A plain hash is enough because the
// token cannot be guessed. A lookup by digest is safe too: its timing tells only of
// digests, which nobody can aim at.
func TokenDigest(token string) [sha256.Size]byte {
	return sha256.Sum256([]byte(token))
}

// CheckToken reports in constant time whether token has this digest.
func CheckToken(token string, digest [sha256.Size]byte) bool {
	given := TokenDigest(token)
	return subtle.ConstantTimeCompare(given[:], digest[:]) == 1
}
