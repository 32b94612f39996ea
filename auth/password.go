package auth

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
)

// PasswordBytesMax bounds what is hashed. Hash and Verify take bytes as typed; a Verifier
// is made of what Normalize returns.
const PasswordBytesMax = 1024

// The errors of this file. Their texts name no password and no hash.
var (
	// ErrMismatch: the password is not the one that was hashed.
	ErrMismatch = errors.New("wrong password")
	// ErrMalformed: the text is not an argon2id hash in PHC format.
	ErrMalformed = errors.New("not an argon2id hash; it looks like $argon2id$v=19$m=19456,t=2,p=1$salt$key")
	// ErrCost: working the hash out would take more than this package allows, or
	// protect less than argon2 can.
	ErrCost = errors.New("the cost of the hash is out of bounds")
	// ErrPassword: empty, or longer than PasswordBytesMax.
	ErrPassword = errors.New("a password has 1 to 1024 bytes")
)

// Params are the costs of argon2id (RFC 9106 3.1) and of SCRAM-SHA-256 (RFC 7677 4).
type Params struct {
	MemoryKiB  uint32 // 8*Threads to MemoryKiBMax
	Passes     uint32 // 1 to PassesMax
	Threads    uint8  // 1 to ThreadsMax
	Iterations uint32 // IterationsMin to IterationsMax, for a Verifier only; 0 counts as IterationsDefault
}

// Bounds of Params: whoever can place a hash must not be able to place a burden. At
// most they cost about a second.
const (
	MemoryKiBMax = 128 * 1024
	PassesMax    = 10
	ThreadsMax   = 16
	// workKiBMax bounds MemoryKiB times Passes.
	workKiBMax = 384 * 1024
)

// DefaultParams takes 19 MiB and, on one core, some tens of milliseconds.
func DefaultParams() Params {
	return Params{MemoryKiB: 19 * 1024, Passes: 2, Threads: 1, Iterations: IterationsDefault}
}

// Validate returns nil or an error that wraps ErrCost.
func (p Params) Validate() error {
	switch {
	case p.Threads < 1 || p.Threads > ThreadsMax:
		return fmt.Errorf("%w: threads must be 1 to %d", ErrCost, ThreadsMax)
	case p.Passes < 1 || p.Passes > PassesMax:
		return fmt.Errorf("%w: passes must be 1 to %d", ErrCost, PassesMax)
	case p.MemoryKiB < 8*uint32(p.Threads) || p.MemoryKiB > MemoryKiBMax:
		return fmt.Errorf("%w: memory must be 8 KiB a thread to %d KiB", ErrCost, MemoryKiBMax)
	case p.MemoryKiB*p.Passes > workKiBMax:
		return fmt.Errorf("%w: memory times passes must be at most %d KiB", ErrCost, workKiBMax)
	case p.iterations() < IterationsMin || p.iterations() > IterationsMax:
		return fmt.Errorf("%w: iterations must be %d to %d", ErrCost, IterationsMin, IterationsMax)
	}
	return nil
}

func (p Params) iterations() int {
	if p.Iterations == 0 {
		return IterationsDefault
	}
	return int(p.Iterations)
}

// Hash returns the argon2id hash of password in PHC format, with a salt from random. It
// takes the time and the memory of params; servers call it through a Hasher. Errors are
// ErrPassword, ErrCost, and those of random.
func Hash(random io.Reader, password string, params Params) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	if err := params.Validate(); err != nil {
		return "", err
	}
	h := hash{params: params, salt: make([]byte, saltBytes)}
	if _, err := io.ReadFull(random, h.salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	h.key = h.derive(password, keyBytes)
	return h.String(), nil
}

// Verify returns nil if password is the one hashed in phc. Errors are ErrMismatch,
// ErrMalformed, ErrCost and ErrPassword; all but the first come before any work. It
// compares in constant time and takes the time and the memory that phc asks for.
func Verify(phc, password string) error {
	return verify(phc, password, hash.derive)
}

// A derivation works out the key of hash; there is one, and tests count its calls.
type derivation func(h hash, password string, keyBytes uint32) []byte

func verify(phc, password string, derive derivation) error {
	h, err := parseHash(phc)
	if err != nil {
		return err
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(h.key, derive(h, password, uint32(len(h.key)))) != 1 {
		return ErrMismatch
	}
	return nil
}

// Cost returns what phc asks for, without working it out; Iterations is 0. Errors are ErrMalformed and
// ErrCost. Use it to check a configured hash, or to find one to be renewed.
func Cost(phc string) (Params, error) {
	h, err := parseHash(phc)
	return h.params, err
}

func checkPassword(password string) error {
	if password == "" || len(password) > PasswordBytesMax {
		return ErrPassword
	}
	return nil
}

func (h hash) derive(password string, keyBytes uint32) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.params.Passes, h.params.MemoryKiB, h.params.Threads, keyBytes)
}
