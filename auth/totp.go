package auth

import (
	"crypto/hmac"
	"crypto/sha1" // what the apps know; HMAC does not need it free of collisions (RFC 6194 3.3)
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// The form of one-time codes (RFC 6238) that all apps know.
const (
	TOTPDigits = 6
	TOTPPeriod = 30 * time.Second

	totpSecretBytes = 20 // RFC 4226 4, R6
	totpModulus     = 1_000_000
)

// NewTOTPSecret draws the secret of a second factor: 160 bits as 32 characters of
// A-Z and 2-7, as apps let one type it. random must be crypto/rand.Reader or as good.
func NewTOTPSecret(random io.Reader) (Secret, error) {
	var raw [totpSecretBytes]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return Secret{}, fmt.Errorf("draw a second factor: %w", err)
	}
	return NewSecret(base32.StdEncoding.EncodeToString(raw[:])), nil
}

// TOTPURI returns what apps read from a QR code. It holds the secret: show it to its
// owner, once. issuer is the server's name, account the account's; colons in them become
// dots, since one divides the two.
func TOTPURI(secret Secret, issuer, account string) string {
	issuer, account = escapeURI(issuer), escapeURI(account)
	return fmt.Sprintf("otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d",
		issuer, account, secret.Reveal(), issuer, TOTPDigits, TOTPPeriod/time.Second)
}

func escapeURI(text string) string {
	escaped := url.QueryEscape(strings.ReplaceAll(text, ":", "."))
	return strings.ReplaceAll(escaped, "+", "%20") // apps do not take + for a space
}

// CheckTOTP reports whether code is the one of now, of the step before or of the step
// after (clocks differ), and was not used: its step is later than last, the step of the
// last code accepted, 0 if there was none. Keep the step returned as the next last, and
// a code works once. A damaged secret has no codes. The time does not depend on how much
// of code is right.
func CheckTOTP(secret Secret, now time.Time, last int64, code string) (step int64, ok bool) {
	key, err := base32.StdEncoding.DecodeString(secret.Reveal())
	if err != nil || len(key) == 0 || len(code) != TOTPDigits {
		return 0, false
	}
	current := now.Unix() / int64(TOTPPeriod/time.Second)
	for candidate := current + 1; candidate >= current-1; candidate-- {
		same := subtle.ConstantTimeCompare([]byte(code), []byte(totp(key, candidate)))
		if same == 1 && candidate > last {
			step, ok = candidate, true
		}
	}
	return step, ok
}

// totp is RFC 6238 4 with the truncation of RFC 4226 5.3.
func totp(key []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	h := hmac.New(sha1.New, key)
	h.Write(counter[:])
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 0xF
	truncated := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7FFF_FFFF
	return fmt.Sprintf("%0*d", TOTPDigits, truncated%totpModulus)
}

// SplitCode divides what somebody with a second factor gives as his password where only
// one field can be given (PLAIN, PASS): the password, one space and the six digits of the
// code. Without that ending code is empty and password is all of it. Call it only for an
// account whose second factor is on; another's password may end in six digits. SCRAM has
// no room for a code: answer such an account's SCRAM as an unknown name's.
func SplitCode(given string) (password, code string) {
	at := len(given) - TOTPDigits
	if at < 1 || given[at-1] != ' ' {
		return given, ""
	}
	for _, c := range []byte(given[at:]) {
		if c < '0' || c > '9' {
			return given, ""
		}
	}
	return given[:at-1], given[at:]
}
