package auth

import (
	"errors"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// ErrProfile means a password that RFC 8265 does not allow, whoever's it is.
var ErrProfile = errors.New("a password is UTF-8 text of letters, digits, spaces, marks and symbols; control, invisible and unassigned characters are refused")

// Normalize returns the one form in which a password is hashed and checked, by the
// profile OpaqueString (RFC 8265 4.2): composed (NFC), every space U+0020, nothing else
// changed. It is the only place that does, so that PLAIN, SCRAM and a command agree.
// Errors are ErrProfile and ErrPassword.
//
// The profile replaces SASLprep, which RFC 5802 names. They differ in compatibility
// characters only: SASLprep would turn full-width letters into narrow ones and the
// Korean ㅋ into a conjoining jamo, which clients that send what was typed (most do)
// would never match. A password with such characters works by SCRAM from these clients,
// and by PLAIN from all.
func Normalize(password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	// The profile would replace what is not UTF-8, and make many passwords one.
	if !utf8.ValidString(password) {
		return "", ErrProfile
	}
	normal, err := precis.OpaqueString.String(password)
	if err != nil {
		return "", ErrProfile // the cause may quote what was typed
	}
	return normal, checkPassword(normal)
}
