package names

import (
	"errors"
	"strings"
)

// HostBytesMax bounds a host.
const HostBytesMax = 63

// Host reads what may stand for an address in nick!username@host without being one, and
// folds it. The error is a sentence for users.
func Host(raw string) (string, error) {
	host := strings.ToLower(raw)
	switch {
	case !isHost(host):
		return "", errors.New("a host has at most 63 letters, digits, dots, hyphens, slashes and colons, and begins and ends with a letter or a digit")
	case looksLikeAddress(host):
		return "", errors.New("a host that looks like an address would be taken for one")
	}
	return host, nil
}

func isHost(host string) bool {
	if host == "" || len(host) > HostBytesMax {
		return false
	}
	last := len(host) - 1
	for i := range len(host) {
		switch c := host[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case i == 0 || i == last || strings.IndexByte(".-/:", c) < 0:
			return false
		}
	}
	return true
}

// looksLikeAddress says whether a host could be one of IPv4 or IPv6, or a network of them.
func looksLikeAddress(host string) bool {
	return strings.Trim(host, "0123456789.-/:") == "" || strings.Contains(host, ":") && strings.Trim(host, "0123456789abcdef.-/:") == ""
}
