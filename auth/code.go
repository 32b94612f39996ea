package auth

import (
	"crypto/subtle"
	"encoding/binary"
	"net/netip"
)

const (
	// CodeChars is the length of a join code: 30 bits, enough when few wrong ones are
	// allowed.
	CodeChars = 6

	// Without I, O, 0 and 1; exactly 32, so that five bits choose evenly.
	codeAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
)

// Code returns the code that proves that whoever writes from address also reads there:
// six of A-Z and 2-9 without I and O. It is an HMAC of address, port and minute (minutes
// since 1970, given by the caller), so that nothing is kept about strangers.
func Code(key Key, address netip.AddrPort, minute int64) string {
	ip := address.Addr().Unmap().As16() // an invalid address counts as ::
	var rest [10]byte
	binary.BigEndian.PutUint16(rest[:2], address.Port())
	binary.BigEndian.PutUint64(rest[2:], uint64(minute))
	sum := key.sum("join code", ip[:], rest[:])
	var code [CodeChars]byte
	for i := range code {
		code[i] = codeAlphabet[sum[i]%byte(len(codeAlphabet))]
	}
	return string(code[:])
}

// CheckCode reports whether code is the one of this minute or of the minute before, so
// that a code lives for one to two minutes. Lower case is accepted. The time does not
// depend on how much of the code is right.
func CheckCode(key Key, address netip.AddrPort, minute int64, code string) bool {
	if len(code) != CodeChars {
		return false
	}
	given := upperASCII(code)
	now := subtle.ConstantTimeCompare(given, []byte(Code(key, address, minute)))
	before := subtle.ConstantTimeCompare(given, []byte(Code(key, address, minute-1)))
	return now|before == 1
}

func upperASCII(text string) []byte {
	upper := []byte(text)
	for i, c := range upper {
		if 'a' <= c && c <= 'z' {
			upper[i] = c - 'a' + 'A'
		}
	}
	return upper
}
