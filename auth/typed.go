package auth

import (
	"encoding/base32"
	"fmt"
	"io"
)

// NewTypedCode is a code that nobody guesses and everybody can type: 80 bits as four groups
// of four, of A-Z and 2-7. random must be crypto/rand.Reader or as good.
func NewTypedCode(random io.Reader) (string, error) {
	var b [10]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	text := base32.StdEncoding.EncodeToString(b[:])
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:], nil
}
