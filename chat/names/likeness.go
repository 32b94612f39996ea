package names

import "strings"

// likenesses are the pairs of ASCII that a hurried reader takes for each other; the
// tables of confusables know them only between scripts.
var likenesses = strings.NewReplacer("rn", "m", "vv", "w", "0", "o", "1", "l", "|", "l")

// Likeness is the key by which names are kept from being taken for an account's: two
// names with one likeness may not belong to two people. It is coarser than the skeleton,
// which only keeps apart what nobody can tell apart.
func Likeness(n Name) string {
	if strings.ContainsAny(n.Skeleton, "rv01|") {
		return likenesses.Replace(n.Skeleton)
	}
	return n.Skeleton
}
