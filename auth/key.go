package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// KeyBytes is the length of a Key.
const KeyBytes = 32

// ErrKey means a text that is not a key.
var ErrKey = errors.New("a key is 64 hexadecimal digits, not all zero")

// A Key makes cloaks and join codes. It prints as ***, like a Secret. Whoever knows it
// can find the address behind a cloak by trying; a server with another key shows other
// cloaks, so that bans by cloak no longer match. The zero Key is not usable.
type Key struct {
	raw Secret // KeyBytes bytes, or empty
}

// NewKey draws a key from random, which must be crypto/rand.Reader or as good.
func NewKey(random io.Reader) (Key, error) {
	var k [KeyBytes]byte
	if _, err := io.ReadFull(random, k[:]); err != nil {
		return Key{}, fmt.Errorf("draw a key: %w", err)
	}
	return Key{raw: NewSecret(string(k[:]))}, nil
}

// ParseKey reads what Reveal returned. The error is ErrKey.
func ParseKey(text string) (Key, error) {
	var k [KeyBytes]byte
	if len(text) != hex.EncodedLen(KeyBytes) {
		return Key{}, ErrKey
	}
	if _, err := hex.Decode(k[:], []byte(text)); err != nil || k == [KeyBytes]byte{} {
		return Key{}, ErrKey
	}
	return Key{raw: NewSecret(string(k[:]))}, nil
}

// Reveal returns the key as 64 hexadecimal digits, to be stored where nobody else reads.
func (k Key) Reveal() string {
	return hex.EncodeToString([]byte(k.raw.Reveal()))
}

// IsZero reports a key that was never drawn or parsed.
func (k Key) IsZero() bool { return k.raw.IsZero() }

// String returns ***.
func (k Key) String() string { return masked }

// GoString returns ***.
func (k Key) GoString() string { return masked }

// Format writes *** for every verb.
func (k Key) Format(f fmt.State, _ rune) { mask(f) }

// LogValue returns ***.
func (k Key) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns ***.
func (k Key) MarshalText() ([]byte, error) { return []byte(masked), nil }

// sum is HMAC-SHA256 of purpose, a NUL and the parts, which must have lengths fixed by
// the purpose. A zero key is a programmer's error and panics: its sums would be public.
func (k Key) sum(purpose string, parts ...[]byte) [sha256.Size]byte {
	if k.IsZero() {
		panic("auth: use of a zero Key")
	}
	h := hmac.New(sha256.New, []byte(k.raw.Reveal()))
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	for _, part := range parts {
		h.Write(part)
	}
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	return sum
}
