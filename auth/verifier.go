package auth

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
)

// Bounds of Params.Iterations and SCRAMVerifier.Iterations. RFC 7677 4 asks for 4096 at
// least; the most costs the client, who pays them at every sign-in, about a second on a
// phone.
const (
	IterationsMin     = 4096
	IterationsDefault = 10_000
	IterationsMax     = 600_000
)

const (
	scramPrefix      = "SCRAM-SHA-256$"
	verifierBytesMax = phcBytesMax + 256
)

// ErrVerifier means a text that Verifier.Reveal did not write.
var ErrVerifier = errors.New("not a password verifier; it looks like SCRAM-SHA-256$10000:salt$key:key $argon2id$…")

// A Verifier is what is kept of a password. Both halves are of the same password, in the
// form that Normalize gives it. The zero Verifier matches nothing.
//
// Whoever steals it can try passwords against the cheaper half, SCRAM's; that is the
// price of a mechanism in which the server never sees the password. It prints as ***,
// but fmt reads the unexported fields of somebody's struct without asking: keep it there
// as the Secret of its Reveal.
type Verifier struct {
	Argon string // argon2id in PHC format; empty in the zero Verifier
	SCRAM SCRAMVerifier
}

// Half is one of the two halves of a Verifier.
type Half uint8

// The halves. That of argon2id costs tens of milliseconds, that of SCRAM a few. Which of
// them is looked at must not depend on whose password it is: the time would tell.
const (
	ArgonHalf Half = iota
	SCRAMHalf
)

// A SCRAMVerifier is what SCRAM-SHA-256 keeps of a password (RFC 5802 3, RFC 7677). It
// is treated as read-only.
type SCRAMVerifier struct {
	Salt       []byte // 8 to 64 bytes
	Iterations int    // IterationsMin to IterationsMax
	StoredKey  []byte // 32 bytes
	ServerKey  []byte // 32 bytes
}

// newVerifier takes a normal password and params that are valid.
func newVerifier(random io.Reader, normal string, params Params) (Verifier, error) {
	argon, err := Hash(random, normal, params)
	if err != nil {
		return Verifier{}, err
	}
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(random, salt); err != nil {
		return Verifier{}, fmt.Errorf("draw a salt: %w", err)
	}
	scram, err := newSCRAMVerifier(normal, salt, params.iterations())
	return Verifier{Argon: argon, SCRAM: scram}, err
}

// newSCRAMVerifier works out the keys of RFC 5802 3.
func newSCRAMVerifier(normal string, salt []byte, iterations int) (SCRAMVerifier, error) {
	salted, err := pbkdf2.Key(sha256.New, normal, salt, iterations, sha256.Size)
	if err != nil {
		return SCRAMVerifier{}, fmt.Errorf("derive a SCRAM key: %w", err)
	}
	stored := sha256.Sum256(hmacSHA256(salted, "Client Key"))
	return SCRAMVerifier{
		Salt:       salt,
		Iterations: iterations,
		StoredKey:  stored[:],
		ServerKey:  hmacSHA256(salted, "Server Key"),
	}, nil
}

func hmacSHA256(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}

// ParseVerifier reads what Reveal wrote, in exactly that spelling. Errors are
// ErrVerifier, and ErrMalformed or ErrCost for the half of argon2id.
func ParseVerifier(text string) (Verifier, error) {
	if len(text) > verifierBytesMax {
		return Verifier{}, ErrVerifier
	}
	half, argon, _ := strings.Cut(text, " ")
	v := Verifier{Argon: argon}
	var ok bool
	if v.SCRAM, ok = parseSCRAMVerifier(half); !ok || v.Reveal() != text {
		return Verifier{}, ErrVerifier
	}
	if _, err := Cost(argon); err != nil {
		return Verifier{}, err
	}
	return v, nil
}

func parseSCRAMVerifier(text string) (v SCRAMVerifier, ok bool) {
	fields := strings.Split(strings.TrimPrefix(text, scramPrefix), "$")
	if len(fields) != 2 {
		return SCRAMVerifier{}, false
	}
	iterations, salt, _ := strings.Cut(fields[0], ":")
	stored, server, _ := strings.Cut(fields[1], ":")
	n, err := strconv.ParseUint(iterations, 10, 31)
	v.Iterations = int(n)
	var decoded [3]error
	v.Salt, decoded[0] = base64.StdEncoding.DecodeString(salt)
	v.StoredKey, decoded[1] = base64.StdEncoding.DecodeString(stored)
	v.ServerKey, decoded[2] = base64.StdEncoding.DecodeString(server)
	if err := errors.Join(append(decoded[:], err)...); err != nil || !v.valid() {
		return SCRAMVerifier{}, false
	}
	return v, true
}

func (s SCRAMVerifier) valid() bool {
	return len(s.Salt) >= saltBytesMin && len(s.Salt) <= saltBytesMax &&
		s.Iterations >= IterationsMin && s.Iterations <= IterationsMax &&
		len(s.StoredKey) == sha256.Size && len(s.ServerKey) == sha256.Size
}

// Reveal returns the verifier as one line of ASCII, at most 512 bytes, to be stored where
// nobody else reads: the scheme of RFC 5803, a space, and the argon2id hash. The zero
// Verifier is the empty text, which ParseVerifier refuses.
func (v Verifier) Reveal() string {
	if v.IsZero() {
		return ""
	}
	b64 := base64.StdEncoding
	return fmt.Sprintf("%s%d:%s$%s:%s %s", scramPrefix, v.SCRAM.Iterations, b64.EncodeToString(v.SCRAM.Salt),
		b64.EncodeToString(v.SCRAM.StoredKey), b64.EncodeToString(v.SCRAM.ServerKey), v.Argon)
}

// IsZero reports a Verifier of no password.
func (v Verifier) IsZero() bool { return v.Argon == "" }

// String returns ***.
func (v Verifier) String() string { return masked }

// GoString returns ***.
func (v Verifier) GoString() string { return masked }

// Format writes *** for every verb.
func (v Verifier) Format(f fmt.State, _ rune) { mask(f) }

// LogValue returns ***.
func (v Verifier) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns ***.
func (v Verifier) MarshalText() ([]byte, error) { return []byte(masked), nil }

// String returns ***.
func (s SCRAMVerifier) String() string { return masked }

// GoString returns ***.
func (s SCRAMVerifier) GoString() string { return masked }

// Format writes *** for every verb.
func (s SCRAMVerifier) Format(f fmt.State, _ rune) { mask(f) }

// LogValue returns ***.
func (s SCRAMVerifier) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns ***.
func (s SCRAMVerifier) MarshalText() ([]byte, error) { return []byte(masked), nil }
