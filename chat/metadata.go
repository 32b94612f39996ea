package chat

import "strings"

// Bounds of metadata. A key and its value fit into one line of IRC.
const (
	MetadataKeysMax       = 20 // of one user or room
	MetadataKeyBytesMax   = 64
	MetadataValueBytesMax = 300
)

// CheckMetadataKey says what is wrong with a key, or nil: it is of lower-case ASCII
// letters, digits and _ . / - (draft/metadata-2, "Keys").
func CheckMetadataKey(key string) *Refusal {
	legal := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("_./-", r)
	}
	if key == "" || len(key) > MetadataKeyBytesMax || strings.ContainsFunc(key, func(r rune) bool { return !legal(r) }) {
		return &Refusal{Code: BadValue, Text: "a key is of a to z, 0 to 9 and _ . / - alone, 64 at most"}
	}
	return nil
}
