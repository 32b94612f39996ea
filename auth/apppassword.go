package auth

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

const (
	appPrefix = "madang_"
	// AppIDChars is the length of the visible part that names an app password.
	AppIDChars  = 8
	appIDBytes  = 5
	appKeyBytes = 20
	appKeyChars = 32
	appSumChars = 7
	// AppPasswordChars is the length of an app password.
	AppPasswordChars = len(appPrefix) + AppIDChars + 1 + appKeyChars + appSumChars
)

// NewAppPassword draws a password for a program: an app password or a bot's token.
//
//	madang_k5tqnc2e_…    the id, which may be shown, and 39 characters that may not
//
// All are of a-z and 2-7: 160 random bits and a checksum, so that programs that look for
// leaked secrets find it (madang_[a-z2-7]{8}_[a-z2-7]{39}) and are never mistaken, and
// that a slip in typing is known as one. It goes to its owner and nowhere else; what is
// kept is the id and, for CheckToken, TokenDigest of the whole. Ids are random and may
// meet: draw again for one in use. random must be crypto/rand.Reader or as good.
func NewAppPassword(random io.Reader) (password Secret, id string, err error) {
	var raw [appIDBytes + appKeyBytes]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return Secret{}, "", fmt.Errorf("draw an app password: %w", err)
	}
	id = base32Lower(raw[:appIDBytes])
	text := appPrefix + id + "_" + base32Lower(raw[appIDBytes:])
	return NewSecret(text + appSum(text)), id, nil
}

// ParseAppPassword returns the id in a text that NewAppPassword may have made. It is
// false for every other password, and says nothing of whether one was given out.
func ParseAppPassword(password string) (id string, ok bool) {
	if len(password) != AppPasswordChars || !strings.HasPrefix(password, appPrefix) {
		return "", false
	}
	text, sum := password[:AppPasswordChars-appSumChars], password[AppPasswordChars-appSumChars:]
	id, key := text[len(appPrefix):len(appPrefix)+AppIDChars], text[len(appPrefix)+AppIDChars+1:]
	if text[len(appPrefix)+AppIDChars] != '_' || sum != appSum(text) || !isBase32Lower(id+key) {
		return "", false
	}
	return id, true
}

// appSum is CRC-32 (IEEE) of text; it guards against slips, not against forgers.
func appSum(text string) string {
	var sum [4]byte
	binary.BigEndian.PutUint32(sum[:], crc32.ChecksumIEEE([]byte(text)))
	return base32Lower(sum[:])
}

func base32Lower(raw []byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
}

func isBase32Lower(text string) bool {
	return strings.Trim(text, "abcdefghijklmnopqrstuvwxyz234567") == ""
}
