package auth

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	saltBytes = 16 // of a new hash; RFC 9106 3.1 recommends it
	keyBytes  = 32

	saltBytesMin, saltBytesMax = 8, 64
	keyBytesMin, keyBytesMax   = 16, 64
	phcBytesMax                = 256
)

// A hash is a parsed PHC string of argon2id.
type hash struct {
	params Params
	salt   []byte
	key    []byte
}

// String writes $argon2id$v=19$m=19456,t=2,p=1$salt$key, base64 without padding.
func (h hash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.params.MemoryKiB, h.params.Passes, h.params.Threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.key))
}

// parseHash accepts exactly what String writes. Writing the parts again and comparing
// refuses every other spelling: leading zeros, signs, stray bits, line breaks. With an
// error the hash is zero.
func parseHash(phc string) (hash, error) {
	if len(phc) > phcBytesMax {
		return hash{}, ErrMalformed
	}
	fields := strings.Split(phc, "$")
	if len(fields) != 6 {
		return hash{}, ErrMalformed
	}
	var h hash
	var ok [3]bool
	h.params, ok[0] = parseParams(fields[3])
	h.salt, ok[1] = parseBytes(fields[4], saltBytesMin, saltBytesMax)
	h.key, ok[2] = parseBytes(fields[5], keyBytesMin, keyBytesMax)
	if ok != [3]bool{true, true, true} || h.String() != phc {
		return hash{}, ErrMalformed
	}
	if err := h.params.Validate(); err != nil {
		return hash{}, err
	}
	return h, nil
}

func parseParams(text string) (Params, bool) {
	fields := strings.Split(text, ",")
	if len(fields) != 3 {
		return Params{}, false
	}
	memory, okM := parseCost(fields[0], "m=", 32)
	passes, okT := parseCost(fields[1], "t=", 32)
	threads, okP := parseCost(fields[2], "p=", 8)
	return Params{MemoryKiB: uint32(memory), Passes: uint32(passes), Threads: uint8(threads)}, okM && okT && okP
}

func parseCost(field, name string, bits int) (uint64, bool) {
	digits, found := strings.CutPrefix(field, name)
	n, err := strconv.ParseUint(digits, 10, bits)
	return n, found && err == nil
}

func parseBytes(text string, sizeMin, sizeMax int) ([]byte, bool) {
	decoded, err := base64.RawStdEncoding.DecodeString(text)
	return decoded, err == nil && len(decoded) >= sizeMin && len(decoded) <= sizeMax
}
