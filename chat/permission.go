package chat

import "strings"

// Permission is a set of an operator's powers.
type Permission uint32

// The powers.
const (
	MayKill      Permission = 1 << iota // end other people's sessions
	MayBan                              // keep people out of the server
	MayRule                             // act in every room as its owner
	MaySee                              // what is hidden: secret rooms, invisible people, addresses
	MayRegister                         // make, change and delete other people's accounts
	MayBroadcast                        // speak to everybody
	MayServe                            // reload settings
	MayAudit                            // read what operators did
	MayErase                            // erase other people's messages
	MayRelay                            // speak in other names (IRC: RELAYMSG)
	NoPermission Permission = 0
	// EveryPermission is all that the console has.
	EveryPermission = MayRelay<<1 - 1
)

// powerNames are the powers as people write them, lowest first.
var powerNames = [...]string{"kill", "ban", "rule", "see", "register", "broadcast", "serve", "audit", "erase", "relay"}

// String names the powers: "all", "none", or words with commas.
func (p Permission) String() string {
	switch p {
	case NoPermission:
		return "none"
	case EveryPermission:
		return "all"
	}
	var words []string
	for i, name := range powerNames {
		if p&(1<<i) != 0 {
			words = append(words, name)
		}
	}
	return strings.Join(words, ",")
}

// ParsePermission undoes String, and knows "moderator" for those who look after people
// but not after the server; ok is false for other words.
func ParsePermission(text string) (p Permission, ok bool) {
	switch text {
	case "none", "":
		return NoPermission, true
	case "all", "admin":
		return EveryPermission, true
	case "moderator":
		return MayKill | MayBan | MayRule | MaySee | MayErase, true
	}
	for word := range strings.SplitSeq(text, ",") {
		bit := NoPermission
		for i, name := range powerNames {
			if name == strings.TrimSpace(word) {
				bit = 1 << i
			}
		}
		if bit == NoPermission {
			return NoPermission, false
		}
		p |= bit
	}
	return p, true
}
