package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
)

// A Hasher works out one hash at a time, so that logins cost one core and one lot of
// memory however many arrive. It is safe for concurrent use.
type Hasher struct {
	// Fixed after construction.
	random io.Reader // read only by the holder of the turn
	params Params
	derive derivation
	turn   chan struct{} // holds one value while somebody works
}

// NewHasher makes new hashes with salts from random and with params. The error wraps
// ErrCost.
func NewHasher(random io.Reader, params Params) (*Hasher, error) {
	if err := params.Validate(); err != nil {
		return nil, fmt.Errorf("make a hasher: %w", err)
	}
	return &Hasher{random: random, params: params, derive: hash.derive, turn: make(chan struct{}, 1)}, nil
}

// Hash is Hash in its turn. If ctx ends while it waits, nothing was worked out and the
// error is the context's; work once begun is finished.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.take(ctx); err != nil {
		return "", err
	}
	defer h.give()
	return Hash(h.random, password, h.params)
}

// Verify is Verify in its turn, and waits like Hash.
func (h *Hasher) Verify(ctx context.Context, phc, password string) error {
	if err := h.take(ctx); err != nil {
		return err
	}
	defer h.give()
	return verify(phc, password, h.derive)
}

// NewVerifier makes what is kept of password, both halves in one turn, and waits like
// Hash. Errors are ErrPassword, ErrProfile, those of the randomness and the context's.
func (h *Hasher) NewVerifier(ctx context.Context, password string) (v Verifier, err error) {
	err = h.inTurn(ctx, password, func(normal string) (err error) {
		v, err = newVerifier(h.random, normal, h.params)
		return err
	})
	return v, err
}

// VerifyPassword returns nil if v was made of password, of which it looks at one half,
// and waits like Hash. With the zero Verifier, of an unknown name or an account without
// a password, it fails after the same work as with a wrong password. Errors are
// ErrMismatch, ErrPassword, ErrProfile, the context's, and of a damaged v ErrMalformed
// and ErrCost.
func (h *Hasher) VerifyPassword(ctx context.Context, v Verifier, half Half, password string) error {
	return h.inTurn(ctx, password, func(normal string) error { return h.checkHalf(v, half, normal) })
}

// Guess is VerifyPassword for somebody at from. The throttle is asked, and told of
// ErrMismatch, inside the turn: however many guesses waited together, no more than the
// throttle allows are tried. A refusal is a *ThrottledError and costs no work. Ask the
// throttle before as well, so that what it refuses does not queue up here.
func (h *Hasher) Guess(ctx context.Context, from Source, v Verifier, half Half, password string) error {
	return h.inTurn(ctx, password, func(normal string) error {
		if wait, ok := from.Throttle.Allow(from.Address, from.Now()); !ok {
			return &ThrottledError{Wait: wait}
		}
		err := h.checkHalf(v, half, normal)
		if errors.Is(err, ErrMismatch) {
			from.Throttle.Failed(from.Address, from.Now())
		}
		return err
	})
}

// inTurn does work with a password in its normal form.
func (h *Hasher) inTurn(ctx context.Context, password string, work func(normal string) error) error {
	normal, err := Normalize(password)
	if err != nil {
		return err
	}
	if err := h.take(ctx); err != nil {
		return err
	}
	defer h.give()
	return work(normal)
}

// Refuse takes as long as Verify of a hash made here and always fails. Call it for a
// name that does not exist, so that the time of the answer does not tell. The error is
// ErrMismatch, ErrPassword, or the context's.
func (h *Hasher) Refuse(ctx context.Context, password string) error {
	if err := h.take(ctx); err != nil {
		return err
	}
	defer h.give()
	return h.check("", password)
}

// checkHalf looks at one half of v. The caller has the turn.
func (h *Hasher) checkHalf(v Verifier, half Half, normal string) error {
	if half == SCRAMHalf {
		return h.checkSCRAM(v.SCRAM, normal)
	}
	return h.check(v.Argon, normal)
}

// checkSCRAM works out the key of RFC 5802 3, with nobody's for the zero verifier.
func (h *Hasher) checkSCRAM(v SCRAMVerifier, normal string) error {
	if v.Iterations == 0 {
		v = SCRAMVerifier{Salt: make([]byte, saltBytes), Iterations: h.params.iterations()}
	}
	made, err := newSCRAMVerifier(normal, v.Salt, v.Iterations)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(made.StoredKey, v.StoredKey) != 1 {
		return ErrMismatch
	}
	return nil
}

// check is verify, with nobody's hash for an empty phc. The caller has the turn.
func (h *Hasher) check(phc, password string) error {
	if phc != "" {
		return verify(phc, password, h.derive)
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	nobody := hash{params: h.params, salt: make([]byte, saltBytes)}
	h.derive(nobody, password, keyBytes)
	return ErrMismatch
}

// take asks ctx first: with both ready, select would choose at random.
func (h *Hasher) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("wait to hash a password: %w", err)
	}
	select {
	case h.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}

func (h *Hasher) give() { <-h.turn }
