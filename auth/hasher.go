package auth

import (
	"context"
	"fmt"
	"io"
)

// A Hasher works out one hash at a time, so that logins cost one core and one lot of
// memory however many arrive. It is safe for concurrent use.
type Hasher struct {
	// Fixed after construction.
	random io.Reader // read only by the holder of the turn
	params Params
	turn   chan struct{} // holds one value while somebody works
}

// NewHasher makes new hashes with salts from random and with params. The error wraps
// ErrCost.
func NewHasher(random io.Reader, params Params) (*Hasher, error) {
	if err := params.Validate(); err != nil {
		return nil, fmt.Errorf("make a hasher: %w", err)
	}
	return &Hasher{random: random, params: params, turn: make(chan struct{}, 1)}, nil
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
	return Verify(phc, password)
}

// Refuse takes as long as Verify of a hash made here and always fails. Call it for a
// name that does not exist, so that the time of the answer does not tell. The error is
// ErrMismatch, ErrPassword, or the context's.
func (h *Hasher) Refuse(ctx context.Context, password string) error {
	if err := h.take(ctx); err != nil {
		return err
	}
	defer h.give()
	if err := checkPassword(password); err != nil {
		return err
	}
	nobody := hash{params: h.params, salt: make([]byte, saltBytes)}
	nobody.derive(password, keyBytes)
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
