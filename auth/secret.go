// Package auth keeps credentials: secrets that do not print, password hashes and
// verifiers, keys, cloaked addresses, codes, tokens, certificates' fingerprints, the
// server's side of SASL, and the throttle of guessing. It promises that nothing it hands
// out for showing lets a password or an address be read back without the key, that
// every comparison takes the same time wherever the difference lies, and that a name
// that exists costs the work of one that does not. Randomness and time come in as
// values; it refuses to know who exists, which protocol carries the messages, and where
// credentials are stored.
package auth

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

const masked = "***"

// ErrMasked means that the mask of a secret was given where the secret belongs, as when
// a printed configuration is used as one.
var ErrMasked = errors.New("*** stands for a secret; write the secret itself")

// A Secret is a text that no printing shows: fmt with any verb, slog, JSON, and TOML or
// any other encoder of text write ***. It is read by decoders as plain text. The zero
// Secret is empty. Compare with Equal; == compares identity.
type Secret struct {
	// A pointer, because fmt reads an unexported field of somebody's struct without
	// asking any method; it then shows an address. To a string, because through a
	// pointer to an array, slice, struct or map fmt does look.
	text *string
}

// NewSecret hides text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the text. Never pass the result to a log, an error or a format.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports an empty secret. Encoders ask it for omitzero.
func (s Secret) IsZero() bool {
	return s.text == nil
}

// Equal compares in a time that depends on the lengths only. An empty secret equals
// nothing, so that one left unset opens nothing.
func (s Secret) Equal(text string) bool {
	return s.text != nil && subtle.ConstantTimeCompare([]byte(*s.text), []byte(text)) == 1
}

// String returns ***.
func (s Secret) String() string { return masked }

// GoString returns ***.
func (s Secret) GoString() string { return masked }

// Format writes *** for every verb.
func (s Secret) Format(f fmt.State, _ rune) { mask(f) }

// LogValue returns ***.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns ***.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// UnmarshalText takes the secret itself; *** is ErrMasked.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == masked {
		return ErrMasked
	}
	*s = NewSecret(string(text))
	return nil
}

func mask(w io.Writer) {
	// A failing writer is the caller's to notice; fmt.Formatter has no error.
	_, _ = io.WriteString(w, masked)
}
